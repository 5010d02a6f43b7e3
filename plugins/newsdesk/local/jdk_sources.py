"""Where a full JDK comes from on a machine that has none: apt, Adoptium, or the packages of a newer Debian.

    from_apt        root on a Debian or Ubuntu that has a JDK new enough: installed for the whole machine
    from_adoptium   Eclipse Temurin, unpacked into a folder
    from_debian     Debian 13's packages, unpacked into a folder with the C library that they need: for a Debian 12
                    that reaches its mirror and nothing else

Each is given the folder that it may unpack to and the oldest version that will do, and gives the JDK's home.
"""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Source = Callable[[Path, int], Path]


class JdkUnavailable(Exception):
    """This source has no JDK for this machine; the text says why, in a few words."""


ADOPTIUM_VERSION = "25"
DEBIAN_RELEASE = "trixie"
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEBIAN_VERSION = 21
DEBIAN_PACKAGES = (f"openjdk-{DEBIAN_VERSION}-jdk-headless", f"openjdk-{DEBIAN_VERSION}-jre-headless", "libc6")
_APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=60")


def from_apt(_folder: Path, oldest: int) -> Path:
    """Installs the oldest of the machine's packaged JDKs that will do: it is the one that the release is built around.

    Raises JdkUnavailable without root or apt, where no package is new enough, and where no mirror is reached.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise JdkUnavailable("apt needs root")
    _run([*_APT, "update"])
    names = _run(["apt-cache", "pkgnames", "openjdk-"]).split()
    versions = [int(found[1]) for name in names if (found := re.fullmatch(r"openjdk-(\d+)-jdk-headless", name))]
    version = min((version for version in versions if version >= oldest), default=None)
    if version is None:
        raise JdkUnavailable(f"apt has none from {oldest} on")
    _run([*_APT, "install", "--yes", "--no-install-recommends", f"openjdk-{version}-jdk-headless"], {"DEBIAN_FRONTEND": "noninteractive"})
    return Path(f"/usr/lib/jvm/java-{version}-openjdk-{_run(['dpkg', '--print-architecture']).strip()}")


def from_adoptium(folder: Path, _oldest: int) -> Path:
    """Fetches Eclipse Temurin with install-jdk. Raises JdkUnavailable where that is not reached."""
    import jdk

    try:
        return Path(jdk.install(ADOPTIUM_VERSION, path=str(folder)))
    except (jdk.JdkError, OSError) as error:
        raise JdkUnavailable(f"Adoptium is not reached ({error})") from error


def from_debian(folder: Path, _oldest: int) -> Path:
    """Fetches Debian 13's JDK with apt, from the machine's own mirror, and unpacks it; needs no root and installs nothing.

    apt checks the packages against Debian's signature. A hash of our own would fail with the next security update,
    since a mirror keeps the newest build alone.

    Raises JdkUnavailable where this is no Debian, and where its mirror is not reached.
    """
    mirror = _debian_mirror()
    home = folder / f"debian-jdk-{DEBIAN_VERSION}"
    with tempfile.TemporaryDirectory(prefix=".debian-", dir=folder) as temporary:
        unpacked = Path(temporary) / "unpacked"
        for package in _download(mirror, Path(temporary)):
            _run(["dpkg-deb", "--extract", str(package), str(unpacked)])
        _gather(unpacked, home).rename(home)
    return home


def _debian_mirror() -> str:
    """The address of the mirror that this machine takes its Debian from."""
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        about = {}
    if about.get("ID") != "debian" or not shutil.which("apt-get") or not DEBIAN_KEYRING.exists():
        raise JdkUnavailable("this is no Debian")
    targets = _run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Created-By: Packages"])
    for release, address in map(str.split, targets.splitlines()):
        if release == about.get("VERSION_CODENAME"):
            return address
    raise JdkUnavailable("apt knows no mirror of Debian")


def _download(mirror: str, folder: Path) -> Sequence[Path]:
    """The packages as files. apt keeps its lists and locks in this folder; proxy and certificates are the machine's."""
    source = folder / "sources.list"
    source.write_text(f"deb [signed-by={DEBIAN_KEYRING}] {mirror} {DEBIAN_RELEASE} main\n")
    for made in ("lists/partial", "cache/archives/partial", "packages"):
        (folder / made).mkdir(parents=True)
    own = {
        "Dir::Etc::SourceList": source,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Debug::NoLocking": "true",
    }
    apt = [*_APT, *(f"--option={name}={value}" for name, value in own.items())]
    _run([*apt, "update"])
    _run([*apt, "download", *DEBIAN_PACKAGES], folder=folder / "packages")
    return sorted((folder / "packages").glob("*.deb"))


def _gather(unpacked: Path, home: Path) -> Path:
    """The unpacked JDK as a folder that works as `home`: configuration and C library inside it.

    The kernel starts a program with the machine's loader, which would bring an older C library. So each program is
    started by a script, with the loader that belongs to it. Java takes that for the program, and finds its home from
    it as the folder above the last `lib`.
    """
    jdk = next((unpacked / "usr/lib/jvm").glob(f"java-{DEBIAN_VERSION}-openjdk-*"))
    (unpacked / f"etc/java-{DEBIAN_VERSION}-openjdk").rename(jdk / "etc")
    next((unpacked / "usr/lib").glob("*-linux-gnu")).rename(jdk / "lib/libc")
    loader = home / "lib/libc" / next((jdk / "lib/libc").glob("ld-linux-*")).name
    for link in [path for path in jdk.rglob("*") if path.is_symlink()]:
        configured = os.readlink(link).removeprefix(f"/etc/java-{DEBIAN_VERSION}-openjdk/")
        if configured != os.readlink(link):
            link.unlink()
            link.symlink_to(home / "etc" / configured)
    (jdk / "programs").mkdir()
    for program in [*(jdk / "bin").iterdir(), jdk / "lib/jspawnhelper"]:
        program.rename(jdk / "programs" / program.name)
        program.write_text(f'#!/bin/sh\nexec "{loader}" --library-path "{home}/lib/libc" "{home}/programs/{program.name}" "$@"\n')
        program.chmod(0o755)
    return jdk


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None, *, folder: Path | None = None) -> str:
    """What the program prints. Raises JdkUnavailable with the last line of its complaint."""
    try:
        done = subprocess.run(
            command, env={**os.environ, "LC_ALL": "C", **(environment or {})}, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise JdkUnavailable(f"{command[0]} does not start: {error.strerror}") from error
    if done.returncode:
        complaint = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()
        raise JdkUnavailable(f"{command[0]} fails: {complaint[0].removeprefix('E: ') if complaint else done.returncode}")
    return done.stdout


SOURCES: tuple[Source, ...] = (from_apt, from_adoptium, from_debian)
"""In the order in which they are tried: what the machine updates by itself, then what everybody reaches."""

"""Sources of a full JDK for machines without one: apt, Adoptium, or packages of a newer Debian.

    from_apt        installs a package, as root on a Debian or Ubuntu that has a recent JDK
    from_adoptium   unpacks Eclipse Temurin into a folder
    from_debian     unpacks the packages of Debian 13 with their C library into a folder, for a Debian 12 that can reach only its mirror

Each takes a folder to unpack to and the oldest accepted version, and returns the home of the JDK.
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
    """This source has no JDK for this machine. The message is the reason in a few words."""


ADOPTIUM_VERSION = "25"
DEBIAN_RELEASE = "trixie"
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEBIAN_VERSION = 21
DEBIAN_PACKAGES = (f"openjdk-{DEBIAN_VERSION}-jdk-headless", f"openjdk-{DEBIAN_VERSION}-jre-headless", "libc6")
_APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=60")


def from_apt(_folder: Path, oldest: int) -> Path:
    """Install the oldest sufficient JDK package with apt, as that is the default one of the release.

    Raises JdkUnavailable if this is not root or there is no apt, no package is new enough, or no mirror can be reached.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise JdkUnavailable("apt needs root")
    _run([*_APT, "update"])
    names = _run(["apt-cache", "pkgnames", "openjdk-"]).split()
    versions = [int(found[1]) for name in names if (found := re.fullmatch(r"openjdk-(\d+)-jdk-headless", name))]
    version = min((version for version in versions if version >= oldest), default=None)
    if version is None:
        raise JdkUnavailable(f"apt has no JDK {oldest} or newer")
    _run([*_APT, "install", "--yes", "--no-install-recommends", f"openjdk-{version}-jdk-headless"], {"DEBIAN_FRONTEND": "noninteractive"})
    return Path(f"/usr/lib/jvm/java-{version}-openjdk-{_run(['dpkg', '--print-architecture']).strip()}")


def from_adoptium(folder: Path, _oldest: int) -> Path:
    """Download Eclipse Temurin with install-jdk. Raises JdkUnavailable if Adoptium cannot be reached."""
    import jdk

    try:
        return Path(jdk.install(ADOPTIUM_VERSION, path=str(folder)))
    except (jdk.JdkError, OSError) as error:
        raise JdkUnavailable(f"Adoptium cannot be reached ({error})") from error


def from_debian(folder: Path, _oldest: int, *, keyring: Path = DEBIAN_KEYRING) -> Path:
    """Download the JDK of Debian 13 with apt, from the machine's mirror, and unpack it; works without root and installs nothing.

    apt verifies Debian's signature of the packages. They are not pinned by hash, since mirrors keep only the latest build, which changes
    with each security update.

    Raises JdkUnavailable if this is not Debian, or its mirror cannot be reached.
    """
    mirror = _debian_mirror(keyring)
    home = folder / f"debian-jdk-{DEBIAN_VERSION}"
    with tempfile.TemporaryDirectory(prefix=".debian-", dir=folder) as temporary:
        unpacked = Path(temporary) / "unpacked"
        for package in _download(mirror, Path(temporary), keyring):
            _run(["dpkg-deb", "--extract", str(package), str(unpacked)])
        _gather(unpacked, home).rename(home)
    return home


def _debian_mirror(keyring: Path) -> str:
    """Return the URL of the Debian mirror that this machine uses."""
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        about = {}
    if about.get("ID") != "debian" or not shutil.which("apt-get") or not keyring.exists():
        raise JdkUnavailable("this is not Debian")
    targets = _run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Created-By: Packages"])
    for release, address in map(str.split, targets.splitlines()):
        if release == about.get("VERSION_CODENAME"):
            return address
    raise JdkUnavailable("apt has no mirror of Debian")


def _download(mirror: str, folder: Path, keyring: Path) -> Sequence[Path]:
    """Download the packages and return their files. apt uses lists and locks in this folder, and the machine's proxy and certificates."""
    source = folder / "sources.list"
    source.write_text(f"deb [signed-by={keyring}] {mirror} {DEBIAN_RELEASE} main\n")
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
    """Arrange the unpacked packages into a JDK folder that works as `home`, with configuration and C library inside; return it.

    The kernel would start programs with the machine's loader and its older C library, so each program is replaced by a script that
    starts it with the loader of the packages. Java derives its home from the path of the loader, as the folder above the last `lib`.
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
    """Run a program and return its output. Raises JdkUnavailable with the first line of its error message."""
    try:
        done = subprocess.run(
            command, env={**os.environ, "LC_ALL": "C", **(environment or {})}, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise JdkUnavailable(f"{command[0]} cannot be started: {error.strerror}") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()
        raise JdkUnavailable(f"{command[0]} failed: {errors[0].removeprefix('E: ') if errors else done.returncode}")
    return done.stdout


SOURCES: tuple[Source, ...] = (from_apt, from_adoptium, from_debian)
"""The sources in the order in which they are tried: first the one that the machine updates automatically."""

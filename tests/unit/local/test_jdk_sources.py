"""The sources of a JDK, with stubs of apt and dpkg."""

import os
import platform
import subprocess
from pathlib import Path

import pytest

from newsdesk.local.java import java_version
from newsdesk.local.jdk_sources import JdkUnavailable, from_apt, from_debian

APT_GET = """\
case "$*" in
*indextargets*) echo "bookworm-security http://mirror.example/security"; echo "bookworm http://mirror.example/debian" ;;
*update*) for option; do case $option in *SourceList=*) cp "${option#*SourceList=}" "$SEEN" ;; esac; done ;;
*download*) touch jdk.deb ;;
esac
"""
DPKG_DEB = """\
jdk=$3/usr/lib/jvm/java-21-openjdk-amd64
mkdir -p "$jdk/bin" "$jdk/lib" "$3/usr/lib/x86_64-linux-gnu" "$3/etc/java-21-openjdk"
for program in java javac jar jdb jlink; do printf 'program' > "$jdk/bin/$program"; done
printf 'program' > "$jdk/lib/jspawnhelper"
printf 'JAVA_VERSION="21.0.9"\\n' > "$jdk/release"
printf 'server' > "$3/etc/java-21-openjdk/jvm-amd64.cfg"
ln -s /etc/java-21-openjdk/jvm-amd64.cfg "$jdk/lib/jvm.cfg"
ln -s ../release "$jdk/lib/release"
printf '#!/bin/sh\\necho "$@"\\n' > "$3/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
chmod +x "$3/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that take precedence over the machine's own."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.defpath}")
    monkeypatch.setenv("SEEN", str(tmp_path / "sources.list"))
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "debian", "VERSION_CODENAME": "bookworm"})
    return folder


def make_program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_debians_packages_become_a_jdk_with_a_loader_and_a_configuration_of_its_own(programs: Path, tmp_path: Path) -> None:
    make_program(programs, "apt-get", APT_GET)
    make_program(programs, "dpkg-deb", DPKG_DEB)
    folder = tmp_path / "java"
    folder.mkdir()
    home = from_debian(folder, 21, keyring=programs)
    assert java_version(home) == 21
    started = subprocess.run([home / "bin/java", "-version", "two words"], capture_output=True, text=True, check=True).stdout
    assert started == f"--library-path {home}/lib/libc {home}/programs/java -version two words\n"
    assert (home / "lib/jvm.cfg").read_text() == "server"
    assert (home / "lib/release").is_file(), "a link inside the JDK was changed"
    assert list(folder.iterdir()) == [home], "what was downloaded stays"
    assert "http://mirror.example/debian trixie main" in (tmp_path / "sources.list").read_text()


def test_a_mirror_that_is_not_reached_leaves_nothing_and_says_so(programs: Path, tmp_path: Path) -> None:
    make_program(
        programs, "apt-get", f"case $* in *update*) echo 'W: slow' >&2; echo 'E: no route to host' >&2; exit 100 ;; esac\n{APT_GET}"
    )
    folder = tmp_path / "java"
    folder.mkdir()
    with pytest.raises(JdkUnavailable, match=r"^apt-get failed: no route to host$"):
        from_debian(folder, 21, keyring=programs)
    assert list(folder.iterdir()) == []


def test_elsewhere_than_on_debian_there_are_no_packages_of_debian(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(programs, "apt-get", APT_GET)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "fedora"})
    with pytest.raises(JdkUnavailable, match="not Debian"):
        from_debian(tmp_path, 21, keyring=programs)


def test_apt_installs_the_oldest_jdk_that_will_do(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    make_program(programs, "apt-get", f'echo "$*" >> {tmp_path}/calls')
    make_program(programs, "apt-cache", "for version in 17 25 21; do echo openjdk-$version-jdk-headless; echo openjdk-$version-jre; done")
    make_program(programs, "dpkg", "echo arm64")
    assert from_apt(tmp_path, 21) == Path("/usr/lib/jvm/java-21-openjdk-arm64")
    assert "install --yes --no-install-recommends openjdk-21-jdk-headless" in (tmp_path / "calls").read_text()


def test_a_release_with_old_jdks_alone_installs_nothing(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    make_program(programs, "apt-get", f'echo "$*" >> {tmp_path}/calls')
    make_program(programs, "apt-cache", "echo openjdk-17-jdk-headless")
    with pytest.raises(JdkUnavailable, match="no JDK 21 or newer"):
        from_apt(tmp_path, 21)
    assert "install" not in (tmp_path / "calls").read_text()


def test_apt_is_not_asked_without_root(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    make_program(programs, "apt-get", f"touch {tmp_path}/calls")
    with pytest.raises(JdkUnavailable, match="root"):
        from_apt(tmp_path, 21)
    assert not (tmp_path / "calls").exists()

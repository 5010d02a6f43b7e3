"""Installs the embedded Elasticsearch: downloads it from Maven Central, verifies and unpacks it, and builds the analysis plugin.

Elasticsearch is licensed under Elastic's licences; it is downloaded by each user and not redistributed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from newsdesk.errors import SetupError
from newsdesk.local.java import find_java
from newsdesk.settings import Settings

VERSION = "9.5.2"
SHA256 = "de3d9c88b5f993d9b1f937a1da8d7bfa3e881f83bf3a0dab3e49a8d557934618"
ANALYSIS = Path(__file__).parent / "analysis"
NEEDED_BYTES = 700_000_000
"""Disk space for the zip, its content (180 MB) and temporary copies of both; measured with 9.5.2 and rounded up."""


def install(settings: Settings, report: Callable[[str], None], *, resolve: Callable[[], Path] | None = None) -> Path:
    """Return the folder of an Elasticsearch with newsdesk's analysis plugin in the cache; install it if it does not exist.

    The folder is created atomically; concurrent processes wait for each other. `resolve` is for tests and returns the zip.

    Raises SetupError if there is no JDK, the download fails, the checksum is wrong, or the disk is full.
    """
    cache = settings.home.cache
    final = cache / f"elasticsearch-{VERSION}-{_plugin_digest()}"
    if final.is_dir():
        return final
    try:
        cache.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            # Elasticsearch runs as another user, who needs access to the cache.
            cache.chmod(cache.stat().st_mode | 0o011)
        with locked(cache / ".elasticsearch.lock"):
            if not final.is_dir():
                refuse_full_disk(cache, NEEDED_BYTES)
                java = find_java(settings, report=report)
                report(f"downloading Elasticsearch {VERSION} from Maven Central (132 MB, once)")
                archive = fetch(resolve)
                report("unpacking it and building the analysis plugin")
                _make(archive, java, final)
    except OSError as error:
        raise SetupError(
            f"Elasticsearch could not be installed in {cache}: {error.strerror or error}",
            "Free space there, or set NEWSDESK_CACHE to another folder",
        ) from error
    return final


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on this file, waiting for other processes. The lock ends with the process."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def refuse_full_disk(folder: Path, needed_bytes: int) -> None:
    """Raise SetupError if the disk of this folder has less than `needed_bytes` of free space."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise SetupError(
            f"the disk of {folder} has {free // 1_000_000} MB of free space, {needed_bytes // 1_000_000} MB are needed",
            "Free space there, or set NEWSDESK_HOME and NEWSDESK_CACHE to folders on another disk",
        )


def _plugin_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(ANALYSIS.iterdir()):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def fetch(resolve: Callable[[], Path] | None = None) -> Path:
    """Return the verified zip in the user's Maven repository. Raises SetupError if the download fails or the checksum is wrong."""
    resolve = resolve or _resolve
    archive = _resolved(resolve)
    if _sha256(archive) != SHA256:
        # An interrupted download leaves an incomplete file in the Maven repository.
        archive.unlink()
        archive = _resolved(resolve)
    found = _sha256(archive)
    if found != SHA256:
        archive.unlink()
        raise SetupError(
            f"the downloaded Elasticsearch has a wrong checksum (SHA-256 {found[:12]}..., expected {SHA256[:12]}...)",
            "Try again; if the error persists, the mirror of Maven Central in use changes files: do not use it",
        )
    return archive


def _resolved(resolve: Callable[[], Path]) -> Path:
    import requests

    try:
        return resolve()
    except (requests.RequestException, RuntimeError, ValueError) as error:
        raise SetupError(
            f"Elasticsearch {VERSION} could not be downloaded from Maven Central: {_reason(error)}",
            "Check the network, or set ELASTICSEARCH_URL to an existing cluster",
        ) from error


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.ConnectionError) and error.request is not None:
        # The message of requests has three lines and repeats the URL.
        return f"{urlsplit(str(error.request.url)).hostname} cannot be reached"
    return str(error)


def _resolve() -> Path:
    from jgo.maven import MavenContext

    project = MavenContext().project("org.elasticsearch.distribution.integ-test-zip", "elasticsearch")
    return Path(project.at_version(VERSION).artifact(packaging="zip").resolve())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _make(archive: Path, java: Path, final: Path) -> None:
    for leftover in final.parent.glob(".elasticsearch-part-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".elasticsearch-part-", dir=final.parent) as temporary:
        _unpack(archive, Path(temporary))
        home = Path(temporary) / f"elasticsearch-{VERSION}"
        _install_plugin(home, java, Path(temporary))
        home.rename(final)


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the zip, with execute permissions of programs, and readable for the user that Elasticsearch runs as."""
    with zipfile.ZipFile(archive) as zipped:
        for member in zipped.infolist():
            path = Path(zipped.extract(member, folder))
            executable = path.is_dir() or member.external_attr >> 16 & 0o100
            path.chmod(0o755 if executable else 0o644)


def _install_plugin(home: Path, java: Path, temporary: Path) -> None:
    descriptor = (ANALYSIS / "stable-plugin-descriptor.properties").read_text()
    classes = temporary / "classes"
    plugin = temporary / "plugin"
    plugin.mkdir()
    source = ANALYSIS / "NewsdeskAnalysis.java"
    _run([java / "bin/javac", "-Xlint:-path", "--release", "21", "-proc:none", "-cp", f"{home}/lib/*", "-d", classes, source])
    _run([java / "bin/jar", "--create", "--file", plugin / "newsdesk-analysis.jar", "-C", classes, "."])
    (plugin / "stable-plugin-descriptor.properties").write_text(descriptor.replace("@ELASTICSEARCH_VERSION@", VERSION))
    packed = shutil.make_archive(str(temporary / "newsdesk-analysis"), "zip", plugin)
    environment = {"ES_JAVA_HOME": str(java), "CLI_JAVA_OPTS": "-Xmx512m", "PATH": os.defpath}
    _run([home / "bin/elasticsearch-plugin", "install", "--batch", Path(packed).as_uri()], environment)
    for path in (home / "plugins").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _run(command: list[Path | str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(
            f"{Path(str(command[0])).name} failed while building the analysis plugin: {(done.stderr or done.stdout).strip()[-500:]}",
            "Set ES_JAVA_HOME to another full JDK, 21 or newer, and try again",
        )

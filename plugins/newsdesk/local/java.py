"""Finds or installs a full JDK, version 21 or newer, for Elasticsearch and for compiling its plugin."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from newsdesk.errors import SetupError
from newsdesk.local.jdk_sources import SOURCES, JdkUnavailable, Source
from newsdesk.settings import Settings

OLDEST = 21
REMEDY = (
    f"Install a full JDK {OLDEST} or newer (on Debian: apt-get install openjdk-{OLDEST}-jdk-headless, or Temurin), "
    "or set ES_JAVA_HOME to one"
)
_USUAL = ("/usr/lib/jvm/*", "/opt/*", "/opt/java/*", "/usr/local/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")
_USUAL_AT_HOME = (".jdk/*", ".jdks/*", ".sdkman/candidates/java/*")
# Programs that prove a full JDK. By jdeps, a trimmed runtime lacks the modules jdk.jdi and jdk.jlink; jdb and jlink belong to them.
_PROGRAMS = ("java", "javac", "jar", "jdb", "jlink")


def find_java(
    settings: Settings,
    *,
    folders: Iterable[Path] | None = None,
    on_path: str | None = None,
    sources: Sequence[Source] = SOURCES,
    report: Callable[[str], None] | None = None,
) -> Path:
    """Return the home of a full JDK of version `OLDEST` or newer.

    Searched in this order: ES_JAVA_HOME, JAVA_HOME, `java` on the PATH, the newest one in the usual folders and the cache, and then
    `sources`, which install or download one. Older and trimmed ones are ignored.

    Raises SetupError if none is found and no source provides one.
    """
    named = (settings.local.es_java_home, settings.local.java_home, _home_on_path(on_path))
    for home in named:
        if home is not None and java_version(home) >= OLDEST:
            return home
    own = settings.home.cache / "java"
    candidates: list[Path] = [*(_usual_folders() if folders is None else folders), *(own.glob("*") if own.is_dir() else ())]
    best = max(candidates, key=java_version, default=None)
    if best is not None and java_version(best) >= OLDEST:
        return best
    if report is not None:
        report(f"there is no JDK {OLDEST} or newer on this machine: installing one (once)")
    return _fetched(own, sources)


def java_version(home: Path) -> int:
    """Return the feature version of the JDK in this folder; 0 if there is none, or not a full one.

    >>> java_version(Path("/nowhere"))
    0
    """
    if not all((home / "bin" / program).exists() for program in _PROGRAMS):
        return 0
    try:
        release = (home / "release").read_text(errors="replace")
    except OSError:
        return 0
    found = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)
    return int(found[1]) if found else 0


def _home_on_path(on_path: str | None) -> Path | None:
    java = shutil.which("java", path=on_path)
    return Path(java).resolve().parent.parent if java else None


def _usual_folders() -> Iterator[Path]:
    for pattern in _USUAL:
        yield from Path("/").glob(pattern.removeprefix("/"))
    try:
        user = Path.home()
    except RuntimeError:
        return
    for pattern in _USUAL_AT_HOME:
        yield from user.glob(pattern)


def _fetched(folder: Path, sources: Sequence[Source]) -> Path:
    """Return the home of a JDK from the first source that provides one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"the folder {folder} for a JDK cannot be created: {error.strerror}", "Set NEWSDESK_CACHE to another folder"
        ) from error
    reasons = []
    for source in sources:
        try:
            home = source(folder, OLDEST)
        except JdkUnavailable as reason:
            reasons.append(str(reason))
            continue
        if java_version(home) >= OLDEST:
            return home
        reasons.append(f"{home} is not a full JDK")
    raise SetupError(f"there is no JDK {OLDEST} or newer on this machine, and none could be installed: {'; '.join(reasons)}", REMEDY)

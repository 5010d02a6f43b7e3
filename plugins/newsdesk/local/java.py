"""The Java that Elasticsearch and the compilation of its plugin run on: a full JDK, 21 or newer."""

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
    "or point ES_JAVA_HOME at one"
)
_USUAL = ("/usr/lib/jvm/*", "/opt/*", "/opt/java/*", "/usr/local/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")
_USUAL_AT_HOME = (".jdk/*", ".jdks/*", ".sdkman/candidates/java/*")
# A JDK's tools are checked, not its list of modules: jdeps of the distribution shows that jdk.jdi and jdk.jlink are
# what a trimmed runtime lacks, and both come with a program of their own.
_PROGRAMS = ("java", "javac", "jar", "jdb", "jlink")


def find_java(
    settings: Settings,
    *,
    folders: Iterable[Path] | None = None,
    on_path: str | None = None,
    sources: Sequence[Source] = SOURCES,
    report: Callable[[str], None] | None = None,
) -> Path:
    """The home of a full JDK, at least 21.

    The order: ES_JAVA_HOME, JAVA_HOME, `java` on the PATH, the newest in the usual folders, one that was fetched
    before, one that is installed or fetched now. What is too old or trimmed is passed over.

    Raises SetupError where none is found and no source has one.
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
        report(f"there is no JDK {OLDEST} or newer on this machine: getting one (once)")
    return _fetched(own, sources)


def java_version(home: Path) -> int:
    """The feature version of the JDK in this folder; 0 where there is no JDK, or not a full one.

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
    """The home of a JDK from the first source that has one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"the folder {folder} for a JDK cannot be made: {error.strerror}", "Set NEWSDESK_CACHE to another folder"
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
        reasons.append(f"what came to {home} is none")
    raise SetupError(f"there is no JDK {OLDEST} or newer on this machine, and none could be fetched: {'; '.join(reasons)}", REMEDY)

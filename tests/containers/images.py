"""The images named in docker-compose.yml and the Dockerfile: pulled if a registry is reachable, otherwise built as stand-ins.

A stand-in is built from Debian, Elasticsearch's also from the distribution on Maven Central; see stand_ins/. It has the name
and tag of the real image, so that the production setup is unchanged. Existing images are used, except stand-ins that were
built from an older state of stand_ins/.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from containers.command import CommandFailed, output_of, own_environment
from containers.engine import CACHE, Engine, install_mmdebstrap
from newsdesk.local import distribution

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "stand_ins"
LABEL = "org.newsdesk.stand-in"
SUITE_OF = {"postgres": "trixie", "redis": "bookworm", "elasticsearch": "trixie", "kibana": "bookworm"}
"""The Debian release of each stand-in: the one whose package is closest to the version in docker-compose.yml."""
PULL_SECONDS = 1800
FROM_HERE = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf", "etc/apt/apt.conf.d/99*")
"""This machine's configuration for reaching package registries, which builds in containers need as well."""
VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "PIP_DEFAULT_TIMEOUT",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)


def wanted_images() -> dict[str, str]:
    """Map each folder of stand_ins/ to the name of its image in the production setup."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    named = {name: services[name]["image"] for name in ("postgres", "redis", "elasticsearch", "kibana")}
    found = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    assert found, "docker/Dockerfile names its base by ARG PYTHON_IMAGE"
    return {"python": found[1], **named}


@contextlib.contextmanager
def provided(engine: Engine, report: Callable[[str], None]) -> Iterator[None]:
    """Provide all images inside the block. Stand-ins are removed at the end from an engine that the tests did not start."""
    missing = {kind: name for kind, name in wanted_images().items() if not _is_usable(engine, name)}
    made: list[str] = []
    try:
        if missing and not _pull(engine, missing.values(), report):
            made = [*missing.values()]
            _make(engine, missing, report)
        yield
    finally:
        if not engine.is_own:
            for name in made:
                engine.docker("image", "rm", name)


def _is_usable(engine: Engine, name: str) -> bool:
    return engine.has_image(name) and engine.label(name, LABEL) in ("", _state())


def _state() -> str:
    """A hash of all files that stand-ins are built from."""
    files = sorted(path for folder in (HERE, distribution.ANALYSIS) for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _pull(engine: Engine, names: Iterator[str], report: Callable[[str], None]) -> bool:
    try:
        for name in names:
            report(f"pulling {name}")
            engine.docker("pull", "--quiet", name, seconds=PULL_SECONDS)
    except (CommandFailed, subprocess.TimeoutExpired):
        report("no registry is reachable: building stand-ins from Debian and Maven Central")
        return False
    return True


def _make(engine: Engine, missing: dict[str, str], report: Callable[[str], None]) -> None:
    suites = {kind: SUITE_OF.get(kind) or _suite_of_python(name) for kind, name in missing.items()}
    for suite in sorted(set(suites.values())):
        _import_debian(engine, suite, report)
    variables = {"LABEL": f"{LABEL}={_state()}"}
    variables |= {f"{kind.upper()}_IMAGE": missing.get(kind, "unused") for kind in wanted_images()}
    variables |= {f"{kind.upper()}_SUITE": suites.get(kind, "unused") for kind in wanted_images()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / HERE.name
        shutil.copytree(HERE, folder)
        if "elasticsearch" in missing:
            report("fetching Elasticsearch from Maven Central")
            _add_elasticsearch(folder / "elasticsearch")
        for kind in missing:
            report(f"building a stand-in for {missing[kind]}")
            command = [*engine.compose, "--file", str(folder / "compose.yml"), "build", "--quiet", kind]
            output_of(command, environment=engine.environment | variables, seconds=1800)


def _suite_of_python(name: str) -> str:
    """The Debian release with the Python version of an official image: bookworm has 3.11, trixie 3.13."""
    suites = {"3.11": "bookworm", "3.13": "trixie"}
    return next(suite for version, suite in suites.items() if f":{version}" in name)


def _import_debian(engine: Engine, suite: str, report: Callable[[str], None]) -> None:
    image = f"newsdesk-stand-in/debian:{suite}"
    if engine.has_image(image):
        return
    install_mmdebstrap(report)
    report(f"making a bare Debian {suite}")
    CACHE.mkdir(parents=True, exist_ok=True)
    archive = CACHE / f"{suite}.tar"
    options = " ".join(path.read_text() for path in sorted(Path("/etc/apt/apt.conf.d").glob("99*")))
    ours = [path for pattern in FROM_HERE for path in Path("/").glob(pattern)]
    uploads = [f"--customize-hook=upload {path.resolve()} {path}" for path in ours]
    command = ["mmdebstrap", "--quiet", "--format=tar", "--variant=minbase", "--include=ca-certificates,curl", f"--aptopt={options}"]
    output_of([*command, *uploads, suite, str(archive)], environment=own_environment(), seconds=1800)
    changes = ["ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 'CMD ["bash"]']
    changes += [f"ENV {name}={os.environ[name]}" for name in VARIABLES if name in os.environ]
    engine.docker("import", *(word for change in changes for word in ("--change", change)), str(archive), image)
    archive.unlink()


def _add_elasticsearch(context: Path) -> None:
    """Add the distribution and newsdesk's analyzers to the build context."""
    shutil.copytree(distribution.ANALYSIS, context / "plugins/newsdesk-analysis")
    with zipfile.ZipFile(distribution.fetch()) as zipped:
        zipped.extractall(context)
    (unpacked,) = context.glob("elasticsearch-*")
    for program in (unpacked / "bin").iterdir():
        program.chmod(0o755)
    unpacked.rename(context / "distribution")

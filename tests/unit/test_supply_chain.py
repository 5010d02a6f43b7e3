"""Licences of the dependencies, and the safeguards of the locked packages."""

import importlib.metadata
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCKED = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|0BSD|Zlib|MPL|Mozilla Public|CC0|HPND|Artistic|Public Domain",
    re.IGNORECASE,
)
WEAK_COPYLEFT = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def licence(name: str) -> str:
    """Return the declared licence of a package; alternatives are joined by OR."""
    about = importlib.metadata.metadata(name)
    classifiers = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    return about.get("License-Expression") or " OR ".join(classifiers) or (about.get("License") or "").strip().split("\n")[0]


def installed() -> list[str]:
    """Return the locked packages that this platform and version of Python need."""
    here = {re.sub(r"[-_.]+", "-", found.name).lower() for found in importlib.metadata.distributions()}
    return [name for name in LOCKED if name in here]


def test_every_package_has_a_licence_that_fits_the_projects_own():
    assert len(installed()) > 200
    others = {
        name: licence(name) for name in installed() if not PERMISSIVE.search(licence(name)) and not WEAK_COPYLEFT.search(licence(name))
    }
    assert others == {}


def test_packages_under_the_lgpl_are_named_in_the_notice():
    lesser = [name for name in installed() if WEAK_COPYLEFT.search(licence(name)) and not PERMISSIVE.search(licence(name))]
    assert "psycopg" in lesser
    notice = (ROOT / "NOTICE").read_text()
    assert [name for name in lesser if name not in notice] == []


@pytest.mark.parametrize("target", ["audit", "sbom"])
def test_the_forge_audits_the_locks_and_makes_the_bill_of_materials(target):
    steps = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["audit"]["steps"]
    assert {"run": f"make {target}"} in steps


def test_every_lock_is_audited():
    (locks,) = re.findall(r"^LOCKS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(locks.split()) == sorted(path.name for path in ROOT.glob("requirements*.lock"))

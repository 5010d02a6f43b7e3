"""A sentence of either text as it is compared: its numbers, dates, names and denials, and what a whole text has of them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from newsdesk.check.lang import LanguageData
from newsdesk.check.reading import Reading
from newsdesk.check.vocabulary import is_listed

_NUMBER = re.compile(
    r"(?<![\w.,])\d{1,3}(?:[.,\u00a0\u202f' ]\d{3})+(?:[.,]\d+)?(?![\w])|(?<![\w.,])\d+(?:[.,]\d+)?(?:st|nd|rd|th|s|º|ª|\.o)?(?!\w)"
)
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_CAPITAL = re.compile(r"(?<=[^\W\d_,;:’”\"] )[A-ZÀ-ÖØ-Ý][^\W\d_]+(?:[-’'][A-Z]?[^\W\d_]+)*")

FIRST_NUMERAL = 3


@dataclass(frozen=True)
class Part:
    """A sentence of one side with what can be compared of it."""

    start: int
    end: int
    text: str
    language: LanguageData

    @cached_property
    def numbers(self) -> dict[float, tuple[int, int]]:
        return dict(_numbers(self))

    @cached_property
    def dates(self) -> dict[str, tuple[int, int]]:
        return dict(_dates(self))

    @cached_property
    def words(self) -> list[str]:
        return [word.group().lower().replace("’", "'") for word in WORD.finditer(self.text)]

    @cached_property
    def names(self) -> dict[str, tuple[int, int]]:
        """Folded name -> place; the first word of a sentence, months and weekdays are none."""
        no_names = {*self.language.months, *self.language.weekdays, *self.language.numerals}
        return {
            fold(match.group()): (self.start + match.start(), self.start + match.end())
            for match in _CAPITAL.finditer(self.text)
            if match.group().lower() not in no_names and len(match.group()) > 3
        }

    @cached_property
    def negations(self) -> int:
        said = [part for word in self.words for part in ([word, "n't"] if word.endswith("n't") else [word])]
        return sum(word in self.language.negations for word in said)

    @cached_property
    def is_softened(self) -> bool:
        return any(word in self.language.softeners or (self.language.code == "en" and _is_denied(word)) for word in self.words)


def _is_denied(word: str) -> bool:
    """Whether an English word is another with a prefix that denies it ("unable", "dislike")."""
    return any(
        word.startswith(prefix) and len(word) > len(prefix) + 3 and is_listed(word[len(prefix) :]) for prefix in ("un", "in", "im", "dis")
    )


def fold(word: str) -> str:
    """The word in small letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))


def parts_of(reading: Reading) -> list[Part]:
    return [Part(sentence.start, sentence.end, sentence.text, reading.language) for sentence in reading.sentences]


def _numbers(part: Part) -> Iterator[tuple[float, tuple[int, int]]]:
    for match in _NUMBER.finditer(part.text):
        value = value_of(match.group(), part.language)
        after = WORD.match(part.text, match.end() + 1) if part.text[match.end() : match.end() + 1] in (" ", "\u00a0") else None
        scale = part.language.magnitudes.get(after.group().lower(), 1) if after else 1
        if value is not None:
            end = after.end() if after and scale > 1 else match.end()
            yield round(value * scale, 6), (part.start + match.start(), part.start + end)
    for match in WORD.finditer(part.text):
        word = match.group().lower()
        if word in part.language.numerals:
            yield float(part.language.numerals.index(word) + FIRST_NUMERAL), (part.start + match.start(), part.start + match.end())


def value_of(digits: str, language: LanguageData) -> float | None:
    """The number that the digits stand for: English groups thousands by commas, the others by points or blanks."""
    digits = re.sub(r"(?:st|nd|rd|th|s|º|ª|\.o)$", "", digits)
    group, decimal = (",", ".") if language.code == "en" else (".", ",")
    plain = re.sub(r"[\u00a0\u202f' ]", "", digits)
    if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{decimal}\d+)?", plain):
        plain = plain.replace(group, "")
    plain = plain.replace(decimal, ".") if plain.count(decimal) == 1 else plain
    try:
        return float(plain)
    except ValueError:
        return None


def _dates(part: Part) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in re.finditer(r"[^\W\d_]+(?:-feira)?", part.text):
        word = match.group().lower()
        if part.language.code == "en" and word in ("may", "march") and not match.group()[0].isupper():
            continue
        for kind, names in (("month", part.language.months), ("day", part.language.weekdays)):
            if word in names:
                yield f"{kind} {names.index(word)}", (part.start + match.start(), part.start + match.end())


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays the same when a text is translated: folded names, numbers, days and months."""

    names: frozenset[str]
    numbers: frozenset[float]
    dates: frozenset[str]


def traits_of(reading: Reading) -> Traits:
    parts = parts_of(reading)
    return Traits(
        frozenset(name for part in parts for name in part.names),
        frozenset(value for part in parts for value in part.numbers if value >= LEAST_TELLING),
        frozenset(date for part in parts for date in part.dates),
    )


LEAST_TELLING = 13.0
"""Smaller numbers stand in any text."""


def shared_traits(ours: Traits, theirs: Traits) -> tuple[frozenset[str], frozenset[float], frozenset[str]]:
    """The names (spelt nearly alike), numbers and dates that both have."""
    names = frozenset(name for name in ours.names if any(fuzz.ratio(name, other) >= SAME_NAME for other in theirs.names))
    return names, ours.numbers & theirs.numbers, ours.dates & theirs.dates


SAME_NAME = 80

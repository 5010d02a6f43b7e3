"""The words by which languages count, measure, date and deny, as far as two texts are compared by them.

The words stand in `data/expressions.tsv` and `data/units.tsv`; names of months and days of the week are Unicode's (CLDR, by Babel).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from newsdesk.data_files import read_rows

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """`months` and `weekdays` give the place of a name's `stem` in the year or week (January and Monday are 0), `numerals` and
    `magnitudes` the value of a word; all words are in small letters. `clock` are words for a half or a quarter of an hour."""

    code: str
    negation: re.Pattern[str] = NOTHING
    softener: re.Pattern[str] = NOTHING
    numerals: dict[str, int] = field(default_factory=dict)
    magnitudes: dict[str, int] = field(default_factory=dict)
    clock: re.Pattern[str] = NOTHING
    months: dict[str, int] = field(default_factory=dict)
    weekdays: dict[str, int] = field(default_factory=dict)

    @property
    def can_deny(self) -> bool:
        return self.negation is not NOTHING


@dataclass(frozen=True, slots=True)
class Unit:
    """`size` is in units of the dimension; for currencies it is a mere number."""

    dimension: str
    size: float


@cache
def expressions_of(code: str) -> Expressions:
    """What is known of the language's expressions; of a language that is not listed, the names of months and days at most."""
    rows = {kind: listed.split() for language, kind, listed in read_rows("check/data/expressions.tsv") if language == code}
    return Expressions(
        code=code,
        negation=_pattern(rows.get("negation", ())),
        softener=_pattern(rows.get("softener", ())),
        numerals=dict(_valued(rows.get("numeral", ()))),
        magnitudes=dict(_valued(rows.get("magnitude", ()))),
        clock=_pattern(rows.get("clock", ())),
        months=_named(code, "months"),
        weekdays=_named(code, "days"),
    )


@cache
def units() -> tuple[tuple[re.Pattern[str], Unit], ...]:
    """The patterns of the units' words, which match a whole word or sign."""
    return tuple((_pattern(listed.split()), Unit(dimension, float(size))) for dimension, size, listed in read_rows("check/data/units.tsv"))


def _pattern(listed: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, whole; a star stands for any beginning or ending, after an apostrophe the next word may follow at once."""
    return re.compile("|".join(map(_alternative, listed)), re.IGNORECASE) if listed else NOTHING


def _alternative(word: str) -> str:
    before = "" if word.startswith("*") or not word[0].isalpha() else r"(?<![^\W\d_])"
    after = r"[^\W\d_]*" if word.endswith("*") else "" if word.endswith("'") else r"(?![^\W\d_])"
    return before + re.escape(word.strip("*")) + after


def _valued(listed: Iterable[str]) -> Iterator[tuple[str, int]]:
    for entry in listed:
        value, words = entry.split("=")
        yield from ((word, int(value)) for word in words.split(","))


def _named(code: str, what: str) -> dict[str, int]:
    """The wide names as dates have them ("января"), the place counting from 0."""
    names = getattr(Locale(code), what)["format"]["wide"]
    return {stem(name.lower(), code): place - (what == "months") for place, name in names.items()}


def stem(word: str, code: str) -> str:
    """The word without its ending, in languages whose names of months and days are declined."""
    return word.rstrip(_ENDINGS) if code in _DECLINED else word


_DECLINED = frozenset({"cs", "pl", "ru"})
_ENDINGS = "aeiouyąęíéůаеёиоуыэюяьй"

"""Words for numbers, units, dates and negations in several languages, for comparing two texts.

They are in `data/expressions.tsv` and `data/units.tsv`; names of months and weekdays are those of CLDR (by Babel).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from newsdesk.data_files import read_rows

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """The expressions of a language, in lower case.

    `months` and `weekdays` map the `stem` of a name to its index (January and Monday are 0), `numerals` and `magnitudes` map words to
    values. `denial` are words that deny a verb; if there is a `completion`, only before one in the same clause. `clock` are words for a
    half or a quarter of an hour.
    """

    code: str
    negation: re.Pattern[str] = NOTHING
    softener: re.Pattern[str] = NOTHING
    denial: re.Pattern[str] = NOTHING
    completion: re.Pattern[str] | None = None
    numerals: dict[str, int] = field(default_factory=dict)
    magnitudes: dict[str, int] = field(default_factory=dict)
    clock: re.Pattern[str] = NOTHING
    months: dict[str, int] = field(default_factory=dict)
    weekdays: dict[str, int] = field(default_factory=dict)

    @property
    def has_capital_nouns(self) -> bool:
        """Whether all nouns are capitalised, so that a capital letter does not indicate a name."""
        return self.code == "de"

    @property
    def denies_after(self) -> bool:
        """Whether the denying word stands after the verb."""
        return self.code in ("de", "nl")

    @property
    def doubles_negations(self) -> bool:
        """Whether a word like "nothing" needs a "not" beside it, so that both are one negation."""
        return self.code in ("es", "fr", "it", "pl", "pt", "ru")

    @property
    def can_deny(self) -> bool:
        return self.denial is not NOTHING


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. `size` is in the base unit of its dimension; for currencies it is only an id."""

    dimension: str
    size: float


@cache
def expressions_of(code: str) -> Expressions:
    """Return the expressions of a language; for languages that are not listed, only names of months and weekdays, if any."""
    rows = {kind: listed.split() for language, kind, listed in read_rows("check/data/expressions.tsv") if language == code}
    return Expressions(
        code=code,
        negation=_pattern(rows.get("negation", ())),
        softener=_pattern(rows.get("softener", ())),
        denial=_denial(rows.get("denial", ()), rows.get("auxiliary", ())),
        completion=_pattern(rows["completion"]) if "completion" in rows else None,
        numerals=_with_compounds(dict(_valued(rows.get("numeral", ()))), rows.get("joiner", ())),
        magnitudes=dict(_valued(rows.get("magnitude", ()))),
        clock=_pattern(rows.get("clock", ())),
        months=_named(code, "months"),
        weekdays=_named(code, "days"),
    )


@cache
def units() -> tuple[tuple[re.Pattern[str], Unit], ...]:
    """Return patterns that match whole words or signs of units."""
    return tuple((_pattern(listed.split()), Unit(dimension, float(size))) for dimension, size, listed in read_rows("check/data/units.tsv"))


def _pattern(listed: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches any of the words, not as the first part of a compound ("Nicht-Raucher"). A star means any prefix or
    suffix; after an apostrophe no space is needed."""
    return re.compile("|".join(map(_alternative, listed)), re.IGNORECASE) if listed else NOTHING


def _alternative(word: str) -> str:
    before = "" if word.startswith("*") or not word[0].isalpha() else r"(?<![^\W\d_])"
    after = r"[^\W\d_]*" if word.endswith("*") else "" if word.endswith("'") else r"(?!-?[^\W\d_])"
    return before + re.escape(word.strip("*")) + after


def _denial(listed: Sequence[str], auxiliaries: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern whose group `deny` is a word that denies a verb; if the language has auxiliaries, "not" only after one."""
    if not listed:
        return NOTHING
    words = f"(?P<deny>{_pattern(listed).pattern})"
    if not auxiliaries:
        return re.compile(words, re.IGNORECASE)
    alone, after = "(?=n't|cannot)", rf"(?:{_pattern(auxiliaries).pattern})(?: \w+)? (?=not\b)"
    return re.compile(f"(?:{alone}|{after}){words}", re.IGNORECASE)


def _valued(listed: Iterable[str]) -> Iterator[tuple[str, int]]:
    for entry in listed:
        value, words = entry.split("=")
        yield from ((word, int(value)) for word in words.split(","))


def _with_compounds(numerals: dict[str, int], joiner: Sequence[str]) -> dict[str, int]:
    """The numerals with those that join ones and tens in one word ("siebenundzwanzig")."""
    if not joiner:
        return numerals
    one, *joined_by = joiner
    ones = {one: 1} | {word: value for word, value in numerals.items() if value < 10}
    tens = {word: value for word, value in numerals.items() if 20 <= value < 100}
    return numerals | {f"{a}{link}{b}": ones[a] + tens[b] for a in ones for link in joined_by for b in tens}


def _named(code: str, what: str) -> dict[str, int]:
    """Return the indices of the wide names in the form that is used in dates ("января"), from 0."""
    names = getattr(Locale(code), what)["format"]["wide"]
    return {stem(name.lower(), code): place - (what == "months") for place, name in names.items()}


def stem(word: str, code: str) -> str:
    """Return a word without its ending, in languages in which names of months and weekdays are declined."""
    return word.rstrip(_ENDINGS) if code in _DECLINED else word


_DECLINED = frozenset({"cs", "pl", "ru"})
_ENDINGS = "aeiouyąęíéůаеёиоуыэюяьй"

"""Days as pages and feeds write them, in many languages: month names from the Unicode CLDR, by babel."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from babel import Locale

LANGUAGES = (
    "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "gu", "he",
    "hi", "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "lt", "lv", "mk", "ml", "mr", "ms", "mt", "nb", "ne", "nl", "pa", "pl", "pt",
    "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi",
)  # fmt: skip
"""Languages whose months have names; Chinese, Japanese and Korean count theirs."""

BUDDHIST_ERA = 543
"""Years by which Thai calendars are ahead."""
_YEAR = r"((?:19|20|25)\d\d)(?!\d)"
_FIRST_BUDDHIST = 2500
_DAY = r"(?<!\d)([0-3]?\d)(?!\d)"
_NAME = r"([^\s\d.,/]{2,20})"
_HEBREW_IN = "ב"
_OF = r"(?:\w{1,3}\.?\s+)?"
"""A small word between: "2 de mayo de 2026", "2026 m. gegužės 2"."""
_DAY_FIRST = re.compile(rf"{_DAY}(?:[.ºª°]|er|st|nd|rd|th)?\s+{_OF}{_NAME}[.,]*\s+{_OF}{_YEAR}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_NAME}\.?\s+{_DAY}(?:st|nd|rd|th)?[.,]*\s+{_YEAR}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}\.?\s+{_OF}{_NAME}\.?\s+{_DAY}", re.IGNORECASE)
_COUNTED = re.compile(rf"(?<!\d){_YEAR}\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일号]")
_DOTTED = re.compile(rf"(?<!\.){_DAY}\.\s?(\d{{1,2}})\.\s?{_YEAR}(?!\.\d)")


_SHORTEST_CUT = 3
"""Letters of a name that is cut off: fewer fit too many months."""


def find_day(line: str, *, language: str | None = None, cut: bool = False) -> dt.date | None:
    """The first day that a line names with a month's name, a counted month or between dots; None where it names none.

    `language` (its first letters up to a dash count) decides between months of one name: listopad is October in Croatian
    and November in Polish. Dates between slashes are left out: their order cannot be told. With `cut`, names that are cut
    off are read too ("Mär", "ноя"): for a line that is known to be a date.
    """
    line = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in line)
    return next((day for day in _days(line, (language or "").lower().replace("_", "-").split("-")[0], cut=cut)), None)


def _days(line: str, language: str, *, cut: bool) -> Iterator[dt.date]:
    for match in _COUNTED.finditer(line):
        yield from _day(match[1], int(match[2]), match[3])
    for form, (year, name, day) in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_YEAR_FIRST, (1, 2, 3))):
        for match in form.finditer(line):
            month = _month_of(match[name], language) or (_month_of_cut(match[name], language) if cut else None)
            yield from _day(match[year], month, match[day])
    for match in _DOTTED.finditer(line):
        yield from _day(match[3], int(match[2]), match[1])


def _day(year: str, month: int | None, day: str) -> Iterator[dt.date]:
    years = int(year)
    try:
        yield dt.date(years - BUDDHIST_ERA if years >= _FIRST_BUDDHIST else years, month or 0, int(day))
    except ValueError:
        return


def _month_of(name: str, language: str) -> int | None:
    """The month of this name in the language, else in whichever language has it where all that have it agree."""
    known = _months().get(_key(name)) or _months().get(_key(name).removeprefix(_HEBREW_IN), {})
    if language in known:
        return known[language]
    return next(iter(known.values())) if len(set(known.values())) == 1 else None


def _month_of_cut(name: str, language: str) -> int | None:
    """The month whose name begins so in the language, else the only one that begins so in any."""
    beginning = _key(name)
    if len(beginning) < _SHORTEST_CUT:
        return None
    begun = [known for full, known in _months().items() if full.startswith(beginning)]
    months = {known[language] for known in begun if language in known} or {month for known in begun for month in known.values()}
    return next(iter(months)) if len(months) == 1 else None


@cache
def _months() -> dict[str, dict[str, int]]:
    """Name -> language -> month. Made in a fifth of a second when a page first needs it."""
    names: dict[str, dict[str, int]] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[use][width].items():
                    names.setdefault(_key(name), {})[language] = month
    return names


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip(".")

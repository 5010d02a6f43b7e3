"""Days as pages and feeds write them, in many languages: month names from the Unicode CLDR, by babel, and from `data/`."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale, UnknownLocaleError

LANGUAGES = (
    "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "gu", "he",
    "hi", "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "lt", "lv", "mk", "ml", "mr", "ms", "mt", "nb", "ne", "nl", "pa", "pl", "pt",
    "ro", "ru", "sk", "sl", "sq", "sr", "sr_Latn", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz",
    "ar_LB", "ar_MA", "ar_TN",
)  # fmt: skip
"""Locales whose months have names; Chinese, Japanese and Korean count theirs, as Vietnamese does mostly. Arabic has three sets of
names beside that of Egypt and the Gulf: of the Levant and Iraq, of Morocco, and of Tunisia and Algeria."""

BUDDHIST_ERA = 543
"""Years by which Thai calendars are ahead."""
_FIRST_BUDDHIST = 2500
_PERSIAN_YEARS = range(1374, 1411)
"""1995 to 2032; years of the Islamic calendar are higher in that time, 1415 to 1454."""
_PERSIAN_MONTHS = (31,) * 6 + (30,) * 5 + (29,)
_YEAR = r"((?:19|20|25)\d\d|1[34]\d\d)(?!\d)"
_DAY = r"(?<!\d)([0-3]?\d)(?!\d)"
_LETTERS = r"[^\s\d.,،/|:()]{2,20}"
_NAME = rf"({_LETTERS}(?:\s{_LETTERS})??(?:\s{_LETTERS})??)"
"""Up to three words: "tháng mười hai", "تشرين الثاني"."""
_HEBREW_IN = "ב"
_OF = r"(?:\w{1,3}\.?\s+)?"
"""A small word between: "2 de mayo de 2026", "2026 m. gegužės 2"."""
_ORDINAL = r"(?:[.ºª°]|er|st|nd|rd|th)?"
_OTHER_NAME = rf"(?:\s?/\s?{_LETTERS}(?:\s{_LETTERS})?)?"
""" "2 يناير/كانون الثاني 2026": the month's name in two systems."""
_DAY_FIRST = re.compile(rf"{_DAY}{_ORDINAL}\s+{_OF}{_NAME}{_OTHER_NAME}[.,،]*\s+{_OF}{_YEAR}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_NAME}\.?\s+{_DAY}(?:st|nd|rd|th)?[.,،]*\s+{_YEAR}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}\.?\s+{_OF}{_NAME}\.?\s+{_DAY}", re.IGNORECASE)
_YEAR_THEN_DAY = re.compile(rf"(?<!\d){_YEAR}\.?\s+\w{{1,5}}\.?\s+{_DAY}\.\s*{_NAME}", re.IGNORECASE)
""" "2026. gada 2. maijs"."""
_WORDED = ((_DAY_FIRST, 3, 2, 1), (_MONTH_FIRST, 3, 1, 2), (_YEAR_FIRST, 1, 2, 3), (_YEAR_THEN_DAY, 1, 3, 2))
"""Each form with the numbers of its groups: year, month, day."""
_COUNTED = re.compile(rf"(?<!\d){_YEAR}\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일号]")
_COUNTED_DAY_FIRST = re.compile(rf"{_DAY}\s+(?:tháng|thg\.?)\s*(\d{{1,2}})(?:,|\s+năm)?\s+{_YEAR}", re.IGNORECASE)
_DOTTED = re.compile(rf"(?<!\.){_DAY}\.\s?(\d{{1,2}})\.\s?{_YEAR}(?!\.\d)")
_SLASHED = re.compile(rf"(?<![\d/]){_DAY}([/-])(\d{{1,2}})\2((?:19|20)\d\d)(?![\d/])")
_PERSIAN_SLASHED = re.compile(r"(?<![\d/])(1[34]\d\d)/(\d{1,2})/(\d{1,2})(?![\d/])")
_SHORTEST_CUT = 3
"""Letters of a name that is cut off: fewer fit too many months."""
_ALIKE = str.maketrans("يكأإآ", "یکااا")
"""Letters that Arabic and Persian keyboards and careful and hasty writers choose between."""


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day, and where in the line it is written."""

    day: dt.date
    start: int
    end: int


def find_day(line: str, *, language: str | None = None, month_first: bool | None = None, cut: bool = False) -> FoundDay | None:
    """The first day that a line names with a month's name, a counted month, between dots or slashes; None where it names none.

    `language` (its first letters up to a dash count) decides between months of one name: listopad is October in Croatian
    and November in Polish. Between slashes `month_first` says which number is the month where both could be; where it is
    None such a day is left out. With `cut`, names that are cut off are read too ("Mär", "ноя"): for a line that is known to
    be a date.
    """
    line = with_plain_digits(line)
    return next(_days(line, language=(language or "").lower().replace("_", "-").split("-")[0], month_first=month_first, cut=cut), None)


def order_of_slashed(lines: list[str]) -> bool | None:
    """Whether the month stands first in the slashed dates of these lines; None where none has a number above 12, or they disagree."""
    pairs = [(int(match[1]), int(match[3])) for line in lines for match in _SLASHED.finditer(with_plain_digits(line))]
    orders = {second > 12 for first, second in pairs if (first > 12) != (second > 12)}
    return orders.pop() if len(orders) == 1 else None


def order_of_language(language: str | None) -> bool | None:
    """Whether the month stands first in the short dates of a language, by the CLDR.

    None for English without a country: its writers do both. `en-US` says little too, since systems are set to it as they come.
    """
    parts = (language or "").replace("_", "-").split("-")
    if not parts[0] or (parts[0].lower() == "en" and (len(parts) == 1 or parts[-1].upper() == "US")):
        return None
    try:
        pattern = str(Locale.parse("_".join(parts[:2])).date_formats["short"].pattern)
    except (ValueError, UnknownLocaleError):
        return None
    return pattern.lstrip("y/ -.").startswith("M") if pattern[0] != "y" else None


def with_plain_digits(line: str) -> str:
    """The line with 0 to 9 in place of the digits of other scripts."""
    return line if line.isascii() else "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in line)


def _days(line: str, *, language: str, month_first: bool | None, cut: bool) -> Iterator[FoundDay]:
    for match in _COUNTED.finditer(line):
        yield from _day(match, match[1], int(match[2]), match[3])
    for match in _COUNTED_DAY_FIRST.finditer(line):
        yield from _day(match, match[3], int(match[2]), match[1])
    for form, year, name, day in _WORDED:
        for match in form.finditer(line):
            month, calendar = _month_of(match[name], language)
            if month is None and cut:
                month = _month_of_cut(match[name], language)
            yield from _day(match, match[year], month, match[day], is_persian=calendar == "persian")
    for match in _DOTTED.finditer(line):
        yield from _day(match, match[3], int(match[2]), match[1])
    for match in _PERSIAN_SLASHED.finditer(line):
        yield from _day(match, match[1], int(match[2]), match[3], is_persian=True)
    for match in _SLASHED.finditer(line):
        yield from _slashed(match, month_first=month_first)


def _slashed(match: re.Match[str], *, month_first: bool | None) -> Iterator[FoundDay]:
    first, second = match[1], match[3]
    if int(first) <= 12 and int(second) <= 12:
        if month_first is None and first != second:
            return
    else:
        month_first = int(second) > 12
    yield from _day(match, match[4], int(first if month_first else second), second if month_first else first)


def _day(match: re.Match[str], year: str, month: int | None, day: str, *, is_persian: bool = False) -> Iterator[FoundDay]:
    years = int(year)
    try:
        if is_persian:
            found = persian_day(years, month or 0, int(day))
        else:
            found = dt.date(years - BUDDHIST_ERA if years >= _FIRST_BUDDHIST else years, month or 0, int(day))
    except ValueError:
        return
    if found.year >= 1900:
        yield FoundDay(found, match.start(), match.end())


def persian_day(year: int, month: int, day: int) -> dt.date:
    """The Gregorian day of one in the Persian calendar, by its cycle of 33 years with 8 leap days, which holds from 1800 to 2256.

    Raises ValueError for a month or day that there is not, and for years outside 1374 to 1410.
    """
    if year not in _PERSIAN_YEARS or not 1 <= month <= 12 or not 1 <= day <= _PERSIAN_MONTHS[month - 1] + (month == 12):
        raise ValueError(f"no day of the Persian calendar: {year}-{month}-{day}")
    return dt.date.fromordinal(226_894 + 365 * (year - 1) + (8 * year + 21) // 33 + sum(_PERSIAN_MONTHS[: month - 1]) + day)


def _month_of(name: str, language: str) -> tuple[int | None, str]:
    """The month of this name and its calendar, in the language, else in whichever language has it where all that have it agree."""
    key = _key(name)
    known = next((found for form in (key, key.removeprefix(_HEBREW_IN), *_shorter(key)) if (found := _months().get(form))), {})
    months = {known[language]} if language in known else set(known.values())
    return months.pop() if len(months) == 1 else (None, "")


def _month_of_cut(name: str, language: str) -> int | None:
    """The month whose name begins so in the language, else the only one that begins so in any."""
    beginning = _key(name)
    if len(beginning) < _SHORTEST_CUT:
        return None
    begun = [known for full, known in _months().items() if full.startswith(beginning)]
    months = {known[language] for known in begun if language in known} or {month for known in begun for month in known.values()}
    return months.pop()[0] if len(months) == 1 else None


def _shorter(key: str) -> list[str]:
    """The key without the words before its last one, or after its first: a weekday or a small word may stand beside a month."""
    words = key.split(" ")
    return [words[-1], words[0]] if len(words) > 1 else []


@cache
def _months() -> dict[str, dict[str, tuple[int, str]]]:
    """Name -> language -> month and calendar. Made in a fifth of a second when a page first needs it."""
    names: dict[str, dict[str, tuple[int, str]]] = {}
    for locale in LANGUAGES:
        months = Locale.parse(locale).months
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[use][width].items():
                    names.setdefault(_key(name), {}).setdefault(locale.partition("_")[0], (month, "gregorian"))
    for line in (resources.files("newsdesk") / "data/month_names.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        row, _, listed = line.partition("\t")
        calendar, _, language = row.partition(".")
        for month, spellings in enumerate(listed.split("|"), start=1):
            for spelling in filter(None, spellings.split("/")):
                names.setdefault(_key(spelling), {}).setdefault(language, (month, calendar))
    return names


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().translate(_ALIKE).strip(".")
    return re.sub(r"^d['’]", "", plain)

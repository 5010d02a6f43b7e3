"""Parses days in text, in many languages. Month names are from the Unicode CLDR (Babel) and from `data/`."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from babel import Locale, UnknownLocaleError

from newsdesk.data_files import read_rows

LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fil", "fr", "ga",
    "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "km", "ky", "lo", "lt", "lv", "mk", "ml", "mr", "ms",
    "mt", "my", "nb", "ne", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sr_Latn", "sv", "sw", "ta",
    "te", "tg", "th", "tr", "uk", "ur", "uz",
    "ar_LB", "ar_MA", "ar_TN", "de_AT",
)  # fmt: skip
"""Locales with month names. Chinese, Japanese, Korean and mostly Vietnamese number their months. Besides the month names of Egypt and
the Gulf, Arabic has those of the Levant and Iraq, of Morocco, and of Tunisia and Algeria."""

BUDDHIST_ERA = 543
"""Difference between years of the Thai calendar and Gregorian years."""
_FIRST_BUDDHIST = 2500
_PERSIAN_YEARS = range(1374, 1411)
"""1995 to 2032 CE. In that time the years of the Islamic calendar are higher: 1415 to 1454."""
_PERSIAN_MONTHS = (31,) * 6 + (30,) * 5 + (29,)
_YEAR = r"((?:19|20|25)\d\d|1[34]\d\d)(?!\d)"
_DAY = r"(?<!\d)([0-3]?\d)(?!\d)"
_LETTERS = r"[^\s\d.,،/|:()]{2,20}"
_DOTTED_NAME = r"(?:[\u0e00-\u0eff]{1,3}\.){2}"
"""Abbreviations with two full stops in Thai and Lao: "ม.ค."."""
_NAME = rf"({_DOTTED_NAME}|{_LETTERS}(?:\s{_LETTERS})?(?:\s{_LETTERS})?)"
"""Up to three words: "tháng mười hai", "تشرين الثاني"."""
_HEBREW_IN = "ב"
_EZAFE = "\u0654"
"""The mark with which Persian joins the name of a month to the year: "ژانویهٔ ۲۰۲۶"."""
_OF = r"(?:(?:\w{1,3}\.?|[คพ]\.ศ\.)\s+)?"
"""An optional short word, as in "2 de mayo de 2026" and "2026 m. gegužės 2", or the era in Thai."""
_GAP = r"(?:\s+|[-/])"
"""Between day, month and year: "2 May 2026", "02-May-2026"."""
_ORDINAL = r"(?:[.ºª°]|er|st|nd|rd|th)?"
_OTHER_NAME = rf"(?:\s?/\s?{_LETTERS}(?:\s{_LETTERS})?)?"
""" "2 يناير/كانون الثاني 2026": the month's name in two systems."""
_DAY_FIRST = re.compile(rf"{_DAY}{_ORDINAL}{_GAP}{_OF}{_NAME}{_OTHER_NAME}[.,،]*{_GAP}{_OF}{_YEAR}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_NAME}\.?\s+{_DAY}(?:st|nd|rd|th)?[.,،]*\s+{_YEAR}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}(?:[.,]|(?:\(e\))?ko)?\s+{_OF}{_NAME}\.?\s+{_DAY}", re.IGNORECASE)
_YEAR_THEN_DAY = re.compile(rf"(?<!\d){_YEAR}\.?\s+\w{{1,5}}\.?\s+{_DAY}\.\s*{_NAME}", re.IGNORECASE)
""" "2026. gada 2. maijs"."""
_YEAR_WITH_WORD = re.compile(rf"(?<!\d){_YEAR}[\s-]\w{{1,2}}\.,?\s+{_DAY}[\s-]{_NAME}", re.IGNORECASE)
""" "2026 ж. 2 мамыр", "2026-ж., 2-май"."""
_WORDED = ((_DAY_FIRST, 3, 2, 1), (_MONTH_FIRST, 3, 1, 2), (_YEAR_FIRST, 1, 2, 3), (_YEAR_THEN_DAY, 1, 3, 2), (_YEAR_WITH_WORD, 1, 3, 2))
"""Each pattern with the numbers of its groups for year, month and day."""
_COUNTED = re.compile(rf"(?<!\d){_YEAR}\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일号]")
_COUNTED_MONGOLIAN = re.compile(rf"(?<!\d){_YEAR}\s+оны\s+(\d{{1,2}})\s?(?:-?р)?\s+сарын\s+(\d{{1,2}})(?!\d)")
_COUNTED_DAY_FIRST = re.compile(rf"{_DAY}\s+(?:tháng|thg\.?)\s*(\d{{1,2}})(?:,|\s+năm)?\s+{_YEAR}", re.IGNORECASE)
_DOTTED = re.compile(rf"(?<!\.){_DAY}\.\s?(\d{{1,2}})\.\s?{_YEAR}(?!\.\d)")
_SLASHED = re.compile(rf"(?<![\d/]){_DAY}([/-])(\d{{1,2}})\2((?:19|20)\d\d)(?![\d/])")
_PERSIAN_SLASHED = re.compile(r"(?<![\d/])(1[34]\d\d)/(\d{1,2})/(\d{1,2})(?![\d/])")
_SHORTEST_CUT = 3
"""Least number of letters of an abbreviated name; fewer would match several months."""
_ALIKE = str.maketrans("يكأإآ", "یکااا")
"""Letters that Arabic and Persian texts use interchangeably."""


Month = tuple[int, str]
"""A month's number in its calendar, and the calendar: gregorian or persian."""


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day, and its position in the line."""

    day: dt.date
    start: int
    end: int


def find_day(line: str, *, language: str | None = None, month_first: bool | None = None, cut: bool = False) -> FoundDay | None:
    """Find the first day in a line: with a month name, a numbered month, dots or slashes. None if there is none.

    `language` (a tag, of which only the primary subtag is used) decides if a month name is ambiguous: listopad is October in Croatian
    and November in Polish. `month_first` decides the order of ambiguous dates with slashes; if it is None, they are skipped.
    With `cut`, abbreviated month names are accepted ("Mär", "ноя"): use it for a line that is known to be a date.
    """
    line = with_plain_digits(line)
    return next(_days(line, language=(language or "").lower().replace("_", "-").split("-")[0], month_first=month_first, cut=cut), None)


def order_of_slashed(lines: list[str]) -> bool | None:
    """Whether the month comes first in dates with slashes; None if no line has a number above 12, or if lines disagree."""
    pairs = [(int(match[1]), int(match[3])) for line in lines for match in _SLASHED.finditer(with_plain_digits(line))]
    orders = {second > 12 for first, second in pairs if (first > 12) != (second > 12)}
    return orders.pop() if len(orders) == 1 else None


@cache
def order_of_language(language: str | None) -> bool | None:
    """Whether the month comes first in the short date format of a language, according to the CLDR.

    None for English without a country, where both orders are used, and for `en-US`, which is the default of many systems.
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
    """Replace the digits of other scripts by 0 to 9."""
    return line if line.isascii() else "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in line)


def _days(line: str, *, language: str, month_first: bool | None, cut: bool) -> Iterator[FoundDay]:
    for match in (*_COUNTED.finditer(line), *_COUNTED_MONGOLIAN.finditer(line)):
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
    """Convert a day of the Persian calendar to the Gregorian calendar, with the 33-year cycle of 8 leap days (exact from 1800 to 2256 CE).

    Raises ValueError for an invalid month or day, and for years outside 1374 to 1410.
    """
    if year not in _PERSIAN_YEARS or not 1 <= month <= 12 or not 1 <= day <= _PERSIAN_MONTHS[month - 1] + (month == 12):
        raise ValueError(f"no day of the Persian calendar: {year}-{month}-{day}")
    return dt.date.fromordinal(226_894 + 365 * (year - 1) + (8 * year + 21) // 33 + sum(_PERSIAN_MONTHS[: month - 1]) + day)


def _month_of(name: str, language: str) -> tuple[int | None, str]:
    """The month of a name and its calendar, in the given language, or in any if all languages with this name agree."""
    key = _key(name)
    forms = (key, key.removeprefix(_HEBREW_IN), *_shorter(key))
    own = _names_in(language)
    if known := next((own[form] for form in forms if form in own), None):
        return known
    everywhere = _months()
    months = set(next((everywhere[form] for form in forms if form in everywhere), {}).values())
    return months.pop() if len(months) == 1 else (None, "")


def _month_of_cut(name: str, language: str) -> int | None:
    """The month of an abbreviated name in the given language, or the only one in any language."""
    beginning = _key(name)
    if len(beginning) < _SHORTEST_CUT:
        return None
    begun = [known for full, known in _months().items() if full.startswith(beginning)]
    months = {known[language] for known in begun if language in known} or {month for known in begun for month in known.values()}
    return months.pop()[0] if len(months) == 1 else None


def _shorter(key: str) -> list[str]:
    """The last and the first word of a key: the others may be a weekday or a short word."""
    words = key.split(" ")
    return [words[-1], words[0]] if len(words) > 1 else []


@cache
def _months() -> dict[str, dict[str, Month]]:
    """Map name and language to month. Built in 0.3 s at first use, which is the first month not in the page's own language."""
    names: dict[str, dict[str, Month]] = {}
    for language in dict.fromkeys([*(locale.partition("_")[0] for locale in LANGUAGES), *_written_names()]):
        for name, month in _names_in(language).items():
            names.setdefault(name, {})[language] = month
    return names


@cache
def _names_in(language: str) -> dict[str, Month]:
    """Map name to month for all locales of one language."""
    names: dict[str, Month] = {}
    for locale in LANGUAGES:
        if locale.partition("_")[0] == language:
            months = Locale.parse(locale).months
            for use, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
                for month, name in months[use][width].items():
                    names.setdefault(_key(name), (month, "gregorian"))
    for name, month in _written_names().get(language, ()):
        names.setdefault(name, month)
    return names


@cache
def _written_names() -> dict[str, list[tuple[str, Month]]]:
    """Map language to the names and months of `data/month_names.tsv`."""
    names: dict[str, list[tuple[str, Month]]] = {}
    for row, listed in read_rows("data/month_names.tsv"):
        calendar, _, language = row.partition(".")
        for month, spellings in enumerate(listed.split("|"), start=1):
            names.setdefault(language, []).extend((_key(spelling), (month, calendar)) for spelling in filter(None, spellings.split("/")))
    return names


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().translate(_ALIKE).removesuffix(_EZAFE).strip(".")
    return re.sub(r"^d['’]", "", plain)

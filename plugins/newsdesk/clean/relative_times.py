"""Reads how long ago something was published: "2 hours ago", "vor 3 Tagen", with the words of the CLDR (Babel)."""

import datetime as dt
import re
from functools import cache
from typing import Literal

from babel import UnknownLocaleError
from babel.dates import format_timedelta

from newsdesk.months import LANGUAGES, with_plain_digits

_LANGUAGES = (*LANGUAGES, "fa", "ja", "ko", "vi", "zh")
_OTHER_PHRASES = {
    dt.timedelta(minutes=1): (r"(\d{1,2})\s?m(?:ins?)?\s+ago", r"منذ\s(\d{1,2})\sدقي?ق\w+"),
    dt.timedelta(hours=1): (r"(\d{1,2})\s?h(?:rs?)?\s+ago", r"منذ\s(\d{1,2})\sساع\w+"),
    dt.timedelta(days=1): (r"(\d{1,2})\s?d\s+ago", r"منذ\s(\d{1,2})\sأ?ي\w+"),
}
"""For each unit, phrases of many pages that the CLDR lacks."""
_NUMBERS = (1, 2, 3, 5)
"""Numbers that have different plural forms in the languages with several."""
_FORMATS: tuple[Literal["long", "short"], ...] = ("long", "short")
_DIGITS = re.compile(r"\d+")
_DAYS_OF_WEEK = 7


def read_age(line: str, *, language: str | None) -> dt.timedelta | None:
    """Return the time between what a line is about and the line: minutes, hours, or up to a week of days.

    `language` is the language of the page, without which all languages are tried.
    """
    line = with_plain_digits(line)
    if not _DIGITS.search(line):
        return None
    code = (language or "").replace("_", "-").lower().split("-")[0]
    for unit in _OTHER_PHRASES:
        for match in _pattern(unit, code if code in _LANGUAGES else "").finditer(line):
            number = int(next(filter(None, match.groups())))
            if unit * number <= dt.timedelta(days=_DAYS_OF_WEEK):
                return unit * number
    return None


@cache
def _pattern(unit: dt.timedelta, language: str) -> re.Pattern[str]:
    """Return an expression for a number of units in the past, in a language and in English, or in all languages."""
    phrases = {phrase for code in ({language, "en"} if language else _LANGUAGES) for phrase in _phrases(unit, code)}
    ordered = (*_OTHER_PHRASES[unit], *sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)", re.IGNORECASE)


def _phrases(unit: dt.timedelta, code: str) -> set[str]:
    """Return expressions for one language; none if the CLDR has no words for the past in it."""
    past = [-number * unit for number in _NUMBERS]
    try:
        written = [format_timedelta(age, format=form, add_direction=True, locale=code) for age in past for form in _FORMATS]
    except (KeyError, UnknownLocaleError):
        return set()
    phrases = (re.escape(with_plain_digits(phrase)).replace(r"\ ", r"\s?") for phrase in written)
    return {_DIGITS.sub(r"(\\d{1,2})", phrase) for phrase in phrases if _DIGITS.search(phrase)}

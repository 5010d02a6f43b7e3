"""Ages of articles are read in the words of many languages."""

import datetime as dt

import pytest

from newsdesk.clean.relative_times import read_age


@pytest.mark.parametrize(
    ("line", "language", "minutes"),
    [
        ("Published 35 minutes ago", "en-GB", 35),
        ("5 mins ago", "en", 5),
        ("2h ago", None, 120),
        ("vor 3 Stunden", "de", 180),
        ("vor 3 Std.", "de", 180),
        ("il y a 2 heures", "fr", 120),
        ("há 2 horas", None, 120),
        ("5 часов назад", "ru", 300),
        ("منذ 3 ساعات", "ar", 180),
        ("۳ ساعت پیش", "fa", 180),
        ("3시간 전", "ko", 180),
        ("3日前", "ja", 3 * 1440),
    ],
)
def test_age_is_read_in_this_language(line: str, language: str | None, minutes: int) -> None:
    assert read_age(line, language=language) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("line", ["42 comments", "In 3 hours", "500 days ago", "30 days ago", "4 min read", "ago"])
def test_other_numbers_are_no_age(line: str) -> None:
    assert read_age(line, language="en") is None

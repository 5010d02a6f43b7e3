"""Formats of dates in feeds: ambiguous ones are ignored."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.fetch.feed_dates import parse_moment

AT_NOON = dt.datetime(2026, 9, 3, 12, 30, tzinfo=dt.UTC)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Thu, 03 Sep 2026 12:30:00 GMT", "Thu, 3 Sep 2026 12:30 UT", "3 Sep 26 14:30 CEST", "Thu,03 Sep 2026 12:30:00GMT",
        "Thursday, 03-Sep-26 12:30:00 GMT", "Thu Sep  3 12:30:00 UTC 2026", "Thu Sep 03 2026 14:30:00 GMT+0200 (Central European Summer Time)",
        "2026-09-03T12:30:00Z", "2026-09-03t12:30:00z", "2026-09-03T14:30+02:00", "2026-09-03T14:30:00.123456+02", "2026-09-03 12:30:00 GMT",
        "2026-09-03T07:00:00\u22125:30", "2026-09-03T14:30:00+02:00[Europe/Paris]", "2026-09-03 14:30 Europe/Paris", "2026/09/03 12:30",
        "20260903T123000Z", "202609031230", "1788438600", "1788438600000", "1788438600.25", "Thu, 3 Sep 2026 12:30:00 PM",
        "2026-09-03 12:30 pm", "Thu, 3 Sep 2026 18:00 Hrs IST",
        "14:30, 3 September 2026 CEST", "3 Sep 2026 14h30 CEST",
    ],
)  # fmt: skip
def test_a_moment_is_read(value: str) -> None:
    assert parse_moment(value) == AT_NOON


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("CET", 11), ("CEST", 10), ("MEZ", 11), ("EET", 10), ("MSK", 9), ("BST", 11), ("EST", 17), ("EDT", 16), ("CST", 18), ("PDT", 19),
        ("JST", 3), ("KST", 3), ("SGT", 4), ("AEST", 2), ("WIB", 5), ("BRT", 15), ("SAST", 10), ("GMT+3", 9), ("UTC-04:00", 16), ("UTC +2", 10),
    ],
)  # fmt: skip
def test_a_zone_is_known_by_its_name(zone: str, hour: int) -> None:
    assert parse_moment(f"Thu, 3 Sep 2026 12:00:00 {zone}") == dt.datetime(2026, 9, 3, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("12:05 AM", 0), ("1:05 am", 1), ("11:05 a.m.", 11), ("12:05 PM", 12), ("1:05 p. m.", 13), ("11:05pm", 23), ("20:05 PM", 20),
        ("上午9:05", 9), ("下午9:05", 21), ("午後9時05分", 21), ("오후 9:05", 21), ("9:05 م", 21), ("9:05 μ.μ.", 21),
    ],
)  # fmt: skip
def test_halves_of_the_day(value: str, hour: int) -> None:
    assert parse_moment(f"2026-09-03 {value}") == dt.datetime(2026, 9, 3, hour, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("jeu., 03 sept. 2026 14:30:00 +0200", "fr"), ("Do, 3 Sep 2026 14:30:00 +0200", "de"), ("Do, 3. September 2026 14:30 MESZ", "de-AT"),
        ("jue, 3 de septiembre de 2026 12:30", "es"), ("gio, 3 set 2026 12:30:00", "it"), ("qui, 03 set 2026 12:30", "pt-BR"),
        ("do, 3 sep 2026 12:30", "nl"), ("czw, 3 wrz 2026 12:30", "pl"), ("Чт, 3 сен 2026 15:30:00 +0300", "ru"), ("3 сентября 2026 года в 15:30 МСК", "ru"), ("3 вересня 2026 12:30", "uk"),
        ("3 Eyl 2026 Per 12:30", "tr"), ("2026. szeptember 3. 12:30", "hu"), ("torsdag 3 september 2026, 12:30", "sv"),
        ("٣ سبتمبر ٢٠٢٦ 12:30", "ar"), ("3 सितंबर 2026 12:30", "hi"), ("2026年9月3日 12:30", "ja"), ("2026年9月3日12時30分", "zh"),
        ("2026년 9월 3일 12시 30분", "ko"), ("3 กันยายน 2569 12:30", "th"), ("03.09.2026 12:30", "cs"),
    ],
)  # fmt: skip
def test_months_are_read_in_the_language_of_the_feed_and_without_it(value: str, language: str) -> None:
    assert parse_moment(value, language=language) == AT_NOON
    assert parse_moment(value) in (AT_NOON, None)


@pytest.mark.parametrize(("language", "month"), [("hr", 10), ("pl", 11), (None, None)])
def test_the_language_decides_where_two_disagree(language: str | None, month: int | None) -> None:
    moment = parse_moment("14 listopada 2026 08:00", language=language)
    assert (moment.month if moment else None) == month


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-09-03", "2026-09-03"), ("3 Sep 2026", "2026-09-03"), ("25/12/2026", "2026-12-25"), ("12/25/2026", "2026-12-25"),
        ("08/08/2026", "2026-08-08"), ("2026-09-03 24:00", "2026-09-04"),
    ],
)  # fmt: skip
def test_a_day_without_a_time_is_its_midnight(value: str, day: str) -> None:
    assert parse_moment(value) == utc(day)


@pytest.mark.parametrize(
    "value",
    [
        "", "soon", "yesterday", "3 hours ago", "2026", "2026-09", "September 2026", "03/04/2026 12:30", "4-3-2026", "03.09.26",
        "2026-02-30", "31 Feb 2026 10:00", "2026-13-01", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0",
        "Wed, 30 Nov -0001 00:00:00 +0000", "3 Sep 2026 12:30 QQQ", "3 сен 2026 12:30 ЖЖЖ", "3 Sep 2026 12:30 EST5EDT", "3 Sep 2026 12:30 +2500", "3 Sep 2026 25:61",
        "3 Sep 2026 14.30 Uhr", "令和8年9月3日", "۱۴۰۵/۰۶/۱۲", "1405-06-12", "2026-W36-4", "3 Sep 2026 - 5 Sep 2026", "12:30", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_not_certain_is_none(value: str) -> None:
    assert parse_moment(value) is None


@given(st.text(max_size=60) | st.text(alphabet="0123456789-/:.,+TZ aAmMpPUCGMT年月日", max_size=40))
def test_any_text_is_a_moment_or_none(value: str) -> None:
    moment = parse_moment(value)
    assert moment is None or (moment.utcoffset() == dt.timedelta() and 1900 <= moment.year <= 2100)

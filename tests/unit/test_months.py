import datetime as dt

import pytest

from newsdesk.months import find_day

THE_DAY = dt.date(2026, 5, 2)


@pytest.mark.parametrize(
    "line",
    [
        "May 2, 2026", "2 May 2026", "2. Mai 2026", "Publié le 2 mai 2026 à 10h30", "2 de mayo de 2026", "2 de maio de 2026", "2 maggio 2026",
        "2 mei 2026", "2 maja 2026", "2. května 2026", "2. toukokuuta 2026", "2 Mayıs 2026", "2 мая 2026", "2 травня 2026", "2 Μαΐου 2026",
        "2 مايو 2026", "٢ مايو ٢٠٢٦", "2 במאי 2026", "2 मई 2026", "2 พฤษภาคม 2026", "2026. május 2.", "2026 m. gegužės 2 d.", "2026年5月2日", "2026년 5월 2일",
        "02.05.2026",
    ],
)  # fmt: skip
def test_day_is_read_in_the_language_of_the_page(line: str) -> None:
    assert find_day(line) == THE_DAY


@pytest.mark.parametrize(
    ("line", "language", "month"), [("2 listopada 2026", "hr", 10), ("2 listopada 2026", "pl-PL", 11), ("2 listopada 2026", None, None)]
)
def test_month_that_two_languages_share_is_told_by_the_language(line: str, language: str | None, month: int | None) -> None:
    day = find_day(line, language=language)
    assert (day.month if day else None) == month


@pytest.mark.parametrize(
    "line",
    [
        "", "2026", "May 2026", "02/05/2026", "5/2/2026", "31 February 2026", "Only 12 places 2026", "The 2 leading 2026 models", "1. FC 2026",
        "Version 10.2.2026.4", "12 Angry Men 1957", "Chapter 3 Marches 2026", "2 wins in 2026", "Section 31.13.2026",
    ],
)  # fmt: skip
def test_line_without_a_certain_day_gives_none(line: str) -> None:
    assert find_day(line) is None


@pytest.mark.parametrize(
    ("line", "language", "month"),
    [
        ("3 Mär 2026", "de", 3), ("3 Mär 2026", None, 3), ("3 ноя 2026", None, 11), ("3 sept 2026", "fr", 9), ("3 Febr 2026", "nl", 2),
        ("3 mar 2026", "fi", 3), ("3 mar 2026", "es", 3), ("3 j 2026", "de", None), ("3 ju 2026", "de", None), ("3 xyz 2026", None, None),
    ],
)  # fmt: skip
def test_name_that_is_cut_off_is_read_where_it_is_known_to_be_a_month(line: str, language: str | None, month: int | None) -> None:
    day = find_day(line, language=language, cut=True)
    assert (day.month if day else None) == month


def test_name_that_is_cut_off_is_no_month_in_running_text() -> None:
    assert find_day("3 ноя 2026", language="ru") is None

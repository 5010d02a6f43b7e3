import datetime as dt

import pytest

from newsdesk.months import find_day, order_of_language, order_of_slashed, persian_day

THE_DAY = dt.date(2026, 5, 2)


@pytest.mark.parametrize(
    "line",
    [
        "May 2, 2026", "2 May 2026", "2. Mai 2026", "Publié le 2 mai 2026 à 10h30", "2 de mayo de 2026", "2 de maio de 2026", "2 maggio 2026",
        "2 mei 2026", "2 maja 2026", "2. května 2026", "2. toukokuuta 2026", "2 Mayıs 2026", "2 мая 2026", "2 травня 2026", "2 Μαΐου 2026",
        "2 مايو 2026", "٢ مايو ٢٠٢٦", "2 במאי 2026", "2 मई 2026", "2 พฤษภาคม 2026", "2026. május 2.", "2026 m. gegužės 2 d.", "2026年5月2日", "2026년 5월 2일",
        "02.05.2026", "2 أيار 2026", "2 ماي 2026", "2 أيار/مايو 2026", "2 مايو، 2026", "2 de maig de 2026", "ngày 2 tháng 5 năm 2026", "2 tháng năm, 2026",
        "۱۲ اردیبهشت ۱۴۰۵", "12 ارديبهشت 1405", "1405/02/12", "2026. gada 2. maijs", "2 May, 2026", "Sat May 2, 2026",
        "02-May-2026", "2-may, 2026", "2 พ.ค. 2569", "2 พฤษภาคม พ.ศ. 2569", "2 ພ.ພ. 2026", "2 مهٔ 2026", "2026 ж. 2 мамыр", "2026-ж., 2-май",
        "2026ko maiatzaren 2a", "2026(e)ko mai. 2(a)", "2026, മേയ് 2", "2026 оны 5-р сарын 2", "2 ឧសភា 2026", "Mayo 2, 2026", "02 Mei 2026",
    ],
)  # fmt: skip
def test_day_is_read_in_the_language_of_the_page(line: str) -> None:
    found = find_day(line)
    assert found is not None
    assert found.day == THE_DAY


@pytest.mark.parametrize(
    ("line", "language", "month"), [("2 listopada 2026", "hr", 10), ("2 listopada 2026", "pl-PL", 11), ("2 listopada 2026", None, None)]
)
def test_month_that_two_languages_share_is_told_by_the_language(line: str, language: str | None, month: int | None) -> None:
    found = find_day(line, language=language)
    assert (found.day.month if found else None) == month


@pytest.mark.parametrize(
    "line",
    [
        "", "2026", "May 2026", "02/05/2026", "5/2/2026", "31 February 2026", "Only 12 places 2026", "The 2 leading 2026 models", "1. FC 2026",
        "in 2024 on 2 May", "pages 1994-2 Mays 2026", "Version 10.2.2026.4", "12 Angry Men 1957", "Chapter 3 Marches 2026", "2 wins in 2026", "Section 31.13.2026",
    ],
)  # fmt: skip
def test_line_without_a_certain_day_gives_none(line: str) -> None:
    assert find_day(line) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("20 تشرين الأول 2026", dt.date(2026, 10, 20)), ("20 تشرين الثاني 2026", dt.date(2026, 11, 20)), ("20 كانون الأول 2026", dt.date(2026, 12, 20)),
        ("20 جانفي 2026", dt.date(2026, 1, 20)), ("20 غشت 2026", dt.date(2026, 8, 20)), ("20 d'abril de 2026", dt.date(2026, 4, 20)),
        ("20 d’agost del 2026", dt.date(2026, 8, 20)), ("2 tháng mười hai, 2026", dt.date(2026, 12, 2)), ("Sept 2, 2026", dt.date(2026, 9, 2)),
    ],
)  # fmt: skip
def test_months_of_several_words_systems_and_elisions_are_read(line: str, day: dt.date) -> None:
    found = find_day(line)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    ("line", "month_first", "day"),
    [
        ("20/11/2026", None, dt.date(2026, 11, 20)),
        ("11/20/2026", None, dt.date(2026, 11, 20)),
        ("20-11-2026", None, dt.date(2026, 11, 20)),
        ("03/03/2026", None, dt.date(2026, 3, 3)),
        ("02/05/2026", None, None),
        ("02/05/2026", False, dt.date(2026, 5, 2)),
        ("02/05/2026", True, dt.date(2026, 2, 5)),
        ("20/11/2026", True, dt.date(2026, 11, 20)),
        ("20/13/2026", None, None),
        ("1/02/05/2026", None, None),
    ],
)
def test_slashed_day_is_read_where_its_order_is_known(line: str, month_first: bool | None, day: dt.date | None) -> None:
    found = find_day(line, month_first=month_first)
    assert (found.day if found else None) == day


def test_order_of_slashed_dates_is_that_of_one_that_has_only_one() -> None:
    assert order_of_slashed(["02/05/2026", "Updated 02/25/2026"]) is True
    assert order_of_slashed(["02/05/2026", "25/02/2026"]) is False
    assert order_of_slashed(["02/05/2026"]) is None
    assert order_of_slashed(["25/02/2026", "02/25/2026"]) is None


@pytest.mark.parametrize(
    ("language", "order"), [("fr", False), ("pt-BR", False), ("en-GB", False), ("en", None), ("en-US", None), ("xx", None), ("", None)]
)
def test_order_of_a_language_is_that_of_its_short_dates(language: str, order: bool | None) -> None:
    assert order_of_language(language) is order


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [((1399, 12, 30), (2021, 3, 20)), ((1400, 1, 1), (2021, 3, 21)), ((1403, 1, 1), (2024, 3, 20)), ((1404, 7, 1), (2025, 9, 23))],
)
def test_persian_day_is_the_gregorian_one(persian: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert persian_day(*persian) == dt.date(*gregorian)


@pytest.mark.parametrize("day", [(1405, 13, 1), (1405, 7, 31), (1405, 12, 31), (1300, 1, 1)])
def test_day_that_the_persian_calendar_lacks_is_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Persian"):
        persian_day(*day)


@pytest.mark.parametrize(
    ("line", "language", "month"),
    [
        ("3 Mär 2026", "de", 3), ("3 Mär 2026", None, 3), ("3 ноя 2026", None, 11), ("3 sept 2026", "fr", 9), ("3 Febr 2026", "nl", 2),
        ("3 mar 2026", "fi", 3), ("3 mar 2026", "es", 3), ("3 j 2026", "de", None), ("3 ju 2026", "de", None), ("3 xyz 2026", None, None),
    ],
)  # fmt: skip
def test_name_that_is_cut_off_is_read_where_it_is_known_to_be_a_month(line: str, language: str | None, month: int | None) -> None:
    found = find_day(line, language=language, cut=True)
    assert (found.day.month if found else None) == month


def test_name_that_is_cut_off_is_no_month_in_running_text() -> None:
    assert find_day("3 сентяб 2026", language="ru") is None

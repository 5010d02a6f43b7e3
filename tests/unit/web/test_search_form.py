"""Search forms and their queries."""

import datetime as dt
from dataclasses import replace
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from newsdesk.records import Verdict
from newsdesk.search.counts import FACETS, Interval, Split
from newsdesk.web.search_form import CHOICES, LONGEST_CHOICE, LONGEST_TEXT, SPANS, Form, read_form, to_query

DAY = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


UTC = ZoneInfo("UTC")


def _read(*pairs, **parameters):
    return read_form([*pairs, *parameters.items()], maximum_hits=100)


def _ask(form, zone=UTC, **options):
    return to_query(form, zone=zone, now=DAY, **options)


def test_an_empty_form_is_an_empty_query():
    assert _read() == Form()
    assert _read().is_empty
    assert _ask(_read()).text == ""


def test_a_form_becomes_a_query_that_includes_its_last_day():
    query = _ask(_read(q="ferry", verdict="garbled", since="2026-11-24", until="2026-11-24", person="Ines Calloway", size="40"))
    assert (query.text, query.verdict, query.person, query.size) == ("ferry", (Verdict.GARBLED,), ("Ines Calloway",), 40)
    assert (query.since, query.until) == (DAY, DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("parameters", "field", "expected"),
    [
        pytest.param({"q": "x" * 10_000}, "q", "x" * LONGEST_TEXT, id="text too long"),
        pytest.param({"q": "a\x00b\ud800c\n d"}, "q", "a b c d", id="control characters and lone surrogates"),
        pytest.param({"q": "می\u200cخواهم"}, "q", "می\u200cخواهم", id="non-joiner in a Persian word"),
        pytest.param({"verdict": "excellent"}, "verdict", (), id="unknown verdict"),
        pytest.param({"since": "yesterday"}, "since", "", id="not a date"),
        pytest.param({"until": "9999-12-31"}, "until", "", id="date without a next day"),
        pytest.param({"since": "2026-11-24T13:00+01:00"}, "since", "2026-11-24T13:00+01:00", id="moment with its offset"),
        pytest.param({"since": "2026-11-24T13:00"}, "since", "2026-11-24", id="moment of nobody's clock"),
        pytest.param({"since": "0001-01-01"}, "since", "", id="date before the zones"),
        pytest.param({"split": "source"}, "split", "source", id="split"),
        pytest.param({"split": "colour"}, "split", "", id="unknown split"),
        pytest.param({"span": "century"}, "span", "", id="unknown span"),
        pytest.param({"person": "x" * 10_000}, "person", ("x" * LONGEST_CHOICE,), id="choice too long"),
        pytest.param({"size": "100000"}, "size", 20, id="size with too many digits"),
        pytest.param({"size": "99999"}, "size", 100, id="size above the maximum"),
        pytest.param({"size": "0"}, "size", 1, id="size zero"),
        pytest.param({"size": "-3"}, "size", 20, id="negative size"),
        pytest.param({"size": "²"}, "size", 20, id="superscript digit"),
        pytest.param({"order": "oldest"}, "order", "oldest", id="order"),
        pytest.param({"order": "worst"}, "order", "", id="unknown order"),
    ],
)
def test_invalid_parameters_are_corrected_or_ignored(parameters, field, expected):
    form = _read(**parameters)
    assert getattr(form, field) == expected
    _ask(form)


def test_the_query_string_of_a_form_holds_its_fields_except_defaults():
    form = _read(q='"a b" & c', source="EFE", size="40")
    assert form.query_string() == "?q=%22a+b%22+%26+c&source=EFE&size=40"
    assert form.query_string(source=(), size=20) == "?q=%22a+b%22+%26+c"
    assert Form().query_string() == "?"


def test_values_of_a_field_are_added_and_removed_one_by_one():
    form = _read(("source", "EFE"), ("source", "ANSA"), ("source", "EFE"), q="a")
    assert form.source == ("EFE", "ANSA")
    assert form.adding("source", "NOS") == "?q=a&source=EFE&source=ANSA&source=NOS"
    assert form.adding("source", "EFE") == form.query_string()
    assert form.removing("source", "EFE") == "?q=a&source=ANSA"
    assert _ask(form).source == ("EFE", "ANSA")


def test_a_name_that_is_clicked_is_a_whole_one_and_a_typed_one_is_words():
    form = _read(place="York")
    assert not form.has("place", "York")
    both = _read(*parse_qsl(form.adding("place", "York")[1:]))
    assert both.place == ("York", "=York")
    assert [chip.value for chip in both.chips] == ["York", "York"]
    assert both.removing("place", "York") == form.query_string()
    assert both.has("place", "York")


def test_every_condition_is_a_chip_that_removes_it_alone():
    form = _read(("language", "es"), ("language", "fr"), q="a", since="2026-11-24", story="s1", verdict="no_defect_found")
    assert [(chip.label, chip.value) for chip in form.chips] == [
        ("Verdict", "no_defect_found"),
        ("Language", "es"),
        ("Language", "fr"),
        ("From", "2026-11-24"),
        ("Only", "articles of one story"),
    ]
    assert _read(*parse_qsl(form.chips[1].without[1:])) == replace(form, language=("fr",))


def test_another_search_begins_at_its_first_page():
    form = _read(q="a", after="p2")
    assert form.adding("source", "EFE") == "?q=a&source=EFE"
    assert form.query_string(after="p3") == "?q=a&after=p3"
    assert not form.chips


def test_days_are_those_of_the_reader():
    query = _ask(_read(since="2026-10-25", until="2026-10-25"), ZoneInfo("Europe/Madrid"))
    assert (query.since.isoformat(), query.until.isoformat()) == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")


def test_the_timeline_shows_the_time_of_the_search_or_so_much_before_now():
    span = {name: (query.end - query.start).days for name in SPANS if (query := _ask(_read(span=name)).timeline)}
    assert span == {"": 30, "year": 365, "decade": 3_653}
    day = _ask(_read(since="2026-11-03", until="2026-11-03", split="source")).timeline
    assert (day.start.day, day.end.day, day.interval, day.split) == (3, 4, Interval.HOUR, Split.SOURCE)
    assert _ask(_read(since="2026-11-03", until="2026-11-01")).timeline is None
    assert _ask(_read(until="2999-01-01")).timeline == _ask(_read()).timeline
    assert _ask(_read(), counts=False).timeline is None


def test_every_field_of_choices_has_a_facet_and_is_asked():
    assert {field for field, _ in FACETS.values()} == set(CHOICES)
    form = _read(*((field, "garbled") for field in CHOICES))
    assert {field: getattr(_ask(form), field) for field in CHOICES} == dict.fromkeys(CHOICES, ("garbled",))


@pytest.mark.parametrize(("given", "expected"), [("1", True), ("yes", False), ("", False)])
def test_a_search_by_meaning_or_of_one_article_of_each_event_is_asked_for_with_1(given, expected):
    query = _ask(_read(q="ferry", meaning=given, by_event=given))
    assert (query.meaning, query.by_event) == (expected, expected)


def test_an_event_narrows_a_search():
    assert _ask(_read(event="0" * 32)).event == "0" * 32

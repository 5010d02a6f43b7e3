"""Search forms and their queries."""

import datetime as dt

import pytest

from newsdesk.records import Verdict
from newsdesk.search import counts
from newsdesk.web.search_form import FACETS, LONGEST_TEXT, Form, read_form, to_query

DAY = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def _read(**parameters):
    return read_form(parameters, maximum_hits=100)


def test_an_empty_form_is_an_empty_query():
    assert _read() == Form()
    assert _read().is_empty
    assert to_query(_read()).text == ""


def test_a_form_becomes_a_query_that_includes_its_last_day():
    query = to_query(_read(q="ferry", verdict="garbled", since="2026-11-24", until="2026-11-24", person="Ines Calloway", size="40"))
    assert (query.text, query.verdict, query.person, query.size) == ("ferry", Verdict.GARBLED, "Ines Calloway", 40)
    assert (query.since, query.until) == (DAY, DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("parameters", "field", "expected"),
    [
        pytest.param({"q": "x" * 10_000}, "q", "x" * LONGEST_TEXT, id="text too long"),
        pytest.param({"q": "a\x00b\ud800c\n d"}, "q", "a b c d", id="control characters and lone surrogates"),
        pytest.param({"q": "می\u200cخواهم"}, "q", "می\u200cخواهم", id="non-joiner in a Persian word"),
        pytest.param({"verdict": "excellent"}, "verdict", "", id="unknown verdict"),
        pytest.param({"since": "yesterday"}, "since", "", id="not a date"),
        pytest.param({"until": "9999-12-31"}, "until", "", id="date without a next day"),
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
    to_query(form)


def test_the_query_string_of_a_form_holds_its_fields_except_defaults():
    form = _read(q='"a b" & c', source="EFE", size="40")
    assert form.query_string() == "?q=%22a+b%22+%26+c&source=EFE&size=40"
    assert form.query_string(source="", size=20) == "?q=%22a+b%22+%26+c"
    assert Form().query_string() == "?"


def test_another_search_begins_at_its_first_page():
    form = _read(q="a", after="p2")
    assert form.query_string(source="EFE") == "?q=a&source=EFE"
    assert form.query_string(after="p3") == "?q=a&after=p3"
    assert not form.is_narrowed


def test_every_facet_shown_is_queried_and_filters_by_a_form_field():
    assert set(FACETS) <= set(counts.FACETS)
    assert all(hasattr(Form(), field) for field, _ in FACETS.values())

"""What a form asks for, and how a text is marked."""

import datetime as dt

import pytest

from newsdesk.index.duplicates import DuplicateKind
from newsdesk.records import Verdict
from newsdesk.search import queries
from newsdesk.search.run import HitFinding
from newsdesk.web.pages import FACETS, KINDS, LONGEST_TEXT, Form, Stretch, mark_findings, outward_link, read_form, to_query

DAY = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def _read(**parameters):
    return read_form(parameters, maximum_hits=100)


def _finding(start, end):
    return HitFinding(rule="rule", severity="strong", message="It is torn.", text="", start=start, end=end)


def test_an_empty_form_asks_for_the_newest():
    assert _read() == Form()
    assert _read().is_empty
    assert to_query(_read()).text == ""


def test_a_form_becomes_a_search():
    query = to_query(_read(q="ferry", verdict="garbled", since="2026-11-24", until="2026-11-24", person="Ines Calloway", size="40"))
    assert (query.text, query.verdict, query.person, query.size) == ("ferry", Verdict.GARBLED, "Ines Calloway", 40)
    assert (query.since, query.until) == (DAY, DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("parameters", "field", "expected"),
    [
        pytest.param({"q": "x" * 10_000}, "q", "x" * LONGEST_TEXT, id="text that is too long"),
        pytest.param({"q": "a\x00b\ud800c\n d"}, "q", "a b c d", id="characters that cannot be sent"),
        pytest.param({"q": "می\u200cخواهم"}, "q", "می\u200cخواهم", id="a joiner within a Persian word"),
        pytest.param({"verdict": "excellent"}, "verdict", "", id="no verdict"),
        pytest.param({"since": "yesterday"}, "since", "", id="no date"),
        pytest.param({"until": "9999-12-31"}, "until", "", id="a date without a day after it"),
        pytest.param({"size": "100000"}, "size", 20, id="a number beyond reason"),
        pytest.param({"size": "99999"}, "size", 100, id="more than is allowed"),
        pytest.param({"size": "0"}, "size", 1, id="nothing"),
        pytest.param({"size": "-3"}, "size", 20, id="a negative number"),
        pytest.param({"size": "²"}, "size", 20, id="a digit that is no number"),
    ],
)
def test_a_form_takes_what_it_can_use(parameters, field, expected):
    form = _read(**parameters)
    assert getattr(form, field) == expected
    to_query(form)


def test_the_address_of_a_search_leads_back_to_it():
    form = _read(q='"a b" & c', source="EFE", size="40")
    assert form.address() == "?q=%22a+b%22+%26+c&source=EFE&size=40"
    assert form.address(source="", size=20) == "?q=%22a+b%22+%26+c"
    assert Form().address() == "?"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://example.org/", "http://example.org/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_become_links(url, link):
    assert outward_link(url) == link


def test_findings_are_marked_where_they_are_also_when_they_overlap_or_cross_paragraphs():
    body = "One two three.\n\nFour five."
    marked = mark_findings(body, [_finding(4, 13), _finding(8, 20)])
    assert marked == [
        [Stretch("One "), Stretch("two ", (1,)), Stretch("three", (1, 2)), Stretch(".", (2,))],
        [Stretch("Four", (2,)), Stretch(" five.")],
    ]


@pytest.mark.parametrize("finding", [_finding(-5, 3), _finding(5, 3), _finding(7, 7), _finding(20, 99), _finding(99, 120)])
def test_a_finding_out_of_place_costs_no_text(finding):
    body = "A body — with 🦜 in it.\nEnd."
    assert "\n".join("".join(stretch.text for stretch in paragraph) for paragraph in mark_findings(body, [finding])) == body


def test_every_kind_of_duplicate_has_its_words():
    assert set(KINDS) == set(DuplicateKind)


def test_every_facet_beside_the_hits_is_one_that_is_asked_for():
    assert set(FACETS) <= set(queries.FACETS)
    assert all(hasattr(Form(), field) for field, _ in FACETS.values())

"""Arguments that `newsdesk search` refuses without a request to the index: none is silently ignored."""

import pytest
from click.testing import CliRunner

from newsdesk.cli.main import newsdesk
from newsdesk.cli.search import _form


@pytest.fixture
def search(home):
    """search(*arguments): the result of the command in a home without Elasticsearch."""
    return lambda *arguments: CliRunner().invoke(newsdesk, ["search", *arguments])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--like", "a", "--versions", "b"], ["--like", "--versions"]),
        (["--like", "a", "harbour"], ["--like", "QUERY"]),
        (["harbour", "--versions", "a"], ["--versions", "QUERY"]),
        (["--like", "a", "--language", "en"], ["--like", "--language"]),
        (["--like", "a", "--since", "2026-11-01"], ["--like", "--since"]),
        (["--versions", "a", "--size", "3"], ["--versions", "--size"]),
        (["--like", "a", "--save", "mine"], ["--like", "--save"]),
        (["--like", "a", "--saved", "mine"], ["--like", "--saved"]),
        (["--saved", "mine", "--language", "en"], ["--saved", "--language"]),
        (["--saved", "mine", "harbour"], ["--saved", "QUERY"]),
        (["--list-saved", "--json"], ["--list-saved", "--json"]),
        (["--forget", "mine", "harbour"], ["--forget", "QUERY"]),
        (["harbour", "--size", "-5"], ["--size", "-5"]),
        (["harbour", "--json", "--format", "csv"], ["--json", "--format csv"]),
        (["harbour", "--newest", "--oldest"], ["--newest", "--oldest"]),
        (["harbour", "--after", "x", "--format", "csv"], ["--after", "--format csv", "--size"]),
        (["--like", "a", "--format", "rss"], ["--like", "text or json"]),
        (["--versions", "a", "--format", "csv"], ["--versions", "text or json"]),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused_by_name(search, arguments, named):
    refused = search(*arguments)
    assert refused.exit_code == 2
    error = refused.stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert all(name in error for name in named)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--like", "a", "--size", "3", "--json"],
        ["--versions", "a", "--format", "json"],
        ["harbour", "--language", "en", "--json", "--format", "json"],
        ["", "--newest"],
    ],
    ids=" ".join,
)
def test_what_goes_together_gets_as_far_as_the_index(search, arguments):
    assert "no Elasticsearch is configured" in str(search(*arguments).exception)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "gestern"], "gestern is not a date: a date is 2026"),
        (["--until", "yesterdy"], 'did you mean "yesterday"?'),
    ],
    ids=" ".join,
)
def test_a_date_that_cannot_be_is_told_with_those_that_can(search, arguments, told):
    assert told in str(search(*arguments).exception)


def test_until_includes_its_day():
    form = _form("harbour", verdict=None, since="2026-11", until="2026-11-05", all_copies=False)
    assert [str(moment.date()) for moment in (form.since, form.until)] == ["2026-11-01", "2026-11-06"]


def test_a_search_that_is_kept_is_listed_as_it_would_be_typed_until_it_is_forgotten(search):
    search("harbour", "--source", "EFE", "--person", "Ana Duarte", "--since", "2026-11-01", "--save", "mine")
    assert search("--list-saved").output.split() == ["mine", "harbour", "source:EFE", 'person:"Ana', 'Duarte"', "since:2026-11-01"]
    search("--forget", "mine")
    assert search("--list-saved").output == ""


def test_a_saved_search_has_the_size_it_was_saved_with_unless_another_is_given(search, monkeypatch):
    shown = []
    monkeypatch.setattr("newsdesk.cli.search._show", lambda form, *_, **__: shown.append(form.size))
    search("harbour", "--size", "50", "--save", "mine")
    search("--saved", "mine")
    search("--saved", "mine", "--size", "3")
    search("--saved", "mine", "--after", "page")
    assert shown == [50, 50, 3, 50]


def test_an_empty_name_is_not_passed_over(search):
    assert "not a name for a topic" in str(search("harbour", "--save", "").exception)


def test_a_saved_search_may_be_shown_in_any_size_and_shape(search):
    assert "there is no topic mine" in str(search("--saved", "mine", "--size", "3", "--format", "csv").exception)

"""Search results on a terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from newsdesk.search.meaning import FoundBy
from newsdesk.search.print import print_hits
from newsdesk.search.run import EventArticle, Hit, Part, SearchResults


def printed(results: SearchResults) -> str:
    console = Console(file=io.StringIO(), highlight=False, width=200)
    print_hits(results, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_suggestion_is_shown_as_it_was_typed() -> None:
    assert "Did you mean: negotiators [/b] [red]" in printed(SearchResults(total=0, hits=(), suggestion="negotiators [/b] [red]"))


def test_a_part_of_the_index_that_did_not_answer_is_told_of() -> None:
    told = "A part of the index did not answer"
    assert told in printed(SearchResults(total=0, hits=(), incomplete=True))
    assert told not in printed(SearchResults(total=0, hits=()))


def test_what_was_found_cannot_act_on_the_terminal() -> None:
    hostile = "Ferry\x1b[2J \u202egnp.exe"
    texts = {"id": "a", "title": hostile, "url": f"https://example.org/{hostile}", "source": hostile, "language": "en", "verdict": None}
    parts = {"title_parts": (Part(hostile),), "snippet": (Part(hostile, marked=True),), "persons": (hostile,), "organizations": (hostile,)}
    moments = {"published_at": None, "first_seen_at": None, "score": 1.0, "findings": (), "is_translation": "unknown"}
    hit = Hit(**texts, **parts, **moments, source_language=None, places=(), events=())
    shown = printed(SearchResults(total=1, hits=(hit,), suggestion=hostile))
    assert not set(shown) & set("\x1b\u202e")
    assert "Ferry\\u001b[2J" in shown


def test_notes_and_the_next_page_are_named() -> None:
    shown = printed(SearchResults(total=1, hits=(), notes=("There is no field x",), next_cursor="abc"))
    assert "There is no field x" in shown
    assert "The next page: --after abc" in shown


def test_matches_are_marked_where_colours_are_off_or_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SearchResults(total=1, hits=(hit(snippet=(Part("The "), Part("ferry", marked=True))),))
    assert "The *ferry*" in printed(found)
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), highlight=False, width=200, force_terminal=True, color_system="truecolor")
    print_hits(found, console)
    assert isinstance(console.file, io.StringIO)
    assert "*ferry*" in console.file.getvalue()


def hit(**more: Any) -> Hit:
    texts = {"id": "a", "title": "Ferry", "url": "https://example.org/a", "source": "example", "language": "en", "source_language": None}
    nothing: dict[str, Any] = dict.fromkeys(("title_parts", "snippet", "findings", "persons", "organizations", "places", "events"), ())
    moments: dict[str, Any] = {"published_at": None, "first_seen_at": None}
    return Hit(**texts, **{**nothing, **moments, **more}, score=1.0, verdict=None, is_translation="unknown")


@pytest.mark.parametrize(
    ("found_by", "told"),
    [
        (None, "score 1.00"),
        (FoundBy.WORDS, "found by its words"),
        (FoundBy.MEANING, "found by its meaning"),
        (FoundBy.BOTH, "found by words and meaning"),
    ],
)
def test_a_hit_tells_why_it_was_found(found_by: FoundBy | None, told: str) -> None:
    assert told in printed(SearchResults(total=1, hits=(hit(found_by=found_by),)))


def test_the_other_stories_of_an_event_are_listed_with_their_languages() -> None:
    other = EventArticle(id="b", title="Huelga", url="https://example.org/b", source="diario", language="es", published_at=None)
    shown = printed(SearchResults(total=1, hits=(hit(event_languages=("en", "es"), event=(other,)),)))
    assert "the same event in en, es:" in shown
    assert "es: diario, Huelga  https://example.org/b" in shown

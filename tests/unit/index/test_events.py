"""Which articles report the same event."""

import datetime as dt
from typing import Any

import pytest

from newsdesk.index.duplicates import DuplicateKind
from newsdesk.index.events import DAYS, LEAST_ALIKE, Neighbour, Report, choose_event, languages_of, likeness, numbers_in
from samples import NOW


def report(id: str = "x", *, hours: float = 0.0, **more: Any) -> Report:
    about: dict[str, Any] = {"story_id": id, "event_id": id, "opens_event": True, "language": id, **more}
    return Report(id=id, dated_at=NOW + dt.timedelta(hours=hours), **about)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,200 dockers, 1 200 Hafenarbeiter, 1.200 estibadores, 1'200 dockers", {"1200"}, id="groups of digits"),
        pytest.param("٣١ جريحا, ３１ injured", {"31"}, id="digits of other scripts"),
        pytest.param("In 2026 as in 1998", set(), id="years tell little"),
        pytest.param("3 dead, 7 hurt", set(), id="single digits are in every text"),
        pytest.param("2205 metres, 17.5 percent", {"2205", "17"}, id="what is no year, and whole parts"),
    ],
)
def test_numbers_are_compared_across_notations(text: str, expected: set[str]) -> None:
    assert numbers_in(text) == expected


def test_articles_of_one_language_have_to_be_more_alike() -> None:
    assert likeness(report("en"), report("es"), 0.6) > likeness(report("en"), report("us", language="en"), 0.6)


def test_a_number_that_both_name_speaks_for_one_happening() -> None:
    one, other = report("en", numbers=frozenset({"31", "400"})), report("es", numbers=frozenset({"31", "17"}))
    assert likeness(one, other, 0.5) > likeness(one, report("es"), 0.5)


def test_the_first_day_counts_nothing_and_each_further_one_against() -> None:
    alike = [likeness(report("en"), report("es", hours=24 * days), 0.7) for days in (0, 1, 2, 3, DAYS + 1)]
    assert alike[0] == alike[1] > alike[2] > alike[3] > alike[4] == 0


def test_an_article_is_in_the_most_alike_of_the_events_that_were_opened_before() -> None:
    near = [Neighbour(report("a", hours=-3), 0.7), Neighbour(report("b", hours=-2), 0.8)]
    assert choose_event(report(), near) == "b"


@pytest.mark.parametrize(
    "neighbour",
    [
        pytest.param(Neighbour(report("a", hours=1), 0.9), id="it is later"),
        pytest.param(Neighbour(report("a", hours=-1, opens_event=False), 0.9), id="it is itself in another event"),
        pytest.param(Neighbour(report("a", hours=-1), LEAST_ALIKE - 0.01), id="it is not alike enough"),
        pytest.param(Neighbour(report("a", hours=-1, story_id="x"), 0.9), id="it is a copy"),
    ],
)
def test_an_article_opens_an_event_of_its_own_beside(neighbour: Neighbour) -> None:
    assert choose_event(report(), [neighbour]) == "x"


def test_of_two_at_the_same_moment_one_is_the_earlier() -> None:
    assert (report("b").is_after(report("a")), report("a").is_after(report("b"))) == (True, False)


def test_copies_of_one_story_are_no_event_yet() -> None:
    copies = [report("a", story_id="s", language="en"), report("b", story_id="s", language="en", kind=DuplicateKind.EXACT_COPY)]
    assert languages_of(copies) == ()
    assert languages_of([*copies, report("c", language="es")]) == ("en", "es")

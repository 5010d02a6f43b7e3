"""Events: articles of any language that tell the same happening within days. Pure functions.

An event is an article that opens it, and the later ones that are alike enough to that one, each in the event whose opening is
most alike. An article opens an event where it is alike to no earlier one that does. So events are a function of the articles alone,
whichever arrived first; an event cannot grow from one happening into the next through what lies between; and a new article
changes only what is alike to it. This is leader clustering (Hartigan 1975) in the order of publication.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from newsdesk.index.duplicates import DuplicateKind

DAYS = 4.0
"""Articles that are further apart in time do not tell the same happening."""
LEAST_ALIKE = 0.52
"""Likeness from which two articles tell the same happening. `docs/decisions` tells how this and the following were measured."""
SAME_LANGUAGE = 0.12
"""What is taken off where both are in one language: other happenings of one kind are nearer to each other there."""
EACH_DAY = 0.12
"""What is taken off for each day after the first."""
SHARED_NUMBER = 0.05
MOST_SHARED = 2
"""So many numbers that both name count."""
LEAST_COSINE = LEAST_ALIKE - MOST_SHARED * SHARED_NUMBER
"""Articles whose vectors are further apart are not alike, whatever else they share."""

_NUMBER = re.compile(r"\d+(?:[.,'’\s]\d{3})+(?!\d)|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The properties of an article that decide on its event; `languages` are those of all articles of its event, if it has others."""

    id: str
    story_id: str
    event_id: str
    opens_event: bool
    dated_at: dt.datetime
    language: str = ""
    numbers: frozenset[str] = frozenset()
    kind: DuplicateKind | None = None
    languages: tuple[str, ...] = ()

    @property
    def is_copy(self) -> bool:
        """Whether another article of its story was first. It belongs to that one's event."""
        return self.kind not in (None, DuplicateKind.FIRST)

    def is_after(self, other: "Report") -> bool:
        return (self.dated_at, self.id) > (other.dated_at, other.id)


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of two and more digits that a text names in digits, years left out.

    >>> sorted(numbers_in("1,200 people, 1 200 Menschen, in 2026: 31 hurt, 3 dead"))
    ['1200', '31']
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = ("".join(str(unicodedata.digit(sign)) for sign in found if sign.isdigit()) for found in _NUMBER.findall(plain))
    return frozenset(number for number in numbers if len(number) > 1 and not _is_year(number))


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def likeness(one: Report, other: Report, cosine: float) -> float:
    """How alike two articles are, whose vectors have this cosine: at most 1.1, and from `LEAST_ALIKE` on they tell the same happening."""
    days = abs(one.dated_at - other.dated_at) / dt.timedelta(days=1)
    if days > DAYS:
        return 0.0
    shared = min(MOST_SHARED, len(one.numbers & other.numbers))
    of_one_language = SAME_LANGUAGE if one.language == other.language else 0.0
    return cosine + SHARED_NUMBER * shared - EACH_DAY * max(0.0, days - 1) - of_one_language


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article whose vector is near to that of another."""

    report: Report
    cosine: float


def choose_event(report: Report, neighbours: Iterable[Neighbour]) -> str:
    """The id of the article that opens the event of this one: the most alike of the earlier `neighbours` that open one, or itself."""
    openings = [
        (likeness(report, one.report, one.cosine), one.report.id)
        for one in neighbours
        if one.report.opens_event and report.is_after(one.report) and one.report.story_id != report.story_id
    ]
    best, key = max(openings, default=(0.0, report.id))
    return key if best >= LEAST_ALIKE else report.id


def languages_of(members: Iterable[Report]) -> tuple[str, ...]:
    """The languages of an event's articles; none where they are all of one story, which is no event yet."""
    known = list(members)
    if len({member.story_id for member in known}) < 2:
        return ()
    return tuple(sorted({member.language for member in known if member.language}))

"""Events: articles of any language that report the same event within days. Pure functions.

An event consists of an article that opens it and of later, sufficiently similar ones, each in the event whose opening article is
most similar. An article opens an event if it is not similar to an earlier opening article. So events depend only on the articles,
in any order of arrival; an event cannot spread to another one through intermediate articles; and a new article
changes only similar ones. This is leader clustering (Hartigan 1975) in the order of publication.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from newsdesk.index.duplicates import DuplicateKind

DAYS = 4.0
"""Articles that are further apart in time are not about the same event."""
LEAST_ALIKE = 0.52
"""Similarity from which two articles are about the same event. `docs/decisions` describes how this and the following were measured."""
SAME_LANGUAGE = 0.12
"""Deduction if both are in the same language, in which different events of one kind are nearer to each other."""
EACH_DAY = 0.12
"""Deduction for each day after the first."""
SHARED_NUMBER = 0.05
MOST_SHARED = 2
"""Maximum number of shared numbers that count."""
LEAST_COSINE = LEAST_ALIKE - MOST_SHARED * SHARED_NUMBER
"""Articles with a smaller cosine are not similar, even with shared numbers."""

_NUMBER = re.compile(r"\d+(?:[.,'’\s]\d{3})+(?!\d)|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The properties of an article that determine its event; `languages` are those of all articles of its event, if it has others."""

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
        """Whether another article of its story was first, to whose event it belongs."""
        return self.kind not in (None, DuplicateKind.FIRST)

    def is_after(self, other: "Report") -> bool:
        return (self.dated_at, self.id) > (other.dated_at, other.id)


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of at least two digits in a text, without years.

    >>> sorted(numbers_in("1,200 people, 1 200 Menschen, in 2026: 31 hurt, 3 dead"))
    ['1200', '31']
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = ("".join(str(unicodedata.digit(sign)) for sign in found if sign.isdigit()) for found in _NUMBER.findall(plain))
    return frozenset(number for number in numbers if len(number) > 1 and not _is_year(number))


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def likeness(one: Report, other: Report, cosine: float) -> float:
    """Return the similarity of two articles whose vectors have this cosine: at most 1.1, and at least `LEAST_ALIKE` for the same event."""
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
    """Return the id of the article that opens the event of this one: the most similar of the earlier opening `neighbours`, or itself."""
    openings = [
        (likeness(report, one.report, one.cosine), one.report.id)
        for one in neighbours
        if one.report.opens_event and report.is_after(one.report) and one.report.story_id != report.story_id
    ]
    best, key = max(openings, default=(0.0, report.id))
    return key if best >= LEAST_ALIKE else report.id


def languages_of(members: Iterable[Report]) -> tuple[str, ...]:
    """Return the languages of an event's articles; none if all are of one story, which is not an event yet."""
    known = list(members)
    if len({member.story_id for member in known}) < 2:
        return ()
    return tuple(sorted({member.language for member in known if member.language}))

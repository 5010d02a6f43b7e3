"""Search by meaning: the articles that are nearest to a question, whatever their language, joined with those that have its words.

Two lists are joined by reciprocal rank (Cormack, Clarke, Büttcher 2009): scores of words and cosines cannot be added, places can.
Pure, but for the model of `newsdesk.vectors`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from newsdesk.search.queries import Question, build_conditions, wording
from newsdesk.vectors import encode, pack

MOST_RANKED = 200
"""Articles that each list gives: what a search by meaning finds is bounded by twice as many."""
CANDIDATES = 300
"""Articles that Elasticsearch looks at in each segment to find the nearest 200."""
LEAST_ALIKE = 0.3
"""Cosine below which an article is not found by meaning."""
LEAST_RELATED = 0.55
"""Cosine below which an article is not related to another. Most pairs of English news at 0.55 are about one subject, at 0.45 they
have no more than their field in common."""
MOST_RELATED = 50
RANK_OFFSET = 60
"""`k` of the paper: the smaller, the more the first places of a list count."""


class FoundBy(StrEnum):
    """Why a search by meaning shows an article."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of one list. `group` is its story where one article of each is shown, else its own id; `dated_at` is sorted by."""

    id: str
    group: str
    dated_at: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article of both lists, with the sum of its reciprocal ranks."""

    candidate: Candidate
    score: float
    found_by: FoundBy


def build_nearest(question: Question) -> dict[str, Any]:
    """The `knn` part of a search: the articles nearest to the question's words that fulfil its conditions."""
    (vector,) = encode([wording(question)])
    return {
        "field": "vector",
        "query_vector": pack(vector),
        "k": MOST_RANKED,
        "num_candidates": CANDIDATES,
        "similarity": LEAST_ALIKE,
        "filter": build_conditions(question),
    }


def build_related(index: str, article_id: str, condition: dict[str, Any]) -> dict[str, Any]:
    """The search for the articles nearest to this one that fulfil a condition."""
    vector = {"lookup": {"index": index, "id": article_id, "path": "vector"}}
    sizes = {"k": MOST_RELATED, "num_candidates": 2 * MOST_RELATED, "similarity": LEAST_RELATED}
    return {"knn": {"field": "vector", "query_vector_builder": vector, "filter": condition, **sizes}}


def fuse(by_words: Sequence[Candidate], by_meaning: Sequence[Candidate]) -> list[Ranked]:
    """Both lists as one, best first; one article of each group: that which has the words, if there is one."""
    words, meant = _first_ranks(by_words), _first_ranks(by_meaning)
    chosen = {one.group: one for one in reversed([*by_words, *by_meaning])}
    ranked = [
        Ranked(
            one,
            sum(1 / (RANK_OFFSET + ranks[group]) for ranks in (words, meant) if group in ranks),
            FoundBy.BOTH if group in words and group in meant else FoundBy.WORDS if group in words else FoundBy.MEANING,
        )
        for group, one in chosen.items()
    ]
    return sorted(ranked, key=lambda one: (-one.score, one.candidate.id))


def _first_ranks(candidates: Iterable[Candidate]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for candidate in candidates:
        ranks.setdefault(candidate.group, len(ranks) + 1)
    return ranks


def order(ranked: Iterable[Ranked], *, newest_first: bool, oldest_first: bool) -> list[Ranked]:
    """By date where that was asked for."""
    if not newest_first and not oldest_first:
        return list(ranked)
    return sorted(ranked, key=lambda one: (one.candidate.dated_at * (-1 if newest_first else 1), one.candidate.id))

"""Search by meaning: combines the nearest articles to a query in any language with those that have its words.

Two lists are combined by reciprocal rank (Cormack, Clarke, Büttcher 2009), because scores of words and cosines cannot be added.
Pure, apart from the model of `newsdesk.vectors`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from newsdesk.search.queries import Question, build_conditions, wording
from newsdesk.vectors import encode, pack

MOST_RANKED = 200
"""Number of articles in each list: a search by meaning finds at most twice as many."""
CANDIDATES = 300
"""Number of articles that Elasticsearch considers in each segment to find the nearest 200."""
LEAST_ALIKE = 0.28
"""Cosine below which an article is not found by meaning. Of 5,000 unrelated articles, the nearest to a question has 0.31 in the median;
19 of 20 articles that a question is about have more than 0.28."""
LEAST_RELATED = 0.55
"""Cosine below which an article is not related to another. Most pairs of English news at 0.55 have the same subject; at 0.45 they
have only their field in common."""
MOST_RELATED = 50
RANK_OFFSET = 20
"""`k` of the paper: the smaller it is, the more weight the top ranks of a list have."""
WORDS_WEIGHT = 0.3
"""The weight of a rank in the list of words, relative to one by meaning. With 1 and k = 60, articles that only share words with a query
rank too high: an English headline then finds its story first for 67 % of newstest2012, with these values for 80 %."""


class FoundBy(StrEnum):
    """The reason why a search by meaning found an article."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of one list. `group` is its story if one article of each is shown, else its own id; `dated_at` is for sorting."""

    id: str
    group: str
    dated_at: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article with the weighted sum of its reciprocal ranks in both lists."""

    candidate: Candidate
    score: float
    found_by: FoundBy


def build_nearest(question: Question) -> dict[str, Any]:
    """Return the `knn` part of a search: the nearest articles to the query's words that fulfil its conditions."""
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
    """Return the search for the nearest articles to this one that fulfil a condition."""
    vector = {"lookup": {"index": index, "id": article_id, "path": "vector"}}
    sizes = {"k": MOST_RELATED, "num_candidates": 2 * MOST_RELATED, "similarity": LEAST_RELATED}
    return {"knn": {"field": "vector", "query_vector_builder": vector, "filter": condition, **sizes}}


def fuse(by_words: Sequence[Candidate], by_meaning: Sequence[Candidate]) -> list[Ranked]:
    """Return both lists combined, best first, with one article of each group: preferably one that has the words."""
    words, meant = _first_ranks(by_words), _first_ranks(by_meaning)
    chosen = {one.group: one for one in reversed([*by_words, *by_meaning])}
    ranked = [
        Ranked(
            one,
            sum(weight / (RANK_OFFSET + ranks[group]) for ranks, weight in ((words, WORDS_WEIGHT), (meant, 1)) if group in ranks),
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
    """Return the articles sorted by date if requested."""
    if not newest_first and not oldest_first:
        return list(ranked)
    return sorted(ranked, key=lambda one: (one.candidate.dated_at * (-1 if newest_first else 1), one.candidate.id))

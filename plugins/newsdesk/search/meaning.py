"""Search by meaning: combines the nearest articles to a query in any language with those that have its words.

The score is the cosine with a bonus for the words. Ranks are not added up, because they ignore how near an article is.
Pure, apart from the model of `newsdesk.vectors`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from newsdesk.index.mapping import Json
from newsdesk.search.queries import Question, build_conditions, wording
from newsdesk.vectors import encode, pack

MOST_RANKED = 200
"""Number of articles in each list: a search by meaning finds at most twice as many."""
CANDIDATES = 300
"""Number of articles that Elasticsearch considers in each segment to find the nearest 200."""
LEAST_ALIKE = 0.28
"""Cosine below which an article is not found by meaning. Of 5,000 unrelated articles, the nearest to a question has 0.40 in the median;
49 of 50 articles that a question or headline is about have more than 0.28."""
LEAST_RELATED = 0.55
"""Cosine below which an article is not related to another. Most pairs of English news at 0.55 have the same subject; at 0.45 they
have only their field in common."""
MOST_RELATED = 50
WORDS_BONUS = 0.1
"""What the best of the articles that have the words gains in cosine, and the others in proportion to their scores. Articles that share
words with a query are in its language: a larger bonus puts them before the answer in another one (`docs/decisions`)."""
COMPARABLE = 20
"""An article that has the words counts as at least as near as the twentieth by meaning: the words may be a name or a number, whose vector
is near to nothing in particular."""


class FoundBy(StrEnum):
    """The reason why a search by meaning found an article."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of one list, with its score for the words or its cosine.

    `group` is its story if one article of each is shown, else its own id; `dated_at` is for sorting.
    """

    id: str
    group: str
    dated_at: int
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article with its cosine and the bonus for its words."""

    candidate: Candidate
    score: float
    found_by: FoundBy


def build_nearest(question: Question) -> Json:
    """Return the `knn` part of a search: the nearest articles to the query's words that fulfil its conditions."""
    (vector,) = encode([wording(question)])
    conditions = build_conditions(question)
    knn: Json = {
        "field": "vector",
        "query_vector": pack(vector),
        "k": MOST_RANKED,
        "num_candidates": CANDIDATES,
        "similarity": LEAST_ALIKE,
    }
    return knn | {"filter": conditions} if any(conditions["bool"].values()) else knn


def build_related(index: str, article_id: str, condition: Json) -> Json:
    """Return the search for the nearest articles to this one that fulfil a condition."""
    vector = {"lookup": {"index": index, "id": article_id, "path": "vector"}}
    sizes = {"k": MOST_RELATED, "num_candidates": 2 * MOST_RELATED, "similarity": LEAST_RELATED}
    return {"knn": {"field": "vector", "query_vector_builder": vector, "filter": condition, **sizes}}


def to_cosine(score: float) -> float:
    """Return the cosine of a hit from Elasticsearch's score for it."""
    return 2 * score - 1


def fuse(by_words: Sequence[Candidate], by_meaning: Sequence[Candidate]) -> list[Ranked]:
    """Return both lists combined, best first, with one article of each group: preferably one that has the words."""
    words, meant = _best_scores(by_words), _best_scores(by_meaning)
    best = max(words.values(), default=0.0) or 1.0
    comparable = next(islice(meant.values(), COMPARABLE - 1, None), LEAST_ALIKE)
    chosen = {one.group: one for one in reversed([*by_words, *by_meaning])}
    ranked: list[Ranked] = []
    for group, one in chosen.items():
        score, found_by = meant.get(group, 0.0), FoundBy.MEANING
        if group in words:
            score = max(score, comparable) + WORDS_BONUS * words[group] / best
            found_by = FoundBy.BOTH if group in meant else FoundBy.WORDS
        ranked.append(Ranked(one, score, found_by))
    return sorted(ranked, key=lambda one: (-one.score, one.candidate.id))


def _best_scores(candidates: Iterable[Candidate]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for candidate in candidates:
        scores.setdefault(candidate.group, candidate.score)
    return scores


def order(ranked: Iterable[Ranked], *, newest_first: bool, oldest_first: bool) -> list[Ranked]:
    """Return the articles sorted by date if requested."""
    if not newest_first and not oldest_first:
        return list(ranked)
    return sorted(ranked, key=lambda one: (one.candidate.dated_at * (-1 if newest_first else 1), one.candidate.id))

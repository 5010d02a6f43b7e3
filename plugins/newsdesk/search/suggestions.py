"""Suggests another spelling if a search finds nothing, from names and headlines in the index."""

import re
from collections.abc import Iterable
from dataclasses import replace

from elasticsearch import Elasticsearch

from newsdesk.check.vocabulary import is_english
from newsdesk.index.mapping import Json
from newsdesk.search.fields import EVERYWHERE, FIELDS, Names, TextFields, match_names
from newsdesk.search.language import Range, Word
from newsdesk.search.queries import Question, SearchQuery, build_query, leaves, read_question
from newsdesk.search.words import match_word

LEAST_LETTERS = 5
"""Shorter words are not corrected: they differ in one letter from many others."""
TWO_SLIPS = 8
"""Minimum length of a word in which two letters may be wrong."""
MOST_WORDS = 6
_ANYWHERE = ("title", "persons.text", "organizations.text", "places.text")


def suggest(es: Elasticsearch, alias: str, query: SearchQuery, question: Question) -> str | None:
    """Return the query with replacements for words that no article has, if that finds articles with all words; else None.

    An English word is never replaced: the index may just not have it yet.
    """
    words = _doubtful(question)
    if not words:
        return None
    known = {word: {"filter": _anywhere(word, name)} for word, name in words.items()}
    asked = {
        f"{word} {field}": {"text": word, "term": _term_suggester(word, field)} for word, name in words.items() for field in _fields(name)
    }
    answer = es.search(index=alias, size=0, track_total_hits=False, aggregations=known, suggest=asked)
    missing = [word for word in words if not answer["aggregations"][word]["doc_count"]]
    nearest = {word: near for word in missing if (near := _nearest(answer["suggest"], word))}
    better = corrected(query.text, nearest)
    if better == query.text:
        return None
    found = read_question(replace(query, text=better), now=question.now)
    asked_for = build_query(replace(found, tree=replace(found.tree, is_strict=True), sources=question.sources))
    return better if es.count(index=alias, query=asked_for)["count"] else None


def corrected(text: str, better: dict[str, str]) -> str:
    """Return the text with these whole words replaced.

    >>> corrected("Zelenski's plan", {"zelenski": "zelensky"})
    "zelensky's plan"
    """
    for word, other in better.items():
        text = re.sub(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", other, text)
    return text


def _doubtful(question: Question) -> dict[str, str]:
    """Return words that may be misspelt, with the name of the field of each."""
    words: dict[str, str] = {}
    for name, leaf in leaves(question.tree):
        if isinstance(leaf, Range) or (isinstance(leaf, Word) and leaf.is_prefix) or not isinstance(_kind(name), TextFields | Names):
            continue
        for word in re.findall(r"[^\W\d_]+", leaf.text.lower()):
            if len(word) >= LEAST_LETTERS and not is_english(word):
                words.setdefault(word, name)
    return dict(list(words.items())[:MOST_WORDS])


def _kind(name: str) -> object:
    return FIELDS[name] if name else EVERYWHERE


def _fields(name: str) -> tuple[str, ...]:
    kind = _kind(name)
    return (f"{kind.index_field}.text",) if isinstance(kind, Names) else _ANYWHERE


def _anywhere(word: str, name: str) -> Json:
    kind = _kind(name)
    return match_names(word, kind) if isinstance(kind, Names) else match_word(word, EVERYWHERE)


def _term_suggester(word: str, field: str) -> Json:
    return {
        "field": field,
        "suggest_mode": "always",
        "max_edits": 2 if len(word) >= TWO_SLIPS else 1,
        "prefix_length": 1,
        "size": 3,
    }


def _nearest(suggested: dict[str, Iterable[Json]], word: str) -> str | None:
    """Return the most similar word of all fields; of equally similar ones the most frequent."""
    options = [option for key, found in suggested.items() if key.split(" ")[0] == word for each in found for option in each["options"]]
    return max(options, key=lambda option: (option["score"], option["freq"], option["text"]))["text"] if options else None

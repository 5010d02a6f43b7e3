"""What a reader may have meant, where a search finds nothing: names and headlines of the index that are written nearly so."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.check.vocabulary import is_english
from newsdesk.search.fields import EVERYWHERE, FIELDS, Names, TextFields, match_names
from newsdesk.search.language import Range, Word
from newsdesk.search.queries import Question, SearchQuery, build_query, leaves, read_question
from newsdesk.search.words import match_word

LEAST_LETTERS = 5
"""A shorter word is one letter from many others, and most likely meant as it is."""
TWO_SLIPS = 8
"""Letters from which on a word may have two of them wrong."""
MOST_WORDS = 6
_ANYWHERE = ("title", "persons.text", "organizations.text", "places.text")


def suggest(es: Elasticsearch, alias: str, query: SearchQuery, question: Question) -> str | None:
    """What was typed with better words for those that no article has, if that finds articles with all of them; else None.

    An English word is never taken for a slip, whatever the index has: the news may not have had it yet.
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
    """The text with other words in place of these, each as a whole.

    >>> corrected("Zelenski's plan", {"zelenski": "zelensky"})
    "zelensky's plan"
    """
    for word, other in better.items():
        text = re.sub(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", other, text)
    return text


def _doubtful(question: Question) -> dict[str, str]:
    """Words that may be slips, with the name of the field that each was asked for in."""
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


def _anywhere(word: str, name: str) -> dict[str, Any]:
    kind = _kind(name)
    return match_names(word, kind) if isinstance(kind, Names) else match_word(word, EVERYWHERE)


def _term_suggester(word: str, field: str) -> dict[str, Any]:
    return {
        "field": field,
        "suggest_mode": "always",
        "max_edits": 2 if len(word) >= TWO_SLIPS else 1,
        "prefix_length": 1,
        "size": 3,
    }


def _nearest(suggested: dict[str, Iterable[dict[str, Any]]], word: str) -> str | None:
    """The most alike of all fields, of equals the one that most articles have."""
    options = [option for key, found in suggested.items() if key.split(" ")[0] == word for each in found for option in each["options"]]
    return max(options, key=lambda option: (option["score"], option["freq"], option["text"]))["text"] if options else None

"""Builds the clause for one word in all its spellings. Pure.

The index has each text in three forms: unstemmed words, stemmed words, and words written in parts as one (`joined`).
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from newsdesk.errors import BadRequest
from newsdesk.index.mapping import ACRONYM, JOINTS, WRITTEN_IN_PARTS, Json
from newsdesk.search.fields import TextFields, stemmed_in
from newsdesk.search.language import is_one_word
from newsdesk.urls import article_id, canonical_url

LEAST_PREFIX = 2
"""Minimum length of a prefix; one character is enough in a script without spaces."""
MOST_PREFIX_WORDS = 200
"""Maximum number of words that the last part of a prefix in parts (`well-b*`) can match."""
MOST_SLOP = 20
LEAST_HALF, LEAST_SPLIT = 3, 8
"""Minimum length of each half of a word that is searched as two halves, and of the word."""
LEAST_OF_COMPOUND = 4
"""Minimum length of each word of a compound that is searched in other forms: `al`, `un` and `the` are stop words of some language, so
that any text with the other half would match."""
_WRITTEN_IN_PARTS = re.compile(WRITTEN_IN_PARTS)
_ACRONYM = re.compile(ACRONYM)
_DOTTED = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_](?!\w))+")
_CAPITALS = re.compile(r"(?<!\w)[A-Z]{2,3}(?!\w)")
_JOINTS = re.compile(JOINTS)
_SIGNED = re.compile(r"^[@#.]\w|\w[&+#/]|\w [&] \w")
_ADDRESS = re.compile(r"://|\w@\w|^www\.|\w\.\w{2,}/")
_APOSTROPHES = re.compile("['’‘ʼ′`´ʻ]")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ´`]s?$")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{4,}")
"""Consecutive Chinese or Japanese characters that are probably more than one word."""
_BY_PAIRS = ("ja", "ko", "zh")
"""Languages whose texts are indexed by pairs of characters."""
LONGEST_RUN = 40


def match_word(
    text: str, fields: TextFields, stemmers: tuple[str, ...] = (), *, around: tuple[tuple[str, str], ...] = (), in_halves: bool = False
) -> Json:
    """Return the clause for one word and its other forms in the languages `stemmers`, or in all.

    `around` are pairs of the word with its neighbours: `well being` finds `wellbeing`. With `in_halves` `ceasefire` finds `cease fire`.
    """
    if _ADDRESS.search(text):
        return {"bool": {"should": [match_phrase(text, fields), *_at_address(text if "://" in text else f"https://{text}")]}}
    text = _POSSESSIVE.sub("", text)
    clauses = _alternatives(text, fields, stemmers)
    others = (*fields.joined, *fields.plain, *(_stemmed(fields, stemmers) if in_halves else ()))
    clauses += [_multi_match(first + second, others, boost=0.5) for first, second in around]
    if in_halves:
        clauses += [_multi_match(f"{first} {second}", fields.plain, type="phrase", boost=0.3) for first, second in _halves(text)]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _at_address(url: str) -> list[Json]:
    """Return the clauses for the article at a URL: by its id, which all variants of the URL share, unless a feed named another one."""
    return [{"term": {"url": canonical_url(url)}}, {"term": {"id": article_id(url)}}]


def match_beginning(text: str, fields: TextFields) -> Json:
    """Return the clause for all words with a prefix. Raises BadRequest if it is too short."""
    if sum(sign.isalnum() for sign in text) < (LEAST_PREFIX if text.isascii() else 1):
        raise BadRequest(f"{text}* is too short for a prefix: use {LEAST_PREFIX} letters or more")
    is_signed = bool(_SIGNED.search(text))
    if is_one_word(text) or is_signed:
        asked = {"query": f"{text}*", "fields": [*fields.joined, *(() if is_signed else fields.plain)], "flags": "PREFIX", "lenient": True}
        return {"simple_query_string": asked}
    return _multi_match(text, fields.plain, type="phrase_prefix", max_expansions=MOST_PREFIX_WORDS)


def match_phrase(text: str, fields: TextFields, *, slop: int = 0) -> Json:
    """Return the clause for unstemmed words in this order, acronyms with and without dots: stemmed, "the who" would be any who."""
    undotted = _DOTTED.sub(lambda acronym: acronym[0].replace(".", ""), text)
    dotted = _CAPITALS.sub(lambda acronym: ".".join(acronym[0]), text)
    spellings = dict.fromkeys((text, undotted, dotted))
    clauses = [_multi_match(spelling, fields.plain, type="phrase", slop=min(slop, MOST_SLOP)) for spelling in spellings]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _alternatives(text: str, fields: TextFields, stemmers: tuple[str, ...]) -> list[Json]:
    if _SIGNED.search(text) or _ACRONYM.fullmatch(text):
        return [_multi_match(text, fields.joined)]
    if in_parts := _WRITTEN_IN_PARTS.fullmatch(text):
        joined = _multi_match(_JOINTS.sub("", in_parts[0]), (*fields.joined, *fields.plain))
        is_compound = re.search(r"\w{2}", text) and not text[0].isdigit()
        return [match_phrase(text, fields), joined, *_inflected(text, fields, stemmers)] if is_compound else [joined]
    if _UNSPACED.search(text):
        return _unspaced(text[:LONGEST_RUN], fields, stemmers)
    stemmed = _stemmed(fields, stemmers)
    if _APOSTROPHES.search(text):
        return [_multi_match(text, (*fields.plain, *stemmed), type="phrase")]
    return (
        [_multi_match(text, (*fields.plain, *fields.joined, *stemmed), type="phrase")]
        if is_one_word(text)
        else [match_phrase(text, fields)]
    )


def _inflected(compound: str, fields: TextFields, stemmers: tuple[str, ...]) -> list[Json]:
    """Return the clause for other forms of a compound's words, such as `Санкт-Петербурге`; none if one of them may be a stop word."""
    stemmed = _stemmed(fields, stemmers)
    is_long = all(len(part) >= LEAST_OF_COMPOUND and part.isalpha() for part in _JOINTS.split(compound))
    return [_multi_match(compound, stemmed, type="phrase")] if is_long and stemmed else []


def _stemmed(fields: TextFields, stemmers: tuple[str, ...]) -> tuple[str, ...]:
    return stemmed_in(fields, stemmers) if stemmers else fields.stemmed


def _unspaced(text: str, fields: TextFields, stemmers: tuple[str, ...]) -> list[Json]:
    """Return clauses for the text as one word, and, as it is probably several words, for most pairs of its characters anywhere."""
    pairs = stemmed_in(fields, tuple(each for each in _BY_PAIRS if each in (stemmers or _BY_PAIRS)))
    return [match_phrase(text, fields), *([_multi_match(text, pairs, minimum_should_match="75%", boost=0.3)] if pairs else [])]


def _halves(word: str) -> list[tuple[str, str]]:
    """Return each split of a word into two possible words: `cease fire` for `ceasefire`, `F 35` for `F35`."""
    if numbered := re.fullmatch(r"([^\W\d_]+)(\d+)", word):
        return [(numbered[1], numbered[2])]
    if len(word) < LEAST_SPLIT or not word.isalpha() or _UNSPACED.search(word):
        return []
    cuts = [(word[:at], word[at:]) for at in range(LEAST_HALF, len(word) - LEAST_HALF + 1)]
    return [(first, second) for first, second in cuts if not {first.lower(), second.lower()} & _free_words()]


@cache
def _free_words() -> frozenset[str]:
    """Return words that occur before and after any other: a word that starts or ends with one is not a compound ("therapist")."""
    return frozenset(files("newsdesk.search").joinpath("data/free-words.txt").read_text(encoding="utf-8").split())


def _multi_match(text: str, fields: tuple[str, ...], **options: Any) -> Json:
    return {"multi_match": {"query": text, "fields": list(fields), "lenient": True, **options}}

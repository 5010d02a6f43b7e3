"""Finds known names that the model splits: at hyphens, at small words, or at an 's of their own."""

import functools
import re
from collections.abc import Iterator, Sequence

from newsdesk.records import EntityType
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import NameSpan, Token
from newsdesk.tag.word_lists import ARABIC_ARTICLES, FUNCTION_WORDS, any_of

OWN_POSSESSIVE = re.compile(r"['’]s\b")
TOWN_WITH_SMALL_WORDS = re.compile(rf"[^\W\d_a-z]\w+(?:-[^\W\d_a-z]\w+)*-(?:{any_of('town_joints')})(?:-[^\W\d_a-z]\w+)+(?![\w-])")
BODY_OF_SAINT = re.compile(r"(?:St\.?|Saint) [^\W\d_a-z][\w-]+['’]s? (?:[^\W\d_a-z][\w-]+ ){0,2}?([^\W\d_a-z]\w+)(?![\w-]| [^\W\d_a-z])")
OF_TOWN = re.compile(r" of [^\W\d_a-z]\w+")
LONGEST_JOINED = 9
"""Maximum number of words and hyphens of a joined name."""


def find_fixed_names(tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    """Yield the known names in order: Guinea-Bissau, Newcastle upon Tyne, al-Qaeda, Macy's."""
    for at, token in enumerate(tokens):
        name = _joined_name(tokens, at, text, gazetteer)
        if name is None and token.is_capitalised:
            name = (
                _name_with_possessive(tokens, at, text, gazetteer)
                or _town_with_small_words(tokens, at, text)
                or _body_of_saint(tokens, at, text, gazetteer)
            )
        if name is not None:
            yield name


def _joined_name(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> NameSpan | None:
    """Return the longest joined name that starts at the token and is not part of a longer sequence of capitalised words."""
    token = tokens[at]
    first = fold(token.text)
    is_article = first in ARABIC_ARTICLES
    if not is_article and (not token.is_capitalised or first not in gazetteer.joined or _continues_name(tokens, at)):
        return None
    for last in range(min(at + LONGEST_JOINED, len(tokens)) - 1, at, -1):
        name = text[token.start : tokens[last].end]
        if "\n" in name or not name[-1].isalnum() or not (is_article or fold(name) in gazetteer.joined[first]):
            continue
        type_ = _type_of(fold(name), gazetteer)
        if type_ is not None and not _is_continued(tokens, last):
            return NameSpan(token.start, tokens[last].end, name, type_, sure=True)
    return None


def _town_with_small_words(tokens: Sequence[Token], at: int, text: str) -> NameSpan | None:
    """Return the town that starts with the token and has small words between hyphens: Boulogne-sur-Mer."""
    town = TOWN_WITH_SMALL_WORDS.match(text, tokens[at].start) if text.startswith("-", tokens[at].end) else None
    if town is None or _continues_name(tokens, at):
        return None
    return NameSpan(town.start(), town.end(), town[0], EntityType.PLACE, sure=True)


def _body_of_saint(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> NameSpan | None:
    """Return the body or place of a saint that starts with the token: St Mary's Hospital."""
    body = BODY_OF_SAINT.match(text, tokens[at].start) if tokens[at].text in ("St", "St.", "Saint") else None
    noun = gazetteer.head_nouns.get(fold(body[1])) if body else None
    return NameSpan(body.start(), body.end(), body[0], noun, sure=True) if body and noun else None


def _name_with_possessive(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> NameSpan | None:
    """Return the known name of one or two words that ends with the token and a possessive 's, and its town: Macy's, Lloyd's of London."""
    mark = OWN_POSSESSIVE.match(text, tokens[at].end)
    if mark is None:
        return None
    town = OF_TOWN.match(text, mark.end())
    for end in ([town.end()] if town else []) + [mark.end()]:
        for first in (tokens[max(0, at - 1)], tokens[at]):
            name = text[first.start : end]
            entry = _entry_with_own_name(name, gazetteer)
            if entry and (not entry.is_ambiguous or _is_never_without_mark(text[first.start : mark.start()], text)):
                return NameSpan(first.start, end, name, entry.type, sure=True)
    return None


@functools.lru_cache(maxsize=64)
def _is_never_without_mark(name: str, text: str) -> bool:
    """Return whether a name occurs in the text only with a possessive 's, and never after another name: Lowe's, but not Rob Lowe's."""
    for found in re.finditer(rf"(?:\b([^\W\d_a-z](?:\.|[\w-]{{0,30}})) )?(?<!\w){re.escape(name)}\b(['’]s)?", text):
        if found[2] is None or (found[1] and found[1].casefold() not in FUNCTION_WORDS):
            return False
    return True


def _entry_with_own_name(name: str, gazetteer: Gazetteer) -> KnownEntity | None:
    """Return the entry of the alias table with this main name."""
    plain = name.replace("’", "'")
    return next((entry for entry in gazetteer.known.get(fold(name), ()) if entry.name == plain), None)


def _type_of(key: str, gazetteer: Gazetteer) -> EntityType | None:
    entries = gazetteer.known.get(key, ())
    if len(entries) == 1 and not entries[0].is_ambiguous:
        return entries[0].type
    return EntityType.PLACE if gazetteer.has_place(key) else None


def _continues_name(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the token continues a name: it follows a capitalised word within a sentence, or a hyphen, at most one space away."""
    if at == 0 or tokens[at].start - tokens[at - 1].end > 1:
        return False
    before = tokens[at - 1]
    return (before.is_capitalised and not before.starts_sentence) or before.text == "-"


def _is_continued(tokens: Sequence[Token], last: int) -> bool:
    following = last + 1
    return following < len(tokens) and tokens[following].is_capitalised and _continues_name(tokens, following)

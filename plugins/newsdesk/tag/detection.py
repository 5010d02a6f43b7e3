"""Detects the spans of names: those of the model, trimmed to the name, and persons behind a title whom the model missed or cut."""

import bisect
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import DETERMINER, POSSESSIVE, NameSpan, Token, end_of_run, trimmed
from newsdesk.tag.word_lists import CALENDAR, FUNCTION_WORDS

LABELS = {
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORGANIZATION,
    "NORP": EntityType.ORGANIZATION,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "EVENT": EntityType.EVENT,
    "PRODUCT": EntityType.OTHER,
    "WORK_OF_ART": EntityType.OTHER,
    "LAW": EntityType.OTHER,
}
"""Label of the model (OntoNotes 5) -> type. Spans with other labels (dates, numbers, languages) are no names."""

NO_NAME_BEGINS = frozenset({"VERB", "AUX", "ADV", "ADP", "SCONJ", "PRON", "INTJ", "CCONJ"})
"""Parts of speech that begin a sentence and no name: "Getting Washington to back down"."""

OF_SOMETHING = re.compile(r" (?:of|for|on) (?:the )?[^\W\d_a-z]\w+")
JOINTS = (" and ", "’s ", "'s ", "/", ", ", " of ")
"""What may stand between two names that the model took for one, in the order in which they are tried."""

NICKNAME = re.compile(r"""\s["“'‘][^\W\d_a-z][\w' -]{1,20}["”'’]\s""")


def detect_names(doc: Any, text: str, gazetteer: Gazetteer) -> tuple[list[NameSpan], list[Token]]:
    """The spans in the order of the text, none overlapping another, and the text's tokens. `doc` is the spaCy Doc of the text."""
    tokens = [Token(t.idx, t.text, t.pos_ == "PROPN", bool(t.is_sent_start)) for t in doc if not t.is_space]
    from_model = [part for span in doc.ents if span.label_ in LABELS for part in _from_model(span, text, gazetteer)]
    titled = _titled_persons(tokens, text, gazetteer)
    return _extended(_preferring(titled, from_model), tokens, text, gazetteer), tokens


def _from_model(span: Any, text: str, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    """The names in a span of the model: trimmed, and split where it ran two together ("Israel and Hamas")."""
    named = _name_span(text, span.start_char, span.end_char, span.label_)
    if fold(named.text) in gazetteer.known:
        yield named  # untrimmed: "McDonald's" owns nothing
        return
    start = _without_sentence_start(span, gazetteer)
    whole = _with_article_of_city(trimmed(_name_span(text, start, span.end_char, span.label_)), text, gazetteer)
    longer = OF_SOMETHING.match(text, whole.end)
    if longer and fold(text[whole.start : longer.end()]) in gazetteer.known:
        yield replace(whole, end=longer.end(), text=text[whole.start : longer.end()])  # Africa Cup of Nations
    elif fold(whole.text) in gazetteer.known or gazetteer.has_place(fold(whole.text)):
        yield whole
    else:
        yield from _split(whole, gazetteer)


def _name_span(text: str, start: int, end: int, label: str) -> NameSpan:
    return NameSpan(start, end, text[start:end], LABELS[label], label)


def _without_sentence_start(span: Any, gazetteer: Gazetteer) -> int:
    """Where the span starts without the words before the name that belong to the sentence: "Getting Washington to back down"."""
    first = span.start
    while first < span.end - 1 and _begins_no_name(span.doc[first], gazetteer):
        first += 1
    return int(span.doc[first].idx)


def _begins_no_name(token: Any, gazetteer: Gazetteer) -> bool:
    return bool(token.is_sent_start) and token.pos_ in NO_NAME_BEGINS and token.lower_ not in gazetteer.given_names


def _with_article_of_city(span: NameSpan, text: str, gazetteer: Gazetteer) -> NameSpan:
    """With the article where it is part of a city's name: The Hague."""
    if text[span.start - 4 : span.start] == "The " and f"the {fold(span.text)}" in gazetteer.cities:
        return replace(span, start=span.start - 4, text=f"The {span.text}")
    return span


def _split(whole: NameSpan, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    for joint in JOINTS:
        left, found, right = whole.text.partition(joint)
        if found and _are_two_names(left, joint, right, gazetteer):
            yield replace(whole, end=whole.start + len(left), text=left)
            yield trimmed(replace(whole, start=whole.end - len(right), text=right))
            return
    yield whole


def _are_two_names(left: str, joint: str, right: str, gazetteer: Gazetteer) -> bool:
    first, second = fold(left), fold(DETERMINER.sub("", right))
    if joint == " of ":  # "Ratu Epeli Nailatikau of Fiji", but not the National University of Rwanda
        return _begins_with_title(left, gazetteer) and second in gazetteer.countries
    if joint.startswith(("’", "'")):
        return _is_well_known(first, gazetteer) or (left.isupper() and " " not in left)
    return _is_well_known(first, gazetteer) and _is_well_known(second, gazetteer)


def _begins_with_title(name: str, gazetteer: Gazetteer) -> bool:
    return " " in name and fold(name.split(" ", 1)[0]) in gazetteer.titles - gazetteer.title_modifiers


def _is_well_known(key: str, gazetteer: Gazetteer) -> bool:
    return key in gazetteer.known or gazetteer.is_prominent_place(key)


def _titled_persons(tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Persons who stand behind a title: "Constable Priya Dhillon"."""
    persons = []
    for at, token in enumerate(tokens[:-1]):
        if not _is_title(token, gazetteer) or not _begins_name(tokens, at + 1, text, gazetteer):
            continue
        after = end_of_run(tokens, at + 1)
        if after <= at + 1:
            continue
        person = _person(text, tokens[at + 1].start, tokens[after - 1].end, gazetteer)
        if person and not _is_line_of_capitals(text, person.start):
            persons.append(replace(person, title=_title_before(tokens, at, text, gazetteer)))
    return persons


def _begins_name(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> bool:
    """Whether the token behind a title begins the name: "Priya" behind "Constable", but not "Minister" behind "Interior"."""
    title, token = tokens[at - 1], tokens[at]
    return (
        token.is_capitalised
        and text[title.end : token.start] in (" ", "\u00a0")
        and _without_stop(title) not in gazetteer.title_modifiers
        and not _is_title(token, gazetteer)
    )


def _is_title(token: Token, gazetteer: Gazetteer) -> bool:
    return _without_stop(token) in gazetteer.titles


def _without_stop(token: Token) -> str:
    return token.text.casefold().rstrip(".")


def _person(text: str, start: int, end: int, gazetteer: Gazetteer) -> NameSpan | None:
    """The person of that span, None where it is known to be something else: "President Nixon", but not "Minister of Health"."""
    named = trimmed(NameSpan(start, end, text[start:end], EntityType.PERSON, sure=True))
    words, key = named.text.split(), fold(named.text)
    if not words or fold(words[-1]) in gazetteer.head_nouns or key in gazetteer.demonyms:
        return None
    if len(words) == 1 and gazetteer.has_place(key):
        return None
    if any(entry.type is not EntityType.PERSON for entry in gazetteer.known.get(key, ())):
        return None
    return named


def _title_before(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> str:
    """The whole title whose last word is the token: "Interior Minister"."""
    first = at
    while first > 0 and _is_title(tokens[first - 1], gazetteer) and tokens[first].start - tokens[first - 1].end == 1:
        first -= 1
    return text[tokens[first].start : tokens[at].end]


def _is_line_of_capitals(text: str, at: int) -> bool:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and " " in line


def _preferring(better: list[NameSpan], spans: list[NameSpan]) -> list[NameSpan]:
    """Both lists as one without overlaps. Of two that overlap the better one is kept, grown to the end of a longer person."""
    kept = sorted(better, key=lambda span: span.start)
    starts = [span.start for span in kept]
    free = []
    for span in spans:
        first = max(0, bisect.bisect_right(starts, span.start) - 1)
        last = bisect.bisect_left(starts, span.end)
        rivals = [at for at in range(first, last) if span.start < kept[at].end]
        if not rivals:
            free.append(span)
        elif len(rivals) == 1 and span.type is EntityType.PERSON and span.end > kept[rivals[0]].end:
            other = kept[rivals[0]]
            text = other.text + span.text[len(span.text) - (span.end - other.end) :]
            kept[rivals[0]] = replace(other, end=span.end, text=text)
    return sorted([*kept, *free], key=lambda span: span.start)


def _extended(spans: list[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Persons grown over proper nouns beside them that belong to no other name: the model lost "Recep" of Recep Tayyip Erdogan."""
    index_of = {token.start: at for at, token in enumerate(tokens)}
    taken = {at for span in spans for at in range(index_of.get(span.start, 0), _index_after(tokens, index_of, span))}
    return [_grown(span, tokens, index_of, taken, text, gazetteer) for span in spans]


def _grown(
    span: NameSpan, tokens: Sequence[Token], index_of: dict[int, int], taken: Collection[int], text: str, gazetteer: Gazetteer
) -> NameSpan:
    first = index_of.get(span.start)
    if first is None or span.title or not _may_grow(span, first, tokens, taken, gazetteer):
        return span
    after = _index_after(tokens, index_of, span)
    while first > 0 and _belongs(tokens, first - 1, first, taken, gazetteer):
        first -= 1
    while after < len(tokens) and _belongs(tokens, after, after - 1, taken, gazetteer):
        after += 1
    start, end = tokens[first].start, max(span.end, tokens[after - 1].end if after > first else span.end)
    if (start, end) == (span.start, span.end) or POSSESSIVE.search(text[start:end]):
        return span
    return replace(span, start=start, end=end, text=text[start:end], type=EntityType.PERSON)


def _may_grow(span: NameSpan, first: int, tokens: Sequence[Token], taken: Collection[int], gazetteer: Gazetteer) -> bool:
    if span.type is EntityType.PERSON:
        return True
    if " " in span.text:
        return False
    return fold(span.text) in gazetteer.given_names or _follows_given_name(span, first, tokens, taken, gazetteer)


def _follows_given_name(span: NameSpan, first: int, tokens: Sequence[Token], taken: Collection[int], gazetteer: Gazetteer) -> bool:
    """Whether the model took a surname alone for a place or firm: "Prado" of Ana Prado."""
    return (
        first > 0
        and fold(tokens[first - 1].text) in gazetteer.given_names
        and fold(span.text) not in gazetteer.head_nouns
        and fold(span.text) not in gazetteer.known
        and _belongs(tokens, first - 1, first, taken, gazetteer)
    )


def _index_after(tokens: Sequence[Token], index_of: dict[int, int], span: NameSpan) -> int:
    at = index_of.get(span.start, len(tokens))
    while at < len(tokens) and tokens[at].start < span.end:
        at += 1
    return at


def _belongs(tokens: Sequence[Token], at: int, neighbour: int, taken: Collection[int], gazetteer: Gazetteer) -> bool:
    """Whether the token is part of the person's name that its neighbour begins or ends."""
    token, first, second = tokens[at], tokens[min(at, neighbour)], tokens[max(at, neighbour)]
    if at in taken or second.start - first.end != 1:
        return False
    if at < neighbour and token.starts_sentence and fold(token.text) not in gazetteer.given_names:
        return False
    return _is_person_word(token, gazetteer)


def _is_person_word(token: Token, gazetteer: Gazetteer) -> bool:
    """Whether the word may be part of a person's name: capitalised, and neither a title, a place nor any other known word."""
    if not token.is_capitalised or not token.text.isalpha() or token.text.isupper():
        return False
    word = _without_stop(token)
    if any(word in words for words in (gazetteer.titles, CALENDAR, FUNCTION_WORDS, gazetteer.demonyms, gazetteer.head_nouns)):
        return False
    return word in gazetteer.given_names or (token.is_proper and not gazetteer.has_place(word))


def join_at_nicknames(spans: Sequence[NameSpan], text: str) -> list[NameSpan]:
    """The spans, two parts of a person's name with a nickname between them made one: João "Cacá" Bezerra."""
    joined: list[NameSpan] = []
    for span in spans:
        back = _parts_before(span, joined, text)
        if back:
            first = joined[-back]
            joined[-back:] = [replace(first, end=span.end, text=text[first.start : span.end])]
        else:
            joined.append(span)
    return joined


def _parts_before(span: NameSpan, before: Sequence[NameSpan], text: str) -> int:
    """How many of the spans before it belong to the same name: 1, 2 where the nickname was taken for a name of its own, or 0."""
    if " " in span.text:
        return 0
    for back in range(1, min(2, len(before)) + 1):
        first = before[-back]
        if first.type is EntityType.PERSON and NICKNAME.fullmatch(text, first.end, span.start):
            return back
    return 0

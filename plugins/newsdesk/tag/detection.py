"""Detects spans of names: those of the model, trimmed to the name, and persons after a title that the model missed or truncated."""

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newsdesk.records import EntityType
from newsdesk.tag.contexts import TIME_BEFORE, WHO_OR_AGE
from newsdesk.tag.fixed_names import find_fixed_names
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import (
    DETERMINER,
    GLUED_SURNAME,
    LONGEST_RUN,
    NameSpan,
    Token,
    end_of_run,
    first_of_overlapping,
    line_around,
    trimmed,
)
from newsdesk.tag.word_lists import (
    FOREIGN_ARTICLES,
    FUNCTION_WORDS,
    HONORIFICS,
    MONTHS_AS_NAMES,
    PARTICLES,
    PLACES_AS_GIVEN_NAMES,
    SURNAME_PARTICLES,
    any_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

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
"""Types by label of the model (OntoNotes 5). Spans with other labels (dates, numbers, languages) are not names."""

OF_SOMETHING = re.compile(r" (?:of|for|on) (?:the )?[^\W\d_a-z]\w+")
DEPARTMENT = re.compile(r"(?:Ministry|Department|Secretariat|Faculty|Institute|Bureau|Office|Committee|Commission)(?: of| for| on) ")
AND_SOMETHING = re.compile(r"(?:, [A-Z][\w-]+(?: [A-Z][\w-]+)*)*,? (?:and|&) (?:the )?[A-Z][\w-]+(?: [A-Z][\w-]+)*")
OWNERS = ("’s ", "'s ")
JOINTS = (" and ", " v ", "/", *OWNERS)
"""Separators at which a span that covers two names is split, in the order in which they are tried."""
COMMA = re.compile(r", ")
SMALL_WORDS = re.compile(r" (?:[a-z]+ )+(?=[^\W\d_a-z])")
ARABIC_ARTICLE_BEFORE = re.compile(rf"(?<!\w)(?:{any_of('arabic_articles')})-$", re.IGNORECASE)
LONGEST_WORD = 20
"""Number of characters before a month in which a word such as "in" or "last" is searched."""
NICKNAME = re.compile(r"""\s["“'‘][^\W\d_a-z][\w' -]{1,20}["”'’]\s""")


def detect_names(doc: "Doc", text: str, gazetteer: Gazetteer) -> tuple[list[NameSpan], list[Token]]:
    """Return non-overlapping spans in the order of the text, and the tokens of the text. `doc` is the spaCy Doc of the text."""
    tokens = [
        Token(t.idx, t.text, t.pos_ == "PROPN", bool(t.is_sent_start), text[t.idx - 1 : t.idx] == "\n") for t in doc if not t.is_space
    ]
    entities = (span for span in doc.ents if span.label_ in LABELS and len(span) <= LONGEST_RUN)
    from_model = [part for span in entities for part in _from_model(span, text, gazetteer)]
    fixed = _without_parts(find_fixed_names(tokens, text, gazetteer), from_model)
    titled = _titled_persons(tokens, text, gazetteer)
    spans = _joined_bodies(_preferring(fixed, _preferring(titled, from_model)), tokens, text, gazetteer)
    spans = _with_particles(spans, tokens, text, gazetteer)
    return first_of_overlapping(_with_given_names(spans, tokens, text, gazetteer)), tokens


def _from_model(span: "Span", text: str, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    """Yield the names in a span of the model, which may cover two names or cut one short."""
    named = replace(_name_span(text, span.start_char, span.end_char, span.label_), is_common=_is_common(span))
    if fold(named.text) in gazetteer.known and named.text[-1].isalnum():
        yield named  # not trimmed, since the 's of "McDonald's" is part of the name
        return
    start = _without_small_words(span) if named.type is EntityType.PLACE else span.start_char
    whole = trimmed(replace(named, start=start, text=text[start : named.end]))
    whole = _without_foreign_article(_with_article(whole, text, gazetteer), gazetteer)
    longer = _continued(whole, text, gazetteer)
    if longer is not None:
        yield longer
        return
    for part in _split_by_type(whole):
        yield from _split(part, gazetteer)


def _continued(span: NameSpan, text: str, gazetteer: Gazetteer) -> NameSpan | None:
    """Return the longer name that starts with the span: Africa Cup of Nations, Department of Public Works and Highways, Pierre d'Arcy."""
    surname = GLUED_SURNAME.match(text, span.end) if span.type is EntityType.PERSON else None
    if surname is not None:
        return replace(span, end=surname.end(), text=text[span.start : surname.end()])
    fields = AND_SOMETHING.match(text, span.end) if DEPARTMENT.match(span.text) else None
    longer = fields or OF_SOMETHING.match(text, span.end)
    if longer is None:
        return None
    name = text[span.start : longer.end()]
    return replace(span, end=longer.end(), text=name) if fields or fold(name) in gazetteer.known else None


def _without_foreign_article(span: NameSpan, gazetteer: Gazetteer) -> NameSpan:
    """Return the span without an article of another language before a known name: "El Banco Central Europeo"."""
    article, _, bare = span.text.partition(" ")
    if article.casefold() not in FOREIGN_ARTICLES or fold(bare) not in gazetteer.known or fold(span.text) in gazetteer.known:
        return span
    return replace(span, start=span.end - len(bare), text=bare)


def _name_span(text: str, start: int, end: int, label: str) -> NameSpan:
    return NameSpan(start, end, text[start:end], LABELS[label], label)


def _is_common(span: "Span") -> bool:
    """Return whether the span is a single word at the start of a sentence that is not a proper noun."""
    return len(span) == 1 and bool(span[0].is_sent_start) and span[0].pos_ != "PROPN"


def _split_by_type(whole: NameSpan) -> Iterator[NameSpan]:
    """Split a place and its country, or two persons, into two names: "Loughton, England", "John gave Susan"."""
    joint = {EntityType.PLACE: COMMA, EntityType.PERSON: SMALL_WORDS}.get(whole.type)
    start = 0
    for found in joint.finditer(whole.text) if joint else ():
        if joint is SMALL_WORDS and set(found[0].split()) <= PARTICLES:
            continue
        yield replace(whole, start=whole.start + start, end=whole.start + found.start(), text=whole.text[start : found.start()])
        start = found.end()
    yield replace(whole, start=whole.start + start, text=whole.text[start:])


def _split(whole: NameSpan, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    """Split a span at "and", "v" or an owner's 's where both sides are well known: "Israel and Hamas", "Berlin's Reichstag"."""
    if fold(whole.text) not in gazetteer.known and not gazetteer.has_place(fold(whole.text)):
        for joint in JOINTS:
            left, found, right = whole.text.partition(joint)
            if found and (_are_both_known(left, right, gazetteer) or (joint in OWNERS and _is_well_known(left, gazetteer))):
                yield replace(whole, end=whole.start + len(left), text=left)
                yield trimmed(replace(whole, start=whole.end - len(right), text=right))
                return
    yield whole


def _are_both_known(left: str, right: str, gazetteer: Gazetteer) -> bool:
    if all(fold(name) in gazetteer.cities for name in (left, right)):
        return True
    return _is_well_known(left, gazetteer) and _is_well_known(right, gazetteer)


def _is_well_known(name: str, gazetteer: Gazetteer) -> bool:
    key = fold(DETERMINER.sub("", name))
    return key in gazetteer.known or key in gazetteer.regions or gazetteer.is_prominent_place(key)


def _without_small_words(span: "Span") -> int:
    """Return the start of a place name without lower-case words before it: "northern Italy", but not "sub-Saharan Africa"."""
    first = span.start
    while first < span.end - 1 and span.doc[first].is_lower and span.doc[first + 1].text != "-":
        first += 1
    return int(span.doc[first].idx)


def _with_article(span: NameSpan, text: str, gazetteer: Gazetteer) -> NameSpan:
    """Extend the span by an article that is part of the name: The Hague, al-Qaeda."""
    arabic = ARABIC_ARTICLE_BEFORE.search(text, max(0, span.start - 4), span.start)
    if arabic:
        return replace(span, start=arabic.start(), text=text[arabic.start() : span.end])
    if text[span.start - 4 : span.start] == "The " and f"the {fold(span.text)}" in gazetteer.cities:
        return replace(span, start=span.start - 4, text=f"The {span.text}")
    return span


def _without_parts(fixed: Iterable[NameSpan], spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Return the fixed names that are not part of a longer span; a span that ends inside one is extended by it.

    University of Newcastle upon Tyne, for example.
    """
    starts = [span.start for span in spans]
    kept = []
    for name in fixed:
        at = bisect.bisect_right(starts, name.start) - 1
        span = spans[at] if at >= 0 else None
        if span is None or span.end <= name.start or len(span.text) <= len(name.text):
            kept.append(name)
        elif span.end < name.end:
            kept.append(replace(span, end=name.end, text=span.text[: name.start - span.start] + name.text))
    return kept


def _titled_persons(tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Return persons after a title: "Constable Priya Dhillon"."""
    persons = []
    for at, token in enumerate(tokens[:-1]):
        if not _is_title(token, gazetteer) or not _begins_name(tokens, at + 1, text, gazetteer):
            continue
        after = end_of_run(tokens, at + 1)
        if after <= at + 1:
            continue
        person = _person(text, tokens[at + 1].start, tokens[after - 1].end, gazetteer, is_honorific=token.text.rstrip(".") in HONORIFICS)
        if person and not _is_line_of_capitals(text, person.start) and fold(text[token.start : person.end]) not in gazetteer.known:
            persons.append(replace(person, title=_title_before(tokens, at, text, gazetteer)))
    return persons


def _begins_name(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> bool:
    """Return whether the token after a title starts a name: "Priya" after "Constable", but not "Minister" after "Interior"."""
    title, token = tokens[at - 1], tokens[at]
    return (
        token.is_capitalised
        and text[title.end : token.start] in (" ", "\u00a0")
        and _without_stop(title) not in gazetteer.title_modifiers
        and not _is_title(token, gazetteer)
    )


def _is_title(token: Token, gazetteer: Gazetteer) -> bool:
    return gazetteer.is_title(token.text)


def _without_stop(token: Token) -> str:
    return token.text.casefold().rstrip(".")


def _person(text: str, start: int, end: int, gazetteer: Gazetteer, *, is_honorific: bool) -> NameSpan | None:
    """Return the person in that range; None if it is known to be something else: "President Nixon", but not "Minister of Health".

    A single name of a place is a person only after an honorific: Mr Holland.
    """
    named = trimmed(NameSpan(start, end, text[start:end], EntityType.PERSON, sure=True))
    words, key = named.text.split(), fold(named.text)
    if not words or fold(words[-1]) in gazetteer.head_nouns or key in gazetteer.demonyms:
        return None
    if len(words) == 1 and gazetteer.has_place(key):
        return named if is_honorific else None
    if any(entry.type is not EntityType.PERSON for entry in gazetteer.known.get(key, ())):
        return None
    return named


def _title_before(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> str:
    """Return the title that ends with the token: "Interior Minister"."""
    first = at
    while first > 0 and _is_title(tokens[first - 1], gazetteer) and tokens[first].start - tokens[first - 1].end == 1:
        first -= 1
    return text[tokens[first].start : tokens[at].end]


def _is_line_of_capitals(text: str, at: int) -> bool:
    line = line_around(text, at, at)
    return line.isupper() and " " in line


def _preferring(better: list[NameSpan], spans: list[NameSpan]) -> list[NameSpan]:
    """Merge two lists of spans; of overlapping spans, that of `better` is kept, extended to the end of a longer person."""
    kept = sorted(better, key=lambda span: span.start)
    starts = [span.start for span in kept]
    free = []
    for span in spans:
        first = max(0, bisect.bisect_right(starts, span.start) - 1)
        last = bisect.bisect_left(starts, span.end)
        rivals = [at for at in range(first, last) if span.start < kept[at].end]
        if not rivals:
            free.append(span)
        elif len(rivals) == 1 and span.type is kept[rivals[0]].type is EntityType.PERSON and span.end > kept[rivals[0]].end:
            other = kept[rivals[0]]
            text = other.text + span.text[len(span.text) - (span.end - other.end) :]
            kept[rivals[0]] = replace(other, end=span.end, text=text)
    return sorted([*kept, *free], key=lambda span: span.start)


def _joined_bodies(spans: Sequence[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Join two names with a hyphen between them and a noun for organizations or events after them: NATO-Ukraine Council."""
    index_of = {token.start: at for at, token in enumerate(tokens)}
    joined: list[NameSpan] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is None or text[before.end : span.start] != "-" or span.start not in index_of:
            joined.append(span)
            continue
        end = max(span.end, tokens[end_of_run(tokens, index_of[span.start]) - 1].end)
        words = text[span.start : end].split()
        noun = gazetteer.head_nouns.get(fold(words[-1])) if len(words) > 1 else None
        if noun is None:
            joined.append(span)
        else:
            joined[-1] = replace(before, end=end, text=text[before.start : end], type=noun, sure=True)
    return joined


def _with_particles(spans: Sequence[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Return the spans, with single words joined to a preceding given name and particles: Gert ten Brink, Pierre d'Arcy."""
    index_of = {token.start: at for at, token in enumerate(tokens)}
    joined: list[NameSpan] = []
    for span in spans:
        at = index_of.get(span.start)
        first = _given_name_before_particles(tokens, at, gazetteer) if at and " " not in span.text and not span.sure else None
        if first is not None:
            while joined and joined[-1].end > first.start:
                joined.pop()
            span = replace(span, start=first.start, text=text[first.start : span.end], type=EntityType.PERSON)
        joined.append(span)
    return joined


def _given_name_before_particles(tokens: Sequence[Token], at: int, gazetteer: Gazetteer) -> Token | None:
    """Return the name before the particles before a token; it must be a known one if the particles can be other words: ten, la."""
    before = at - 1
    while before > 0 and tokens[before].text in PARTICLES and tokens[before + 1].start - tokens[before].end == 1:
        before -= 1
    first, particles = tokens[before], {token.text for token in tokens[before + 1 : at]}
    if not particles or not first.is_proper or not first.is_capitalised or tokens[before + 1].start - first.end != 1:
        return None
    return first if particles <= SURNAME_PARTICLES or fold(first.text) in gazetteer.given_names else None


def _with_given_names(spans: Sequence[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Extend surnames by a given name before them, which the model missed or took for a person of its own: "Ana Prado"."""
    index_of = {token.start: at for at, token in enumerate(tokens)}
    grown: list[NameSpan] = []
    for span in spans:
        at = index_of.get(span.start, 0)
        first = tokens[at - 1] if at else None
        if first is not None and _is_given_name_of(first, span, text, gazetteer) and _is_free(first, span, grown, gazetteer):
            if grown and grown[-1].end > first.start:
                grown.pop()
            span = replace(span, start=first.start, text=f"{first.text} {span.text}", type=EntityType.PERSON)
        grown.append(span)
    return grown


def _is_free(first: Token, span: NameSpan, before: Sequence[NameSpan], gazetteer: Gazetteer) -> bool:
    """Return whether the word before a span is in no other span, or is a span of its own, and the other is not a known place."""
    if not before or before[-1].end <= first.start:
        return True
    is_alone = not before[-1].sure and (before[-1].start, before[-1].end) == (first.start, first.end)
    return is_alone and not gazetteer.has_place(fold(span.text))


def _is_given_name_of(first: Token, span: NameSpan, text: str, gazetteer: Gazetteer) -> bool:
    if span.title or not _may_be_surnames(span) or not span.text[:1].isupper() or span.text.isupper() or span.start - first.end != 1:
        return False
    key = fold(span.text)
    return (
        first.is_capitalised
        and (first.is_proper or fold(first.text) not in FUNCTION_WORDS)
        and (fold(first.text) in gazetteer.given_names or _is_place_or_month_as_given_name(first, span, text, gazetteer))
        and key not in gazetteer.head_nouns
        and key not in gazetteer.known
    )


def _is_place_or_month_as_given_name(first: Token, span: NameSpan, text: str, gazetteer: Gazetteer) -> bool:
    """Return whether the word before a name is a month at the start of a sentence, or a place that is a given name: Israel Okolov."""
    if first.text in MONTHS_AS_NAMES:
        return first.starts_sentence or _is_month_of_person(first, span, text)
    if first.text not in PLACES_AS_GIVEN_NAMES or span.type not in (EntityType.PERSON, EntityType.PLACE):
        return False
    return not gazetteer.has_place(fold(span.text))


def _is_month_of_person(first: Token, span: NameSpan, text: str) -> bool:
    """Return whether a month before a surname is the given name: "when May Okolov", but not "in May Okolov"."""
    if span.type is not EntityType.PERSON:
        return False
    before = text[max(0, first.start - LONGEST_WORD) : first.start]
    return WHO_OR_AGE.match(text, span.end) is not None or TIME_BEFORE.search(before) is None


def _may_be_surnames(span: NameSpan) -> bool:
    """Return whether a span is a single word, or a person of two: "Díaz Ayuso"."""
    return " " not in span.text or (span.type is EntityType.PERSON and span.text.count(" ") == 1)


def join_at_nicknames(spans: Sequence[NameSpan], text: str) -> list[NameSpan]:
    """Join two parts of a person's name with a nickname between them: João "Cacá" Bezerra."""
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
    """Return how many preceding spans belong to the same name: 0, 1, or 2 if the nickname is a span too."""
    if " " in span.text:
        return 0
    for back in range(1, min(2, len(before)) + 1):
        first = before[-back]
        if first.type is EntityType.PERSON and NICKNAME.fullmatch(text, first.end, span.start):
            return back
    return 0

"""Decides whether each detected span is a name and which type it has, and adds names that the model did not detect.

The decisions are the rules of `name_rules`, `types_by_name`, `types_by_context` and `missed_names`; this module applies them in order.
"""

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from newsdesk.records import EntityType
from newsdesk.rulebook import first_case
from newsdesk.tag.candidate import Candidate, MissedName
from newsdesk.tag.contexts import DATELINE, KNOWN_AS, LOCATIVE, PERSON_ACTS, STORM_OR_CROWN, WHO_OR_AGE
from newsdesk.tag.coreference import given_name_of_storm
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.lists import type_by_neighbours, with_types_of_lists
from newsdesk.tag.missed_names import MISSED_NAMES
from newsdesk.tag.name_rules import NAME_RULES, Dropped, dropping_rule, without_overlaps
from newsdesk.tag.spans import NameSpan, Token, end_of_run, trimmed, without_possessions, without_titles
from newsdesk.tag.type_rules import type_by
from newsdesk.tag.types_by_context import BY_CONTEXT, stands_as_club
from newsdesk.tag.types_by_name import BY_NAME
from newsdesk.tag.word_lists import (
    COLLECTIVE_OWNERS,
    COUNTRIES_ALSO_WORDS,
    FUNCTION_WORDS,
    MONTHS_AS_NAMES,
    NOT_DATELINES,
    PARTICLES,
    REGNAL_TITLES,
)

NO_SURNAME_FROM = 100_000
"""Population below which a town's name that is also a person's in the article means the person, even if the model says place."""
SHORTLY = 60
"""Maximum number of characters between a full name and the surname alone in the next sentence."""
LONGEST_BEFORE = 16
"""Number of characters before a name in which the word for a storm or ruler is searched."""
REGNAL_NUMBER = re.compile(r"\s[IVX]+$")
BEHIND_OF = re.compile(r"\bof\s+$")
SURE_VOTES = 5
"""Votes of a span whose type is from a rule; a span with the type of the model has one vote."""

Decided = tuple[NameSpan | None, Dropped | None]
"""A span that was kept, or one that was dropped; neither if it was not a candidate."""


def classify(spans: Sequence[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> tuple[list[NameSpan], list[Dropped]]:
    """Return the names with their types in the order of the text, and the dropped spans."""
    decided = [_decide_span(_repaired(span, text, gazetteer), text, gazetteer) for span in spans]
    datelines = _datelines(text, gazetteer)
    kept, overlapping = without_overlaps((span for span, _ in decided if span), datelines)
    names = sorted([*kept, *datelines], key=lambda span: span.start)
    decided += _missed_names(names, tokens, text, gazetteer)
    found = [span for span, _ in decided[len(spans) :] if span]
    names = sorted([*names, *found], key=lambda span: span.start)
    dropped = [drop for _, drop in decided if drop]
    return _with_majority_types(with_types_of_lists(names, text, gazetteer), text, gazetteer), [*dropped, *overlapping]


def _decide_span(span: NameSpan, text: str, gazetteer: Gazetteer) -> Decided:
    rule = dropping_rule(NAME_RULES, Candidate.of(span, text, gazetteer))
    return (None, Dropped(span, rule.id)) if rule else (span, None)


def _repaired(span: NameSpan, text: str, gazetteer: Gazetteer) -> NameSpan:
    """Return the span with the boundaries and the type that the rules decide."""
    span = _with_word_before(_cut_to_name(span, gazetteer), text)
    if span.sure:
        return span
    candidate = Candidate.of(span, text, gazetteer)
    by_name = type_by(BY_NAME, candidate)
    if by_name is not None:
        return _cut_to_person(replace(span, type=by_name, sure=True), gazetteer)
    by_context = first_case(BY_CONTEXT, candidate)
    if by_context is None:
        return span
    return replace(span, type=by_context.type_of(candidate) or span.type, sure=by_context.is_evidence)


def _cut_to_name(span: NameSpan, gazetteer: Gazetteer) -> NameSpan:
    key = fold(span.text)
    if key in gazetteer.known or gazetteer.has_place(key):
        return span  # do not remove the nationality of "Georgian Dream", or the title of "St Helens"
    return _cut_to_person(span, gazetteer)


def _cut_to_person(span: NameSpan, gazetteer: Gazetteer) -> NameSpan:
    return without_titles(without_possessions(span), gazetteer) if span.type is EntityType.PERSON else span


def _with_word_before(span: NameSpan, text: str) -> NameSpan:
    """Extend the name of a storm or ruler by the word before it: Hurricane Melissa, Queen Elizabeth II."""
    before = STORM_OR_CROWN.search(text, max(0, span.start - LONGEST_BEFORE), span.start)
    if before is None:
        return span
    is_storm = before["storm"] is not None
    if not is_storm and not _may_be_ruler(span):
        return span
    type_ = EntityType.EVENT if is_storm else EntityType.PERSON
    return replace(span, start=before.start(), text=text[before.start() : span.end], type=type_, sure=True)


def _may_be_ruler(span: NameSpan) -> bool:
    return span.type is EntityType.PERSON and (" " not in span.text or REGNAL_NUMBER.search(span.text) is not None)


def _datelines(text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Return the places of datelines, which are in capitals at the start of a paragraph: "BERLIN — ", "MANILA, Philippines (AP) — "."""
    matches = [match for match in DATELINE.finditer(text) if match[1].isupper() and _is_dateline(match, gazetteer)]
    return [NameSpan(match.start(1), match.end(1), match[1], EntityType.PLACE, sure=True) for match in matches]


def _is_dateline(match: re.Match[str], gazetteer: Gazetteer) -> bool:
    """Return whether the place or the country after it is known, it ends in a noun for places, or an agency follows."""
    if fold(match[1]) in NOT_DATELINES:
        return False
    if match["agency"]:
        return True
    first, *_, last = fold(match[1]).split() * 2
    if first != last and gazetteer.head_nouns.get(last) is EntityType.PLACE:
        return True
    return gazetteer.has_place(fold(match[1])) or gazetteer.has_place(fold(match["container"] or ""))


def _missed_names(names: Sequence[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> Iterator[Decided]:
    """Yield decisions for sequences of capitalised words outside the names."""
    taken = iter(names)
    current = next(taken, None)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        while current is not None and current.end <= token.start:
            current = next(taken, None)
        if not token.is_capitalised or (current is not None and current.start < token.end):
            at += 1
            continue
        after = _after_body(tokens, at, end_of_run(tokens, at), gazetteer)
        while current is not None and after > at and tokens[after - 1].end > current.start:
            after -= 1
        if after > at:
            yield _decide_run(tokens[at:after], text, gazetteer)
        at = max(after, at + 1)


def _after_body(tokens: Sequence[Token], at: int, after: int, gazetteer: Gazetteer) -> int:
    """Return the index after a name that starts with its members in the possessive: "Workers' Party", "Women's League"."""
    if after != at + 1 or after + 1 >= len(tokens):
        return after
    owners, mark, body = tokens[at], tokens[after], tokens[after + 1]
    if mark.start != owners.end or body.start != mark.end + 1 or not _are_owners(owners, mark) or gazetteer.has_place(fold(owners.text)):
        return after
    end = end_of_run(tokens, after + 1)
    return end if end > after + 1 and fold(tokens[end - 1].text) in gazetteer.head_nouns else after


def _are_owners(owners: Token, mark: Token) -> bool:
    if mark.text in ("'", "’"):
        return owners.text.endswith("s")
    return mark.text in ("'s", "’s") and owners.text.casefold() in COLLECTIVE_OWNERS


def _decide_run(run: Sequence[Token], text: str, gazetteer: Gazetteer) -> Decided:
    while len(run) > 1 and run[0].starts_sentence and fold(run[0].text) in FUNCTION_WORDS and not _begins_with_month(run, text):
        run = run[1:]
    start, end = run[0].start, run[-1].end
    span = trimmed(NameSpan(start, end, text[start:end], EntityType.OTHER))
    candidate = MissedName.found(span, run[0], text, gazetteer)
    type_ = type_by(BY_NAME, candidate) or type_by(MISSED_NAMES, candidate)
    if type_ is None or not _may_be_name(candidate):
        return None, None
    return _decide_span(_cut_to_person(replace(span, type=type_, sure=True), gazetteer), text, gazetteer)


def _begins_with_month(run: Sequence[Token], text: str) -> bool:
    """Return whether the run starts with a month that is the given name of a person: "May Okafor, who"."""
    return run[0].text in MONTHS_AS_NAMES and WHO_OR_AGE.match(text, run[-1].end) is not None


def _may_be_name(candidate: MissedName) -> bool:
    """Return whether a candidate is more than a capitalised word at the start of a sentence."""
    if len(candidate.words) != 1 or candidate.first.is_proper or candidate.name.isupper():
        return True
    return _is_only_a_country(candidate) or stands_as_club(candidate)


def _is_only_a_country(candidate: Candidate) -> bool:
    """Return whether a word can only be the name of a country: Iceland, but not Turkey."""
    return candidate.key in candidate.gazetteer.countries and len(candidate.key) > 3 and candidate.key not in COUNTRIES_ALSO_WORDS


@dataclass(frozen=True, slots=True)
class _Article:
    """Properties of all names of an article.

    `surnames` are the parts by which persons with a full name can be named. `ends_of` maps last words to the end offsets of full names.
    `alone` are the persons with one-word names, `bodies` the first words of organizations, `storms` the given names of storms, `votes` the
    types of each folded name.
    """

    text: str
    gazetteer: Gazetteer
    surnames: frozenset[str]
    ends_of: Mapping[str, Sequence[int]]
    alone: frozenset[str]
    bodies: frozenset[str]
    storms: frozenset[str]
    votes: dict[str, Counter[EntityType]]


def _read_article(names: Sequence[NameSpan], text: str, gazetteer: Gazetteer) -> _Article:
    votes: dict[str, Counter[EntityType]] = {}
    for span in names:
        votes.setdefault(fold(span.text), Counter())[span.type] += SURE_VOTES if span.sure else 1
    persons = [span.text for span in names if span.type is EntityType.PERSON]
    full = [span for span in names if span.type is EntityType.PERSON and " " in span.text]
    ends_of: dict[str, list[int]] = {}
    for span in full:
        ends_of.setdefault(fold(span.text.rsplit(" ", 1)[1]), []).append(span.end)
    surnames = frozenset(part for span in full for part in _name_parts(span.text))
    alone = frozenset(fold(name) for name in persons if " " not in name)
    bodies = frozenset(part for span in names if span.type is EntityType.ORGANIZATION for part in _first_words(span.text))
    storms = frozenset(fold(given_name_of_storm(span.text)) for span in names if span.type is EntityType.EVENT)
    return _Article(text, gazetteer, surnames, ends_of, alone, bodies, storms, votes)


def _first_words(name: str) -> Iterator[str]:
    """Yield the first word, the first two and so on, folded, without the whole name."""
    words = fold(name).split()
    return (" ".join(words[:size]) for size in range(1, len(words)))


def _with_majority_types(names: Sequence[NameSpan], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Give all spans of a name the type that most of them have; types from rules have more votes.

    A name that is part of a person's full name in this article is that person, unless its context is that of a place.
    """
    article = _read_article(names, text, gazetteer)
    agreed: list[NameSpan] = []
    for at, span in enumerate(names):
        following = names[at + 1] if at + 1 < len(names) else None
        agreed.append(replace(span, type=_majority_type(span, agreed[-1] if agreed else None, following, article)))
    return agreed


def _majority_type(span: NameSpan, before: NameSpan | None, following: NameSpan | None, article: _Article) -> EntityType:
    if before is not None and KNOWN_AS.fullmatch(article.text, before.end, span.start):
        return before.type
    key = fold(span.text)
    if _is_surname_of_person(span, key, article) or _has_surname(span, article):
        return EntityType.PERSON
    if key in article.storms and not span.title and key not in article.surnames:
        return EntityType.EVENT
    if _is_short_for_body(span, key, article):
        return EntityType.ORGANIZATION
    if key in article.surnames or span.sure or (key in article.gazetteer.known and key in article.gazetteer.regions):
        return span.type
    span = replace(span, type=article.votes[key].most_common(1)[0][0])
    return type_by_neighbours(span, before, following, article.text, article.gazetteer)


def _is_surname_of_person(span: NameSpan, key: str, article: _Article) -> bool:
    if key not in article.surnames or (span.sure and span.type is EntityType.OTHER):
        return False
    return not _stands_as_place(span, key, article)


def _is_short_for_body(span: NameSpan, key: str, article: _Article) -> bool:
    """Return whether a longer name of an organization starts with this name: Okolov, if the article also names Okolov Cement."""
    gazetteer = article.gazetteer
    if span.type not in (EntityType.PERSON, EntityType.PLACE) or span.title:
        return False
    if key not in article.bodies or key in article.surnames or key in gazetteer.given_names:
        return False
    return not gazetteer.has_place(key) and key not in gazetteer.known


def _has_surname(span: NameSpan, article: _Article) -> bool:
    """Return whether the last word of a longer name is a person in this article: Paris Hilton, if Hilton is also named alone."""
    if span.sure:
        return False
    words = fold(span.text).split()
    if not 2 <= len(words) <= 3 or words[0] in FUNCTION_WORDS:
        return False
    return words[-1] in article.alone and words[-1] not in article.gazetteer.head_nouns


def _name_parts(name: str) -> set[str]:
    """Return the words by which a person can be named: the last word, its part after a hyphen, and the first word unless it is a title."""
    words = name.split()
    last = {fold(words[-1]), fold(words[-1].split("-", 1)[-1]), *_surname_with_particle(words)}
    return last if words[0].casefold() in REGNAL_TITLES else last | {fold(words[0])}


def _surname_with_particle(words: Sequence[str]) -> Iterator[str]:
    """Yield the surname from its first particle: van der Meer."""
    first = next((at for at, word in enumerate(words[1:], start=1) if word in PARTICLES), None)
    if first is not None:
        yield fold(" ".join(words[first:]))


def _stands_as_place(span: NameSpan, key: str, article: _Article) -> bool:
    """Return whether a name that is also a person's in the article means the place of that name here."""
    gazetteer = article.gazetteer
    if (span.sure and span.title) or not gazetteer.has_place(key):
        return False
    candidate = Candidate.of(span, article.text, gazetteer)
    if PERSON_ACTS.match(candidate.after):
        return False
    if span.label in ("GPE", "LOC") and not _is_small_town(key, gazetteer) and not _was_just_named(span, key, article):
        return True
    return LOCATIVE.search(candidate.before) is not None or BEHIND_OF.search(candidate.before) is not None


def _was_just_named(span: NameSpan, key: str, article: _Article) -> bool:
    """Return whether the full name of a person with this surname ends shortly before."""
    ends = article.ends_of.get(key, ())
    at = bisect.bisect_right(ends, span.start) - 1
    return at >= 0 and span.start - ends[at] <= SHORTLY


def _is_small_town(key: str, gazetteer: Gazetteer) -> bool:
    if gazetteer.is_prominent_place(key) or key in gazetteer.regions:
        return False
    return any(place.population < NO_SURNAME_FROM for place in gazetteer.cities.get(key, ())[:1])

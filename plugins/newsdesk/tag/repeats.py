"""Finds further occurrences of detected names: the model detects "William Ruto" in one sentence and misses "Ruto" in the next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.tag.contexts import LOCATIVE, PERSON_ACTS
from newsdesk.tag.coreference import given_name_of_storm, surname_forms
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.name_rules import Dropped, NameRule, dropping_rule
from newsdesk.tag.spans import NameSpan, Token, first_of_overlapping, occurs_in_lower_case
from newsdesk.tag.word_lists import ARABIC_ARTICLES, FUNCTION_WORDS, MONTHS_AS_NAMES

PARTS_OF_TWO_SURNAMES = 3
"""Number of words of a name with two surnames."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A further occurrence of the form of a detected name, at the token with index `at`."""

    form: str
    type: EntityType
    tokens: Sequence[Token]
    at: int
    text: str
    gazetteer: Gazetteer

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def end(self) -> int:
        return self.token.start + len(self.form)


def _is_part_of_longer_name(repeat: Repeat) -> bool:
    end = repeat.end
    following = next((token for token in repeat.tokens[repeat.at + 1 : repeat.at + 12] if token.start >= end), None)
    if following is None or following.start != end + 1:
        return False
    return following.is_capitalised and fold(following.text) in repeat.gazetteer.head_nouns


def _is_place_of_that_name(repeat: Repeat) -> bool:
    if repeat.type is not EntityType.PERSON or " " in repeat.form or repeat.token.is_proper:
        return False
    start = repeat.token.start
    return LOCATIVE.search(repeat.text[max(0, start - 40) : start]) is not None


def _is_never_small(repeat: Repeat) -> bool:
    return repeat.type is EntityType.PERSON and len(repeat.form) > 3 and not occurs_in_lower_case(repeat.form, repeat.text)


def _is_word_at_sentence_start(repeat: Repeat) -> bool:
    return " " not in repeat.form and repeat.token.starts_sentence and not repeat.token.is_proper


def _is_month_that_acts(repeat: Repeat) -> bool:
    is_month = repeat.type is EntityType.PERSON and repeat.form in MONTHS_AS_NAMES
    return is_month and PERSON_ACTS.match(repeat.text[repeat.end : repeat.end + 20]) is not None


REPEAT_RULES: tuple[NameRule[Repeat], ...] = (
    NameRule(
        id="repeat-of-month-that-acts",
        keep=True,
        message="A surname that is also a month is a name before a verb that only persons are subjects of.",
        fires="[May|PERSON] said so.",
        silent="[May|PERSON] was wet.",
        applies=_is_month_that_acts,
    ),
    NameRule(
        id="repeat-in-longer-name",
        keep=False,
        message="A following word makes it a longer, different name.",
        fires="The [Cromwell|PERSON] Society met.",
        silent="Then [Cromwell|PERSON] met them.",
        applies=_is_part_of_longer_name,
    ),
    NameRule(
        id="repeat-of-function-word",
        keep=False,
        message="A function word is not a repeated name.",
        fires="They met [Will|PERSON].",
        silent="They met [Wilma|PERSON].",
        applies=lambda repeat: repeat.form.casefold() in FUNCTION_WORDS,
    ),
    NameRule(
        id="repeat-as-place",
        keep=False,
        message='A person\'s name after "in" or "near" that the model does not tag as a proper noun is a place.',
        fires="They met in [Lincoln|PERSON, common].",
        silent="They met [Lincoln|PERSON, common].",
        applies=_is_place_of_that_name,
    ),
    NameRule(
        id="repeat-never-small",
        keep=True,
        message="A person's name that never occurs in lower case in the text is also a name at the start of a sentence.",
        fires="[Hunter|PERSON, common] left.",
        silent="[Hunter|PERSON, common] saw the hunter.",
        applies=_is_never_small,
    ),
    NameRule(
        id="repeat-at-sentence-start",
        keep=False,
        message="A single word at the start of a sentence that the model does not tag as a proper noun is a common word.",
        fires="[Hunter|PERSON, common] saw the hunter.",
        silent="[Hunter|PERSON] saw the hunter.",
        applies=_is_word_at_sentence_start,
    ),
)


def with_repeats(names: list[NameSpan], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> tuple[list[NameSpan], list[Dropped]]:
    """Return the names with their further occurrences (whole words in the same case, not in other names), and the dropped ones."""
    types = _types_of_forms(names, gazetteer)
    lengths = _lengths(types)
    taken = {offset for name in names for offset in (name.start, name.end - 1)}
    found: list[NameSpan] = []
    dropped: list[Dropped] = []
    for at in _free_tokens(names, tokens):
        start = tokens[at].start
        for length in lengths.get(tokens[at].text, ()):
            end = start + length
            form = text[start:end]
            if form not in types or not _ends_word(text, end) or _reaches(taken, start, end):
                continue
            span = NameSpan(start, end, form, types[form])
            rule = dropping_rule(REPEAT_RULES, Repeat(form, types[form], tokens, at, text, gazetteer))
            if rule is None:
                found.append(span)
                break
            dropped.append(Dropped(span, rule.id))
    return sorted([*names, *first_of_overlapping(found)], key=lambda name: name.start), dropped


def _free_tokens(names: Sequence[NameSpan], tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the indices of the tokens outside all names."""
    spans = iter(sorted((name.start, name.end) for name in names))
    current = next(spans, None)
    for at, token in enumerate(tokens):
        while current is not None and current[1] <= token.start:
            current = next(spans, None)
        if current is None or token.start < current[0]:
            yield at


def _types_of_forms(names: Sequence[NameSpan], gazetteer: Gazetteer) -> dict[str, EntityType]:
    """Return the types of the forms in which the names can occur again."""
    types: dict[str, EntityType] = {}
    for name in names:
        types.setdefault(name.text, name.type)
        if name.type is EntityType.PERSON and " " in name.text:
            for form in _short_forms(name.text, gazetteer):
                types.setdefault(form, EntityType.PERSON)
        elif name.type is EntityType.EVENT and (storm := given_name_of_storm(name.text)):
            types.setdefault(storm, EntityType.EVENT)
    return types


def _lengths(forms: Iterable[str]) -> dict[str, list[int]]:
    """Return the lengths of the forms, longest first, by their first token."""
    found: dict[str, set[int]] = defaultdict(set)
    for form in forms:
        found[form.split(" ", 1)[0].split("-", 1)[0]].add(len(form))
    return {first: sorted(lengths, reverse=True) for first, lengths in found.items()}


def _short_forms(name: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Yield the surname of a person's full name; the first word if the family name comes first; the first of two surnames.

    Park for Park Geun-hye, Paz for Rodrigo Paz Pereira.
    """
    words = name.split()
    first, last = words[0], words[-1]
    if len(last) > 2 and last[0].isupper() and fold(last) in surname_forms(name):
        yield last
    if "-" in last and last.split("-", 1)[0].casefold() not in ARABIC_ARTICLES and fold(first) not in gazetteer.given_names:
        yield first
    if len(words) == PARTS_OF_TWO_SURNAMES and _has_two_surnames(words, gazetteer):
        yield words[1]


def _has_two_surnames(words: Sequence[str], gazetteer: Gazetteer) -> bool:
    """Return whether the middle word of three can be a surname: in Rodrigo Paz Pereira, but not in John Paul Jones."""
    given_names = gazetteer.given_names
    is_surname = words[1].istitle() and len(words[1]) > 2 and fold(words[1]) not in given_names
    return fold(words[0]) in given_names and is_surname


def _ends_word(text: str, end: int) -> bool:
    if end >= len(text):
        return True
    following = text[end]
    return not (following.isalnum() or following in "$€£" or (following == "-" and end + 1 < len(text) and text[end + 1].isalnum()))


def _reaches(taken: set[int], start: int, end: int) -> bool:
    return any(offset in taken for offset in range(start, end))

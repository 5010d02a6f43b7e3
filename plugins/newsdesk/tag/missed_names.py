"""The rules that decide whether capitalised words that the model did not detect are names, and of which type."""

from newsdesk.tag.candidate import MissedName
from newsdesk.tag.contexts import (
    CALLED_AN_ORGANIZATION,
    LOCATIVE,
    PERSON_ACTS,
    SMALL_WORD_AFTER,
    SMALL_WORD_BEFORE,
    TIME_BEFORE,
    WHO_OR_AGE,
    WORKS_FOR,
)
from newsdesk.tag.spans import LEAST_FULL_NAME
from newsdesk.tag.type_rules import TypeRule, to_organization, to_person, to_place
from newsdesk.tag.types_by_context import is_before_state_code, stands_as_club
from newsdesk.tag.word_lists import CALENDAR, FUNCTION_WORDS, MONTHS_AS_NAMES, NOT_TEAMS


def _is_proper_word(candidate: MissedName) -> bool:
    return len(candidate.words) == 1 and candidate.first.is_proper


def _is_named_as_month(candidate: MissedName) -> bool:
    if len(candidate.words) != LEAST_FULL_NAME or candidate.words[0] not in MONTHS_AS_NAMES:
        return False
    if WHO_OR_AGE.match(candidate.after) is not None or PERSON_ACTS.match(candidate.after) is not None:
        return True
    is_subject = candidate.first.starts_sentence and SMALL_WORD_AFTER.match(candidate.after) is not None
    return (is_subject or _is_after_small_word(candidate)) and not _has_no_surname(candidate)


def _is_after_small_word(candidate: MissedName) -> bool:
    """Return whether a word in lower case stands before the name, but none that stands before a month: "when", "by", "last"."""
    return SMALL_WORD_BEFORE.search(candidate.before) is not None and TIME_BEFORE.search(candidate.before) is None


def _has_no_surname(candidate: MissedName) -> bool:
    """Return whether the second word is not a surname: a place, an acronym, or a word such as day and bank."""
    key = candidate.keys[1]
    known = candidate.gazetteer.is_prominent_place(key) or key in candidate.gazetteer.demonyms or key in candidate.gazetteer.head_nouns
    return known or candidate.words[1].isupper() or key.removesuffix("s") in CALENDAR or key in NOT_TEAMS


def _is_overlooked_given_name(candidate: MissedName) -> bool:
    if not _is_proper_word(candidate) or candidate.gazetteer.is_prominent_place(candidate.key) or candidate.key in FUNCTION_WORDS:
        return False
    return candidate.key in candidate.gazetteer.given_names


def _is_overlooked_place(candidate: MissedName) -> bool:
    if not _is_proper_word(candidate) or candidate.key in candidate.gazetteer.given_names:
        return False
    if candidate.gazetteer.is_prominent_place(candidate.key):
        return True
    return candidate.is_place_name and LOCATIVE.search(candidate.before) is not None


def _is_own_name_in_table(candidate: MissedName) -> bool:
    if not _is_proper_word(candidate) or candidate.first.starts_sentence:
        return False
    known = candidate.gazetteer.known.get(candidate.key, ())
    return bool(known) and known[0].name == candidate.name


def _is_employer(candidate: MissedName) -> bool:
    return len(candidate.words) > 1 and WORKS_FOR.search(candidate.before) is not None


def _is_overlooked_organization(candidate: MissedName) -> bool:
    return _is_proper_word(candidate) and len(candidate.name) > 2 and CALLED_AN_ORGANIZATION.search(candidate.before) is not None


MISSED_NAMES: tuple[TypeRule[MissedName], ...] = (
    TypeRule(
        id="overlooked-town-before-state-code",
        message="A name before the code of a US state is a town, if that state has a town with this name.",
        fires="He moved to [Reading|: place], PA.",
        silent="He likes [Reading], too.",
        applies=is_before_state_code,
        type_of=to_place,
    ),
    TypeRule(
        id="overlooked-employer",
        message="A name of several words for which somebody works or plays is an organization.",
        fires="She is an economist at [Okolov Vale|: organization].",
        silent="She is a friend of [Okolov Vale].",
        applies=_is_employer,
        type_of=to_organization,
    ),
    TypeRule(
        id="overlooked-club",
        message="A town before a noun such as striker, or that beats another or is beaten, is its club.",
        fires="Then [Cali|: organization] striker Prado left.",
        silent="Then [Cali] hotelier Prado left.",
        applies=stands_as_club,
        type_of=to_organization,
    ),
    TypeRule(
        id="overlooked-place",
        message='A proper noun is a place if it is a well-known one, or a known one after "in" or "near".',
        fires="The bus to [Kisumu|: place] was late.",
        silent="The bus and [Kisumu] were late.",
        applies=_is_overlooked_place,
        type_of=to_place,
    ),
    TypeRule(
        id="overlooked-month-as-given-name",
        message='A month followed by a surname is a person before "who" or an age, after words such as "woman", or as first words.',
        fires="[May Okolov|: person], who won, left.",
        silent="[May Day], which was cold, passed.",
        applies=_is_named_as_month,
        type_of=to_person,
    ),
    TypeRule(
        id="overlooked-given-name",
        message="A proper noun that is a given name and not a well-known place is a person.",
        fires="They gave [Susan|: person] a raise.",
        silent="They gave [Okolov] a raise.",
        applies=_is_overlooked_given_name,
        type_of=to_person,
    ),
    TypeRule(
        id="overlooked-own-name",
        message="A proper noun within a sentence that is the main name of an entry in the alias table has the type of the entry.",
        fires="They sued [Amazon|: organization].",
        silent="[Amazon] was sued.",
        applies=_is_own_name_in_table,
        type_of=lambda candidate: candidate.gazetteer.known[candidate.key][0].type,
    ),
    TypeRule(
        id="overlooked-organization",
        message="A proper noun after a noun for organizations is an organization.",
        fires="The miners' federation, [Okolov|: organization], wants more.",
        silent="The miners and [Okolov] want more.",
        applies=_is_overlooked_organization,
        type_of=to_organization,
    ),
)

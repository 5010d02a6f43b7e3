"""The rules that decide the type of a name by the text around it."""

import re

from newsdesk.records import EntityType
from newsdesk.tag.candidate import Candidate
from newsdesk.tag.contexts import (
    AMONG_ORGANIZATIONS,
    APPOSITION,
    ARTICLE_BEFORE,
    BEATEN,
    BEATS,
    BEFORE_PERSON,
    BODY_AFTER,
    CALLED_A_PLACE,
    CALLED_AN_ORGANIZATION,
    CONNECTED,
    HEADS,
    IN_JOURNAL,
    IS_AN_ORGANIZATION,
    ITS_LOCALS,
    ITS_PEOPLE,
    ITS_PLAYERS,
    LOCATIVE,
    LOCATIVE_WITH_ARTICLE,
    OFFICE_AFTER,
    OFFICE_BEFORE,
    PERSON_ACTS,
    REGION_NOUN,
    STATE_CODE,
    SURNAME_WITH_PREFIX,
    WHO_OR_AGE,
    WORKS_FOR,
)
from newsdesk.tag.gazetteer import fold
from newsdesk.tag.spans import capitalised_words
from newsdesk.tag.type_rules import TypeRule, as_labelled, to_organization, to_person, to_place
from newsdesk.tag.word_lists import PARTICLES, US_ABBREVIATIONS

LONGEST_PERSON = 4
"""Maximum number of words of a name that the context can make a person's."""


def _is_known_region(candidate: Candidate) -> bool:
    return candidate.key in candidate.gazetteer.known and candidate.key in candidate.gazetteer.regions


def _is_labelled_as_in_table(candidate: Candidate) -> bool:
    known = candidate.gazetteer.known.get(candidate.key, ())
    return bool(known) and candidate.span.type is known[0].type


def stands_as_club(candidate: Candidate) -> bool:
    """Return whether a town has players, or wins or loses. Countries and regions do so under their own name."""
    key, gazetteer = candidate.key, candidate.gazetteer
    is_town = key in gazetteer.cities or candidate.span.label in ("GPE", "LOC", "FAC")
    if not is_town or key in gazetteer.countries or key in gazetteer.regions:
        return False
    plays = ITS_PLAYERS.match(candidate.after) or BEATS.match(candidate.after) or BEATEN.search(candidate.before)
    return plays is not None


def _is_word_in_table(candidate: Candidate) -> bool:
    """Return whether a single name that the model tags as a person is a word that the table has as an organization: Meta, Shell."""
    gazetteer = candidate.gazetteer
    if candidate.span.type is not EntityType.PERSON or " " in candidate.name or candidate.key in gazetteer.given_names:
        return False
    known = gazetteer.known.get(candidate.key, ())
    return len(known) == 1 and known[0].type is EntityType.ORGANIZATION and known[0].name == candidate.name


def _is_region_by_noun(candidate: Candidate) -> bool:
    return _is_known_region(candidate) and REGION_NOUN.match(candidate.after) is not None


def is_before_state_code(candidate: Candidate) -> bool:
    """Return whether the code of a US state follows that has a town with this name: Fresno, CA, but not Ana Prado, MD."""
    found = STATE_CODE.match(candidate.after)
    state = US_ABBREVIATIONS.get(fold(found[1])) if found else None
    cities = candidate.gazetteer.cities.get(candidate.key, ())
    return state is not None and any((city.country, city.admin1) == ("US", state) for city in cities)


def _is_place_by_model(candidate: Candidate) -> bool:
    return candidate.is_place_name and candidate.span.type not in (EntityType.PERSON, EntityType.ORGANIZATION)


def _stands_as_place(candidate: Candidate) -> bool:
    before = candidate.before
    return candidate.is_place_name and any(pattern.search(before) for pattern in (LOCATIVE, CALLED_A_PLACE, CONNECTED))


def _is_well_known_place(candidate: Candidate) -> bool:
    gazetteer, key = candidate.gazetteer, candidate.key
    if key in gazetteer.given_names or not (gazetteer.is_prominent_place(key) or key in gazetteer.regions):
        return False
    return BEFORE_PERSON.search(candidate.before) is None


def _is_town_without_namesake(candidate: Candidate) -> bool:
    if not candidate.is_place_name or candidate.span.type is not EntityType.PERSON or " " in candidate.name or candidate.span.title:
        return False
    if candidate.key in candidate.gazetteer.given_names or _is_described_as_person(candidate) or _holds_office(candidate):
        return False
    if PERSON_ACTS.match(candidate.after) or BEFORE_PERSON.search(candidate.before) or candidate.after.startswith(("'s", "’s")):
        return False
    if candidate.before.endswith(", ") and candidate.after.startswith(","):
        return False  # in a list, whose other names decide
    if re.search(rf"[A-Z](?:\.|[\w’'-]*) {re.escape(candidate.name)}\b", candidate.text):
        return False  # somebody of two words
    countries = {city.country for city in candidate.gazetteer.cities.get(candidate.key, ())}
    return not countries.isdisjoint(candidate.gazetteer.countries_of(capitalised_words(candidate.text) - {candidate.key}))


def _is_short_acronym(candidate: Candidate) -> bool:
    return candidate.name.isupper() and 2 <= len(candidate.name) <= 5


def _is_before_its_people(candidate: Candidate) -> bool:
    return " " not in candidate.name and ITS_PEOPLE.match(candidate.after) is not None


def _is_called_an_organization(candidate: Candidate) -> bool:
    before = candidate.before
    if WORKS_FOR.search(before) or HEADS.search(before) or AMONG_ORGANIZATIONS.search(before) or IS_AN_ORGANIZATION.match(candidate.after):
        return True
    return CALLED_AN_ORGANIZATION.search(before) is not None


def _is_plural_with_article(candidate: Candidate) -> bool:
    if candidate.span.label not in ("PERSON", "GPE") or " " in candidate.name or not candidate.name.endswith(("s", "men")):
        return False
    return ARTICLE_BEFORE.search(candidate.before) is not None


def _is_described_as_person(candidate: Candidate) -> bool:
    if WHO_OR_AGE.match(candidate.after):
        return True
    return BEFORE_PERSON.search(candidate.before) is not None and APPOSITION.match(candidate.after) is not None


def _person_if_possible(candidate: Candidate) -> EntityType:
    return EntityType.PERSON if _may_be_person(candidate) else candidate.span.type


def _may_be_person(candidate: Candidate) -> bool:
    if candidate.name.isupper() or len(candidate.words) > LONGEST_PERSON:
        return False
    return all(word[0].isupper() or word in PARTICLES for word in candidate.words)


def _holds_office(candidate: Candidate) -> bool:
    """Return whether a title is next to the name: "its spokesman, Suharyanto, said", "Tokayev, the president,"."""
    titles, after = candidate.gazetteer.titles, candidate.after
    said_before = OFFICE_BEFORE.search(candidate.before)
    if said_before and said_before[1].casefold() in titles and after.startswith((",", ".", ";")):
        return True
    said_after = OFFICE_AFTER.match(after)
    return said_after is not None and said_after[1] in titles and said_after[1] not in candidate.gazetteer.head_nouns


BY_CONTEXT: tuple[TypeRule[Candidate], ...] = (
    TypeRule(
        id="town-before-state-code",
        message="A name before the code of a US state is a town, if that state has a town with this name.",
        fires="He moved to [Fresno|PERSON: place], CA.",
        silent="He asked [Okolov|PERSON], MD.",
        applies=is_before_state_code,
        type_of=to_place,
    ),
    TypeRule(
        id="region-by-noun",
        message="A name of the alias table that is also a region is the region before a noun such as river or basin.",
        fires="A mill near the [Amazon|ORG: place] river burnt.",
        silent="A mill near the [Amazon|ORG] store burnt.",
        applies=_is_region_by_noun,
        type_of=to_place,
    ),
    TypeRule(
        id="region-with-article",
        message='A name of the alias table that is also a region is the region after "in the" or "across the".',
        fires="Logging in the [Amazon|ORG: place] slowed.",
        silent="Workers at [Amazon|ORG] left.",
        applies=lambda candidate: _is_known_region(candidate) and LOCATIVE_WITH_ARTICLE.search(candidate.before) is not None,
        type_of=to_place,
    ),
    TypeRule(
        id="region-or-namesake",
        message="A name of the alias table that is also a region has the type of the model after another article.",
        fires="The [Amazon|LOC: place] burnt.",
        silent="[Amazon|LOC] grew.",
        applies=lambda candidate: _is_known_region(candidate) and ARTICLE_BEFORE.search(candidate.before) is not None,
        type_of=as_labelled,
    ),
    TypeRule(
        id="namesake-of-region",
        message="A name of the alias table that is also a region is the entry of the table if there is no article.",
        fires="[Amazon|LOC: organization] said that it would grow.",
        silent="[Andes|LOC] grew.",
        applies=_is_known_region,
        type_of=lambda candidate: candidate.gazetteer.known[candidate.key][0].type,
    ),
    TypeRule(
        id="model-and-table-agree",
        message="The model and the alias table have the same type.",
        fires="Workers at [Apple|ORG: organization] left.",
        silent="Workers at [Apple|PERSON] left.",
        applies=_is_labelled_as_in_table,
        type_of=as_labelled,
    ),
    TypeRule(
        id="firm-or-person",
        message="A single word that is the main name of an organization in the alias table and no given name is that organization.",
        fires="Then [Apple|PERSON: organization] grew.",
        silent="Then [Vale|ORG] grew.",
        applies=_is_word_in_table,
        type_of=to_organization,
    ),
    TypeRule(
        id="club-of-players",
        message="A town before a noun such as striker, or that beats another or is beaten, is its club.",
        fires="They sold the [Cali|GPE: organization] striker.",
        silent="They sold the [Peru|GPE] striker.",
        applies=stands_as_club,
        type_of=to_organization,
    ),
    TypeRule(
        id="town-by-locals",
        message='A name of the gazetteer before a noun such as "residents" is a place.',
        fires="Then [Burnley|PERSON: place] residents left.",
        silent="Then [Burnley|PERSON] children left.",
        applies=lambda candidate: candidate.is_place_name and ITS_LOCALS.match(candidate.after) is not None,
        type_of=to_place,
    ),
    TypeRule(
        id="journal",
        message='A name after "published in" that is not a place is a journal.',
        fires="It was published in [Okolov|GPE: organization].",
        silent="It was sold in [Okolov|GPE].",
        applies=lambda candidate: not candidate.is_place_name and IN_JOURNAL.search(candidate.before) is not None,
        type_of=to_organization,
    ),
    TypeRule(
        id="place-by-model-and-gazetteer",
        message="The gazetteer has the name, and the model does not say person or organization.",
        fires="He saw [Cali|GPE: place].",
        silent="He saw [Cali|PERSON].",
        applies=_is_place_by_model,
        type_of=as_labelled,
    ),
    TypeRule(
        id="place-by-locative",
        message='A name of the gazetteer is a place after "in", "near" or "the town of".',
        fires="It rained in [Cali|PERSON: place].",
        silent="It rained on [Cali|PERSON].",
        applies=_stands_as_place,
        type_of=to_place,
    ),
    TypeRule(
        id="well-known-place",
        message="A region, country, capital or city of a million is a place, unless it is a given name or follows a verb of speech.",
        fires="[London|ORG: place] was cold.",
        silent="It was cold, said [London|ORG].",
        applies=_is_well_known_place,
        type_of=to_place,
    ),
    TypeRule(
        id="town-without-namesake",
        message="A town of a country that the text names is a place if nobody in the text has that surname or given name.",
        fires="It rained in England. [Burnley|PERSON: place] stayed dry.",
        silent="It rained in Peru. [Burnley|PERSON] stayed dry.",
        applies=_is_town_without_namesake,
        type_of=to_place,
    ),
    TypeRule(
        id="namesake-of-small-place",
        message="Other names of the gazetteer have the type of the model.",
        fires="It was sold by [Burnley|PERSON: person].",
        silent="It was sold by [Okolov|PERSON].",
        applies=lambda candidate: candidate.is_place_name,
        type_of=as_labelled,
    ),
    TypeRule(
        id="surname-with-prefix",
        message='A single word that starts with "Mc" or "O\'" is a person, unless the alias table has it.',
        fires="Then [McOkolov|ORG: person] left.",
        silent="Then [Mcokolov|ORG] left.",
        applies=lambda candidate: (
            SURNAME_WITH_PREFIX.fullmatch(candidate.name) is not None and candidate.key not in candidate.gazetteer.known
        ),
        type_of=to_person,
    ),
    TypeRule(
        id="acronym-is-no-person",
        message="An acronym is an organization, not a person.",
        fires="It was sold by [FSTM|PERSON: organization].",
        silent="It was sold by [Okolov|PERSON].",
        applies=lambda candidate: candidate.span.type is EntityType.PERSON and _is_short_acronym(candidate),
        type_of=to_organization,
    ),
    TypeRule(
        id="name-before-its-people",
        message="A single word before nouns such as shareholders, employees or fans is a company or club.",
        fires="Then [Okolov|PERSON: organization] shareholders left.",
        silent="Then [Okolov|PERSON] children left.",
        applies=_is_before_its_people,
        is_evidence=True,
        type_of=to_organization,
    ),
    TypeRule(
        id="name-before-body",
        message="A name between an article and a noun such as gang or party is an organization.",
        fires="He led the [Viv Okolov|PERSON: organization] gang.",
        silent="He led the [Viv Okolov|PERSON] trial.",
        applies=lambda candidate: ARTICLE_BEFORE.search(candidate.before) is not None and BODY_AFTER.match(candidate.after) is not None,
        type_of=to_organization,
    ),
    TypeRule(
        id="called-an-organization",
        message="The context describes an organization: somebody works for it, or it is called a party or company.",
        fires="Her party, [Chadera|PERSON: organization], lost.",
        silent="Her uncle, [Chadera|PERSON], lost.",
        applies=_is_called_an_organization,
        is_evidence=True,
        type_of=to_organization,
    ),
    TypeRule(
        id="plural-with-article",
        message="A single word in the plural after an article is a band, team or other organization.",
        fires="They heard the [Okolovs|PERSON: organization].",
        silent="They heard [Okolovs|PERSON].",
        applies=_is_plural_with_article,
        type_of=to_organization,
    ),
    TypeRule(
        id="described-as-person",
        message='A name before "who" or an age, or with a description after a verb of speech, is a person.',
        fires="Then [Okolov|ORG: person], 45, left.",
        silent="Then [Okolov|ORG], as always, left.",
        applies=_is_described_as_person,
        is_evidence=True,
        type_of=_person_if_possible,
    ),
    TypeRule(
        id="holder-of-office",
        message="A name that is separated from a title by a comma is a person.",
        fires="Its spokesman, [Suharyanto|ORG: person], left.",
        silent="Its pumps, [Suharyanto|ORG], failed.",
        applies=lambda candidate: _holds_office(candidate) and _may_be_person(candidate),
        is_evidence=True,
        type_of=to_person,
    ),
    TypeRule(
        id="place-that-acts",
        message="A name that the model tags as a place is a person before a verb that only persons are subjects of.",
        fires="Then [Okolov|GPE: person] told them.",
        silent="Then [Okolov|GPE] burnt.",
        applies=lambda candidate: candidate.span.type is EntityType.PLACE and PERSON_ACTS.match(candidate.after) is not None,
        type_of=to_person,
    ),
)

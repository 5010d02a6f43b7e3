"""The rules that decide the type of a name: by the name itself, by its context, and for names that the model did not detect.

The types of the model are less reliable than its spans, so the tables take precedence. In each table, the first rule that applies
decides.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.rulebook import Case, Subject, first_case
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.tag.candidate import Candidate, MissedName
from newsdesk.tag.contexts import (
    AMONG_ORGANIZATIONS,
    APPOSITION,
    ARTICLE_BEFORE,
    AWARD_AFTER,
    AWARD_BEFORE,
    BEATEN,
    BEATS,
    BEFORE_PERSON,
    BODY_AFTER,
    CALLED_A_PLACE,
    CALLED_A_SHIP,
    CALLED_AN_ORGANIZATION,
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
    SMALL_WORD_BEFORE,
    STATE_CODE,
    TIME_BEFORE,
    WHO_OR_AGE,
    WORKS_FOR,
)
from newsdesk.tag.gazetteer import fold
from newsdesk.tag.spans import occurs_in_lower_case
from newsdesk.tag.word_lists import (
    AWARDS,
    CALENDAR,
    CROWNED_HEADS,
    FUNCTION_WORDS,
    MONTHS_AS_NAMES,
    NOT_TEAMS,
    PARTICLES,
    SHIP_PREFIXES,
    STORMS,
    US_ABBREVIATIONS,
)

LEAST_FULL_NAME = 2
LARGE_TOWN = 100_000
LONGEST_PERSON = 4
"""Maximum number of words of a name that the context can make a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRule(Case[Subject]):
    """A rule that decides the type. `type_of` returns None if the name does not have a type by this table.

    `is_evidence`: the text states the type, so it has more votes for the other mentions of the name.
    """

    is_evidence: bool = False
    type_of: Callable[[Subject], EntityType | None]


def type_by(rules: Sequence[TypeRule[Subject]], candidate: Subject) -> EntityType | None:
    """Return the type by the first rule that applies; None if there is no such rule, or it gives no type."""
    rule = first_case(rules, candidate)
    return None if rule is None else rule.type_of(candidate)


def _person(_: Candidate) -> EntityType:
    return EntityType.PERSON


def _organization(_: Candidate) -> EntityType:
    return EntityType.ORGANIZATION


def _place(_: Candidate) -> EntityType:
    return EntityType.PLACE


def _as_labelled(candidate: Candidate) -> EntityType:
    return candidate.span.type


def _other(_: Candidate) -> EntityType:
    return EntityType.OTHER


def _unknown(_: Candidate) -> None:
    return None


def _unambiguous(candidate: Candidate) -> KnownEntity | None:
    return next((entry for entry in candidate.gazetteer.known.get(candidate.key, ()) if not entry.is_ambiguous), None)


def _type_in_table(candidate: Candidate) -> EntityType | None:
    known = _unambiguous(candidate)
    return known.type if known else None


def _is_region_or_city(candidate: Candidate) -> bool:
    gazetteer = candidate.gazetteer
    return candidate.key in gazetteer.regions or (candidate.key in gazetteer.cities and candidate.keys[0] not in gazetteer.given_names)


def _is_person_with_surname_of_place(candidate: Candidate) -> bool:
    if candidate.span.label != "PERSON" or len(candidate.keys) != LEAST_FULL_NAME:
        return False
    is_place_noun = candidate.gazetteer.head_nouns.get(candidate.keys[1]) is EntityType.PLACE
    return is_place_noun and candidate.keys[0] in candidate.gazetteer.given_names


def _is_club_of_town(candidate: Candidate) -> bool:
    town, _, last = candidate.key.rpartition(" ")
    return last in ("city", "town") and any(city.country == "GB" for city in candidate.gazetteer.cities.get(town, ())[:1])


def _is_team_of_town(candidate: Candidate) -> bool:
    """Return whether an article or a word for the people of a club is beside a large town and a plural: "the Phoenix Suns"."""
    town, _, last = candidate.key.rpartition(" ")
    if candidate.span.label not in ("GPE", "LOC", "FAC") or not last.endswith("s") or last.endswith("ss"):
        return False
    nouns = candidate.gazetteer.head_nouns
    if last in NOT_TEAMS or not candidate.words[-1][0].isupper() or any(form in nouns for form in (last, last[:-1], last[:-2])):
        return False
    is_town = any(city.population >= LARGE_TOWN for city in candidate.gazetteer.cities.get(town, ())[:1])
    return is_town and bool(ARTICLE_BEFORE.search(candidate.before) or ITS_PEOPLE.match(candidate.after))


def _is_storm(candidate: Candidate) -> bool:
    first = candidate.keys[0]
    if first != "storm":
        return first in STORMS or candidate.key.startswith("tropical storm ")
    if len(candidate.keys) != LEAST_FULL_NAME:
        return False
    return candidate.keys[1] in candidate.gazetteer.given_names or occurs_in_lower_case("storm", candidate.text)


def _is_award(candidate: Candidate) -> bool:
    if candidate.key.removesuffix("s") not in AWARDS or candidate.span.title:
        return False
    return AWARD_BEFORE.search(candidate.before) is not None or AWARD_AFTER.match(candidate.after) is not None


def _is_ship(candidate: Candidate) -> bool:
    return not SHIP_PREFIXES.isdisjoint(candidate.words[:1]) or CALLED_A_SHIP.search(candidate.before) is not None


def _is_crowned_head(candidate: Candidate) -> bool:
    return (
        len(candidate.keys) == LEAST_FULL_NAME
        and candidate.keys[0] in CROWNED_HEADS
        and candidate.keys[1] in candidate.gazetteer.given_names
    )


def _has_organization_inside(candidate: Candidate) -> bool:
    """Return whether a noun for an organization precedes of, for or on: Lima Society for Silence."""
    head_nouns = candidate.gazetteer.head_nouns
    pairs = itertools.pairwise(candidate.keys)
    return any(after in ("of", "for", "on") and head_nouns.get(word) is EntityType.ORGANIZATION for word, after in pairs)


def _begins_with_given_name(candidate: Candidate) -> bool:
    if candidate.keys[1] in ("of", "and", "for", "&") or AMONG_ORGANIZATIONS.search(candidate.before):
        return False
    is_month = candidate.words[0] in MONTHS_AS_NAMES and candidate.span.label in ("PERSON", "GPE", "ORG")
    return is_month or candidate.keys[0] in candidate.gazetteer.given_names


BY_NAME: tuple[TypeRule[Candidate], ...] = (
    TypeRule(
        id="name-in-alias-table",
        message="The name is an unambiguous entry of the alias table.",
        fires="[NATO|GPE: organization] agreed.",
        silent="[Amazon|GPE] agreed.",
        applies=lambda candidate: _unambiguous(candidate) is not None,
        type_of=_type_in_table,
    ),
    TypeRule(
        id="name-of-country",
        message="The name is that of a country.",
        fires="[Jordan|PERSON: place] beat Syria.",
        silent="[Us|PERSON] and them.",
        applies=lambda candidate: candidate.key in candidate.gazetteer.countries and candidate.is_distinct,
        type_of=_place,
    ),
    TypeRule(
        id="award",
        message="The name of an award that is also a person's is the award after an article, a possessive or an ordinal number.",
        fires="She won an [Oscar|PERSON: other].",
        silent="She met [Oscar|PERSON].",
        applies=_is_award,
        type_of=_other,
    ),
    TypeRule(
        id="ship",
        message='A name after the prefix of a ship or a word such as "the tanker" is a ship.',
        fires="The crew of [HMS Okolov|PERSON: other] left.",
        silent="The crew of [Okolov|PERSON] left.",
        applies=_is_ship,
        type_of=_other,
    ),
    TypeRule(
        id="name-of-one-word",
        message="A name of one word does not decide its type.",
        fires="[Prado|ORG] agreed.",
        silent="[Ana Prado|ORG] agreed.",
        applies=lambda candidate: len(candidate.keys) < 2,
        type_of=_unknown,
    ),
    TypeRule(
        id="name-of-region-or-city",
        message="A name of several words is that of a region, or of a city if it does not start with a given name.",
        fires="They left [Buenos Aires|PERSON: place].",
        silent="They left [Ana Prado|PERSON].",
        applies=_is_region_or_city,
        type_of=_place,
    ),
    TypeRule(
        id="club-of-town",
        message="The name of a British town followed by City or Town is a club.",
        fires="They lost to [Swansea City|GPE: organization].",
        silent="They went to [Quezon City|GPE].",
        applies=_is_club_of_town,
        type_of=_organization,
    ),
    TypeRule(
        id="team-of-town",
        message='A large town followed by a plural is a team after "the" or before a word for its players or fans.',
        fires="They lost to the [Phoenix Foxes|GPE: organization].",
        silent="They lived in the [London Docklands|GPE].",
        applies=_is_team_of_town,
        type_of=_organization,
    ),
    TypeRule(
        id="ruler-or-heir",
        message="A given name after a word such as king or prince is a person.",
        fires="It was given to [Prince Andrew|GPE: person].",
        silent="It was given to [Prince Wale|GPE].",
        applies=_is_crowned_head,
        type_of=_person,
    ),
    TypeRule(
        id="person-with-surname-of-place",
        message="A given name followed by a noun for places is a person, if the model says so.",
        fires="Nobody asked [Ana Hill|PERSON: person].",
        silent="Nobody climbed [Ana Hill|LOC].",
        applies=_is_person_with_surname_of_place,
        type_of=_person,
    ),
    TypeRule(
        id="name-by-head-noun",
        message="The last word decides the type: a bank is an organization, a lake a place, a cup an event.",
        fires="It was agreed at [Lake Fishers Association|GPE: organization].",
        silent="It was agreed at [Lake Fishers|GPE].",
        applies=lambda candidate: candidate.keys[-1] in candidate.gazetteer.head_nouns,
        type_of=lambda candidate: candidate.gazetteer.head_nouns[candidate.keys[-1]],
    ),
    TypeRule(
        id="mountain",
        message='A name of two words that starts with "Mount" is a place.',
        fires="They left [Mount Okolov|PERSON: place].",
        silent="They left [Lake Okolov|PERSON].",
        applies=lambda candidate: candidate.keys[0] in ("mount", "mt") and len(candidate.keys) == LEAST_FULL_NAME,
        type_of=_place,
    ),
    TypeRule(
        id="name-of-storm",
        message="A name that starts with a word for a storm is an event.",
        fires="Then [Hurricane Melissa|PERSON: event] came.",
        silent="Then [Melissa Hurricane|PERSON] came.",
        applies=_is_storm,
        type_of=lambda _: EntityType.EVENT,
    ),
    TypeRule(
        id="name-by-organization-inside",
        message='A name with a noun for organizations before "of", "for" or "on" is an organization.',
        fires="She left the [Lima Society for Silence|PERSON: organization].",
        silent="She left the [Lima Society with Silence|PERSON].",
        applies=_has_organization_inside,
        type_of=_organization,
    ),
    TypeRule(
        id="name-by-given-name",
        message="A name that starts with a given name is a person.",
        fires="Nobody asked [Ana Prado|GPE: person].",
        silent="Nobody asked [Adam and Eve|GPE].",
        applies=_begins_with_given_name,
        type_of=_person,
    ),
)


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


def _is_before_state_code(candidate: Candidate) -> bool:
    """Return whether the code of a US state follows that has a town with this name: Fresno, CA, but not Ana Prado, MD."""
    found = STATE_CODE.match(candidate.after)
    state = US_ABBREVIATIONS.get(fold(found[1])) if found else None
    cities = candidate.gazetteer.cities.get(candidate.key, ())
    return state is not None and any((city.country, city.admin1) == ("US", state) for city in cities)


def _is_place_by_model(candidate: Candidate) -> bool:
    return candidate.is_place_name and candidate.span.type not in (EntityType.PERSON, EntityType.ORGANIZATION)


def _stands_as_place(candidate: Candidate) -> bool:
    before = candidate.before
    return candidate.is_place_name and (LOCATIVE.search(before) is not None or CALLED_A_PLACE.search(before) is not None)


def _is_well_known_place(candidate: Candidate) -> bool:
    gazetteer, key = candidate.gazetteer, candidate.key
    if key in gazetteer.given_names or not (gazetteer.is_prominent_place(key) or key in gazetteer.regions):
        return False
    return BEFORE_PERSON.search(candidate.before) is None


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
        applies=_is_before_state_code,
        type_of=_place,
    ),
    TypeRule(
        id="region-by-noun",
        message="A name of the alias table that is also a region is the region before a noun such as river or basin.",
        fires="A mill near the [Amazon|ORG: place] river burnt.",
        silent="A mill near the [Amazon|ORG] store burnt.",
        applies=_is_region_by_noun,
        type_of=_place,
    ),
    TypeRule(
        id="region-with-article",
        message='A name of the alias table that is also a region is the region after "in the" or "across the".',
        fires="Logging in the [Amazon|ORG: place] slowed.",
        silent="Workers at [Amazon|ORG] left.",
        applies=lambda candidate: _is_known_region(candidate) and LOCATIVE_WITH_ARTICLE.search(candidate.before) is not None,
        type_of=_place,
    ),
    TypeRule(
        id="region-or-namesake",
        message="A name of the alias table that is also a region has the type of the model after another article.",
        fires="The [Amazon|LOC: place] burnt.",
        silent="[Amazon|LOC] grew.",
        applies=lambda candidate: _is_known_region(candidate) and ARTICLE_BEFORE.search(candidate.before) is not None,
        type_of=_as_labelled,
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
        type_of=_as_labelled,
    ),
    TypeRule(
        id="firm-or-person",
        message="A single word that is the main name of an organization in the alias table and no given name is that organization.",
        fires="Then [Apple|PERSON: organization] grew.",
        silent="Then [Vale|ORG] grew.",
        applies=_is_word_in_table,
        type_of=_organization,
    ),
    TypeRule(
        id="club-of-players",
        message="A town before a noun such as striker, or that beats another or is beaten, is its club.",
        fires="They sold the [Cali|GPE: organization] striker.",
        silent="They sold the [Peru|GPE] striker.",
        applies=stands_as_club,
        type_of=_organization,
    ),
    TypeRule(
        id="town-by-locals",
        message='A name of the gazetteer before a noun such as "residents" is a place.',
        fires="Then [Burnley|PERSON: place] residents left.",
        silent="Then [Burnley|PERSON] children left.",
        applies=lambda candidate: candidate.is_place_name and ITS_LOCALS.match(candidate.after) is not None,
        type_of=_place,
    ),
    TypeRule(
        id="journal",
        message='A name after "published in" that is not a place is a journal.',
        fires="It was published in [Okolov|GPE: organization].",
        silent="It was sold in [Okolov|GPE].",
        applies=lambda candidate: not candidate.is_place_name and IN_JOURNAL.search(candidate.before) is not None,
        type_of=_organization,
    ),
    TypeRule(
        id="place-by-model-and-gazetteer",
        message="The gazetteer has the name, and the model does not say person or organization.",
        fires="He saw [Cali|GPE: place].",
        silent="He saw [Cali|PERSON].",
        applies=_is_place_by_model,
        type_of=_as_labelled,
    ),
    TypeRule(
        id="place-by-locative",
        message='A name of the gazetteer is a place after "in", "near" or "the town of".',
        fires="It rained in [Cali|PERSON: place].",
        silent="It rained on [Cali|PERSON].",
        applies=_stands_as_place,
        type_of=_place,
    ),
    TypeRule(
        id="well-known-place",
        message="A region, country, capital or city of a million is a place, unless it is a given name or follows a verb of speech.",
        fires="[London|ORG: place] was cold.",
        silent="It was cold, said [London|ORG].",
        applies=_is_well_known_place,
        type_of=_place,
    ),
    TypeRule(
        id="namesake-of-small-place",
        message="Other names of the gazetteer have the type of the model.",
        fires="It was sold by [Burnley|PERSON: person].",
        silent="It was sold by [Okolov|PERSON].",
        applies=lambda candidate: candidate.is_place_name,
        type_of=_as_labelled,
    ),
    TypeRule(
        id="acronym-is-no-person",
        message="An acronym is an organization, not a person.",
        fires="It was sold by [FSTM|PERSON: organization].",
        silent="It was sold by [Okolov|PERSON].",
        applies=lambda candidate: candidate.span.type is EntityType.PERSON and _is_short_acronym(candidate),
        type_of=_organization,
    ),
    TypeRule(
        id="name-before-its-people",
        message="A single word before nouns such as shareholders, employees or fans is a company or club.",
        fires="Then [Okolov|PERSON: organization] shareholders left.",
        silent="Then [Okolov|PERSON] children left.",
        applies=_is_before_its_people,
        is_evidence=True,
        type_of=_organization,
    ),
    TypeRule(
        id="name-before-body",
        message="A name between an article and a noun such as gang or party is an organization.",
        fires="He led the [Viv Okolov|PERSON: organization] gang.",
        silent="He led the [Viv Okolov|PERSON] trial.",
        applies=lambda candidate: ARTICLE_BEFORE.search(candidate.before) is not None and BODY_AFTER.match(candidate.after) is not None,
        type_of=_organization,
    ),
    TypeRule(
        id="called-an-organization",
        message="The context describes an organization: somebody works for it, or it is called a party or company.",
        fires="Her party, [Chadera|PERSON: organization], lost.",
        silent="Her uncle, [Chadera|PERSON], lost.",
        applies=_is_called_an_organization,
        is_evidence=True,
        type_of=_organization,
    ),
    TypeRule(
        id="plural-with-article",
        message="A single word in the plural after an article is a band, team or other organization.",
        fires="They heard the [Okolovs|PERSON: organization].",
        silent="They heard [Okolovs|PERSON].",
        applies=_is_plural_with_article,
        type_of=_organization,
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
        type_of=_person,
    ),
    TypeRule(
        id="place-that-acts",
        message="A name that the model tags as a place is a person before a verb that only persons are subjects of.",
        fires="Then [Okolov|GPE: person] told them.",
        silent="Then [Okolov|GPE] burnt.",
        applies=lambda candidate: candidate.span.type is EntityType.PLACE and PERSON_ACTS.match(candidate.after) is not None,
        type_of=_person,
    ),
)


def _is_proper_word(candidate: MissedName) -> bool:
    return len(candidate.words) == 1 and candidate.first.is_proper


def _is_named_as_month(candidate: MissedName) -> bool:
    if len(candidate.words) != LEAST_FULL_NAME or candidate.words[0] not in MONTHS_AS_NAMES:
        return False
    if WHO_OR_AGE.match(candidate.after) is not None or PERSON_ACTS.match(candidate.after) is not None:
        return True
    return _is_after_small_word(candidate) and not _has_no_surname(candidate)


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
        id="overlooked-employer",
        message="A name of several words for which somebody works or plays is an organization.",
        fires="She is an economist at [Okolov Vale|: organization].",
        silent="She is a friend of [Okolov Vale].",
        applies=_is_employer,
        type_of=_organization,
    ),
    TypeRule(
        id="overlooked-club",
        message="A town before a noun such as striker, or that beats another or is beaten, is its club.",
        fires="Then [Cali|: organization] striker Prado left.",
        silent="Then [Cali] hotelier Prado left.",
        applies=stands_as_club,
        type_of=_organization,
    ),
    TypeRule(
        id="overlooked-place",
        message='A proper noun is a place if it is a well-known one, or a known one after "in" or "near".',
        fires="The bus to [Kisumu|: place] was late.",
        silent="The bus and [Kisumu] were late.",
        applies=_is_overlooked_place,
        type_of=_place,
    ),
    TypeRule(
        id="overlooked-month-as-given-name",
        message='A month followed by a surname is a person before "who", an age or a verb of speech, or after words such as "woman".',
        fires="[May Okolov|: person], who won, left.",
        silent="[May Day], which was cold, passed.",
        applies=_is_named_as_month,
        type_of=_person,
    ),
    TypeRule(
        id="overlooked-given-name",
        message="A proper noun that is a given name and not a well-known place is a person.",
        fires="They gave [Susan|: person] a raise.",
        silent="They gave [Okolov] a raise.",
        applies=_is_overlooked_given_name,
        type_of=_person,
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
        type_of=_organization,
    ),
)

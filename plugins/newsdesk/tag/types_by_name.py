"""The rules that decide the type of a name by the name itself."""

import itertools

from newsdesk.records import EntityType
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.tag.candidate import Candidate
from newsdesk.tag.contexts import AMONG_ORGANIZATIONS, ARTICLE_BEFORE, AWARD_AFTER, AWARD_BEFORE, CALLED_A_BODY, CALLED_A_SHIP, ITS_PEOPLE
from newsdesk.tag.spans import LEAST_FULL_NAME, occurs_in_lower_case
from newsdesk.tag.type_rules import TypeRule, to_organization, to_other, to_person, to_place, to_unknown
from newsdesk.tag.word_lists import AWARDS, CROWNED_HEADS, FOREIGN_BODIES, MONTHS_AS_NAMES, NOT_TEAMS, SHIP_PREFIXES, STORMS

LARGE_TOWN = 100_000


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


def _is_called_a_body(candidate: Candidate) -> bool:
    """Return whether "the band" or "the firm" precedes a name that ends like a place: the band Broken Harbour."""
    ends_like_place = candidate.gazetteer.head_nouns.get(candidate.keys[-1]) is EntityType.PLACE
    return ends_like_place and CALLED_A_BODY.search(candidate.before) is not None


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
        type_of=to_place,
    ),
    TypeRule(
        id="award",
        message="The name of an award that is also a person's is the award after an article, a possessive or an ordinal number.",
        fires="She won an [Oscar|PERSON: other].",
        silent="She met [Oscar|PERSON].",
        applies=_is_award,
        type_of=to_other,
    ),
    TypeRule(
        id="ship",
        message='A name after the prefix of a ship or a word such as "the tanker" is a ship.',
        fires="The crew of [HMS Okolov|PERSON: other] left.",
        silent="The crew of [Okolov|PERSON] left.",
        applies=_is_ship,
        type_of=to_other,
    ),
    TypeRule(
        id="name-of-one-word",
        message="A name of one word does not decide its type.",
        fires="[Prado|ORG] agreed.",
        silent="[Ana Prado|ORG] agreed.",
        applies=lambda candidate: len(candidate.keys) < 2,
        type_of=to_unknown,
    ),
    TypeRule(
        id="name-of-region-or-city",
        message="A name of several words is that of a region, or of a city if it does not start with a given name.",
        fires="They left [Buenos Aires|PERSON: place].",
        silent="They left [Ana Prado|PERSON].",
        applies=_is_region_or_city,
        type_of=to_place,
    ),
    TypeRule(
        id="club-of-town",
        message="The name of a British town followed by City or Town is a club.",
        fires="They lost to [Swansea City|GPE: organization].",
        silent="They went to [Quezon City|GPE].",
        applies=_is_club_of_town,
        type_of=to_organization,
    ),
    TypeRule(
        id="team-of-town",
        message='A large town followed by a plural is a team after "the" or before a word for its players or fans.',
        fires="They lost to the [Phoenix Foxes|GPE: organization].",
        silent="They lived in the [London Docklands|GPE].",
        applies=_is_team_of_town,
        type_of=to_organization,
    ),
    TypeRule(
        id="ruler-or-heir",
        message="A given name after a word such as king or prince is a person.",
        fires="It was given to [Prince Andrew|GPE: person].",
        silent="It was given to [Prince Wale|GPE].",
        applies=_is_crowned_head,
        type_of=to_person,
    ),
    TypeRule(
        id="body-named-like-place",
        message='A name that ends like that of a place is an organization after "the band", "the firm" or a similar noun.',
        fires="They heard the band [Lost Harbour|LOC: organization].",
        silent="They saw the band at [Lost Harbour|LOC].",
        applies=_is_called_a_body,
        type_of=to_organization,
    ),
    TypeRule(
        id="foreign-body",
        message='A name that starts with a word such as "Banco" or "Ministère" is an organization.',
        fires="It was sold to [Banco Okolov|PERSON: organization].",
        silent="It was sold to [Bianca Okolov|PERSON].",
        applies=lambda candidate: candidate.words[0] in FOREIGN_BODIES,
        type_of=to_organization,
    ),
    TypeRule(
        id="person-with-surname-of-place",
        message="A given name followed by a noun for places is a person, if the model says so.",
        fires="Nobody asked [Ana Hill|PERSON: person].",
        silent="Nobody climbed [Ana Hill|LOC].",
        applies=_is_person_with_surname_of_place,
        type_of=to_person,
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
        type_of=to_place,
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
        type_of=to_organization,
    ),
    TypeRule(
        id="name-by-given-name",
        message="A name that starts with a given name is a person.",
        fires="Nobody asked [Ana Prado|GPE: person].",
        silent="Nobody asked [Adam and Eve|GPE].",
        applies=_begins_with_given_name,
        type_of=to_person,
    ),
)

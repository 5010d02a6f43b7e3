"""Builds the entities of an article: groups mentions of the same entity, links them, and computes their salience."""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from newsdesk.records import Cleaned, Entity, EntityType, Mention
from newsdesk.settings import TagSettings
from newsdesk.tag.alias_choice import AliasChoice
from newsdesk.tag.alias_table import KnownEntity, local_id
from newsdesk.tag.contexts import KNOWN_AS
from newsdesk.tag.coreference import (
    MOST_NAMESAKES,
    given_name_of_storm,
    latest_mentioned,
    resolve_organizations,
    resolve_persons,
    surname_forms,
)
from newsdesk.tag.gazetteer import Gazetteer, Place, fold
from newsdesk.tag.place_linking import Link, PlaceLinker
from newsdesk.tag.spans import NameSpan
from newsdesk.tag.word_lists import GENERIC_COUNTRY_DOMAINS, STATES_NAMED_AS_CITIES, any_of

Group = tuple[EntityType, str]
"""Type and key that the mentions of an entity have in common."""

HEAD_OF_PARAGRAPH = re.compile(r"(?:\A|\n)[^\na-z]{2,40}?(?:, [^\n(]{1,30}?)?\s*(?:\(|[-–—]{1,2} |: )")
CONTAINER_ABBREVIATION = re.compile(r",\s+((?:[A-Z]\.?){2}|[A-Z][a-z]{2,4}\.)(?!\w)")
LIES_IN = re.compile(r", | \(|,? in |, the (?:\w+ ){0,2}(?:capital|city|town|port|village) (?:of|in) (?:the )?")
"""Text between a place and its state or country."""
_OWNER = r"[^\W\d_a-z][\w’'.-]*?"
PLACE_OF = re.compile(
    rf"({_OWNER}(?: {_OWNER})??)(?:['’]s)? (?:[a-z]+ )?(?:state|{any_of('place_nouns')})(?: (?:city|town|village))? of $",
)
"""What comes before a place after its state or country: `the Australian state of `, `Italy's port city of `."""
LONGEST_CONTAINER = 60
STATE_BEHIND = re.compile(r" state\b")
LONGEST_ACRONYM = 5
"""Maximum length of an acronym that is also the name of a city."""
LONGEST_TITLE = 1_000
LONGEST_IN_CAPITALS = 6
"""Maximum length of a name that is normally written in capitals; longer ones are emphasised."""


@dataclass(frozen=True, slots=True)
class _Article:
    """Properties of the article for the salience: length of the text, words of the title, mentions of the most frequent entity."""

    length: int
    title_words: str
    most: int


def build_entities(
    cleaned: Cleaned, names: Sequence[NameSpan], linker: PlaceLinker, gazetteer: Gazetteer, settings: TagSettings
) -> tuple[Entity, ...]:
    """Return the entities in the order of their first mention."""
    links = _link_places(cleaned.text, names, linker, gazetteer, settings)
    keys = _group_keys(cleaned.text, names, links, gazetteer)
    groups: dict[Group, list[NameSpan]] = defaultdict(list)
    for name, key in zip(names, keys, strict=True):
        groups[key].append(name)
    table = AliasChoice(gazetteer, linker, cleaned.text)
    groups = _joined_by_table(groups, table)
    most = max((len(mentions) for mentions in groups.values()), default=1)
    article = _Article(len(cleaned.text), _words_of_title(cleaned.title), most)
    entities = [_entity(type_, mentions, links, table, article) for (type_, _), mentions in groups.items()]
    return tuple(sorted(entities, key=lambda entity: entity.mentions[0].start))


def source_country(url: str) -> str | None:
    """Return the ISO code of the country of a site's top-level domain; None for other domains."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    if len(domain) != 2 or domain in GENERIC_COUNTRY_DOMAINS:
        return None
    return {"uk": "GB"}.get(domain, domain.upper())


def _link_places(text: str, names: Sequence[NameSpan], linker: PlaceLinker, gazetteer: Gazetteer, settings: TagSettings) -> dict[int, Link]:
    """Return the links of places by the start of their mentions. A name means one place per article unless a state or country follows."""
    containers = _containers(text, names, gazetteer)
    located: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place in names:
        if containers.get(place.start):
            located[place.key].append((place.start, containers[place.start]))
    links = {}
    for place in names:
        if place.type is EntityType.PLACE:
            key = _key_of_place(place, text)
            link = linker.link(key, containers[place.start] or _container_elsewhere(text, place, located[key]))
            if link and link.confidence >= settings.minimum_confidence and _may_be_linked(place, link, containers, text, linker, gazetteer):
                links[place.start] = link
    return links | _links_of_states(names, links, containers, gazetteer)


def _links_of_states(
    names: Sequence[NameSpan], links: Mapping[int, Link], containers: Mapping[int, str], gazetteer: Gazetteer
) -> dict[int, Link]:
    """Return the links of states that follow a town of theirs, which decides which one it is: Georgia in "Athens, Georgia"."""
    found = {}
    for town, state in itertools.pairwise(names):
        link, region = links.get(town.start), gazetteer.regions.get(state.key)
        if link is None or region is None or containers.get(town.start) != state.key or link.place.kind != "city":
            continue
        if region.admin1 and (region.country, region.admin1) == (link.place.country, link.place.admin1):
            found[state.start] = Link(region, link.confidence)
    return found


def _may_be_linked(
    place: NameSpan, link: Link, containers: Mapping[int, str], text: str, linker: PlaceLinker, gazetteer: Gazetteer
) -> bool:
    """Return whether a place is no acronym of a body, and in the country that the text puts it in: "the French town of Granville"."""
    country = _container_before(text, place, gazetteer)
    is_elsewhere = country in gazetteer.countries and containers[place.start] == country and not linker.is_in(link.place, country)
    return not is_elsewhere and not _is_acronym_of_body(place, link, text)


def _container_elsewhere(text: str, place: NameSpan, located: Sequence[tuple[int, str]]) -> str:
    """Return the container that the article gives at another mention of the name; none if that follows in the same sentence.

    In "from London to London, Ontario", the first London is another place.
    """
    first, container = next(iter(located), (0, ""))
    between = text[place.end : first]
    is_same_sentence = place.end < first and "\n" not in between and ". " not in between
    return "" if is_same_sentence else container


def _key_of_place(place: NameSpan, text: str) -> str:
    """Return the folded name, with "state" if that follows and distinguishes a state from a city: Washington state."""
    key = place.key
    return f"{key} state" if place.text in STATES_NAMED_AS_CITIES and STATE_BEHIND.match(text, place.end) else key


def _is_acronym_of_body(name: NameSpan, link: Link, text: str) -> bool:
    """Return whether a name of a city is rather an acronym of something else: OEFA, an agency, is also a name of Ufa."""
    if link.place.kind != "city" or len(name.text) > LONGEST_ACRONYM or not name.text.isupper():
        return False
    return HEAD_OF_PARAGRAPH.match(text, max(0, name.start - 1)) is None


def _containers(text: str, names: Sequence[NameSpan], gazetteer: Gazetteer) -> dict[int, str]:
    """Return the folded name of the state or country that the text says of each place, or empty text, by the start of the mention."""
    followers = [*names[1:], None]
    return {
        name.start: _container(text, name, following) or _container_before(text, name, gazetteer)
        for name, following in zip(names, followers, strict=False)
        if name.type is EntityType.PLACE
    }


def _container_before(text: str, name: NameSpan, gazetteer: Gazetteer) -> str:
    """Return the folded country before a name: the Australian state of Victoria, Spain's city of Valencia."""
    found = PLACE_OF.search(text, max(0, name.start - LONGEST_CONTAINER), name.start)
    if found is None:
        return ""
    key = fold(found[1])
    for owner in (key, key.rpartition(" ")[2]):
        if owner in gazetteer.demonyms:
            return fold(gazetteer.country_by_code[gazetteer.demonyms[owner]].name)
        if owner in gazetteer.countries or owner in gazetteer.regions:
            return owner
    return ""


def _container(text: str, name: NameSpan, following: NameSpan | None) -> str:
    if following is not None and following.type is EntityType.PLACE and LIES_IN.fullmatch(text, name.end, following.start):
        return fold(following.text)
    abbreviation = CONTAINER_ABBREVIATION.match(text, name.end)
    return fold(abbreviation[1]) if abbreviation else ""


def _group_keys(text: str, names: Sequence[NameSpan], links: dict[int, Link], gazetteer: Gazetteer) -> list[Group]:
    organizations = [name for name in names if name.type is EntityType.ORGANIZATION]
    organization_of = resolve_organizations(organizations, text, gazetteer.unambiguous)
    person_at = _person_keys([name for name in names if name.type is EntityType.PERSON])
    storm_of = {fold(given_name_of_storm(name.text)): name.key for name in names if name.type is EntityType.EVENT}
    keys: list[Group] = []
    for name in names:
        key = name.key
        if name.type is EntityType.PERSON:
            key = person_at[name.start]
        elif name.type is EntityType.ORGANIZATION:
            key = organization_of.get(key, key)
        elif name.type is EntityType.EVENT:
            key = storm_of.get(key, key)
        elif name.type is EntityType.PLACE and name.start in links:
            key = links[name.start].place.id
        keys.append((name.type, key))
    return _with_other_names(text, names, keys)


def _person_keys(persons: Sequence[NameSpan]) -> dict[int, str]:
    """Return folded full names by the start of the mention; for a shared surname, that of the person who was named last."""
    person_of = resolve_persons(persons)
    bearers: dict[str, list[str]] = defaultdict(list)
    for full in dict.fromkeys(person_of.values()):
        for surname in surname_forms(full) if " " in full else ():
            if len(bearers[surname]) < MOST_NAMESAKES:
                bearers[surname].append(full)
    starts_of: dict[str, list[int]] = defaultdict(list)
    for person in persons:
        starts_of[person.text].append(person.start)
    keys = {}
    for person in persons:
        sharing = bearers.get(fold(person.text), [])
        keys[person.start] = fold(latest_mentioned(person.start, sharing, starts_of) if len(sharing) > 1 else person_of[person.text])
    return keys


def _with_other_names(text: str, names: Sequence[NameSpan], keys: list[Group]) -> list[Group]:
    """Replace the keys of other names by those of the main name, if the text says "Yassine Bounou, known as Bono"."""
    other: dict[Group, Group] = {}
    for (one, key), (known_as, second) in itertools.pairwise(zip(names, keys, strict=True)):
        if one.type is known_as.type and key != second and KNOWN_AS.fullmatch(text, one.end, known_as.start):
            other.setdefault(second, key)
    return [other.get(key, key) for key in keys]


def _joined_by_table(groups: dict[Group, list[NameSpan]], table: AliasChoice) -> dict[Group, list[NameSpan]]:
    """Merge groups with the same entry of the alias table: WHO and World Health Organization."""
    joined: dict[Group, list[NameSpan]] = defaultdict(list)
    for (type_, key), mentions in groups.items():
        known = _known_entity(type_, mentions, table)
        joined[type_, known.id if known else key].extend(mentions)
    for mentions in joined.values():
        mentions.sort(key=lambda mention: mention.start)
    return joined


def _known_entity(type_: EntityType, mentions: Sequence[NameSpan], table: AliasChoice) -> KnownEntity | None:
    """Return the entry of the alias table for the mentions, by the longest name first; None if there is none or it is ambiguous."""
    forms = sorted({mention.text for mention in mentions}, key=lambda form: (-len(form.split()), form))
    for form in forms:
        entry = table.entry(type_, form)
        if entry is not None:
            return entry
        if type_ is EntityType.PERSON and " " in form:
            return table.person_by_spelling(form)
        if type_ is EntityType.ORGANIZATION and " " in form:
            return None
    return None


def _entity(type_: EntityType, mentions: Sequence[NameSpan], links: dict[int, Link], table: AliasChoice, article: _Article) -> Entity:
    forms = list(dict.fromkeys(mention.text for mention in mentions))
    link = links.get(mentions[0].start) if type_ is EntityType.PLACE else None
    known = _known_entity(type_, mentions, table)
    found: Place | KnownEntity | None = known or (link.place if link else None)
    name = found.name if found else _fullest(forms, type_)
    in_title = _is_in_title(article.title_words, (*forms, name), type_)
    entity = Entity(
        name=name,
        type=type_,
        mentions=tuple(Mention(start=mention.start, end=mention.end, text=mention.text) for mention in mentions),
        id=None if type_ is EntityType.PLACE else local_id(type_, name),
        aliases=tuple(form for form in forms if form != name),
        roles=tuple(dict.fromkeys(mention.title for mention in mentions if mention.title)),
        salience=_salience(mentions, article, in_title=in_title),
        in_title=in_title,
        link_confidence=round(link.confidence, 3) if link and not known else None,
    )
    return replace(entity, id=found.id, lat=found.lat, lon=found.lon, country=found.country) if found else entity


def _fullest(forms: Sequence[str], type_: EntityType) -> str:
    """Return the form with the most words, then the longest one, preferably not in capitals. For places, return the first form."""
    mixed = [form for form in forms if not (form.isupper() and len(form) > LONGEST_IN_CAPITALS)] or list(forms)
    if type_ is EntityType.PLACE:
        return mixed[0]
    return max(mixed, key=lambda form: (len(form.split()), " " in form and len(form)))


def _is_in_title(title_words: str, forms: Sequence[str], type_: EntityType) -> bool:
    wanted = {fold(form) for form in forms}
    if type_ is EntityType.PERSON:
        wanted |= {surname for form in forms if " " in form for surname in surname_forms(form)}
    return any(f" {form} " in title_words for form in wanted)


def _words_of_title(title: str) -> str:
    """Return the folded words of the title (its first `LONGEST_TITLE` characters), with a space before and after each."""
    return f" {re.sub(r'[^a-z0-9 ]', ' ', fold(re.sub(r'[’]s', '', title[:LONGEST_TITLE])))} "


def _salience(mentions: Sequence[NameSpan], article: _Article, *, in_title: bool) -> float:
    """Return the salience from 0 to 1: the mean of earliness, frequency relative to the most frequent entity, and being in the title."""
    early = 1 - mentions[0].start / max(1, article.length)
    return round((early + len(mentions) / article.most + in_title) / 3, 3)

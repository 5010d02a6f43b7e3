"""tag's heart: who and where an article names, each once.

found     spans that the model takes for names, trimmed to the name alone
typed     what is known by name beats the model's guess
merged    mentions of one and the same are one entity, under its most complete name
linked    places and organisations get the id of the table that knows them
"""

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

from newsdesk.records import Cleaned, EntitiesStatus, Entity, EntityType, Mention, Tagged
from newsdesk.settings import TagSettings
from newsdesk.tag.gazetteer import Gazetteer, fold

VERSION = 1

LABELS = {
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORGANIZATION,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "EVENT": EntityType.EVENT,
    "PRODUCT": EntityType.OTHER,
    "WORK_OF_ART": EntityType.OTHER,
    "LAW": EntityType.OTHER,
}
EDGES = " \t\n\r\"'“”‘’«»„()[],;:.-–—…"
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
DETERMINER = re.compile(r"^(?:the|a|an|this|that|these|those|his|her|its|their|our)\s+", re.IGNORECASE)


def tag(cleaned: Cleaned, doc: Any | None, gazetteer: Gazetteer, settings: TagSettings) -> Tagged:
    """The entities of the text in the order of their first mention; none, and the reason, where there is no analysis."""
    if doc is None:
        return Tagged(entities=(), status=EntitiesStatus.NO_MODEL)
    found = [named for span in doc.ents if (named := _name_of(span, cleaned.text, gazetteer))]
    groups: dict[tuple[EntityType, str], list[Mention]] = defaultdict(list)
    full = _full_names([mention.text for mention, kind in found if kind is EntityType.PERSON])
    for mention, kind in found:
        key = full.get(mention.text, mention.text) if kind is EntityType.PERSON else _same_name(mention.text, kind, gazetteer)
        groups[kind, key].append(mention)
    entities = [_entity(kind, key, mentions, gazetteer) for (kind, key), mentions in groups.items()]
    return Tagged(entities=tuple(sorted(entities, key=lambda entity: entity.mentions[0].start)), status=EntitiesStatus.TAGGED)


def _name_of(span: Any, text: str, gazetteer: Gazetteer) -> tuple[Mention, EntityType] | None:
    kind = LABELS.get(span.label_)
    if kind is None:
        return None
    mention = _trimmed(text, span.start_char, span.end_char)
    if kind is EntityType.PERSON:
        mention = _without_titles(mention, gazetteer)
    known = fold(mention.text)
    if known in gazetteer.organizations:
        kind = EntityType.ORGANIZATION
    elif kind in (EntityType.PERSON, EntityType.ORGANIZATION) and _is_surely_a_place(known, gazetteer):
        kind = EntityType.PLACE
    words = mention.text.split()
    sound = any(word[0].isupper() for word in words) and not all(word.casefold() in gazetteer.titles for word in words)
    if not sound or kind is EntityType.OTHER:
        return None
    return mention, kind


def _trimmed(text: str, start: int, end: int) -> Mention:
    name = text[start:end]
    while True:
        shorter = POSSESSIVE.sub("", name.rstrip(EDGES))
        if shorter == name:
            break
        name = shorter
    while True:
        shorter = DETERMINER.sub("", name.lstrip(EDGES))
        if shorter == name:
            break
        start, name = start + len(name) - len(shorter), shorter
    return Mention(start=start, end=start + len(name), text=name)


def _without_titles(mention: Mention, gazetteer: Gazetteer) -> Mention:
    start, name = mention.start, mention.text
    while " " in name:
        first, rest = name.split(" ", 1)
        if first.casefold().strip(".,") not in gazetteer.titles:
            break
        start, name = start + len(name) - len(rest.lstrip()), rest.lstrip()
    return Mention(start=start, end=start + len(name), text=name)


def _is_surely_a_place(known: str, gazetteer: Gazetteer) -> bool:
    places = gazetteer.places.get(known, ())
    return bool(places) and (places[0].is_country or places[0].population >= 1_000_000)


def _full_names(names: list[str]) -> dict[str, str]:
    """Surname -> the first full name that ends in it."""
    full: dict[str, str] = {}
    for name in names:
        if " " in name:
            full.setdefault(name.rsplit(" ", 1)[1], name)
    return full


def _same_name(name: str, kind: EntityType, gazetteer: Gazetteer) -> str:
    known = fold(name)
    if kind is EntityType.PLACE and known in gazetteer.places:
        return gazetteer.places[known][0].id
    if kind is EntityType.ORGANIZATION and known in gazetteer.organizations:
        return gazetteer.organizations[known].id
    return known


def _entity(kind: EntityType, key: str, mentions: list[Mention], gazetteer: Gazetteer) -> Entity:
    longest = max(mentions, key=lambda mention: len(mention.text)).text
    entity = Entity(name=longest, type=kind, mentions=tuple(mentions))
    known = fold(longest)
    if kind is EntityType.PLACE and (place := next(iter(gazetteer.places.get(known, ())), None)):
        return replace(entity, name=place.name, id=place.id, lat=place.lat, lon=place.lon, country=place.country)
    if kind is EntityType.ORGANIZATION and (organization := gazetteer.organizations.get(known)):
        return replace(
            entity,
            name=organization.name,
            id=organization.id,
            lat=organization.lat,
            lon=organization.lon,
            country=organization.country,
        )
    return entity

"""Makes entities of named spans: mentions of one and the same together, linked, weighed."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from newsdesk.records import Cleaned, Entity, EntityType, Mention
from newsdesk.settings import TagSettings
from newsdesk.tag.aliases import Known, local_id
from newsdesk.tag.gazetteer import Gazetteer, Place, fold
from newsdesk.tag.kinds import KNOWN_AS
from newsdesk.tag.names import Named
from newsdesk.tag.places import Atlas, Link
from newsdesk.tag.same import are_spellings, latest_bearer, same_organizations, same_persons, surname_forms

Group = tuple[EntityType, str]
DATELINE = re.compile(r"(?:\A|\n)[^\na-z]{2,40}?\s*(?:\(|[-–—] )")
CONTAINER_ABBREVIATION = re.compile(r",\s+((?:[A-Z]\.?){2}|[A-Z][a-z]{2,4}\.)(?!\w)")


def build_entities(
    cleaned: Cleaned, named: Sequence[Named], atlas: Atlas, gazetteer: Gazetteer, settings: TagSettings
) -> tuple[Entity, ...]:
    """The entities in the order of their first mention."""
    links = _links(cleaned.text, named, atlas, settings)
    keys = _group_keys(cleaned.text, named, links, gazetteer)
    groups: dict[Group, list[Named]] = defaultdict(list)
    for name, key in zip(named, keys, strict=True):
        groups[key].append(name)
    groups = _joined_by_table(groups, gazetteer)
    most = max((len(names) for names in groups.values()), default=1)
    entities = [_entity(kind, names, links, gazetteer, cleaned, most) for (kind, _), names in groups.items()]
    return tuple(sorted(entities, key=lambda entity: entity.mentions[0].start))


def source_country(url: str) -> str | None:
    """The country of a site's top-level domain, None for one of no country."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    if len(domain) != 2 or domain in ("eu", "io", "tv", "co", "me", "ai", "fm", "ly", "cc", "ws", "to", "gg"):
        return None
    return {"uk": "GB"}.get(domain, domain.upper())


def _links(text: str, named: Sequence[Named], atlas: Atlas, settings: TagSettings) -> dict[int, Link]:
    """Start of a place's mention -> its link. A name means one place in an article, unless what follows it says otherwise."""
    containers: dict[int, str] = {}
    for at, name in enumerate(named):
        if name.kind is EntityType.PLACE:
            containers[name.start] = _container(text, name, named[at + 1] if at + 1 < len(named) else None)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for name in named:
        if containers.get(name.start):
            said[fold(name.text)][containers[name.start]] += 1
    links = {}
    for name in named:
        if name.kind is EntityType.PLACE:
            key = fold(name.text)
            container = containers[name.start] or next(iter(said[key]), "")
            link = atlas.link(key, container)
            is_acronym = name.text.isupper() and len(name.text) < 6 and not DATELINE.match(text, name.start - 1 if name.start else 0)
            if is_acronym and link is not None and link.place.kind == "city":
                continue  # OEFA is an agency, and by chance a name of Ufa
            if link is not None and link.confidence >= settings.minimum_confidence:
                links[name.start] = link
    return links


def _container(text: str, name: Named, following: Named | None) -> str:
    if following is not None and following.kind is EntityType.PLACE and text[name.end : following.start] in (", ", " (", ", in "):
        return fold(following.text)
    abbreviation = CONTAINER_ABBREVIATION.match(text, name.end)
    return fold(abbreviation[1]) if abbreviation else ""


def _group_keys(text: str, named: Sequence[Named], links: dict[int, Link], gazetteer: Gazetteer) -> list[Group]:
    persons = [name for name in named if name.kind is EntityType.PERSON]
    organizations = [name for name in named if name.kind is EntityType.ORGANIZATION]
    person_of = same_persons(persons, gazetteer)
    organization_of = same_organizations(organizations, text, gazetteer.unambiguous)
    bearers: dict[str, list[str]] = defaultdict(list)
    for full in dict.fromkeys(person_of.values()):
        if " " in full:
            for surname in surname_forms(full):
                bearers[surname].append(full)
    starts_of: dict[str, list[int]] = defaultdict(list)
    for person in persons:
        starts_of[person.text].append(person.start)
    keys: list[Group] = []
    for name in named:
        key = fold(name.text)
        if name.kind is EntityType.PERSON:
            sharing = bearers.get(key, [])
            key = fold(latest_bearer(name.start, sharing, starts_of) if len(sharing) > 1 else person_of[name.text])
        elif name.kind is EntityType.ORGANIZATION:
            key = organization_of.get(key, key)
        elif name.kind is EntityType.PLACE and name.start in links:
            key = links[name.start].place.id
        keys.append((name.kind, key))
    return _with_other_names(text, named, keys)


def _with_other_names(text: str, named: Sequence[Named], keys: list[Group]) -> list[Group]:
    """The keys, those of "Bono" those of Yassine Bounou where the text says that he is known as Bono."""
    other: dict[Group, Group] = {}
    for (one, key), (known_as, second) in itertools.pairwise(zip(named, keys, strict=True)):
        if one.kind is known_as.kind and key != second and KNOWN_AS.fullmatch(text, one.end, known_as.start):
            other.setdefault(second, key)
    return [other.get(key, key) for key in keys]


def _joined_by_table(groups: dict[Group, list[Named]], gazetteer: Gazetteer) -> dict[Group, list[Named]]:
    """Groups that the alias table knows as one are one: WHO and World Health Organization, without either spelling the other out."""
    joined: dict[Group, list[Named]] = defaultdict(list)
    for (kind, key), names in groups.items():
        known = _known(kind, names, gazetteer)
        joined[kind, known.id if known else key].extend(names)
    for names in joined.values():
        names.sort(key=lambda name: name.start)
    return joined


def _known(kind: EntityType, names: Sequence[Named], gazetteer: Gazetteer) -> Known | None:
    """The one entry of the alias table that the names mean, longer names asked first; None where there are several or none."""
    forms = sorted({name.text for name in names}, key=lambda form: (-len(form.split()), form))
    for form in forms:
        entries = [entry for entry in gazetteer.known.get(fold(form), ()) if entry.type is kind]
        own = [entry for entry in entries if entry.is_own]
        entries = own or entries
        if len(entries) == 1:
            return entries[0]
        if kind is EntityType.PERSON and " " in form:
            return _known_by_spelling(form, gazetteer)
        if " " in form and kind is EntityType.ORGANIZATION:
            return None
    return None


def _known_by_spelling(form: str, gazetteer: Gazetteer) -> Known | None:
    """The person of the table whose name is a spelling of this one, both words alike: Rustam Umirov is Rustem Umerov."""
    entries = {known.id: known for known in gazetteer.persons_like(form) if are_spellings(form, known.name)}
    return next(iter(entries.values())) if len(entries) == 1 else None


def _entity(kind: EntityType, names: Sequence[Named], links: dict[int, Link], gazetteer: Gazetteer, cleaned: Cleaned, most: int) -> Entity:
    mentions = tuple(Mention(start=name.start, end=name.end, text=name.text) for name in names)
    forms = list(dict.fromkeys(name.text for name in names))
    roles = tuple(dict.fromkeys(name.title for name in names if name.title))
    link = links.get(names[0].start) if kind is EntityType.PLACE else None
    known = _known(kind, names, gazetteer)
    found: Place | Known | None = known or (link.place if link else None)
    name = found.name if found else _fullest(forms, kind)
    in_title = _is_in_title(cleaned.title, (*forms, name), kind)
    return Entity(
        name=name,
        type=kind,
        mentions=mentions,
        id=found.id if found else None if kind is EntityType.PLACE else local_id(kind, name),
        lat=found.lat if found else None,
        lon=found.lon if found else None,
        country=found.country if found else None,
        aliases=tuple(form for form in forms if form != name),
        roles=roles,
        salience=_salience(names, len(cleaned.text), most, in_title=in_title),
        in_title=in_title,
        link_confidence=round(link.confidence, 3) if link and not known else None,
    )


def _fullest(forms: Sequence[str], kind: EntityType) -> str:
    """The form with the most words, then the first met; an all-capital form only where there is no other."""
    mixed = [form for form in forms if not (form.isupper() and len(form) > 6)] or list(forms)
    if kind is EntityType.PLACE:
        return mixed[0]
    return max(mixed, key=lambda form: (len(form.split()), " " in form and len(form)))


def _is_in_title(title: str, forms: Sequence[str], kind: EntityType) -> bool:
    wanted = {fold(form) for form in forms}
    if kind is EntityType.PERSON:
        wanted |= {surname for form in forms if " " in form for surname in surname_forms(form)}
    folded = f" {re.sub(r'[^a-z0-9 ]', ' ', fold(re.sub(r'[’]s', '', title)))} "
    return any(f" {form} " in folded for form in wanted)


def _salience(names: Sequence[Named], length: int, most: int, *, in_title: bool) -> float:
    """Between 0 and 1: a third each for how early, how often against the most often named, and the title."""
    early = 1 - names[0].start / max(1, length)
    return round((early + len(names) / most + in_title) / 3, 3)

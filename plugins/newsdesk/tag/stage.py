"""tag's heart: who and where an article names, each once.

found      spans of names: the model's, trimmed, and what rules see besides       names
settled    what each of them is: person, organization, place, event, other        kinds
repeated   the same names where the model passed over them                        repeats
merged     mentions of one and the same are one entity, under its fullest name    same
linked     to the gazetteer and the alias table, never below a stated confidence  places, entities
"""

from typing import Any

from newsdesk.records import Cleaned, EntitiesStatus, Tagged
from newsdesk.settings import TagSettings
from newsdesk.tag.entities import build_entities, source_country
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.kinds import settle
from newsdesk.tag.names import find_names, without_credits
from newsdesk.tag.places import Atlas
from newsdesk.tag.repeats import with_repeats

VERSION = 2


def tag(cleaned: Cleaned, doc: Any | None, gazetteer: Gazetteer, settings: TagSettings) -> Tagged:
    """The entities of the text in the order of their first mention; none, and the reason, where there is no analysis."""
    if doc is None:
        return Tagged(entities=(), status=EntitiesStatus.NO_MODEL)
    names, tokens = find_names(doc, cleaned.text, gazetteer)
    named = without_credits(with_repeats(settle(names, tokens, cleaned.text, gazetteer), tokens, cleaned.text, gazetteer), cleaned.text)
    peoples = [
        gazetteer.demonyms[key]
        for key in dict.fromkeys(fold(token.text) for token in tokens if token.is_capitalised)
        if key in gazetteer.demonyms
    ]
    atlas = Atlas(gazetteer, named, peoples, source_country(cleaned.canonical_url), cleaned.language or "en")
    entities = build_entities(cleaned, named, atlas, gazetteer, settings)
    countries = [entity.country for entity in entities if entity.country and entity.id and entity.type == "place"]
    return Tagged(
        entities=entities,
        status=EntitiesStatus.TAGGED,
        countries=tuple(dict.fromkeys([*countries, *peoples])),
        model=doc.user_data.get("model", ""),
        aliases_version=gazetteer.version,
    )

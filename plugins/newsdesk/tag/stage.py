"""tag's heart: who and where an article names, each once.

found      spans of names: the model's, trimmed, and what rules see besides       names
settled    what each of them is: person, organization, place, event, other        kinds
repeated   the same names where the model passed over them                        repeats
merged     mentions of one and the same are one entity, under its fullest name    same
linked     to the gazetteer and the alias table, never below a stated confidence  places, entities
"""

from collections.abc import Sequence
from typing import Any

from newsdesk.records import Cleaned, EntitiesStatus, EntityType, Tagged
from newsdesk.settings import TagSettings
from newsdesk.tag.entities import build_entities, source_country
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.kinds import settle
from newsdesk.tag.names import Token, find_names, with_nicknames, without_credits
from newsdesk.tag.places import Atlas
from newsdesk.tag.repeats import with_repeats
from newsdesk.tag.rules import find_by_rules

VERSION = 5


def tag(cleaned: Cleaned, doc: Any | None, gazetteer: Gazetteer, settings: TagSettings) -> Tagged:
    """The entities of the text in the order of their first mention; only some or none, and the reason, where there is no analysis."""
    if doc is not None:
        names, tokens = find_names(doc, cleaned.text, gazetteer)
        names = settle(names, tokens, cleaned.text, gazetteer)
        status, model = EntitiesStatus.TAGGED, doc.user_data.get("model", "")
    else:
        found = find_by_rules(cleaned.text, cleaned.language or "", gazetteer)
        if found is None:
            return Tagged(entities=(), status=EntitiesStatus.NO_MODEL)
        names, tokens = found
        status, model = EntitiesStatus.RULES_ONLY, ""
    named = without_credits(with_repeats(names, tokens, cleaned.text, gazetteer), cleaned.text)
    named = with_nicknames(named, cleaned.text)
    peoples = _peoples(tokens, gazetteer) if doc is not None else []
    atlas = Atlas(gazetteer, named, peoples, source_country(cleaned.canonical_url), cleaned.language or "en")
    entities = build_entities(cleaned, named, atlas, gazetteer, settings)
    countries = [entity.country for entity in entities if entity.country and entity.id and entity.type is EntityType.PLACE]
    return Tagged(
        entities=entities,
        status=status,
        countries=tuple(dict.fromkeys([*countries, *peoples])),
        model=model,
        aliases_version=gazetteer.version,
    )


def _peoples(tokens: Sequence[Token], gazetteer: Gazetteer) -> list[str]:
    """The countries of the nationalities named: an attribute of the article, no places in it."""
    words = dict.fromkeys(fold(token.text) for token in tokens if token.is_capitalised)
    return list(dict.fromkeys(gazetteer.demonyms[word] for word in words if word in gazetteer.demonyms))

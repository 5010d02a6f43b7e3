"""Finds the entities of an article.

Step                                                                       Module
Detect spans of names, with the model or by lookup.                        detection, lookup, model_names
Keep or drop each span and decide its type; add names that were missed.    classification, name_rules, types_by_*, lists
Find further occurrences of the same names.                                repeats
Group the mentions of an entity.                                           coreference, entities
Link entities to the gazetteer and the alias table.                        place_linking, entities
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsdesk.records import Cleaned, EntitiesStatus, EntityType, ModelNames, Tagged
from newsdesk.settings import TagSettings
from newsdesk.tag.classification import classify
from newsdesk.tag.detection import detect_names, join_at_nicknames
from newsdesk.tag.entities import build_entities, source_country
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.lookup import detect_by_lookup
from newsdesk.tag.model_names import add_model_names
from newsdesk.tag.name_rules import Dropped, without_credits
from newsdesk.tag.place_linking import PlaceLinker
from newsdesk.tag.repeats import with_repeats
from newsdesk.tag.spans import NameSpan, Token

if TYPE_CHECKING:
    from spacy.tokens import Doc

VERSION = 15
"""Increased with every change that alters the output for some text."""


def tag(
    cleaned: Cleaned, doc: "Doc | None", gazetteer: Gazetteer, settings: TagSettings, *, model_names: ModelNames | None = None
) -> Tagged:
    """Return the entities of the text in the order of their first mention.

    `doc` is the spaCy Doc of the text, or None if there is no spaCy model for its language. Then names are looked up, and `model_names`
    of an optional model are added. If neither is possible, there are no entities and `status` is `no_model`.
    """
    return tag_and_explain(cleaned, doc, gazetteer, settings, model_names=model_names)[0]


def tag_and_explain(
    cleaned: Cleaned, doc: "Doc | None", gazetteer: Gazetteer, settings: TagSettings, *, model_names: ModelNames | None = None
) -> tuple[Tagged, tuple[Dropped, ...]]:
    """Return the result of `tag`, and the dropped spans in the order of the text, each with the rule that dropped it."""
    detected = _detect(cleaned, doc, gazetteer) if doc is not None else _look_up(cleaned, gazetteer, model_names)
    if detected is None:
        return Tagged(entities=(), status=EntitiesStatus.NO_MODEL), ()
    names, repeated = with_repeats(detected.names, detected.tokens, cleaned.text, gazetteer)
    names, credited = without_credits(names, cleaned.text)
    names = join_at_nicknames(names, cleaned.text)
    linker = PlaceLinker(gazetteer, names, detected.peoples, source_country(cleaned.canonical_url), cleaned.language or "en")
    entities = build_entities(cleaned, names, linker, gazetteer, settings)
    countries = [entity.country for entity in entities if entity.country and entity.id and entity.type is EntityType.PLACE]
    tagged = Tagged(
        entities=entities,
        status=detected.status,
        countries=tuple(dict.fromkeys([*countries, *detected.peoples])),
        model=detected.model,
        aliases_version=gazetteer.version,
    )
    return tagged, _in_order([*detected.dropped, *repeated, *credited])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detected:
    """The detected names of a text. `peoples` are the country codes of the nationalities in it."""

    names: list[NameSpan]
    tokens: list[Token]
    status: EntitiesStatus
    model: str = ""
    peoples: Sequence[str] = ()
    dropped: Sequence[Dropped] = ()


def _look_up(cleaned: Cleaned, gazetteer: Gazetteer, model_names: ModelNames | None) -> _Detected | None:
    """Return the names of a text without a spaCy model; None if there are no words for its language and no optional model."""
    found = detect_by_lookup(cleaned.text, cleaned.language or "", gazetteer)
    if model_names is None:
        return _Detected(names=found[0], tokens=found[1], status=EntitiesStatus.RULES_ONLY) if found else None
    names, tokens = found or ([], [])
    names = add_model_names(names, model_names.names, cleaned.text, gazetteer.languages.get(cleaned.language or ""))
    return _Detected(names=names, tokens=tokens, status=EntitiesStatus.TAGGED, model=model_names.model)


def _detect(cleaned: Cleaned, doc: "Doc", gazetteer: Gazetteer) -> _Detected:
    spans, tokens = detect_names(doc, cleaned.text, gazetteer)
    names, dropped = classify(spans, tokens, cleaned.text, gazetteer)
    return _Detected(
        names=names,
        tokens=tokens,
        status=EntitiesStatus.TAGGED,
        model=doc.user_data.get("model", ""),
        peoples=_peoples(tokens, gazetteer),
        dropped=dropped,
    )


def _peoples(tokens: Sequence[Token], gazetteer: Gazetteer) -> list[str]:
    """Return the country codes of the nationalities in the text, which are an attribute of the article rather than places in it."""
    words = dict.fromkeys(fold(token.text) for token in tokens if token.is_capitalised)
    return list(dict.fromkeys(gazetteer.demonyms[word] for word in words if word in gazetteer.demonyms))


def _in_order(dropped: Sequence[Dropped]) -> tuple[Dropped, ...]:
    return tuple(sorted(dropped, key=lambda drop: (drop.span.start, drop.span.end)))

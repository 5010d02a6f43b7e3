"""Converts articles to documents of the index, and documents to findings. Pure."""

import datetime as dt
import hashlib
import json
from typing import Any

import orjson

from newsdesk.index.duplicates import sketch
from newsdesk.index.events import numbers_in
from newsdesk.index.mapping import Json, language_field
from newsdesk.records import Article, Entity, EntityType, Finding, Tagged
from newsdesk.vectors import MODEL, OPENING_CHARACTERS

LONGEST_KEYWORD = 1024
"""Maximum length of a keyword. Lucene refuses terms of more than 32,766 bytes; real names, tags and sections are far shorter."""
_LISTS = {
    EntityType.PERSON: "persons",
    EntityType.ORGANIZATION: "organizations",
    EntityType.PLACE: "places",
    EntityType.EVENT: "events",
}
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NOT_CONTENT = frozenset(
    # The alias table's version is not part of the content, so that an edit rewrites only the articles that it changes. A vector follows
    # from text and model, and another processor can round it differently.
    {
        "indexed_at",
        "first_seen_at",
        "dated_at",
        "content_digest",
        "story_id",
        "duplicate_kind",
        "event_id",
        "event_languages",
        "opens_event",
        "entities_aliases_version",
        "vector",
    }
)


def to_document(article: Article, *, now: dt.datetime, first_seen_at: dt.datetime | None = None) -> Json:
    """Return the stored fields of an article, as a story of its own; `complete` adds the fields that are only searched.

    `first_seen_at` is that of the existing document, if there is one.
    """
    cleaned = article.cleaned
    seen = min(first_seen_at or article.fetched_at, article.fetched_at)
    document = {
        "id": article.id,
        "url": article.url[:LONGEST_KEYWORD],
        "source": article.source,
        "feed_url": article.feed_url,
        "site_name": cleaned.site_name,
        "language": cleaned.language,
        "title": cleaned.title,
        "lead": cleaned.description or cleaned.text.split("\n", 1)[0],
        "body": cleaned.text,
        "authors": _shortened(cleaned.authors),
        "credits": _shortened(cleaned.credits),
        "section": (cleaned.section or "")[:LONGEST_KEYWORD] or None,
        "tags": _shortened(cleaned.tags),
        "image": cleaned.image,
        "content_kind": cleaned.content_kind,
        "word_count": len(cleaned.text.split()),
        "published_at": iso(cleaned.published_at),
        "published_zone": cleaned.published_zone.value if cleaned.published_zone else None,
        # The day in the page's time zone, which can differ from that in UTC.
        "published_on": cleaned.published_at.date().isoformat() if cleaned.published_at else None,
        "modified_at": iso(cleaned.modified_at),
        **dated(cleaned.published_at, seen),
        "fetched_at": iso(article.fetched_at),
        "indexed_at": iso(now),
        "partition": article.partition,
        "pipeline_version": article.pipeline_version,
        "capture": str(article.capture),
        "translation": _translation(article),
        **_entities(article.tagged),
        "entities_status": article.tagged.status.value,
        "entities_model": article.tagged.model,
        "entities_aliases_version": article.tagged.aliases_version,
        "vector": article.embedding.values if article.embedding else None,
        "vector_model": article.embedding.model if article.embedding else None,
        "story_id": article.id,
        "event_id": article.id,
        "opens_event": True,
        "numbers": sorted(numbers_in(f"{cleaned.title}\n{cleaned.text[:OPENING_CHARACTERS]}")),
    }
    document = {key: value for key, value in document.items() if value not in (None, "", [], {})}
    document["content_digest"] = content_digest(document)
    return document


def complete(source: Json, *, sketched: bool = True) -> Json:
    """Return a document with the fields that are not in `_source`, made from title and body.

    A vector of another model is omitted, since it cannot be compared with those of this one.
    """
    body = source.get("body", "")
    document = {"event_id": source.get("story_id"), **source}
    if document.get("vector_model", MODEL) != MODEL:
        document = {name: value for name, value in document.items() if name not in ("vector", "vector_model")}
    if field := language_field(source.get("language")):
        document |= {"headline": {field: source.get("title", "")}, "text": {field: body}}
    if sketched and (made := sketch(body)):
        document |= {"sketch": made.packed(), "minhash_bands": made.bands}
    return document


def dated(published_at: dt.datetime | None, first_seen_at: dt.datetime) -> Json:
    """Return the fields that depend on the first capture, whose time is used for articles without a date."""
    return {"first_seen_at": iso(first_seen_at), "dated_at": iso(published_at or first_seen_at)}


def version(article: Article) -> int:
    """Return the document's external version: the time of the fetch in milliseconds, so that the newest capture wins."""
    return (article.fetched_at - EPOCH) // dt.timedelta(milliseconds=1)


def content_digest(document: Json) -> str:
    """Return a hash that is the same for documents with the same content of the same capture, whenever they are indexed."""
    content = {key: value for key, value in document.items() if key not in _NOT_CONTENT}
    return hashlib.sha256(_sorted_json(content)).hexdigest()[:32]


def _sorted_json(content: Json) -> bytes:
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)  # ten times as fast as json
    except orjson.JSONEncodeError:  # a lone surrogate
        return json.dumps(content, sort_keys=True).encode()


def _translation(article: Article) -> Json:
    checked = article.checked
    text = article.cleaned.text
    fields = {
        "verdict": checked.verdict.value if checked.verdict else None,
        "basis": checked.basis.value,
        "score": checked.score,
        "rules": sorted({finding.rule for finding in checked.findings}),
        "findings_count": len(checked.findings),
        "findings": [finding_fields(finding, text) for finding in checked.findings],
        "is_translation": checked.is_translation.value,
        "source_language": checked.source_language,
        "signals": sorted({evidence.signal for evidence in checked.evidence}),
        "evidence": [{"signal": sign.signal, "detail": sign.detail, "weight": sign.weight} for sign in checked.evidence],
        "rules_version": checked.rules_version or None,
    }
    return {key: value for key, value in fields.items() if value not in (None, [])}


def finding_fields(finding: Finding, text: str) -> Json:
    """Return the fields of a finding, with the text at its place."""
    return {
        "start": finding.start,
        "end": finding.end,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "text": text[finding.start : finding.end],
        **_source_span(finding),
    }


def _source_span(finding: Finding) -> dict[str, int]:
    """Return the place in the original if the finding is a disagreement with it."""
    if finding.source_start is None or finding.source_end is None:
        return {}
    return {"source_start": finding.source_start, "source_end": finding.source_end}


def _entities(tagged: Tagged) -> Json:
    entities = tagged.entities
    fields: Json = {}
    for kind, name in _LISTS.items():
        fields[name] = _shortened(entity.name for entity in entities if entity.type is kind)
    places = [entity for entity in entities if entity.type is EntityType.PLACE]
    located = [(entity.name, entity.lat, entity.lon) for entity in places if entity.lat is not None and entity.lon is not None]
    fields["countries"] = sorted({entity.country for entity in places if entity.country}.union(tagged.countries))
    fields["places_location"] = [{"lat": latitude, "lon": longitude} for _, latitude, longitude in located]
    fields["place_points"] = _shortened(place_point(*each) for each in located)
    fields["entities"] = [_entity(entity) for entity in entities]
    return fields


def place_point(name: str, latitude: float, longitude: float) -> str:
    """Return a place as one value, so that places can be counted with their coordinates.

    >>> place_point("Madrid", 40.4165, -3.70256)
    '40.4165,-3.7026,Madrid'
    """
    return f"{latitude:.4f},{longitude:.4f},{name}"


def read_place_point(point: str) -> tuple[str, float, float]:
    """Return the name, latitude and longitude of a `place_point`."""
    latitude, longitude, name = point.split(",", 2)
    return name, float(latitude), float(longitude)


def _entity(entity: Entity) -> Json:
    fields = {
        "name": entity.name,
        "type": entity.type.value,
        "id": entity.id,
        "lat": entity.lat,
        "lon": entity.lon,
        "country": entity.country,
        "link_confidence": entity.link_confidence,
        "aliases": list(entity.aliases),
        "roles": list(entity.roles),
        "salience": entity.salience,
        "in_title": entity.in_title or None,
        "mentions": [{"start": mention.start, "end": mention.end, "text": mention.text} for mention in entity.mentions],
    }
    return {key: value for key, value in fields.items() if value is not None and value != []}


def _shortened(values: Any) -> list[str]:
    return list(dict.fromkeys(value[:LONGEST_KEYWORD] for value in values if value))


def iso(moment: dt.datetime | None) -> str | None:
    """Return a time in the format of the index: UTC, in milliseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None

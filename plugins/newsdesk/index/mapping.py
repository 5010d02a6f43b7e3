"""The index definition: one for the embedded server and a full cluster. Pure.

A field is added here and in `document.py`; a change that old documents cannot follow raises `VERSION`, and
`newsdesk index migrate` makes the new indices from the archive.
"""

from typing import Any

VERSION = 1
"""Part of every index name. Goes up with any change of the mapping that is more than a new field."""

ANALYZERS = {
    "ar": "arabic",
    "bg": "bulgarian",
    "bn": "bengali",
    "ca": "catalan",
    "ckb": "sorani",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "gl": "galician",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "ja": "cjk",
    "ko": "cjk",
    "lt": "lithuanian",
    "lv": "latvian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "th": "thai",
    "tr": "turkish",
    "zh": "cjk",
}
"""Language -> the analyzer that Elasticsearch names for it. `brazilian` has no language code of its own here."""

_SAME = {"nb": "no", "nn": "no", "ku": "ckb"}

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_KEPT = {"type": "object", "enabled": False}
_PLAIN = {"type": "text", "analyzer": "plain"}
_NAMES = {"type": "keyword", "ignore_above": 512, "fields": {"text": _PLAIN}}

_ANALYSIS = {
    # Accents are folded and nothing is stemmed: a name is found in every language, however it is typed.
    "analyzer": {"plain": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}},
}


def language_field(language: str | None) -> str | None:
    """The name below `text` and `headline` for a language, None where it has no analyzer."""
    base = (language or "").split("-")[0].lower()
    base = _SAME.get(base, base)
    return base if base in ANALYZERS else None


def article_template(pattern: str, *, shards: int, replicas: int, alias: str = "") -> dict[str, Any]:
    """The index template of the article indices, which are born behind `alias` where one is given."""
    template = _template(pattern, _article_mapping(), alias=alias, shards=shards, replicas=replicas, analysis=_ANALYSIS)
    # A writer that is late must not bring an index back that a migration or retention has removed.
    return {**template, "allow_auto_create": False}


def _template(
    pattern: str, mapping: dict[str, Any], *, shards: int, replicas: int, alias: str = "", analysis: dict[str, Any] | None = None
) -> dict[str, Any]:
    settings: dict[str, Any] = {"number_of_shards": shards, "number_of_replicas": replicas}
    if analysis:
        settings["analysis"] = analysis
    template: dict[str, Any] = {"settings": settings, "mappings": mapping}
    if alias:
        template["aliases"] = {alias: {}}
    # Above the built-in templates (100), below a deployment's own (500).
    return {"index_patterns": [pattern], "priority": 200, "template": template}


def _article_mapping() -> dict[str, Any]:
    by_language = {language: {"type": "text", "analyzer": analyzer} for language, analyzer in ANALYZERS.items()}
    return {
        "dynamic": "strict",
        # What can be made again from title and body is not kept twice.
        "_source": {"excludes": ["text", "headline", "sketch", "minhash_bands"]},
        "properties": {
            "id": _KEYWORD,
            "url": _KEYWORD,
            "source": _KEYWORD,
            "feed_url": _KEYWORD,
            "site_name": _KEYWORD,
            "language": _KEYWORD,
            "title": {"type": "text", "analyzer": "plain", "fields": {"keyword": {"type": "keyword", "ignore_above": 512}}},
            "lead": _PLAIN,
            "body": _PLAIN,
            "headline": {"dynamic": "strict", "properties": by_language},
            "text": {"dynamic": "strict", "properties": by_language},
            "authors": _NAMES,
            "credits": _NAMES,
            "section": _KEYWORD,
            "tags": _KEYWORD,
            "image": {"type": "keyword", "index": False, "doc_values": False},
            "content_kind": _KEYWORD,
            "word_count": {"type": "integer"},
            "published_at": _DATE,
            "published_zone": _KEYWORD,
            "modified_at": _DATE,
            "first_seen_at": _DATE,
            "fetched_at": _DATE,
            "indexed_at": _DATE,
            "dated_at": _DATE,
            "partition": _KEYWORD,
            "pipeline_version": _KEYWORD,
            "capture": _KEYWORD,
            "content_digest": {"type": "keyword", "index": False},
            "persons": _NAMES,
            "organizations": _NAMES,
            "places": _NAMES,
            "events": _NAMES,
            "countries": _KEYWORD,
            "places_location": {"type": "geo_point"},
            "entities_status": _KEYWORD,
            "entities_model": _KEYWORD,
            "entities_aliases_version": _KEYWORD,
            "entities": _KEPT,
            "translation": {
                "dynamic": "strict",
                "properties": {
                    "verdict": _KEYWORD,
                    "basis": _KEYWORD,
                    "score": {"type": "float"},
                    "rules": _KEYWORD,
                    "findings_count": {"type": "integer"},
                    "findings": _KEPT,
                    "is_translation": _KEYWORD,
                    "source_language": _KEYWORD,
                    "signals": _KEYWORD,
                    "evidence": _KEPT,
                    "rules_version": {"type": "integer"},
                },
            },
            "story_id": _KEYWORD,
            "duplicate_kind": _KEYWORD,
            "sketch": {"type": "binary", "doc_values": True},
            "minhash_bands": {"type": "keyword", "doc_values": False},
        },
    }


def version_template(pattern: str, *, shards: int, replicas: int, alias: str) -> dict[str, Any]:
    """The index template of the contents that articles have had."""
    properties = {
        "article_id": _KEYWORD,
        "content_hash": _KEYWORD,
        "title": {"type": "keyword", "index": False, "doc_values": False},
        "fetched_at": _DATE,
        "partition": _KEYWORD,
        "capture": _KEYWORD,
    }
    return _template(pattern, {"dynamic": "strict", "properties": properties}, alias=alias, shards=shards, replicas=replicas)


def run_template(pattern: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """The index template of the counters: one document per stage, partition and source."""
    counts = ("found", "fetched", "not_modified", "failed", "dead", "set_aside", "new", "updated", "unchanged", "stale", "duplicates")
    counters: dict[str, Any] = {name: {"type": "long"} for name in counts}
    properties = {"stage": _KEYWORD, "partition": _KEYWORD, "source": _KEYWORD, "run_at": _DATE, "seconds": {"type": "double"}, **counters}
    return _template(pattern, {"dynamic": "strict", "properties": properties}, shards=shards, replicas=replicas)


def dead_letter_template(pattern: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """The index template of the dead letters."""
    names = ("id", "stage", "reason", "partition", "source", "url", "capture", "pipeline_version")
    properties: dict[str, Any] = dict.fromkeys(names, _KEYWORD)
    properties["detail"] = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    properties["failed_at"] = _DATE
    return _template(pattern, {"dynamic": "strict", "properties": properties}, shards=shards, replicas=replicas)

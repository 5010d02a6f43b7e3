"""The index definition for the embedded server and for clusters. Pure.

A field is added here and in `document.py`; a change that is incompatible with old documents needs a higher `VERSION`, and
`newsdesk index migrate` builds the new indices from the archive.
"""

from typing import Any

from newsdesk.vectors import DIMENSIONS

Json = dict[str, Any]
"""A JSON object of Elasticsearch: a mapping, a document, a query or a response."""

VERSION = 4
"""Part of every index name. It is increased with any change of the mapping other than a new field."""

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
"""For each language the analyzer of Elasticsearch. `brazilian` has no separate language code here."""

_SAME = {"nb": "no", "nn": "no", "ku": "ckb"}


def _mappings(folded: dict[str, str]) -> list[str]:
    """Return the lines of a `mapping` char filter in ASCII, because a trailing space would be removed."""
    return [f"{_escaped(before)}=>{_escaped(after)}" for before, after in folded.items()]


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


REFRESHED = "30s"
"""The `refresh_interval` of articles. Writers refresh what they have written when they repair it. A refresh each second, the default, makes
many small segments, which are merged again and again."""

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_KEPT = {"type": "object", "enabled": False}
_PLAIN = {"type": "text", "analyzer": "plain"}
_NAMES = {"type": "keyword", "ignore_above": 512, "fields": {"text": _PLAIN}}
_VECTOR = {
    "type": "dense_vector",
    "element_type": "byte",
    "dims": DIMENSIONS,
    "similarity": "cosine",
    "index_options": {"type": "hnsw"},
}
"""Elasticsearch omits vectors from `_source`; `fields` or `_source_exclude_vectors=false` return them."""
_JOINED = {"type": "text", "analyzer": "joined", "search_analyzer": "joined_search"}

_FOLDED = ["cjk_width", "lowercase", "decimal_digit", "asciifolding"]
_SCRIPTS = ["arabic_normalization", "persian_normalization", "indic_normalization", "hindi_normalization"]
_APOSTROPHES = "'’‘ʼʹ′＇`´ʻ‛"
_PARTS_WORDS = f"{_APOSTROPHES}.,:．，：٫٬"
"""Characters at which the standard tokenizer does not split words: L'Ukraine, EU:s, İstanbul'da, end.Start."""
_BARE = {
    **dict(zip("άέήίϊΐόύϋΰώςΆΈΉΊΪΌΎΫΏёЁ", "αεηιιιουυυωσΑΕΗΙΙΟΥΥΩеЕ", strict=True)),
    "״": '"',
    **{chr(mark): "" for mark in (*range(0x0300, 0x0370), *range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7)},
}
"""Greek and Cyrillic letters without their accents, which `asciifolding` does not fold; combining accents; Hebrew points."""

_DASHES = "-‐‑–"
_GROUPED_BY = f"[.,．，{_APOSTROPHES} \u00a0\u2009\u202f]"
_CAPITALS, _CASED = "A-ZÀ-ÖØ-ÞΑ-ΩЀ-Я", "A-Za-zÀ-ɏΑ-ώЀ-ӿ0-9_"
ACRONYM = (
    rf"(?<![&/.])[{_CAPITALS}]{{2,3}}(?=s?(?![{_CASED}&/+#]))(?!-?\d)"  # US, EU-, MPs
    r"|(?<!\w)[^\W\d_](?:(?:\.[^\W\d_](?!\w))+|(?:\. [^\W\d_](?=\.))+)"  # U.S., U. S.
)
"""Short acronyms that are also words in lower case: us, un, who, it."""
_IN_PARTS = "|".join(
    (
        ACRONYM,
        rf"(?<!\w)\w++(?:(?:\+\+?|#)(?!\w)|(?: ?[&＆] ?\w+)+|(?:/\w+)+|(?:[{_DASHES}]\w+)+)",  # C++, AT&T, 9/11, e-mail
        rf"(?<![.,])\d{{1,3}}(?:,\d\d)*(?:{_GROUPED_BY}\d{{3}})+(?!\d)",  # 1,200
        r"[@#]\w+",  # a handle, a tag
        r"(?<!\.)\.[^\W\d_]{2,4}(?!\w)",  # .NET
    )
)
WRITTEN_IN_PARTS = rf"(?<![{_CASED}])(?:{_IN_PARTS})"
"""Words in several parts, or with a special character. The syntax is valid in Java and Python."""
WORDS_IN_PARTS = rf"[a-zß-ÿ]++[ ,\n](?![&＆])|({WRITTEN_IN_PARTS})|[{_CASED}]++.?"
"""Matches all words, and captures those in parts: to pass over a word takes half of the time of trying each of its letters."""
JOINTS = rf"(?<!^)[{_DASHES}.,．，{_APOSTROPHES}\s\u00a0\u2009\u202f]"
"""The characters that are removed to write such a word as one: all except & / + # @, and the dot of .NET."""

_ANALYSIS = {
    "char_filter": {"word_parts": {"type": "mapping", "mappings": _mappings({**dict.fromkeys(_PARTS_WORDS, " "), **_BARE})}},
    "tokenizer": {
        "written_in_parts": {"type": "pattern", "pattern": f"(?Us){WORDS_IN_PARTS}", "group": 1},
        "whole": {"type": "pattern", "pattern": "(?s).+", "group": 0},
    },
    "filter": {"joined": {"type": "pattern_replace", "pattern": JOINTS, "replacement": ""}},
    "analyzer": {
        # Accents are folded and nothing is stemmed, so that names are found in every language with and without accents.
        "plain": {"type": "custom", "char_filter": ["word_parts"], "tokenizer": "standard", "filter": [*_FOLDED, *_SCRIPTS]},
        # Words written in parts as one: 1,200 as 1200, U.S. as us, e-mail as email, and S&P, C++, 9/11, @name with their signs.
        "joined": {"type": "custom", "tokenizer": "written_in_parts", "filter": ["joined", *_FOLDED]},
        "joined_search": {"type": "custom", "tokenizer": "whole", "filter": ["joined", *_FOLDED]},
    },
}


def language_field(language: str | None) -> str | None:
    """Return the subfield of `text` and `headline` for a language, None if it has no analyzer."""
    base = (language or "").split("-")[0].lower()
    base = _SAME.get(base, base)
    return base if base in ANALYZERS else None


def article_template(pattern: str, *, shards: int, replicas: int, alias: str = "") -> Json:
    """Return the index template of the article indices, which are created with `alias` if one is given."""
    template = _template(pattern, _article_mapping(), alias=alias, shards=shards, replicas=replicas, refresh=REFRESHED, analysis=_ANALYSIS)
    # A late writer must not recreate an index that a migration or retention has removed.
    return {**template, "allow_auto_create": False}


def _template(
    pattern: str, mapping: Json, *, shards: int, replicas: int, alias: str = "", refresh: str = "", analysis: Json | None = None
) -> Json:
    settings: Json = {"number_of_shards": shards, "number_of_replicas": replicas}
    if refresh:
        settings["refresh_interval"] = refresh
    if analysis:
        settings["analysis"] = analysis
    template: Json = {"settings": settings, "mappings": mapping}
    if alias:
        template["aliases"] = {alias: {}}
    # Above the built-in templates (100), below a deployment's own (500).
    return {"index_patterns": [pattern], "priority": 200, "template": template}


def _article_mapping() -> Json:
    by_language = {language: {"type": "text", "analyzer": analyzer} for language, analyzer in ANALYZERS.items()}
    return {
        "dynamic": "strict",
        # Fields that can be computed from title and body are not stored.
        "_source": {"excludes": ["text", "headline", "sketch", "minhash_bands"]},
        "properties": {
            "id": _KEYWORD,
            "url": _KEYWORD,
            "source": _KEYWORD,
            "feed_url": _KEYWORD,
            "site_name": _KEYWORD,
            "language": _KEYWORD,
            "title": {**_PLAIN, "fields": {"keyword": {"type": "keyword", "ignore_above": 512}, "joined": _JOINED}},
            "lead": _PLAIN,
            "body": {**_PLAIN, "fields": {"joined": _JOINED}},
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
            "published_on": _DATE,
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
            "place_points": _KEYWORD,
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
                    "coverage": {"type": "float"},
                },
            },
            "original_id": _KEYWORD,
            "translations": _KEYWORD,
            "story_id": _KEYWORD,
            "duplicate_kind": _KEYWORD,
            "event_id": _KEYWORD,
            "opens_event": {"type": "boolean"},
            "event_languages": _KEYWORD,
            "numbers": _KEYWORD,
            "vector": _VECTOR,
            "vector_model": _KEYWORD,
            "sketch": {"type": "binary", "doc_values": True},
            "minhash_bands": {"type": "keyword", "doc_values": False},
        },
    }


def version_template(pattern: str, *, shards: int, replicas: int, alias: str) -> Json:
    """Return the index template of the version records."""
    properties = {
        "article_id": _KEYWORD,
        "content_hash": _KEYWORD,
        "title": {"type": "keyword", "index": False, "doc_values": False},
        "fetched_at": _DATE,
        "partition": _KEYWORD,
        "capture": _KEYWORD,
    }
    mapping = {"dynamic": "strict", "properties": properties}
    return _template(pattern, mapping, alias=alias, shards=shards, replicas=replicas, refresh=REFRESHED)


def comparison_template(pattern: str, *, shards: int, replicas: int, alias: str) -> Json:
    """Return the index template of the comparison records."""
    keywords = ("article_id", "article_content", "original_id", "original_content", "rules")
    properties: Json = dict.fromkeys(keywords, _KEYWORD)
    properties |= {"coverage": {"type": "float"}, "rules_version": {"type": "integer"}, "sentences": _KEPT, "findings": _KEPT}
    return _template(pattern, {"dynamic": "strict", "properties": properties}, alias=alias, shards=shards, replicas=replicas)


def run_template(pattern: str, *, shards: int, replicas: int) -> Json:
    """Return the index template of the counters: one document per stage, partition and source."""
    counts = ("found", "fetched", "not_modified", "failed", "dead", "set_aside", "new", "updated", "unchanged", "stale", "duplicates")
    counters: Json = {name: {"type": "long"} for name in counts}
    properties = {"stage": _KEYWORD, "partition": _KEYWORD, "source": _KEYWORD, "run_at": _DATE, "seconds": {"type": "double"}, **counters}
    return _template(pattern, {"dynamic": "strict", "properties": properties}, shards=shards, replicas=replicas)


def dead_letter_template(pattern: str, *, shards: int, replicas: int) -> Json:
    """Return the index template of the dead letters."""
    names = ("id", "stage", "reason", "partition", "source", "url", "capture", "pipeline_version")
    properties: Json = dict.fromkeys(names, _KEYWORD)
    properties["detail"] = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    properties["failed_at"] = _DATE
    return _template(pattern, {"dynamic": "strict", "properties": properties}, shards=shards, replicas=replicas)

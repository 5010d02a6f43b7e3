"""Compares translations in the index with their originals, whichever of the two was indexed first.

A comparison has its own record (`index.comparison_records`). The searchable fields are on both articles' documents, and follow
from the records alone. Several processes may write at once: each writes first and then looks again, until nothing is left to
change (as `index.repair` does), so that the result is the same in any order.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch, helpers

from newsdesk.boundary import Failure, attempt
from newsdesk.check.verdict import DISAGREEMENT_POINTS, DISAGREEMENTS, verdict_of
from newsdesk.index.aliases import Names, ensure_index, names
from newsdesk.index.bulk import delete_action, index_action, read_for_update, send
from newsdesk.index.client import Retry
from newsdesk.index.comparison_records import StoredComparison, comparison_action, comparison_key, read_comparisons
from newsdesk.index.document import complete, finding_fields
from newsdesk.index.mapping import Json
from newsdesk.records import Basis, ComparisonRecord, Severity
from newsdesk.search.originals import DAYS_AFTER, DAYS_BEFORE, LEAST_ALIKE, TRANSLATIONS, compare_stories, find_original, read_story
from newsdesk.settings import CheckSettings, Settings
from newsdesk.vectors import LANGUAGES

log = logging.getLogger(__name__)

ARTICLES_AT_ONCE = 500
MOST_AROUND = 10_000
"""Maximum number of translations of the days around the articles that are considered; Elasticsearch returns no more hits."""
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class _Sketch:
    """The fields that decide whether an article may be the original or the translation of another."""

    id: str
    language: str
    dated_at: dt.datetime
    is_translation: bool
    vector: "np.ndarray[Any, np.dtype[np.float32]]"


def compare_indexed(es: Elasticsearch, ids: Iterable[str], settings: Settings) -> None:
    """Compare the translations among these articles, and the translations of which one of them may be the original.

    The articles must be searchable. Repeating it writes nothing new. Raises Unavailable if Elasticsearch does not respond.
    """
    wanted = sorted(set(ids)) if settings.nlp.vectors else []
    for start in range(0, len(wanted), ARTICLES_AT_ONCE):
        _compare_part(es, wanted[start : start + ARTICLES_AT_ONCE], settings)


def _compare_part(es: Elasticsearch, ids: Sequence[str], settings: Settings) -> None:
    own = names(settings.index)
    translations = sorted({*_translations_among(es, ids, own)})
    made = [record for each in translations if (record := _compared(es, each, settings))]
    known = read_comparisons(es, own, translations=[*ids, *translations], originals=ids)
    _replace(es, own, known, made, compared={*ids, *translations}, settings=settings)
    touched = [*made, *(stored.record for stored in known)]
    settle(es, {*ids, *translations, *(record.original_id for record in touched), *(record.article_id for record in touched)}, settings)


def _translations_among(es: Elasticsearch, ids: Sequence[str], own: Names) -> Iterable[str]:
    """Return those of these articles that are translations, and other articles that may be translations of one of these."""
    arrived = _sketches(es, own, {"ids": {"values": ids}})
    yield from (one.id for one in arrived if one.is_translation)
    others = [one for one in arrived if not one.is_translation]
    if others:
        first, last = min(one.dated_at for one in others) - DAYS_AFTER, max(one.dated_at for one in others) + DAYS_BEFORE
        around = {"range": {"dated_at": {"gte": first.isoformat(), "lte": last.isoformat()}}}
        found = _sketches(es, own, {"bool": {"filter": [around, {"terms": {"translation.is_translation": TRANSLATIONS}}]}})
        yield from (one.id for one in found if any(_may_belong(one, other) for other in others))
    yield from (one.id for one in _sketches(es, own, {"terms": {"original_id": ids}}))


def _may_belong(translation: _Sketch, original: _Sketch) -> bool:
    return (
        translation.language != original.language
        and original.language in LANGUAGES
        and translation.dated_at - DAYS_BEFORE <= original.dated_at <= translation.dated_at + DAYS_AFTER
        and float(translation.vector @ original.vector) >= LEAST_ALIKE
    )


def _sketches(es: Elasticsearch, own: Names, query: Json) -> list[_Sketch]:
    answer = es.search(
        index=own.articles,
        query=query,
        size=MOST_AROUND,
        source_includes=["language", "dated_at", "translation.is_translation"],
        fields=[{"field": "vector"}],
        sort=[{"dated_at": "desc"}, {"id": "asc"}],
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    return [_sketch(hit) for hit in answer["hits"]["hits"] if "vector" in hit.get("fields", {})]


def _sketch(hit: Json) -> _Sketch:
    source = hit["_source"]
    vector = np.asarray(hit["fields"]["vector"], dtype=np.float32)
    return _Sketch(
        id=hit["_id"],
        language=source.get("language", ""),
        dated_at=dt.datetime.fromisoformat(source["dated_at"]),
        is_translation=source.get("translation", {}).get("is_translation") in TRANSLATIONS,
        vector=(vector / max(1e-9, float(np.linalg.norm(vector)))).astype(np.float32),
    )


def _compared(es: Elasticsearch, article_id: str, settings: Settings) -> ComparisonRecord | None:
    """Return the record of this translation; None if no original is found, or if the comparison failed, which is logged."""

    def step() -> ComparisonRecord | None:
        article = read_story(es, article_id, settings)
        original = find_original(es, article, settings)
        return compare_stories(article, original) if original else None

    done = attempt(step, what=f"comparing {article_id} with its original", seconds=settings.nlp.deadline_seconds)
    if isinstance(done, Failure):
        log.warning("%s was not compared with its original: %s", article_id, done.detail)
        return None
    return done


def _replace(
    es: Elasticsearch,
    own: Names,
    known: Sequence[StoredComparison],
    made: Sequence[ComparisonRecord],
    *,
    compared: set[str],
    settings: Settings,
) -> None:
    """Write the new records, and remove the other records of the compared articles."""
    keys = {comparison_key(record) for record in made}
    actions = [delete_action(old.index, old.key, old.version) for old in known if old.record.article_id in compared and old.key not in keys]
    for record in made:
        index = own.comparisons_month(read_story(es, record.article_id, settings).dated_at)
        ensure_index(es, index)
        actions.append(comparison_action(record, index))
    if actions:
        send(es, actions, most_bytes=settings.index.bulk_bytes, retry=Retry())


def settle(es: Elasticsearch, ids: Iterable[str], settings: Settings) -> None:
    """Update the documents of these articles from the records: `original_id`, `translations`, and the findings."""
    own, wanted = names(settings.index), sorted(set(ids))
    for start in range(0, len(wanted), ARTICLES_AT_ONCE):
        for _ in range(MOST_ROUNDS):
            if not _settle_part(es, own, wanted[start : start + ARTICLES_AT_ONCE], settings):
                break


def settle_all(es: Elasticsearch, settings: Settings) -> None:
    """Update the documents of all compared articles, as a new index needs it."""
    hits = helpers.scan(
        es, index=names(settings.index).comparisons, query={"_source": ["article_id", "original_id"]}, ignore_unavailable=True
    )
    settle(es, (hit["_source"][name] for hit in hits for name in ("article_id", "original_id")), settings)


def _settle_part(es: Elasticsearch, own: Names, ids: Sequence[str], settings: Settings) -> bool:
    """Return whether a document was changed, so that another pass is needed."""
    es.indices.refresh(index=f"{own.articles},{own.comparisons}", ignore_unavailable=True)
    records = [stored.record for stored in read_comparisons(es, own, translations=ids, originals=ids)]
    by_article: dict[str, ComparisonRecord] = {}
    for record in records:
        by_article.setdefault(record.article_id, record)
    actions = []
    for hit in read_for_update(es, own.articles, list(ids), retry=Retry()):
        translations = [record.article_id for record in by_article.values() if record.original_id == hit["_id"]]
        document = link(hit["_source"], by_article.get(hit["_id"]), translations, settings.check)
        if document != hit["_source"]:
            document = complete(document, sketched=settings.index.group_duplicates)
            actions.append(index_action(hit["_index"], hit["_id"], hit["_version"], document))
    send(es, actions, most_bytes=settings.index.bulk_bytes, retry=Retry())
    return bool(actions)


def link(document: Mapping[str, Any], comparison: ComparisonRecord | None, translations: Sequence[str], settings: CheckSettings) -> Json:
    """Return the document with its original and its translations, and the resulting verdict. Pure."""
    linked = {name: value for name, value in document.items() if name not in ("original_id", "translations")}
    if comparison is not None:
        linked["original_id"] = comparison.original_id
    if translations:
        linked["translations"] = sorted(translations)
    checked = document.get("translation", {})
    if comparison is not None or checked.get("basis") == Basis.COMPARED:
        linked["translation"] = _rechecked(checked, comparison, document.get("body", ""), settings)
    return linked


def _rechecked(checked: Mapping[str, Any], comparison: ComparisonRecord | None, text: str, settings: CheckSettings) -> Json:
    """Return the fields of the check with the differences from the original, replacing those of an earlier comparison."""
    findings = list(checked.get("findings", ()))
    own = [finding for finding in findings if finding["rule"] not in DISAGREEMENTS]
    different = [finding_fields(finding, text) for finding in comparison.findings] if comparison else []
    score = checked.get("score", 0.0) + _points(different) - _points([finding for finding in findings if finding not in own])
    has_rules = "rules_version" in checked
    fields = {
        **checked,
        "score": round(score, 2),
        "findings": sorted([*own, *different], key=lambda finding: (finding["start"], finding["end"], finding["rule"])),
        "basis": Basis.COMPARED if comparison else Basis.STRUCTURE_ONLY if has_rules else Basis.NO_RULES,
        "verdict": verdict_of(score, settings) if comparison or has_rules else None,
        "coverage": comparison.coverage if comparison else None,
    }
    fields["rules"] = sorted({finding["rule"] for finding in fields["findings"]})
    fields["findings_count"] = len(fields["findings"])
    return {name: getattr(value, "value", value) for name, value in fields.items() if value not in (None, [])}


def _points(differences: Iterable[Mapping[str, Any]]) -> float:
    return DISAGREEMENT_POINTS if any(finding["severity"] == Severity.STRONG for finding in differences) else 0.0

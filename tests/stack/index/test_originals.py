"""A translation and its original in a real index, among other news of the same days.

Tests of newsdesk.cli.compare, newsdesk.index.comparison_records and newsdesk.search.comparisons.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from elasticsearch import Elasticsearch

from newsdesk.cli.main import newsdesk
from newsdesk.errors import SetupError
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.comparison_records import read_comparisons
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, Basis, Embedding, IsTranslation
from newsdesk.search.comparing import compare_indexed
from newsdesk.search.comparisons import PairKind, find_comparison
from newsdesk.search.originals import compare_articles
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from newsdesk.vectors import MODEL, embed, pack
from samples import NOW, numbered
from stack.elasticsearch import variables_of

SPANISH = (
    "El Ayuntamiento de Lorca aprobó el martes un gasto de 1.250.000 euros. La alcaldesa, Inés Robledo, dijo que no subirán los impuestos. "
    "Las obras del puente sobre el Guadalentín, a cargo de la empresa Ferrovial, terminarán el 14 de octubre."
)
ENGLISH = (
    "Lorca council approved spending of 1,520,000 euros on Tuesday. The mayor, Inés Robledo, said that taxes will not go up. "
    "Work on the bridge over the Guadalentín, by the company Ferrovial, will end on 14 October."
)
OTHER_ENGLISH = (
    "The mayor of Lorca, Inés Robledo, opened a school for 420 children on Friday. Parents in Águilas asked for another, said Pablo Nieto."
)
UNRELATED = [
    "El Ayuntamiento de Murcia aprobó el martes un presupuesto de 540 millones. El alcalde, Javier Ortega, dijo que bajarán los impuestos.",
    "La alcaldesa de Lorca, Inés Robledo, recibió el jueves a los bomberos que apagaron el incendio de Totana y Mazarrón en 2025.",
    "El Guadalentín se desbordó en octubre cerca de Puerto Lumbreras. La empresa Acciona reparará 14 caminos, según Teresa Cano.",
]


def meant(number: int, text: str, language: str = "en", *, is_translation: bool = False, **changes) -> Article:
    """An article with its vector."""
    made = numbered(number, text=text, language=language, **changes)
    checked = dataclasses.replace(
        made.checked,
        is_translation=IsTranslation.LIKELY if is_translation else IsTranslation.UNKNOWN,
        basis=Basis.STRUCTURE_ONLY,
        rules_version=1,
    )
    return dataclasses.replace(made, checked=checked, embedding=Embedding(pack(embed(made.cleaned.title, text)), MODEL))


TRANSLATION, ORIGINAL, OTHER = meant(1, ENGLISH, is_translation=True), meant(2, SPANISH, "es"), meant(3, OTHER_ENGLISH, is_translation=True)
OTHERS = [meant(10 + number, text, "es") for number, text in enumerate(UNRELATED)]
OLD = meant(4, SPANISH.replace("puente", "teatro"), "es", fetched_at=NOW - dt.timedelta(days=30))


@pytest.fixture(scope="module")
def settings(stack_settings: Settings, elasticsearch_settings: ElasticsearchSettings) -> Iterator[Settings]:
    found = dataclasses.replace(stack_settings, index=IndexSettings(prefix="originals-tests-"), elasticsearch=elasticsearch_settings)
    with open_client(elasticsearch_settings) as es:
        set_up(es, found.index, now=NOW)
        list(index_articles(es, [TRANSLATION, ORIGINAL, OTHER, *OTHERS, OLD], found.index, now=NOW))
        yield found
        for name in list(es.indices.get(index="originals-tests-*")):
            es.indices.delete(index=name)


def test_the_original_and_an_altered_number_are_found(es: Elasticsearch, settings: Settings) -> None:
    found = compare_articles(es, TRANSLATION.id, None, settings)
    assert found.original is not None
    assert found.original.id == ORIGINAL.id
    (finding,) = found.findings
    assert ENGLISH[finding.start : finding.end] == "1,520,000"
    assert SPANISH[finding.source_start : finding.source_end] == "1.250.000"


def test_an_article_without_an_original_gets_none(es: Elasticsearch, settings: Settings) -> None:
    assert compare_articles(es, OTHER.id, None, settings).original is None


def test_the_original_can_be_given(es: Elasticsearch, settings: Settings) -> None:
    found = compare_articles(es, TRANSLATION.id, ORIGINAL.id, settings)
    assert [finding.rule for finding in found.findings] == ["number-differs"]


def test_an_unknown_article_is_refused_with_a_message(es: Elasticsearch, settings: Settings) -> None:
    with pytest.raises(SetupError, match="no article"):
        compare_articles(es, "nothing", None, settings)


@pytest.fixture
def empty(settings: Settings, es: Elasticsearch) -> Iterator[Settings]:
    """Settings of an index without articles."""
    found = dataclasses.replace(settings, index=IndexSettings(prefix="originals-tests-empty-"))
    set_up(es, found.index, now=NOW)
    yield found
    for name in list(es.indices.get(index="originals-tests-empty-*")):
        es.indices.delete(index=name)


def arrive(es: Elasticsearch, settings: Settings, *articles: Article) -> None:
    """Index and compare the articles, as those of one partition."""
    list(index_articles(es, articles, settings.index, now=NOW))
    es.indices.refresh(index=names(settings.index).articles)
    compare_indexed(es, [article.id for article in articles], settings)


def documents(es: Elasticsearch, settings: Settings) -> dict[str, dict[str, Any]]:
    own = names(settings.index)
    es.indices.refresh(index=f"{own.articles},{own.comparisons}")
    return {hit["_id"]: hit["_source"] for hit in es.search(index=own.articles, size=100)["hits"]["hits"]}


def state(es: Elasticsearch, settings: Settings) -> tuple[Any, ...]:
    """Return everything that the index has on originals and translations."""
    found = documents(es, settings)
    records = read_comparisons(es, names(settings.index), translations=found)
    names_of = ("original_id", "translations", "translation")
    return [stored.record for stored in records], {key: {name: found[key].get(name) for name in names_of} for key in sorted(found)}


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(((TRANSLATION,), (ORIGINAL,), (OTHER, *OTHERS)), id="the original comes later"),
        pytest.param(((ORIGINAL, *OTHERS), (TRANSLATION,), (OTHER,)), id="the translation comes later"),
        pytest.param(((TRANSLATION, OTHER, ORIGINAL, *OTHERS), (ORIGINAL,), (TRANSLATION,)), id="together, and each once more"),
    ],
)
def test_a_translation_and_its_original_find_each_other_in_any_order(
    es: Elasticsearch, empty: Settings, settings: Settings, order: tuple[tuple[Article, ...], ...]
) -> None:
    for articles in order:
        arrive(es, empty, *articles)
    found = documents(es, empty)
    translation = found[TRANSLATION.id]["translation"]
    assert found[TRANSLATION.id]["original_id"] == ORIGINAL.id
    assert found[ORIGINAL.id]["translations"] == [TRANSLATION.id]
    assert (translation["verdict"], translation["basis"], translation["rules"]) == ("suspect", "compared", ["number-differs"])
    assert [key for key, source in found.items() if "original_id" in source] == [TRANSLATION.id]
    before = state(es, empty)
    arrive(es, empty, ORIGINAL, TRANSLATION, OTHER, *OTHERS)
    assert state(es, empty) == before


def test_a_corrected_translation_is_compared_anew(es: Elasticsearch, empty: Settings) -> None:
    arrive(es, empty, TRANSLATION, ORIGINAL)
    mended = meant(1, ENGLISH.replace("1,520,000", "1,250,000"), is_translation=True, fetched_at=NOW + dt.timedelta(hours=1))
    arrive(es, empty, mended)
    (records, found) = state(es, empty)
    assert [record.findings for record in records] == [()]
    assert (found[TRANSLATION.id]["translation"]["verdict"], found[TRANSLATION.id]["translation"]["basis"]) == (
        "no_defect_found",
        "compared",
    )


def test_what_is_no_translation_any_more_has_no_original(es: Elasticsearch, empty: Settings) -> None:
    arrive(es, empty, TRANSLATION, ORIGINAL)
    arrive(es, empty, meant(1, ENGLISH, fetched_at=NOW + dt.timedelta(hours=1)))
    (records, found) = state(es, empty)
    assert records == []
    assert found[ORIGINAL.id]["translations"] is None
    assert found[TRANSLATION.id]["translation"]["basis"] == "structure_only"


def test_the_recorded_comparison_has_its_pairs_with_texts_and_findings(es: Elasticsearch, empty: Settings) -> None:
    arrive(es, empty, TRANSLATION, ORIGINAL)
    es.indices.refresh(index=names(empty.index).comparisons)
    found = find_comparison(es, TRANSLATION.id, empty)
    assert found is not None
    first = found.pairs[0]
    assert (first.kind, first.text, first.source_text) == (PairKind.SAME, ENGLISH.split(". ")[0] + ".", SPANISH.split(". ")[0] + ".")
    assert [finding.rule for finding in first.findings] == ["number-differs"]


@pytest.fixture
def compare(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A function that returns the output of `newsdesk compare` with this index."""
    for name, value in variables_of(settings.elasticsearch, settings.index).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(newsdesk, ["compare", *arguments], catch_exceptions=False).output


def test_the_command_shows_both_texts_and_both_positions(compare: Callable[..., str]) -> None:
    shown = compare(TRANSLATION.id)
    for expected in (
        TRANSLATION.url,
        ORIGINAL.url,
        "of the article's sentences have a counterpart",
        "[number-differs]",
        ": 1,520,000",
        ": 1.250.000",
    ):
        assert expected in shown


def test_the_command_lays_the_sentences_side_by_side(compare: Callable[..., str]) -> None:
    shown = compare(TRANSLATION.id, "--sentences")
    assert "+ only in the article" in shown
    assert shown.count("\n  en  ") == shown.count("\n  es  ") > 0


def test_the_command_says_that_no_original_was_found(compare: Callable[..., str]) -> None:
    assert compare(OTHER.id) == "The index has no article about the same event in another language.\n"


def test_the_command_prints_json(compare: Callable[..., str]) -> None:
    found = json.loads(compare(TRANSLATION.id, ORIGINAL.id, "--json"))
    assert found["original"]["id"] == ORIGINAL.id
    (finding,) = found["findings"]
    assert SPANISH[finding["source_start"] : finding["source_end"]] == "1.250.000"

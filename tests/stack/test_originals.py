"""A translation and its original in a real index, among other news of the same days."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from elasticsearch import Elasticsearch

from newsdesk.cli.main import newsdesk
from newsdesk.errors import SetupError
from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.search.originals import compare_articles
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from samples import NOW, numbered

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
TRANSLATION, ORIGINAL, OTHER = numbered(1, text=ENGLISH), numbered(2, text=SPANISH, language="es"), numbered(3, text=OTHER_ENGLISH)
OTHERS = [numbered(10 + number, text=text, language="es") for number, text in enumerate(UNRELATED)]


@pytest.fixture(scope="module")
def settings(stack_settings: Settings, elasticsearch_settings: ElasticsearchSettings) -> Iterator[Settings]:
    found = dataclasses.replace(stack_settings, index=IndexSettings(prefix="originals-tests-"), elasticsearch=elasticsearch_settings)
    with open_client(elasticsearch_settings) as es:
        set_up(es, found.index, now=NOW)
        old = numbered(4, text=SPANISH.replace("puente", "teatro"), language="es", fetched_at=NOW - dt.timedelta(days=30))
        list(index_articles(es, [TRANSLATION, ORIGINAL, OTHER, *OTHERS, old], found.index, now=NOW))
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
def compare(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A function that returns the output of `newsdesk compare` with this index."""
    server = settings.elasticsearch
    assert server.url
    assert server.password
    monkeypatch.setenv("NEWSDESK_ELASTICSEARCH_URL", server.url)
    monkeypatch.setenv("NEWSDESK_ELASTICSEARCH_USERNAME", server.username)
    monkeypatch.setenv("NEWSDESK_ELASTICSEARCH_PASSWORD", server.password.get_secret_value())
    monkeypatch.setenv("NEWSDESK_INDEX_PREFIX", settings.index.prefix)
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

"""`newsdesk index load` with a real index and archive.

Tests of newsdesk.jobs.index and newsdesk.jobs.load.
"""

import base64
import contextlib
import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from newsdesk.cli.main import newsdesk
from newsdesk.database import open_database
from newsdesk.errors import Stage
from newsdesk.fetch.source_names import write_source_name
from newsdesk.index.aliases import names, set_up
from newsdesk.jobs import enrich, index
from newsdesk.ops.reconciliation import reconcile
from newsdesk.scope import Scope
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, load
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import list_outcome_files
from newsdesk.urls import article_id
from stack.elasticsearch import variables_of

TODAY = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
FERRY = {
    "url": "https://wire.example/ferry?utm_source=x",
    "title": "Ferry to Lisbon stays in port",
    "text": "The ferry to Lisbon stayed in port on Monday, said Joana Prado, who speaks for the crews.\nTalks go on.",
    "published_at": "1998-03-02T08:00:00+01:00",
    "source": "Wire",
}
VOTE = {
    "url": "https://www.paper.example/vote",
    "title": "Council votes",
    "text": "The council of Marlow voted for the bridge on Friday evening.",
}


@pytest.fixture
def settings(
    elasticsearch_settings: ElasticsearchSettings,
    es: Elasticsearch,
    index_settings: IndexSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Settings of a home of its own, with an index; commands of this process read them from its environment."""
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path / "home"))
    for name, value in variables_of(elasticsearch_settings, index_settings).items():
        monkeypatch.setenv(name, value)
    loaded = load()
    set_up(es, loaded.index)
    return loaded


def run(*arguments: str, lines: list[Any] | None = None) -> Result:
    given = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines or [])
    return CliRunner().invoke(newsdesk, ["index", "load", "--json", *arguments], input=given, catch_exceptions=False)


def documents(es: Elasticsearch, settings: Settings) -> dict[str, dict[str, Any]]:
    found = es.search(index=names(settings.index).articles, size=100, version=True)
    return {hit["_id"]: hit["_source"] for hit in found["hits"]["hits"]}


def test_texts_are_checked_tagged_and_indexed(es, settings):
    result = run(lines=[FERRY, VOTE])
    assert json.loads(result.stdout) == {"created": 2, "rejected": 0}, result.stderr
    found = documents(es, settings)
    ferry, vote = found[article_id("https://wire.example/ferry")], found[article_id(VOTE["url"])]
    assert (ferry["title"], ferry["source"], ferry["language"]) == (FERRY["title"], "Wire", "en")
    assert ferry["published_at"].startswith("1998-03-02T0")
    assert ferry["persons"] == ["Joana Prado"]
    assert ferry["translation"]["verdict"] == "no_defect_found"
    assert vote["source"] == "paper.example"


def test_what_enrich_printed_is_indexed_as_it_is(es, settings):
    page = f"<html><body><article><h1>{FERRY['title']}</h1><p>{FERRY['text']}</p></article></body></html>"
    line = {"id": "1", "url": "https://wire.example/ferry", "html_base64": base64.b64encode(page.encode()).decode()}
    printed = CliRunner().invoke(newsdesk, ["enrich"], input=f"{json.dumps(line)}\n")
    fields = json.loads(printed.stdout.splitlines()[0])
    fields["entities"][0]["name"] = "Lisboa"
    fields["pipeline_version"] = "1.1.1"
    assert json.loads(run(lines=[fields]).stdout) == {"created": 1, "rejected": 0}
    (document,) = documents(es, settings).values()
    assert (document["places"], document["countries"]) == (["Lisboa"], ["PT"])
    assert document["pipeline_version"] == "1.1.1"


def test_a_file_that_is_loaded_again_adds_no_second_article(es, settings, tmp_path):
    file = tmp_path / "articles.jsonl.gz"
    file.write_bytes(gzip.compress(f"{json.dumps(FERRY)}\n\n{json.dumps(VOTE)}\n".encode()))
    assert json.loads(run(str(file)).stdout)["created"] == 2
    before = documents(es, settings)
    assert json.loads(run(str(file)).stdout) == {"updated": 2, "rejected": 0}
    assert {key: one["title"] for key, one in documents(es, settings).items()} == {key: one["title"] for key, one in before.items()}


BAD_LINES: list[tuple[Any, str]] = [
    ("{", "not JSON"),
    ("[1]", "not a JSON object"),
    ({"url": "https://a.example/1", "title": "x"}, "text: Field required"),
    ({"url": "https://a.example/1", "text": " \n"}, "the text is empty"),
    ({"text": "A text without an address."}, 'the field "url" is missing'),
    ({"url": "not an address", "text": "A text."}, 'the field "url" is no web address'),
    ({"url": "https://a.example/1", "text": "A text.", "published_at": "yesterday"}, "published_at: "),
    ({"id": "1", "error": "too large"}, "an error of an earlier stage: too large"),
    ({**FERRY, "translation": {}, "entities": [{"name": 1}], "entities_status": "tagged", "pipeline_version": "1"}, "newsdesk enrich"),
]


def test_lines_that_cannot_be_loaded_are_named_and_the_others_are_loaded(es, settings):
    result = run(lines=[*(line for line, _ in BAD_LINES), VOTE])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"created": 1, "rejected": len(BAD_LINES)}
    for number, (_, problem) in enumerate(BAD_LINES, 1):
        (said,) = [line for line in result.stderr.splitlines() if line.startswith(f"line {number}: ")]
        assert problem in said


def test_loaded_articles_are_in_the_archive_and_replayed_like_any_other(es, settings):
    run(lines=[FERRY, VOTE])
    archive = Archive(settings.data_url)
    assert reconcile(archive, TODAY, es=es, settings=settings.index).missing == ()
    before = documents(es, settings)
    for name in list(es.indices.get(index=f"{settings.index.prefix}*")):
        es.indices.delete(index=name)
    set_up(es, settings.index)
    for chunk in enrich.plan_chunks(TODAY, settings):
        enrich.enrich_chunk(chunk, settings, scope=Scope())
    index.index_partition(TODAY, settings, lambda: contextlib.nullcontext(es))
    after = documents(es, settings)
    same = ("url", "title", "body", "source", "published_at", "persons", "translation", "capture", "partition", "pipeline_version")
    assert {key: [one.get(name) for name in same] for key, one in after.items()} == {
        key: [one.get(name) for name in same] for key, one in before.items()
    }


def test_a_line_may_name_its_source_as_it_is_shown_and_is_shown_so(es, settings):
    with open_database(settings.database_url) as engine, engine.begin() as connection:
        write_source_name(connection, ["w", "p"], "Wire")
        write_source_name(connection, ["p"], "The Paper")
    run("--source", "the paper", lines=[FERRY, VOTE])
    assert {document["source"] for document in documents(es, settings).values()} == {"w", "p"}
    shown = CliRunner().invoke(newsdesk, ["entity", "Joana Prado"]).stdout
    assert "  in Wire 1\n" in shown
    assert "     Wire  https://wire.example/ferry" in shown


def test_a_load_leaves_one_file_of_outcomes_for_each_stage(es, settings, monkeypatch):
    monkeypatch.setenv("NEWSDESK_ENRICH_CHUNK_SIZE", "1")
    run(lines=[FERRY, VOTE])
    assert [len(list_outcome_files(Archive(settings.data_url), TODAY, stage)) for stage in Stage] == [1, 1, 1]


def test_an_article_that_fails_at_enrich_becomes_a_dead_letter(es, settings, monkeypatch):
    monkeypatch.setenv("NEWSDESK_NLP_MAXIMUM_CHARACTERS", "80")
    result = run(lines=[{**FERRY, "text": FERRY["text"] * 3}, VOTE])
    assert json.loads(result.stdout) == {"created": 1, "dead": 1, "rejected": 0}
    listed = CliRunner().invoke(newsdesk, ["dead", "list", "--json"]).stdout
    assert "NEWSDESK_NLP_MAXIMUM_CHARACTERS" in listed

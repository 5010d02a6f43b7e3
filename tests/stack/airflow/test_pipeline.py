"""The whole pipeline with a real Airflow and a real Elasticsearch."""

import dataclasses
import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsdesk.database import open_database
from newsdesk.errors import Stage
from newsdesk.index.client import open_client
from newsdesk.local import elasticsearch as embedded
from newsdesk.ops.run_counters import count_outcomes
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import search
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from newsdesk.store.dead_letters import list_dead_letters
from newsdesk.store.outcomes import read_outcomes
from samples import article
from stack.desk import await_condition, everything_in

DAGS = Path(__file__).parents[3] / "dags"


@pytest.fixture
def desk_es(desk):
    with open_client(desk.settings.elasticsearch) as es:
        yield es


def seed_partition(desk, es):
    """The partition of the seed article."""
    _, source = everything_in(es)[desk.found.results.hits[0].id]
    return source["partition"]


def test_the_seed_article_is_found_after_a_run(desk):
    hit = desk.found.results.hits[0]
    assert hit.title == "NATO boosts support for Ukraine after hearing Zelensky’s plan"
    assert hit.verdict == "garbled"
    assert any("Can stop it.”" in finding.text for finding in hit.findings)
    assert {"Mark Rutte", "Volodymyr Zelensky"} <= set(hit.persons)
    assert "NATO" in hit.organizations
    assert "Brussels" in hit.places


def test_correct_articles_of_the_same_site_have_no_findings(desk, desk_es):
    ferry = search(desk_es, SearchQuery(text="Ines Calloway ferry"), desk.settings).hits[0]
    assert ferry.verdict == "no_defect_found"
    lighthouse = search(desk_es, SearchQuery(text="faro Punta Gris"), desk.settings).hits[0]
    assert lighthouse.language == "es"


def test_unreachable_feeds_do_not_fail_the_run(desk):
    assert desk.airflow.import_errors() == []
    runs = desk.airflow.runs("newsdesk_fetch")
    assert [run.state for run in runs if run.state == "failed"] == []


def test_running_a_partition_again_changes_nothing(desk, desk_es):
    partition = seed_partition(desk, desk_es)
    before = everything_in(desk_es)
    followers = desk.run_ids("newsdesk_index", partition)
    desk.run_dag("newsdesk_enrich", partition)
    desk.await_follower("newsdesk_index", partition, besides=followers)
    assert everything_in(desk_es) == before


def test_fetching_a_partition_again_captures_no_page_twice(desk, desk_es):
    partition = seed_partition(desk, desk_es)
    before = everything_in(desk_es)
    captured = sorted(Path(desk.settings.data_url).rglob("*.warc.gz"))
    desk.run_dag("newsdesk_fetch", partition)
    assert sorted(Path(desk.settings.data_url).rglob("*.warc.gz")) == captured
    assert everything_in(desk_es) == before


def test_the_counts_of_consecutive_stages_agree(desk, desk_es):
    partition = seed_partition(desk, desk_es)
    archive = Archive(desk.settings.data_url)
    now = dt.datetime.now(dt.UTC)
    totals = {stage: count_outcomes(read_outcomes(archive, partition, stage), stage=stage, partition=partition, now=now) for stage in Stage}
    fetched = sum(row.fetched for row in totals[Stage.FETCH])
    enriched = sum(row.new for row in totals[Stage.ENRICH])
    assert fetched == sum(row.found for row in totals[Stage.ENRICH]) > 0
    assert enriched == sum(row.found for row in totals[Stage.INDEX]) > 0
    desk_es.indices.refresh(index="newsdesk-runs")
    written = desk_es.search(index="newsdesk-runs", size=100, query={"term": {"partition": partition}})["hits"]["hits"]
    assert {hit["_source"]["stage"] for hit in written} == {"fetch", "enrich", "index"}


def test_a_run_without_a_partition_key_fails_with_a_message(desk):
    triggered = desk.airflow.trigger("newsdesk_index", None)
    desk.await_run(triggered, expect="failed")


def test_every_article_is_indexed_once_although_elasticsearch_is_killed(desk, desk_es):
    partition = "2026-01-01T0000"
    articles = [dataclasses.replace(article(f"https://example.org/{n}", title=f"Story {n}"), partition=partition) for n in range(3000)]
    archive = Archive(desk.settings.data_url)
    for first in range(0, len(articles), 500):
        write_articles(archive, f"articles/{partition}/part-{first:06d}.jsonl.gz", articles[first : first + 500])
    already = desk_es.count(index="articles")["count"]
    triggered = desk.airflow.trigger("newsdesk_index", partition)

    def some_but_not_all():
        desk_es.indices.refresh(index="articles")
        return already < desk_es.count(index="articles")["count"] < already + len(articles)

    await_condition(some_but_not_all, what="the first documents of the partition")
    server = embedded.start(desk.settings, lambda _line: None)
    os.killpg(server.pid, signal.SIGKILL)
    await_condition(lambda: not embedded.stop(desk.settings), what="the end of Elasticsearch")
    embedded.start(desk.settings, lambda _line: None)
    desk.await_run(triggered)
    ids = {hit_id for hit_id, (_, source) in everything_in(desk_es).items() if source["partition"] == partition}
    assert ids == {a.id for a in articles}


def test_a_successful_run_leaves_no_dead_letters(desk, desk_es):
    with open_database(desk.settings.database_url) as engine:
        assert list(list_dead_letters(engine, partition=seed_partition(desk, desk_es))) == []


@pytest.mark.parametrize("file", sorted(DAGS.glob("*.py")), ids=lambda file: file.stem)
def test_a_dag_file_is_parsed_in_less_than_a_second(file):
    program = f"""
import runpy, sys, time
import airflow.sdk
begun = time.process_time()
runpy.run_path({str(file)!r})
print(time.process_time() - begun, "spacy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, loads_spacy = done.stdout.split()[-2:]
    assert float(seconds) < 1.0
    assert loads_spacy == "False"

"""What an operator sees of failures, and what retention removes, on the real thing."""

import dataclasses
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from captures import page, write_captures
from newsdesk.archive import Archive, write_articles
from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.ops.dead_letters import list_dead_letters
from newsdesk.ops.metrics import count_outcomes, read_outcomes
from newsdesk.ops.retention import Kind, Removal, remove_old
from newsdesk.settings import RetentionSettings
from samples import article


def sound(n):
    return page(
        f"Harbour opens basin number {n}",
        f"The harbour of Marlow opened basin number {n} on Monday after the busiest week since the winter before last.",
        f"“We had {n + 20} ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
    )


def damage(archive, refs):
    """Spoils the records of these captures where they lie, and gives what puts them right again."""
    path = Path(archive.root) / refs[0].path
    sound = path.read_bytes()
    spoiled = bytearray(sound)
    for ref in refs:
        spoiled[ref.offset + 12 : ref.offset + 60] = bytes(48)
    path.write_bytes(spoiled)
    return lambda: path.write_bytes(sound)


@pytest.mark.timeout(1800)
def test_poisoned_captures_are_one_line_of_dead_letters_until_they_are_mended_and_retried(desk, full_size):
    partition = "2025-05-01T0000"
    count = 2_000 if full_size else 40
    archive = Archive(desk.settings.data_url)
    refs = write_captures(archive, partition, [(f"https://example.org/basin/{n}", sound(n)) for n in range(count)])
    mend = damage(archive, refs[::10])
    desk.run_dag("newsdesk_enrich", partition, seconds=1200)
    desk.await_follower("newsdesk_index", partition)

    now = dt.datetime.now(dt.UTC)
    (row,) = count_outcomes(read_outcomes(archive, partition, Stage.ENRICH), stage=Stage.ENRICH, partition=partition, now=now)
    assert (row.found, row.new, row.dead) == (count, count * 9 // 10, count // 10)
    letters = letters_of(desk, partition)
    assert len(letters) == count // 10
    assert {(letter.stage, letter.reason) for letter in letters} == {(Stage.ENRICH, Reason.UNREADABLE)}
    assert len({letter.detail for letter in letters}) <= 3
    with open_client(desk.settings.elasticsearch) as es:
        assert es.count(index="articles", query={"term": {"partition": partition}})["count"] == count * 9 // 10
        desk.await_run(desk.airflow.trigger("newsdesk_maintenance", None))
        index = names(desk.settings.index).dead_letters
        es.indices.refresh(index=index)
        assert es.count(index=index, query={"term": {"partition": partition}})["count"] == count // 10

        mend()
        runs = desk.run_ids("newsdesk_index", partition)
        retried = newsdesk(desk, "dead", "retry", "--reason", "unreadable")
        assert retried.returncode == 0, retried.stderr
        assert letters_of(desk, partition) == []
        desk.await_follower("newsdesk_index", partition, besides=runs)
        assert es.count(index="articles", query={"term": {"partition": partition}})["count"] == count


def letters_of(desk, partition):
    with open_database(desk.settings.database_url) as engine:
        return [letter for letter in list_dead_letters(engine) if letter.partition == partition]


def newsdesk(desk, *arguments):
    """The command as an operator of this desk runs it."""
    environment = {**os.environ, "NEWSDESK_HOME": str(desk.settings.home.home)}
    environment["NEWSDESK_LOCAL_AIRFLOW_PORT"] = str(desk.settings.local.airflow_port)
    command = [sys.executable, "-m", "newsdesk.cli.main", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture
def old_and_new(tmp_path, es, index_settings):
    """An archive and an index with one story of long ago and one of today."""
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    archive = Archive(str(tmp_path / "data"))
    for key, moment in (("2026-08-01T0000", now - dt.timedelta(days=115)), ("2026-11-24T1200", now)):
        set_up(es, index_settings, now=moment)
        write_captures(archive, key, [(f"https://example.org/{key}", sound(1))])
        story = article(f"https://example.org/{key}", fetched_at=moment)
        story = dataclasses.replace(story, partition=key)
        write_articles(archive, f"articles/{key}/a.jsonl.gz", [story])
        list(index_articles(es, [story], index_settings, now=moment))
    es.indices.refresh(index=names(index_settings).articles)
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        yield (
            lambda dry_run, **days: remove_old(
                archive=archive,
                engine=engine,
                es=es,
                own=names(index_settings),
                settings=RetentionSettings(**days),
                now=now,
                dry_run=dry_run,
            ),
            archive,
            names(index_settings).articles,
        )


def test_captures_stay_while_a_document_was_made_from_them(old_and_new):
    remove, archive, _ = old_and_new
    assert remove(False, raw_days=30) == []
    assert archive.list_folders("raw") == ["2026-08-01T0000", "2026-11-24T1200"]


def test_what_is_old_goes_and_what_is_new_stays(old_and_new, es):
    remove, archive, articles = old_and_new
    shown = remove(True, raw_days=30, articles_days=30, index_days=30)
    assert shown == [
        Removal(Kind.INDEX, f"{articles}-v1-2026.08"),
        Removal(Kind.INDEX, articles.replace("articles", "newsdesk-versions-2026.08")),
        Removal(Kind.RAW, "2026-08-01T0000"),
        Removal(Kind.ARTICLES, "2026-08-01T0000"),
    ]
    assert es.count(index=articles)["count"] == 2
    assert remove(False, raw_days=30, articles_days=30, index_days=30) == shown
    assert archive.list_folders("raw") == archive.list_folders("articles") == ["2026-11-24T1200"]
    assert es.count(index=articles)["count"] == 1

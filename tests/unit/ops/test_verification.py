"""Each file of the archive is damaged in turn: it is reported, derived files are made again, and no partition is blocked.

Tests of newsdesk.cli.verify, newsdesk.store.articles, newsdesk.store.json_lines, newsdesk.store.manifests and newsdesk.store.warc_scan.
"""

import contextlib
import datetime as dt
import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as sized
from hypothesis import strategies as st

from captures import page, write_captures
from newsdesk.cli.verify import verify
from newsdesk.database import open_database
from newsdesk.errors import DamagedFile, Reason, Stage, Status
from newsdesk.jobs import enrich
from newsdesk.jobs import index as index_job
from newsdesk.ops.backfill import read_partition_facts
from newsdesk.ops.rebuild import rebuild
from newsdesk.ops.verification import Remedy, examine_partition, remove_leftovers
from newsdesk.records import Outcome
from newsdesk.settings import load
from newsdesk.store.archive import TEMPORARY, Archive
from newsdesk.store.articles import read_partition, read_sound_articles
from newsdesk.store.dead_letters import list_dead_letters
from newsdesk.store.manifests import list_captures, read_manifests
from newsdesk.store.outcomes import merge_outcomes, read_effort, read_outcomes, write_outcomes

PARTITION = "2026-11-24T1205"
PLUGINS = Path(enrich.__file__).parents[2]
PAGES = [
    (f"https://example.org/{n}", page(f"Ferry {n}", f"Passenger number {n} crossed the river by ferry on Saturday.")) for n in range(3)
]
CUTS = {
    "flipped": lambda data: data[:-6] + bytes([data[-6] ^ 0x10]) + data[-5:],
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
}


@pytest.fixture
def settings(home):
    return load()


@pytest.fixture
def archive(settings):
    return Archive(settings.data_url)


@pytest.fixture
def data(settings):
    return Path(settings.data_url)


@pytest.fixture(scope="module")
def enriched_home(tmp_path_factory, tools):
    """A home with a partition of three captures, all of which became articles. Tests work on copies."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSDESK_HOME", str(home))
        settings = load()
        archive = Archive(settings.data_url)
        write_captures(archive, PARTITION, PAGES)
        fetched = [Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED) for entry in read_manifests(archive, PARTITION)]
        write_outcomes(archive, PARTITION, Stage.FETCH, "a", fetched)
        enrich_again(settings, tools)
    return home


@pytest.fixture
def enriched(settings, enriched_home, archive):
    shutil.copytree(enriched_home / "data", settings.data_url)
    return archive


def enrich_again(settings, tools):
    for chunk in enrich.plan_chunks(PARTITION, settings):
        enrich.enrich_chunk(chunk, settings, tools=tools)


def damage(path, how="flipped"):
    path.write_bytes(CUTS[how](path.read_bytes()))


def only_file(folder, suffix):
    (found,) = folder.glob(f"*{suffix}")
    return found


def examine(settings, archive):
    with open_database(settings.database_url) as engine:
        return [(found.remedy, found.path) for found in examine_partition(archive, PARTITION, engine=engine, now=dt.datetime.now(dt.UTC))]


@pytest.mark.parametrize("how", ["flipped", "cut"])
@pytest.mark.parametrize(("folder", "suffix"), [(f"articles/{PARTITION}", ".jsonl.gz"), (f"outcomes/{PARTITION}/enrich", ".jsonl.gz")])
def test_what_enrich_made_is_made_again_where_it_is_damaged(enriched, settings, data, folder, suffix, how, tools):
    damage(only_file(data / folder, suffix), how)
    enrich_again(settings, tools)
    merge_outcomes(enriched, PARTITION, Stage.ENRICH)
    assert len(list(read_partition(enriched, PARTITION))) == 3
    assert [outcome.status for outcome in read_outcomes(enriched, PARTITION, Stage.ENRICH)] == [Status.ENRICHED] * 3
    assert examine(settings, enriched) == []


@pytest.mark.parametrize("how", CUTS)
def test_a_damaged_manifest_is_made_again_from_its_warc_file(enriched, settings, data, how):
    before = list(read_manifests(enriched, PARTITION))
    manifest = only_file(data / "raw" / PARTITION, ".json")
    text = manifest.read_bytes()
    damage(manifest, how)
    assert list(read_manifests(enriched, PARTITION)) == before
    enrich.plan_chunks(PARTITION, settings)
    assert manifest.read_bytes() == text


def test_a_digit_changed_in_a_manifest_is_noticed(enriched, data):
    before = list_captures(enriched, PARTITION)
    manifest = only_file(data / "raw" / PARTITION, ".json")
    manifest.write_text(manifest.read_text().replace(f'"offset": {before[1].offset}', f'"offset": {before[1].offset + 1}'))
    assert list_captures(enriched, PARTITION) == before


def test_the_manifest_of_a_capture_that_lies_in_another_partition_is_made_again(enriched, settings, data):
    before = list(read_manifests(enriched, PARTITION))
    manifest = only_file(data / "raw" / PARTITION, ".json")
    moved = data / "raw/2026-11-24T1210" / manifest.name
    moved.parent.mkdir()
    manifest.rename(moved)
    damage(moved, "cut")
    assert list(read_manifests(enriched, "2026-11-24T1210")) == before


def test_the_article_of_a_capture_that_was_damaged_later_is_kept(enriched, settings, data, tools):
    before = list(read_partition(enriched, PARTITION))
    flip_second_capture(enriched, data)
    enrich_again(settings, tools)
    assert list(read_partition(enriched, PARTITION)) == before
    assert [outcome.status for outcome in read_outcomes(enriched, PARTITION, Stage.ENRICH)] == [Status.ENRICHED] * 3


def flip_second_capture(archive, data):
    warc = only_file(data / "raw" / PARTITION, ".warc.gz")
    content = bytearray(warc.read_bytes())
    content[list_captures(archive, PARTITION)[1].offset + 60] ^= 0x5A
    warc.write_bytes(content)
    return warc


def test_half_an_archive_goes_on_as_half_an_archive(enriched, settings, data, tools):
    """After the loss of a disk the WARC file of one shard and the articles of the other one are missing."""
    write_captures(enriched, PARTITION, [("https://example.org/kept", PAGES[0][1])], shard="kept")
    enrich_again(settings, tools)
    (data / f"raw/{PARTITION}/shard-0.warc.gz").unlink()
    (data / f"articles/{PARTITION}/kept-000000.jsonl.gz").unlink()
    enrich_again(settings, tools)
    assert len(list(read_partition(enriched, PARTITION))) == 4
    shutil.rmtree(data / "articles")
    shutil.rmtree(data / "outcomes")
    enrich_again(settings, tools)
    assert [article.url for article in read_partition(enriched, PARTITION)] == ["https://example.org/kept"]
    with open_database(settings.database_url) as engine:
        assert {(letter.reason, letter.detail) for letter in list_dead_letters(engine)} == {
            (Reason.UNREADABLE, "the WARC file of the capture is missing")
        }
        assert [rebuilt.unreadable for rebuilt in rebuild(engine, enriched, now=dt.datetime.now(dt.UTC))][-1] == 3
    assert examine(settings, enriched) == [(Remedy.BACKUP, f"raw/{PARTITION}/shard-0.json")]


def test_a_damaged_capture_is_a_dead_letter_and_the_others_go_on(enriched, settings, data, tools):
    warc = flip_second_capture(enriched, data)
    shutil.rmtree(data / "articles")
    enrich_again(settings, tools)
    statuses = [outcome.status for outcome in read_outcomes(enriched, PARTITION, Stage.ENRICH)]
    assert statuses == [Status.ENRICHED, Status.DEAD, Status.ENRICHED]
    assert examine(settings, enriched) == [(Remedy.BACKUP, f"raw/{PARTITION}/{warc.name}")]


@sized(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_warc_file_stops_the_reading_of_the_others(tmp_path_factory, place, bit):
    archive = Archive(str(tmp_path_factory.mktemp("archive")))
    refs = write_captures(archive, PARTITION, PAGES)
    warc = only_file(Path(archive.root) / "raw" / PARTITION, ".warc.gz")
    content = bytearray(warc.read_bytes())
    at = int(place * len(content))
    content[at] ^= 1 << bit
    warc.write_bytes(content)
    (Path(archive.root) / "raw" / PARTITION / "shard-0.json").write_text("")
    readable = list_captures(archive, PARTITION)
    assert len(set(refs) - set(readable)) <= 1
    assert set(readable) <= set(refs)


def test_the_index_takes_the_sound_files_and_then_says_which_one_is_damaged(enriched, settings, data, monkeypatch):
    chunk = only_file(data / f"articles/{PARTITION}", ".jsonl.gz")
    (chunk.with_name("a-000000.jsonl.gz")).write_bytes(CUTS["cut"](chunk.read_bytes()))
    indexed = []
    monkeypatch.setattr(index_job, "index_articles", lambda articles, **_: indexed.extend(articles) or index_job.StageReport((), (), ()))
    monkeypatch.setattr(index_job, "write_counters", lambda *_: None)
    with pytest.raises(DamagedFile, match="newsdesk verify`"):
        index_job.index_partition(PARTITION, settings, lambda: contextlib.nullcontext(MagicMock()))
    assert len(indexed) == 3


def test_verify_finds_nothing_in_a_sound_archive(enriched):
    ran = CliRunner().invoke(verify, [])
    assert (ran.exit_code, ran.stdout) == (0, "1 partition examined, no damage found\n")


def test_a_partition_that_does_not_exist_is_not_examined(enriched):
    ran = CliRunner().invoke(verify, ["--partition", "../raw"])
    assert str(ran.exception).startswith("the archive has no partition ../raw")


def test_verify_names_every_damaged_file_and_what_mends_it(enriched, settings, data):
    files = [
        only_file(data / f"articles/{PARTITION}", ".jsonl.gz"),
        only_file(data / f"outcomes/{PARTITION}/fetch", ".jsonl.gz"),
        only_file(data / f"outcomes/{PARTITION}/enrich", ".jsonl.gz"),
        only_file(data / f"raw/{PARTITION}", ".json"),
    ]
    for file in files:
        damage(file, "cut")
    ran = CliRunner().invoke(verify, [])
    assert ran.exit_code == 1
    assert {line.split(":")[0] for line in ran.stdout.splitlines() if line.startswith(("articles", "outcomes", "raw"))} == {
        str(file.relative_to(data)) for file in files
    }
    assert "newsdesk verify --repair" in ran.stdout
    repaired = CliRunner().invoke(verify, ["--repair"])
    assert "newsdesk backfill start --from 2026-11-24 --to 2026-11-24 --only missing" in repaired.stdout
    assert CliRunner().invoke(verify, []).exit_code == 0
    facts = read_partition_facts(enriched, PARTITION)
    assert (facts.captures, facts.is_enriched) == (3, False)
    assert len(list(read_outcomes(enriched, PARTITION, Stage.FETCH))) == 3


def test_a_lost_manifest_is_found_and_made_again(enriched, data):
    before = list(read_manifests(enriched, PARTITION))
    only_file(data / f"raw/{PARTITION}", ".json").unlink()
    assert "no manifest lists its captures" in CliRunner().invoke(verify, ["--repair"]).stdout
    assert list(read_manifests(enriched, PARTITION)) == before


def test_a_warc_file_that_is_gone_can_only_come_from_a_backup(enriched, data):
    only_file(data / f"raw/{PARTITION}", ".warc.gz").unlink()
    ran = CliRunner().invoke(verify, ["--repair"])
    assert ran.exit_code == 1
    assert "its WARC file is gone, with 3 captures" in ran.stdout
    assert "1 file can only be restored from a backup" in ran.stdout


def test_repair_merges_the_outcomes_that_earlier_versions_wrote_to_many_files(enriched, data):
    for number in range(3):
        (data / f"outcomes/{PARTITION}/index").mkdir(exist_ok=True)
        (data / f"outcomes/{PARTITION}/index/{number}-000000.jsonl.gz").write_bytes(gzip.compress(b""))
        (data / f"outcomes/{PARTITION}/index/{number}-000000.json").write_text('{"articles": 0, "seconds": 1.0}')
    assert CliRunner().invoke(verify, ["--repair"]).exit_code == 0
    assert len(list((data / f"outcomes/{PARTITION}/index").iterdir())) == 1
    assert read_effort(enriched, PARTITION, Stage.INDEX).seconds == 3.0


def test_a_measurement_that_is_damaged_costs_the_estimate_alone(enriched, data):
    before = read_effort(enriched, PARTITION, Stage.ENRICH)
    (data / f"outcomes/{PARTITION}/enrich/a-000000.jsonl.gz").write_bytes(gzip.compress(b""))
    (data / f"outcomes/{PARTITION}/enrich/a-000000.json").write_text('{"articles": 3, "sec')
    assert read_effort(enriched, PARTITION, Stage.ENRICH) == before


@pytest.mark.parametrize("folder", [f"raw/{PARTITION}", f"articles/{PARTITION}", f"outcomes/{PARTITION}/index"])
def test_what_a_killed_task_left_goes_a_day_later(archive, data, folder):
    left = data / folder / ".part-0123-a.jsonl.gz"
    left.parent.mkdir(parents=True)
    left.touch()
    now = dt.datetime.now(dt.UTC)
    assert remove_leftovers(archive, now=now) == []
    os.utime(left, (now.timestamp() - 90_000,) * 2)
    assert remove_leftovers(archive, now=now) == [f"{folder}/{left.name}"]
    assert not left.exists()


def test_a_chunk_that_is_run_again_removes_what_its_killed_try_left(enriched, settings, data, tools):
    chunk = only_file(data / f"articles/{PARTITION}", ".jsonl.gz")
    name = str(chunk.relative_to(data))
    half_written = "import sys, os, signal; from newsdesk.store.archive import Archive; "
    half_written += f"Archive(sys.argv[1]).create({name!r}); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", half_written, str(data)], env={**os.environ, "PYTHONPATH": str(PLUGINS)}, check=False)
    assert temporary_files(chunk.parent)
    enrich_again(settings, tools)
    assert temporary_files(chunk.parent) == []
    assert len(read_sound_articles(enriched, name)) == 3


def test_a_chunk_that_two_tasks_run_at_once_disturbs_neither(enriched, settings, data, tools):
    chunk = only_file(data / f"articles/{PARTITION}", ".jsonl.gz")
    first = enriched.create(str(chunk.relative_to(data)))
    first.file.write(chunk.read_bytes())
    enrich_again(settings, tools)
    first.commit()
    assert len(read_sound_articles(enriched, str(chunk.relative_to(data)))) == 3


def temporary_files(folder):
    return [path for path in folder.iterdir() if path.name.startswith(TEMPORARY)]

"""Dead letters as an operator sees and retries them."""

import datetime as dt
from pathlib import Path

import pytest

from captures import page, write_captures
from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage
from newsdesk.index.aliases import names
from newsdesk.index.client import open_client
from newsdesk.ops.run_counters import count_outcomes
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import list_dead_letters
from newsdesk.store.outcomes import read_outcomes


def sound(n):
    return page(
        f"Harbour opens basin number {n}",
        f"The harbour of Marlow opened basin number {n} on Monday after the busiest week since the winter before last.",
        f"“We had {n + 20} ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
    )


def damage(archive, refs):
    """Damage the records of these captures; returns a function that repairs them."""
    path = Path(archive.root) / refs[0].path
    sound = path.read_bytes()
    spoiled = bytearray(sound)
    for ref in refs:
        spoiled[ref.offset + 12 : ref.offset + 60] = bytes(48)
    path.write_bytes(spoiled)
    return lambda: path.write_bytes(sound)


@pytest.mark.timeout(1800)
def test_damaged_captures_are_one_line_of_dead_letters_until_repaired_and_retried(desk, full_size):
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
        retried = desk.newsdesk("dead", "retry", "--reason", "unreadable")
        assert retried.returncode == 0, retried.stderr
        assert letters_of(desk, partition) == []
        desk.await_follower("newsdesk_index", partition, besides=runs)
        assert es.count(index="articles", query={"term": {"partition": partition}})["count"] == count


def letters_of(desk, partition):
    with open_database(desk.settings.database_url) as engine:
        return [letter for letter in list_dead_letters(engine) if letter.partition == partition]

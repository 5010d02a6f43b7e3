"""An enrich task killed at random moments: the next try completes it, with nothing lost, doubled or left behind.

Kills of fetch are in tests/fakeweb/test_killed.py, those of Airflow's processes in tests/stack/airflow/reruns/test_kills.py.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from captures import page, write_captures
from newsdesk.errors import Stage, Status
from newsdesk.jobs import enrich
from newsdesk.store.archive import TEMPORARY
from newsdesk.store.articles import read_partition
from newsdesk.store.outcomes import read_outcomes

PARTITION = "2026-11-24T1205"
CAPTURES = 30
TASK = f"""
from newsdesk.jobs import enrich
from newsdesk.settings import load
settings = load()
(chunk,) = enrich.plan_chunks("{PARTITION}", settings)
print("begun", flush=True)
enrich.enrich_chunk(chunk, settings)
"""


def start() -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(Path(enrich.__file__).parents[2])}
    return subprocess.Popen([sys.executable, "-c", TASK], stdout=subprocess.PIPE, env=environment, start_new_session=True)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full_size) for seed in range(1, 50))])
def test_killed_at_a_random_moment(settings, archive, seed):
    pages = [
        page(f"Ferry {n}", f"Passenger number {n} crossed the river by ferry on Saturday, and paid one euro.") for n in range(CAPTURES)
    ]
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", body) for n, body in enumerate(pages)])
    task = start()
    assert task.stdout.readline() == b"begun\n"
    try:
        task.wait(random.Random(seed).uniform(0.5, 8))
    except subprocess.TimeoutExpired:
        os.killpg(task.pid, signal.SIGKILL)
    task.stdout.close()
    task.wait()
    (chunk,) = enrich.plan_chunks(PARTITION, settings)
    enrich.enrich_chunk(chunk, settings)
    assert sorted(article.url for article in read_partition(archive, PARTITION)) == sorted(
        f"https://example.org/{n}" for n in range(CAPTURES)
    )
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.ENRICH)] == [Status.ENRICHED] * CAPTURES
    assert not [path for path in Path(settings.data_url).rglob("*") if TEMPORARY in path.name and "articles" in path.parts]

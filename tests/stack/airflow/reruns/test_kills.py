"""Processes killed at work: nothing is lost, and nothing is stored twice."""

import contextlib
import os
import signal
import threading
import time

import psutil
import pytest

from captures import page, write_captures
from newsdesk.errors import Stage
from newsdesk.fetch.warc import read_captures
from newsdesk.index.client import open_client
from newsdesk.local import airflow
from newsdesk.local import elasticsearch as embedded
from newsdesk.ops import backfill
from newsdesk.ops.airflow_api import ENDED
from newsdesk.ops.backfill import Backfill
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures
from stack.desk import await_condition, everything_in
from stack.site import fresh_path

pytestmark = pytest.mark.timeout(1200)


def story(n):
    return page(
        f"Harbour report number {n}",
        f"The harbour of Marlow counted {n + 4} ships in the week of report {n}, more than in any week of the winter before it began.",
        "“We had to open the second basin,” said Ines Calloway, who runs the port with a staff of twelve people and two tugs.",
    )


def captured(desk, partition, count):
    urls = [f"https://example.org/{partition}/{n}" for n in range(count)]
    write_captures(Archive(desk.settings.data_url), partition, [(url, story(n)) for n, url in enumerate(urls)])
    return sorted(urls)


def indexed(desk, partitions):
    with open_client(desk.settings.elasticsearch) as es:
        return sorted(source["url"] for _, source in everything_in(es).values() if source["partition"] in partitions)


def scheduler_of(desk):
    """The scheduler's main process, the parent of its forked workers."""
    family = airflow_processes(desk, "scheduler")
    ids = {process.pid for process in family}
    return next((process for process in family if process.ppid() not in ids), None)


def airflow_processes(desk, command):
    """The running processes of an Airflow command."""
    found = []
    for process in airflow.service(desk.settings).processes():
        with contextlib.suppress(psutil.Error):
            if command in process.cmdline():
                found.append(process)
    return found


def test_a_backfill_completes_although_the_scheduler_is_killed(desk):
    partitions = tuple(f"2025-04-{day:02d}T0000" for day in range(1, 11))
    urls = sorted(url for key in partitions for url in captured(desk, key, 3))
    job = Backfill(name="killed", stage=Stage.ENRICH, keys=partitions)
    following = backfill.start(job, desk.airflow, wait=threading.Event().wait)
    next(progress for progress in following if progress.succeeded >= 2)
    killed = scheduler_of(desk)
    killed.kill()
    # It is started again without help.
    *_, progress = following
    assert (progress.succeeded, progress.failed) == (10, 0)
    await_condition(lambda: indexed(desk, partitions) == urls, what="all articles of the backfill in the index")


def kill_task(desk, dag_id, task_id, partition=None):
    """Kill the process of a running task of this DAG, in the partition if one is given; returns its run."""

    def working():
        for run in desk.airflow.runs(dag_id, partition_key=partition):
            for task in desk.airflow.tasks(dag_id, run.run_id, state="running") if run.state not in ENDED else []:
                if task.task_id == task_id and task.pid:
                    return run, task.pid
        return None

    run, pid = await_condition(working, what=f"a running {task_id}")
    os.kill(pid, signal.SIGKILL)
    return run


@pytest.mark.full_size  # the dead worker's lease of the host must run out; tests/fakeweb/test_killed.py shows the same in seconds
@pytest.mark.usefixtures("subscribed")
def test_every_page_is_captured_once_although_a_worker_is_killed(desk, news_site):
    news_site.fresh = 8
    desk.airflow.trigger("newsdesk_fetch", "2025-04-11T0000")
    await_condition(lambda: len(news_site.asked_below("/fresh/")) >= 2, what="the first pages")
    desk.await_run(kill_task(desk, "newsdesk_fetch", "fetch_shard"))
    expected = sorted(f"{news_site.url}{fresh_path(n)}" for n in range(8))
    assert captured_below(desk, f"{news_site.url}/fresh/") == expected
    await_condition(lambda: indexed_below(desk, f"{news_site.url}/fresh/") == expected, what="the fetched pages in the index")


def captured_below(desk, folder):
    """The URLs of all captures below a folder, in any partition: a scheduled run may precede the triggered one."""
    archive = Archive(desk.settings.data_url)
    refs = [ref for partition in archive.list_folders("raw") for ref in list_captures(archive, partition)]
    return sorted(page.capture.url for page in read_captures(archive, refs) if page.capture.url.startswith(folder))


def indexed_below(desk, folder):
    with open_client(desk.settings.elasticsearch) as es:
        return sorted(source["url"] for _, source in everything_in(es).values() if source["url"].startswith(folder))


@pytest.mark.parametrize(("dag_id", "task_id", "day"), [("newsdesk_enrich", "enrich_chunk", 12), ("newsdesk_index", "index_partition", 13)])
def test_every_article_is_indexed_although_a_worker_is_killed(desk, full_size, dag_id, task_id, day):
    partition = f"2025-04-{day}T0000"
    urls = captured(desk, partition, 400 if full_size else 60)
    head = desk.airflow.trigger("newsdesk_enrich", partition)
    kill_task(desk, dag_id, task_id, partition)
    desk.await_run(head)
    desk.await_follower("newsdesk_index", partition)
    assert indexed(desk, [partition]) == urls


def first_run(desk, dag_id, partition):
    return next(iter(desk.airflow.runs(dag_id, partition_key=partition)), None)


def test_an_outage_of_elasticsearch_only_delays_indexing(desk, full_size):
    partition = "2025-04-14T0000"
    urls = captured(desk, partition, 20)
    server = embedded.start(desk.settings, lambda _line: None)
    os.killpg(server.pid, signal.SIGKILL)
    await_condition(lambda: not embedded.stop(desk.settings), what="the end of Elasticsearch")
    stopped_at = time.monotonic()
    head = desk.airflow.trigger("newsdesk_enrich", partition)
    desk.await_run(head)
    follower = await_condition(lambda: first_run(desk, "newsdesk_index", partition), what="newsdesk_index")
    away = 60 if full_size else 5
    await_condition(
        lambda: time.monotonic() > stopped_at + away and waits_for_retry(desk, follower), what="an index task that will be tried again"
    )
    embedded.start(desk.settings, lambda _line: None)
    desk.await_run(follower)
    assert indexed(desk, [partition]) == urls


def waits_for_retry(desk, run):
    return any(task.state == "up_for_retry" for task in desk.airflow.tasks(run.dag_id, run.run_id))

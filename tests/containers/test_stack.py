"""The production setup, started once. The tests run in the order of this file, and build on each other."""

import contextlib
import json
import re
import time

import httpx
import pytest

from containers.command import CommandFailed
from newsdesk.ops.airflow_api import ENDED, open_airflow

QUICK, SLOW = "quick-site", "slow-site"
PORT = 8080
IN_FEED = 4
"""Number of articles in the feed of seeds/site.py."""
DAGS = {"newsdesk_fetch", "newsdesk_enrich", "newsdesk_index"}
JOBS = {"certificates", "elasticsearch-users", "databases", "airflow-setup", "newsdesk-setup", "kibana-setup"}
IDLE_SECONDS = 60
MOST_HEALTH_SECONDS_A_MINUTE = 1.5
"""Limit of CPU seconds per minute for all health checks together. One check that starts Airflow takes 7 to 8."""
CAPTURED = """
import json
from newsdesk.store.archive import Archive
from newsdesk.fetch.warc import read_captures
from newsdesk.store.manifests import list_captures
from newsdesk.settings import load

archive = Archive(load().data_url)
refs = [ref for partition in archive.list_folders("raw") for ref in list_captures(archive, partition)]
print(json.dumps(sorted(page.capture.url for page in read_captures(archive, refs))))
"""
TIMED = 'TIMEFORMAT="%U %S"; time {} >/dev/null 2>&1'


@pytest.fixture
def airflow(stack):
    url = f"http://127.0.0.1:{stack.env('AIRFLOW_PORT')}"
    with open_airflow(url, username="admin", password=stack.env("AIRFLOW_ADMIN_PASSWORD")) as api:
        stack.await_condition(lambda: api.dag_ids() >= DAGS, what="the DAGs")
        yield api


def await_end(stack, airflow, run):
    ended = stack.await_condition(
        lambda: next((now for now in [airflow.run(run.dag_id, run.run_id)] if now.state in ENDED), None), what=f"the end of {run.dag_id}"
    )
    assert ended.state == "success", airflow.failed_tasks(run.dag_id, run.run_id)


def await_index(stack, airflow, partition):
    """Wait for the run of newsdesk_index. Queries Airflow, since each call of the command line starts a container."""
    await_end(
        stack, airflow, stack.await_condition(lambda: airflow.runs("newsdesk_index", partition_key=partition), what="newsdesk_index")[0]
    )


def fetched(stack, airflow, partition):
    """Fetch a partition; returns its key if anything was captured."""
    run = airflow.trigger("newsdesk_fetch", partition)
    await_end(stack, airflow, run)
    tasks = {task.task_id: task.state for task in airflow.tasks(run.dag_id, run.run_id)}
    return partition if tasks["hand_on_captures"] == "success" else None


def hits(stack, *words):
    try:
        shown = stack.newsdesk("search", "--json", "--all-copies", *words)
    except CommandFailed as error:
        # Before its first article is indexed.
        if "No source is called" in str(error):
            return []
        raise
    return [hit["url"] for hit in json.loads(shown)["hits"]]


def running(stack, service):
    return [c.id for c in stack.containers() if c.service == service and c.state == "running"]


def test_every_service_is_healthy_and_every_job_has_succeeded(stack):
    found = stack.containers()
    assert stack.problems() == []
    assert {c.service for c in found if c.state == "exited"} == JOBS
    unwatched = {c.service for c in found if c.state == "running" and not c.health}
    assert unwatched == {QUICK, SLOW, "airflow-cleanup"}


def test_no_health_check_starts_airflows_python(stack):
    tests = {c.service: stack.inspect(c.id)["Config"].get("Healthcheck", {}).get("Test", []) for c in stack.containers()}
    commands = {service: " ".join(test) for service, test in tests.items() if test}
    assert commands
    assert [c for c in commands.values() if re.search(r"\b(python3?|celery|airflow (?!-)\w+|newsdesk \w+)\b", c)] == []


def test_health_checks_use_little_cpu_time(stack, report):
    """The CPU time of each check, multiplied by its runs per minute."""
    costs = {c.service: health_seconds_a_minute(stack, c.id) for c in stack.containers() if c.health}
    before = {c.id: cpu_seconds(stack, c.id) for c in stack.containers() if c.state == "running"}
    begun = time.monotonic()
    stack.await_condition(lambda: time.monotonic() - begun >= IDLE_SECONDS, what="an idle minute")
    idle = sum(cpu_seconds(stack, id_) - seconds for id_, seconds in before.items())
    listed = ", ".join(f"{service} {seconds:.2f}" for service, seconds in sorted(costs.items()))
    report(f"CPU seconds a minute of health checks: {listed}; of everything while idle: {idle:.1f}")
    assert sum(costs.values()) < MOST_HEALTH_SECONDS_A_MINUTE, costs


def health_seconds_a_minute(stack, container_id):
    check = stack.inspect(container_id)["Config"]["Healthcheck"]
    kind, *words = check["Test"]
    words = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    times = stack.engine.docker("exec", container_id, "bash", "-c", TIMED.format(quoted), stderr_too=True).split()
    return sum(map(float, times[-2:])) * 60 / (check["Interval"] / 1e9)


def cpu_seconds(stack, container_id):
    """The CPU time of the container since its start, from its control group."""
    program = "cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat"
    printed = stack.engine.docker("exec", container_id, "sh", "-c", program).strip()
    is_old = stack.engine.docker("info", "--format", "{{.CgroupVersion}}").strip() == "1"
    return int(printed) / (1e9 if is_old else 1e6)


def test_an_internal_site_is_refused(stack, airflow):
    feed = f"http://{QUICK}:{PORT}/feed.xml"
    with pytest.raises(CommandFailed, match="not a public internet address"):
        stack.newsdesk("feeds", "test", feed)
    with pytest.raises(CommandFailed, match=f"would be refused.*`newsdesk feeds allow {QUICK}:{PORT}`"):
        stack.newsdesk("feeds", "add", feed, "--source", QUICK)
    assert stack.newsdesk("feeds", "list", "--json").strip() == ""
    assert not fetched(stack, airflow, "2025-04-01T0000")
    assert stack.python(CAPTURED) == []
    assert "GET /" not in stack.compose("logs", QUICK)


def test_adding_workers_recreates_no_container(stack, steps):
    before = stack.ids()
    stack.set(".env", WORKERS="2")
    with steps.step("a second `make up`, with two workers"):
        stack.make("up")
        stack.await_health()
    after = stack.ids()
    new_workers = after["airflow-worker"] - before["airflow-worker"]
    assert len(new_workers) == 1
    assert {service: ids - new_workers for service, ids in after.items()} == before


def test_an_allowed_internal_site_is_fetched(stack, airflow, steps):
    stack.set("newsdesk.env", NEWSDESK_FETCH_ALLOWED_HOSTS=json.dumps([f"{QUICK}:{PORT}", f"{SLOW}:{PORT}"]))
    with steps.step("`make up` with allowed hosts"):
        stack.make("up")
        stack.await_health()
    assert len(running(stack, "airflow-worker")) == 2
    stack.newsdesk("feeds", "add", f"http://{QUICK}:{PORT}/feed.xml", "--source", QUICK)
    with steps.step("from the feed to a search hit"):
        assert fetched(stack, airflow, "2025-04-02T0000")
        await_index(stack, airflow, "2025-04-02T0000")
        found = stack.await_condition(lambda: hits(stack, "--source", QUICK), what="the articles in the index")
    assert all(url.startswith(f"http://{QUICK}:{PORT}/") for url in found)


def test_the_article_is_found_on_the_command_line(stack):
    stack.await_condition(lambda: len(hits(stack, "--source", QUICK)) == IN_FEED, what="all articles")
    assert any("nato-victory-plan" in url for url in hits(stack, '"victory plan"'))


def test_a_logged_in_user_finds_the_article_on_the_search_page(stack):
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.env('AIRFLOW_PORT')}", trust_env=False, timeout=60) as client:
        stranger = client.get("/newsdesk/", params={"q": '"victory plan"'}, headers={"accept": "text/html"})
        assert stranger.status_code == 303
        login = {"username": "admin", "password": stack.env("AIRFLOW_ADMIN_PASSWORD")}
        token = client.post("/auth/token", json=login).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "accept": "text/html"}
        page = client.get("/newsdesk/", params={"q": '"victory plan"'}, headers=headers)
    assert page.status_code == 200
    assert "nato-victory-plan" in page.text or "garbled" in page.text


def test_every_page_is_captured_once_although_workers_are_killed(stack, airflow, steps):
    stack.newsdesk("feeds", "add", f"http://{SLOW}:{PORT}/feed.xml", "--source", SLOW)
    run = airflow.trigger("newsdesk_fetch", "2025-04-03T0000")
    with steps.step("workers are killed in a fetch, and come back"):
        stack.await_condition(lambda: "GET /2024/" in stack.compose("logs", "--no-log-prefix", SLOW), what="the first page")
        workers = running(stack, "airflow-worker")
        for worker in workers:
            with contextlib.suppress(CommandFailed):  # the command is killed too
                stack.engine.docker("exec", worker, "bash", "-c", "kill -9 -1")
        stack.await_condition(lambda: all(stack.inspect(id_)["RestartCount"] for id_ in workers), what="a restart of the workers")
        await_end(stack, airflow, run)
        ticks = (f"2025-04-03T01{minute:02d}" for minute in range(60))

        def are_all_indexed():
            if len(hits(stack, "--source", SLOW)) >= IN_FEED:
                return True
            # If the task is retried before the killed worker's lease of the host has expired, a later fetch captures the pages.
            fetched(stack, airflow, next(ticks))
            return False

        stack.await_condition(are_all_indexed, what="all articles in the index")
    captured = [url for url in stack.python(CAPTURED) if url.startswith(f"http://{SLOW}:{PORT}/")]
    assert len(captured) == len(set(captured)) == IN_FEED
    assert sorted(hits(stack, "--source", SLOW, "--size", "100")) == captured


def test_down_and_up_keep_all_data(stack, steps):
    before = {"articles": sorted(hits(stack, "--size", "100")), "captures": stack.python(CAPTURED)}
    feeds = stack.newsdesk("feeds", "list")
    with steps.step("`make down`"):
        stack.make("down")
    assert stack.containers() == []
    with steps.step("`make up` after `make down`"):
        stack.make("up")
        stack.await_health()
    assert {"articles": sorted(hits(stack, "--size", "100")), "captures": stack.python(CAPTURED)} == before
    assert re.findall(r"https?://\S+", stack.newsdesk("feeds", "list")) == re.findall(r"https?://\S+", feeds)

"""The desk: its pages, the changes that operators can make, and their traces in the state database.

Tests of newsdesk.ops.background, newsdesk.ops.daily_counts, newsdesk.web.background, newsdesk.web.day_chart,
newsdesk.web.desk_backfills, newsdesk.web.desk_failures, newsdesk.web.desk_feeds, newsdesk.web.desk_page and newsdesk.web.desk_routes.
"""

import dataclasses
import datetime as dt
import re

import pytest

from captures import write_captures
from newsdesk.errors import Reason, Stage
from newsdesk.fetch.source_names import load_source_names
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.tables import PAGES
from newsdesk.ops.alerts import list_alerts, record_problems
from newsdesk.ops.backfill import CALLED_OFF
from newsdesk.ops.background import LOST_AFTER, begin_task, end_task
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.records import DeadLetter
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters
from samples import NOW
from site_of_a_home import Site

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PARTITION = "2026-11-24T1205"


@pytest.fixture
def desk(engine, monkeypatch, home):
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", "127.0.0.1")
    add_feed(engine, "https://news.un.example/feed.xml", title="UN News", now=NOW)
    add_feed(engine, "https://efe.example/rss", source="EFE", title=HOSTILE, now=NOW)
    site = Site(engine)
    yield site
    site.await_tasks()


@pytest.fixture
def letters(desk):
    """Two captures that could not be enriched, one of which exists, and a page that could not be fetched."""
    (ref,) = write_captures(desk.archive, PARTITION, [("https://example.org/1", b"x")])
    facts = {"source": "EFE", "pipeline_version": "1", "failed_at": NOW, "partition": PARTITION}
    made = [
        DeadLetter(stage=Stage.ENRICH, reason=Reason.BUG, detail=HOSTILE, url="https://example.org/1", capture=ref, **facts),
        DeadLetter(
            stage=Stage.ENRICH,
            reason=Reason.BUG,
            detail=HOSTILE,
            url="https://example.org/2",
            capture=dataclasses.replace(ref, path="raw/2026-01-01T0000/x.warc.gz"),
            **facts,
        ),
        DeadLetter(stage=Stage.FETCH, reason=Reason.GONE, detail="410", url="https://example.org/3", capture=None, page_id="p3", **facts),
    ]
    record_dead_letters(desk.engine, made)
    return list(list_dead_letters(desk.engine))


PAGES_OF_OPERATORS = ["", "feeds", "feeds/1", "failures", "backfills", "feeds.opml"]
PAGES_OF_ADMINISTRATORS = ["retention", "audit"]
CHANGES_OF_OPERATORS = ["fetch", "feeds/chosen", "feeds/1", "failures/retry", "failures/refetch", "backfills", "alerts/acknowledge"]
CHANGES_OF_ADMINISTRATORS = ["feeds", "feeds/test", "feeds/1/edit", "feeds/import", "failures/drop", "retention"]


@pytest.mark.parametrize("path", [*PAGES_OF_OPERATORS, *PAGES_OF_ADMINISTRATORS])
def test_who_only_reads_does_not_see_the_desk(desk, path):
    desk.user = "viewer"
    assert desk.get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES_OF_OPERATORS)
def test_who_operates_sees_how_things_are(desk, path):
    desk.user = "user"
    assert desk.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES_OF_ADMINISTRATORS)
def test_retention_and_audit_log_are_for_those_who_administer(desk, path):
    assert desk.get(path).status_code == 200
    desk.user = "user"
    assert desk.get(path).status_code == 403


@pytest.mark.parametrize("path", [*CHANGES_OF_OPERATORS, *CHANGES_OF_ADMINISTRATORS])
def test_who_only_reads_changes_nothing(desk, path):
    desk.user = "viewer"
    assert desk.post(path, do="pause").status_code == 403
    assert desk.log()[0][2].startswith("refused")


@pytest.mark.parametrize("path", CHANGES_OF_ADMINISTRATORS)
def test_who_operates_does_not_change_what_is_fetched_and_kept(desk, path):
    desk.user = "user"
    assert desk.post(path, url="https://new.example/feed", do="apply").status_code == 403
    assert len(desk.feeds()) == 2


@pytest.mark.parametrize("path", [*CHANGES_OF_OPERATORS, *CHANGES_OF_ADMINISTRATORS])
def test_no_change_is_made_without_the_token_of_a_page(desk, path):
    assert desk.browser.post(f"/desk/{path}", data={"do": "remove"}).status_code == 403
    assert len(desk.feeds()) == 2


@pytest.mark.parametrize("path", ["", "feeds", "feeds/2", "failures"])
def test_what_comes_from_outside_is_text(desk, letters, path):
    text = desk.get(path).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_the_first_page_shows_state_and_days_and_what_does_not_answer(desk):
    text = desk.get("").text
    assert '7, the newest indexed <time datetime="2026-11-24T12:05:00+00:00">' in text
    assert "2 active" in text
    assert "2026-11-24: 6 articles, 4 failed" in text
    desk.es.is_down = True
    text = desk.get("").text
    assert "Elasticsearch does not answer" in text
    assert "2 active" in text


def test_a_feed_is_added_with_the_name_of_a_known_source(desk):
    answer = desk.post("feeds", url="http://127.0.0.1:9/africa.xml", source="UN News")
    assert answer.headers["location"] == "../desk/feeds/3"
    assert desk.feeds()[3].source == "un-news"
    assert desk.log() == [("op", "add feed http://127.0.0.1:9/africa.xml (added)", "done")]


def test_a_feed_whose_host_is_not_public_is_refused_and_the_login_stays_secret(desk):
    answer = desk.post("feeds", url="http://ines:secret@10.0.0.1/feed.xml")
    assert answer.status_code == 503
    assert "would be refused" in answer.text
    assert "secret" not in str(desk.log())


def test_a_test_of_a_feed_does_not_wait_for_it_and_changes_nothing(desk):
    task = desk.task(desk.post("feeds/test", url="http://127.0.0.1:9/none.xml"))
    assert task.state(NOW) == "failed"
    assert "127.0.0.1" in task.problem
    assert "Failed" in desk.get(f"tasks/{task.id}").text
    assert len(desk.feeds()) == 2


@pytest.mark.parametrize(("do", "status"), [("pause", "disabled"), ("resume", "active")])
def test_a_feed_is_paused_and_resumed(desk, do, status):
    desk.post("feeds/1", do=do)
    assert desk.feeds()[1].status == status


def test_chosen_feeds_are_polled_and_paused_together(desk):
    desk.post("feeds/chosen", do="pause", feed=["1", "2"])
    assert {feed.status for feed in desk.feeds().values()} == {"disabled"}
    assert desk.log() == [("op", "change chosen feeds pause: 1, 2", "done")]
    assert "0 feeds" not in desk.get("feeds", show="paused").text


def test_who_operates_polls_feeds_but_does_not_pause_them(desk):
    desk.user = "user"
    assert desk.post("feeds/1", do="poll").status_code == 303
    assert desk.post("feeds/1", do="pause").status_code == 403
    assert desk.post("feeds/chosen", do="remove", feed="1").status_code == 403
    assert desk.feeds()[1].status == "active"


def test_a_feed_is_edited_and_its_source_renamed(desk):
    desk.post("feeds/1/edit", title="All news", source="un-news", name="United Nations")
    assert (desk.feeds()[1].title, load_source_names(desk.engine).name("un-news")) == ("All news", "United Nations")
    assert "United Nations" in desk.get("feeds").text


def test_a_feed_is_removed(desk):
    assert desk.post("feeds/1", do="remove").headers["location"] == "../../desk/feeds"
    assert set(desk.feeds()) == {2}


@pytest.mark.parametrize(("path", "do", "status"), [("feeds/99", "pause", 404), ("feeds/1", "explode", 400)])
def test_what_cannot_be_changed_is_told(desk, path, do, status):
    assert desk.post(path, do=do).status_code == status


def test_feeds_are_found_by_the_name_of_their_source(desk):
    text = desk.get("feeds", q="un news").text
    assert "1 feed" in text
    assert "efe.example" not in text


def test_a_list_of_feeds_goes_out_and_in(desk):
    opml = desk.get("feeds.opml").content
    desk.post("feeds/1", do="remove")
    task = desk.task(desk.post("feeds/import", file=("list.opml", opml)))
    assert (task.found["added"], task.found["known"]) == (1, 1)


def test_a_list_that_is_none_is_told(desk):
    task = desk.task(desk.post("feeds/import", file=("list.opml", b"no list")))
    assert "cannot be parsed as OPML" in task.problem


def test_dead_letters_are_listed_by_cause_and_one_by_one(desk, letters):
    text = desk.get("failures").text
    assert "3 pages and articles have failed" in text
    link = re.search(r'href="(?:\.\./)?desk/failures/cause\?(stage=enrich[^"]+)"', text)[1].replace("&amp;", "&")
    text = desk.browser.get(f"/desk/failures/cause?{link}").text
    assert "https://example.org/1" in text
    assert "https://example.org/3" not in text


def test_a_cause_is_retried_through_airflow(desk, letters):
    task = desk.task(desk.post("failures/retry", stage="enrich", reason="bug", detail=HOSTILE, every="yes"))
    assert task.found == {"pages queued": 0, "pages no feed lists": 0, "without a capture": 1, "passed": 0, "failed again": 1}
    (run,) = desk.airflow.started.values()
    assert (run.dag_id, run.partition_key, run.conf) == ("newsdesk_enrich", PARTITION, {"only": "failed"})


def test_single_dead_letters_are_dropped(desk, letters):
    chosen = next(letter for letter in letters if letter.url.endswith("/2"))
    desk.post("failures/drop", stage="enrich", reason="bug", detail=HOSTILE, locators=chosen.locator)
    assert {letter.url for letter in list_dead_letters(desk.engine)} == {"https://example.org/1", "https://example.org/3"}
    assert desk.log() == [("op", "drop letters enrich, bug: https://example.org/2", "done")]


def test_nothing_chosen_is_no_change(desk, letters):
    assert desk.post("failures/drop", stage="enrich", reason="bug", detail=HOSTILE).status_code == 400
    assert len(list(list_dead_letters(desk.engine))) == 3


def test_pages_that_are_tried_again_are_listed_and_asked_at_once(desk):
    row = {"host": "efe.example", "host_hash": 1, "feed_id": 2, "feed_url": "", "source": "EFE", "visits": 0, "first_seen_at": NOW}
    later = {"next_fetch_at": NOW + dt.timedelta(hours=3), "failures": 2, "last_error": "answered 503"}
    with desk.engine.begin() as connection:
        connection.execute(PAGES.insert().values(id="p1", url="https://efe.example/1", **row, **later))
    assert "answered 503" in desk.get("failures").text
    assert "https://efe.example/1" in desk.get("failures/pages", source="EFE", error="answered 503").text
    desk.post("failures/refetch", page="p1")
    with desk.engine.connect() as connection:
        (page,) = connection.execute(PAGES.select())
    assert (page.next_fetch_at, page.failures) == (NOW, 0)
    assert desk.log() == [("op", "refetch pages https://efe.example/1", "done")]


def test_a_fetch_is_started_and_its_counts_are_shown(desk):
    desk.user = "user"
    task = desk.task(desk.post("fetch"))
    assert task.found == {"partition": "2026-11-24T1205", "state": "success", "counts": "2 captures"}


def test_a_backfill_is_planned_started_followed_and_cancelled(desk):
    desk.user = "user"
    write_captures(desk.archive, PARTITION, [(f"https://example.org/{n}", b"x") for n in range(3)])
    text = desk.get("backfills", since="2026-11-24").text
    assert "1 partitions, 3 captures, 3 to do" in text
    assert desk.airflow.started == {}
    answer = desk.post("backfills", since="2026-11-24", only="older", name="past")
    assert answer.headers["location"] == "../desk/backfills/enrich/past?total=1"
    desk.task(answer)
    (run,) = desk.airflow.started.values()
    assert (run.dag_id, run.partition_key, run.conf) == ("newsdesk_enrich", PARTITION, {"only": "older"})
    assert "1 of 1 partitions done" in desk.get("backfills/enrich/past").text
    assert ">past</a>" in desk.get("backfills").text
    desk.airflow.started[run.run_id] = dataclasses.replace(run, state="running")
    desk.post("backfills/enrich/past/cancel")
    assert desk.airflow.started[run.run_id].note == CALLED_OFF
    assert desk.log()[0][1:] == ("cancel backfill enrich/past: 1 run ended", "done")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "yesterday"}, "is not a day"),
        ({"since": "2026-11-24", "until": "2026-11-23"}, "is after"),
        ({"since": "2026-11-24", "stage": "fetch"}, "starts with enrich or index"),
        ({"since": "2026-11-24", "stage": "index", "source": "EFE"}, "apply to the stage enrich"),
        ({"since": "2026-11-24", "name": "a b"}, "letters and digits"),
        ({"since": "2020-01-01"}, "nothing to do"),
    ],
    ids=["no day", "reversed", "stage", "index narrowed", "name", "empty"],
)
def test_a_backfill_that_cannot_be_is_refused(desk, fields, said):
    write_captures(desk.archive, PARTITION, [("https://example.org/1", b"x")])
    answer = desk.post("backfills", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert desk.airflow.started == {}


def test_a_backfill_of_a_source_takes_its_name(desk):
    write_captures(desk.archive, PARTITION, [("https://example.org/1", b"x")])
    assert "there are no captures of the source" in desk.get("backfills", since="2026-11-24", source="UN News").text


def test_retention_is_shown_before_it_is_applied(desk, monkeypatch):
    asked = []
    monkeypatch.setattr("newsdesk.web.desk_page.remove_old", lambda **given: asked.append(given["dry_run"]) or [])
    assert desk.task(desk.post("retention", do="show")).found == {"removals": [], "count": 0}
    assert desk.task(desk.post("retention", do="apply")).found == {"removals": [], "count": 0}
    assert asked == [True, False]
    assert "NEWSDESK_RETENTION_RAW_DAYS" in desk.get("retention").text


def test_alerts_are_acknowledged_and_silenced(desk):
    problems = [Problem(rule=AlertRule.SILENCE, subject="un-news", message="nothing new for 9 h")]
    record_problems(desk.engine, problems, rules=set(AlertRule), channels=["log"], now=NOW)
    assert "nothing new for 9 h" in desk.get("").text
    desk.post("alerts/acknowledge", subject="un-news", rule="silence")
    assert list_alerts(desk.engine)[0].acknowledged_at == NOW
    desk.post("alerts/silence", subject="un-news", rule="silence", hours="8")
    assert list_alerts(desk.engine)[0].silenced_until == NOW + dt.timedelta(hours=8)
    desk.post("alerts/unsilence", subject="un-news")
    assert list_alerts(desk.engine)[0].silenced_until is None
    assert desk.post("alerts/silence", subject="un-news", rule="silence", hours="999999").status_code == 400


def test_a_task_at_work_is_looked_at_again_until_it_has_ended(desk):
    id = begin_task(desk.engine, kind="retry", subject="all", who="op", now=NOW)
    assert 'hx-trigger="every' in desk.get(f"tasks/{id}").text
    end_task(desk.engine, id, problem="the disk is full", now=NOW)
    text = desk.get(f"tasks/{id}").text
    assert "hx-trigger" not in text
    assert "Failed: the disk is full" in text


def test_a_task_whose_server_was_stopped_is_lost(desk):
    id = begin_task(desk.engine, kind="retry", subject="all", who="op", now=NOW - LOST_AFTER - dt.timedelta(seconds=1))
    assert "Its server was stopped" in desk.get(f"tasks/{id}").text
    end_task(desk.engine, id, result={"passed": 3}, now=NOW)
    assert "passed" in desk.get(f"tasks/{id}").text
    assert desk.get("tasks/unknown").status_code == 404


def test_the_audit_log_shows_who_changed_what(desk):
    desk.post("feeds/1", do="pause")
    text = desk.get("audit").text
    assert "change feed" in text
    assert "1: pause" in text
    assert "change feed" not in desk.get("audit", who="somebody else").text

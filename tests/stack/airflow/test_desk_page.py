"""The desk and the JSON API in a real Airflow, as its Viewer, User, Op and Admin."""

import contextlib
import json
import re
from dataclasses import dataclass

import httpx
import pytest

from newsdesk.database import open_database
from newsdesk.fetch.state import list_feeds
from newsdesk.local import airflow
from newsdesk.ops.audit import list_changes
from samples import NOW
from stack.desk import await_condition

API = "/newsdesk/api/v1"
OPERATORS = ("user", "op", "admin")
ADMINISTRATORS = ("op", "admin")


@dataclass(frozen=True)
class Person:
    """A user of Airflow, with a browser that holds the login as a cookie, and a program that sends it as a token."""

    role: str
    browser: httpx.Client
    program: httpx.Client

    def post(self, path, **fields):
        """Send the form of a page: with the token of the page where the person can see one."""
        page = self.browser.get("/newsdesk/desk/feeds").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return self.browser.post(f"/newsdesk/desk/{path}", data={**fields, "csrf_token": token[1] if token else ""})


@pytest.fixture(scope="module")
def people(desk):
    url = airflow.airflow_url(desk.settings)
    passwords = json.loads(airflow.login_file(desk.settings).read_text())
    with contextlib.ExitStack() as opened:

        def client(**given):
            return opened.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=60, **given))

        def person(role):
            token = client().post("/auth/token", json={"username": role, "password": passwords[role]}).json()["access_token"]
            return Person(role, client(cookies={"_token": token}), client(headers={"Authorization": f"Bearer {token}"}))

        yield {role: person(role) for role in ("viewer", "user", "op", "admin")}


@pytest.fixture(scope="module")
def feed(desk):
    """The number of the seed site's feed."""
    with open_database(desk.settings.database_url) as engine:
        return next(feed.id for feed in list_feeds(engine, now=NOW) if feed.source == "seed-post")


@pytest.mark.parametrize("role", ["viewer", *OPERATORS])
def test_each_role_sees_what_it_may(people, role):
    browser = people[role].browser
    assert browser.get("/newsdesk/").status_code == 200
    assert ('href="./desk/"' in browser.get("/newsdesk/").text) == (role in OPERATORS)
    for path in ("", "feeds", "failures", "backfills"):
        assert browser.get(f"/newsdesk/desk/{path}").status_code == (200 if role in OPERATORS else 403), path
    for path in ("retention", "audit"):
        assert browser.get(f"/newsdesk/desk/{path}").status_code == (200 if role in ADMINISTRATORS else 403), path


def test_the_desk_counts_the_articles_of_the_last_days(people):
    text = people["user"].browser.get("/newsdesk/desk/").text
    assert re.search(r"<title>\d{4}-\d\d-\d\d: [1-9]\d* articles", text)
    assert "does not answer" not in text


@pytest.mark.parametrize("role", ["viewer", *OPERATORS])
def test_each_role_changes_what_it_may(people, feed, role):
    person = people[role]
    assert person.post(f"feeds/{feed}", do="poll").status_code == (303 if role in OPERATORS else 403)
    assert person.post(f"feeds/{feed}/edit", name="Seed Post").status_code == (303 if role in ADMINISTRATORS else 403)


def test_a_renamed_source_is_shown_by_its_name_everywhere_without_indexing(people, feed):
    assert people["op"].post(f"feeds/{feed}/edit", name="The Seed Post").status_code == 303
    found = people["viewer"].browser.get("/newsdesk/", params={"q": 'zelensky "victory plan"', "source": "The Seed Post"})
    assert "<bdi>The Seed Post</bdi>" in found.text
    assert 'href="./article/' in found.text


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"X-CSRF-Token": "made-up"}])
def test_a_cookie_alone_changes_nothing(people, feed, headers):
    answer = people["admin"].browser.post(f"/newsdesk/desk/feeds/{feed}", data={"do": "pause"}, headers=headers)
    assert answer.status_code == 403
    assert "This form was not sent by newsdesk" in answer.text


def test_the_token_of_one_user_is_useless_to_another(people, feed):
    token = people["op"].program.get(f"{API}/me").json()["csrf_token"]
    for role, status in (("admin", 403), ("op", 303)):
        answer = people[role].browser.post(f"/newsdesk/desk/feeds/{feed}", data={"do": "poll", "csrf_token": token})
        assert answer.status_code == status


def test_a_backfill_is_planned_run_by_airflow_and_followed_on_the_desk(people, desk):
    user = people["user"]
    day = next(run.partition_key[:10] for run in desk.airflow.runs("newsdesk_enrich", states={"success"}) if run.partition_key)
    assert "to do" in user.browser.get("/newsdesk/desk/backfills", params={"since": day}).text
    answer = user.post("backfills", since=day, name="from-the-desk")
    assert answer.status_code == 303, answer.text

    def is_over():
        return "It is over" in user.browser.get("/newsdesk/desk/backfills/enrich/from-the-desk").text

    await_condition(is_over, what="the backfill")
    runs = desk.airflow.runs_named("newsdesk_enrich", "newsdesk_backfill__from-the-desk__")
    assert {run.state for run in runs} == {"success"}
    known = user.program.get(f"{API}/backfills").json()
    assert "from-the-desk" in {each["name"] for each in known}


def test_a_fetch_is_run_and_its_end_is_shown(people):
    started = people["user"].program.post(f"{API}/fetch")
    assert started.status_code == 202, started.text

    def ended():
        task = people["user"].program.get(f"{API}/tasks/{started.json()['task']}").json()
        return task if task["state"] != "running" else None

    task = await_condition(ended, what="the fetch")
    assert (task["state"], task["result"]["state"]) == ("done", "success"), task


def test_a_feed_is_tested_by_the_web_server(people, desk, news_site):
    started = people["op"].post("feeds/test", url=f"{news_site.url}/feed.xml")

    def page():
        text = people["op"].browser.get(f"/newsdesk/desk/{started.headers['location'].split('/desk/')[1]}").text
        return text if "At work" not in text else None

    assert "entries; would be asked again" in await_condition(page, what="the test of the feed")


def test_programs_read_with_a_token_and_strangers_get_a_problem(people, desk):
    viewer = people["viewer"].program
    assert viewer.get(f"{API}/me").json()["rights"] == ["read"]
    assert viewer.get(f"{API}/articles", params={"q": "zelensky"}).json()["total"] >= 1
    assert viewer.get(f"{API}/openapi.json").json()["info"]["title"] == "newsdesk"
    assert viewer.get(f"{API}/feeds").status_code == 403
    stranger = httpx.get(f"{airflow.airflow_url(desk.settings)}{API}/openapi.json", trust_env=False)
    assert (stranger.status_code, stranger.headers["content-type"]) == (401, "application/problem+json")


def test_the_audit_log_has_every_change_with_its_author_and_outcome(people, desk, feed):
    people["viewer"].post(f"feeds/{feed}", do="pause")
    people["user"].post(f"feeds/{feed}", do="poll")
    with open_database(desk.settings.database_url) as engine:
        polled, refused = list_changes(engine, most=2)
    assert (polled.who, polled.action, polled.subject, polled.outcome) == ("user", "change feed", f"{feed}: poll", "done")
    assert (refused.who, refused.outcome[:8]) == ("viewer", "refused:")
    assert "change feed" in people["admin"].browser.get("/newsdesk/desk/audit").text

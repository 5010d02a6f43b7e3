"""The JSON API: reading, changing, and error responses.

Tests of newsdesk.web.api_articles, newsdesk.web.api_desk, newsdesk.web.api_topics and newsdesk.web.problems.
"""

import dataclasses
import json
import shlex
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from captures import write_captures
from newsdesk.errors import BadRequest, Reason, Stage, Unavailable
from newsdesk.fetch.state import add_feed
from newsdesk.ops.alerts import record_problems
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.records import DeadLetter, EntityType
from newsdesk.search.article import FoundArticle
from newsdesk.search.comparisons import ComparedArticles
from newsdesk.search.counts import Bucket, PlaceCount, Series, Timeline, TimelineQuery
from newsdesk.search.entity_profile import EntityProfile, NamedEntity
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import Part, SearchResults, to_hit
from newsdesk.store.dead_letters import record_dead_letters
from newsdesk.topics.matches import record_matches
from newsdesk.topics.records import Item
from newsdesk.topics.saved import save_topic
from samples import NOW
from site_of_a_home import Site

SOURCE = {"title": "Ferry leaves Rotterdam", "url": "https://example.org/ferry", "source": "un-news", "persons": ["Ines Calloway"]}
HIT = to_hit({"_id": "a1b2", "_source": {**SOURCE, "published_at": NOW.isoformat()}})
FOUND = FoundArticle(
    hit=HIT, body="The ferry left.", authors=(), credits=(), site_name="", fetched_at="", capture="raw/x#1", pipeline_version="1"
)
PROFILE = EntityProfile(
    name="Ines Calloway",
    types={EntityType.PERSON: 3},
    names=(),
    roles=("mayor",),
    country=None,
    point=None,
    total=3,
    first_at=NOW,
    last_at=NOW,
    timeline=Timeline(TimelineQuery(NOW, NOW, ZoneInfo("UTC")), (NOW,), (3,), ()),
    together={EntityType.PLACE: (Bucket("Rotterdam", 2),)},
    places=(),
    sources=(),
    languages=(),
    newest=(HIT,),
)
ITEM = Item(
    article_id="a1b2", story_id="a1b2", title="Ferry leaves Rotterdam", url="", source="un-news", language="en", lead="", dated_at=NOW
)
API = "/api/v1"


class FakeLibrary:
    """One article; `asked` has the queries."""

    def __init__(self):
        self.asked, self.answer = [], None

    def search(self, query):
        self.asked.append(query)
        if self.answer:
            raise self.answer
        timeline = Timeline(query.timeline, (NOW,), (3,), (Series("en", (3,)),)) if query.timeline else None
        return SearchResults(
            total=31,
            hits=(HIT,) if query.size else (),
            facets={"languages": (Bucket("en", 3),)},
            timeline=timeline,
            places=(PlaceCount("Rotterdam", 51.92, 4.48, 2),),
            next_cursor="p2",
        )

    def find_article(self, article_id):
        return FOUND if article_id == HIT.id else None

    def list_versions(self, _article_id):
        return []

    def more_like(self, _article_id):
        return SearchResults(total=1, hits=(HIT,))

    def find_comparison(self, _article_id):
        return None

    def preview_topic(self, _query):
        return [ITEM]

    def fill_topic(self, _state, _topic):
        pass

    def list_named(self, text):
        return [NamedEntity("Ines Calloway", EntityType.PERSON, 3)] if "ines" in text else []

    def find_entity(self, name, _known, _type, *, zone):
        return PROFILE if name == PROFILE.name else None


@pytest.fixture
def library():
    return FakeLibrary()


@pytest.fixture
def site(engine, library, home):
    add_feed(engine, "https://news.un.example/feed.xml", title="UN News", now=NOW)
    add_feed(engine, "https://efe.example/rss", source="EFE", now=NOW)
    ferries = save_topic(engine, "Ferries", SearchQuery(text="ferry"), owner="op", is_shared=False, now=NOW)
    record_matches(engine, ferries, [dataclasses.replace(ITEM, article_id="c3d4", story_id="c3d4"), ITEM], is_news=True, now=NOW)
    site = Site(engine, library)
    yield site
    site.await_tasks()


@pytest.fixture
def get(site):
    return lambda path, **query: site.browser.get(f"{API}/{path}", params=query)


@pytest.fixture
def post(site):
    return lambda path, **body: site.browser.post(f"{API}/{path}", json=body, headers={"Authorization": "Bearer x"})


def test_articles_come_in_parts(get, library):
    found = get("articles", q="ferry", source=["un-news", "EFE"], order="newest", size=2).json()
    assert (found["total"], found["next_cursor"], found["articles"][0]["title"]) == (31, "p2", "Ferry leaves Rotterdam")
    assert found["articles"][0]["title_parts"] == [{"text": Part("Ferry leaves Rotterdam").text, "marked": False}]
    get("articles", q="ferry", cursor="p2")
    first, second = library.asked
    assert (first.text, first.source, first.newest_first, first.size, first.facets) == ("ferry", ("un-news", "EFE"), True, 2, False)
    assert second.cursor == "p2"


def test_one_article_is_read_with_what_belongs_to_it(get):
    assert get("articles/a1b2").json()["body"] == "The ferry left."
    assert get("articles/a1b2/versions").json() == []
    assert [hit["id"] for hit in get("articles/a1b2/similar").json()] == ["a1b2"]
    assert get("articles/a1b2/comparison").json()["detail"] == "No original of this article is known"


def test_entities_are_listed_and_profiled(get):
    assert get("entities", q="ines").json() == [{"name": "Ines Calloway", "type": "person", "count": 3}]
    found = get("entities/profile", name="Ines Calloway", type="person").json()
    assert (found["roles"], found["together"]) == (["mayor"], {"place": [{"value": "Rotterdam", "count": 2}]})
    assert get("entities/profile", name="Nobody").status_code == 404


@pytest.mark.parametrize("path", ["articles/x", "articles/x/versions", "articles/x/similar", "articles/x/comparison", "nowhere"])
def test_what_is_not_there_is_a_problem_404(get, path):
    answer = get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["title"] == "Not Found"


def test_articles_are_counted_by_value_over_time_and_by_place(get, library):
    assert get("facets", q="ferry").json() == {"languages": [{"value": "en", "count": 3}]}
    timeline = get("timeline", since="2026-11-20", until="2026-11-24", split="source").json()
    assert (timeline["interval"], timeline["totals"], timeline["series"]) == ("day", [3], [{"name": "en", "counts": [3]}])
    assert get("places").json()[0]["name"] == "Rotterdam"
    assert {query.size for query in library.asked} == {0}
    assert library.asked[1].timeline.split == "source"


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"since": "yesterday"}, 400, "since=yesterday is not a day"),
        ({"until": "2026-13-01"}, 400, "until=2026-13-01 is not a day"),
        ({"verdict": "wonderful"}, 422, "verdict"),
        ({"size": "0"}, 422, "size"),
        ({"order": "best"}, 422, "order"),
    ],
)
def test_a_search_that_cannot_be_is_a_problem(get, library, query, status, said):
    answer = get("articles", **query)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert library.asked == []


@pytest.mark.parametrize(("error", "status"), [(BadRequest("No source is called x"), 400), (Unavailable("es", "refused"), 503)])
def test_what_the_search_refuses_is_a_problem(get, library, error, status):
    library.answer = error
    answer = get("articles")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


READ = ["me", "articles", "articles/a1b2", "facets", "sources", "topics", "openapi.json"]
READ_BY_OPERATORS = ["feeds", "feeds/1", "feeds/1/days", "dead-letters", "dead-letters/causes", "alerts", "backfills", "status"]
CHANGES = ["fetch", "feeds/1/poll", "dead-letters/retry", "alerts/acknowledge", "alerts/silence", "backfills", "backfills/enrich/x/cancel"]
CHANGES_OF_ADMINISTRATORS = ["feeds", "dead-letters/drop"]


@pytest.mark.parametrize("path", [*READ, *READ_BY_OPERATORS])
def test_programs_read_what_their_user_may(site, get, path):
    site.user = "user"
    assert get(path).status_code == 200
    site.user = "viewer"
    assert get(path).status_code == (200 if path in READ else 403)


@pytest.mark.parametrize("path", [*CHANGES, *CHANGES_OF_ADMINISTRATORS])
def test_who_only_reads_changes_nothing(site, post, path):
    site.user = "viewer"
    answer = post(path)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("path", [*CHANGES_OF_ADMINISTRATORS, "feeds/1/remove"])
def test_who_operates_does_not_change_what_is_fetched_and_kept(site, post, path):
    site.user = "user"
    assert post(path, url="https://new.example/feed", stage="enrich").status_code == 403
    assert len(site.feeds()) == 2


def test_a_change_with_a_cookie_alone_needs_the_token_that_me_tells(site, get):
    assert site.browser.post(f"{API}/feeds/1/pause").status_code == 403
    token = get("me").json()["csrf_token"]
    assert site.browser.post(f"{API}/feeds/1/pause", headers={"X-CSRF-Token": token}).json() == {"changed": 1}
    assert site.log()[0] == ("op", "change feed 1: pause", "done")


def test_the_articles_of_a_topic_are_listed_in_parts_and_marked(get, post):
    (topic,) = get("topics").json()
    assert (topic["name"], topic["query"], topic["unread"], topic["may_edit"]) == ("Ferries", "ferry", 2, True)
    first = get("topics/1/articles", size=1).json()
    second = get("topics/1/articles", size=1, cursor=first["next_cursor"]).json()
    assert [one["article"]["article_id"] for page in (first, second) for one in page["articles"]] == ["a1b2", "c3d4"]
    assert second["next_cursor"] is None
    marked = post("topics/1/articles/a1b2", read=True, note="Call the port").json()
    assert (bool(marked["read_at"]), marked["starred_at"], marked["note"]) == (True, None, "Call the port")
    assert [one["article"]["article_id"] for one in get("topics/1/articles", shown="unread").json()["articles"]] == ["c3d4"]
    assert post("topics/1/read", number=first["articles"][0]["number"]).json()["unread"] == 0
    assert post("topics/1/articles/none", read=True).status_code == 404


def test_a_topic_is_made_changed_and_removed(site, get, post):
    assert [item["article_id"] for item in get("topics/preview", q="harbour").json()] == ["a1b2"]
    made = post("topics", name="Harbours", q="harbour")
    assert (made.status_code, made.json()["query"], made.json()["is_shared"]) == (201, "harbour", False)
    path = f"topics/{made.json()['id']}"
    assert post(path, name="Docks", q="dock", shared=True).json()["query"] == "dock"
    assert post("topics", name="Docks", q="dock").json()["detail"] == "There is already a topic Docks: choose another name"
    assert post(f"{path}/remove").json() == {"removed": 1}
    assert get(path).status_code == 404
    assert site.log()[0] == ("op", "remove topic Docks", "done")


def test_a_topic_is_private_to_its_owner_and_sharing_needs_the_right(site, get, post):
    site.user = "viewer"
    assert get("topics").json() == []
    assert {get("topics/1").status_code, get("topics/1/articles").status_code, post("topics/1/remove").status_code} == {404}
    assert post("topics", name="Docks", q="dock", shared=True).status_code == 403
    assert post("topics", name="Docks", q="dock").status_code == 201
    assert post("topics/2/subscriptions", channel="slack", address="https://hook.example/").status_code == 403


def test_alerts_and_feeds_of_a_topic_are_added_and_ended(get, post):
    made = post("topics/1/subscriptions", channel="mail", address="desk@example.org", rhythm="hourly")
    assert (made.status_code, made.json()["address"], made.json()["secret"]) == (201, "desk@example.org", None)
    assert [one["id"] for one in get("topics/1/subscriptions").json()] == [made.json()["id"]]
    assert post("topics/1/subscriptions", channel="mail", address="nobody").status_code == 400
    assert post(f"topics/1/subscriptions/{made.json()['id']}/remove").json() == {"removed": 1}
    assert get("topics/1/subscriptions").json() == []
    feed = post("topics/1/feeds").json()
    assert feed["rss"].endswith(f"/feeds/{feed['token']}.rss")
    assert get("topics/1/feeds").json() == [feed]
    assert post("topics/1/feeds/revoke", token=feed["token"]).json() == {"removed": 1}
    assert post("topics/1/feeds/revoke", token=feed["token"]).status_code == 404


def test_sources_and_feeds_are_listed_in_parts(get):
    assert get("sources").json() == [{"key": "EFE", "name": "EFE", "feeds": 1}, {"key": "un-news", "name": "UN News", "feeds": 1}]
    first = get("feeds", size=1).json()
    second = get("feeds", size=1, cursor=first["next_cursor"]).json()
    assert [feed["id"] for page in (first, second) for feed in page["feeds"]] == [1, 2]
    assert second["next_cursor"] is None
    assert get("feeds/1").json()["health"]["source"] == "un-news"
    assert get("feeds/9").status_code == 404
    assert get("feeds/1/days").json()[-1] == {"day": "2026-11-24", "captured": 9, "articles": 6, "failed": 4}


def test_a_feed_is_added_and_removed(site, post, monkeypatch):
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", "127.0.0.1")
    refused = post("feeds", url="http://10.0.0.1/feed.xml")
    assert (refused.status_code, "would be refused" in refused.json()["detail"]) == (503, True)
    assert post("feeds/1/remove").json() == {"changed": 1}
    assert set(site.feeds()) == {2}


@pytest.fixture
def letters(site):
    (ref,) = write_captures(site.archive, "2026-11-24T1205", [("https://example.org/1", b"x")])
    facts = {
        "reason": Reason.BUG,
        "detail": "a bug",
        "source": "EFE",
        "pipeline_version": "1",
        "failed_at": NOW,
        "partition": "2026-11-24T1205",
    }
    made = [
        DeadLetter(stage=Stage.ENRICH, url="https://example.org/1", capture=ref, **facts),
        *(DeadLetter(stage=Stage.FETCH, url=f"https://example.org/{n}", capture=None, page_id=f"p{n}", **facts) for n in range(4)),
    ]
    record_dead_letters(site.engine, made)


def test_dead_letters_are_listed_in_parts_of_which_none_is_missing_or_twice(get, letters):
    found, cursor = [], ""
    for _ in range(3):
        page = get("dead-letters", size=2, cursor=cursor).json()
        found += [(letter["stage"], letter["locator"]) for letter in page["dead_letters"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert len(found) == len(set(found)) == 5
    assert get("dead-letters", cursor="nonsense").status_code == 400
    assert [cause["count"] for cause in get("dead-letters/causes").json()] == [4, 1]


def test_dead_letters_are_retried_and_dropped(site, get, post, letters):
    started = post("dead-letters/retry", stage="enrich", every=True)
    assert started.status_code == 202
    site.await_tasks()
    task = get(f"tasks/{started.json()['task']}").json()
    assert (task["state"], task["result"]["failed again"]) == ("done", 1)
    assert post("dead-letters/drop", stage="fetch", locators=["p1", "p2"]).json() == {"changed": 2}
    assert post("dead-letters/drop", stage="fetch", locators=["p1"]).status_code == 400


def test_alerts_are_listed_acknowledged_and_silenced(site, get, post):
    problems = [Problem(rule=AlertRule.SILENCE, subject="un-news", message="nothing new for 9 h")]
    record_problems(site.engine, problems, rules=set(AlertRule), channels=["log"], now=NOW)
    assert post("alerts/acknowledge", subject="UN News").json() == {"changed": 1}
    assert post("alerts/acknowledge", subject="nobody").status_code == 404
    post("alerts/silence", subject="UN News", hours=8)
    (alert,) = get("alerts").json()
    assert alert["acknowledged_at"]
    assert alert["silenced_until"]


def test_a_backfill_is_started_and_followed(site, get, post):
    write_captures(site.archive, "2026-11-24T1205", [("https://example.org/1", b"x")])
    started = post("backfills", since="2026-11-24", name="past")
    assert (started.status_code, started.json()) == (202, {"stage": "enrich", "name": "past", "partitions": 1})
    site.await_tasks()
    assert get("backfills/enrich/past").json()["succeeded"] == 1
    assert get("backfills").json()[0]["name"] == "past"
    assert get("backfills/enrich/unknown").status_code == 404
    assert post("backfills/enrich/past/cancel").json() == {"changed": 0}


def test_the_state_and_the_audit_log(get, post):
    post("feeds/1/pause")
    assert get("status").json()["feeds"] == {"disabled": 1, "active": 1}
    log = get("audit", size=1).json()
    assert (log["changes"][0]["action"], log["next_cursor"]) == ("change feed", None)


def test_the_document_describes_each_route_its_errors_and_where_it_is(get):
    described = get("openapi.json").json()
    assert {f"{API}/articles", f"{API}/dead-letters/retry", f"{API}/status"} <= set(described["paths"])
    assert "application/problem+json" in described["paths"][f"{API}/articles"]["get"]["responses"]["400"]["content"]
    json.dumps(described)


def _examples():
    text = (Path(__file__).parents[3] / "docs/api.md").read_text()
    return [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.startswith("    curl ")]


def _send(browser, command):
    """Send the request of a curl command; the examples only use -G with --data-urlencode, -X, --json and -H."""
    words = shlex.split(command)[1:]
    method, url, query, body, headers = "GET", "", [], None, {}
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "--data-urlencode":
            query.append(tuple(words.pop(0).split("=", 1)))
        elif word == "--json":
            method, body = "POST", json.loads(words.pop(0))
        elif word == "-H":
            name, value = words.pop(0).split(": ", 1)
            headers[name] = value
        elif word != "-G":
            url = word
    path = url.removeprefix("$NEWSDESK")
    assert path.startswith(API), command
    return browser.request(method, path.replace("ARTICLE", HIT.id).replace("TOPIC", "1"), params=query or None, json=body, headers=headers)


@pytest.mark.parametrize("command", _examples())
def test_each_example_of_the_documentation_works(site, letters, monkeypatch, command):
    monkeypatch.setattr("newsdesk.fetch.admission._check_host", lambda *_: "")
    problems = [Problem(rule=AlertRule.SILENCE, subject="un-news", message="nothing new for 9 h")]
    record_problems(site.engine, problems, rules=set(AlertRule), channels=["log"], now=NOW)
    answer = _send(site.browser, command)
    assert answer.status_code in (200, 201, 202), answer.text


def test_a_comparison_is_described_with_all_that_it_has(get):
    described = get("openapi.json").json()["components"]["schemas"]["ComparedArticles"]["properties"]
    assert set(described) == set(ComparedArticles.__dataclass_fields__)

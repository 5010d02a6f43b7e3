"""The pages of topics: rights, read marks, alerts and feeds.

Tests of newsdesk.web.state, newsdesk.web.topic_edit_page, newsdesk.web.topic_feeds, newsdesk.web.topic_subscriptions_page and
newsdesk.web.topics_page.
"""

import datetime as dt
import functools
import json
import re
from html.parser import HTMLParser

import feedparser
import pytest
from fastapi.testclient import TestClient

from newsdesk.errors import BadRequest, Unavailable
from newsdesk.search.queries import SearchQuery
from newsdesk.settings import load
from newsdesk.topics import matches, subscriptions
from newsdesk.topics.feeds import add_feed
from newsdesk.topics.matches import Shown, count_unread, list_matches, record_matches
from newsdesk.topics.records import Channel, Item
from newsdesk.topics.saved import list_topics, save_topic
from newsdesk.topics.schedule import Schedule
from newsdesk.web.app import make_app
from newsdesk.web.identity import Reader, Right
from newsdesk.web.site import make_sections
from newsdesk.web.topic_feeds import make_feeds
from shared_application import StandIn, known_by_header, resources_of, serving

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
READERS = {
    "vera": Reader("vera"),
    "ines": Reader("ines", frozenset({Right.READ, Right.OPERATE})),
    "ada": Reader("ada", frozenset(Right)),
}


def item(article_id, **changes):
    given = {
        "title": f"Headline {article_id}",
        "url": f"https://news.example/{article_id}",
        "source": "example",
        "language": "en",
        "lead": "At noon.",
    }
    return Item(article_id=article_id, story_id=article_id, dated_at=NOW, **{**given, **changes})


class Library:
    """A library with the methods that these pages use."""

    def __init__(self):
        self.filled = []
        self.answer = [item("p")]

    def preview_topic(self, _query):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def fill_topic(self, _state, topic):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.filled.append(topic.name)


LIBRARY, SETTINGS, SITE = StandIn(), StandIn(), StandIn()


@functools.cache
def application():
    resources = resources_of(SITE, SETTINGS)
    sections = make_sections(SETTINGS, LIBRARY, resources)
    return make_app(
        sections=sections,
        identity=known_by_header(READERS),
        open_state=resources.open_state,
        feeds=make_feeds(resources.open_state, page_url=""),
    )


class Site:
    """A browser for each user, with the library and the state behind the site."""

    def __init__(self, engine):
        self.engine, self.library = engine, Library()
        targets = {LIBRARY: self.library, SETTINGS: load(), SITE: self}
        self.browser = TestClient(serving(application(), targets), root_path="/newsdesk", follow_redirects=False)
        self.topic = save_topic(engine, "Ports", SearchQuery(text="harbour"), owner="ines", is_shared=False, now=NOW)
        record_matches(engine, self.topic, [item("a"), item("b")], is_news=True, now=NOW)

    def get(self, path, *, user="ines"):
        return self.browser.get(path, headers={"x-user": user})

    def post(self, path, *, user="ines", headers=(), **form):
        token = application().state.changes.make_token(READERS[user])
        return self.browser.post(path, data={"csrf_token": token, **form}, headers={"x-user": user, **dict(headers)})

    @property
    def page(self):
        return f"/topics/{self.topic.id}"


@pytest.fixture
def site(engine, monkeypatch):
    monkeypatch.setenv("NEWSDESK_TOPICS_ALLOWED_HOSTS", "127.0.0.1")
    return Site(engine)


class Attributes(HTMLParser):
    """The elements and attributes that a browser parses."""

    def __init__(self):
        super().__init__()
        self.tags, self.found = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += attrs


def share(site):
    save_topic(site.engine, "Ports", SearchQuery(text="harbour"), owner="ines", is_shared=True, now=NOW)


def test_a_reader_sees_own_and_shared_topics_with_what_is_unread(site):
    assert re.search(r"Ports</a></th>\s*<td class=\"number\"><strong>2</strong></td>", site.get("/topics").text)
    assert "Ports" not in site.get("/topics", user="vera").text
    share(site)
    assert "Ports" in site.get("/topics", user="vera").text


@pytest.mark.parametrize("path", ["", "/edit", "/subscriptions"])
def test_a_private_topic_is_not_there_for_others_whatever_they_may(site, path):
    assert site.get(f"{site.page}{path}").status_code == 200
    assert {site.get(f"{site.page}{path}", user=user).status_code for user in ("vera", "ada")} == {404}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/marks", {"article": "a", "action": "read"}),
        ("/read", {"until": "9"}),
        ("", {"name": "x", "q": "y"}),
        ("/remove", {}),
        ("/subscriptions", {"channel": "mail", "address": "vera@example.org"}),
        ("/subscriptions/1/remove", {}),
        ("/feeds", {}),
        ("/feeds/revoke", {"token": "x"}),
    ],
)
def test_nobody_changes_what_they_do_not_see_and_nothing_is_changed_without_a_token(site, path, form):
    assert site.post(f"{site.page}{path}", user="vera", **form).status_code == 404
    assert site.browser.post(f"{site.page}{path}", data=form, headers={"x-user": "ines"}).status_code == 403
    assert (list_topics(site.engine)[0].name, count_unread(site.engine, "ines")) == ("Ports", {site.topic.id: 2})


def test_an_article_is_marked_and_the_reader_comes_back_to_it(site):
    answer = site.post(f"{site.page}/marks", article="a", action="read", shown="all")
    assert (answer.status_code, answer.headers["location"]) == (303, f"../{site.topic.id}?shown=all#article-a")
    assert "Headline a" not in site.get(site.page).text
    site.post(f"{site.page}/marks", article="b", action="star")
    site.post(f"{site.page}/marks", article="b", action="note", note=f"call {HOSTILE}")
    shown = site.get(f"{site.page}?shown=starred").text
    assert "Headline b" in shown
    assert "Headline a" not in shown
    assert "<script>alert" not in shown
    assert "call &lt;script&gt;" in shown
    site.post(f"{site.page}/marks", article="b", action="unstar")
    assert "Headline b" not in site.get(f"{site.page}?shown=starred").text


def test_a_script_gets_the_article_alone(site):
    answer = site.post(f"{site.page}/marks", headers={"hx-request": "true"}, article="a", action="star")
    assert answer.text.lstrip().startswith("<li")
    assert "Remove star" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(("form", "status"), [({"article": "zz", "action": "read"}, 404), ({"article": "a", "action": "eat"}, 400)])
def test_what_is_not_in_the_topic_or_no_mark_is_refused(site, form, status):
    assert site.post(f"{site.page}/marks", **form).status_code == status


def test_all_that_was_shown_is_marked_as_read(site):
    last = list_matches(site.engine, site.topic.id)[0].match.number
    record_matches(site.engine, site.topic, [item("c")], is_news=True, now=NOW)
    site.post(f"{site.page}/read", until=str(last))
    assert [one.match.item.article_id for one in list_matches(site.engine, site.topic.id, user="ines", shown=Shown.UNREAD)] == ["c"]


def test_older_articles_are_on_the_next_page(site):
    record_matches(site.engine, site.topic, [item(f"n{number}") for number in range(60)], is_news=True, now=NOW)
    first = site.get(f"{site.page}?shown=all").text
    (older,) = re.findall(r'rel="next" href="[^"]*\?([^"]+)"', first)
    second = site.get(f"{site.page}?{older.replace('&amp;', '&')}").text
    assert len(re.findall('id="article-', first)) == 50
    assert len(re.findall('id="article-', second)) == 12
    assert "Headline a<" in second


def test_a_search_becomes_a_topic_after_its_preview(site):
    shown = site.get("/topics/new?q=strike&source=EFE").text
    assert 'value="strike source:EFE"' in shown
    assert "1 article of the last week would have been told" in shown
    assert "Headline p" in shown
    made = site.post("/topics", name="Strikes", q="strike source:EFE")
    topic = list_topics(site.engine)[1]
    assert made.headers["location"] == f"topics/{topic.id}"
    assert (topic.name, topic.owner, topic.is_shared, topic.query.collapse) == ("Strikes", "ines", False, True)
    assert site.library.filled == ["Strikes"]


def test_a_query_that_cannot_be_asked_is_told_on_its_page(site):
    site.library.answer = BadRequest(f"{HOSTILE} is not a verdict")
    answer = site.get("/topics/new?q=verdict:x")
    assert answer.status_code == 400
    assert "&lt;script&gt;" in answer.text
    assert site.post("/topics", name="x", q="verdict:garbeld").status_code == 400
    assert len(list_topics(site.engine)) == 1


def test_a_topic_is_saved_although_elasticsearch_does_not_answer(site):
    site.library.answer = Unavailable("elasticsearch", "down")
    assert site.post("/topics", name="Rail", q="train").status_code == 303
    assert [topic.name for topic in list_topics(site.engine)] == ["Ports", "Rail"]


def test_a_name_that_is_taken_is_refused_and_the_topic_stays(site):
    assert site.post("/topics", name="Ports", q="train").status_code == 400
    assert list_topics(site.engine)[0].query.text == "harbour"


def test_a_topic_is_changed_by_its_owner_and_a_shared_one_by_administrators_too(site):
    assert site.post(site.page, name="Harbours", q="harbour", shared="true").status_code == 303
    assert site.library.filled == []
    assert site.post(site.page, user="vera", name="Mine", q="x").status_code == 403
    assert site.post(site.page, user="ada", name="Quays", q="quay", shared="true").status_code == 303
    (topic,) = list_topics(site.engine)
    assert (topic.name, topic.query.text, topic.owner, site.library.filled) == ("Quays", "quay", "ines", ["Quays"])
    assert site.post(f"{site.page}/remove").headers["location"] == "../../topics"
    assert list_topics(site.engine) == []


def test_only_readers_who_may_operate_share_topics(site):
    assert site.post("/topics", user="vera", name="Mine", q="harbour", shared="true").status_code == 403
    assert site.post("/topics", user="vera", name="Mine", q="harbour").status_code == 303
    assert "visible to all users" not in site.get("/topics/new?q=x", user="vera").text


def test_an_alert_is_added_its_secret_shown_once_and_removed_by_its_owner(site):
    share(site)
    made = site.post(
        f"{site.page}/subscriptions",
        channel="webhook",
        address="http://127.0.0.1:9/s3cret",
        rhythm="daily",
        quiet_from="22:00",
        quiet_until="06:00",
    )
    page = f"{site.page}/{made.headers['location']}"
    assert "daily at 07:00 (UTC), quiet from 22:00 to 06:00 (UTC)" in site.get(page).text
    assert "whsec_" in site.get(page).text
    assert "whsec_" not in site.get(f"{site.page}/subscriptions").text
    assert "s3cret" not in site.get(page).text
    (alert,) = subscriptions.list_subscriptions(site.engine)
    assert "127.0.0.1" not in site.get(f"{site.page}/subscriptions", user="vera").text
    assert site.post(f"{site.page}/subscriptions/{alert.id}/remove", user="vera").status_code == 404
    assert site.post(f"{site.page}/subscriptions/{alert.id}/remove").status_code == 303
    assert subscriptions.list_subscriptions(site.engine) == []


@pytest.mark.parametrize(
    ("user", "form", "status"),
    [
        ("vera", {"channel": "mail", "address": "vera@example.org"}, 303),
        ("vera", {"channel": "webhook", "address": "https://example.org/"}, 403),
        ("ines", {"channel": "webhook", "address": "http://10.0.0.1/"}, 400),
        ("ines", {"channel": "mail", "address": "vera"}, 400),
        ("ines", {"channel": "mail", "address": "vera@example.org", "quiet_from": "22:00"}, 400),
        ("ines", {"channel": "mail", "address": "vera@example.org", "zone": "Moon/Base"}, 400),
        ("ines", {"channel": "pigeon", "address": "vera@example.org"}, 422),
    ],
)
def test_alerts_that_cannot_be_are_refused(site, user, form, status):
    share(site)
    assert site.post(f"{site.page}/subscriptions", user=user, **form).status_code == status


def test_a_failing_alert_is_shown_with_what_is_owed(site):
    made = subscriptions.subscribe(site.engine, site.topic, Channel.MAIL, "ines@example.org", Schedule(), owner="ines")
    record_matches(site.engine, site.topic, [item("c")], is_news=True, now=NOW)
    subscriptions.fail(site.engine, made, "the mail server: SMTPException", retry_at=NOW)
    shown = site.get(f"{site.page}/subscriptions").text
    assert "failed 1 times: the mail server: SMTPException" in shown
    assert "1 not sent yet" in shown


def test_a_feed_is_read_without_a_login_until_it_is_revoked(site):
    site.post(f"{site.page}/feeds")
    addresses = re.findall(r'readonly value="([^"]+)"', site.get(f"{site.page}/subscriptions").text)
    assert all(address.startswith("http://testserver/newsdesk/feeds/") for address in addresses)
    rss, json_feed = (site.browser.get(address) for address in addresses)
    read = feedparser.parse(rss.content)
    assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert [entry.id for entry in read.entries] == ["b", "a"]
    assert [link.href for link in read.feed.links if link.rel == "self"] == [addresses[0]]
    assert json.loads(json_feed.content)["feed_url"] == addresses[1]
    token = addresses[0].rpartition("/")[2].removesuffix(".rss")
    assert site.post(f"{site.page}/feeds/revoke", token=token).status_code == 303
    assert site.browser.get(addresses[0]).status_code == 404


def test_an_address_of_another_reader_is_neither_shown_nor_revoked(site):
    share(site)
    feed = add_feed(site.engine, site.topic, owner="ines", now=NOW)
    assert feed.token not in site.get(f"{site.page}/subscriptions", user="vera").text
    assert site.post(f"{site.page}/feeds/revoke", user="vera", token=feed.token).status_code == 404


@pytest.mark.parametrize("path", ["x.rss", ".rss", "", "x", "docs", "openapi.json"])
def test_whoever_guesses_finds_nothing(site, path):
    assert site.browser.get(f"/newsdesk/feeds/{path}").status_code == 404


def test_hostile_names_and_articles_stay_text(site):
    topic = save_topic(site.engine, HOSTILE[:90], SearchQuery(text=HOSTILE), owner="ines", now=NOW)
    hostile = item("x", title=HOSTILE, source=HOSTILE, lead=HOSTILE, language='" onload="x', url="javascript:alert(1)")
    record_matches(site.engine, topic, [hostile], is_news=True, now=NOW)
    for path in ("/topics", f"/topics/{topic.id}", f"/topics/{topic.id}/edit", f"/topics/{topic.id}/subscriptions"):
        page = Attributes()
        page.feed(site.get(path).text)
        assert not {name for name, _ in page.found if name.startswith("on")}
        assert not {value for _, value in page.found if value and value.startswith("javascript:")}
        assert "img" not in page.tags
    assert matches.find_match(site.engine, topic.id, "x", user="ines").match.item.title == HOSTILE

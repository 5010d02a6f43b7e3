"""The parts of `newsdesk topics` that need no index."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from newsdesk.cli.main import newsdesk
from newsdesk.search.queries import SearchQuery
from newsdesk.topics.matches import record_matches
from newsdesk.topics.records import Item
from newsdesk.topics.saved import save_topic

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
HOOK = "http://127.0.0.1:9/services/s3cret"


@pytest.fixture
def topics(engine, monkeypatch, home):
    monkeypatch.setenv("NEWSDESK_TOPICS_ALLOWED_HOSTS", "127.0.0.1:9")
    monkeypatch.setenv("NEWSDESK_TOPICS_PAGE_URL", "https://desk.example/newsdesk/")
    topic = save_topic(engine, "Ports", SearchQuery(text="harbour source:EFE"), now=NOW)
    item = Item(
        article_id="a1",
        story_id="a1",
        title="Ferry\x1b[2J leaves",
        url="https://news.example/1",
        source="EFE",
        language="en",
        lead="",
        dated_at=NOW,
    )
    record_matches(engine, topic, [item], is_news=True, now=NOW)


def call(*arguments):
    return CliRunner().invoke(newsdesk, ["topics", *arguments])


def output(*arguments):
    done = call(*arguments)
    assert done.exception is None, done.exception
    return done.stdout


@pytest.mark.usefixtures("topics")
def test_topics_are_listed_with_what_they_found():
    assert output("list") == "Ports: harbour source:EFE, 1 article\n"
    (listed,) = map(json.loads, output("list", "--json").splitlines())
    assert (listed["name"], listed["owner"], listed["query"], listed["articles"]) == ("Ports", None, "harbour source:EFE", 1)


@pytest.mark.usefixtures("topics")
def test_a_topic_is_shown_with_marks_and_without_what_acts_on_a_terminal():
    output("mark", "a1", "--user", "ines", "--star", "--note", "call them")
    shown = output("show", "Ports", "--user", "ines").splitlines()
    assert shown[1:] == ["•★ 2026-11-24 12:05  Ferry\\u001b[2J leaves", "     EFE  https://news.example/1", "     note: call them"]
    output("mark", "a1", "--user", "ines", "--read")
    assert json.loads(output("show", "Ports", "--user", "ines", "--only", "unread", "--json"))["articles"] == []


@pytest.mark.usefixtures("topics")
def test_a_subscription_is_made_shown_without_its_secret_address_and_removed():
    made = json.loads(
        output("subscribe", "Ports", "webhook", HOOK, "--rhythm", "daily", "--at", "06:30", "--zone", "Europe/Madrid", "--json")
    )
    assert made["secret"].startswith("whsec_")
    shown = output("show", "Ports")
    assert "1: webhook to 127.0.0.1, daily at 06:30 (Europe/Madrid)" in shown
    assert "s3cret" not in shown + output("show", "Ports", "--json")
    assert output("unsubscribe", "1") == "subscription 1: removed\n"
    assert "there is no subscription 1" in str(call("unsubscribe", "1").exception)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["subscribe", "Ports", "webhook", "http://10.0.0.1/"], "NEWSDESK_TOPICS_ALLOWED_HOSTS"),
        (["subscribe", "Ports", "mail", "nobody"], "not a mail address"),
        (["subscribe", "Ports", "mail", "ines@example.org", "--quiet", "22"], "not a time of day"),
        (["subscribe", "Rail", "mail", "ines@example.org"], "there is no topic Rail"),
        (["remove", "Rail"], "there is no topic Rail"),
        (["feed", "Ports", "--revoke", "x"], "no feed of this token"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_with_the_remedy(arguments, told):
    assert told in str(call(*arguments).exception)


@pytest.mark.usefixtures("topics")
def test_a_feed_has_an_address_in_both_formats_until_it_is_revoked():
    assert output("feed", "Ports") == "Ports has no feed: --new makes one\n"
    rss, json_feed = output("feed", "Ports", "--new").splitlines()
    assert rss.startswith("https://desk.example/newsdesk/feeds/")
    assert (rss.removesuffix(".rss"), rss[-4:]) == (json_feed.removesuffix(".json"), ".rss")
    token = rss.removesuffix(".rss").rpartition("/")[2]
    assert output("feed", "Ports", "--revoke", token) == "Ports has no feed: --new makes one\n"


@pytest.mark.usefixtures("topics")
def test_what_is_owed_is_shown_after_the_messages_that_are_due(engine):
    output("subscribe", "Ports", "mail", "ines@example.org")
    assert output("deliver") == "0 messages sent, 0 failed\n"
    topic = save_topic(engine, "Ports", SearchQuery(text="quay"), now=NOW)
    item = Item(article_id="b", story_id="b", title="", url="", source="", language="", lead="", dated_at=NOW)
    record_matches(engine, topic, [item], is_news=True, now=NOW)
    assert "1: mail to ines@example.org, at once, at least 5 minutes apart, pending: 1 article since 2026-11-24 12:05 UTC" in output(
        "deliver"
    )
    (waiting,) = json.loads(output("deliver", "--json"))["unsent"]
    assert (waiting["address"], waiting["unsent"]) == ("ines@example.org", 1)


@pytest.mark.usefixtures("topics")
def test_a_topic_is_renamed_made_private_and_removed():
    output("edit", "Ports", "--name", "Harbours", "--private")
    assert json.loads(output("list", "--json"))["is_shared"] is False
    output("remove", "Harbours")
    assert output("list") == "no topics yet: newsdesk topics add NAME QUERY\n"


def test_nothing_to_change_is_a_wrong_use():
    assert call("edit", "Ports").exit_code == 2
    assert call("mark", "a1", "--user", "ines").exit_code == 2


@pytest.mark.usefixtures("topics")
def test_a_topic_is_saved_although_elasticsearch_does_not_answer():
    done = call("add", "Rail", "train OR tram")
    assert (done.exit_code, done.stdout) == (0, "Rail: 0 articles of the last week\n")
    assert "the next run of newsdesk_index lists the articles" in done.stderr

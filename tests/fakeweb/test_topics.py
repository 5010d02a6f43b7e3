"""Articles of topics, their read marks, and messages to webhooks: sent once and in order, despite failures.

Tests of newsdesk.topics.channels, newsdesk.topics.delivery, newsdesk.topics.marks, newsdesk.topics.matches, newsdesk.topics.records,
newsdesk.topics.subscriptions and newsdesk.topics.tables.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import ON_BOTH_DATABASES
from newsdesk.database import open_database
from newsdesk.errors import BadRequest, Unavailable
from newsdesk.search.queries import SearchQuery
from newsdesk.settings import Settings, load
from newsdesk.topics import subscriptions
from newsdesk.topics.channels import Senders, check_address, webhook_senders
from newsdesk.topics.delivery import Delivered, deliver
from newsdesk.topics.feeds import add_feed, find_topic_of_feed, list_feeds, revoke_feed
from newsdesk.topics.marks import mark_all_read, mark_article, remove_old_marks
from newsdesk.topics.matches import Shown, count_unread, list_matches, record_matches, refill, remove_old_matches
from newsdesk.topics.records import Channel, Item, Message, Subscription, Topic
from newsdesk.topics.saved import change_topic, find_topic, read_topic, remove_topic, save_topic
from newsdesk.topics.schedule import Rhythm, Schedule
from stack.loopback import LoopbackServer

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
AT_ONCE = Schedule(gap=dt.timedelta())
PRIVATE_HOOK = "http://127.0.0.1:9/hook"


def item(article_id: str, *, story_id: str = "") -> Item:
    return Item(
        article_id=article_id,
        story_id=story_id or article_id,
        title=f"Headline {article_id}",
        url=f"https://news.example/{article_id}",
        source="Example",
        language="en",
        lead="",
        dated_at=NOW,
    )


def items(ids: str) -> list[Item]:
    return [item(article_id) for article_id in ids]


class Recorder:
    """A channel that records messages; it first raises Unavailable `failures` times; `dies` ends the process after sending."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.failures = 0
        self.dies = False

    def __call__(self, _subscription: Subscription, message: Message) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("hook.example", "status 503")
        self.messages.append(message)
        if self.dies:
            raise SystemExit

    @property
    def told(self) -> list[str]:
        return ["".join(item.article_id for item in message.items) for message in self.messages]

    @property
    def senders(self) -> Senders:
        return {Channel.WEBHOOK: self, Channel.SLACK: self}


@pytest.fixture
def topic(engine: sa.Engine) -> Topic:
    return save_topic(engine, "Ports", SearchQuery(text="harbour"), owner="ines", now=NOW)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def send(engine: sa.Engine, recorder: Recorder, *, at: dt.datetime = NOW) -> Delivered:
    return deliver(engine, recorder.senders, page_url="https://desk.example/newsdesk/", now=lambda: at)


def hook(engine: sa.Engine, topic: Topic, schedule: Schedule = AT_ONCE, *, channel: Channel = Channel.WEBHOOK) -> Subscription:
    return subscriptions.subscribe(engine, topic, channel, PRIVATE_HOOK, schedule, owner="ines")


def find(engine: sa.Engine, topic: Topic, ids: str, *, at: dt.datetime = NOW) -> int:
    return record_matches(engine, topic, items(ids), is_news=True, now=at)


def listed(engine: sa.Engine, topic: Topic, *, user: str = "ines", shown: Shown = Shown.ALL) -> str:
    return "".join(one.match.item.article_id for one in list_matches(engine, topic.id, user=user, shown=shown))


def test_the_names_of_sources_are_read_once_however_many_messages_are_sent(engine, topic, recorder):
    for _ in range(3):
        hook(engine, topic)
    find(engine, topic, "ab")
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert send(engine, recorder).sent == 3
    assert len([statement for statement in statements if "FROM source_names" in statement]) == 1


@ON_BOTH_DATABASES
def test_an_article_is_recorded_once_and_the_last_found_is_listed_first(engine, topic):
    assert find(engine, topic, "ab") == 2
    assert find(engine, topic, "bc") == 1
    assert listed(engine, topic) == "cba"


@ON_BOTH_DATABASES
def test_a_copy_of_a_story_is_left_out_unless_the_topic_asks_for_all(engine, topic):
    every = save_topic(engine, "All", SearchQuery(text="harbour", collapse=False), now=NOW)
    for one in (topic, every):
        record_matches(engine, one, [item("a"), item("b", story_id="a")], is_news=True, now=NOW)
        record_matches(engine, one, [item("c", story_id="a"), item("d")], is_news=True, now=NOW)
    assert (listed(engine, topic), listed(engine, every)) == ("da", "dcba")


def test_what_was_asked_with_an_older_query_is_not_recorded(engine, topic):
    changed = change_topic(engine, topic, name="Ports", query=SearchQuery(text="quay"), is_shared=True, now=NOW + MINUTE)
    assert find(engine, topic, "a") == 0
    assert find(engine, changed, "b") == 1


@ON_BOTH_DATABASES
def test_another_query_keeps_what_it_finds_too_with_its_debts_and_removes_the_rest(engine, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "abc")
    changed = change_topic(engine, topic, name="Ports", query=SearchQuery(text="quay"), is_shared=True, now=NOW + MINUTE)
    find(engine, changed, "n", at=NOW + 2 * MINUTE)
    refill(engine, changed, items("x"), found="bxn", now=NOW + 2 * MINUTE)
    assert listed(engine, topic) == "xnb"
    send(engine, recorder, at=NOW + 2 * MINUTE)
    assert recorder.told == ["bn"]
    assert find_topic(engine, topic.id).filled_at == NOW + 2 * MINUTE


@ON_BOTH_DATABASES
def test_marks_belong_to_a_user_and_hold_in_every_topic(engine, topic):
    other = save_topic(engine, "Ferries", SearchQuery(text="ferry"), now=NOW)
    for one in (topic, other):
        find(engine, one, "abc")
    mark_article(engine, "ines", "a", is_read=True, now=NOW)
    mark_article(engine, "ines", "b", is_starred=True, note=" call the captain ", now=NOW)
    assert count_unread(engine, "ines") == {topic.id: 2, other.id: 2}
    assert count_unread(engine, "omar") == {topic.id: 3, other.id: 3}
    assert (listed(engine, other, shown=Shown.UNREAD), listed(engine, other, shown=Shown.STARRED)) == ("cb", "b")
    assert list_matches(engine, topic.id, user="ines")[1].mark.note == "call the captain"
    mark_article(engine, "ines", "a", is_read=False, now=NOW)
    mark_article(engine, "ines", "b", is_starred=False, now=NOW)
    assert count_unread(engine, "ines")[topic.id] == 3
    assert listed(engine, topic, shown=Shown.STARRED) == ""
    assert list_matches(engine, topic.id, user="ines")[1].mark.note == "call the captain"


@ON_BOTH_DATABASES
def test_all_that_a_page_showed_is_marked_as_read_and_what_was_found_since_is_not(engine, topic):
    find(engine, topic, "ab")
    mark_article(engine, "ines", "a", note="read long ago", is_read=True, now=NOW - MINUTE)
    last = list_matches(engine, topic.id)[0].match.number
    find(engine, topic, "c")
    mark_all_read(engine, "ines", topic.id, until=last, now=NOW)
    assert listed(engine, topic, shown=Shown.UNREAD) == "c"
    marks = {one.match.item.article_id: one.mark for one in list_matches(engine, topic.id, user="ines")}
    assert (marks["a"].read_at, marks["a"].note, marks["b"].read_at) == (NOW - MINUTE, "read long ago", NOW)


def test_a_note_that_is_too_long_is_refused(engine):
    with pytest.raises(BadRequest, match="at most 5000"):
        mark_article(engine, "ines", "a", note="x" * 5_001, now=NOW)


@ON_BOTH_DATABASES
def test_old_matches_and_bare_marks_go_and_stars_and_notes_stay(engine, topic):
    hook(engine, topic)
    find(engine, topic, "ab")
    find(engine, topic, "c", at=NOW + MINUTE)
    for article_id, changes in {"a": {"is_read": True}, "b": {"is_starred": True}, "c": {"note": "keep"}}.items():
        mark_article(engine, "ines", article_id, **changes, now=NOW)
    assert remove_old_matches(engine, before=NOW + MINUTE) == (2, 2)
    assert remove_old_marks(engine, before=NOW + MINUTE) == 1
    assert listed(engine, topic) == "c"


def test_the_number_of_a_removed_match_is_given_to_no_other(engine, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "ab")
    send(engine, recorder)
    remove_old_matches(engine, before=NOW + MINUTE)
    find(engine, topic, "c", at=NOW + 2 * MINUTE)
    send(engine, recorder, at=NOW + 2 * MINUTE)
    assert recorder.told == ["ab", "c"]


@ON_BOTH_DATABASES
def test_news_are_told_once_in_order_to_every_subscriber_and_older_articles_to_nobody(engine, topic, recorder):
    record_matches(engine, topic, items("x"), is_news=False, now=NOW)
    find(engine, topic, "y")
    hook(engine, topic)
    find(engine, topic, "ab")
    record_matches(engine, topic, items("z"), is_news=False, now=NOW)
    assert send(engine, recorder) == Delivered(sent=1)
    find(engine, topic, "c")
    hook(engine, topic)
    find(engine, topic, "d")
    assert send(engine, recorder) == Delivered(sent=2)
    assert send(engine, recorder) == Delivered()
    assert recorder.told == ["ab", "cd", "d"]
    assert recorder.messages[0].page == f"https://desk.example/newsdesk/topics/{topic.id}"


@ON_BOTH_DATABASES
def test_a_message_that_fails_is_repeated_later_as_it_was_and_what_came_since_follows(engine, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "ab")
    recorder.failures = 1
    assert send(engine, recorder) == Delivered(failed=1)
    find(engine, topic, "c")
    assert send(engine, recorder, at=NOW + MINUTE / 2) == Delivered()
    (failed,) = subscriptions.list_subscriptions(engine)
    assert (failed.failures, failed.error, failed.retry_at) == (1, "hook.example: status 503", NOW + MINUTE)
    assert send(engine, recorder, at=NOW + MINUTE) == Delivered(sent=2)
    assert recorder.told == ["ab", "c"]
    (settled,) = subscriptions.list_subscriptions(engine)
    assert (settled.failures, settled.error) == (0, None)


@ON_BOTH_DATABASES
def test_a_process_that_dies_between_sending_and_noting_repeats_the_same_message_under_the_same_id(engine, database_url, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "ab")
    recorder.dies = True
    with pytest.raises(SystemExit):
        send(engine, recorder)
    recorder.dies = False
    find(engine, topic, "c")
    with open_database(database_url) as restarted:
        assert send(restarted, recorder, at=NOW + MINUTE) == Delivered()
        assert send(restarted, recorder, at=NOW + subscriptions.LEASE) == Delivered(sent=2)
        assert send(restarted, recorder, at=NOW + 2 * subscriptions.LEASE) == Delivered()
    assert recorder.told == ["ab", "ab", "c"]
    assert [message.id for message in recorder.messages] == [recorder.messages[0].id] * 2 + [recorder.messages[2].id]


def test_a_begun_message_whose_articles_are_gone_does_not_block_the_next(engine, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "ab")
    recorder.failures = 1
    send(engine, recorder)
    changed = change_topic(engine, topic, name="Ports", query=SearchQuery(text="quay"), is_shared=True, now=NOW + MINUTE / 2)
    refill(engine, changed, [], found="", now=NOW + MINUTE)
    find(engine, changed, "c", at=NOW + MINUTE)
    for minutes in (1, 2):
        send(engine, recorder, at=NOW + minutes * MINUTE)
    assert recorder.told == ["c"]


@ON_BOTH_DATABASES
def test_processes_that_deliver_at_once_send_one_message(engine, topic, recorder):
    hook(engine, topic)
    find(engine, topic, "ab")
    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(lambda _: send(engine, recorder).sent, range(4)))
    assert (sum(sent), recorder.told) == (1, ["ab"])


@ON_BOTH_DATABASES
def test_runs_that_find_at_once_number_the_articles_so_that_none_is_missed(engine, topic, recorder):
    hook(engine, topic)

    def run(number: int) -> None:
        record_matches(engine, topic, [item(f"{number}-{n}") for n in range(20)], is_news=True, now=NOW)
        send(engine, recorder)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(8)))
    send(engine, recorder)
    told = [item.article_id for message in recorder.messages for item in message.items]
    assert sorted(told) == sorted(f"{number}-{n}" for number in range(8) for n in range(20))


def test_quiet_hours_gaps_and_digests_hold_articles_back_until_they_are_over(engine, topic, recorder):
    quiet = Schedule(quiet_from=dt.time(12), quiet_until=dt.time(13), gap=30 * MINUTE)
    hook(engine, topic, quiet)
    daily = save_topic(engine, "Daily", SearchQuery(text="ferry"), now=NOW)
    hook(engine, daily, Schedule(rhythm=Rhythm.DAILY, daily_at=dt.time(18)))
    for one in (topic, daily):
        find(engine, one, "a")
        find(engine, one, "b", at=NOW + 30 * MINUTE)
    assert send(engine, recorder, at=NOW + 50 * MINUTE) == Delivered()
    assert send(engine, recorder, at=NOW.replace(hour=13, minute=0)) == Delivered(sent=1)
    find(engine, topic, "c", at=NOW.replace(hour=13, minute=5))
    assert send(engine, recorder, at=NOW.replace(hour=13, minute=29)) == Delivered()
    assert send(engine, recorder, at=NOW.replace(hour=13, minute=30)) == Delivered(sent=1)
    assert send(engine, recorder, at=NOW.replace(hour=18, minute=0)) == Delivered(sent=1)
    assert recorder.told == ["ab", "c", "ab"]


def test_a_failing_subscriber_does_not_delay_the_others(engine, topic, recorder):
    hook(engine, topic)
    hook(engine, topic, channel=Channel.SLACK)
    find(engine, topic, "a")
    recorder.failures = 1
    assert send(engine, recorder) == Delivered(sent=1, failed=1)


def test_more_than_fits_into_a_message_is_told_in_several(engine, topic, recorder):
    hook(engine, topic, channel=Channel.SLACK)
    record_matches(engine, topic, [item(f"{number:03}") for number in range(90)], is_news=True, now=NOW)
    assert send(engine, recorder) == Delivered(sent=3)
    assert "".join(recorder.told) == "".join(f"{number:03}" for number in range(90))


def test_what_is_owed_to_a_channel_that_cannot_be_used_here_stays_owed(engine, topic, recorder):
    mailbox = subscriptions.subscribe(engine, topic, Channel.MAIL, "ines@example.org", AT_ONCE, owner="ines")
    find(engine, topic, "a")
    assert send(engine, recorder) == Delivered()
    assert subscriptions.count_unsent(engine)[mailbox.id] == subscriptions.Unsent(1, NOW)


@ON_BOTH_DATABASES
def test_a_removed_topic_takes_its_list_subscriptions_and_feeds_with_it(engine, topic, recorder):
    hook(engine, topic)
    feed = add_feed(engine, topic, owner="ines", now=NOW)
    find(engine, topic, "a")
    remove_topic(engine, topic)
    assert (listed(engine, topic), subscriptions.list_subscriptions(engine)) == ("", [])
    assert find_topic_of_feed(engine, feed.token) is None
    assert send(engine, recorder) == Delivered()


@ON_BOTH_DATABASES
def test_the_address_of_a_feed_is_valid_until_it_is_revoked_and_others_stay(engine, topic):
    first, second = (add_feed(engine, topic, owner=owner, now=NOW) for owner in ("ines", "omar"))
    assert len(first.token) >= 40
    assert find_topic_of_feed(engine, first.token).id == topic.id
    assert not revoke_feed(engine, topic.id + 1, first.token)
    assert revoke_feed(engine, topic.id, first.token)
    assert find_topic_of_feed(engine, first.token) is None
    assert [feed.token for feed in list_feeds(engine, topic.id)] == [second.token]


class Hook(LoopbackServer):
    """A webhook that records requests and answers with `status`."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        super().__init__(0, self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?key=s3cret"

    def _handler(hook) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(hook.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def webhook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


def settings(*allowed: str) -> Settings:
    own = load()
    return replace(own, topics=own.topics.model_copy(update={"allowed_hosts": allowed}))


def deliver_to(engine: sa.Engine, topic: Topic, hook: Hook, *allowed: str, channel: Channel = Channel.WEBHOOK) -> Subscription:
    made = subscriptions.subscribe(engine, topic, channel, hook.url, AT_ONCE, owner="ines")
    find(engine, topic, "a")
    deliver(engine, webhook_senders(settings(*allowed), now=lambda: NOW), page_url="", now=lambda: NOW)
    return subscriptions.read_subscription(engine, made.id)


def test_a_webhook_receives_signed_json(engine, topic, webhook):
    told = deliver_to(engine, topic, webhook, "127.0.0.1")
    ((headers, body),) = webhook.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(told.secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["content-type"] == "application/json"
    assert [article["id"] for article in json.loads(body)["articles"]] == ["a"]
    assert told.error is None


def test_slack_receives_text_without_a_signature(engine, topic, webhook):
    deliver_to(engine, topic, webhook, "127.0.0.1", channel=Channel.SLACK)
    ((headers, body),) = webhook.requests
    assert "webhook-signature" not in headers
    assert json.loads(body)["text"].startswith("*Ports*: 1 article\n• <https://news.example/a|Headline a>")


def test_a_private_address_is_asked_only_where_a_setting_allows_it(engine, topic, webhook):
    refused = deliver_to(engine, topic, webhook)
    assert webhook.requests == []
    assert refused.error == "127.0.0.1 is not a public internet address"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_answer_but_success_is_a_failure_and_a_redirect_is_not_followed(engine, topic, webhook, status):
    webhook.status = status
    failed = deliver_to(engine, topic, webhook, "127.0.0.1")
    assert (len(webhook.requests), failed.failures, failed.error) == (1, 1, f"127.0.0.1: status {status}")
    assert "s3cret" not in f"{failed}"


@pytest.mark.parametrize(
    ("channel", "address", "told"),
    [
        (Channel.WEBHOOK, "http://127.0.0.1/hook", "not a public internet address: NEWSDESK_TOPICS_ALLOWED_HOSTS can allow it"),
        (Channel.WEBHOOK, "http://[::ffff:10.0.0.1]/", "not a public internet address"),
        (Channel.SLACK, "http://169.254.169.254/latest", "not a public internet address"),
        (Channel.WEBHOOK, "ftp://example.org/", "must start with https"),
        (Channel.WEBHOOK, "https://", "must start with https"),
        (Channel.WEBHOOK, "https://[::1/s3cret", "must start with https"),
        (Channel.WEBHOOK, "https://example.org:99999/", "must start with https"),
        (Channel.WEBHOOK, "https://example.org/" + "x" * 1_000, "at most 1000"),
        (Channel.MAIL, "ines", "not a mail address"),
        (Channel.MAIL, "", "not a mail address"),
        (Channel.MAIL, "ines@example.org, omar@example.org", "not a mail address"),
        (Channel.MAIL, "ines@example.org\r\nBcc: omar@example.org", "on one line"),
        (Channel.MAIL, "Ines <ines@example.org>", "not a mail address"),
    ],
)
def test_what_is_no_address_of_a_channel_is_refused(channel, address, told):
    with pytest.raises(BadRequest, match=told):
        check_address(channel, address, settings())


def test_an_address_is_kept_as_it_was_given():
    assert check_address(Channel.MAIL, " ines@example.org ", settings()) == "ines@example.org"
    assert check_address(Channel.WEBHOOK, "http://127.0.0.1:9/hook", settings("127.0.0.1:9")) == "http://127.0.0.1:9/hook"


def test_mail_goes_only_to_the_domains_of_the_setting():
    own = load()
    bound = replace(own, topics=own.topics.model_copy(update={"mail_domains": ("example.org",)}))
    assert check_address(Channel.MAIL, "ines@EXAMPLE.org", bound) == "ines@EXAMPLE.org"
    with pytest.raises(BadRequest, match=r"mail goes to example\.org only"):
        check_address(Channel.MAIL, "ines@example.com", bound)


def test_the_topic_of_a_user_is_found_by_its_owner(engine, topic):
    assert read_topic(engine, "Ports").id == topic.id

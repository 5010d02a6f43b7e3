"""Feeds with a hub: subscribed, confirmed, delivered, renewed; and invalid requests from hubs and others.

Tests of newsdesk.fetch.websub and newsdesk.web.websub.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import RSS, rss, site
from newsdesk.fetch.feed_report import report_feeds
from newsdesk.fetch.hosts import claim_hosts, release_all
from newsdesk.fetch.plan import FeedStatus, PollReason
from newsdesk.fetch.state import remove_feeds, set_status
from newsdesk.fetch.tables import SUBSCRIPTIONS
from newsdesk.fetch.websub import DELIVERY_GAP, MAXIMUM_BYTES
from newsdesk.owners import new_owner
from newsdesk.urls import host_key
from newsdesk.web.websub import make_callback

PUBLIC = "https://desk.example/newsdesk"


class Hub:
    """A hub that accepts every request, and verifies and delivers when the test calls it."""

    def __init__(self) -> None:
        self.status = 202
        self.forms: list[dict[str, str]] = []
        self.callback: TestClient | None = None
        self.announced: list[dt.datetime] = []

    def __call__(self, request: Request) -> Response:
        self.forms.append(dict(parse_qsl(request.body.decode())))
        return Response(status=self.status)

    @property
    def path(self) -> str:
        return urlsplit(self.forms[-1]["hub.callback"]).path.rpartition("/")[2]

    def verify(self, path: str | None = None, **changes: str | None) -> str | None:
        """Return the challenge in the callback's response; None if the callback refuses."""
        asked = {"hub.mode": "subscribe", "hub.topic": self.forms[-1]["hub.topic"], "hub.challenge": "c<h>", "hub.lease_seconds": "864000"}
        query = {**asked, **{f"hub.{name}": value for name, value in changes.items()}}
        answer = self.callback.get(f"/{path or self.path}", params={name: value for name, value in query.items() if value is not None})
        return answer.text if answer.status_code == 200 else None

    def deliver(self, body: bytes = b"<rss/>", *, secret: str | None = None, method: str = "sha256", signature: str | None = None) -> int:
        digest = hmac.new((secret or self.forms[-1]["hub.secret"]).encode(), body, method).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={digest}" if signature is None else signature}
        return int(self.callback.post(f"/{self.path}", content=body, headers=headers).status_code)


def names_hub(request: Request) -> Response:
    """Lists one more story at each request; the feed has links to its hub and to itself."""
    links = f'<link rel="hub" href="{request.origin.replace("//paper", "//hub")}/"/><link rel="self" href="{request.origin}/feed.xml"/>'
    extra = links.replace("<link", '<atom:link xmlns:atom="http://www.w3.org/2005/Atom"')
    if request.path == "/feed.xml":
        return Response(body=rss(request.origin, range(1, 2 + request.count), extra=extra), headers={"Content-Type": RSS})
    return site(request, b"")


def hub_in_header(request: Request) -> Response:
    hub = request.origin.replace("//header", "//hub")
    link = f'<{hub}/>; rel="hub", <https://header.example/other>; rel="self"'
    return site(request, Response(body=rss(request.origin, [1]), headers={"Content-Type": RSS, "Link": link}))


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path, hub: Hub) -> Iterator[Newsroom]:
    with FakeWeb({"paper": names_hub, "header": hub_in_header, "hub": hub}) as web:
        room = Newsroom(web, engine, tmp_path / "data", public_url=f"{PUBLIC}/")
        hub.callback = TestClient(make_callback(lambda: engine, now=lambda: room.time, on_delivery=hub.announced.append))
        yield room


def polls(newsroom: Newsroom) -> int:
    return len(newsroom.web.requests("paper", "/feed.xml"))


def subscribed(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("paper")
    newsroom.run()
    assert hub.verify() == "c<h>"
    newsroom.wait(seconds=DELIVERY_GAP.total_seconds())


@ON_BOTH_DATABASES
def test_a_delivery_makes_the_feed_due_at_once(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    newsroom.run()
    assert polls(newsroom) == 1
    assert hub.deliver() == 202
    (report,) = report_feeds(newsroom.engine, "paper", now=newsroom.time)
    assert report.next_poll_reason is PollReason.PUSHED
    newsroom.run()
    assert polls(newsroom) == 2
    assert len(newsroom.captures()) == 2


def test_a_delivery_is_announced_with_the_time_at_which_the_feed_is_due(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    hub.deliver()
    assert hub.announced == [newsroom.time]
    newsroom.run()
    hub.deliver()
    assert hub.announced[1] == newsroom.feed("paper").next_poll_at == newsroom.time + DELIVERY_GAP


def test_a_delivery_for_a_feed_that_is_off_is_not_announced(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    set_status(newsroom.engine, "paper", FeedStatus.DISABLED, now=newsroom.time)
    hub.deliver()
    assert hub.announced == []


def test_the_request_names_topic_callback_secret_and_lease(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("paper")
    newsroom.run()
    (form,) = hub.forms
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == newsroom.web.url("paper")
    assert form["hub.callback"].startswith(f"{PUBLIC}/websub/")
    assert len(hub.path) >= 40
    assert len(form["hub.secret"]) >= 40
    assert form["hub.lease_seconds"] == "864000"


def test_a_hub_in_the_header_is_found(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("header")
    newsroom.run()
    assert hub.forms[0]["hub.topic"] == "https://header.example/other"


def test_nothing_is_subscribed_without_a_public_address(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.change(public_url="")
    newsroom.subscribe("paper")
    newsroom.run()
    assert hub.forms == []


def test_what_was_not_requested_is_not_confirmed(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("paper")
    newsroom.run()
    assert hub.verify(topic="https://other.example/feed") is None
    assert hub.verify(mode="unsubscribe") is None
    assert hub.verify(challenge=None) is None
    assert hub.verify(path="guessed") is None
    assert hub.deliver() == 202
    newsroom.run()
    assert polls(newsroom) == 1


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", f"sha256={'0' * 64}", "md5=x", "nonsense", f"sha1={'0' * 64}"])
def test_a_wrong_signature_changes_nothing(newsroom: Newsroom, hub: Hub, signature: str) -> None:
    subscribed(newsroom, hub)
    assert hub.deliver(signature=signature) == 202
    assert hub.deliver(secret="another") == 202
    newsroom.run()
    assert polls(newsroom) == 1
    assert hub.announced == []


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_the_standard_is_known(newsroom: Newsroom, hub: Hub, method: str) -> None:
    assert method in hashlib.algorithms_guaranteed
    subscribed(newsroom, hub)
    hub.deliver(method=method)
    newsroom.run()
    assert polls(newsroom) == 2


def test_replays_and_floods_cost_one_poll_in_a_while(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    for _ in range(50):
        hub.deliver(b"the same")
    newsroom.run()
    for _ in range(50):
        hub.deliver(b"the same")
    newsroom.run()
    assert polls(newsroom) == 2
    newsroom.wait(seconds=DELIVERY_GAP.total_seconds())
    newsroom.run()
    assert polls(newsroom) == 3


def test_a_delivery_without_end_is_refused(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    assert hub.deliver(b"x" * (MAXIMUM_BYTES + 1)) == 413


def test_a_stranger_is_refused_before_its_body_is_read(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    assert hub.callback is not None
    assert hub.callback.post("/guessed", content=b"x" * (MAXIMUM_BYTES + 1)).status_code == 404


def test_polling_goes_on_slowly_beside_a_hub_that_delivers(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    hub.deliver()
    newsroom.run()
    newsroom.wait(minutes=100)
    newsroom.run()
    assert polls(newsroom) == 2
    newsroom.wait(minutes=30)
    newsroom.run()
    assert polls(newsroom) == 3


def test_a_subscription_is_renewed_before_its_lease_ends(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    newsroom.wait(days=8)
    newsroom.run()
    assert len(hub.forms) == 1
    newsroom.wait(days=1, hours=1)
    newsroom.run()
    assert len(hub.forms) == 2
    assert hub.forms[0]["hub.callback"] == hub.forms[1]["hub.callback"]


def test_a_lease_that_is_over_delivers_nothing(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("paper")
    newsroom.run()
    hub.verify(lease_seconds="3600")
    before = newsroom.feed("paper").next_poll_at
    newsroom.wait(hours=2)
    hub.deliver()
    assert newsroom.feed("paper").next_poll_at == before


def test_a_request_that_is_not_confirmed_is_repeated_after_a_while(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.subscribe("paper")
    for _ in range(6):
        newsroom.run()
        newsroom.wait(hours=3)
    assert len(hub.forms) == 3


def test_a_hub_that_another_task_is_asking_is_requested_by_the_next_poll(newsroom: Newsroom, hub: Hub) -> None:
    other = new_owner()
    claim_hosts(newsroom.engine, [host_key(newsroom.web.url("hub"))], other, newsroom.time)
    newsroom.subscribe("paper")
    newsroom.run()
    assert hub.forms == []
    assert "another task sends requests to it" in _error(newsroom)
    release_all(newsroom.engine, other)
    newsroom.wait(hours=2)
    newsroom.run()
    assert len(hub.forms) == 1
    assert hub.verify() == "c<h>"


def test_a_denial_and_a_refusing_hub_are_recorded_and_the_feed_is_polled_as_ever(newsroom: Newsroom, hub: Hub) -> None:
    hub.status = 500
    newsroom.subscribe("paper")
    newsroom.run()
    assert newsroom.feed("paper").last_error is None
    assert _error(newsroom) == "the hub responded with 500 Internal Server Error"
    hub.verify(mode="denied", reason="not you")
    assert _error(newsroom) == "denied: not you"


def test_a_hub_inside_is_refused_like_every_host(newsroom: Newsroom, hub: Hub) -> None:
    newsroom.change(allowed_hosts=("paper.example",))
    newsroom.subscribe("paper")
    newsroom.run()
    assert hub.forms == []
    assert "is not a public internet address" in _error(newsroom)
    assert newsroom.feed("paper").last_error is None


def test_a_removed_feed_has_no_callback(newsroom: Newsroom, hub: Hub) -> None:
    subscribed(newsroom, hub)
    remove_feeds(newsroom.engine, "paper")
    assert hub.verify() is None


def _error(newsroom: Newsroom) -> str:
    with newsroom.engine.connect() as connection:
        return str(connection.scalar(sa.select(SUBSCRIPTIONS.c.error)))

"""Messages to subscribers, with hostile names of topics and texts of articles."""

import datetime as dt
import json
from html.parser import HTMLParser

import pytest

from newsdesk.fetch.source_names import SourceNames
from newsdesk.topics.messages import sign, to_html, to_json, to_slack, to_subject
from newsdesk.topics.records import Item, Message

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
HOSTILE = "<script>alert(1)</script> <!channel> \u202e|\r\nBcc: x@example.org \x1b[2J"


def item(**changes: object) -> Item:
    given: dict[str, object] = {
        "article_id": "a1",
        "story_id": "a1",
        "title": "Ferry & train",
        "url": "https://news.example/1?a=1&b=2",
        "source": "Example",
        "language": "en",
        "lead": "It left at noon.",
        "dated_at": NOW,
    }
    return Item(**(given | changes))  # type: ignore[arg-type]


def message(*items: Item, **changes: object) -> Message:
    given: dict[str, object] = {"id": "topic-1-2-3", "topic_id": 1, "topic_name": "Ports", "items": items or (item(),)}
    return Message(**(given | changes))  # type: ignore[arg-type]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value for name, value in attrs if name == "href"]


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


def test_the_subject_names_the_article_or_their_number() -> None:
    assert to_subject(message()) == "Ports: Ferry & train"
    assert to_subject(message(item(), item(article_id="b2"))) == "Ports: 2 articles"


def test_sources_are_called_by_their_names() -> None:
    named = message(item(source="mp"), names=SourceNames({"mp": "Marlow Post"}))
    for text in (to_html(named), json.loads(to_slack(named))["text"]):
        assert "Marlow Post, 2026-11-24" in text
    (article,) = json.loads(to_json(named))["articles"]
    assert (article["source"], article["source_name"]) == ("mp", "Marlow Post")


def test_a_mail_lists_each_article_with_its_link() -> None:
    html = to_html(message(page="https://desk.example/newsdesk/topics/1"))
    assert tags(html).links == ["https://news.example/1?a=1&b=2", "https://desk.example/newsdesk/topics/1"]
    assert "Ferry &amp; train" in html
    assert "Example, 2026-11-24 12:05 UTC" in html


def test_hostile_names_and_titles_stay_text() -> None:
    hostile = message(item(title=HOSTILE, source=HOSTILE, lead=HOSTILE), topic_name=HOSTILE)
    assert set(tags(to_html(hostile)).names) == {"h2", "p", "a", "br"}
    subject = to_subject(hostile)
    assert not set("\r\n\x1b\u202e") & set(subject + to_html(hostile).replace("\n", ""))
    text = json.loads(to_slack(hostile))["text"]
    assert "<!" not in text
    assert text.count("<") == 1
    assert json.loads(to_json(hostile))["topic"]["name"] == HOSTILE


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//news.example/1", ""])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert tags(to_html(message(item(url=url)))).links == []
    assert "<" not in json.loads(to_slack(message(item(url=url))))["text"]


def test_a_link_for_slack_cannot_be_ended_by_its_address_or_title() -> None:
    text = json.loads(to_slack(message(item(url="https://news.example/a|b>c", title="one|two>"))))["text"]
    assert "<https://news.example/a%7Cb%3Ec|one¦two&gt;>" in text


def test_an_article_without_a_title_is_shown_by_its_address() -> None:
    assert "https://news.example/1" in json.loads(to_slack(message(item(title=""))))["text"].split("|")[1]


def test_a_webhook_gets_the_articles_as_records() -> None:
    content = json.loads(to_json(message()))
    assert content["topic"] == {"id": 1, "name": "Ports", "page": None}
    (article,) = content["articles"]
    assert (article["id"], article["url"], article["dated_at"]) == ("a1", "https://news.example/1?a=1&b=2", "2026-11-24T12:05:00+00:00")


def test_a_signature_is_that_of_standard_webhooks() -> None:
    # The example in the libraries of the specification.
    moment = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    headers = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=moment)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

"""Messages of topics by mail, through Airflow's SMTP connection."""

import datetime as dt
import json

import pytest

from newsdesk.airflow_tasks import topics
from newsdesk.errors import Unavailable
from newsdesk.topics.records import Channel, Item, Message, Subscription
from newsdesk.topics.schedule import Schedule

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
ITEM = Item(
    article_id="a1",
    story_id="a1",
    title="Ferry {{ 7 * 7 }}\r\nBcc: all@example.org",
    url="https://news.example/1",
    source="Example",
    language="en",
    lead="It left.",
    dated_at=NOW,
)
MESSAGE = Message(id="topic-1-2-3", topic_id=1, topic_name="Ports", items=(ITEM,))
MAILBOX = Subscription(id=2, topic_id=1, owner="ines", channel=Channel.MAIL, address="ines@example.org", secret="", schedule=Schedule())


def test_a_message_is_mailed_with_an_id_that_a_repetition_has_too(mails):
    for _ in range(2):
        topics.senders({})[Channel.MAIL](MAILBOX, MESSAGE)
    (receivers, mail), (_, again) = mails
    assert receivers == ["ines@example.org"]
    assert mail["From"] == "desk@example.org"
    assert mail["Message-ID"] == again["Message-ID"] == "<topic-1-2-3@newsdesk.invalid>"
    assert "https://news.example/1" in mail.get_payload()[0].get_payload(decode=True).decode()


def test_text_of_an_article_is_neither_a_header_nor_a_template(mails):
    topics.senders({})[Channel.MAIL](MAILBOX, MESSAGE)
    ((receivers, mail),) = mails
    assert (receivers, mail["Bcc"]) == (["ines@example.org"], None)
    assert mail["Subject"] == "Ports: Ferry {{ 7 * 7 }}\\u000d\\u000aBcc: all@example.org"


@pytest.mark.parametrize(
    "connection", [None, {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "extra": {"from_email": "desk@example.org"}}]
)
def test_a_mail_server_that_cannot_be_used_is_unavailable(monkeypatch, connection):
    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps({**connection, "extra": {**connection["extra"], "retry_limit": 1}}))
    with pytest.raises(Unavailable, match="the mail server"):
        topics.senders({})[Channel.MAIL](MAILBOX, MESSAGE)

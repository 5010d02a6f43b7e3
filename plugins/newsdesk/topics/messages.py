"""Renders a message for each channel. Pure; all text of articles is escaped here."""

import base64
import datetime as dt
import hashlib
import hmac
import html
import json
from urllib.parse import quote, urlsplit

from newsdesk.fetch.source_names import SourceNames
from newsdesk.plurals import plural
from newsdesk.topics.records import Item, Message
from newsdesk.visible import visible_line

LONGEST_SUBJECT = 150
LONGEST_TITLE = 300


def to_subject(message: Message) -> str:
    """Return the subject of a mail, in one line."""
    told = message.items[0].title if len(message.items) == 1 else plural(len(message.items), "article")
    return visible_line(f"{message.topic_name}: {told}")[:LONGEST_SUBJECT]


def to_html(message: Message) -> str:
    """Return the body of a mail."""
    items = "".join(
        f'<p dir="auto">{_link(item)}<br>{html.escape(_origin(item, message.names))}<br>{html.escape(visible_line(item.lead))}</p>\n'
        for item in message.items
    )
    page = f'<p><a href="{html.escape(message.page)}">All articles of this topic</a></p>\n' if message.page else ""
    return f"<h2>{html.escape(visible_line(message.topic_name))}</h2>\n{items}{page}"


def to_json(message: Message) -> bytes:
    """Return the body of a webhook's request."""
    content = {
        "type": "topic.articles",
        "topic": {"id": message.topic_id, "name": message.topic_name, "page": message.page or None},
        "articles": [
            {
                "id": item.article_id,
                "url": item.url,
                "title": item.title,
                "source": item.source,
                "source_name": message.names.name(item.source),
                "language": item.language or None,
                "lead": item.lead,
                "dated_at": item.dated_at.isoformat(),
            }
            for item in message.items
        ],
    }
    return json.dumps(content).encode()


def sign(message_id: str, body: bytes, secret: str, *, now: dt.datetime) -> dict[str, str]:
    """Return the headers of a signed request (https://www.standardwebhooks.com): id, time, and HMAC-SHA-256 of both and the body."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join((message_id.encode(), timestamp.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def to_slack(message: Message) -> bytes:
    """Return the body of a request to an incoming webhook of Slack, Mattermost or Rocket.Chat."""
    lines = [f"*{_slack(message.topic_name)}*: {plural(len(message.items), 'article')}"]
    lines += [f"• {_slack_link(item)}: {_slack(_origin(item, message.names))}" for item in message.items]
    if message.page:
        lines.append(f"<{_slack_url(message.page)}|All articles of this topic>")
    return json.dumps({"text": "\n".join(lines)}).encode()


def _title(item: Item) -> str:
    return visible_line(item.title)[:LONGEST_TITLE] or item.url


def _origin(item: Item, names: SourceNames) -> str:
    return visible_line(f"{names.name(item.source)}, {item.dated_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC")


def _is_link(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _link(item: Item) -> str:
    title = html.escape(_title(item))
    return f'<a href="{html.escape(item.url)}">{title}</a>' if _is_link(item.url) else title


def _slack_link(item: Item) -> str:
    title = _slack(_title(item)).replace("|", "¦")
    return f"<{_slack_url(item.url)}|{title}>" if _is_link(item.url) else title


def _slack(text: str) -> str:
    """Escape a text so that Slack finds no links or mentions (https://docs.slack.dev/messaging/formatting-message-text)."""
    return visible_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_url(url: str) -> str:
    return quote(url, safe="/:?#[]@!$'()*+,;=%&~").replace("&", "&amp;")

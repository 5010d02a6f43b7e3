"""Sends messages to webhooks, with the address check and the proxy of all other requests. Mail is sent by `airflow_tasks.topics`."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from email.errors import MessageError
from email.headerregistry import Address
from urllib.parse import urlsplit

import httpx

from newsdesk.errors import ArticleRejected, BadRequest, Unavailable
from newsdesk.fetch.client import open_http_client
from newsdesk.fetch.transport import look_up, system_resolver
from newsdesk.settings import FetchSettings, Settings
from newsdesk.topics.messages import sign, to_json, to_slack
from newsdesk.topics.records import Channel, Message, Subscription

TIMEOUT_SECONDS = 15.0
LONGEST_ADDRESS = 1_000

Send = Callable[[Subscription, Message], None]
"""Sends a message; raises Unavailable or ArticleRejected if that fails, with a text that does not contain the address."""

Senders = Mapping[Channel, Send]


def webhook_senders(settings: Settings, *, now: Callable[[], dt.datetime]) -> dict[Channel, Send]:
    """Return the channels that only need HTTP."""
    web = _web_settings(settings)

    def send_to_webhook(subscription: Subscription, message: Message) -> None:
        body = to_json(message)
        _post(subscription.address, body, sign(message.id, body, subscription.secret, now=now()), web, now)

    def send_to_slack(subscription: Subscription, message: Message) -> None:
        _post(subscription.address, to_slack(message), {}, web, now)

    return {Channel.WEBHOOK: send_to_webhook, Channel.SLACK: send_to_slack}


def check_address(channel: Channel, address: str, settings: Settings) -> str:
    """Return the normalised address. Raises BadRequest if it is invalid for the channel, or in a private network."""
    address = address.strip()
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise BadRequest(f"An address has at most {LONGEST_ADDRESS} characters, on one line")
    return _check_mailbox(address, settings) if channel is Channel.MAIL else _check_url(address, settings)


def _check_mailbox(address: str, settings: Settings) -> str:
    try:
        mailbox = Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise BadRequest(f"{address} is not a mail address") from error
    allowed = settings.topics.mail_domains
    if not mailbox.domain or (allowed and mailbox.domain.lower() not in allowed):
        raise BadRequest(f"{address}: mail goes to {' and '.join(allowed)} only" if allowed else f"{address} is not a mail address")
    return address


def _check_url(address: str, settings: Settings) -> str:
    try:
        url = httpx.URL(address)
        is_address = url.scheme in ("http", "https") and bool(url.host) and (url.port is None or 0 < url.port < 2**16)
    except (httpx.InvalidURL, ValueError):
        is_address = False
    if not is_address:
        raise BadRequest("The URL of a webhook must start with https:// and a host")
    try:
        asyncio.run(look_up(address, _web_settings(settings), resolve=system_resolver()))
    except ArticleRejected as refused:
        raise BadRequest(f"{refused}: NEWSDESK_TOPICS_ALLOWED_HOSTS can allow it") from refused
    except Unavailable:
        # A name that cannot be resolved now may be resolvable when a message is sent.
        return address
    return address


def _web_settings(settings: Settings) -> FetchSettings:
    """Return the settings for sending messages: those of fetch, except the allowed private hosts."""
    own = {"allowed_hosts": settings.topics.allowed_hosts, "total_timeout_seconds": TIMEOUT_SECONDS}
    return settings.fetch.model_copy(update=own)


def _post(address: str, body: bytes, headers: Mapping[str, str], web: FetchSettings, now: Callable[[], dt.datetime]) -> None:
    """Send a POST request. Raises Unavailable unless the response is a success; redirects are not followed."""

    async def post() -> int:
        async with open_http_client(web, now=now) as client:
            response = await client.post(address, content=body, fields={"Content-Type": "application/json", **headers})
        return response.status

    status = asyncio.run(post())
    if not 200 <= status < 300:
        raise Unavailable(urlsplit(address).hostname or "", f"status {status}")

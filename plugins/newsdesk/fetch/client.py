"""One HTTP request at a time, politely and safely: the only place of fetch that sends one.

A request here is one hop: redirects are followed by the caller, who must be allowed to ask the next host. `transport`
checks where it leads.
"""

import asyncio
import contextlib
import datetime as dt
import ssl
import string
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote

import httpx

from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch.content_encoding import ACCEPT_ENCODING, Truncated, decode_body
from newsdesk.fetch.transport import OpenTransport, system_resolver, transport_opener
from newsdesk.fetch.transport import Resolve as Resolve
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, join_uri

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
_RESOLVER_THREADS = 32  # a look-up that hangs holds a thread for seconds; the interpreter's own pool has cores + 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. Header names are in lower case; `body` is decoded; `headers_list` is as it came, for the WARC.

    A field value that is no UTF-8 is read as Latin-1; Location is percent-encoded, byte by byte.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    asked_at: dt.datetime
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers_list: Sequence[tuple[str, str]] = ()
    request_headers: Sequence[tuple[str, str]] = ()
    ip_address: str = ""

    @property
    def redirect_url(self) -> str | None:
        """Where this answer points to; None where it is no redirect. Raises ArticleRejected (BAD_INPUT) where it points to no address."""
        location = self.headers.get("location", "").strip()
        if self.status not in REDIRECTS or not location:
            return None
        try:
            return join_uri(self.url, location)
        except ValueError as error:
            raise ArticleRejected(Reason.BAD_INPUT, f"redirects to {location[:100]}: {error}") from error

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


class Web:
    """Sends requests, over one connection to each host. Opened by `open_web`."""

    def __init__(self, open_transport: OpenTransport, settings: FetchSettings, now: Callable[[], dt.datetime]) -> None:
        self._open_transport = open_transport
        self._transports: dict[str, httpx.AsyncBaseTransport] = {}
        self._settings = settings
        self._now = now
        self._agent = user_agent(settings)
        self._timeouts = {
            "connect": settings.connect_timeout_seconds,
            "read": settings.read_timeout_seconds,
            "write": settings.read_timeout_seconds,
            "pool": settings.total_timeout_seconds,
        }

    async def get(
        self,
        url: str,
        *,
        accept: str,
        fields: Mapping[str, str] | None = None,
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Answer:
        """The answer of one hop, read to its end within every limit; with `cut_at`, so many bytes of it at most.

        `fields` are sent beside the usual ones; `maximum_bytes` takes the place of the settings' limit.

        Raises Unavailable where the host did not answer in time or at all; ArticleRejected where it must not be asked
        or its answer cannot be used (REFUSED_ADDRESS, TOO_LARGE, UNREADABLE); SetupError where the proxy cannot be used.
        """
        return await self._ask("GET", url, self._headers(accept, fields), cut_at=cut_at, maximum_bytes=maximum_bytes)

    async def post(self, url: str, *, form: Mapping[str, str]) -> Answer:
        """The answer to a form that is sent to this address. Raises as `get` does."""
        return await self._ask("POST", url, self._headers("*/*", None), form=form)

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        form: Mapping[str, str] | None = None,
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Answer:
        host = host_key(url)
        try:
            request = httpx.Request(method, url, headers=headers, data=form, extensions={"timeout": self._timeouts})
        except (httpx.InvalidURL, ValueError) as error:
            raise ArticleRejected(Reason.BAD_INPUT, f"the address cannot be used: {error}") from error
        if request.url.scheme not in ("http", "https") or not host:
            raise ArticleRejected(Reason.BAD_INPUT, f"only http and https are asked, not {request.url.scheme or 'this'}")
        try:
            async with asyncio.timeout(self._settings.total_timeout_seconds):
                return await self._send(request, url, cut_at, maximum_bytes or self._settings.maximum_bytes)
        except TimeoutError as error:
            raise Unavailable(host, f"no complete answer within {self._settings.total_timeout_seconds:g} s") from error
        except httpx.ConnectTimeout as error:
            raise Unavailable(host, f"no connection within {self._settings.connect_timeout_seconds:g} s") from error
        except httpx.TimeoutException as error:
            raise Unavailable(host, f"silent for {self._settings.read_timeout_seconds:g} s") from error
        except (httpx.TransportError, OSError, Truncated) as error:
            raise Unavailable(host, _sentence(error)) from error

    async def close_connections(self, host: str) -> None:
        """Closes the connection to this host, if there is one."""
        transport = self._transports.pop(host, None)
        if transport is not None:
            await transport.aclose()

    async def hang_up_all(self) -> None:
        for host in list(self._transports):
            await self.close_connections(host)

    async def _send(self, request: httpx.Request, url: str, cut_at: int | None, maximum_bytes: int) -> Answer:
        asked_at = self._now()
        host = host_key(url)
        if host not in self._transports:
            self._transports[host] = self._open_transport(request.url)
        response = await self._transports[host].handle_async_request(request)
        try:
            raw = await self._read(response, cut_at, maximum_bytes)
        finally:
            await response.aclose()
        headers = _fields(response.headers.raw)
        encodings = headers.get("content-encoding", "")
        body = decode_body(raw, encodings, maximum_bytes=cut_at or maximum_bytes, cut=cut_at is not None) if raw else b""
        return Answer(
            url=url,
            status=response.status_code,
            headers=headers,
            body=body,
            asked_at=asked_at,
            reason=response.reason_phrase,
            http_version=response.http_version,
            headers_list=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw],
            request_headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
            ip_address=_peer(response),
        )

    async def _read(self, response: httpx.Response, cut_at: int | None, maximum_bytes: int) -> bytes:
        limit = cut_at or maximum_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > limit and not cut_at:
            raise ArticleRejected(Reason.TOO_LARGE, f"{announced} bytes are announced, {limit} are taken")
        body = bytearray()
        # The bytes as they came: decoding has a limit of its own.
        async for part in response.stream:  # type: ignore[union-attr]
            body += part
            if len(body) > limit and cut_at:
                break
            if len(body) > limit:
                raise ArticleRejected(Reason.TOO_LARGE, f"more than {limit} bytes")
        return bytes(body)

    def _headers(self, accept: str, fields: Mapping[str, str] | None) -> dict[str, str]:
        return {"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": ACCEPT_ENCODING, **(fields or {})}


@contextlib.asynccontextmanager
async def open_web(
    settings: FetchSettings,
    *,
    now: Callable[[], dt.datetime],
    resolve: Resolve | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Web]:
    """The web as the settings allow it. `resolve` and `tls` are for tests, which have names and certificates of their own."""
    threads = ThreadPoolExecutor(_RESOLVER_THREADS, "newsdesk-dns")
    try:
        verify = tls or httpx.create_ssl_context(trust_env=False)
        open_transport = transport_opener(settings, resolve=resolve or system_resolver(threads), verify=verify)
        web = Web(open_transport, settings, now)
        try:
            yield web
        finally:
            await web.hang_up_all()
    finally:
        # A look-up that hangs is not waited for.
        threads.shutdown(wait=False, cancel_futures=True)


def user_agent(settings: FetchSettings) -> str:
    """`newsdesk/0.1.0 (+contact)`: who asks, and where to complain."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"newsdesk/{version('newsdesk')}{contact}".encode("ascii", "ignore").decode()


def _fields(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The header's fields by their names; the values of one name are joined (RFC 9110, 5.2)."""
    fields: dict[str, list[str]] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        fields.setdefault(key, []).append(quote(value, safe=string.printable) if key == "location" else _text(value))
    return {key: ", ".join(values) for key, values in fields.items()}


def _text(value: bytes) -> str:
    # HTTP/2 lets a NUL through, and Postgres takes none.
    value = value.replace(b"\x00", b"")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _peer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else ""


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

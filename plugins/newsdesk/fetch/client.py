"""The HTTP client of the fetch stage, with limits for time and size.

A request is one hop: redirects are followed by `host_scheduler`, which needs a lease of the next host first. `transport` checks the
addresses that are connected to.
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
_RESOLVER_THREADS = 32  # a DNS lookup that hangs blocks a thread for seconds, and asyncio's default pool has only cores + 4 threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The response to one request.

    `headers` has lower-case names; values that are not UTF-8 are decoded as Latin-1, and non-ASCII bytes of Location are
    percent-encoded. `headers_list` has the header fields as received, for the WARC record. `body` is without Content-Encoding.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    requested_at: dt.datetime
    reason: str = ""
    http_version: str = "HTTP/1.1"
    headers_list: Sequence[tuple[str, str]] = ()
    request_headers: Sequence[tuple[str, str]] = ()
    ip_address: str = ""

    @property
    def redirect_url(self) -> str | None:
        """The absolute URL that a redirect leads to, None for any other response. Raises ArticleRejected (BAD_INPUT) if it is invalid."""
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


class HttpClient:
    """Sends requests, over one connection per host. Opened by `open_http_client`."""

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
    ) -> Response:
        """Send a GET request and return the response; redirects are not followed.

        `fields` are additional header fields. With `cut_at`, the body is truncated after that many bytes instead of being rejected.
        `maximum_bytes` overrides the limit of the settings.

        Raises Unavailable if there is no complete response in time; ArticleRejected if the URL is invalid (BAD_INPUT), the address is
        not public (REFUSED_ADDRESS), or the body is too large or cannot be decoded (TOO_LARGE, UNREADABLE); SetupError if the proxy
        does not work.
        """
        return await self._request("GET", url, self._headers(accept, fields), cut_at=cut_at, maximum_bytes=maximum_bytes)

    async def post(
        self, url: str, *, form: Mapping[str, str] | None = None, content: bytes | None = None, fields: Mapping[str, str] | None = None
    ) -> Response:
        """Send a form, or `content` as it is, as a POST request and return the response. Raises what `get` raises.

        `fields` are additional header fields.
        """
        return await self._request("POST", url, self._headers("*/*", fields), form=form, content=content)

    async def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Response:
        host = host_key(url)
        try:
            request = httpx.Request(method, url, headers=headers, data=form, content=content, extensions={"timeout": self._timeouts})
        except (httpx.InvalidURL, ValueError) as error:
            raise ArticleRejected(Reason.BAD_INPUT, f"invalid URL {url[:200]}: {error}") from error
        if request.url.scheme not in ("http", "https") or not host:
            raise ArticleRejected(Reason.BAD_INPUT, f"invalid URL {url[:200]}: it needs http or https, and a host")
        try:
            async with asyncio.timeout(self._settings.total_timeout_seconds):
                return await self._send(request, url, cut_at, maximum_bytes or self._settings.maximum_bytes)
        except TimeoutError as error:
            raise Unavailable(host, f"no complete response within {self._settings.total_timeout_seconds:g} s") from error
        except httpx.ConnectTimeout as error:
            raise Unavailable(host, f"no connection within {self._settings.connect_timeout_seconds:g} s") from error
        except httpx.TimeoutException as error:
            raise Unavailable(host, f"no data for {self._settings.read_timeout_seconds:g} s") from error
        except (httpx.TransportError, OSError, Truncated) as error:
            raise Unavailable(host, _one_line(error)) from error

    async def close_connections(self, host: str) -> None:
        """Close the connection to this host, if there is one."""
        transport = self._transports.pop(host, None)
        if transport is not None:
            await transport.aclose()

    async def close_all_connections(self) -> None:
        for host in list(self._transports):
            await self.close_connections(host)

    async def _send(self, request: httpx.Request, url: str, cut_at: int | None, maximum_bytes: int) -> Response:
        requested_at = self._now()
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
        return Response(
            url=url,
            status=response.status_code,
            headers=headers,
            body=body,
            requested_at=requested_at,
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
            raise ArticleRejected(Reason.TOO_LARGE, f"Content-Length is {announced} bytes, the limit is {limit}")
        body = bytearray()
        # The raw stream, since `decode_body` limits the size after decompression.
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
async def open_http_client(
    settings: FetchSettings,
    *,
    now: Callable[[], dt.datetime],
    resolve: Resolve | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[HttpClient]:
    """Open a client with these settings. Tests pass a resolver for their host names, and a context that trusts their certificates."""
    threads = ThreadPoolExecutor(_RESOLVER_THREADS, "newsdesk-dns")
    try:
        verify = tls or httpx.create_ssl_context(trust_env=False)
        open_transport = transport_opener(settings, resolve=resolve or system_resolver(threads), verify=verify)
        client = HttpClient(open_transport, settings, now)
        try:
            yield client
        finally:
            await client.close_all_connections()
    finally:
        # Do not wait for a lookup that hangs.
        threads.shutdown(wait=False, cancel_futures=True)


def user_agent(settings: FetchSettings) -> str:
    """Return the User-Agent header: `newsdesk/<version> (+<contact>)`."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"newsdesk/{version('newsdesk')}{contact}".encode("ascii", "ignore").decode()


def _fields(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return header fields by lower-case name; values of a repeated field are joined with commas (RFC 9110, 5.2)."""
    fields: dict[str, list[str]] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        fields.setdefault(key, []).append(quote(value, safe=string.printable) if key == "location" else _text(value))
    return {key: ", ".join(values) for key, values in fields.items()}


def _text(value: bytes) -> str:
    # HTTP/2 allows NUL in values, Postgres does not.
    value = value.replace(b"\x00", b"")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _peer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else ""


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

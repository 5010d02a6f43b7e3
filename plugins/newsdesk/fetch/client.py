"""One HTTP request at a time, politely and safely: the only place of fetch that opens a connection.

A request here is one hop: redirects are followed by the caller, who must be allowed to ask the next host. A name is
resolved once, every address is checked, and the connection goes to the checked address.
"""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch.addresses import is_allowed_host, is_public
from newsdesk.fetch.decoding import ACCEPT_ENCODING, decode_body
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port in, addresses out; raises OSError where the name is not known."""

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
_ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60)
_RESOLVER_THREADS = 32  # a look-up that hangs holds a thread for seconds; the interpreter's own pool has cores + 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. Header names are in lower case; `body` is decoded; `headers_list` is as it came, for the WARC."""

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
        """Where this answer points to; None where it is no redirect."""
        location = self.headers.get("location", "").strip()
        return urljoin(self.url, location) if self.status in REDIRECTS and location else None

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


class Web:
    """Sends requests, over one connection to each host. Opened by `open_web`."""

    def __init__(
        self, open_transport: Callable[[], httpx.AsyncBaseTransport], settings: FetchSettings, now: Callable[[], dt.datetime]
    ) -> None:
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

    async def get(self, url: str, *, accept: str, validators: Mapping[str, str] | None = None, cut_at: int | None = None) -> Answer:
        """The answer of one hop, read to its end within every limit; with `cut_at`, so many bytes of it at most.

        Raises Unavailable where the host did not answer in time or at all; ArticleRejected where it must not be asked
        or its answer cannot be used (REFUSED_ADDRESS, TOO_LARGE, UNREADABLE).
        """
        host = host_key(url)
        try:
            request = httpx.Request("GET", url, headers=self._headers(accept, validators), extensions={"timeout": self._timeouts})
        except (httpx.InvalidURL, ValueError) as error:
            raise ArticleRejected(Reason.BAD_INPUT, f"the address cannot be used: {error}") from error
        if request.url.scheme not in ("http", "https") or not host:
            raise ArticleRejected(Reason.BAD_INPUT, f"only http and https are asked, not {request.url.scheme or 'this'}")
        try:
            async with asyncio.timeout(self._settings.total_timeout_seconds):
                return await self._send(request, url, cut_at)
        except TimeoutError as error:
            raise Unavailable(host, f"no complete answer within {self._settings.total_timeout_seconds:g} s") from error
        except httpx.ConnectTimeout as error:
            raise Unavailable(host, f"no connection within {self._settings.connect_timeout_seconds:g} s") from error
        except httpx.TimeoutException as error:
            raise Unavailable(host, f"silent for {self._settings.read_timeout_seconds:g} s") from error
        except (httpx.TransportError, OSError) as error:
            raise Unavailable(host, _sentence(error)) from error

    async def hang_up(self, host: str) -> None:
        """Closes the connection to this host, if there is one."""
        transport = self._transports.pop(host, None)
        if transport is not None:
            await transport.aclose()

    async def hang_up_all(self) -> None:
        for host in list(self._transports):
            await self.hang_up(host)

    async def _send(self, request: httpx.Request, url: str, cut_at: int | None) -> Answer:
        asked_at = self._now()
        host = host_key(url)
        if host not in self._transports:
            self._transports[host] = self._open_transport()
        response = await self._transports[host].handle_async_request(request)
        try:
            raw = await self._read(response, cut_at)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = self._decode(raw, headers.get("content-encoding", ""), cut_at) if raw else b""
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

    def _decode(self, raw: bytes, encodings: str, cut_at: int | None) -> bytes:
        return decode_body(raw, encodings, maximum_bytes=cut_at or self._settings.maximum_bytes, cut=cut_at is not None)

    async def _read(self, response: httpx.Response, cut_at: int | None) -> bytes:
        limit = cut_at or self._settings.maximum_bytes
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

    def _headers(self, accept: str, validators: Mapping[str, str] | None) -> dict[str, str]:
        return {"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": ACCEPT_ENCODING, **(validators or {})}


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
        backend = _CheckedBackend(settings.allowed_hosts, resolve or _system_resolver(threads))
        verify = tls or httpx.create_ssl_context(trust_env=False)

        def open_transport() -> httpx.AsyncHTTPTransport:
            # A pool for each host: httpcore looks through all its connections twice for each request.
            transport = httpx.AsyncHTTPTransport(http2=True, limits=_ONE_CONNECTION, trust_env=False, verify=verify)
            # httpx has no argument for its pool's backend; test_guard.py notices when this attribute goes.
            transport._pool._network_backend = backend
            return transport

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


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to addresses that were checked; TLS still verifies the name, since httpcore keeps it."""

    def __init__(self, allowed_hosts: Iterable[str], resolve: Resolve) -> None:
        self._allowed_hosts = frozenset(entry.lower().strip() for entry in allowed_hosts)
        self._resolve = resolve
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses[:3]:
            try:
                return await self._tcp.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        addresses = [host] if _is_address(host) else await self._resolve(host, port)
        if not is_allowed_host(host, port, self._allowed_hosts):
            refused = [address for address in addresses if not is_public(address)]
            # One bad address among good ones is a trick too: the whole name is refused.
            if refused:
                leads = refused[0] if refused[0] == host else f"{host} leads to {refused[0]}, which"
                raise ArticleRejected(Reason.REFUSED_ADDRESS, f"{leads} is no address of the public internet")
        return addresses


def _system_resolver(threads: ThreadPoolExecutor) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _peer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else ""


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

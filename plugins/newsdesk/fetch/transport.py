"""How a request reaches its host: over a connection to an address that was checked, or through the proxy of the settings.

Directly, a name is resolved once, every address is checked, and the connection goes to a checked address. A proxy
resolves names once more by itself: what it reaches is its own to guard, and the check here is the second lock.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore
import httpx

from newsdesk.errors import ArticleRejected, Reason, SetupError, Unavailable
from newsdesk.fetch.addresses import is_allowed_host, is_public, is_public_name
from newsdesk.settings import FetchSettings

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port in, addresses out; raises OSError where the name is not known."""

OpenTransport = Callable[[httpx.URL], httpx.AsyncBaseTransport]
"""A transport for requests to the host of this address, over one connection."""

_ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60)
_PORTS = {"http": 80, "https": 443}


def transport_opener(settings: FetchSettings, *, resolve: Resolve, verify: ssl.SSLContext) -> OpenTransport:
    """Opens what the settings ask for. Hosts of `allowed_hosts` lie inside, where no proxy is needed: they are asked directly."""
    guard = Guard(settings.allowed_hosts, resolve)
    direct = _CheckedBackend(guard)

    def open_transport(url: httpx.URL) -> httpx.AsyncBaseTransport:
        if settings.proxy is not None and not guard.frees(*_host_and_port(url)):
            return _ProxyTransport(settings.proxy.get_secret_value(), guard, verify, looks_up=not settings.proxy_resolves)
        return _one_connection(direct, verify)

    return open_transport


async def look_up(url: str, settings: FetchSettings, *, resolve: Resolve) -> bool:
    """Looks the host of this address up and checks it, as a request would; whether a setting frees it from the check.

    Raises ArticleRejected with REFUSED_ADDRESS, and Unavailable where the name cannot be looked up now.
    """
    guard = Guard(settings.allowed_hosts, resolve)
    host, port = _host_and_port(httpx.URL(url))
    is_freed = guard.frees(host, port)
    if settings.proxy is not None and settings.proxy_resolves:
        if not is_freed:
            guard.check_name(host)
        return is_freed
    try:
        await guard.addresses(host, port, settings.connect_timeout_seconds)
    except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
        raise Unavailable(host, str(error)) from error
    return is_freed


def system_resolver(threads: ThreadPoolExecutor | None = None) -> Resolve:
    """The machine's own resolver, in these threads or in those of the event loop."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


def _one_connection(
    backend: httpcore.AsyncNetworkBackend, verify: ssl.SSLContext, proxy: httpx.Proxy | None = None
) -> httpx.AsyncHTTPTransport:
    # A pool for each host: httpcore looks through all its connections twice for each request.
    transport = httpx.AsyncHTTPTransport(http2=True, limits=_ONE_CONNECTION, trust_env=False, verify=verify, proxy=proxy)
    # httpx has no argument for its pool's backend; test_guard.py notices when this attribute goes.
    transport._pool._network_backend = backend
    return transport


class Guard:
    """Which hosts may be asked, by the addresses that their names lead to."""

    def __init__(self, allowed_hosts: Iterable[str], resolve: Resolve) -> None:
        self._allowed_hosts = frozenset(entry.lower().strip() for entry in allowed_hosts)
        self._resolve = resolve

    def frees(self, host: str, port: int) -> bool:
        """Whether a setting frees this host from the check."""
        return is_allowed_host(host, port, self._allowed_hosts)

    async def addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        """The addresses of this host, all of them checked.

        Raises ArticleRejected with REFUSED_ADDRESS, and as a connection does: httpcore's ConnectTimeout and ConnectError.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = [host] if _is_address(host) else await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        if not addresses:
            raise httpcore.ConnectError(f"the name {host} has no address")
        if not self.frees(host, port):
            # One bad address among good ones is a trick too: the whole name is refused.
            refused = [address for address in addresses if not is_public(address)]
            if refused:
                raise _refusal(host if refused[0] == host else f"{host} leads to {refused[0]}, which")
        return addresses

    def check_name(self, host: str) -> None:
        """Checks what can be told of a host without looking it up. Raises ArticleRejected with REFUSED_ADDRESS."""
        if not (is_public(host) if _is_address(host) else is_public_name(host)):
            raise _refusal(host)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to addresses that were checked; TLS still verifies the name, since httpcore keeps it."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        for address in (await self._guard.addresses(host, port, timeout))[:3]:
            try:
                return await self._tcp.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _ProxyBackend(httpcore.AnyIOBackend):
    """Opens TCP connections to the proxy. Its absence is no host's failure: it ends the run."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await super().connect_tcp(host, port, timeout, local_address, socket_options)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            reason = str(error) or f"no connection within {timeout:g} s"
            raise SetupError(
                f"the proxy {host}:{port} does not answer: {reason}", "Check NEWSDESK_FETCH_PROXY, and that the proxy runs"
            ) from error


class _ProxyTransport(httpx.AsyncBaseTransport):
    """Sends requests through the proxy: https through a tunnel to the host, http by handing the request over."""

    def __init__(self, proxy: str, guard: Guard, verify: ssl.SSLContext, *, looks_up: bool) -> None:
        address = httpx.URL(proxy)
        self._guard = guard
        self._looks_up = looks_up
        tls = verify if address.scheme == "https" else None
        self._transport = _one_connection(_ProxyBackend(), verify, httpx.Proxy(address, ssl_context=tls))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The host's answer; raises Unavailable where the proxy refuses, SetupError where it does not know this newsdesk."""
        host, port = _host_and_port(request.url)
        await self._check(host, port, request.extensions["timeout"]["connect"])
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.ProxyError as error:
            if str(error).startswith(str(httpx.codes.PROXY_AUTHENTICATION_REQUIRED.value)):
                raise SetupError(f"the proxy refuses the login ({error})", "Check user and password in NEWSDESK_FETCH_PROXY") from error
            raise Unavailable(host, f"the proxy answered {error}") from error
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            # Without a tunnel a site could say so too, and must not end the run.
            await response.aclose()
            raise Unavailable(host, "the proxy refuses the login (407): check user and password in NEWSDESK_FETCH_PROXY")
        # The other end is the proxy, not the host: its address belongs into no WARC file.
        response.extensions.pop("network_stream", None)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _check(self, host: str, port: int, timeout: float) -> None:
        if not self._looks_up:
            self._guard.check_name(host)
            return
        try:
            await self._guard.addresses(host, port, timeout)
        except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
            raise Unavailable(host, f"{error} (NEWSDESK_FETCH_PROXY_RESOLVES is for where only the proxy looks names up)") from error


def _refusal(subject: str) -> ArticleRejected:
    return ArticleRejected(Reason.REFUSED_ADDRESS, f"{subject} is not a public internet address")


def _host_and_port(url: httpx.URL) -> tuple[str, int]:
    return url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

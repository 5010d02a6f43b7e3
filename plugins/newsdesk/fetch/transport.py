"""Connects to hosts: directly to a checked address, or through the proxy of the settings.

For a direct connection, the name is resolved once, every address is checked, and the connection is made to a checked address, so that
DNS rebinding has no effect. A proxy resolves the name again, so it must restrict the addresses that it connects to; the check here
is an additional one.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx

from newsdesk.errors import ArticleRejected, Reason, SetupError, Unavailable
from newsdesk.fetch.addresses import is_allowed_host, is_public, is_public_name
from newsdesk.settings import FetchSettings

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Resolves a host and port to IP addresses; raises OSError if the name is unknown."""

OpenTransport = Callable[[httpx.URL], httpx.AsyncBaseTransport]
"""Opens a transport with a single connection to the host of this URL."""

_ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60)
_PORTS = {"http": 80, "https": 443}


def transport_opener(settings: FetchSettings, *, resolve: Resolve, verify: ssl.SSLContext) -> OpenTransport:
    """Return a function that opens transports as the settings require. Hosts in `allowed_hosts` are internal and bypass the proxy."""
    guard = Guard(settings.allowed_hosts, resolve)
    direct = _CheckedConnections(guard)

    def open_transport(url: httpx.URL) -> httpx.AsyncBaseTransport:
        if settings.proxy is not None and not guard.is_exempt(*_host_and_port(url)):
            return _ProxyTransport(settings.proxy.get_secret_value(), guard, verify, looks_up=not settings.proxy_resolves)
        return _one_connection(direct, verify)

    return open_transport


async def look_up(url: str, settings: FetchSettings, *, resolve: Resolve) -> bool:
    """Resolve and check the host of this URL, as a request does; return whether `allowed_hosts` exempts it from the check.

    Raises ArticleRejected (REFUSED_ADDRESS); Unavailable if the name cannot be resolved.
    """
    guard = Guard(settings.allowed_hosts, resolve)
    host, port = _host_and_port(httpx.URL(url))
    is_exempt = guard.is_exempt(host, port)
    if settings.proxy is not None and settings.proxy_resolves:
        if not is_exempt:
            guard.check_name(host)
        return is_exempt
    try:
        await guard.addresses(host, port, settings.connect_timeout_seconds)
    except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
        raise Unavailable(host, str(error)) from error
    return is_exempt


def system_resolver(threads: ThreadPoolExecutor | None = None) -> Resolve:
    """Return a resolver that calls getaddrinfo in these threads, or in the default threads of the event loop."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


def _one_connection(
    backend: httpcore.AsyncNetworkBackend, verify: ssl.SSLContext, proxy: httpx.Proxy | None = None
) -> httpx.AsyncHTTPTransport:
    # One pool per host, since httpcore iterates over all connections of a pool for each request.
    transport = httpx.AsyncHTTPTransport(http2=True, limits=_ONE_CONNECTION, trust_env=False, verify=verify, proxy=proxy)
    # httpx has no parameter for the network backend; test_guard.py fails if this attribute is removed.
    transport._pool._network_backend = backend
    return transport


class Guard:
    """Checks that hosts resolve to public addresses only, except those in `allowed_hosts`."""

    def __init__(self, allowed_hosts: Iterable[str], resolve: Resolve) -> None:
        self._allowed_hosts = frozenset(entry.lower().strip() for entry in allowed_hosts)
        self._resolve = resolve

    def is_exempt(self, host: str, port: int) -> bool:
        """Return whether `allowed_hosts` exempts this host from the check."""
        return is_allowed_host(host, port, self._allowed_hosts)

    async def addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        """Resolve a host and check all its addresses. `timeout` is in seconds.

        Raises ArticleRejected (REFUSED_ADDRESS), and httpcore's ConnectTimeout and ConnectError, as a connection does.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = [host] if _is_address(host) else await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
        if not addresses:
            raise httpcore.ConnectError(f"the name {host} has no address")
        if not self.is_exempt(host, port):
            # A name with both public and private addresses is refused as a whole: it may be an attempt to bypass the check.
            refused = [address for address in addresses if not is_public(address)]
            if refused:
                raise _refusal(host if refused[0] == host else f"{host} resolves to {refused[0]}, which")
        return addresses

    def check_name(self, host: str) -> None:
        """Check a host without resolving its name. Raises ArticleRejected (REFUSED_ADDRESS)."""
        if not (is_public(host) if _is_address(host) else is_public_name(host)):
            raise _refusal(host)


class _CheckedConnections(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to checked addresses. httpcore still verifies the TLS certificate against the host name."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore.SOCKET_OPTION] | None" = None,
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
    """Opens TCP connections to the proxy. Raises SetupError if it cannot be reached, since that affects all hosts."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore.SOCKET_OPTION] | None" = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await super().connect_tcp(host, port, timeout, local_address, socket_options)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            reason = str(error) or f"no connection within {timeout:g} s"
            raise SetupError(
                f"the proxy {host}:{port} does not answer: {reason}", "Check NEWSDESK_FETCH_PROXY, and that the proxy runs"
            ) from error


class _ProxyTransport(httpx.AsyncBaseTransport):
    """Sends requests through the proxy: https through a CONNECT tunnel, http with the absolute URL."""

    def __init__(self, proxy: str, guard: Guard, verify: ssl.SSLContext, *, looks_up: bool) -> None:
        address = httpx.URL(proxy)
        self._guard = guard
        self._looks_up = looks_up
        tls = verify if address.scheme == "https" else None
        self._transport = _one_connection(_ProxyBackend(), verify, httpx.Proxy(address, ssl_context=tls))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises Unavailable if the proxy refuses it; SetupError if it refuses the login for a tunnel."""
        host, port = _host_and_port(request.url)
        await self._check(host, port, request.extensions["timeout"]["connect"])
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.ProxyError as error:
            if str(error).startswith(str(httpx.codes.PROXY_AUTHENTICATION_REQUIRED.value)):
                raise SetupError(f"the proxy refuses the login ({error})", "Check user and password in NEWSDESK_FETCH_PROXY") from error
            raise Unavailable(host, f"the proxy responded with {error}") from error
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            # Not a SetupError: without a tunnel the site itself can send this status, and must not be able to end the run.
            await response.aclose()
            raise Unavailable(host, "the proxy refuses the login (407): check user and password in NEWSDESK_FETCH_PROXY")
        # The peer address is that of the proxy and must not be stored as the address of the host.
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
            raise Unavailable(host, f"{error} (set NEWSDESK_FETCH_PROXY_RESOLVES if only the proxy can resolve names)") from error


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

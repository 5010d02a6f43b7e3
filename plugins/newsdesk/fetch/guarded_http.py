"""Reads files over HTTP with fsspec, with the same address check and proxy as all other requests."""

import asyncio
import socket
from functools import partial
from typing import Any

import aiohttp
import httpcore
from aiohttp.abc import AbstractResolver, ResolveResult

from newsdesk.fetch.transport import Guard, Resolve, system_resolver
from newsdesk.settings import FetchSettings

_LOOK_UP_SECONDS = 30.0


def http_options(settings: FetchSettings, *, resolve: Resolve | None = None) -> dict[str, Any]:
    """Return the storage options for fsspec's HTTP file system.

    Every host, also after a redirect, must have public addresses only or be in `allowed_hosts`; otherwise reading raises
    ArticleRejected (REFUSED_ADDRESS).
    """
    guard = Guard(settings.allowed_hosts, resolve or system_resolver())
    if settings.proxy is None:
        return {"get_client": partial(_open_client, guard)}
    opens = partial(_open_client, guard, proxy=settings.proxy.get_secret_value(), looks_up=not settings.proxy_resolves)
    return {"get_client": opens}


async def _open_client(
    guard: Guard, *, loop: asyncio.AbstractEventLoop, proxy: str | None = None, looks_up: bool = False, **options: Any
) -> aiohttp.ClientSession:
    # The operator chose the proxy, so its address is not checked.
    connector = None if proxy else aiohttp.TCPConnector(resolver=_GuardedResolver(guard))

    async def check(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        host, port = request.url.host or "", request.url.port or 0
        if looks_up and not guard.is_exempt(host, port):
            await _addresses(guard, host, port)
        elif not guard.is_exempt(host, port):
            guard.check_name(host)
        return await send(request)

    return aiohttp.ClientSession(loop=loop, connector=connector, middlewares=(check,), proxy=proxy, **options)


class _GuardedResolver(AbstractResolver):
    """Resolves names to checked addresses, to which aiohttp then connects."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await _addresses(self._guard, host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


async def _addresses(guard: Guard, host: str, port: int) -> list[str]:
    try:
        return list(await guard.addresses(host, port, _LOOK_UP_SECONDS))
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise OSError(str(error)) from error

"""A small HTTP proxy on loopback that requires a login: CONNECT tunnels and forwarded plain requests (RFC 9110, 9.3.6 and 7.2).

    with Proxy(password="secret") as proxy:
        proxy.url                        # http://newsdesk:secret@127.0.0.1:40123
        proxy.log                        # (method, target) of every request that was accepted

It connects to the requested port on loopback for every host name.
"""

import asyncio
import base64
import contextlib
import threading
from collections.abc import Collection
from urllib.parse import urlsplit


class Proxy:
    """A context manager that runs the proxy in a thread. Hosts in `closed` are refused with 403."""

    def __init__(self, *, password: str = "secret", closed: Collection[str] = ()) -> None:
        self.log: list[tuple[str, str]] = []
        self.refused = 0
        self._login = "Basic " + base64.b64encode(f"newsdesk:{password}".encode()).decode()
        self._password = password
        self._closed = closed
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://newsdesk:{self._password}@127.0.0.1:{self.port}"

    def __enter__(self) -> "Proxy":
        started = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(started),), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    async def _run(self, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)  # type: ignore[arg-type]
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)  # type: ignore[arg-type]
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request of a connection; then relay bytes in both directions."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        if headers.get("proxy-authorization") != self._login:
            self.refused += 1
            answer = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=proxy"
        elif parts.hostname in self._closed:
            answer = "403 Forbidden"
        else:
            self.log.append((method, target))
            onward = await asyncio.open_connection("127.0.0.1", parts.port)
            await self._hand_over(method, target, lines, reader, writer, *onward)
            return
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()

    async def _hand_over(
        self,
        method: str,
        target: str,
        lines: list[str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        site_reader: asyncio.StreamReader,
        site_writer: asyncio.StreamWriter,
    ) -> None:
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = "/" + target.split("/", 3)[3]
            kept = [line for line in lines[1:] if not line.lower().startswith(("proxy-", "connection:"))]
            # The next request of this client needs a new connection, so that each one is read and logged.
            site_writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1"))
        try:
            if method == "CONNECT":
                await asyncio.gather(_pump(reader, site_writer), _pump(site_reader, writer))
            else:
                await self._answer(site_reader, writer)
        finally:
            site_writer.close()

    async def _answer(self, site: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        head = await site.readuntil(b"\r\n\r\n")
        client.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        if not head.startswith(b"HTTP/1.1 304"):
            client.write(await site.readexactly(length))
        await client.drain()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()
    target.close()

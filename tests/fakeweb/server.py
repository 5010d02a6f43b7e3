"""Simulated web sites on one port of loopback, distinguished by the Host header.

    with FakeWeb(SITES) as web:
        web.url("good", "/feed.xml")     # http://good.example:40123/feed.xml
        web.resolve                      # for the client, instead of DNS
        web.allowed_hosts                # for the settings: loopback is refused otherwise
        web.log                          # every request with its start and end

A site is a function from a `Request` to a `Response`; `sites.py` has one for each behaviour. TLS: `FakeWeb(SITES, tls=True)`.
"""

import asyncio
import contextlib
import datetime as dt
import gzip
import ipaddress
import itertools
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

DOMAIN = "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request; `count` is the number of earlier requests for this path of the site, `origin` the site's scheme, name and port."""

    site: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    origin: str
    count: int
    body: bytes = b""

    @property
    def etag(self) -> str | None:
        return self.headers.get("if-none-match")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response; `body` is sent with its length, `stream` in chunks; `drop` closes the connection in the middle."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    delay_seconds: float = 0.0
    drop: bool = False


@dataclass(slots=True, kw_only=True)
class Logged:
    """A request in the log. `ended_at` is None until the response is complete."""

    site: str
    path: str
    headers: Mapping[str, str]
    started_at: float
    connection: int
    status: int = 0
    ended_at: float | None = None


Site = Callable[[Request], Response]


class FakeWeb:
    """A context manager that runs the server in a thread."""

    def __init__(self, sites: Mapping[str, Site], *, tls: bool = False, clock: Callable[[], float] = time.time) -> None:
        self.sites = dict(sites)
        self.log: list[Logged] = []
        self._asked = threading.Condition()
        self.port = 0
        self.certificate: Path | None = None
        self._tls = tls
        self._clock = clock
        self._counts: dict[tuple[str, str], int] = {}
        self._connections = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._cleanup = contextlib.ExitStack()
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> "FakeWeb":
        context = self._tls_context() if self._tls else None
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(context, started), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._cleanup.close()

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        return tuple(f"{name}.{DOMAIN}:{self.port}" for name in self.sites)

    def url(self, site: str, path: str = "/feed.xml") -> str:
        return f"{'https' if self._tls else 'http'}://{site}.{DOMAIN}:{self.port}{path}"

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        if host.removesuffix(f".{DOMAIN}") in self.sites:
            return ["127.0.0.1"]
        raise OSError("no such name")

    def await_requests(self, count: int, *, seconds: float = 60) -> None:
        """Wait until the server has received this many requests."""
        with self._asked:
            assert self._asked.wait_for(lambda: len(self.log) >= count, seconds), f"{len(self.log)} requests in {seconds} s"

    def requests(self, site: str, path: str | None = None) -> list[Logged]:
        return [entry for entry in self.log if entry.site == site and (path is None or entry.path.split("?")[0] == path)]

    def _serve(self, context: ssl.SSLContext | None, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run(context, started))
        self._loop.close()

    async def _run(self, context: ssl.SSLContext | None, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context, backlog=4096)
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
        connection = next(self._connections)
        try:
            while await self._answer(reader, writer, connection):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)  # type: ignore[arg-type]
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        target = head[0].split(" ")[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        site = headers.get("host", "").split(":")[0].removesuffix(f".{DOMAIN}")
        logged = Logged(site=site, path=target, headers=headers, started_at=self._clock(), connection=connection)
        with self._asked:
            self.log.append(logged)
            self._asked.notify_all()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        response = self._respond(site, target, headers, body)
        logged.status = response.status
        if response.delay_seconds:
            await asyncio.sleep(response.delay_seconds)
        try:
            return await _send(writer, response)
        finally:
            logged.ended_at = self._clock()

    def _respond(self, site: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        parts = urlsplit(target)
        count = self._counts.get((site, target), 0)
        self._counts[site, target] = count + 1
        if site not in self.sites:
            return Response(status=421, body=b"no such site")
        origin = self.url(site, "")
        query = parse_qs(parts.query)
        request = Request(site=site, path=parts.path, query=query, headers=headers, origin=origin, count=count, body=body)
        return self.sites[site](request)

    def _tls_context(self) -> ssl.SSLContext:
        folder = Path(self._cleanup.enter_context(TemporaryDirectory(prefix="fakeweb-")))
        self.certificate = write_certificate(folder, [f"{name}.{DOMAIN}" for name in self.sites])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context


async def _send(writer: asyncio.StreamWriter, response: Response) -> bool:
    chunked = response.stream is not None
    headers = {"Content-Type": "text/html; charset=utf-8", **response.headers}
    if chunked:
        headers.setdefault("Transfer-Encoding", "chunked")
    else:
        headers.setdefault("Content-Length", str(len(response.body)))
    lines = [
        f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, 'Status')}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    body = b"" if response.status == 304 else response.body
    if response.drop:
        body = body[: len(body) // 2]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
    if response.stream is not None:
        async for part in response.stream:
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return not response.drop


def write_certificate(folder: Path, names: Sequence[str]) -> Path:
    """Write a key and a self-signed certificate for these names into one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "fakeweb")])
    today = dt.datetime.now(dt.UTC)
    alternatives = [x509.DNSName(name) for name in names] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


_PHRASES = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    410: "Gone",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

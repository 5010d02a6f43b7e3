"""HTTP/2 is used with a server that offers it."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Sequence
from pathlib import Path

import h2.config
import h2.connection
import h2.events

from fakeweb.server import write_certificate
from newsdesk.fetch.client import Response, open_http_client
from newsdesk.settings import FetchSettings


async def answer_every_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65_536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/html")])
                connection.send_data(event.stream_id, b"<p>two</p>", end_stream=True)
        writer.write(connection.data_to_send())
        await writer.drain()
    writer.close()


async def ask(folder: Path) -> Response:
    certificate = write_certificate(folder, ["two.example"])
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(certificate)
    offered.set_alpn_protocols(["h2", "http/1.1"])
    server = await asyncio.start_server(answer_every_request, "127.0.0.1", 0, ssl=offered)
    port = server.sockets[0].getsockname()[1]

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    settings = FetchSettings(allowed_hosts=("two.example",))
    tls = ssl.create_default_context(cafile=str(certificate))
    async with server, open_http_client(settings, now=lambda: dt.datetime.now(dt.UTC), resolve=resolve, tls=tls) as web:
        return await web.get(f"https://two.example:{port}/", accept="*/*")


def test_http_2_where_it_is_offered(tmp_path: Path) -> None:
    answer = asyncio.run(ask(tmp_path))
    assert (answer.http_version, answer.status, answer.body) == ("HTTP/2", 200, b"<p>two</p>")

"""The client does not connect to private addresses: by no spelling, redirect, or name whose address changes.

Tests of newsdesk.fetch.client and newsdesk.fetch.transport.
"""

import asyncio
import datetime as dt
import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import SITES, rss, site
from newsdesk.database import open_database
from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch.client import Resolve, open_http_client
from newsdesk.fetch.client import Response as Received
from newsdesk.settings import FetchSettings

INSIDE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.168.0.1",
    "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:192.168.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]  # fmt: skip
SPELLINGS = {
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal by parts": "0x7f.0.0.1",
    "octal": "017700000001",
    "octal by parts": "0177.0.0.01",
    "short": "127.1",
    "shortest": "0",
    "full-width digits": "１２７.0.0.1",
    "circled digits": "①②⑦.⓪.⓪.①",
    "localhost": "localhost",
    "trailing dot": "127.0.0.1.",
}


TARGETS = ("127.0.0.1", "169.254.169.254", "168.63.129.16", "10.1.2.3", "192.168.1.1")
"""Loopback, the metadata service of clouds, Azure's services, and two private networks."""


def written_forms(address: str) -> dict[str, str]:
    """Return spellings of an IPv4 address in URLs that browsers, libraries or networks accept."""
    a, b, c, d = (int(part) for part in address.split("."))
    number = int(ipaddress.IPv4Address(address))
    low, high = f"{number & 0xFFFF:x}", f"{number >> 16:x}"
    return {
        "dotted": address,
        "a dot at the end": f"{address}.",
        "decimal": f"{number}",
        "hexadecimal": f"{number:#x}",
        "hexadecimal capitals": f"0X{number:X}",
        "hexadecimal by parts": f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        "octal": f"0{number:o}",
        "octal by parts": f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        "zeros in front": f"{a:04o}.{b:04o}.{c:04o}.{d:04o}",
        "mixed": f"{a:#x}.0{b:o}.{c}.{d}",
        "three parts": f"{a}.{b}.{c << 8 | d}",
        "two parts": f"{a}.{b << 16 | c << 8 | d}",
        "two parts, mixed": f"{a:#x}.{b << 16 | c << 8 | d}",
        "full-width digits": "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in address),
        "ideographic dots": address.replace(".", "\u3002"),
        "percent-encoded": "".join(f"%{ord(sign):02x}" for sign in address),
        "behind a user": f"example.org@{address}",
        "behind a backslash": f"example.org\\@{address}",
        "a tab within": address.replace(".", ".\t", 1),
        "mapped": f"[::ffff:{address}]",
        "mapped in full": f"[0:0:0:0:0:ffff:{high}:{low}]",
        "compatible": f"[::{high}:{low}]",
        "translated": f"[::ffff:0:{high}:{low}]",
        "NAT64": f"[64:ff9b::{high}:{low}]",
        "6to4": f"[2002:{high}:{low}::1]",
        "with a zone": f"[::ffff:{address}%25eth0]",
    }


FORMS = {f"{address}, {name}": form for address in TARGETS for name, form in written_forms(address).items()}


def ask(url: str, *, resolve: Resolve | None = None, **settings: object) -> Received:
    async def get() -> Received:
        async with open_http_client(
            FetchSettings(connect_timeout_seconds=0.5, **settings), now=lambda: dt.datetime.now(dt.UTC), resolve=resolve
        ) as web:
            return await web.get(url, accept="*/*")

    return asyncio.run(get())


def leads_to(*addresses: str) -> Resolve:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_as_itself(web: FakeWeb, address: str) -> None:
    with pytest.raises(ArticleRejected) as refused:
        ask(f"http://{in_url(address)}:{web.port}/feed.xml")
    assert refused.value.reason is Reason.REFUSED_ADDRESS
    assert web.log == []


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(web: FakeWeb, address: str) -> None:
    with pytest.raises(ArticleRejected) as refused:
        ask(f"http://rebound.example:{web.port}/feed.xml", resolve=leads_to(address))
    assert refused.value.reason is Reason.REFUSED_ADDRESS
    assert address in refused.value.detail


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_no_spelling_of_loopback_gets_through(web: FakeWeb, spelling: str) -> None:
    with pytest.raises((ArticleRejected, Unavailable)) as refused:
        ask(f"http://{spelling}:{web.port}/feed.xml")
    assert not isinstance(refused.value, ArticleRejected) or refused.value.reason in (Reason.REFUSED_ADDRESS, Reason.BAD_INPUT)
    assert web.log == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_written_form_leads_inside(web: FakeWeb, form: str) -> None:
    with pytest.raises((ArticleRejected, Unavailable)) as refused:
        ask(f"http://{form}:{web.port}/feed.xml")
    if isinstance(refused.value, ArticleRejected):
        assert refused.value.reason in (Reason.REFUSED_ADDRESS, Reason.BAD_INPUT)
    else:
        assert re.search("cannot be resolved|was not resolved|has no address", str(refused.value)), "a connection was tried"
    assert web.log == []


def test_the_written_forms_are_many_and_lead_where_they_say() -> None:
    assert len(set(FORMS.values())) >= 120
    for address in TARGETS:
        forms = written_forms(address)
        for name in ("decimal", "hexadecimal", "octal", "octal by parts", "three parts", "two parts", "mixed"):
            assert socket.inet_ntoa(socket.inet_aton(forms[name])) == address, name


def test_one_address_inside_among_public_ones_is_enough(web: FakeWeb) -> None:
    with pytest.raises(ArticleRejected, match=r"127\.0\.0\.1"):
        ask(f"http://mixed.example:{web.port}/", resolve=leads_to("93.184.216.34", "127.0.0.1"))
    assert web.log == []


@pytest.mark.parametrize("address", [*INSIDE, *SPELLINGS.values()])
def test_a_redirect_leads_nowhere_inside(address: str, tmp_path: Path) -> None:
    def trap(_request: Request) -> Response:
        target = f"http://{in_url(address)}:{web.port}/secret".encode().decode("latin-1")
        return Response(status=302, headers={"Location": target})

    with FakeWeb({"trap": trap}) as web, open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        newsroom = Newsroom(web, engine, tmp_path / "data", connect_timeout_seconds=0.5)
        newsroom.subscribe("trap")
        newsroom.run()
        assert newsroom.feed("trap").failures == 1
        assert [request.path for request in web.log] == ["/feed.xml"]


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_asked(web: FakeWeb) -> None:
    """The name is public at the first look-up and loopback at the second (DNS rebinding)."""
    asked: list[str] = []

    async def turncoat(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    with pytest.raises(Unavailable):
        ask(f"http://turncoat.example:{web.port}/feed.xml", resolve=turncoat)
    assert asked == ["turncoat.example"]
    assert web.log == []
    with pytest.raises(ArticleRejected, match="not a public internet address"):
        ask(f"http://turncoat.example:{web.port}/feed.xml", resolve=turncoat)


def test_a_feed_may_move_from_http_to_https_and_back(engine: sa.Engine, tmp_path: Path) -> None:
    """Every redirect uses a new connection that is checked like the first; robots.txt is requested with the same scheme."""
    safe: list[FakeWeb] = []

    def door(request: Request) -> Response:
        if request.path == "/feed.xml":
            return Response(status=301, headers={"Location": safe[0].url("vault", "/feed.xml")})
        return site(request, b"")

    def vault(request: Request) -> Response:
        return site(request, rss(open_web_.url("door", ""), [1, 2]))

    with FakeWeb({"door": door, "vault": vault}) as open_web_, FakeWeb({"door": door, "vault": vault}, tls=True) as locked:
        safe.append(locked)
        newsroom = Newsroom(open_web_, engine, tmp_path / "data", allowed_hosts=("*.example",))
        newsroom.tls = ssl.create_default_context(cafile=str(locked.certificate))
        newsroom.subscribe("door")
        newsroom.run()
        assert newsroom.feed("door").last_error is None
        assert {request.path for request in locked.log} == {"/feed.xml"}
        assert sorted(paths(newsroom.captures())) == ["/news/1", "/news/2"]


def test_the_seed_site_is_asked_when_a_setting_names_it(web: FakeWeb) -> None:
    answer = ask(f"http://127.0.0.1:{web.port}/", allowed_hosts=(f"127.0.0.1:{web.port}",))
    assert answer.status == 421


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with FakeWeb(SITES, tls=True) as web, pytest.raises(Unavailable, match="certificate verify failed"):
        ask(web.url("good"), resolve=web.resolve, allowed_hosts=web.allowed_hosts)


def test_tls_is_checked_against_the_name_although_the_address_is_pinned() -> None:
    async def get(web: FakeWeb, url: str) -> Received:
        tls = ssl.create_default_context(cafile=str(web.certificate))
        settings = FetchSettings(allowed_hosts=("good.example", "stranger.example"))
        async with open_http_client(settings, now=lambda: dt.datetime.now(dt.UTC), resolve=leads_to("127.0.0.1"), tls=tls) as client:
            return await client.get(url, accept="*/*")

    with FakeWeb({"good": SITES["good"]}, tls=True) as web:
        assert asyncio.run(get(web, web.url("good"))).status == 200
        with pytest.raises(Unavailable, match="Hostname mismatch"):
            asyncio.run(get(web, f"https://stranger.example:{web.port}/"))

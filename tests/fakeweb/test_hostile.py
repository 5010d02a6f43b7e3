"""A hostile page, URL or header affects only its own page: all other pages of the shard are captured in the same run."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from warcio.archiveiterator import ArchiveIterator

from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response, Site
from fakeweb.sites import RSS, SITES, conditional, rss, site, story
from newsdesk.errors import Reason, Status
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.visiting import Visit
from newsdesk.fetch.warc import CaptureWriter

SOUND = ["/news/1", "/news/2"]


def as_sent(text: str) -> str:
    """A header value whose bytes are this text in UTF-8."""
    return text.encode().decode("latin-1")


def page(request: Request, **headers: str) -> Response:
    return Response(body=story(request, "x"), headers={name.replace("_", "-"): value for name, value in headers.items()})


def redirect(location: str) -> Callable[[Request], Response]:
    return lambda _: Response(status=302, headers={"Location": location})


CAPTURED: dict[str, tuple[str, Callable[[Request], Response]]] = {
    "accents": ("/stories/café", page),
    "Cyrillic": ("/новости/порт", page),
    "Japanese query": ("/stories?題=港", page),
    "emoji": ("/stories/⚓", page),
    "a lone percent sign": ("/stories/100%-sure", page),
    "encoded twice": ("/stories/100%2525", page),
    "old encoding": ("/stories/%EF%EE%F0%F2", page),
    "blanks and brackets": ("/stories/one two [3] {4} <5>", page),
    "quotation marks": ('/stories/"open"|\\`', page),
    "fragment": ("/stories/a#é", page),
    "cookie with a foreign name": ("/stories/a", lambda request: page(request, Set_Cookie="\xb3\xd2\xda=%96%A4n; path=/")),
    "cookie with a foreign value": ("/stories/a", lambda request: page(request, Set_Cookie=as_sent("város=Győr; path=/"))),
    "file name": ("/stories/a", lambda request: page(request, Content_Disposition=as_sent('inline; filename="порт.html"; x=1'))),
    "foreign ETag": (
        "/stories/a",
        lambda request: page(request, ETag=as_sent('"größe"'), Last_Modified="вчера".encode().decode("latin-1")),
    ),
    "no type": ("/stories/a", lambda request: page(request, Content_Type="")),
}
"""Valid pages that look unusual."""

REFUSED: dict[str, tuple[str, Callable[[Request], Response]]] = {
    "half a bracket": ("/stories/a", redirect("http://[x")),
    "no host": ("/stories/a", redirect("https:///news/1")),
    "a port that is none": ("/stories/a", redirect("http://strange.example:99999999/")),
    "another scheme": ("/stories/a", redirect("javascript:alert(1)")),
    "a host that is none": ("/stories/a", redirect("http://a b/")),
    "a foreign host that is none": ("/stories/a", redirect(as_sent("http://\u0301é.example/"))),
}
"""Redirects to impossible URLs."""


def hostile(link: str, answer: Callable[[Request], Response]) -> Site:
    def answers(request: Request) -> Response:
        if request.path == "/feed.xml":
            links = "".join(f"<item><link>{request.origin}{path}</link></item>" for path in SOUND)
            odd = f"<item><link><![CDATA[{request.origin}{link}]]></link></item>"
            body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{odd}{links}{odd}</channel></rss>'
            return conditional(request, body.encode(), {"Content-Type": RSS})
        if request.path in SOUND or request.path == "/robots.txt":
            return site(request, b"")
        return answer(request)

    return answers


def named(cases: dict[str, tuple[str, Callable[[Request], Response]]]) -> dict[str, Site]:
    return {name.replace(" ", "-").lower(): hostile(*case) for name, case in cases.items()}


@pytest.fixture
def web() -> FakeWeb:
    with FakeWeb({**named(CAPTURED), **named(REFUSED), **SITES}) as web:
        yield web


def captured(newsroom: Newsroom, source: str) -> list[str]:
    return sorted(paths([capture for capture in newsroom.captures() if capture.source == source]))


def test_a_shard_of_hostile_pages_captures_every_sound_one(newsroom: Newsroom) -> None:
    sites = [*named(CAPTURED), *named(REFUSED), *(site for site in SITES if site not in ("slow", "drip"))]
    newsroom.subscribe(*sites)
    outcomes = newsroom.outcomes()
    for name in named(CAPTURED):
        found = captured(newsroom, name)
        assert set(SOUND) < set(found), name
        assert len(found) == 3, name
        assert all(path.isascii() for path in found), name
    for name in named(REFUSED):
        assert captured(newsroom, name) == SOUND, name
    assert captured(newsroom, "good") == ["/news/1", "/news/2", "/news/3"]
    ended = {outcome.source: outcome.reason for outcome in outcomes if outcome.source in named(REFUSED) and outcome.status is Status.DEAD}
    assert ended == dict.fromkeys(named(REFUSED), Reason.BAD_INPUT)
    assert Reason.BUG not in {outcome.reason for outcome in outcomes}


def test_addresses_are_asked_and_written_percent_encoded(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("cyrillic", "old-encoding", "japanese-query")
    newsroom.run()
    asked = {request.path for request in web.log if request.path.startswith(("/stories", "/%"))}
    assert asked == {
        "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%BF%D0%BE%D1%80%D1%82",
        "/stories/%EF%EE%F0%F2",
        "/stories?%E9%A1%8C=%E6%B8%AF",
    }
    assert asked <= set(paths(newsroom.captures()))


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (as_sent("/stories/käse"), "/stories/k%C3%A4se"),
        ("/stories/k\xe4se", "/stories/k%E4se"),
        ("/stories/k%c3%a4se", "/stories/k%c3%a4se"),
        (as_sent("?q=größe"), "/go?q=gr%C3%B6%C3%9Fe"),
    ],
    ids=["UTF-8", "Latin-1", "encoded", "a query alone"],
)
def test_a_redirect_is_followed_in_the_bytes_that_it_is_written_in(
    engine: sa.Engine, newsroom: Newsroom, location: str, asked: str
) -> None:
    def moved(request: Request) -> Response:
        if request.path == "/go" and not request.query:
            return Response(status=301, headers={"Location": location})
        if request.path == "/feed.xml":
            return Response(body=rss(request.origin, [1], path="/go"), headers={"Content-Type": RSS})
        return site(request, b"") if request.path == "/robots.txt" else page(request)

    with FakeWeb({"moved": moved}) as other:
        newsroom.web, newsroom.resolve = other, other.resolve
        newsroom.change(allowed_hosts=other.allowed_hosts)
        newsroom.subscribe("moved")
        newsroom.run()
        assert paths(newsroom.captures()) == [asked]


def test_a_page_that_cannot_be_written_costs_itself_alone(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed write nothing of the page is in the file, but the pages before and after it are."""
    write = CaptureWriter._write_companions

    def stumble(self: CaptureWriter, response: object, answer: Visit, *rest: object) -> None:
        if answer.url.endswith("/news/2"):
            raise UnicodeEncodeError("ascii", "é", 0, 1, "a bug")
        write(self, response, answer, *rest)

    monkeypatch.setattr(CaptureWriter, "_write_companions", stumble)
    newsroom.subscribe("good")
    outcomes = {outcome.url.rsplit("/", 1)[1]: outcome for outcome in newsroom.outcomes()}
    assert captured(newsroom, "good") == ["/news/1", "/news/3"]
    assert (outcomes["2"].status, outcomes["2"].reason) == (Status.FAILED, Reason.BUG)
    (file,) = newsroom.archive.list_files(f"raw/{newsroom.partitions[0]}", ".warc.gz")
    with newsroom.archive.open_for_reading(file) as opened:
        kinds = [record.rec_type for record in ArchiveIterator(opened)]
    assert kinds == ["warcinfo", *["response", "request", "metadata"] * 2]
    monkeypatch.undo()
    newsroom.wait(minutes=10)
    newsroom.run()
    assert captured(newsroom, "good") == ["/news/1", "/news/2", "/news/3"]


def test_a_host_in_letters_and_in_punycode_is_one_host(newsroom: Newsroom) -> None:
    """Its robots.txt is requested once, with one lease, and a page with both names is captured once."""
    punycode = "xn--zrich-kva"

    def answers(request: Request) -> Response:
        if request.path.endswith(".xml"):
            origin = request.origin.replace(punycode, "zürich") if request.path == "/letters.xml" else request.origin
            return Response(body=rss(origin, [1, 2]), headers={"Content-Type": RSS})
        return site(request, b"")

    with FakeWeb({punycode: answers}) as web:
        newsroom.web, newsroom.resolve = web, web.resolve
        newsroom.change(allowed_hosts=web.allowed_hosts)
        letters = web.url(punycode, "/letters.xml").replace(punycode, "Zürich")
        add_feed(newsroom.engine, letters, source="letters", now=newsroom.time)
        add_feed(newsroom.engine, web.url(punycode, "/punycode.xml"), source="punycode", now=newsroom.time)
        newsroom.run()
        assert newsroom.feed("letters").failures == 0
        assert sorted(paths(newsroom.captures())) == SOUND
        assert [request.path for request in web.log].count("/robots.txt") == 1
        assert len({request.connection for request in web.log}) <= 2, "one for the polls, one for the pages"

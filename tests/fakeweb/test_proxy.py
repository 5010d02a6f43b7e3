"""If a proxy is set, all requests go through it, and the same addresses are refused as without it."""

import datetime as dt
import ssl
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom, paths
from fakeweb.proxy import Proxy
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import NOON, SITES, rss, site
from fakeweb.test_guard import INSIDE, SPELLINGS, ask, in_url, leads_to
from newsdesk.errors import ArticleRejected, Reason, SetupError, Unavailable
from newsdesk.fetch.state import is_due
from newsdesk.fetch.tables import FEEDS
from newsdesk.fetch.warc_history import PATHS, Wanted, find_warcs, load_history
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive

PUBLIC = leads_to("93.184.216.34")
"""The result of newsdesk's own look-up; the proxy connects to loopback."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


@pytest.fixture
def newsroom_behind(engine: sa.Engine, tmp_path: Path, proxy: Proxy) -> Callable[..., Newsroom]:
    """A newsdesk that can reach the simulated sites only through the proxy."""

    def behind(web: FakeWeb, **settings: object) -> Newsroom:
        newsroom = Newsroom(web, engine, tmp_path / "data", **{"allowed_hosts": (), "proxy": proxy.url, **settings})
        newsroom.resolve = PUBLIC
        return newsroom

    return behind


def listed(request: Request) -> Response:
    """A site whose sitemap has a story that its feed lacks."""
    if request.path == "/sitemap.xml":
        entry = f"<url><loc>{request.origin}/news/7</loc><lastmod>2026-11-23T10:00:00Z</lastmod></url>"
        xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry}</urlset>'
        return Response(body=xml.encode(), headers={"Content-Type": "application/xml"})
    return site(request, rss(request.origin, [1]), robots=f"Sitemap: {request.origin}/sitemap.xml")


def test_feeds_robots_pages_and_sitemaps_go_through_the_proxy(newsroom_behind: Callable[..., Newsroom], proxy: Proxy) -> None:
    with FakeWeb({"listed": listed}) as web:
        newsroom = newsroom_behind(web)
        newsroom.subscribe("listed")
        newsroom.run()
        newsroom.sweep(NOON - dt.timedelta(days=1, hours=12), NOON - dt.timedelta(hours=12))
        assert sorted(paths(newsroom.captures())) == ["/news/1", "/news/7"]
        through = [target.removeprefix(web.url("listed", "")) for _, target in proxy.log]
        assert through == [request.path for request in web.log]
        assert {"/feed.xml", "/robots.txt", "/sitemap.xml", "/news/1", "/news/7"} <= set(through)
        assert not any("proxy-authorization" in request.headers for request in web.log)


def test_https_goes_through_a_tunnel_and_its_certificate_is_still_checked(newsroom_behind: Callable[..., Newsroom], proxy: Proxy) -> None:
    with FakeWeb({"good": SITES["good"]}, tls=True) as web:
        newsroom = newsroom_behind(web)
        newsroom.tls = ssl.create_default_context(cafile=str(web.certificate))
        newsroom.subscribe("good")
        newsroom.run()
        assert sorted(paths(newsroom.captures())) == ["/news/1", "/news/2", "/news/3"]
        assert {method for method, _ in proxy.log} == {"CONNECT"}
        with pytest.raises(Unavailable, match="certificate verify failed"):
            ask(web.url("good"), resolve=PUBLIC, proxy=proxy.url)


def test_an_allowed_host_is_asked_directly(web: FakeWeb, proxy: Proxy) -> None:
    answer = ask(web.url("good"), resolve=web.resolve, allowed_hosts=web.allowed_hosts, proxy=proxy.url)
    assert answer.status == 200
    assert proxy.log == []


def test_a_capture_does_not_name_the_proxys_address_as_the_sites(web: FakeWeb, proxy: Proxy) -> None:
    assert ask(web.url("good"), resolve=PUBLIC, proxy=proxy.url).ip_address == ""


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "::1"])
def test_a_name_that_leads_inside_is_not_asked_of_the_proxy(web: FakeWeb, proxy: Proxy, address: str) -> None:
    for url, resolve in ((f"http://rebound.example:{web.port}/", leads_to(address)), (f"http://{in_url(address)}:{web.port}/", PUBLIC)):
        with pytest.raises(ArticleRejected) as refused:
            ask(url, resolve=resolve, proxy=proxy.url)
        assert refused.value.reason is Reason.REFUSED_ADDRESS
    assert proxy.log == []


def test_a_name_that_is_not_known_here_is_not_asked_of_the_proxy(web: FakeWeb, proxy: Proxy) -> None:
    with pytest.raises(Unavailable, match=r"cannot be resolved .*NEWSDESK_FETCH_PROXY_RESOLVES"):
        ask(f"http://unknown.example:{web.port}/", resolve=web.resolve, proxy=proxy.url)
    assert proxy.log == []


def test_where_the_proxy_alone_knows_names_nothing_is_looked_up(web: FakeWeb, proxy: Proxy) -> None:
    async def no_names(host: str, _port: int) -> Sequence[str]:
        pytest.fail(f"{host} was looked up")

    assert ask(web.url("good"), resolve=no_names, proxy=proxy.url, proxy_resolves=True).status == 200


@pytest.mark.parametrize("host", [*map(in_url, INSIDE), *SPELLINGS.values(), "postgres", "intra.local", "vault.internal", "a.localhost."])
def test_where_the_proxy_alone_knows_names_addresses_and_local_names_are_refused(web: FakeWeb, proxy: Proxy, host: str) -> None:
    with pytest.raises(ArticleRejected) as refused:
        ask(f"http://{host}:{web.port}/", proxy=proxy.url, proxy_resolves=True)
    assert refused.value.reason in (Reason.REFUSED_ADDRESS, Reason.BAD_INPUT)
    assert proxy.log == []


def test_a_wrong_password_ends_the_run_and_is_no_feeds_failure(newsroom_behind: Callable[..., Newsroom], proxy: Proxy) -> None:
    wrong = proxy.url.replace("secret", "mistaken")
    with FakeWeb({"good": SITES["good"]}, tls=True) as web:
        newsroom = newsroom_behind(web, proxy=wrong)
        newsroom.subscribe("good")
        with pytest.raises(SetupError, match=r"refuses the login \(407 .*NEWSDESK_FETCH_PROXY") as error:
            newsroom.run()
        assert "mistaken" not in str(error.value)
        assert_still_due(newsroom)


def test_without_a_tunnel_a_wrong_password_is_the_feeds_failure(
    newsroom_behind: Callable[..., Newsroom], web: FakeWeb, proxy: Proxy
) -> None:
    """With plain HTTP a site could also answer 407, which must not end the run."""
    newsroom = newsroom_behind(web, proxy=proxy.url.replace("secret", "mistaken"))
    newsroom.subscribe("good")
    newsroom.run()
    assert "NEWSDESK_FETCH_PROXY" in (newsroom.feed("good").last_error or "")
    assert proxy.refused
    assert web.log == []


def test_a_proxy_that_is_away_ends_the_run_and_is_no_feeds_failure(newsroom_behind: Callable[..., Newsroom], web: FakeWeb) -> None:
    with Proxy() as gone:
        pass
    newsroom = newsroom_behind(web, proxy=gone.url)
    newsroom.subscribe("good")
    with pytest.raises(SetupError, match=f"the proxy 127.0.0.1:{gone.port} does not answer.*NEWSDESK_FETCH_PROXY"):
        newsroom.run()
    assert_still_due(newsroom)


def test_a_host_that_the_proxy_refuses_is_that_hosts_failure() -> None:
    with Proxy(closed={"good.example"}) as proxy, pytest.raises(Unavailable, match="the proxy responded with 403 Forbidden"):
        ask("https://good.example/feed.xml", resolve=PUBLIC, proxy=proxy.url)


def test_history_from_an_address_goes_through_the_proxy(engine: sa.Engine, tmp_path: Path, proxy: Proxy) -> None:
    def crawl(request: Request) -> Response:
        return Response(status=404) if request.path.endswith(PATHS) else Response(body=b"no WARC file")

    wanted = Wanted(since=NOON - dt.timedelta(days=7), until=NOON)
    with FakeWeb({"crawl": crawl}) as web:
        file = web.url("crawl", "/a.warc.gz")
        settings = FetchSettings(maximum_bytes=1000, allowed_hosts=web.allowed_hosts, proxy=proxy.url)
        assert find_warcs([file], wanted, settings=settings) == [file]
        (report,) = load_history(
            [file],
            wanted,
            archive=Archive(str(tmp_path / "data")),
            engine=engine,
            settings=settings,
            now=NOON,
        )
        assert "damaged or unavailable" in report.error
        assert {target for _, target in proxy.log} == {file}
        assert len(proxy.log) == len(web.log) > 0


@pytest.mark.parametrize("tls", [False, True])
def test_history_names_the_setting_where_the_proxy_cannot_be_used(engine: sa.Engine, tmp_path: Path, proxy: Proxy, tls: bool) -> None:
    with Proxy() as gone:
        pass
    wanted = Wanted(since=NOON - dt.timedelta(days=7), until=NOON)
    with FakeWeb({"good": SITES["good"]}, tls=tls) as web:
        for url, said in ((proxy.url.replace("secret", "mistaken"), "407"), (gone.url, "Cannot connect")):
            reports = load_history(
                [web.url("good")],
                wanted,
                archive=Archive(str(tmp_path / "data")),
                engine=engine,
                settings=FetchSettings(maximum_bytes=1000, allowed_hosts=web.allowed_hosts, proxy=url),
                now=NOON,
            )
            (error,) = (report.error for report in reports)
            assert "the proxy of NEWSDESK_FETCH_PROXY" in error
            assert said in error
            assert "mistaken" not in error


def assert_still_due(newsroom: Newsroom) -> None:
    assert newsroom.feed("good").failures == 0
    with newsroom.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(FEEDS).where(is_due(newsroom.time))) == 1

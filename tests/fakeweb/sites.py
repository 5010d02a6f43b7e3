"""The simulated sites, one function for each behaviour. `SITES` has all of them by name.

The texts are invented. Every site serves its feed at /feed.xml and its stories at /news/<number>.
"""

import asyncio
import datetime as dt
import email.utils
import hashlib
import json
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from xml.sax.saxutils import escape

import brotli
import zstandard

from fakeweb.server import Request, Response, Site, compressed

RSS = "application/rss+xml; charset=utf-8"
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def story(request: Request, number: str) -> bytes:
    paragraph = f"The harbour of town {number} was opened again on Monday after two years of work, its mayor said."
    return f"<!doctype html><html><head><title>Harbour {number}</title></head><body><article><h1>Harbour {number}</h1><p>{paragraph}</p></article></body></html>".encode()


def rss(origin: str, numbers: Iterable[int], *, guid: str = "{link}", extra: str = "", path: str = "/news/{number}") -> bytes:
    items = []
    for number in numbers:
        link = origin + path.format(number=number)
        date = email.utils.format_datetime(NOON - dt.timedelta(hours=number))
        items.append(
            f"<item><title>Harbour {number}</title><link>{escape(link)}</link><guid>{escape(guid.format(link=link, number=number))}</guid>"
            f"<pubDate>{date}</pubDate><description>A harbour opens.</description></item>"
        )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbour news</title>{extra}{"".join(items)}</channel></rss>'.encode()


def conditional(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.etag == etag:
        return Response(status=304, headers={"ETag": etag})
    return Response(body=body, headers={"ETag": etag, **headers})


def site(request: Request, feed: Response | bytes, *, robots: str | None = None) -> Response:
    """A well-behaved site with this feed."""
    if request.path == "/feed.xml":
        return feed if isinstance(feed, Response) else conditional(request, feed, {"Content-Type": RSS})
    if request.path == "/robots.txt":
        return Response(status=404) if robots is None else Response(body=robots.encode(), headers={"Content-Type": "text/plain"})
    if request.path.startswith("/news/"):
        return conditional(request, story(request, request.path.rsplit("/", 1)[1]), {})
    return Response(status=404)


def good(request: Request) -> Response:
    return site(request, rss(request.origin, [1, 2, 3]))


def no_304(request: Request) -> Response:
    """Ignores conditional requests: sends the whole unchanged body every time."""
    if request.path == "/feed.xml":
        return Response(body=rss(request.origin, [1, 2]), headers={"Content-Type": RSS})
    return Response(body=story(request, "x")) if request.path.startswith("/news/") else Response(status=404)


def wrong_304(request: Request) -> Response:
    """Answers 304 to every request with a validator, although the feed has changed."""
    if request.path == "/feed.xml":
        if request.etag:
            return Response(status=304)
        return Response(body=rss(request.origin, range(1, 2 + request.count)), headers={"Content-Type": RSS, "ETag": '"always"'})
    return site(request, b"")


def unasked_304(request: Request) -> Response:
    """Answers 304 to a request without validators."""
    return Response(status=304) if request.path == "/feed.xml" else site(request, b"")


def slow(request: Request) -> Response:
    """Sends nothing for a minute."""
    return Response(delay_seconds=60)


def drip(request: Request) -> Response:
    """Sends a byte every tenth of a second without end, so that no read times out."""

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"<"
            await asyncio.sleep(0.1)

    return Response(stream=drops(), headers={"Content-Type": RSS})


def endless(request: Request) -> Response:
    """Sends an endless body as fast as it is read."""

    async def flood() -> AsyncIterator[bytes]:
        while True:
            yield b"<item>" * 10_000

    return Response(stream=flood(), headers={"Content-Type": RSS})


def announced_huge(request: Request) -> Response:
    return Response(headers={"Content-Type": RSS, "Content-Length": "99000000000"})


def gzip_bomb(request: Request) -> Response:
    """Sends 20 KB that decompress to 20 MB."""
    return Response(body=compressed(b"<" * 20_000_000), headers={"Content-Type": RSS, "Content-Encoding": "gzip"})


def brotli_bomb(request: Request) -> Response:
    return Response(body=brotli.compress(b"<" * 20_000_000), headers={"Content-Type": RSS, "Content-Encoding": "br"})


def zstd_bomb(request: Request) -> Response:
    return Response(body=zstandard.compress(b"<" * 20_000_000), headers={"Content-Type": RSS, "Content-Encoding": "zstd"})


def cut_off(request: Request) -> Response:
    """Sends less than its Content-Length."""
    return Response(body=rss(request.origin, [1, 2, 3]), headers={"Content-Type": RSS}, drop=True)


def gzipped(request: Request) -> Response:
    return site(request, Response(body=compressed(rss(request.origin, [1])), headers={"Content-Type": RSS, "Content-Encoding": "gzip"}))


def deflated(request: Request) -> Response:
    return site(
        request, Response(body=zlib.compress(rss(request.origin, [1])), headers={"Content-Type": RSS, "Content-Encoding": "deflate"})
    )


def brotlied(request: Request) -> Response:
    return site(request, Response(body=brotli.compress(rss(request.origin, [1])), headers={"Content-Type": RSS, "Content-Encoding": "br"}))


def zstandarded(request: Request) -> Response:
    return site(
        request, Response(body=zstandard.compress(rss(request.origin, [1])), headers={"Content-Type": RSS, "Content-Encoding": "zstd"})
    )


def claims_gzip(request: Request) -> Response:
    """Sends plain text with Content-Encoding gzip."""
    return site(request, Response(body=rss(request.origin, [1]), headers={"Content-Type": RSS, "Content-Encoding": "gzip"}))


def too_many_seconds(request: Request) -> Response:
    return Response(status=429, headers={"Retry-After": "1800"})


def too_many_until(request: Request) -> Response:
    """Answers 429 with Retry-After as a date, two hours after noon."""
    return Response(status=429, headers={"Retry-After": email.utils.format_datetime(NOON + dt.timedelta(hours=2), usegmt=True)})


def unavailable(request: Request) -> Response:
    return Response(status=503)


def broken(request: Request) -> Response:
    return Response(status=500, body=b"<h1>Whitelabel error</h1>")


def pages_429(request: Request) -> Response:
    """The feed is fine; the third story is answered with 429."""
    if request.path == "/news/2":
        return Response(status=429, headers={"Retry-After": "600"})
    return site(request, rss(request.origin, [1, 2, 3, 4]))


def redirect_loop(request: Request) -> Response:
    return Response(status=302, headers={"Location": f"/feed.xml?{request.count}"})


def redirect_to_itself(request: Request) -> Response:
    return Response(status=301, headers={"Location": request.origin + "/feed.xml"})


def moved(request: Request) -> Response:
    """Redirects permanently to another path of the site."""
    if request.path == "/feed.xml":
        return Response(status=301, headers={"Location": "/new.xml"})
    if request.path == "/new.xml":
        return conditional(request, rss(request.origin, [1, 2]), {"Content-Type": RSS})
    return site(request, b"")


def lent(request: Request) -> Response:
    """Redirects temporarily."""
    if request.path == "/feed.xml":
        return Response(status=302, headers={"Location": "/new.xml"})
    return moved(request)


def gone(request: Request) -> Response:
    return Response(status=410)


def missing(request: Request) -> Response:
    return Response(status=404)


def to_private(request: Request) -> Response:
    return Response(status=302, headers={"Location": "http://10.0.0.1/feed.xml"})


def to_metadata(request: Request) -> Response:
    """Redirects to the metadata service of clouds."""
    return Response(status=301, headers={"Location": "http://169.254.169.254/latest/meta-data/"})


def to_decimal(request: Request) -> Response:
    """Redirects to 127.0.0.1, written as one number."""
    return Response(status=302, headers={"Location": "http://2130706433/feed.xml"})


def to_file(request: Request) -> Response:
    return Response(status=302, headers={"Location": "file:///etc/passwd"})


def page_to_private(request: Request) -> Response:
    """The feed is fine; its story redirects to a private address."""
    if request.path == "/news/1":
        return Response(status=302, headers={"Location": "http://192.168.1.1/admin"})
    return site(request, rss(request.origin, [1, 2]))


def wrong_charset(request: Request) -> Response:
    """The body is windows-1252, the header says utf-8."""
    body = rss(request.origin, [1]).decode().replace("Harbour news", "Café déjà vu").replace(' encoding="utf-8"', "").encode("cp1252")
    return site(request, Response(body=body, headers={"Content-Type": RSS}))


def wrong_type(request: Request) -> Response:
    """Serves a feed as text/html, after a byte order mark and an empty line."""
    return site(request, Response(body=b"\xef\xbb\xbf\n" + rss(request.origin, [1]), headers={"Content-Type": "text/html"}))


def html_for_feed(request: Request) -> Response:
    """Serves the home page instead of the feed; the page links to the feed."""
    link = '<link rel="alternate" type="application/rss+xml" href="/real.xml">'
    page = f"<!doctype html><html><head><title>Home</title>{link}</head><body>Hello</body></html>"
    return Response(body=page.encode())


def cookie_wall(request: Request) -> Response:
    """Sets a cookie, and redirects the client in a loop until it sends the cookie."""
    if "cookie" in request.headers:
        return site(request, rss(request.origin, [1]))
    return Response(status=302, headers={"Location": request.path, "Set-Cookie": "consent=1; Path=/"})


def json_feed(request: Request) -> Response:
    items = [
        {"id": str(n), "url": f"{request.origin}/news/{n}", "title": f"Harbour {n}", "date_published": "2026-11-24T09:00:00Z"}
        for n in (1, 2)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour news", "items": items}
    return site(request, Response(body=json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"}))


def not_xml(request: Request) -> Response:
    return Response(body=b"\x00\x01\x02 this is nothing", headers={"Content-Type": RSS})


def empty(request: Request) -> Response:
    return Response(headers={"Content-Type": RSS})


def reorders(request: Request) -> Response:
    """Lists the same entries in another order each time, without validators."""
    numbers = [1, 2, 3]
    turned = numbers[request.count % 3 :] + numbers[: request.count % 3]
    return site(request, Response(body=rss(request.origin, turned), headers={"Content-Type": RSS}))


def rewrites_guids(request: Request) -> Response:
    """Lists the same stories with new GUIDs and new tracking parameters each time."""
    body = rss(request.origin, [1, 2], guid=f"urn:{request.count}:{{number}}", path=f"/news/{{number}}?utm_source=rss{request.count}")
    return site(request, Response(body=body, headers={"Content-Type": RSS}))


def one_guid_for_all(request: Request) -> Response:
    return site(request, rss(request.origin, [1, 2, 3], guid="news"))


def entries(request: Request, *items: tuple[str, str], date: dt.datetime | None = None, minutes: int = 2) -> Response:
    """A site whose feed lists these paths with these GUIDs, each published `minutes` before the previous entry."""
    listed = []
    for place, (path, guid) in enumerate(items):
        moment = email.utils.format_datetime(date - dt.timedelta(minutes=minutes * place)) if date else ""
        link = escape(request.origin + path)
        listed.append(f"<item><title>Harbour</title><link>{link}</link><guid>{escape(guid)}</guid><pubDate>{moment}</pubDate></item>")
    return site(request, f'<rss version="2.0"><channel><title>Harbour news</title>{"".join(listed)}</channel></rss>'.encode())


AT_NINE = dt.datetime(2026, 11, 24, 9, 7, 33, tzinfo=dt.UTC)


def edition(request: Request, *slugs: str) -> str:
    """Return the slug at this poll; the last one is repeated."""
    return slugs[min(request.count, len(slugs) - 1)]


def slug_and_guid(request: Request) -> Response:
    """The headline and the slug change without a redirect; the GUID and the date do not."""
    slug = edition(request, "harbour-opens", "harbour-opens-at-last")
    return entries(request, (f"/news/{slug}", "tag:4711"), ("/news/bridge-closes", "tag:4712"), date=AT_NINE)


def slug_and_wordpress(request: Request) -> Response:
    """The slug changes; the GUID is made from the post's number, as in WordPress."""
    slug = edition(request, "harbour-opens", "harbour-opens-at-last")
    return entries(request, (f"/news/{slug}", f"{request.origin}/?p=4711"), ("/news/bridge-closes", f"{request.origin}/?p=4712"))


def slug_and_number(request: Request) -> Response:
    """The slug changes, but not the number after it; the GUID is the URL."""
    slug = edition(request, "harbour-opens", "harbour-opens-at-last", "harbour-open")
    paths = [f"/news/{slug}-1234567", "/news/bridge-closes-1234568"]
    return entries(request, *((path, request.origin + path) for path in paths))


def slug_behind_post(request: Request) -> Response:
    """Lists `?p=ID`, which redirects to the post's current slug."""
    if request.query.get("p"):
        slug = edition(request, "harbour-opens", "harbour-opens-at-last")
        return Response(status=302, headers={"Location": f"/news/{slug}"})
    return entries(request, ("/?p=4711", f"{request.origin}/?p=4711"), date=AT_NINE)


def slug_listed_twice(request: Request) -> Response:
    """From the second poll on both URLs are listed with one GUID: they may be two stories."""
    both = [("/news/harbour-opens", "tag:4711"), ("/news/harbour-opens-at-last", "tag:4711")]
    return entries(request, *both[: request.count + 1], date=AT_NINE, minutes=0)


def guid_is_the_place(request: Request) -> Response:
    """The GUID is the position in the list; each poll has another story there."""
    return entries(
        request, (f"/news/story-{request.count}", "1"), (f"/news/older-{request.count}", "2"), date=AT_NINE + request.count * HOUR
    )


def guid_is_the_feed(request: Request) -> Response:
    """Lists one story at a time, always with the feed's URL as its GUID."""
    return entries(request, (f"/news/story-{request.count}", f"{request.origin}/feed.xml"), date=AT_NINE)


def guid_is_empty(request: Request) -> Response:
    return entries(request, (f"/news/story-{request.count}", ""), date=AT_NINE)


def guid_of_a_series(request: Request) -> Response:
    """The briefing of each morning has the same GUID, and its day as the date."""
    return entries(request, (f"/news/briefing-{request.count}", "briefing"), date=AT_NINE.replace(hour=0, minute=0, second=0))


def no_robots(request: Request) -> Response:
    """robots.txt allows the feed and disallows the stories."""
    return site(request, rss(request.origin, [1, 2]), robots="User-agent: *\nDisallow: /news/\n")


def robots_names_us(request: Request) -> Response:
    return site(request, rss(request.origin, [1]), robots="User-agent: *\nAllow: /\n\nUser-agent: newsdesk\nDisallow: /\n")


def robots_5xx(request: Request) -> Response:
    if request.path == "/robots.txt":
        return Response(status=503)
    return site(request, rss(request.origin, [1]))


def robots_huge(request: Request) -> Response:
    """robots.txt has a rule followed by a megabyte of comments."""
    return site(request, rss(request.origin, [1]), robots="User-agent: *\nDisallow: /\n" + "# nothing\n" * 200_000)


def robots_delay(request: Request) -> Response:
    return site(request, rss(request.origin, [1, 2]), robots="User-agent: *\nCrawl-delay: 0.5\n")


def detours(request: Request) -> Response:
    """Lists each story twice: by its URL and by one that redirects to it."""
    if request.path.startswith("/go/"):
        return Response(status=302, headers={"Location": request.path.replace("/go/", "/news/")})
    body = rss(request.origin, [1, 2]).decode().replace("</channel></rss>", "")
    more = rss(request.origin, [1, 2, 3], path="/go/{number}").decode().split("<title>Harbour news</title>")[1]
    return site(request, (body + more).encode())


def archive(request: Request) -> Response:
    """The feed lists only two stories. robots.txt links to an index of monthly sitemaps, one of them gzipped."""
    if request.path == "/sitemaps.xml":
        months = "".join(
            f"<sitemap><loc>{request.origin}/sitemap-{month}.xml.gz</loc><lastmod>2026-11-24</lastmod></sitemap>"
            for month in ("2026-10", "2026-11")
        )
        return Response(body=f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{months}</sitemapindex>'.encode())
    if request.path == "/sitemap-2026-11.xml.gz":
        days = "".join(
            f"<url><loc>{request.origin}/news/2026-11-{day}</loc><lastmod>2026-11-{day}T08:00:00Z</lastmod></url>" for day in (20, 21, 22)
        )
        return Response(body=compressed(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{days}</urlset>'.encode()))
    return site(request, rss(request.origin, [1, 2]), robots=f"Sitemap: {request.origin}/sitemaps.xml\n")


def wordpress(request: Request) -> Response:
    """The feed has pages of ten stories, each ten hours older; no sitemap."""
    if request.path == "/feed.xml":
        page = int(request.query.get("paged", ["1"])[0])
        if page > 5:
            return Response(status=404)
        return Response(body=rss(request.origin, range(10 * page - 9, 10 * page + 1)), headers={"Content-Type": RSS})
    return site(request, b"")


def pdf_story(request: Request) -> Response:
    if request.path.startswith("/news/"):
        return Response(body=b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    return site(request, rss(request.origin, [1]))


def edited(request: Request) -> Response:
    """The text of its story changes at each visit."""
    if request.path.startswith("/news/"):
        return Response(body=story(request, f"edition {request.count}"))
    return site(request, rss(request.origin, [1]))


def flaky(request: Request) -> Response:
    """Every second request for a story fails."""
    if request.path.startswith("/news/") and request.count % 2 == 0:
        return Response(status=500)
    return site(request, rss(request.origin, [1]))


def many(request: Request) -> Response:
    """Lists two hundred stories."""
    return site(request, rss(request.origin, range(1, 201)))


def slow_hints(request: Request) -> Response:
    """Asks for six hours between polls, in the body and in a header."""
    extra = "<ttl>360</ttl>"
    body = rss(request.origin, [1], extra=extra)
    return site(request, Response(body=body, headers={"Content-Type": RSS, "Cache-Control": "max-age=60"}))


SITES: dict[str, Site] = {
    function.__name__.replace("_", "-"): function
    for function in (
        good, no_304, wrong_304, unasked_304, slow, drip, endless, announced_huge, gzip_bomb, brotli_bomb, zstd_bomb, cut_off,
        gzipped, deflated, brotlied, zstandarded, claims_gzip, too_many_seconds, too_many_until, unavailable, broken, pages_429,
        redirect_loop, redirect_to_itself, moved, lent, gone, missing, to_private, to_metadata, to_decimal, to_file,
        page_to_private, wrong_charset, wrong_type, html_for_feed, cookie_wall, json_feed, not_xml, empty, reorders,
        rewrites_guids, one_guid_for_all, slug_and_guid, slug_and_wordpress, slug_and_number, slug_behind_post, slug_listed_twice,
        guid_is_the_place, guid_is_the_feed, guid_is_empty, guid_of_a_series, no_robots, robots_names_us, robots_5xx, robots_huge, robots_delay, detours, archive, wordpress, pdf_story, edited,
        flaky, many, slow_hints,
    )
}  # fmt: skip

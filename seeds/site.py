"""A small news site on loopback: a feed, a home page and article pages made from the texts in `articles/`.

It serves them as a news site would: with navigation, related links, a footer, structured data, a robots.txt, and
answers to conditional requests. Run alone: `python seeds/site.py --port 8765`.
"""

import argparse
import datetime as dt
import hashlib
import html
import json
from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"
SITE_NAME = "The Seed Post"


@dataclass(frozen=True)
class Story:
    """An article of the site; the first line of its file is the headline, each other line a paragraph or a subheading."""

    file: str
    published_at: dt.datetime
    section: str
    author: str
    author_type: str
    language: str = "en"
    in_feed: bool = True

    @property
    def path(self) -> str:
        return f"/{self.published_at:%Y/%m/%d}/{Path(self.file).stem}"

    @property
    def lines(self) -> list[str]:
        return (ARTICLES / self.file).read_text(encoding="utf-8").strip().split("\n")

    @property
    def headline(self) -> str:
        return self.lines[0]

    @property
    def paragraphs(self) -> list[str]:
        return self.lines[1:]


STORIES = (
    Story("otan-plan-de-la-victoria.txt", dt.datetime(2024, 10, 18, 12, 20, tzinfo=dt.UTC), "World", "EFE", "Organization", "es"),
    Story("nato-victory-plan.txt", dt.datetime(2024, 10, 18, 13, 5, tzinfo=dt.UTC), "World", "EFE", "Organization"),
    Story("river-ferry.txt", dt.datetime(2024, 10, 19, 8, 30, tzinfo=dt.UTC), "Local", "Maud Ellery", "Person"),
    Story("faro-restaurado.txt", dt.datetime(2024, 10, 21, 7, 0, tzinfo=dt.UTC), "Cultura", "Julia Robledo", "Person", "es"),
    Story("night-library.txt", dt.datetime(2024, 9, 30, 6, 15, tzinfo=dt.UTC), "Local", "Maud Ellery", "Person", in_feed=False),
)
SECTIONS = ("World", "Local", "Cultura", "Business", "Sport", "Opinion")


def article_page(story: Story, origin: str) -> str:
    address = origin + story.path
    structured = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": story.published_at.isoformat(),
        "dateModified": story.published_at.isoformat(),
        "inLanguage": story.language,
        "articleSection": story.section,
        "author": [{"@type": story.author_type, "name": story.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": SITE_NAME},
        "mainEntityOfPage": address,
    }
    structured_data = json.dumps(structured).replace("<", "\\u003c")
    body = "\n".join(_block(line) for line in story.paragraphs)
    related = "".join(f'<li><a href="{s.path}">{html.escape(s.headline)}</a></li>' for s in STORIES if s is not story)
    day = f"{story.published_at:%d %B %Y, %H:%M} UTC"
    return _page(
        title=f"{story.headline} | {SITE_NAME}",
        language=story.language,
        head=f"""<link rel="canonical" href="{address}">
<meta name="description" content="{html.escape(story.paragraphs[0][:150])}">
<meta property="og:type" content="article"><meta property="og:site_name" content="{SITE_NAME}">
<meta property="og:title" content="{html.escape(story.headline)}"><meta property="og:url" content="{address}">
<meta property="article:published_time" content="{story.published_at.isoformat()}">
<script type="application/ld+json">{structured_data}</script>""",
        main=f"""<article>
<header><p class="kicker">{story.section}</p><h1>{html.escape(story.headline)}</h1>
<p class="byline">By <span class="author">{html.escape(story.author)}</span></p>
<time datetime="{story.published_at.isoformat()}">{day}</time></header>
<div class="article-body">
{body}
</div>
</article>
<aside class="related"><h2>Related stories</h2><ul>{related}</ul></aside>""",
    )


def home_page() -> str:
    teasers = "".join(
        f'<article><h2><a href="{s.path}">{html.escape(s.headline)}</a></h2><p>{html.escape(s.paragraphs[0][:120])}…</p></article>'
        for s in STORIES
    )
    return _page(title=SITE_NAME, language="en", head="", main=f"<h1>Latest</h1>{teasers}")


def feed(origin: str) -> str:
    items = "".join(
        f"""<item><title>{html.escape(s.headline)}</title><link>{origin}{s.path}</link>
<guid isPermaLink="true">{origin}{s.path}</guid><pubDate>{format_datetime(s.published_at)}</pubDate>
<category>{s.section}</category><description>{html.escape(s.paragraphs[0])}</description></item>"""
        for s in STORIES
        if s.in_feed
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{SITE_NAME}</title><link>{origin}/</link>
<description>News that newsdesk starts with</description><language>en</language><ttl>5</ttl>
<atom:link href="{origin}/feed.xml" rel="self" type="application/rss+xml"/>{items}</channel></rss>"""


def sitemap(origin: str) -> str:
    """All stories, also those that the feed has forgotten: history is loaded from here."""
    pages = "".join(f"<url><loc>{origin}{s.path}</loc><lastmod>{s.published_at.isoformat()}</lastmod></url>" for s in STORIES)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>"""


def _block(line: str) -> str:
    # In these texts a subheading is a short line without closing punctuation.
    tag = "h2" if len(line) < 60 and line[-1] not in ".”»!?" else "p"
    if line.startswith("“") and line.endswith("”") and len(line) < 60:
        tag = "h2"
    return f"<{tag}>{html.escape(line, quote=False)}</{tag}>"


def _page(*, title: str, language: str, head: str, main: str) -> str:
    navigation = "".join(f'<li><a href="/section/{name.lower()}">{name}</a></li>' for name in SECTIONS)
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/rss+xml" title="{SITE_NAME}" href="/feed.xml">
{head}</head>
<body><header class="site"><a href="/">{SITE_NAME}</a><nav><ul>{navigation}</ul></nav></header>
<main>{main}</main>
<footer><p>© {SITE_NAME}. All rights reserved.</p><ul><li><a href="/about">About us</a></li><li><a href="/privacy">Privacy policy</a></li>
<li><a href="/newsletter">Subscribe to our newsletter</a></li></ul></footer></body></html>
"""


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the site's pages, 304 where the reader has the page already."""

    protocol_version = "HTTP/1.1"
    server_version = "SeedPost/1"

    def do_GET(self) -> None:
        origin = f"http://{self.headers.get('Host', 'localhost')}"
        found = _find(self.path, origin)
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"no such page\n")
            return
        content_type, text, modified_at = found
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(modified_at, usegmt=True), "Cache-Control": "max-age=60"}
        if self.headers.get("If-None-Match") == etag:
            self._answer(HTTPStatus.NOT_MODIFIED, content_type, b"", **headers)
        else:
            self._answer(HTTPStatus.OK, content_type, body, **headers)

    do_HEAD = do_GET

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _find(path: str, origin: str) -> tuple[str, str, dt.datetime] | None:
    """Content type, text and time of last change of the page at this path."""
    newest = max(story.published_at for story in STORIES)
    if path == "/robots.txt":
        return "text/plain", f"User-agent: *\nAllow: /\nSitemap: {origin}/sitemap.xml\n", newest
    if path == "/sitemap.xml":
        return "application/xml", sitemap(origin), newest
    if path == "/feed.xml":
        return "application/rss+xml", feed(origin), newest
    if path == "/":
        return "text/html", home_page(), newest
    story = next((s for s in STORIES if s.path == path), None)
    return ("text/html", article_page(story, origin), story.published_at) if story else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    arguments = parser.parse_args()
    server = ThreadingHTTPServer((arguments.host, arguments.port), Handler)
    print(f"{SITE_NAME} on http://{arguments.host}:{server.server_port}/feed.xml", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""Small news sites on loopback: a feed, a home page and article pages each, made from the texts in `articles/` and `papers/`.

They serve them as a news site would: with navigation, related links, a footer, structured data, a robots.txt, and
answers to conditional requests. Run alone: `python seeds/site.py --port 8765`; with `--papers`, the papers of `papers/` are served as
well, at 127.0.0.2 and the addresses after it. All of them, and what they report, are made up.
"""

import argparse
import datetime as dt
import hashlib
import html
import json
import threading
from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parent / "articles"
PAPERS = Path(__file__).parent / "papers"
SECTIONS = ("World", "Local", "Cultura", "Business", "Sport", "Opinion")


@dataclass(frozen=True)
class Story:
    """An article of a site; of its lines the first is the headline, each other one a paragraph or a subheading."""

    path: str
    lines: tuple[str, ...]
    published_at: dt.datetime
    section: str
    author: str
    author_type: str = "Person"
    language: str = "en"
    in_feed: bool = True

    @property
    def headline(self) -> str:
        return self.lines[0]

    @property
    def paragraphs(self) -> list[str]:
        return list(self.lines[1:])


@dataclass(frozen=True)
class Paper:
    """A site: its name, its language and its stories, and the address of this machine that it is served at."""

    name: str
    language: str
    stories: tuple[Story, ...]
    address: str = "127.0.0.1"


def _dated(file: str, *published_at: int, **fields: Any) -> Story:
    moment = dt.datetime(*published_at, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]
    lines = (ARTICLES / file).read_text(encoding="utf-8").strip().split("\n")
    return Story(path=f"/{moment:%Y/%m/%d}/{Path(file).stem}", lines=tuple(lines), published_at=moment, **fields)


STORIES = (
    _dated("otan-plan-de-la-victoria.txt", 2024, 10, 18, 12, 20, section="World", author="EFE", author_type="Organization", language="es"),
    _dated("nato-victory-plan.txt", 2024, 10, 18, 13, 5, section="World", author="EFE", author_type="Organization"),
    _dated("river-ferry.txt", 2024, 10, 19, 8, 30, section="Local", author="Maud Ellery"),
    _dated("faro-restaurado.txt", 2024, 10, 21, 7, 0, section="Cultura", author="Julia Robledo", language="es"),
    _dated("night-library.txt", 2024, 9, 30, 6, 15, section="Local", author="Maud Ellery", in_feed=False),
)
SEED_POST = Paper("The Seed Post", "en", STORIES)


def read_papers(today: dt.date) -> list[Paper]:
    """The papers of `papers/` in the order of their file names, with stories of the month before `today`."""
    files = sorted(PAPERS.glob("*.txt"))
    return [_read_paper(file, f"127.0.0.{number}", today) for number, file in enumerate(files, 2)]


def _read_paper(file: Path, address: str, today: dt.date) -> Paper:
    """A file has the paper's name and language in its first line; a story begins with `* days ago, time | section | author`.

    One without an author is by the paper's newsroom.
    """
    head, *texts = file.read_text(encoding="utf-8").strip().split("\n* ")
    name, language = head.strip().split(" | ")
    return Paper(name, language, tuple(_read_story(text, number, name, language, today) for number, text in enumerate(texts, 1)), address)


def _read_story(text: str, number: int, paper: str, language: str, today: dt.date) -> Story:
    head, *lines = text.strip().split("\n")
    when, section, *authors = head.split(" | ")
    days, time = when.split()
    published_at = dt.datetime.combine(today - dt.timedelta(days=int(days)), dt.time.fromisoformat(time), tzinfo=dt.UTC)
    # No day in the path: the same story is dated anew on another day, and stays the same article.
    author, author_type = (authors[0], "Person") if authors else (paper, "Organization")
    return Story(f"/news/{number}", tuple(lines), published_at, section, author, author_type, language)


def article_page(story: Story, origin: str, paper: Paper = SEED_POST) -> str:
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
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name},
        "mainEntityOfPage": address,
    }
    structured_data = json.dumps(structured).replace("<", "\\u003c")
    body = "\n".join(_block(line) for line in story.paragraphs)
    related = "".join(f'<li><a href="{s.path}">{html.escape(s.headline)}</a></li>' for s in paper.stories if s is not story)
    day = f"{story.published_at:%d %B %Y, %H:%M} UTC"
    return _page(
        paper,
        title=f"{story.headline} | {paper.name}",
        language=story.language,
        head=f"""<link rel="canonical" href="{address}">
<meta name="description" content="{html.escape(story.paragraphs[0][:150])}">
<meta property="og:type" content="article"><meta property="og:site_name" content="{paper.name}">
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


def home_page(paper: Paper = SEED_POST) -> str:
    teasers = "".join(
        f'<article><h2><a href="{s.path}">{html.escape(s.headline)}</a></h2><p>{html.escape(s.paragraphs[0][:120])}…</p></article>'
        for s in paper.stories
    )
    return _page(paper, title=paper.name, language=paper.language, head="", main=f"<h1>Latest</h1>{teasers}")


def feed(paper: Paper, origin: str) -> str:
    items = "".join(
        f"""<item><title>{html.escape(s.headline)}</title><link>{origin}{s.path}</link>
<guid isPermaLink="true">{origin}{s.path}</guid><pubDate>{format_datetime(s.published_at)}</pubDate>
<category>{html.escape(s.section)}</category><description>{html.escape(s.paragraphs[0])}</description></item>"""
        for s in paper.stories
        if s.in_feed
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{paper.name}</title><link>{origin}/</link>
<description>News that newsdesk starts with</description><language>{paper.language}</language><ttl>5</ttl>
<atom:link href="{origin}/feed.xml" rel="self" type="application/rss+xml"/>{items}</channel></rss>"""


def sitemap(paper: Paper, origin: str) -> str:
    """All stories, also those that the feed has forgotten: history is loaded from here."""
    pages = "".join(f"<url><loc>{origin}{s.path}</loc><lastmod>{s.published_at.isoformat()}</lastmod></url>" for s in paper.stories)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>"""


def _block(line: str) -> str:
    # In these texts a subheading is a short line without closing punctuation.
    tag = "h2" if len(line) < 60 and line[-1] not in ".”»!?" else "p"
    if line.startswith("“") and line.endswith("”") and len(line) < 60:
        tag = "h2"
    return f"<{tag}>{html.escape(line, quote=False)}</{tag}>"


def _page(paper: Paper, *, title: str, language: str, head: str, main: str) -> str:
    navigation = "".join(f'<li><a href="/section/{name.lower()}">{name}</a></li>' for name in SECTIONS)
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/rss+xml" title="{paper.name}" href="/feed.xml">
{head}</head>
<body><header class="site"><a href="/">{paper.name}</a><nav><ul>{navigation}</ul></nav></header>
<main>{main}</main>
<footer><p>© {paper.name}. All rights reserved.</p><ul><li><a href="/about">About us</a></li><li><a href="/privacy">Privacy policy</a></li>
<li><a href="/newsletter">Subscribe to our newsletter</a></li></ul></footer></body></html>
"""


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the pages of its server's paper, 304 where the reader has the page already."""

    server: "Site"
    protocol_version = "HTTP/1.1"
    server_version = "SeedPost/1"

    def do_GET(self) -> None:
        origin = f"http://{self.headers.get('Host', 'localhost')}"
        found = _find(self.server.paper, self.path, origin)
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


class Site(ThreadingHTTPServer):
    """The server of one paper."""

    def __init__(self, paper: Paper, address: tuple[str, int]) -> None:
        super().__init__(address, Handler)
        self.paper = paper


def _find(paper: Paper, path: str, origin: str) -> tuple[str, str, dt.datetime] | None:
    """Content type, text and time of last change of the page at this path."""
    newest = max(story.published_at for story in paper.stories)
    if path == "/robots.txt":
        return "text/plain", f"User-agent: *\nAllow: /\nSitemap: {origin}/sitemap.xml\n", newest
    if path == "/sitemap.xml":
        return "application/xml", sitemap(paper, origin), newest
    if path == "/feed.xml":
        return "application/rss+xml", feed(paper, origin), newest
    if path == "/":
        return "text/html", home_page(paper), newest
    story = next((s for s in paper.stories if s.path == path), None)
    return ("text/html", article_page(story, origin, paper), story.published_at) if story else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--papers", action="store_true", help="also serve the papers in papers/, each at its own address")
    arguments = parser.parse_args()
    papers = read_papers(dt.datetime.now(dt.UTC).date()) if arguments.papers else []
    sites = [Site(SEED_POST, (arguments.host, arguments.port)), *(Site(paper, (paper.address, arguments.port)) for paper in papers)]
    for site in sites:
        print(f"{site.paper.name} on http://{site.server_address[0]}:{site.server_port}/feed.xml", flush=True)
    for site in sites[1:]:
        threading.Thread(target=site.serve_forever, daemon=True).start()
    sites[0].serve_forever()


if __name__ == "__main__":
    main()

"""Hostile pages: each has a defined outcome."""

import time

import psutil
import pytest
from lxml.html import document_fromstring

from child_processes import living_children
from newsdesk.child import CallFailed
from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.body import find_blocks
from newsdesk.clean.stage import clean
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import Cleaned, FeedItem
from newsdesk.settings import CleanSettings
from samples import captured_page

SENTENCE = "The council met on Tuesday evening and decided that the old bridge would be repaired before the winter comes."
PARAGRAPH = f"<p>{SENTENCE}</p>"


def cleaned(page: str | bytes, *, settings: CleanSettings | None = None) -> Cleaned:
    body = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
    return clean(captured_page(url="https://a.example/2026/news/bridge", body=body), settings or CleanSettings())


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="nothing at all"),
        pytest.param(b" \n\t ", Reason.EMPTY, id="white space"),
        pytest.param("<html><body></body></html>", Reason.EMPTY, id="a page without text"),
        pytest.param('<meta http-equiv="refresh" content="0;url=/"><html><body></body></html>', Reason.EMPTY, id="refresh to itself"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Reason.NOT_HTML, id="a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Reason.NOT_HTML, id="an image served as HTML"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", Reason.NOT_HTML, id="a photograph"),
        pytest.param(b"PK\x03\x04\x14\x00", Reason.NOT_HTML, id="an archive"),
        pytest.param("<div>" * 200_000 + PARAGRAPH, Reason.UNREADABLE, id="200,000 nested elements"),
        pytest.param("<script>" * 10_000 + PARAGRAPH, Reason.EMPTY, id="a script that never ends"),
    ],
)
def test_page_that_can_never_pass_is_rejected_with_its_reason(page: str | bytes, reason: Reason) -> None:
    with pytest.raises(ArticleRejected) as rejected:
        cleaned(page)
    assert rejected.value.reason is reason
    assert rejected.value.detail


def test_page_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ArticleRejected, match="NEWSDESK_CLEAN_MAXIMUM_BYTES") as rejected:
        cleaned(PARAGRAPH * 100, settings=CleanSettings(maximum_bytes=1_000))
    assert rejected.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PARAGRAPH.replace("old", "o\0ld"), id="NUL inside a word"),
        pytest.param(f'<div class="{"wide " * 300_000}">{PARAGRAPH}</div>', id="an attribute of a megabyte"),
        pytest.param(f'<div data-x="&#xD800;&#x110000;&bogus">{PARAGRAPH}</div>', id="broken entities"),
        pytest.param('<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>' + PARAGRAPH, id="broken JSON-LD"),
        pytest.param('<script type="application/ld+json">' + "[" * 50_000 + "</script>" + PARAGRAPH, id="deep JSON-LD"),
        pytest.param(f'<meta http-equiv="refresh" content="0;url=https://a.example/2026/news/bridge">{PARAGRAPH}', id="refresh loop"),
        pytest.param(f"<html><body><header>Menu</header></body></html>{PARAGRAPH}", id="text after the end of the page"),
        pytest.param(f"<body><button>Open<div>{PARAGRAPH}</div>", id="a button that is never closed"),
        pytest.param("<br>" * 500_000 + PARAGRAPH, id="half a million line breaks"),
        pytest.param(f"<head><title>x{PARAGRAPH * 0}</title>{PARAGRAPH}", id="no body at all"),
        pytest.param(f"<title>x</title><main><article>{PARAGRAPH}</article></main>", id="neither head nor body, in elements of HTML5"),
    ],
)
def test_hurt_page_still_gives_its_text(page: str) -> None:
    assert cleaned(page).text == SENTENCE


@pytest.mark.parametrize("element", ["word<br>", "<em>word</em>", "<p>word"])
def test_pages_of_very_many_small_elements_stay_out_of_the_extractor(element: str) -> None:
    page = PARAGRAPH + element * 11_000 + PARAGRAPH
    tree = document_fromstring(page)
    assert find_blocks(tree, blocks_of(tree), extractor=lambda _: pytest.fail("the extractor was called"))
    assert SENTENCE in cleaned(page).text


GROWING = {
    "lines of capitals": "HARBOUR PRICES AGREED BY ALL<br>",
    "commas": ", ",
    "quotation marks": "“",
    "brackets": "([",
    "emoji": "😀",
    "quotation elements": "<q>yes</q> ",
    "signs of notes": "word.<sup>1</sup> ",
    "hidden words": 'word <span class="sr-only">x</span>',
    "times without zone": '<time datetime="2026-05-02T10:00">x</time>',
    "bylines": '<a rel="author">Ann Lee</a> ',
    "pointers": "<p>Read also</p>",
    "refrains": f"{PARAGRAPH}<p>x</p>",
    "sections of links": '<h2>More</h2><ul><li><a href="/x">a link to something else</a></li></ul>',
}


@pytest.mark.parametrize("piece", [pytest.param(piece, id=name) for name, piece in GROWING.items()])
def test_time_grows_with_the_page_and_not_with_its_square(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        cleaned(f"<html><head><title>Bridge</title></head><body><h1>Bridge</h1>{PARAGRAPH * 3}<div>{piece * times}</div></body></html>")
        return time.process_time() - started

    limit = 20 * max(seconds(500), 0.02)
    # Once more if needed, since a collection of garbage or the first use of a table can fall into one.
    assert seconds(4_000) < limit or seconds(4_000) < limit


@pytest.mark.parametrize(
    "meta",
    [
        f'<meta property="og:site_name" content="{"The Courier - " * 3_000}">',
        f'<meta property="og:title" content="{"The Courier - " * 3_000}">',
        f'<meta name="author" content="{"Ann Lee and " * 3_000}">',
        f'<meta name="date" content="{"2 May " * 7_000}">',
    ],
    ids=["site name", "title", "author", "date"],
)
def test_long_declarations_cost_no_more_than_a_page(meta: str) -> None:
    started = time.process_time()
    assert SENTENCE in cleaned(f"<html><head>{meta}</head><body>{PARAGRAPH * 3}</body></html>").text
    assert time.process_time() - started < 1.0


PAGE_SECONDS = 20.0
"""The most that a page may take of a processor; the longest takes 3 s. A busy machine needs a multiple of it."""
BATCH: dict[str, tuple[bytes, Reason | None]] = {
    "200,000 nested elements": (b"<div>" * 200_000 + PARAGRAPH.encode(), Reason.UNREADABLE),
    "50 MB of text": (PARAGRAPH.encode() * (50_000_000 // len(PARAGRAPH)), Reason.TOO_LARGE),
    "as much text as is parsed at all": (PARAGRAPH.encode() * (9_900_000 // len(PARAGRAPH)), None),
    "NUL bytes in every word": (PARAGRAPH.replace("e", "e\0").encode() * 10, None),
    "a megabyte of NUL bytes": (b"\0" * 1_000_000, Reason.UNREADABLE),
    "broken entities": (f"<p>&#xD800;&#99999999;&bogus;&lt{'&' * 100_000}</p>{PARAGRAPH}".encode(), None),
    "megabyte attributes": (f'<div class="{"x" * 1_000_000}" style="{"y" * 1_000_000}">{PARAGRAPH}</div>'.encode(), None),
    "a refresh loop": (b'<meta http-equiv="refresh" content="0;url=/2026/news/bridge">', Reason.EMPTY),
    "an empty page": (b"", Reason.EMPTY),
    "a PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 1_000, Reason.NOT_HTML),
    "an image served as HTML": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1_000, Reason.NOT_HTML),
    "an ordinary page": (PARAGRAPH.encode(), None),
}
"""Pages by their defect, with the reason why they are rejected; None if their text is found."""


def processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def test_batch_of_hostile_pages_goes_on_with_a_named_outcome_for_each_within_its_time() -> None:
    before = living_children()
    ended: dict[str, Reason | None] = {}
    with CleaningPool(CleanSettings(page_deadline_seconds=10 * PAGE_SECONDS)) as pool:
        pool.clean(captured_page(url="https://a.example/first", body=PARAGRAPH.encode()))
        (process,) = living_children() - before
        for name, (body, _) in BATCH.items():
            started = processor_seconds(process)
            ((_, result),) = pool.clean_all([captured_page(url="https://a.example/2026/news/bridge", body=body)])
            assert processor_seconds(process) - started < PAGE_SECONDS, name
            assert not isinstance(result, CallFailed), f"{name}: {result}"
            assert isinstance(result, ArticleRejected) or SENTENCE in result.text, name
            ended[name] = result.reason if isinstance(result, ArticleRejected) else None
    assert ended == {name: reason for name, (_, reason) in BATCH.items()}


@pytest.mark.parametrize("content", ["\x01", "\0", "\ud800", "<?xml version='1.0' encoding='utf-8'?>", "<![CDATA[", "<" * 5_000])
def test_hurt_text_of_a_feed_costs_no_article(content: str) -> None:
    item = FeedItem(id="1", url="https://a.example/2026/news/bridge", content_html=content + PARAGRAPH)
    capture = captured_page(url=item.url, body=PARAGRAPH.encode(), item=item)
    assert SENTENCE in clean(capture, CleanSettings()).text


def test_surrogates_and_control_characters_do_not_reach_the_text() -> None:
    text = cleaned(f"<p>{SENTENCE} &#xD83D; &#1; \u200b\u202f end</p>").text
    assert not any(0xD800 <= ord(character) <= 0xDFFF or ord(character) < 10 for character in text)
    text.encode("utf-8")

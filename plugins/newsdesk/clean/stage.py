"""The heart of clean: a captured page in, the article without its page out. Pure: no network, no disk, no clock."""

import datetime as dt
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newsdesk.charsets import decode_page
from newsdesk.clean.article_json import CONTENT_TYPE, clean_article_json
from newsdesk.clean.authors import find_authors
from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.body import blocks_of_fragment, find_blocks, fullest
from newsdesk.clean.changes import content_hash
from newsdesk.clean.content_kind import find_kind, is_paywalled
from newsdesk.clean.dates import find_modified, find_published, read_page_dates
from newsdesk.clean.edges import trim, with_lead
from newsdesk.clean.hydration import longest_article
from newsdesk.clean.language import detect_language
from newsdesk.clean.metadata import find_surroundings
from newsdesk.clean.regions import prose_of
from newsdesk.clean.structured import as_text, parse_structured
from newsdesk.clean.text import join_paragraphs
from newsdesk.clean.titles import find_title
from newsdesk.clean.unseen import show
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import CapturedPage, Cleaned
from newsdesk.settings import CleanSettings

_NO_TEXT = ("script", "style", "svg", "iframe", "noscript", "template")
_LITTLE_PROSE = 500
"""Characters below which the article may be in the data of the page's scripts."""
_END_OF_DOCUMENT = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)

VERSION = 5
"""Goes up whenever `clean` answers differently for some page."""


def clean(captured: CapturedPage, settings: CleanSettings, *, now: dt.datetime | None = None) -> Cleaned:
    """The article of a captured page.

    `now` bounds its dates; default: when the page was fetched. Raises ArticleRejected with NOT_HTML, EMPTY, TOO_LARGE,
    UNREADABLE or NOT_AN_ARTICLE.
    """
    capture = captured.capture
    page = _readable_page(captured, settings)
    if capture.content_type == CONTENT_TYPE:
        return clean_article_json(captured, now=now or capture.fetched_at)
    tree = _parse(page)
    show(tree)
    now = now or capture.fetched_at
    structured = parse_structured(tree, url=capture.url)
    around = find_surroundings(tree, structured, url=capture.url)
    item = capture.item
    title = find_title(tree, structured, url=capture.url, site_name=around.site_name) or (item.title if item else "")
    blocks = blocks_of(tree)
    dates = read_page_dates(tree, structured, blocks, url=capture.url, title=title, now=now, language=around.declared_language)
    published = find_published(tree, blocks, dates, url=capture.url, feed=item.published_at if item else None)
    modified = find_modified(dates, published=published)
    scripted = longest_article(tree) if prose_of(blocks) < _LITTLE_PROSE else ""
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)  # not before the dates: htmldate reads scripts
    named = find_authors(
        tree, structured, blocks, url=capture.url, title=title, site_name=around.site_name, feed=item.authors if item else ()
    )
    found = with_lead(find_blocks(tree, blocks), blocks, title=title, description=around.description)
    elsewhere = (as_text(structured.article.get("articleBody")), item.content_html if item else "")
    renderings = (found, *map(blocks_of_fragment, filter(str.strip, elsewhere)))
    byline = (*named.persons, *named.credits)
    body, *others = (trim(rendering, page=blocks, title=title, section=around.section, authors=byline) for rendering in renderings)
    fuller = fullest(body, *others) or trim(blocks_of_fragment(scripted), page=blocks, title=title, section=around.section, authors=byline)
    paragraphs = [block.text for block in fuller]
    if not paragraphs:
        raise ArticleRejected(Reason.EMPTY, "no text was found in the page")
    text = join_paragraphs(paragraphs)
    paywalled = is_paywalled(tree, structured)
    language = detect_language(paragraphs, claimed=around.declared_language)
    return Cleaned(
        title=title,
        text=text,
        language=language.code,
        language_confidence=language.confidence,
        authors=named.persons,
        credits=named.credits,
        published_at=published.at,
        modified_at=modified.at,
        canonical_url=around.canonical_url,
        site_name=around.site_name,
        image=around.image,
        section=around.section,
        tags=around.tags,
        description=around.description,
        declared_language=around.declared_language,
        hreflang=around.hreflang,
        content_kind=find_kind(tree, structured, blocks, body, url=capture.url, text=text, may_be_cut=paywalled and fuller is body),
        published_source=published.source,
        modified_source=modified.source,
        published_zone=published.zone,
        script=language.script,
        direction=language.direction,
        paragraph_languages=language.paragraphs,
        content_hash=content_hash(title, text),
        is_paywalled=paywalled,
    )


def _readable_page(captured: CapturedPage, settings: CleanSettings) -> str:
    if len(captured.body) > settings.maximum_bytes:
        raise ArticleRejected(
            Reason.TOO_LARGE,
            f"the page has {len(captured.body):,} bytes; at most {settings.maximum_bytes:,} are parsed (NEWSDESK_CLEAN_MAXIMUM_BYTES)",
        )
    if not captured.body.strip():
        raise ArticleRejected(Reason.EMPTY, "the page is empty")
    return decode_page(captured.body, captured.capture.content_type)


def _parse(page: str) -> HtmlElement:
    """The page's tree. Bytes and an explicit encoding, since a page's own declaration is not to be believed any more.

    libxml2 drops all that follows the first </body>, which some sites write in the middle: ends of body and html are implied.
    """
    page = _END_OF_DOCUMENT.sub("", page)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"the page cannot be parsed: {error}") from error
    if not isinstance(tree, HtmlElement):
        raise ArticleRejected(Reason.UNREADABLE, "the page has no elements")
    if any("depth" in entry.message for entry in parser.error_log):
        raise ArticleRejected(Reason.UNREADABLE, "the page's elements are nested too deeply to be a page for readers")
    return tree

"""Extracts the article from a captured page. Pure: uses no network, files or clock."""

import datetime as dt
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newsdesk.charsets import decode_page
from newsdesk.clean.article_json import CONTENT_TYPE, clean_article_json
from newsdesk.clean.authors import find_authors
from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.body import blocks_of_fragment, continues, find_blocks, longest_rendering
from newsdesk.clean.changes import content_hash
from newsdesk.clean.content_kind import find_kind, is_paywalled
from newsdesk.clean.dates import find_modified, find_published, read_page_dates
from newsdesk.clean.edges import trim, with_lead
from newsdesk.clean.hidden_text import remove_hidden_text
from newsdesk.clean.hydration import longest_article, scripts_of
from newsdesk.clean.language import detect_language
from newsdesk.clean.metadata import find_metadata
from newsdesk.clean.regions import prose_of
from newsdesk.clean.structured import as_text, parse_structured
from newsdesk.clean.text import join_paragraphs
from newsdesk.clean.titles import find_title
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import CapturedPage, Cleaned
from newsdesk.settings import CleanSettings

_NO_TEXT = ("script", "style", "svg", "iframe", "noscript", "template")
_LITTLE_PROSE = 500
"""Characters of prose below which the article is searched in the data of the page's scripts. If the page has more, in other regions, the
data must begin with the same paragraph, since they can be those of another article."""
_END_OF_DOCUMENT = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)

VERSION = 10
"""Increased with every change that alters the output for some page."""


def clean(captured: CapturedPage, settings: CleanSettings, *, now: dt.datetime | None = None) -> Cleaned:
    """Extract the article from a captured page.

    `now` is the upper bound of its dates, by default the time of the capture. Raises ArticleRejected (NOT_HTML, EMPTY, TOO_LARGE,
    UNREADABLE).
    """
    capture = captured.capture
    page = _readable_page(captured, settings)
    if capture.content_type == CONTENT_TYPE:
        return clean_article_json(captured, now=now or capture.fetched_at)
    tree = _parse(page)
    remove_hidden_text(tree)
    now = now or capture.fetched_at
    structured = parse_structured(tree, url=capture.url)
    metadata = find_metadata(tree, structured, url=capture.url)
    item = capture.item
    blocks = blocks_of(tree)
    title = find_title(tree, structured, blocks, url=capture.url, site_name=metadata.site_name) or (item.title if item else "")
    dates = read_page_dates(
        tree,
        structured,
        blocks,
        url=capture.url,
        title=title,
        language=metadata.declared_language,
        now=now,
        is_now_known=capture.is_time_known,
    )
    published = find_published(tree, blocks, dates, url=capture.url, feed=item.published_at if item else None)
    modified = find_modified(dates, published=published)
    scripts = scripts_of(tree)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)  # not before the dates: htmldate reads scripts
    named = find_authors(
        tree, structured, blocks, url=capture.url, title=title, site_name=metadata.site_name, feed=item.authors if item else ()
    )
    found = with_lead(find_blocks(tree, blocks, title=title), blocks, title=title, description=metadata.description)
    scripted = longest_article(scripts) if prose_of(found) < _LITTLE_PROSE else ""
    if prose_of(blocks) >= _LITTLE_PROSE and not continues(scripted, found):
        scripted = ""
    elsewhere = (as_text(structured.article.get("articleBody")), item.content_html if item else "", scripted)
    renderings = (found, *map(blocks_of_fragment, filter(str.strip, elsewhere)))
    byline = (*named.persons, *named.credits)
    body, *others = (trim(rendering, page=blocks, title=title, section=metadata.section, authors=byline) for rendering in renderings)
    chosen = longest_rendering(body, *others)
    paragraphs = [block.text for block in chosen]
    if not paragraphs:
        raise ArticleRejected(Reason.EMPTY, "no text was found in the page")
    text = join_paragraphs(paragraphs)
    paywalled = is_paywalled(tree, structured)
    language = detect_language(paragraphs, claimed=metadata.declared_language)
    return Cleaned(
        title=title,
        text=text,
        language=language.code,
        language_confidence=language.confidence,
        authors=named.persons,
        credits=named.credits,
        published_at=published.at,
        modified_at=modified.at,
        canonical_url=metadata.canonical_url,
        site_name=metadata.site_name,
        image=metadata.image,
        section=metadata.section,
        tags=metadata.tags,
        description=metadata.description,
        declared_language=metadata.declared_language,
        hreflang=metadata.hreflang,
        content_kind=find_kind(tree, structured, blocks, body, url=capture.url, text=text, may_be_cut=paywalled and chosen is body),
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
    """Parse a page. It is encoded as UTF-8 explicitly, since its declared encoding does not apply to the decoded text.

    End tags of body and html are removed: some sites write them in the middle, and libxml2 ignores what follows.
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
        raise ArticleRejected(Reason.UNREADABLE, "the elements of the page are nested too deeply")
    for template in tree.iter("template"):
        if template.get("shadowrootmode"):
            template.tag = "div"  # browsers show it, unlike other templates
    return tree

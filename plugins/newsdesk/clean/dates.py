"""When an article was published and changed, and which sign said so; never in the future."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.months import find_day
from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import same_words

OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
"""Older dates on a web page are those of what it tells about."""
_NEW_EDITION = dt.timedelta(days=30)
"""An article changed so long after its first day, and that shows only the new date, was published anew."""

_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)")
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?(\d{2})(\d{2})(\d{2})?)?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3,9})\.?,?\s+((?:19|20)\d\d)\b")
_MAIL_DATE = re.compile(r"\s*(?:[A-Z][a-z]{2},\s*)?\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d\d")
_NUMBERS = re.compile(r"\d+")
_ENGLISH_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "publish-date", "publish_date", "publishdate",
    "pubdate", "date", "article_date_original", "cxenseparse:recs:publishtime", "date.created", "dcterms.issued", "creation_date",
    "publication_date", "publication-date", "published", "published-date", "published_date", "publisheddate", "date_published",
    "date-published", "article-date", "article:published_date", "posted", "issued", "release_date",
    "citation_publication_date", "originalpublicationdate", "last-publish-date", "ptime", "article.published", "published_at",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "article.updated", "revised", "updated_time",
)  # fmt: skip
_BEFORE_HEADLINE, _AFTER_HEADLINE = 12, 20
"""The blocks around the headline in which a page shows its date."""
_LONGEST_DATELINE = 200
_LONGEST_BARE_DATE = 60
_LONGEST_LABEL = 30
_UPDATE = re.compile(
    r"updat|modif|revis|review|edited|actualizad|atualizad|aktualis|geändert|mis à jour|mise à jour|aggiornat|bijgewerkt|gewijzigd"
    r"|oppdatert|opdateret|uppdaterad|päivitetty|zaktualizowan|обновл|оновлен|изменен|güncelle|تحديث|به.?روز|更新|업데이트|수정|अपडेट",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment, in the zone in which the page tells it, and the sign it came from; `at` is None where none could be believed."""

    at: dt.datetime | None = None
    source: str = ""


def find_published(
    tree: HtmlElement,
    structured: Structured,
    blocks: Sequence[Block],
    *,
    url: str,
    title: str,
    now: dt.datetime,
    feed: dt.datetime | None = None,
    language: str | None = None,
) -> Dated:
    """When the article was published. `source` is json-ld, meta, time, url, feed, dateline or text.

    `language` is the one that the page claims; it decides which month a name means where two languages disagree.

    Among what the page declares, the first whose day the page also shows at its headline; where it shows none of them,
    the first. A date of change counts only where it is shown as the article's date, without a word like "updated", and
    long after the first: a new edition.
    """
    claims = [claim for claim in _published_claims(tree, structured, url=url) if is_plausible(claim[1], now=now)]
    changes = [claim for claim in _modified_claims(structured) if is_plausible(claim[1], now=now)]
    datelines = _datelines(blocks, title=title)
    if claims:
        first = claims[0][1]
        editions = [(source, moment) for source, moment in changes if moment - first >= _NEW_EDITION]
        shown = next((claim for claim in claims + editions if is_shown(claim[1].date(), datelines)), None)
        if shown is None and any(moment.date() == first.date() for _, moment in changes):
            # Systems that know only the last change declare it as both: an earlier dateline is the publication.
            shown = next((("dateline", moment) for moment in _moments_in(datelines, language) if OLDEST <= moment < first), None)
        source, at = shown or claims[0]
        return Dated(at, source)
    if feed is not None and is_plausible(feed, now=now):
        return Dated(feed, "feed")
    for at in _moments_in(datelines, language):
        if is_plausible(at, now=now):
            return Dated(at, "dateline")
    return _from_text(tree, url=url, now=now)


def find_modified(structured: Structured, *, published: Dated, now: dt.datetime) -> Dated:
    """When the article was last changed; nothing where it was never changed, or before it was published."""
    for source, at in _modified_claims(structured):
        if is_plausible(at, now=now) and (published.at is None or at >= published.at):
            return Dated(at, source)
    return Dated()


def parse_moment(value: str) -> dt.datetime | None:
    """An ISO-8601 or RFC 5322 date, or one with an English month; None for anything else. No zone is read as UTC."""
    match = _ISO.search(value) or _COMPACT.match(value.strip())
    if match:
        return _from_parts(*match.groups())
    match = _MONTH_FIRST.search(value) or _DAY_FIRST.search(value)
    if match and not _MAIL_DATE.match(value):
        return _from_words(match)
    try:
        at = parsedate_to_datetime(value)
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def is_plausible(at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a page seen at `now` can have this date."""
    return OLDEST <= at <= now


def is_shown(day: dt.date, datelines: Sequence[str]) -> bool:
    """Whether one of the lines shows this day, in figures or with a month's name."""
    for line in datelines:
        numbers = {int(number) for number in _NUMBERS.findall(line) if len(number) <= 4}
        if not {day.day, day.year} <= numbers:
            continue
        month = _ENGLISH_MONTH.search(line)
        if month is None or _MONTHS.index(month.group(1).lower()) + 1 == day.month:
            return True
    return False


def _from_parts(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> dt.datetime | None:
    try:
        return dt.datetime(
            int(year), int(month), int(day), int(hour or 0) % 24, int(minute or 0), min(int(second or 0), 59), tzinfo=_zone(zone or "Z")
        )
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> dt.timezone:
    """The zone of +02:00, +0200, +02, Z, UTC or GMT. Raises ValueError for an offset of a day or more."""
    if name[0] not in "+-":
        return dt.UTC
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(offset if name[0] == "+" else -offset)


def _from_words(match: re.Match[str]) -> dt.datetime | None:
    one, two, year = match.groups()
    name, day = (two, one) if one.isdigit() else (one, two)
    if name[:3].lower() not in _MONTHS:
        return None
    return _from_parts(year, str(_MONTHS.index(name[:3].lower()) + 1), day, None, None, None, None)


def _published_claims(tree: HtmlElement, structured: Structured, *, url: str) -> Iterator[tuple[str, dt.datetime]]:
    for source, value in _published_values(tree, structured, url=url):
        moment = parse_moment(value) if value else None
        if moment is not None:
            yield source, moment


def _published_values(tree: HtmlElement, structured: Structured, *, url: str) -> Iterator[tuple[str, str]]:
    for node in (structured.article, structured.page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield "json-ld", as_text(node.get(key))
    for name in _PUBLISHED_META:
        yield from (("meta", value) for value in structured.meta.get(name, ()))
    for key in ("datePublished", "uploadDate"):
        yield from (("json-ld", as_text(node.get(key))) for node in structured.nodes)
    yield from (("time", value) for value in _time_elements(tree))
    match = _IN_URL.search(url)
    if match:
        yield "url", f"{match.group(1)}-{int(match.group(2)):02}-{int(match.group(3)):02}"


def _modified_claims(structured: Structured) -> Iterator[tuple[str, dt.datetime]]:
    values = [("json-ld", as_text(node.get("dateModified"))) for node in (structured.article, structured.page)]
    values += [("meta", value) for name in _MODIFIED_META for value in structured.meta.get(name, ())]
    for source, value in values:
        moment = parse_moment(value) if value else None
        if moment is not None:
            yield source, moment


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    """Dates in `time` elements and microdata; those marked as the publication first."""
    marked: list[str] = []
    others: list[str] = []
    for element in tree.iter("time"):
        is_marked = element.get("pubdate") is not None or "datePublished" in (element.get("itemprop") or "")
        (marked if is_marked else others).append(element.get("datetime") or element.text_content())
    yield from marked
    yield from others


def _datelines(blocks: Sequence[Block], *, title: str) -> list[str]:
    """The short lines with figures around the headline, but for those that tell of an update.

    Around the page's beginning where no block is the headline.
    """
    at = next((index for index, block in enumerate(blocks) if same_words(block.text, title)), 0)
    found = []
    label = ""
    for block in blocks[max(0, at - _BEFORE_HEADLINE) : at + _AFTER_HEADLINE]:
        text = block.text
        if len(text) <= _LONGEST_DATELINE and not (len(label) <= _LONGEST_LABEL and _UPDATE.search(label)):
            line = _before_update(text)
            if any(map(str.isdigit, line)):
                found.append(line)
        label = text
    return found


def _before_update(text: str) -> str:
    """ "Published 2 May, updated 7 May" without the second; nothing where the line tells only of the update."""
    update = _UPDATE.search(text)
    return text if update is None else text[: update.start()]


def _moments_in(datelines: Sequence[str], language: str | None) -> Iterator[dt.datetime]:
    """The dates of lines that are little more than a date, in the language of the page or another."""
    for line in datelines:
        if len(line) > _LONGEST_BARE_DATE:
            continue
        day = find_day(line, language=language)
        moment = parse_moment(line) if day is None else dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        if moment is not None:
            yield moment


def _from_text(tree: HtmlElement, *, url: str, now: dt.datetime) -> Dated:
    """What htmldate reads from the page's visible signs.

    Its extensive search is left out: over 40 pages without a declared date it found none that was right, gave 17 the
    first of January of a year that it had seen, and took half the time of the whole cleaning.
    """
    from htmldate import find_date

    found = find_date(
        tree, url=url, original_date=True, extensive_search=False, max_date=now.date().isoformat(), min_date=OLDEST.date().isoformat()
    )
    moment = parse_moment(found or "")
    return Dated(moment, "text") if moment is not None and is_plausible(moment, now=now) else Dated()

"""When an article was published and changed, and which sign said so; never in the future."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import same_words
from newsdesk.months import BUDDHIST_ERA, find_day

OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
"""Older dates on a web page are those of what it tells about."""
_NEW_EDITION = dt.timedelta(days=30)
"""An article changed so long after its first day, and that shows only the new date, was published anew."""

_AHEAD = dt.timedelta(hours=14)
"""No zone is further ahead of UTC."""
_WRONG_CLOCK = dt.timedelta(minutes=15)
_HALF_HOUR = dt.timedelta(minutes=30)

_IN_URL = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01]))(?=[/\-_.]|$)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?P<sign>[-/.])\s?(\d{1,2})(?P=sign)\s?(\d{1,2})(?!\d)\.?"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?(\d{2})(\d{2})(\d{2})?)?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$")
_SINCE_1970 = re.compile(r"\s*(\d{10})(\d{3})?(?:\.\d+)?\s*")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
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
_LONGEST_VALUE = 200
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
    claims = _believed(_published_values(tree, structured, url=url), language=language, now=now)
    changes = _believed(_modified_values(structured), language=language, now=now)
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
    if feed is not None and is_plausible(feed := in_its_zone(feed, now=now), now=now):
        return Dated(feed, "feed")
    for at in _moments_in(datelines, language):
        if is_plausible(at := in_its_zone(at, now=now), now=now):
            return Dated(at, "dateline")
    return _from_text(tree, url=url, now=now)


def find_modified(structured: Structured, *, published: Dated, now: dt.datetime) -> Dated:
    """When the article was last changed; nothing where it was never changed, or before it was published."""
    for source, at in _believed(_modified_values(structured), language=None, now=now):
        if published.at is None or at >= published.at:
            return Dated(at, source)
    return Dated()


def parse_moment(value: str, *, language: str | None = None) -> dt.datetime | None:
    """The moment of an ISO-8601 or RFC 5322 date, of seconds or milliseconds since 1970, or the first one of a day in words.

    None for anything else, and for days whose order cannot be told (02/05/2026). No zone is read as UTC.
    """
    value = value[:_LONGEST_VALUE]
    if match := _YEAR_FIRST.search(value):
        year, _, *rest = match.groups()
        return _from_parts(year, *rest)
    if match := _COMPACT.match(value.strip()):
        return _from_parts(*match.groups())
    if match := _SINCE_1970.fullmatch(value):
        return dt.datetime.fromtimestamp(int(match[1]), dt.UTC)
    day = None if _MAIL_DATE.match(value) else find_day(value, language=language)
    if day is not None:
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    try:
        at = parsedate_to_datetime(value)
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def in_its_zone(at: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """A time that was told without zone, or as UTC, and that lies a few hours ahead: in the nearest zone in which it does not.

    Clocks east of Greenwich are ahead, and many a system writes what they show without saying so. The day stays the one
    that the page tells. A few minutes ahead are a wrong clock: it is now.
    """
    ahead = at - now
    if at.utcoffset() or not dt.timedelta() < ahead <= _AHEAD:
        return at
    if ahead <= _WRONG_CLOCK:
        return now
    return at.replace(tzinfo=dt.timezone(max(2, -(-ahead // _HALF_HOUR)) * _HALF_HOUR))


def is_plausible(at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a page seen at `now` can have this date."""
    return OLDEST <= at <= now


def is_shown(day: dt.date, datelines: Sequence[str]) -> bool:
    """Whether one of the lines shows this day, in figures or with a month's name."""
    for line in datelines:
        numbers = {int(number) for number in _NUMBERS.findall(line) if len(number) <= 4}
        if day.day not in numbers or numbers.isdisjoint({day.year, day.year + BUDDHIST_ERA}):
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


def _believed(values: Iterable[tuple[str, str]], *, language: str | None, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """The values that are dates and can be true, each with its source."""
    moments = ((source, parse_moment(value, language=language)) for source, value in values if value)
    settled = [(source, in_its_zone(moment, now=now)) for source, moment in moments if moment is not None]
    return [(source, moment) for source, moment in settled if is_plausible(moment, now=now)]


def _published_values(tree: HtmlElement, structured: Structured, *, url: str) -> Iterator[tuple[str, str]]:
    for node in (structured.article, structured.page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield "json-ld", as_text(node.get(key))
    for name in _PUBLISHED_META:
        yield from (("meta", value) for value in structured.meta.get(name, ()))
    for key in ("datePublished", "uploadDate"):
        yield from (("json-ld", as_text(node.get(key))) for node in structured.nodes)
    yield from (("time", value) for value in _time_elements(tree))
    if match := _IN_URL.search(url):
        yield "url", "-".join(filter(None, match.groups()))


def _modified_values(structured: Structured) -> Iterator[tuple[str, str]]:
    yield from (("json-ld", as_text(node.get("dateModified"))) for node in (structured.article, structured.page))
    yield from (("meta", value) for name in _MODIFIED_META for value in structured.meta.get(name, ()))


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    """Dates in `time` elements and in those marked as the publication by microdata or hAtom; the marked ones first."""
    times = list(tree.iter("time"))
    marked = [element for element in tree.xpath("//@itemprop[.='datePublished']/..") if element.tag != "meta"]
    marked += [element for element in times if element.get("pubdate") is not None]
    marked += [element for element in tree.iter("abbr") if "published" in (element.get("class") or "").split()]
    for element in (*marked, *times):
        yield element.get("datetime") or element.get("content") or element.get("title") or element.text_content()


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
        moment = parse_moment(line, language=language)
        if moment is not None:
            yield moment


def _from_text(tree: HtmlElement, *, url: str, now: dt.datetime) -> Dated:
    """What htmldate reads from the page's visible signs.

    Its extensive search is left out: over 40 pages without a declared date it found none that was right, gave 17 the
    first of January of a year that it had seen, and took half the time of the whole cleaning.
    """
    found = find_date(
        tree, url=url, original_date=True, extensive_search=False, max_date=now.date().isoformat(), min_date=OLDEST.date().isoformat()
    )
    moment = parse_moment(found or "")
    return Dated(moment, "text") if moment is not None and is_plausible(moment, now=now) else Dated()

"""When an article was published and changed, and which sign said so; never in the future."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from htmldate import find_date
from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.moments import Moment, MomentReader, in_zone
from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import same_words
from newsdesk.clean.zones import country_of, zone_of_country
from newsdesk.months import BUDDHIST_ERA, order_of_language, order_of_slashed
from newsdesk.records import ZoneSource

OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
"""Older dates on a web page are those of what it tells about."""
_NEW_EDITION = dt.timedelta(days=30)
"""An article changed so long after its first day, and that shows only the new date, was published anew."""

_SAME_EDITION = dt.timedelta(hours=36)
"""A newspaper shows the day of the edition, and declares the moment on the evening before."""
_AHEAD = dt.timedelta(hours=14)
"""No zone is further ahead of UTC."""
_WRONG_CLOCK = dt.timedelta(minutes=15)
_HALF_HOUR = dt.timedelta(minutes=30)

_IN_URL = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01]))(?=[/\-_.]|$)"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBERS = re.compile(r"\d+")
_ENGLISH_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "publish-date", "publish_date", "publishdate",
    "pubdate", "date", "article_date_original", "cxenseparse:recs:publishtime", "date.created", "dcterms.issued", "creation_date",
    "publication_date", "publication-date", "published", "published-date", "published_date", "publisheddate", "date_published",
    "date-published", "article-date", "article:published_date", "posted", "issued", "release_date",
    "citation_publication_date", "originalpublicationdate", "last-publish-date", "ptime", "article.published", "published_at",
    "article:published:time",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "article:modified:time", "article.updated", "revised", "updated_time",
)  # fmt: skip
_BEFORE_HEADLINE, _AFTER_HEADLINE = 12, 20
"""The blocks around the headline in which a page shows its date."""
_LONGEST_DATELINE = 200
_LONGEST_BARE_DATE, _LONGEST_LABELLED_DATE = 60, 120
_LONGEST_LABEL = 30
_UPDATE = re.compile(
    r"updat|modif|revis|review|edited|actualizad|actualitzat|atualizad|aktuali[sz]|geändert|mis à jour|mise à jour|aggiornat"
    r"|bijgewerkt|gewijzigd|oppdatert|opdateret|uppdaterad|uppfær|päivitetty|zaktualizowan|upraven|ažurir|izm[ij]|posodoblj|frissít|módosít|uuendatud"
    r"|muudetud|atjaun|atnaujin|обновл|оновлен|изменен|ενημερ|ενημέρωσ|τροποπο|güncelle|cập nhật|diperbarui|dikemas|עודכן"
    r"|تحديث|به.?روز|更新|업데이트|수정|अपडेट|แก้ไข|อัปเดต",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(r"(?:date|datum|data|fecha|dato|dátum|päivä|tarih|дата|تاريخ|תאריך|日期|날짜)\b\s*[:：]?\s", re.IGNORECASE)
_PUBLISH = re.compile(
    r"publ[ií][csk]|publ?icer|publié|pubblicat|publisert|posted|veröffentlicht|erstellt|erschienen|created|gepubliceerd|julkaistu|opublikowan"
    r"|objavljen|megjelen|avaldatud|paskelbt|birt[iu]|опубл|δημοσ|yayın|eklenme|giriş|xuất bản"
    r"|diterbitkan|פורסם|نشر|منتشر|公開|掲載|配信|发布|發布|입력|등록|प्रकाशित|เผยแพร่",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment in the zone in which the page tells it, the sign it came from, and how its zone is known; `at` is None where none
    could be believed."""

    at: dt.datetime | None = None
    source: str = ""
    zone: ZoneSource | None = None


Sign = tuple[str, Moment]
"""Where a moment was told, and the moment."""


@dataclass(frozen=True, slots=True)
class PageDates:
    """What a page says of its dates: how it writes them, the zone of its times and of each that was told with one, what it
    declares, and the lines around its headline that show dates."""

    reader: MomentReader
    zone: dt.tzinfo | None
    zones: Mapping[dt.datetime, dt.tzinfo]
    published: tuple[Sign, ...]
    modified: tuple[Sign, ...]
    datelines: tuple[str, ...]
    now: dt.datetime

    def settle(self, moment: Moment, source: str) -> Dated:
        """The moment in its zone: as told; else that of the same time told elsewhere, or the page's; else UTC, which is then assumed.

        A time that was told without zone or as UTC and lies a few hours ahead was told by a clock east of Greenwich: it is
        put in the page's zone or the nearest in which it does not. The day stays the one that the page tells.
        """
        zone = moment.zone
        known = ZoneSource.TOLD
        if zone is None and moment.has_time:
            zone = self.zones.get(moment.local, self.zone)
            known = ZoneSource.DERIVED
        if zone is None:
            zone, known = dt.UTC, ZoneSource.ASSUMED
        at = in_zone(moment.local, zone)
        if at > self.now and not at.utcoffset():
            return Dated(_not_ahead(at, home=self.zone, now=self.now), source, ZoneSource.DERIVED)
        return Dated(at, source, known)

    def believed(self, signs: Iterable[Sign]) -> list[Dated]:
        """Those that can be true."""
        settled = [self.settle(moment, source) for source, moment in signs]
        return [dated for dated in settled if dated.at is not None and is_plausible(dated.at, now=self.now)]

    def shown(self) -> list[Dated]:
        """The dates of the lines around the headline that are little more than a date."""
        bare = (line for line in self.datelines if len(line) <= (_LONGEST_LABELLED_DATE if _PUBLISH.search(line) else _LONGEST_BARE_DATE))
        return self.believed(_read(self.reader, (("dateline", line) for line in bare)))


def read_page_dates(
    tree: HtmlElement,
    structured: Structured,
    blocks: Sequence[Block],
    *,
    url: str,
    title: str,
    now: dt.datetime,
    language: str | None = None,
) -> PageDates:
    """How this page writes dates. `language` is the one that it claims; it decides between months of one name."""
    datelines = _datelines(blocks, title=title)
    published, modified = list(_published_values(tree, structured, url=url)), list(_modified_values(structured))
    order = order_of_slashed([*(value for _, value in (*published, *modified)), *datelines])
    country = country_of(url, language)
    reader = MomentReader(language, order_of_language(language) if order is None else order, country)
    signs, changes = _read(reader, published), _read(reader, modified)
    told = [moment for _, moment in (*signs, *changes) if moment.has_time and moment.zone]
    zones = {moment.local: moment.zone for moment in reversed(told) if moment.zone}
    return PageDates(reader, _zone_of_page(told, zone_of_country(country)), zones, signs, changes, tuple(datelines), now)


def find_published(tree: HtmlElement, blocks: Sequence[Block], dates: PageDates, *, url: str, feed: dt.datetime | None = None) -> Dated:
    """When the article was published. `source` is json-ld, meta, time, url, feed, dateline or text.

    Among what the page declares, the first whose day the page also shows at its headline; where it shows none of them,
    the first. A date of change counts only where it is shown as the article's date, without a word like "updated", and
    long after the first: a new edition.
    """
    claims = dates.believed(dates.published)
    if claims:
        chosen = _choose(claims, dates.believed(dates.modified), dates)
        return chosen if chosen.source == "dateline" else _with_time(chosen, claims, dates)
    if feed is not None and is_plausible(feed := in_its_zone(feed, now=dates.now), now=dates.now):
        return Dated(feed, "feed", ZoneSource.TOLD)
    return next(iter(dates.shown()), None) or _labelled(blocks, dates) or _from_text(tree, dates, url=url)


def find_modified(dates: PageDates, *, published: Dated) -> Dated:
    """When the article was last changed; nothing where it was never changed, or before it was published."""
    for changed in dates.believed(dates.modified):
        if published.at is None or (changed.at is not None and changed.at >= published.at):
            return changed
    return Dated()


def in_its_zone(at: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """A time that was told without zone, or as UTC, and that lies a few hours ahead: in the nearest zone in which it does not."""
    return at if at.utcoffset() or at <= now else _not_ahead(at, home=None, now=now)


def _not_ahead(at: dt.datetime, *, home: dt.tzinfo | None, now: dt.datetime) -> dt.datetime:
    """A time in UTC that lies ahead, by the clocks of the site's home or of the nearest zone where it has passed.

    A few minutes ahead are a wrong clock: it is now. What is further ahead than any zone stays.
    """
    ahead = at - now
    if ahead > _AHEAD:
        return at
    if ahead <= _WRONG_CLOCK:
        return now
    there = in_zone(at.replace(tzinfo=None), home) if home else at
    return there if there <= now else at.replace(tzinfo=dt.timezone(max(2, -(-ahead // _HALF_HOUR)) * _HALF_HOUR))


def is_plausible(at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a page seen at `now` can have this date."""
    return OLDEST <= at <= now


def is_shown(day: dt.date, datelines: Iterable[str]) -> bool:
    """Whether one of the lines shows this day, in figures or with a month's name."""
    for line in datelines:
        numbers = {int(number) for number in _NUMBERS.findall(line) if len(number) <= 4}
        if day.day not in numbers or numbers.isdisjoint({day.year, day.year + BUDDHIST_ERA}):
            continue
        month = _ENGLISH_MONTH.search(line)
        if month is None or _MONTHS.index(month.group(1).lower()) + 1 == day.month:
            return True
    return False


def _read(reader: MomentReader, values: Iterable[tuple[str, str]]) -> tuple[Sign, ...]:
    moments = ((source, reader.read(value)) for source, value in values if value)
    return tuple((source, moment) for source, moment in moments if moment is not None)


def _choose(claims: list[Dated], changes: list[Dated], dates: PageDates) -> Dated:
    first = claims[0]
    editions = [change for change in changes if _at(change) - _at(first) >= _NEW_EDITION]
    shown = next((claim for claim in claims + editions if is_shown(_at(claim).date(), dates.datelines)), None)
    if shown is None and any(_at(change).date() == _at(first).date() for change in changes):
        # Systems that know only the last change declare it as both: an earlier dateline gives the day of publication.
        earlier = next((dated for dated in dates.shown() if _at(dated) < _at(first)), None)
        shown = (
            replace(earlier, at=in_zone(dt.datetime.combine(_at(earlier), dt.time()), dt.UTC), zone=ZoneSource.ASSUMED) if earlier else None
        )
    if shown is None or (_is_day_alone(shown) and not _is_day_alone(first) and abs(_at(shown) - _at(first)) <= _SAME_EDITION):
        return first
    return shown


def _is_day_alone(dated: Dated) -> bool:
    """Whether no time was told: it is then midnight in a zone that nobody told."""
    return dated.zone is ZoneSource.ASSUMED and _at(dated).time() == dt.time()


def _with_time(chosen: Dated, claims: list[Dated], dates: PageDates) -> Dated:
    """The date, or one of the same day that tells the time too, where it is a day alone."""
    if not _is_day_alone(chosen):
        return chosen
    others = [claim for claim in claims if claim.source in ("json-ld", "meta")] + dates.shown()
    return next((other for other in others if _at(other).date() == _at(chosen).date() and not _is_day_alone(other)), chosen)


def _at(dated: Dated) -> dt.datetime:
    """The moment of a date that was believed."""
    if dated.at is None:
        raise ValueError("this date has no moment")
    return dated.at


def _zone_of_page(told: Iterable[Moment], home: dt.tzinfo | None) -> dt.tzinfo | None:
    """The zone of the site's country where it explains the offsets of the page's times; else the offset of most of those."""
    offsets = [(moment.local, offset) for moment in told if (offset := moment.at.utcoffset())]
    if not offsets or (home and all(in_zone(local, home).utcoffset() == offset for local, offset in offsets)):
        return home
    return dt.timezone(Counter(offset for _, offset in offsets).most_common(1)[0][0])


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
            line = _without_update(text)
            if any(map(str.isdigit, line)):
                found.append(line)
        label = text
    return found


def _without_update(text: str) -> str:
    """ "Published 2 May, updated 7 May" without the second, in whichever order; nothing where the line tells only of the update."""
    update = _UPDATE.search(text)
    if update is None:
        return text
    publish = _PUBLISH.search(text)
    if publish is None or publish.start() < update.start():
        return text[: update.start()]
    return text[publish.start() :]


def _labelled(blocks: Sequence[Block], dates: PageDates) -> Dated | None:
    """The date of the first line that is a label and a date: "Datum 28.04.2023" in a box of facts below the article."""
    lines = (block.text for block in blocks if len(block.text) <= _LONGEST_BARE_DATE and _DATE_LABEL.match(block.text))
    return next(iter(dates.believed(_read(dates.reader, (("dateline", line) for line in lines)))), None)


def _from_text(tree: HtmlElement, dates: PageDates, *, url: str) -> Dated:
    """What htmldate reads from the page's visible signs.

    Its extensive search is left out: over 40 pages without a declared date it found none that was right, gave 17 the
    first of January of a year that it had seen, and took half the time of the whole cleaning.
    """
    found = find_date(
        tree, url=url, original_date=True, extensive_search=False, max_date=dates.now.date().isoformat(), min_date=OLDEST.date().isoformat()
    )
    return next(iter(dates.believed(_read(dates.reader, [("text", found or "")]))), Dated())

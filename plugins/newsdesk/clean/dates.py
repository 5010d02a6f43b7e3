"""Finds when an article was published and changed, and the source of each date. Dates are never in the future."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from htmldate import find_date
from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.moments import Moment, MomentReader, in_zone
from newsdesk.clean.regions import prose_characters
from newsdesk.clean.relative_times import read_age
from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import same_words
from newsdesk.clean.zones import country_of, zone_of_country
from newsdesk.months import BUDDHIST_ERA, order_of_language, order_of_slashed
from newsdesk.records import ZoneSource

OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
"""Older dates are ignored: they are usually dates of events in the text."""
_NEW_EDITION = dt.timedelta(days=30)
"""An article that was changed at least this long after its publication, and shows only the later date, was published again."""

_SAME_EDITION = dt.timedelta(hours=36)
"""Maximum difference between a shown day of a newspaper's edition and a declared time on the evening before."""
_AHEAD = dt.timedelta(hours=14)
"""The largest UTC offset."""
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
_IN_SCRIPT = re.compile(
    r'"(?:first_?)?(?:publi(?:sh|shed|cation)|pub|display|deploy|reg)_?(?:at|on|date|time|dt|date_?time)\\?"\s*:\s*\\?"([\d][^"\\]{7,40})',
    re.IGNORECASE,
)
"""A date of publication in the data of a page that is rendered by scripts."""
_MOST_IN_SCRIPTS = 50
_BEFORE_HEADLINE, _AFTER_HEADLINE = 12, 20
"""Number of blocks before and after the headline in which dates are searched."""
_RIGHT_BELOW = 6
"""Number of blocks after the headline, before the first paragraph, that have attributes or an age instead of a date."""
_DATE_CLASS = re.compile(r"(?:^|[\s_-])(?:pub)?(?:date|datetime|time|timestamp|published)(?:$|[\s_-])", re.IGNORECASE)
_TIME_ATTRIBUTE = re.compile(r"data-(?:publi\w*(?:-?(?:at|on|date|time))?|date-?time|timestamp|time|date|u(?:nix)?-?time|created(?:-at)?)")
_SHORT_YEAR = re.compile(r"(?<![\d./])(\d{1,2})([./])\s?(\d{1,2})\2\s?(\d\d)(?![\d./%])")
_SHORT_YEAR_FOR = dt.timedelta(days=400)
"""How long ago a date with two digits for the year can be."""
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
    """A date and time in the time zone of the page, its source, and how the zone is known. `at` is None if there is no plausible date."""

    at: dt.datetime | None = None
    source: str = ""
    zone: ZoneSource | None = None


Sign = tuple[str, Moment]
"""The source of a date (json-ld, meta, time, url, dateline or text), and the date."""


@dataclass(frozen=True, slots=True)
class PageDates:
    """The dates of a page.

    `reader` parses dates as this page writes them. `zone` is the time zone of the page, and `zones` that of each time that is written
    with one. `published` and `modified` are the declared dates, `datelines` the lines around the headline with digits, `below` those right
    below it.
    """

    reader: MomentReader
    zone: dt.tzinfo | None
    zones: Mapping[dt.datetime, dt.tzinfo]
    published: tuple[Sign, ...]
    modified: tuple[Sign, ...]
    datelines: tuple[str, ...]
    below: tuple[str, ...]
    now: dt.datetime

    def resolve(self, moment: Moment, source: str) -> Dated:
        """Return the moment with a time zone: its own, else that of the same time elsewhere in the page, or of the page, else UTC.

        A time without zone or in UTC that is a few hours in the future is local time east of Greenwich: it gets the zone of the page, or
        the smallest offset with which it is not in the future. The day is not changed.
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

    def plausible(self, signs: Iterable[Sign]) -> list[Dated]:
        """Return the dates that are plausible."""
        resolved = [self.resolve(moment, source) for source, moment in signs]
        return [dated for dated in resolved if dated.at is not None and is_plausible(dated.at, now=self.now)]

    def shown(self) -> list[Dated]:
        """Return the dates of lines around the headline that contain little else."""
        bare = [line for line in self.datelines if len(line) <= (_LONGEST_LABELLED_DATE if _PUBLISH.search(line) else _LONGEST_BARE_DATE)]
        return self.plausible(_read(self.reader, (("dateline", line) for line in bare))) or self._with_short_year(bare)

    def _with_short_year(self, lines: Sequence[str]) -> list[Dated]:
        """Return the dates with two digits for the year, such as 24.11.26, that are recent: others could be any numbers."""
        longer = (_SHORT_YEAR.sub(r"\1\g<2>\3\g<2>20\4", line) for line in lines)
        found = self.plausible(_read(self.reader, (("dateline", line) for line in longer)))
        return [dated for dated in found if _at(dated) > self.now - _SHORT_YEAR_FOR]

    def aged(self) -> Dated:
        """Return the time of an age right below the headline, such as "2 hours ago"; of an age in days, the day alone."""
        age = next(filter(None, (read_age(line, language=self.reader.language) for line in self.below)), None)
        if age is None:
            return Dated()
        local = (self.now - age).astimezone(self.zone or dt.UTC).replace(second=0, microsecond=0, tzinfo=None)
        if age >= dt.timedelta(days=1):
            return Dated(in_zone(dt.datetime.combine(local, dt.time()), dt.UTC), "dateline", ZoneSource.ASSUMED)
        return Dated(in_zone(local, self.zone or dt.UTC), "dateline", ZoneSource.DERIVED if self.zone else ZoneSource.ASSUMED)


def read_page_dates(
    tree: HtmlElement,
    structured: Structured,
    blocks: Sequence[Block],
    *,
    url: str,
    title: str,
    now: dt.datetime,
    is_now_known: bool = True,
    language: str | None = None,
) -> PageDates:
    """Collect the dates of a page. `language` is its declared language, which decides between month names that are spelled alike.

    `now` is the time at which the page was fetched; ages such as "2 hours ago" are ignored if it is only an upper bound.
    """
    datelines = _datelines(blocks, title=title)
    below = _below_headline(blocks, title=title)
    published, modified = list(_published_values(tree, structured, below, url=url)), list(_modified_values(structured))
    order = order_of_slashed([*(value for _, value in (*published, *modified)), *datelines])
    country = country_of(url, language)
    reader = MomentReader(language, _order_of_site(language, country) if order is None else order, country)
    signs, changes = _read(reader, published), _read(reader, modified)
    told = [moment for _, moment in (*signs, *changes) if moment.has_time and moment.zone]
    zones = {moment.local: moment.zone for moment in reversed(told) if moment.zone}
    home = _zone_of_page(told, zone_of_country(country))
    return PageDates(reader, home, zones, signs, changes, tuple(datelines), _ages(below) if is_now_known else (), now)


def find_published(tree: HtmlElement, blocks: Sequence[Block], dates: PageDates, *, url: str, feed: dt.datetime | None = None) -> Dated:
    """Return the publication date. `source` is json-ld, meta, time, url, feed, dateline, script or text.

    Of the declared dates, it is the first whose day is also shown near the headline, or else the first. A date of change is used only
    for a new edition: if it is at least `_NEW_EDITION` later, and shown near the headline without a word like "updated".
    """
    claims = dates.plausible(dates.published)
    if claims:
        chosen = _choose(claims, dates.plausible(dates.modified), dates)
        if chosen.source == "dateline":
            return chosen
        dated = _with_time(chosen, claims, dates)
        return _from_scripts(tree, dates, found=dated) if dated.source == "url" and _is_day_alone(dated) else dated
    if feed is not None and is_plausible(feed := in_its_zone(feed, now=dates.now), now=dates.now):
        return Dated(feed, "feed", ZoneSource.TOLD)
    shown = next(iter(dates.shown()), None) or _labelled(blocks, dates)
    if shown is not None:
        return shown
    aged = dates.aged()
    return _from_scripts(tree, dates, found=aged if aged.at else _from_text(tree, dates, url=url))


def find_modified(dates: PageDates, *, published: Dated) -> Dated:
    """Return the date of the last change; `at` is None if there is none after the publication."""
    for changed in dates.plausible(dates.modified):
        if published.at is None or (changed.at is not None and changed.at >= published.at):
            return changed
    return Dated()


def in_its_zone(at: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """Return a time in UTC that is a few hours in the future with the smallest offset with which it is not; others unchanged."""
    return at if at.utcoffset() or at <= now else _not_ahead(at, home=None, now=now)


def _not_ahead(at: dt.datetime, *, home: dt.tzinfo | None, now: dt.datetime) -> dt.datetime:
    """Return a future time in UTC as local time of the zone `home`, or of the smallest offset with which it is not in the future.

    A time that is only minutes ahead is replaced by `now` (an inaccurate clock). A time further ahead than any zone is not changed.
    """
    ahead = at - now
    if ahead > _AHEAD:
        return at
    if ahead <= _WRONG_CLOCK:
        return now
    there = in_zone(at.replace(tzinfo=None), home) if home else at
    return there if there <= now else at.replace(tzinfo=dt.timezone(max(2, -(-ahead // _HALF_HOUR)) * _HALF_HOUR))


def is_plausible(at: dt.datetime, *, now: dt.datetime) -> bool:
    """Return whether a page that was fetched at `now` can have this date."""
    return OLDEST <= at <= now


def is_shown(day: dt.date, datelines: Iterable[str]) -> bool:
    """Return whether one of the lines contains this day, in digits or with the name of the month."""
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
        # Some systems declare the last change as both dates. Then an earlier dateline has the day of publication.
        earlier = next((dated for dated in dates.shown() if _at(dated) < _at(first)), None)
        shown = (
            replace(earlier, at=in_zone(dt.datetime.combine(_at(earlier), dt.time()), dt.UTC), zone=ZoneSource.ASSUMED) if earlier else None
        )
    if shown is None or (_is_day_alone(shown) and not _is_day_alone(first) and abs(_at(shown) - _at(first)) <= _SAME_EDITION):
        return first
    return shown


def _is_day_alone(dated: Dated) -> bool:
    """Return whether the date was written without a time: it is midnight in an assumed zone."""
    return dated.zone is ZoneSource.ASSUMED and _at(dated).time() == dt.time()


def _with_time(chosen: Dated, claims: list[Dated], dates: PageDates) -> Dated:
    """Return the date, or if it has no time, another one of the same day that has."""
    if not _is_day_alone(chosen):
        return chosen
    others = [claim for claim in claims if claim.source in ("json-ld", "meta")] + dates.shown()
    return next((other for other in others if _at(other).date() == _at(chosen).date() and not _is_day_alone(other)), chosen)


def _at(dated: Dated) -> dt.datetime:
    """Return `at` of a plausible date."""
    if dated.at is None:
        raise ValueError("the date is empty")
    return dated.at


def _zone_of_page(told: Iterable[Moment], home: dt.tzinfo | None) -> dt.tzinfo | None:
    """Return the zone of the site's country if it matches all offsets of the page's times, else the most common of these offsets."""
    offsets = [(moment.local, offset) for moment in told if (offset := moment.at.utcoffset())]
    if not offsets or (home and all(in_zone(local, home).utcoffset() == offset for local, offset in offsets)):
        return home
    return dt.timezone(Counter(offset for _, offset in offsets).most_common(1)[0][0])


def _order_of_site(language: str | None, country: str | None) -> bool | None:
    """Return whether the month comes first in 02/05/2026 in the language of a country, else in the language."""
    order = order_of_language(f"{(language or 'en').replace('_', '-').split('-')[0]}-{country}") if country else None
    return order_of_language(language) if order is None else order


def _below_headline(blocks: Sequence[Block], *, title: str) -> list[Block]:
    """Return the blocks right below the headline, up to the first paragraph."""
    at = next((index for index, block in enumerate(blocks) if same_words(block.text, title)), len(blocks))
    near = blocks[at + 1 : at + 1 + _RIGHT_BELOW]
    first = next((index for index, block in enumerate(near) if prose_characters(block)), len(near))
    return list(near[: first + 1])


def _ages(below: Sequence[Block]) -> tuple[str, ...]:
    lines = (_without_update(block.text) for block in _before_prose(below) if len(block.text) <= _LONGEST_BARE_DATE)
    return tuple(line for line in lines if any(map(str.isdigit, line)))


def _attributes(below: Sequence[Block]) -> Iterator[str]:
    """Yield the times in attributes of the elements of these blocks, from which scripts make a text such as "yesterday"."""
    for block in _before_prose(below):
        if not _UPDATE.search(block.text):
            for element in islice(block.element.iter(), _RIGHT_BELOW):
                yield from (value for name, value in element.attrib.items() if _TIME_ATTRIBUTE.fullmatch(name))


def _in_first_line(below: Sequence[Block]) -> Iterator[str]:
    """Yield the date in an element at the beginning of the first paragraph, whose class names it."""
    for block in below[-1:] if below and prose_characters(below[-1]) else ():
        first = next(iter(block.element.iter("span", "time", "small", "em", "i", "b")), None)
        if first is not None and _DATE_CLASS.search((first.get("class") or "")[:_LONGEST_DATELINE]):
            text = str(first.text_content()).strip()
            if text and len(text) <= _LONGEST_BARE_DATE and block.text.startswith(text):
                yield text


def _before_prose(below: Sequence[Block]) -> Iterator[Block]:
    return takewhile(lambda block: not prose_characters(block), below)


def _published_values(tree: HtmlElement, structured: Structured, below: Sequence[Block], *, url: str) -> Iterator[tuple[str, str]]:
    for node in (structured.article, structured.page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield "json-ld", as_text(node.get(key))
    for name in _PUBLISHED_META:
        yield from (("meta", value) for value in structured.meta.get(name, ()))
    for key in ("datePublished", "uploadDate"):
        yield from (("json-ld", as_text(node.get(key))) for node in structured.nodes)
    yield from (("time", value) for value in _time_elements(tree))
    yield from (("time", value) for value in (*_attributes(below), *_in_first_line(below)))
    if match := _IN_URL.search(url):
        yield "url", "-".join(filter(None, match.groups()))


def _modified_values(structured: Structured) -> Iterator[tuple[str, str]]:
    yield from (("json-ld", as_text(node.get("dateModified"))) for node in (structured.article, structured.page))
    yield from (("meta", value) for name in _MODIFIED_META for value in structured.meta.get(name, ()))


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    """Yield dates of elements that are marked as publication date by microdata or hAtom, then those of `time` elements."""
    times = list(tree.iter("time"))
    marked = [element for element in tree.xpath("//@itemprop[.='datePublished']/..") if element.tag != "meta"]
    marked += [element for element in times if element.get("pubdate") is not None]
    marked += [element for element in tree.iter("abbr") if "published" in (element.get("class") or "").split()]
    for element in (*marked, *times):
        yield element.get("datetime") or element.get("content") or element.get("title") or element.text_content()


def _datelines(blocks: Sequence[Block], *, title: str) -> list[str]:
    """Return short lines with digits around the headline (or the start of the page if there is none), except those about an update."""
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
    """Remove the update from "Published 2 May, updated 7 May", in either order; empty if the line is only about an update.

    A date before the one of the publication is that of an update as well: "Stand: 7.5.2026, veröffentlicht: 2.5.2026".
    """
    update, publish = _UPDATE.search(text), _PUBLISH.search(text)
    if update is None:
        is_second = publish and all(any(map(str.isdigit, part)) for part in (text[: publish.start()], text[publish.end() :]))
        return text[publish.start() :] if publish and is_second else text
    if publish is None or publish.start() < update.start():
        return text[: update.start()]
    return text[publish.start() :]


def _labelled(blocks: Sequence[Block], dates: PageDates) -> Dated | None:
    """Return the date of the first line with a date label, such as "Datum 28.04.2023" in a box below the article."""
    lines = (block.text for block in blocks if len(block.text) <= _LONGEST_BARE_DATE and _DATE_LABEL.match(block.text))
    return next(iter(dates.plausible(_read(dates.reader, (("dateline", line) for line in lines)))), None)


def _from_scripts(tree: HtmlElement, dates: PageDates, *, found: Dated) -> Dated:
    """Return the date in the data of scripts that is on the day that was found, or is the first one if none was found; else `found`.

    The data can have the dates of other articles too, so another day is not believed.
    """
    values = (match[1] for script in tree.iter("script") for match in _IN_SCRIPT.finditer(script.text or ""))
    written = dates.plausible(_read(dates.reader, (("script", value) for value in islice(values, _MOST_IN_SCRIPTS))))
    return next((dated for dated in written if found.at is None or _at(dated).date() == found.at.date()), found)


def _from_text(tree: HtmlElement, dates: PageDates, *, url: str) -> Dated:
    """Return the date that htmldate finds in the page.

    Without its extensive search: for 40 pages without a declared date it found no correct one, returned 1 January of some year for 17 of
    them, and took half of the time of cleaning.
    """
    found = find_date(
        tree, url=url, original_date=True, extensive_search=False, max_date=dates.now.date().isoformat(), min_date=OLDEST.date().isoformat()
    )
    return next(iter(dates.plausible(_read(dates.reader, [("text", found or "")]))), Dated())

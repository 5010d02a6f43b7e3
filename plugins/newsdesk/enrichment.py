"""Captures to articles, in streams: read, clean, drop repeated lines, analyse, check and tag.

Pages are cleaned in child processes; what they give is taken in windows, and of a window the texts of one language are
analysed together. A window's texts and one batch of analyses are in memory, however many captures come.
What fails at a step is that capture's Failure; the others go on.
"""

import contextlib
import datetime as dt
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice
from typing import Any

from newsdesk.boundary import Failure, attempt
from newsdesk.check.language_model import LanguageModel
from newsdesk.check.smollm2 import open_language_model
from newsdesk.check.stage import VERSION as CHECK_VERSION
from newsdesk.check.stage import check
from newsdesk.clean.repeated import Ending, drop_repeated
from newsdesk.clean.stage import VERSION as CLEAN_VERSION
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.warc import CaptureReader
from newsdesk.nlp import Analyser, open_analyser
from newsdesk.records import Article, Capture, CapturedPage, CaptureRef, Cleaned, ManifestEntry
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.stage import VERSION as TAG_VERSION
from newsdesk.tag.stage import tag
from newsdesk.urls import article_id, canonical_url

PIPELINE_VERSION = f"{CLEAN_VERSION}.{CHECK_VERSION}.{TAG_VERSION}"
"""Clean's, check's and tag's versions; kept in each article, so that a replay can ask for what is older."""

SET_ASIDE_KINDS = frozenset({"listing"})
"""Pages that are sound but no articles: counted, neither indexed nor dead letters."""

WINDOW = 64
"""Articles whose texts wait together for their analysis, so that languages which alternate still come in batches."""

Recall = Callable[[str], Sequence[Ending]]
"""A source's name to how its newest articles end, those of earlier partitions only."""


def recall_nothing(_source: str) -> Sequence[Ending]:
    """For whoever has no memory of the sources at hand."""
    return ()


@dataclass(frozen=True, slots=True)
class Tools:
    """Expensive resources, opened once for many articles."""

    cleaning: CleaningPool
    analyser: Analyser
    gazetteer: Gazetteer
    language_model: LanguageModel | None = None


@contextlib.contextmanager
def open_tools(settings: Settings) -> Iterator[Tools]:
    with CleaningPool(settings.clean) as cleaning:
        yield Tools(cleaning, open_analyser(settings.nlp), load_gazetteer(settings.tag), open_language_model(settings.check))


def preload(settings: Settings) -> None:
    """Loads models and tables by making one article of a sentence. A process that is forked from this one has them."""
    capture = Capture(ref=CaptureRef("-", 0), url="https://preload.invalid/", fetched_at=dt.datetime.now(dt.UTC))
    cleaned = Cleaned(title="The ferry", text="The ferry to Lisbon left at dawn, said Joana Prado.", language="en")
    with open_tools(settings) as tools:
        enrich(capture, cleaned, partition="", tools=tools, settings=settings)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A capture and the article that it became so far."""

    capture: Capture
    cleaned: Cleaned


@dataclass(frozen=True, slots=True)
class _Failed:
    """A capture that went no further, and why."""

    capture: Capture
    failure: Failure


def enrich_captures(
    entries: Iterable[ManifestEntry],
    *,
    archive: Archive,
    partition: str,
    tools: Tools,
    settings: Settings,
    recall: Recall = recall_nothing,
) -> Generator[tuple[Capture, Article | Failure], None, None]:
    """Each capture with its article or why there is none; in order."""
    with contextlib.closing(_cleaned(entries, archive=archive, tools=tools)) as cleaned:
        works = _without_repeated(cleaned, recall)
        while window := list(islice(works, WINDOW)):
            made: dict[CaptureRef, Article | Failure] = {}
            for sound, doc in _analysed(window, tools.analyser):
                if isinstance(doc, Failure):
                    made[sound.capture.ref] = doc
                    continue
                finish = partial(make_article, sound.capture, sound.cleaned, doc, partition=partition, tools=tools, settings=settings)
                made[sound.capture.ref] = attempt(finish, what=f"check and tag of {sound.capture.ref}")
            for work in window:
                yield work.capture, made[work.capture.ref] if isinstance(work, _Sound) else work.failure


def enrich(capture: Capture, cleaned: Cleaned, *, partition: str, tools: Tools, settings: Settings) -> Article:
    """The article of one capture that was cleaned: analysed, checked and tagged."""
    doc = tools.analyser.analyse(cleaned.text, cleaned.language)
    return make_article(capture, cleaned, doc, partition=partition, tools=tools, settings=settings)


def make_article(capture: Capture, cleaned: Cleaned, doc: Any, *, partition: str, tools: Tools, settings: Settings) -> Article:
    """The article of a text and its analysis: checked and tagged."""
    url = cleaned.canonical_url or capture.url
    return Article(
        id=article_id(_identity(capture, url)),
        url=url,
        source=capture.source,
        feed_url=capture.feed_url,
        fetched_at=capture.fetched_at,
        partition=partition,
        capture=capture.ref,
        pipeline_version=PIPELINE_VERSION,
        cleaned=cleaned,
        checked=check(
            cleaned,
            doc,
            settings.check,
            feed_language=capture.item.language if capture.item else None,
            language_model=tools.language_model,
        ),
        tagged=tag(cleaned, doc, tools.gazetteer, settings.tag),
    )


def _identity(capture: Capture, url: str) -> str:
    """The first address of a story whose slug changed; its present one where the page says that it belongs elsewhere."""
    is_its_own = article_id(url) == article_id(canonical_url(capture.url))
    return capture.identity_url if capture.identity_url and is_its_own else url


def _cleaned(entries: Iterable[ManifestEntry], *, archive: Archive, tools: Tools) -> Generator[_Sound | _Failed, None, None]:
    """The captures in order, cleaned by the children; one that cannot be read passes them by."""
    reading: deque[_Failed | Capture] = deque()

    def readable() -> Iterator[CapturedPage]:
        for entry in entries:
            page = attempt(partial(reader.read, entry.ref), what=f"reading of {entry.ref}")
            if isinstance(page, Failure):
                reading.append(_Failed(_as_listed(entry), Failure(Reason.UNREADABLE, page.detail)))
            else:
                reading.append(page.capture)
                yield page

    with CaptureReader(archive) as reader, contextlib.closing(tools.cleaning.clean_all(readable())) as results:
        for _, result in results:
            while isinstance(capture := reading.popleft(), _Failed):
                yield capture
            cleaned = attempt(partial(_article_of, result), what=f"clean of {capture.ref}")
            yield _Failed(capture, cleaned) if isinstance(cleaned, Failure) else _Sound(capture, cleaned)
    yield from (last for last in reading if isinstance(last, _Failed))


def _as_listed(entry: ManifestEntry) -> Capture:
    """A capture whose record is damaged: what its manifest tells."""
    return Capture(ref=entry.ref, url=entry.url, fetched_at=entry.fetched_at, source=entry.source, feed_url=entry.feed_url)


def _article_of(result: Cleaned | Exception) -> Cleaned:
    if isinstance(result, Exception):
        raise result
    if result.content_kind in SET_ASIDE_KINDS:
        raise ArticleRejected(Reason.NOT_AN_ARTICLE, f"this page is a {result.content_kind}")
    return result


def _without_repeated(works: Iterable[_Sound | _Failed], recall: Recall) -> Iterator[_Sound | _Failed]:
    """The articles without the last lines that their sources put under many."""
    remembered = cache(recall)
    for work in works:
        if isinstance(work, _Failed):
            yield work
            continue
        endings = remembered(work.capture.source)
        url = work.cleaned.canonical_url or work.capture.url
        drop = partial(drop_repeated, work.cleaned, endings, article=article_id(_identity(work.capture, url)))
        cleaned = attempt(drop, what=f"clean of {work.capture.ref}")
        yield _Failed(work.capture, cleaned) if isinstance(cleaned, Failure) else replace(work, cleaned=cleaned)


def _analysed(window: Sequence[_Sound | _Failed], analyser: Analyser) -> Iterator[tuple[_Sound, Any | Failure]]:
    """The window's articles with their analyses, language by language."""
    by_language: dict[str | None, list[_Sound]] = {}
    for work in window:
        if isinstance(work, _Sound):
            by_language.setdefault(work.cleaned.language, []).append(work)
    for language, works in by_language.items():
        docs = analyser.analyse_many((work.cleaned.text for work in works), language)
        is_sound = True
        for work in works:
            doc = attempt(partial(next, docs), what=f"analysis of a batch with {work.capture.ref}") if is_sound else None
            if not is_sound or isinstance(doc, Failure):
                is_sound = False  # a text spoiled its batch: from here on each is analysed by itself, and fails by itself
                doc = attempt(partial(analyser.analyse, work.cleaned.text, language), what=f"analysis of {work.capture.ref}")
            yield work, doc

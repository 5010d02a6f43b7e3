"""Turns captures into articles, as a stream: read, clean, drop repeated lines, analyse, check, tag and embed.

Pages are cleaned in child processes. Their results are processed in windows; in each window the texts of one language are
analysed together. Memory holds one window of texts and one batch of analyses, regardless of the number of captures. A step that
fails yields a Failure for its capture, and the others continue.
"""

import contextlib
import datetime as dt
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

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
from newsdesk.name_models import NameFinder, open_name_finder
from newsdesk.nlp import Analyser, open_analyser
from newsdesk.records import Article, Capture, CapturedPage, CaptureRef, Cleaned, Embedding, ManifestEntry
from newsdesk.settings import NlpSettings, Settings
from newsdesk.store.archive import Archive
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.stage import VERSION as TAG_VERSION
from newsdesk.tag.stage import tag
from newsdesk.urls import article_id
from newsdesk.vectors import LANGUAGES, MODEL, embed, pack

if TYPE_CHECKING:
    from spacy.tokens import Doc

PIPELINE_VERSION = f"{CLEAN_VERSION}.{CHECK_VERSION}.{TAG_VERSION}.{MODEL}"
"""The versions of clean, check and tag, and of the vectors. Each article records it, so that a replay can select older articles."""

SET_ASIDE_KINDS = frozenset({"listing"})
"""Kinds of valid pages that are not articles: counted, but neither indexed nor dead letters."""

WINDOW = 64
"""Number of articles whose texts are analysed together, grouped by language."""

Recall = Callable[[str], Sequence[Ending]]
"""Maps a source's name to the last lines of its newest articles in earlier partitions."""


def recall_nothing(_source: str) -> Sequence[Ending]:
    """A `Recall` that knows no earlier articles."""
    return ()


@dataclass(frozen=True, slots=True)
class Tools:
    """Expensive resources, opened once for many articles."""

    cleaning: CleaningPool
    analyser: Analyser
    names: NameFinder
    gazetteer: Gazetteer
    language_model: LanguageModel | None = None


@contextlib.contextmanager
def open_tools(settings: Settings) -> Iterator[Tools]:
    with CleaningPool(settings.clean) as cleaning:
        yield Tools(
            cleaning,
            open_analyser(settings.nlp),
            open_name_finder(settings.nlp),
            load_gazetteer(settings.tag),
            open_language_model(settings.check),
        )


def preload(settings: Settings) -> None:
    """Load models and tables by enriching one sentence, so that forked processes share them."""
    capture = Capture(ref=CaptureRef("-", 0), url="https://preload.invalid/", fetched_at=dt.datetime.now(dt.UTC))
    cleaned = Cleaned(title="The ferry", text="The ferry to Lisbon left at dawn, said Joana Prado.", language="en")
    with open_tools(settings) as tools:
        enrich(capture, cleaned, partition="", tools=tools, settings=settings)


@dataclass(frozen=True, slots=True)
class LostCapture(Failure):
    """A capture whose file is damaged or gone, so that nothing can be said about its page."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A capture that has not failed so far, and its cleaned text."""

    capture: Capture
    cleaned: Cleaned


@dataclass(frozen=True, slots=True)
class _Failed:
    """A capture that failed, and why."""

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
    """Enrich captures. Yields each capture with its article or a Failure, in order."""
    with contextlib.closing(_cleaned(entries, archive=archive, tools=tools)) as cleaned:
        works = _without_repeated(cleaned, recall)
        while window := list(islice(works, WINDOW)):
            made: dict[CaptureRef, Article | Failure] = {}
            for pending, doc in _analysed(window, tools.analyser, settings.nlp.deadline_seconds):
                if isinstance(doc, Failure):
                    made[pending.capture.ref] = doc
                    continue
                finish = partial(make_article, pending.capture, pending.cleaned, doc, partition=partition, tools=tools, settings=settings)
                what = f"check and tag of {pending.capture.ref}"
                made[pending.capture.ref] = attempt(finish, what=what, seconds=settings.nlp.deadline_seconds)
            for work in window:
                yield work.capture, made[work.capture.ref] if isinstance(work, _Pending) else work.failure


def enrich(capture: Capture, cleaned: Cleaned, *, partition: str, tools: Tools, settings: Settings) -> Article:
    """Analyse, check and tag the cleaned text of one capture."""
    doc = tools.analyser.analyse(cleaned.text, cleaned.language)
    return make_article(capture, cleaned, doc, partition=partition, tools=tools, settings=settings)


def make_article(capture: Capture, cleaned: Cleaned, doc: "Doc | None", *, partition: str, tools: Tools, settings: Settings) -> Article:
    """Check and tag a text, given its analysis, and assemble the article."""
    url = cleaned.canonical_url or capture.url
    return Article(
        id=article_id_of(capture, url),
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
        tagged=tag(
            cleaned,
            doc,
            tools.gazetteer,
            settings.tag,
            model_names=tools.names.find(cleaned.text, cleaned.language) if doc is None else None,
        ),
        embedding=embedding_of(cleaned, settings.nlp),
    )


def embedding_of(cleaned: Cleaned, settings: NlpSettings) -> Embedding | None:
    """The vector of what a text means; None in a language that the model does not know, or where vectors are switched off."""
    if not settings.vectors or cleaned.language not in LANGUAGES:
        return None
    return Embedding(pack(embed(cleaned.title, cleaned.text)), MODEL)


def article_id_of(capture: Capture, url: str) -> str:
    """The id of a capture's article, whose page names `url` as its own.

    A page that names another URL belongs to that one's article. Otherwise the id is that of the URL of the first capture, so
    that it survives a changed slug; where the page was answered at that URL, it is the page's id, which survives a new
    version of the canonicaliser.
    """
    if article_id(url) != article_id(capture.url):
        return article_id(url)
    first = article_id(capture.identity_url or capture.url)
    is_the_first = capture.url == capture.requested_url and article_id(capture.url) == first
    return capture.page_id if capture.page_id and is_the_first else first


def _cleaned(entries: Iterable[ManifestEntry], *, archive: Archive, tools: Tools) -> Generator[_Pending | _Failed, None, None]:
    """Clean the captures in child processes, in order. Captures that cannot be read fail without being cleaned."""
    reading: deque[_Failed | Capture] = deque()

    def readable() -> Iterator[CapturedPage]:
        for entry in entries:
            page = attempt(partial(reader.read, entry.ref), what=f"reading of {entry.ref}")
            if isinstance(page, Failure):
                reading.append(_Failed(_from_manifest(entry), LostCapture(Reason.UNREADABLE, page.detail)))
            else:
                reading.append(page.capture)
                yield page

    with CaptureReader(archive) as reader, contextlib.closing(tools.cleaning.clean_all(readable())) as results:
        for _, result in results:
            while isinstance(capture := reading.popleft(), _Failed):
                yield capture
            cleaned = attempt(partial(_require_article, result), what=f"clean of {capture.ref}")
            yield _Failed(capture, cleaned) if isinstance(cleaned, Failure) else _Pending(capture, cleaned)
    yield from (last for last in reading if isinstance(last, _Failed))


def _from_manifest(entry: ManifestEntry) -> Capture:
    """A capture from its manifest entry, for one whose WARC record is damaged."""
    return Capture(ref=entry.ref, url=entry.url, fetched_at=entry.fetched_at, source=entry.source, feed_url=entry.feed_url)


def _require_article(result: Cleaned | Exception) -> Cleaned:
    if isinstance(result, Exception):
        raise result
    if result.content_kind in SET_ASIDE_KINDS:
        raise ArticleRejected(Reason.NOT_AN_ARTICLE, f"this page is a {result.content_kind}")
    return result


def _without_repeated(works: Iterable[_Pending | _Failed], recall: Recall) -> Iterator[_Pending | _Failed]:
    """Drop last lines that a source repeats under many articles."""
    remembered = cache(recall)
    for work in works:
        if isinstance(work, _Failed):
            yield work
            continue
        endings = remembered(work.capture.source)
        url = work.cleaned.canonical_url or work.capture.url
        drop = partial(drop_repeated, work.cleaned, endings, article=article_id_of(work.capture, url))
        cleaned = attempt(drop, what=f"clean of {work.capture.ref}")
        yield _Failed(work.capture, cleaned) if isinstance(cleaned, Failure) else replace(work, cleaned=cleaned)


def _analysed(
    window: Sequence[_Pending | _Failed], analyser: Analyser, seconds: float
) -> Iterator[tuple[_Pending, "Doc | Failure | None"]]:
    """Analyse the texts of a window, grouped by language. `seconds` limits the CPU time of each batch, and of each text alone."""
    by_language: dict[str | None, list[_Pending]] = {}
    for work in window:
        if isinstance(work, _Pending):
            by_language.setdefault(work.cleaned.language, []).append(work)
    for language, works in by_language.items():
        docs = analyser.analyse_many((work.cleaned.text for work in works), language)
        batch_ok = True
        for work in works:
            batch = f"analysis of a batch with {work.capture.ref}"
            doc = attempt(partial(next, docs), what=batch, seconds=seconds) if batch_ok else None
            if not batch_ok or isinstance(doc, Failure):
                batch_ok = False  # one text failed the batch: the rest is analysed one by one, so that each fails alone
                alone = partial(analyser.analyse, work.cleaned.text, language)
                doc = attempt(alone, what=f"analysis of {work.capture.ref}", seconds=seconds)
            yield work, doc

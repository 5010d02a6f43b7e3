"""History from the WARC files of others: pages of the past become captures of the days on which they were captured.

A file is read once, front to back, from a disk or over the net (CC-NEWS: 1 GB a file, some 15 a day). What is taken
lies in `raw/<day>/warc-...` like any other capture, with the record that it came from in its metadata.
"""

import contextlib
import datetime as dt
import fcntl
import gzip
import hashlib
import posixpath
import re
import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import fsspec
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from newsdesk.errors import ArticleRejected, Reason, SetupError, Stage, Status
from newsdesk.fetch.client import Answer, user_agent
from newsdesk.fetch.content_encoding import decode_body
from newsdesk.fetch.guarded_http import http_options
from newsdesk.fetch.pages import Page, add_aliases, page_of
from newsdesk.fetch.sitemaps import parse_w3c_time
from newsdesk.fetch.state import list_feeds
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.partitions import DAY_KEY
from newsdesk.records import CaptureRef, FeedItem, Outcome
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import dump_manifest, read_manifests, write_manifest
from newsdesk.store.outcomes import write_outcomes
from newsdesk.urls import host_of, to_uri

if TYPE_CHECKING:
    import sqlalchemy as sa

PREFIX = "warc-"
"""The names of files with captures from elsewhere begin so: a sweep of their day does not take them for its own."""

PATHS = "warc.paths.gz"
"""The list of a month's files that Common Crawl keeps beside them, one path a line."""

KEPT_AFTER = 500
"""Captures of a day that are kept at once, and done again after a kill."""

TOLD_AFTER = 1000
"""Records after which a reader tells how far it is."""

LONGEST_FILE = dt.timedelta(days=1)
"""A file of CC-NEWS begins at the time in its name and holds an hour or two; a day is far on the safe side."""

_CC_NEWS = re.compile(r"CC-NEWS-(\d{14})-\d+\.warc")
_PIECE = 65_536
_PROXY_LOGIN = 407
_HTTP = ("http://", "https://")
_HTML = ("text/html", "application/xhtml+xml")
_DAMAGE = (ArchiveLoadFailed, EOFError, zlib.error, UnicodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is taken: pages captured from `since` until before `until`, of these domains and all below them.

    No domain means any. `most` and `most_per_host_and_day` bound how many captures are made; 0 does not.
    """

    since: dt.datetime
    until: dt.datetime
    domains: tuple[str, ...] = ()
    most: int = 0
    most_per_host_and_day: int = 0

    def covers(self, moment: dt.datetime) -> bool:
        return self.since <= moment < self.until

    def names(self, host: str) -> bool:
        return not self.domains or any(host == domain or host.endswith(f".{domain}") for domain in self.domains)


@dataclass(slots=True, kw_only=True)
class FileReport:
    """What was done with one file. `trouble` says why the rest of it could not be read; what came before is kept.

    Of the `wanted` pages, `captured` are new, `known` had a capture of that day, `over_budget`, `too_large` and `unreadable` were left.
    `days` and `known_days` say how many of the captured and of the known there are of each day.
    """

    file: str
    records: int = 0
    wanted: int = 0
    captured: int = 0
    known: int = 0
    over_budget: int = 0
    too_large: int = 0
    unreadable: int = 0
    days: dict[str, int] = field(default_factory=dict)
    known_days: dict[str, int] = field(default_factory=dict)
    trouble: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page in somebody's WARC file, and the record that holds it."""

    answer: Answer
    origin: str

    @property
    def day(self) -> str:
        return self.answer.asked_at.strftime(DAY_KEY)


def find_warcs(patterns: Iterable[str], wanted: Wanted, *, settings: FetchSettings) -> list[str]:
    """The files that paths, folders, globs and addresses name, sorted, without those of CC-NEWS from another time.

    `http` addresses are asked through the guard and the proxy of the settings. Raises SetupError where a pattern finds
    nothing, or its place cannot be looked at.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        try:
            files = _matching(pattern, settings)
        except (OSError, ValueError, ImportError, aiohttp.ClientError, ArticleRejected) as error:
            raise SetupError(f"{pattern} cannot be looked at ({_reason(error)})", "Check the address, the network and the login") from error
        if not files:
            raise SetupError(
                f"{pattern} names no WARC file", "Give a path, a folder, a glob or an address; quote what the shell would expand"
            )
        found.update(dict.fromkeys(files))
    return sorted(file for file in found if _may_hold(file, wanted))


def load_history(
    files: Sequence[str],
    wanted: Wanted,
    *,
    archive: Archive,
    engine: "sa.Engine",
    settings: FetchSettings,
    now: dt.datetime,
    dry_run: bool = False,
) -> Generator[FileReport, None, None]:
    """Takes the wanted pages of these files; gives the report of the file at hand every now and then, and at its end.

    A page has one capture a day, the one met first, so doing it again captures nothing twice. Bodies of more than
    `settings.maximum_bytes` are left. With `dry_run` nothing is written, and a page that two files hold is counted twice.
    """
    sources = {host_of(feed.url): feed.source for feed in list_feeds(engine, now=now)}
    loader = _Loader(wanted, archive=archive, engine=engine, software=user_agent(settings), sources=sources, now=now, dry_run=dry_run)
    for file in files:
        if loader.is_full():
            return
        report = FileReport(file=file)
        try:
            for found in _wanted_pages(file, wanted, report, settings=settings):
                if found is None:
                    yield report
                else:
                    loader.take(found, report)
                if loader.is_full():
                    break
            loader.keep_all(file)
        except BaseException:
            loader.abandon()
            raise
        report.is_over = True
        yield report


def is_from_elsewhere(ref: CaptureRef) -> bool:
    """Whether the capture was taken from somebody's WARC file, not from the page itself."""
    return posixpath.basename(ref.path).startswith(PREFIX)


@contextlib.contextmanager
def only_loader(home: Path) -> Iterator[None]:
    """Makes sure that one loading of history runs on this machine. Raises SetupError where another does."""
    lock = home / "run" / "history.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError("history is being loaded by another newsdesk on this machine", "Wait for its end") from error
        yield


class _Loader:
    """The open files of the days, and what is known of them."""

    def __init__(
        self,
        wanted: Wanted,
        *,
        archive: Archive,
        engine: "sa.Engine",
        software: str,
        sources: Mapping[str, str],
        now: dt.datetime,
        dry_run: bool,
    ) -> None:
        self._wanted = wanted
        self._archive = archive
        self._engine = engine
        self._software = software
        self._sources = sources
        self._now = now
        self._dry_run = dry_run
        self._known: dict[str, set[str]] = {}
        self._per_host_and_day: Counter[tuple[str, str]] = Counter()
        self._taken = 0
        self._open: dict[str, _DayFile] = {}

    def is_full(self) -> bool:
        return bool(self._wanted.most) and self._taken >= self._wanted.most

    def take(self, found: FoundPage, report: FileReport) -> None:
        """Captures the page, unless it has a capture of that day or the budget of its host is spent."""
        host, day = host_of(found.answer.url), found.day
        page = page_of(
            FeedItem(id=found.answer.url, url=found.answer.url), feed_id=0, feed_url="", source=self._sources.get(host) or _source(host)
        )
        if page is None:
            return
        report.wanted += 1
        if page.id in self._known_of(day):
            report.known += 1
            report.known_days[day] = report.known_days.get(day, 0) + 1
        elif self._wanted.most_per_host_and_day and self._per_host_and_day[host, day] >= self._wanted.most_per_host_and_day:
            report.over_budget += 1
        else:
            self._known_of(day).add(page.id)
            self._per_host_and_day[host, day] += 1
            self._taken += 1
            report.captured += 1
            report.days[day] = report.days.get(day, 0) + 1
            self._write(found, page, report.file)

    def keep_all(self, file: str) -> None:
        for day in list(self._open):
            self._keep(day, file)

    def abandon(self) -> None:
        """Discards what is not kept."""
        for day in self._open.values():
            day.writer.discard()
        self._open.clear()

    def _write(self, found: FoundPage, page: Page, file: str) -> None:
        if self._dry_run:
            return
        day = self._open.get(found.day)
        if day is None:
            day = self._open[found.day] = _DayFile(self._archive, found.day, file, software=self._software)
        day.write(found, page)
        if len(day.pages) >= KEPT_AFTER:
            self._keep(found.day, file)

    def _keep(self, key: str, file: str) -> None:
        day = self._open.pop(key)
        day.writer.commit()
        outcomes = [
            Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED, source=entry.source, url=entry.url, detail=f"from {file}")
            for entry in day.writer.entries
        ]
        # The manifest is last: what it lists is there, is counted, and will not be asked for again.
        write_outcomes(self._archive, key, Stage.FETCH, day.name, outcomes)
        with self._engine.begin() as connection:
            add_aliases(connection, {page.id: page for page in day.pages}, self._now)
        write_manifest(self._archive, f"raw/{key}/{day.name}.json", dump_manifest(key, day.writer.entries))

    def _known_of(self, day: str) -> set[str]:
        if day not in self._known:
            entries = list(read_manifests(self._archive, day))
            self._known[day] = {entry.id for entry in entries}
            self._per_host_and_day.update((host_of(entry.url), day) for entry in entries)
        return self._known[day]


class _DayFile:
    """A WARC file being written, with captures of one day from one file."""

    def __init__(self, archive: Archive, day: str, file: str, *, software: str) -> None:
        self.name = f"{PREFIX}{hashlib.sha256(file.encode()).hexdigest()[:8]}-{uuid4().hex[:8]}"
        self.pages: list[Page] = []
        self.writer = CaptureWriter(archive, f"raw/{day}/{self.name}.warc.gz", software=software)

    def write(self, found: FoundPage, page: Page) -> None:
        self.writer.write_capture(found.answer, page, origin=found.origin)
        self.pages.append(page)


def _wanted_pages(file: str, wanted: Wanted, report: FileReport, *, settings: FetchSettings) -> Iterator[FoundPage | None]:
    """The wanted pages of one file, None now and then; a file that is broken or out of reach ends early and says so."""
    try:
        with fsspec.open(file, "rb", **_options(file, settings)).open() as stream:
            for record in _records(stream):
                report.records += 1
                if report.records % TOLD_AFTER == 0:
                    yield None
                found = _page_in(record, file, wanted, report, maximum_bytes=settings.maximum_bytes)
                if found is not None:
                    yield found
        if not report.records:
            report.trouble = "it holds no record"
    except (*_DAMAGE, OSError, aiohttp.ClientError, ArticleRejected) as error:
        report.trouble = f"broken or out of reach after {report.records} records ({_reason(error)})"


def _records(stream: Any) -> Iterator[Any]:
    """The records of a file. Raises EOFError where the last one is cut off, ArchiveLoadFailed where what follows is none."""
    records = ArchiveIterator(stream)
    while True:
        try:
            record = next(records, None)
        except (AttributeError, TypeError, ValueError) as error:
            # So warcio stumbles over a record without address or length.
            raise ArchiveLoadFailed("what follows is no record") from error
        if record is None:
            break
        yield record
    if stream.tell() > records.offset:
        raise EOFError("the last record is cut off")


def _page_in(record: Any, file: str, wanted: Wanted, report: FileReport, *, maximum_bytes: int) -> FoundPage | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    headers = record.http_headers
    url = _target(record)
    content_type = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    captured_at = parse_w3c_time(record.rec_headers.get_header("WARC-Date") or "")
    if headers.get_statuscode() != "200" or content_type not in _HTML or captured_at is None or not url:
        return None
    if not wanted.covers(captured_at) or not wanted.names(host_of(url)):
        return None
    try:
        body = _decoded_body(record, maximum_bytes)
    except ArticleRejected as rejection:
        report.wanted += 1
        report.too_large += rejection.reason is Reason.TOO_LARGE
        report.unreadable += rejection.reason is not Reason.TOO_LARGE
        return None
    _refuse_cut_off(record.raw_stream)
    answer = Answer(
        url=url,
        status=200,
        headers={name.lower(): value for name, value in headers.headers},
        headers_list=list(headers.headers),
        body=body,
        asked_at=captured_at,
        reason="OK",
        ip_address=record.rec_headers.get_header("WARC-IP-Address") or "",
    )
    return FoundPage(answer, f"{file} {record.rec_headers.get_header('WARC-Record-ID')}")


def _target(record: Any) -> str:
    """The address of a record, percent-encoded; WARC 1.0 writes it in angle brackets. Empty where it is none of the web's."""
    try:
        return to_uri((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    except ValueError:
        return ""


def _decoded_body(record: Any, maximum_bytes: int) -> bytes:
    """The page without its codings. Raises ArticleRejected where it is too large, or is not what its header says."""
    headers = record.http_headers
    is_chunked = (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    body = _read(ChunkedDataReader(record.raw_stream) if is_chunked else record.raw_stream, maximum_bytes + 1)
    if len(body) > maximum_bytes:
        raise ArticleRejected(Reason.TOO_LARGE)
    return decode_body(body, headers.get_header("Content-Encoding") or "", maximum_bytes=maximum_bytes)


def _read(stream: Any, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < most and (part := stream.read(min(most - size, _PIECE))):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _refuse_cut_off(raw: Any) -> None:
    """Raises EOFError where the file ends before the record does; warcio does not mind."""
    while raw.read(_PIECE):
        pass
    if getattr(raw, "limit", 0) > 0:
        raise EOFError("the last record is cut off")


def _options(address: str, settings: FetchSettings) -> dict[str, Any]:
    """What fsspec is told of the place of this address. Buckets are the operator's own: no guard stands before them."""
    return http_options(settings) if address.startswith(_HTTP) else {}


def _matching(pattern: str, settings: FetchSettings) -> list[str]:
    if "::" in pattern:
        # fsspec reads `cache::http://...` as one file system upon another, and would ask the second past the guard.
        raise ValueError("addresses with :: are not read")
    if pattern.startswith(_HTTP):
        return _listed(pattern, settings) if "*" in pattern else [pattern]
    filesystem, path = fsspec.core.url_to_fs(pattern)
    if filesystem.isdir(path):
        path = f"{path.rstrip('/')}/*.warc*"
    elif not any(magic in path for magic in "*?["):
        return [filesystem.unstrip_protocol(path)] if filesystem.exists(path) else []
    return [filesystem.unstrip_protocol(str(found)) for found in sorted(filesystem.glob(path))]


def _listed(pattern: str, settings: FetchSettings) -> list[str]:
    """The files of an address with a `*`: from the list that Common Crawl keeps beside them, else from the folder's page."""
    folder, name = posixpath.split(pattern)
    try:
        with fsspec.open(f"{folder}/{PATHS}", "rb", **_options(folder, settings)).open() as raw, gzip.open(raw) as listing:
            names = [posixpath.basename(line.decode().strip()) for line in listing]
        return [f"{folder}/{found}" for found in names if fnmatch(found, name)]
    except FileNotFoundError:
        filesystem, _ = fsspec.core.url_to_fs(pattern, **_options(pattern, settings))
        return [str(found) for found in sorted(filesystem.glob(pattern))]


def _may_hold(file: str, wanted: Wanted) -> bool:
    begins = _CC_NEWS.search(posixpath.basename(file))
    if begins is None:
        return True
    moment = dt.datetime.strptime(begins[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    return wanted.since - LONGEST_FILE < moment < wanted.until


def _source(host: str) -> str:
    return host.removeprefix("www.")[:100]


def _reason(error: BaseException) -> str:
    """What happened, in a line; of an address that fsspec only says it did not find, what it had met there."""
    import aiohttp

    met = error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error
    if isinstance(met, ArticleRejected) and met.reason is Reason.REFUSED_ADDRESS:
        return f"{met}; NEWSDESK_FETCH_ALLOWED_HOSTS names hosts that may be asked all the same"
    said = (str(met).strip().splitlines() or [type(met).__name__])[0][:200]
    if isinstance(met, aiohttp.ClientHttpProxyError) or (isinstance(met, aiohttp.ClientResponseError) and met.status == _PROXY_LOGIN):
        # Without the address: there is a password in it.
        return f"the proxy of NEWSDESK_FETCH_PROXY: {met.status} {met.message}"
    return f"the proxy of NEWSDESK_FETCH_PROXY: {said}" if isinstance(met, aiohttp.ClientProxyConnectionError) else said

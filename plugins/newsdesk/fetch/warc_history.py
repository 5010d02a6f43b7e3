"""Imports captures from WARC files of other archives, such as Common Crawl's CC-NEWS, into the partitions of their days.

Files are read sequentially from disk, HTTP or object storage (CC-NEWS: about 15 files of 1 GB per day). Imported captures are stored
in `raw/<day>/warc-...`, with the file and record that they come from in their metadata.
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

from newsdesk.errors import ArticleRejected, Reason, SetupError
from newsdesk.fetch.client import Response, user_agent
from newsdesk.fetch.content_encoding import decode_body
from newsdesk.fetch.guarded_http import http_options
from newsdesk.fetch.imported import PREFIX, commit_imported
from newsdesk.fetch.pages import Page, page_of
from newsdesk.fetch.sitemaps import parse_w3c_time
from newsdesk.fetch.state import list_feeds
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.partitions import DAY_KEY
from newsdesk.records import FeedItem
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import read_manifests
from newsdesk.urls import host_of, to_uri

if TYPE_CHECKING:
    import sqlalchemy as sa

PATHS = "warc.paths.gz"
"""Name of Common Crawl's list of the files of a month, with one path per line."""

COMMIT_AFTER = 500
"""Captures of a day after which they are committed; uncommitted ones are imported again after a kill."""

REPORT_EVERY = 1000
"""Records between two progress reports."""

LONGEST_FILE = dt.timedelta(days=1)
"""Upper bound for the time that a CC-NEWS file covers, from the time in its name. It is one or two hours in practice."""

_CC_NEWS = re.compile(r"CC-NEWS-(\d{14})-\d+\.warc")
_PIECE = 65_536
_PROXY_LOGIN = 407
_HTTP = ("http://", "https://")
_HTML = ("text/html", "application/xhtml+xml")
_DAMAGE = (ArchiveLoadFailed, EOFError, zlib.error, UnicodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pages are imported: those captured in [since, until) from these domains and their subdomains; from all if there are none.

    `most` and `most_per_host_and_day` limit the number of captures; 0 means no limit.
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
    """Progress and result of one file. `error` is set if the rest of the file could not be read; captures before that are kept.

    Of the `wanted` pages, `captured` are new and `known` already had a capture of that day; `over_budget`, `too_large` and `unreadable`
    were skipped. `days` and `known_days` have the numbers of captured and known pages per day.
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
    error: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page in a WARC file of another archive. `origin` identifies its file and record."""

    response: Response
    origin: str

    @property
    def day(self) -> str:
        return self.response.requested_at.strftime(DAY_KEY)


def find_warcs(patterns: Iterable[str], wanted: Wanted, *, settings: FetchSettings) -> list[str]:
    """Return the files that match the patterns (paths, folders, globs or URLs), sorted, except CC-NEWS files from other times.

    HTTP requests use the address check and proxy of the settings. Raises SetupError if a pattern matches no file or cannot be listed.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        try:
            files = _matching(pattern, settings)
        except (OSError, ValueError, ImportError, aiohttp.ClientError, ArticleRejected) as error:
            raise SetupError(f"{pattern} cannot be listed ({_reason(error)})", "Check the address, the network and the login") from error
        if not files:
            raise SetupError(
                f"{pattern} matches no WARC file",
                "Give a path, a folder, a glob or a URL; quote globs, so that the shell does not expand them",
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
    """Import the wanted pages of these files; yield the report of the current file regularly, and at its end (`is_over`).

    Only the first capture of a page per day is imported, so importing a file again has no effect. Bodies larger than
    `settings.maximum_bytes` are skipped. With `dry_run`, nothing is written.
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
            loader.commit_all(file)
        except BaseException:
            loader.discard()
            raise
        report.is_over = True
        yield report


@contextlib.contextmanager
def import_lock(home: Path) -> Iterator[None]:
    """Hold a lock so that only one import runs on this machine. Raises SetupError if another one is running."""
    lock = home / "run" / "history.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError("another `newsdesk history` is running on this machine", "Wait until it has finished") from error
        yield


class _Loader:
    """Open WARC files by day, and the ids of the pages that already have a capture of a day."""

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
        """Import the page, unless it has a capture of that day or the limit of its host is reached."""
        host, day = host_of(found.response.url), found.day
        page = page_of(
            FeedItem(id=found.response.url, url=found.response.url), feed_id=0, feed_url="", source=self._sources.get(host) or _source(host)
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

    def commit_all(self, file: str) -> None:
        for day in list(self._open):
            self._commit(day, file)

    def discard(self) -> None:
        """Discard uncommitted captures."""
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
        if len(day.pages) >= COMMIT_AFTER:
            self._commit(found.day, file)

    def _commit(self, key: str, file: str) -> None:
        day = self._open.pop(key)
        commit_imported(
            day.writer, day.pages, archive=self._archive, engine=self._engine, partition=key, origin=f"from {file}", now=self._now
        )

    def _known_of(self, day: str) -> set[str]:
        if day not in self._known:
            entries = list(read_manifests(self._archive, day))
            self._known[day] = {entry.id for entry in entries}
            self._per_host_and_day.update((host_of(entry.url), day) for entry in entries)
        return self._known[day]


class _DayFile:
    """A WARC file being written, with captures of one day from one input file."""

    def __init__(self, archive: Archive, day: str, file: str, *, software: str) -> None:
        self.name = f"{PREFIX}{hashlib.sha256(file.encode()).hexdigest()[:8]}-{uuid4().hex[:8]}"
        self.pages: list[Page] = []
        self.writer = CaptureWriter(archive, f"raw/{day}/{self.name}.warc.gz", software=software)

    def write(self, found: FoundPage, page: Page) -> None:
        self.writer.write_capture(found.response, page, origin=found.origin)
        self.pages.append(page)


def _wanted_pages(file: str, wanted: Wanted, report: FileReport, *, settings: FetchSettings) -> Iterator[FoundPage | None]:
    """Yield the wanted pages of one file, and None every `REPORT_EVERY` records. Read errors end the file and are stored in the report."""
    try:
        with fsspec.open(file, "rb", **_options(file, settings)).open() as stream:
            for record in _records(stream):
                report.records += 1
                if report.records % REPORT_EVERY == 0:
                    yield None
                found = _page_in(record, file, wanted, report, maximum_bytes=settings.maximum_bytes)
                if found is not None:
                    yield found
        if not report.records:
            report.error = "the file contains no record"
    except (*_DAMAGE, OSError, aiohttp.ClientError, ArticleRejected) as error:
        report.error = f"damaged or unavailable after {report.records} records ({_reason(error)})"


def _records(stream: Any) -> Iterator[Any]:
    """Yield the records of a file. Raises EOFError if the last one is truncated, ArchiveLoadFailed for data that is not a record."""
    records = ArchiveIterator(stream)
    while True:
        try:
            record = next(records, None)
        except (AttributeError, TypeError, ValueError) as error:
            # warcio raises these for a record without URL or length.
            raise ArchiveLoadFailed("invalid record") from error
        if record is None:
            break
        yield record
    if stream.tell() > records.offset:
        raise EOFError("the last record is truncated")


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
    _require_complete(record.raw_stream)
    response = Response(
        url=url,
        status=200,
        headers={name.lower(): value for name, value in headers.headers},
        headers_list=list(headers.headers),
        body=body,
        requested_at=captured_at,
        reason="OK",
        ip_address=record.rec_headers.get_header("WARC-IP-Address") or "",
    )
    return FoundPage(response, f"{file} {record.rec_headers.get_header('WARC-Record-ID')}")


def _target(record: Any) -> str:
    """Return the URL of a record, percent-encoded and without the angle brackets of WARC 1.0; empty if it is not http or https."""
    try:
        return to_uri((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    except ValueError:
        return ""


def _decoded_body(record: Any, maximum_bytes: int) -> bytes:
    """Return the body without transfer and content encoding. Raises ArticleRejected (TOO_LARGE, UNREADABLE)."""
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


def _require_complete(raw: Any) -> None:
    """Raise EOFError if the file ends before the record does, which warcio ignores."""
    while raw.read(_PIECE):
        pass
    if getattr(raw, "limit", 0) > 0:
        raise EOFError("the last record is truncated")


def _options(address: str, settings: FetchSettings) -> dict[str, Any]:
    """Return the fsspec options for this address. Object storage belongs to the operator, so its addresses are not checked."""
    return http_options(settings) if address.startswith(_HTTP) else {}


def _matching(pattern: str, settings: FetchSettings) -> list[str]:
    if "::" in pattern:
        # fsspec would chain two file systems for `cache::http://...`, and request the second without the address check.
        raise ValueError("addresses with :: are not supported")
    if pattern.startswith(_HTTP):
        return _listed(pattern, settings) if "*" in pattern else [pattern]
    filesystem, path = fsspec.core.url_to_fs(pattern)
    if filesystem.isdir(path):
        path = f"{path.rstrip('/')}/*.warc*"
    elif not any(magic in path for magic in "*?["):
        return [filesystem.unstrip_protocol(path)] if filesystem.exists(path) else []
    return [filesystem.unstrip_protocol(str(found)) for found in sorted(filesystem.glob(path))]


def _listed(pattern: str, settings: FetchSettings) -> list[str]:
    """Expand a URL with `*`: from Common Crawl's list of files in that folder, or else from the folder's index page."""
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
    """Return the reason of an error in one line. fsspec raises FileNotFoundError for other errors too; then it is that of the cause."""
    cause = error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error
    if isinstance(cause, ArticleRejected) and cause.reason is Reason.REFUSED_ADDRESS:
        return f"{cause}; add the host to NEWSDESK_FETCH_ALLOWED_HOSTS to allow it"
    line = (str(cause).strip().splitlines() or [type(cause).__name__])[0][:200]
    if isinstance(cause, aiohttp.ClientHttpProxyError) or (isinstance(cause, aiohttp.ClientResponseError) and cause.status == _PROXY_LOGIN):
        # Without the address of the proxy, which can contain a password.
        return f"the proxy of NEWSDESK_FETCH_PROXY: {cause.status} {cause.message}"
    return f"the proxy of NEWSDESK_FETCH_PROXY: {line}" if isinstance(cause, aiohttp.ClientProxyConnectionError) else line

"""Captures as WARC 1.1 files and their manifests: written by fetch, read by every later stage.

    raw/<partition>/<shard>-<time>-<random>.warc.gz    for each page: response, request, metadata (the feed's item)
    raw/<partition>/<shard>-<time>-<random>.json       the manifest: one entry a capture; what it lists is there

Bodies are stored decoded; the headers that no longer fit them are kept under the prefix `X-Archive-Orig-`.
"""

import base64
import contextlib
import datetime as dt
import hashlib
import io
import json
import string
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any, Self
from urllib.parse import quote, urlsplit

from pydantic import TypeAdapter
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.client import Answer
from newsdesk.fetch.identity import identity_url
from newsdesk.fetch.pages import Page
from newsdesk.records import Capture, CapturedPage, CaptureRef, FeedItem, ManifestEntry
from newsdesk.store.archive import Archive

_PROFILE_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_PROFILE_304 = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_DISPLACED = ("content-encoding", "transfer-encoding", "content-length")
_ITEM = TypeAdapter(FeedItem)


NO_FILE = "the WARC file that the manifest names is gone"
NO_CAPTURE = "no sound record lies where the manifest says"
"""Without the place, so that the dead letters of one damaged file are one line; each names its own capture."""


class CaptureWriter:
    """A new WARC file: captures are appended until it is committed or discarded.

    `entries` are what its manifest has to list.
    """

    def __init__(self, archive: Archive, path: str, *, software: str) -> None:
        self.path = path
        self.entries: list[ManifestEntry] = []
        self._new = archive.create(path)
        self._records = io.BytesIO()
        self._writer = WARCWriter(self._records, gzip=True, warc_version="1.1")
        info = {"software": software, "format": "WARC File Format 1.1"}
        with self._whole():
            self._writer.write_record(self._writer.create_warcinfo_record(path.rpartition("/")[2], info))

    def commit(self) -> None:
        """Makes the file appear. Raises OSError where it cannot be written; it is discarded then."""
        self._new.commit()

    def discard(self) -> None:
        self._new.discard()

    def write_capture(self, answer: Answer, page: Page, *, origin: str = "") -> ManifestEntry:
        """Writes response, request and metadata, in this order, so that a reader needs one place and one direction.

        `origin` names the record of another archive that the capture was taken from.
        """
        offset = self._new.file.tell()
        with self._whole():
            response = self._record(answer.url, "response", answer.body, _response_headers(answer), answer)
            self._writer.write_record(response)
            self._write_companions(response, answer, page, origin)
        entry = ManifestEntry(
            path=self.path,
            offset=offset,
            id=page.id,
            url=answer.url,
            source=page.source,
            feed_url=page.feed_url,
            fetched_at=answer.asked_at,
            digest=payload_digest(answer.body),
        )
        self.entries.append(entry)
        return entry

    def write_revisit(self, answer: Answer, page: Page) -> None:
        """Writes that the page was looked at and had not changed: a 304, or the same body once more."""
        same = _PROFILE_304 if answer.status == 304 else _PROFILE_SAME
        moment = _warc_date(page.captured_at or answer.asked_at)
        record = self._writer.create_revisit_record(
            answer.url,
            page.digest or "",
            page.url,
            moment,
            http_headers=_response_headers(answer, length=0),
            warc_headers_dict={"WARC-Date": _warc_date(answer.asked_at)},
        )
        record.rec_headers.replace_header("WARC-Profile", same)
        with self._whole():
            self._writer.write_record(record)

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """Appends the records that are written within, all of them or, where one cannot be made, none."""
        self._records.seek(0)
        self._records.truncate()
        yield
        self._new.file.write(self._records.getvalue())

    def _write_companions(self, response: Any, answer: Answer, page: Page, origin: str) -> None:
        target = urlsplit(answer.url)
        path = f"{target.path or '/'}{'?' if target.query else ''}{target.query}"
        request_headers = StatusAndHeaders(f"GET {path} HTTP/1.1", list(answer.request_headers), is_http_request=True)
        request = self._record(answer.url, "request", b"", request_headers, answer)
        request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
        self._writer.write_record(request)
        about = {
            "item": _ITEM.dump_python(page.item, mode="json"),
            "source": page.source,
            "feed_url": page.feed_url,
            "requested_url": page.url,
            "page_id": page.id,
            "identity_url": identity_url(requested=page.url, answered=answer.url, first=page.first_url),
            **({"origin": origin} if origin else {}),
        }
        metadata = self._writer.create_warc_record(
            answer.url,
            "metadata",
            payload=io.BytesIO(json.dumps(about, ensure_ascii=False).encode()),
            warc_content_type="application/json",
            warc_headers_dict={
                "WARC-Date": _warc_date(answer.asked_at),
                "WARC-Refers-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        self._writer.write_record(metadata)

    def _record(self, url: str, kind: str, body: bytes, headers: StatusAndHeaders, answer: Answer) -> Any:
        extra = {"WARC-Date": _warc_date(answer.asked_at)}
        if answer.ip_address and kind == "response":
            extra["WARC-IP-Address"] = answer.ip_address
        return self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=extra
        )


def payload_digest(body: bytes) -> str:
    """The digest of a decoded body, as WARC-Payload-Digest writes it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


class CaptureReader:
    """Reads captures; the file of the last one stays open, since each opening of a file in a bucket reads ahead of its own.

    A context manager.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._open = contextlib.ExitStack()
        self._path = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def read(self, ref: CaptureRef) -> CapturedPage:
        """The capture at this place. Raises ArticleRejected with Reason.UNREADABLE where there is none."""
        if ref.path != self._path:
            self._open.close()
            self._path = ""
            try:
                self._file = self._open.enter_context(self._archive.open_for_reading(ref.path))
            except FileNotFoundError as error:
                raise ArticleRejected(Reason.UNREADABLE, NO_FILE) from error
            self._path = ref.path
        return _read_at(self._file, ref)


def read_capture(archive: Archive, ref: CaptureRef) -> CapturedPage:
    """One capture, as `CaptureReader.read` gives it."""
    with CaptureReader(archive) as reader:
        return reader.read(ref)


def read_captures(archive: Archive, refs: Iterable[CaptureRef]) -> Iterator[CapturedPage]:
    """The captures at these places, in this order."""
    with CaptureReader(archive) as reader:
        yield from map(reader.read, refs)


def _read_at(file: IO[bytes], ref: CaptureRef) -> CapturedPage:
    file.seek(ref.offset)
    records = iter(ArchiveIterator(file))
    try:
        response = next(records, None)
        if response is None or response.rec_type != "response" or response.http_headers is None:
            raise ArticleRejected(Reason.UNREADABLE, NO_CAPTURE)
        return _read_record(response, records, ref)
    except (ArchiveLoadFailed, EOFError, zlib.error, ValueError) as error:
        raise ArticleRejected(Reason.UNREADABLE, NO_CAPTURE) from error


def _read_record(response: Any, records: Iterator[Any], ref: CaptureRef) -> CapturedPage:
    """The capture of a response record and those behind it. Raises ValueError where they are damaged."""
    url = response.rec_headers.get_header("WARC-Target-URI")
    fetched_at = _moment(response.rec_headers.get_header("WARC-Date"))
    content_type = response.http_headers.get_header("Content-Type") or ""
    body = response.content_stream().read()
    if response.rec_headers.get_header("WARC-Payload-Digest") not in (None, payload_digest(body)):
        # warcio gives what it could inflate before the damage.
        raise ValueError("the body is not the one that was captured")
    about = _about(records)
    capture = Capture(
        ref=ref,
        url=url,
        fetched_at=fetched_at,
        content_type=content_type,
        source=about.get("source", ""),
        requested_url=about.get("requested_url", url),
        feed_url=about.get("feed_url", ""),
        identity_url=about.get("identity_url") or "",
        page_id=about.get("page_id", ""),
        item=_ITEM.validate_python(about["item"]) if about.get("item") else None,
    )
    return CapturedPage(capture, body)


def _about(records: Iterator[Any]) -> dict[str, Any]:
    for record in records:
        if record.rec_type == "metadata":
            about: dict[str, Any] = json.loads(record.content_stream().read())
            return about
        if record.rec_type != "request":
            break
    return {}


def _response_headers(answer: Answer, *, length: int | None = None) -> StatusAndHeaders:
    kept = [
        (_in_ascii(f"X-Archive-Orig-{name}" if name.lower() in _DISPLACED else name), _in_ascii(value))
        for name, value in answer.headers_list
    ]
    size = len(answer.body) if length is None else length
    status = _in_ascii(f"{answer.status} {answer.reason}".strip())
    return StatusAndHeaders(status, [*kept, ("Content-Length", str(size))], protocol="HTTP/1.1")


def _in_ascii(field: str) -> str:
    """A header field with its other bytes percent-encoded: warcio writes ASCII, and stumbles over some that is not."""
    try:
        raw = field.encode("latin-1")
    except UnicodeEncodeError:
        raw = field.encode("utf-8", "replace")
    return quote(raw, safe=string.printable)


def _warc_date(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value).astimezone(dt.UTC)

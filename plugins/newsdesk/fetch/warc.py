"""Writes and reads captures in WARC 1.1 files.

    raw/<partition>/<shard>-<time>-<random>.warc.gz    per page: records response, request, metadata (with the feed's entry)
    raw/<partition>/<shard>-<time>-<random>.json       the manifest, with one entry per capture; written last

Bodies are stored without Content-Encoding and Transfer-Encoding. Header fields that do not apply to the stored body get the prefix
`X-Archive-Orig-`.
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
from newsdesk.fetch.client import Response
from newsdesk.fetch.identity import identity_url
from newsdesk.fetch.pages import Page
from newsdesk.records import Capture, CapturedPage, CaptureRef, FeedItem, ManifestEntry
from newsdesk.store.archive import Archive

_PROFILE_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_PROFILE_304 = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_REPLACED_HEADERS = ("content-encoding", "transfer-encoding", "content-length")
_ITEM = TypeAdapter(FeedItem)


NO_FILE = "the WARC file of the capture is missing"
NO_CAPTURE = "there is no valid record at the offset in the manifest"
"""Without path and offset, so that dead letters of one damaged file are grouped in a line; each has the location of its capture."""


class CaptureWriter:
    """Writes a new WARC file, until it is committed or discarded. `entries` are the entries for its manifest."""

    def __init__(self, archive: Archive, path: str, *, software: str) -> None:
        self.path = path
        self.entries: list[ManifestEntry] = []
        self._new = archive.create(path)
        self._records = io.BytesIO()
        self._writer = WARCWriter(self._records, gzip=True, warc_version="1.1")
        info = {"software": software, "format": "WARC File Format 1.1"}
        with self._buffered():
            self._writer.write_record(self._writer.create_warcinfo_record(path.rpartition("/")[2], info))

    def commit(self) -> None:
        """Give the file its final name. Raises OSError, and discards the file, if it cannot be written."""
        self._new.commit()

    def discard(self) -> None:
        self._new.discard()

    def write_capture(self, response: Response, page: Page, *, origin: str = "") -> ManifestEntry:
        """Write the records response, request and metadata, in this order: reading starts at the response and continues forward.

        `origin` identifies the record of another archive from which the capture was imported.
        """
        offset = self._new.file.tell()
        with self._buffered():
            record = self._record(response.url, "response", response.body, _response_headers(response), response)
            self._writer.write_record(record)
            self._write_companions(record, response, page, origin)
        entry = ManifestEntry(
            path=self.path,
            offset=offset,
            id=page.id,
            url=response.url,
            source=page.source,
            feed_url=page.feed_url,
            fetched_at=response.requested_at,
            digest=payload_digest(response.body),
        )
        self.entries.append(entry)
        return entry

    def write_revisit(self, response: Response, page: Page) -> None:
        """Write a revisit record for a page that has not changed: status 304, or the same body as before."""
        same = _PROFILE_304 if response.status == 304 else _PROFILE_SAME
        moment = _warc_date(page.captured_at or response.requested_at)
        record = self._writer.create_revisit_record(
            response.url,
            page.digest or "",
            page.url,
            moment,
            http_headers=_response_headers(response, length=0),
            warc_headers_dict={"WARC-Date": _warc_date(response.requested_at)},
        )
        record.rec_headers.replace_header("WARC-Profile", same)
        with self._buffered():
            self._writer.write_record(record)

    @contextlib.contextmanager
    def _buffered(self) -> Iterator[None]:
        """Buffer the records that are written in the block, and append them to the file unless the block raises."""
        self._records.seek(0)
        self._records.truncate()
        yield
        self._new.file.write(self._records.getvalue())

    def _write_companions(self, record: Any, response: Response, page: Page, origin: str) -> None:
        target = urlsplit(response.url)
        path = f"{target.path or '/'}{'?' if target.query else ''}{target.query}"
        request_headers = StatusAndHeaders(f"GET {path} HTTP/1.1", list(response.request_headers), is_http_request=True)
        request = self._record(response.url, "request", b"", request_headers, response)
        request.rec_headers.add_header("WARC-Concurrent-To", record.rec_headers.get_header("WARC-Record-ID"))
        self._writer.write_record(request)
        fields = {
            "item": _ITEM.dump_python(page.item, mode="json"),
            "source": page.source,
            "feed_url": page.feed_url,
            "requested_url": page.url,
            "page_id": page.id,
            "identity_url": identity_url(requested=page.url, answered=response.url, first=page.first_url),
            **({"origin": origin} if origin else {}),
        }
        metadata = self._writer.create_warc_record(
            response.url,
            "metadata",
            payload=io.BytesIO(json.dumps(fields, ensure_ascii=False).encode()),
            warc_content_type="application/json",
            warc_headers_dict={
                "WARC-Date": _warc_date(response.requested_at),
                "WARC-Refers-To": record.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        self._writer.write_record(metadata)

    def _record(self, url: str, kind: str, body: bytes, headers: StatusAndHeaders, response: Response) -> Any:
        extra = {"WARC-Date": _warc_date(response.requested_at)}
        if response.ip_address and kind == "response":
            extra["WARC-IP-Address"] = response.ip_address
        return self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=extra
        )


def payload_digest(body: bytes) -> str:
    """Return the digest of a decoded body in the format of WARC-Payload-Digest: `sha1:` and base32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


class CaptureReader:
    """Reads captures. A context manager.

    The last file stays open, since opening a file in object storage starts a new read-ahead.
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
        """Read the capture at this location. Raises ArticleRejected (UNREADABLE) if there is none."""
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
    """Read one capture. Raises what `CaptureReader.read` raises."""
    with CaptureReader(archive) as reader:
        return reader.read(ref)


def read_captures(archive: Archive, refs: Iterable[CaptureRef]) -> Iterator[CapturedPage]:
    """Yield the captures at these locations, in this order. Raises what `CaptureReader.read` raises."""
    with CaptureReader(archive) as reader:
        yield from map(reader.read, refs)


def _read_at(file: IO[bytes], ref: CaptureRef) -> CapturedPage:
    file.seek(ref.offset)
    records = iter(ArchiveIterator(file))
    try:
        record = next(records, None)
        if record is None or record.rec_type != "response" or record.http_headers is None:
            raise ArticleRejected(Reason.UNREADABLE, NO_CAPTURE)
        return _read_record(record, records, ref)
    except (ArchiveLoadFailed, EOFError, zlib.error, ValueError) as error:
        raise ArticleRejected(Reason.UNREADABLE, NO_CAPTURE) from error


def _read_record(record: Any, records: Iterator[Any], ref: CaptureRef) -> CapturedPage:
    """Build the capture of a response record and the records that follow it. Raises ValueError if they are damaged."""
    url = record.rec_headers.get_header("WARC-Target-URI")
    fetched_at = _moment(record.rec_headers.get_header("WARC-Date"))
    content_type = record.http_headers.get_header("Content-Type") or ""
    body = record.content_stream().read()
    if record.rec_headers.get_header("WARC-Payload-Digest") not in (None, payload_digest(body)):
        # warcio returns the part of a damaged body that it could decompress.
        raise ValueError("the body does not match its digest")
    fields = _read_metadata(records)
    capture = Capture(
        ref=ref,
        url=url,
        fetched_at=fetched_at,
        content_type=content_type,
        source=fields.get("source", ""),
        requested_url=fields.get("requested_url", url),
        feed_url=fields.get("feed_url", ""),
        identity_url=fields.get("identity_url") or "",
        page_id=fields.get("page_id", ""),
        item=_ITEM.validate_python(fields["item"]) if fields.get("item") else None,
    )
    return CapturedPage(capture, body)


def _read_metadata(records: Iterator[Any]) -> dict[str, Any]:
    for record in records:
        if record.rec_type == "metadata":
            fields: dict[str, Any] = json.loads(record.content_stream().read())
            return fields
        if record.rec_type != "request":
            break
    return {}


def _response_headers(response: Response, *, length: int | None = None) -> StatusAndHeaders:
    kept = [
        (_in_ascii(f"X-Archive-Orig-{name}" if name.lower() in _REPLACED_HEADERS else name), _in_ascii(value))
        for name, value in response.headers_list
    ]
    size = len(response.body) if length is None else length
    status = _in_ascii(f"{response.status} {response.reason}".strip())
    return StatusAndHeaders(status, [*kept, ("Content-Length", str(size))], protocol="HTTP/1.1")


def _in_ascii(field: str) -> str:
    """Percent-encode non-ASCII bytes of a header field: warcio expects ASCII, and fails for some other characters."""
    try:
        raw = field.encode("latin-1")
    except UnicodeEncodeError:
        raw = field.encode("utf-8", "replace")
    return quote(raw, safe=string.printable)


def _warc_date(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value).astimezone(dt.UTC)

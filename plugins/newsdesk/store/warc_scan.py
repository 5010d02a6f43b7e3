"""Scans a WARC file for its captures, to replace a lost manifest and to find damage.

Each record is a separate gzip member (WARC 1.1, annex D), so records after a damaged one can be read.
"""

import datetime as dt
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newsdesk.records import ManifestEntry
from newsdesk.store.archive import Archive
from newsdesk.urls import article_id, canonical_url

_MEMBER = b"\x1f\x8b\x08"
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class WarcContent:
    """The readable captures of a file, in its order, and the number of damaged ranges."""

    entries: tuple[ManifestEntry, ...]
    damages: int


def scan_warc(archive: Archive, path: str) -> WarcContent:
    """Read every record of a WARC file. A capture is readable if the gzip checksum of its response record is correct."""
    with archive.open_for_reading(path) as file:
        data = file.read()
    found: list[_Response] = []
    damages = 0
    for offset, member in _members(data):
        record = _record(member) if member is not None else None
        if record is None:
            damages += 1
        elif record.rec_type == "response":
            found.append(_Response(offset, record.rec_headers))
        elif record.rec_type == "metadata" and found:
            found[-1].about = _metadata(record)
    return WarcContent(tuple(response.as_entry(path) for response in found), damages)


@dataclass(slots=True)
class _Response:
    """Offset and headers of a response record, and the content of the metadata record that follows it."""

    offset: int
    headers: Any
    about: dict[str, Any] = field(default_factory=dict)

    def as_entry(self, path: str) -> ManifestEntry:
        url = self.headers.get_header("WARC-Target-URI")
        return ManifestEntry(
            path=path,
            offset=self.offset,
            id=self.about.get("page_id") or article_id(canonical_url(self.about.get("requested_url") or url)),
            url=url,
            source=self.about.get("source") or "",
            feed_url=self.about.get("feed_url") or "",
            fetched_at=dt.datetime.fromisoformat(self.headers.get_header("WARC-Date")).astimezone(dt.UTC),
            digest=self.headers.get_header("WARC-Payload-Digest") or "",
        )


def _members(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Yield offset and content of each gzip member; for a damaged range, yield its offset and None once."""
    offset, is_damaged = 0, False
    while 0 <= offset < len(data):
        member, end = _inflate(data, offset)
        if member is not None:
            yield offset, member
            offset, is_damaged = end, False
            continue
        if not is_damaged:
            yield offset, None
        offset, is_damaged = data.find(_MEMBER, offset + 1), True


def _inflate(data: bytes, offset: int) -> tuple[bytes | None, int]:
    """Return the gzip member at this offset and the offset of its end; None if there is none or its checksum is wrong."""
    inflate, parts, position = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), [], offset
    try:
        while not inflate.eof:
            piece = data[position : position + _PIECE]
            if not piece:
                return None, position
            parts.append(inflate.decompress(piece))
            position += len(piece)
    except zlib.error:
        return None, offset
    return b"".join(parts), position - len(inflate.unused_data)


def _record(member: bytes) -> Any | None:
    try:
        return next(iter(ArchiveIterator(io.BytesIO(member))), None)
    except (ArchiveLoadFailed, EOFError, ValueError):
        return None


def _metadata(record: Any) -> dict[str, Any]:
    try:
        about = json.loads(record.content_stream().read())
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}

"""Content-Encoding undone within a limit, so that a small bomb cannot fill the memory. Pure."""

import codecs
import re
import zlib

import brotli
import zstandard

from newsdesk.errors import ArticleRejected, Reason

ACCEPT_ENCODING = "gzip, br, zstd"

_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_ZLIB_HEADER = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_DEFLATED = ("deflate", "x-deflate")
_COMPRESSED = ("gzip", "x-gzip", *_DEFLATED, "br", "zstd", "x-zstd")
_FLUSHED = b"\x00\x00\xff\xff"
"""How a deflate stream ends that was flushed and never closed (zlib's Z_SYNC_FLUSH): all of its data is there."""

_SAMPLE = 200
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ZSTD_WINDOW = 2**27
_ZSTD_PIECE = 512
"""A block of zstd takes a few bytes and may hold 128 KB: so many bytes are decompressed before the limit is looked at."""


class Truncated(ArticleRejected):
    """The body ends before its encoding does: asked again, it may come whole."""


def decode_body(body: bytes, encodings: str, *, maximum_bytes: int, cut: bool = False) -> bytes:
    """The body without its Content-Encoding, which may name several, applied in their order (RFC 9110, 8.4).

    What servers do is let pass: an encoding that nobody knows is none, a body that is not compressed as the header says
    comes back as it is, and one that is gzip although nobody says so is undone.

    Raises ArticleRejected: TOO_LARGE beyond the limit, unless the body may be `cut` there; UNREADABLE where the body is
    not what the header says, as Truncated where it ends too early, unless it may be cut.
    """
    named = [part.partition(";")[0].strip(" \"'").lower() for part in encodings.split(",")]
    for encoding in [*reversed(named), "gzip"]:
        body = _decode_one(body, encoding, maximum_bytes, cut=cut)
        if len(body) > maximum_bytes and not cut:
            raise ArticleRejected(Reason.TOO_LARGE, f"more than {maximum_bytes} bytes after decompression")
    return body[:maximum_bytes] if cut else body


def _decode_one(body: bytes, encoding: str, maximum_bytes: int, *, cut: bool) -> bytes:
    if _is_text(body):
        return body
    try:
        decoded, is_whole = _decompress(body, encoding, maximum_bytes)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"the body is no readable {encoding}: {error}") from error
    if not is_whole and not cut and len(decoded) <= maximum_bytes:
        raise Truncated(Reason.UNREADABLE, f"the body ends before its {encoding} does")
    return decoded


def _decompress(body: bytes, encoding: str, maximum_bytes: int) -> tuple[bytes, bool]:
    """What the body holds, little more than the limit of it, and whether it ends where its encoding does.

    What the first bytes show goes before the name.
    """
    if encoding not in _COMPRESSED or not body:
        return body, True
    if body.startswith(_GZIP):
        return _gunzip(body, maximum_bytes)
    if body.startswith(_ZSTD):
        return _unzstd(body, maximum_bytes)
    if encoding == "br":
        return _unbrotli(body, maximum_bytes)
    if encoding in _DEFLATED or _ZLIB_HEADER.match(body):
        return _inflate(body, zlib.MAX_WBITS if body[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS, maximum_bytes)
    return body, True


def _gunzip(body: bytes, maximum_bytes: int) -> tuple[bytes, bool]:
    """All members (RFC 1952, 2.2). What follows the last one is no part of it."""
    decoded = bytearray()
    while body.startswith(_GZIP) and len(decoded) <= maximum_bytes:
        stream = zlib.decompressobj(31)
        decoded += stream.decompress(body, maximum_bytes + 1 - len(decoded))
        if not stream.eof:
            return bytes(decoded), body.endswith(_FLUSHED)
        body = stream.unused_data
    return bytes(decoded), True


def _inflate(body: bytes, window_bits: int, maximum_bytes: int) -> tuple[bytes, bool]:
    stream = zlib.decompressobj(window_bits)
    return stream.decompress(body, maximum_bytes + 1), stream.eof or body.endswith(_FLUSHED)


def _unbrotli(body: bytes, maximum_bytes: int) -> tuple[bytes, bool]:
    decompressor = brotli.Decompressor()
    decoded = bytearray(decompressor.process(body, output_buffer_limit=maximum_bytes + 1))
    while len(decoded) <= maximum_bytes and not decompressor.is_finished():
        more = decompressor.process(b"", output_buffer_limit=maximum_bytes + 1)
        if not more:
            break
        decoded += more
    return bytes(decoded), decompressor.is_finished()


def _unzstd(body: bytes, maximum_bytes: int) -> tuple[bytes, bool]:
    """All frames (RFC 8878, 3.1)."""
    decoded = bytearray()
    frames = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    while body.startswith(_ZSTD) and len(decoded) <= maximum_bytes:
        frame, at = frames.decompressobj(), 0
        while at < len(body) and not frame.eof and len(decoded) <= maximum_bytes:
            decoded += frame.decompress(body[at : at + _ZSTD_PIECE])
            at += _ZSTD_PIECE
        if not frame.eof:
            return bytes(decoded), False
        body = frame.unused_data + body[at:]
    return bytes(decoded), True


def _is_text(body: bytes) -> bool:
    """Whether this was never compressed: it is UTF-8, without the control characters that no text has."""
    start = body[:_SAMPLE]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.search(start)

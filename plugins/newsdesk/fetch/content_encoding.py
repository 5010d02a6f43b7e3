"""Decodes Content-Encoding with a size limit, as protection against decompression bombs. Pure."""

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
_SYNC_FLUSH = b"\x00\x00\xff\xff"
"""End of a deflate stream that was flushed (zlib's Z_SYNC_FLUSH) but not finished: its data is complete."""

_SAMPLE = 200
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ZSTD_WINDOW = 2**27
_ZSTD_PIECE = 512
"""Input bytes that are decompressed between two checks of the limit: a zstd block of a few bytes can expand to 128 KB."""


class Truncated(ArticleRejected):
    """The compressed stream is incomplete. Another request may return all of it."""


def decode_body(body: bytes, encodings: str, *, maximum_bytes: int, cut: bool = False) -> bytes:
    """Return the body without its Content-Encoding, which may list several encodings in the order of application (RFC 9110, 8.4).

    Common server errors are tolerated: unknown encodings are ignored, a body that is not compressed is returned unchanged, and gzip
    is decompressed even if the header does not name it. With `cut`, the result is truncated at `maximum_bytes`.

    Raises ArticleRejected: TOO_LARGE beyond `maximum_bytes` unless `cut`; UNREADABLE if the body is not valid in its encoding, in form
    of a Truncated if it ends early, unless `cut`.
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
        raise ArticleRejected(Reason.UNREADABLE, f"the body is not valid {encoding}: {error}") from error
    if not is_whole and not cut and len(decoded) <= maximum_bytes:
        raise Truncated(Reason.UNREADABLE, f"the body is an incomplete {encoding} stream")
    return decoded


def _decompress(body: bytes, encoding: str, maximum_bytes: int) -> tuple[bytes, bool]:
    """Return the decompressed body, up to slightly more than the limit, and whether the compressed stream is complete.

    Magic bytes take precedence over the name of the encoding.
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
    """Decompress all members (RFC 1952, 2.2). Trailing data is ignored."""
    decoded = bytearray()
    while body.startswith(_GZIP) and len(decoded) <= maximum_bytes:
        stream = zlib.decompressobj(31)
        decoded += stream.decompress(body, maximum_bytes + 1 - len(decoded))
        if not stream.eof:
            return bytes(decoded), body.endswith(_SYNC_FLUSH)
        body = stream.unused_data
    return bytes(decoded), True


def _inflate(body: bytes, window_bits: int, maximum_bytes: int) -> tuple[bytes, bool]:
    stream = zlib.decompressobj(window_bits)
    return stream.decompress(body, maximum_bytes + 1), stream.eof or body.endswith(_SYNC_FLUSH)


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
    """Decompress all frames (RFC 8878, 3.1)."""
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
    """Return whether the body is not compressed: it starts with valid UTF-8 without control characters that text does not contain."""
    start = body[:_SAMPLE]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.search(start)

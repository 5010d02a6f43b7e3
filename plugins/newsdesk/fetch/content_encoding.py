"""Content-Encoding undone within a limit, so that a small bomb cannot fill the memory. Pure."""

import io
import zlib

import brotli
import zstandard

from newsdesk.errors import ArticleRejected, Reason

ACCEPT_ENCODING = "gzip, br, zstd"


def decode_body(body: bytes, encodings: str, *, maximum_bytes: int, cut: bool = False) -> bytes:
    """The body without its Content-Encoding, which may name several, applied in their order (RFC 9110, 8.4).

    Raises ArticleRejected: TOO_LARGE beyond the limit, unless the body may be `cut` there; UNREADABLE where the body is
    not what the header says.
    A body that the header calls compressed but is not comes back as it is, since servers do that.
    """
    for encoding in reversed([part.strip().lower() for part in encodings.split(",") if part.strip()]):
        body = _decode_one(body, encoding, maximum_bytes)
        if len(body) > maximum_bytes and not cut:
            raise ArticleRejected(Reason.TOO_LARGE, f"more than {maximum_bytes} bytes after decompression")
    return body[:maximum_bytes] if cut else body


def _decode_one(body: bytes, encoding: str, maximum_bytes: int) -> bytes:
    if not body or encoding == "identity":
        return body
    try:
        if encoding in ("gzip", "x-gzip"):
            decoded = _inflate(body, 31, maximum_bytes) if body.startswith(b"\x1f\x8b") else body
        elif encoding == "deflate":
            decoded = _inflate(body, 15 if body[0] & 0x0F == 8 else -15, maximum_bytes)
        elif encoding == "br":
            decoded = _unbrotli(body, maximum_bytes)
        elif encoding == "zstd":
            with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
                decoded = reader.read(maximum_bytes + 1)
        else:
            raise ArticleRejected(Reason.UNREADABLE, f"the content encoding {encoding!r} is not known")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"the body is no readable {encoding}: {error}") from error
    return decoded


def _inflate(body: bytes, window_bits: int, maximum_bytes: int) -> bytes:
    return zlib.decompressobj(window_bits).decompress(body, maximum_bytes + 1)


def _unbrotli(body: bytes, maximum_bytes: int) -> bytes:
    decompressor = brotli.Decompressor()
    decoded = bytearray(decompressor.process(body, output_buffer_limit=maximum_bytes + 1))
    while len(decoded) <= maximum_bytes and not decompressor.is_finished():
        more = decompressor.process(b"", output_buffer_limit=maximum_bytes + 1)
        if not more:
            break
        decoded += more
    return bytes(decoded)

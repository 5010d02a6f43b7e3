"""Content-Encoding is decoded up to a limit, for any input."""

import gzip
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.content_encoding import Truncated, decode_body

BODY = b"<p>The harbour was opened again.</p>" * 50
ENCODED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY),
    "gzip; q=1.0": gzip.compress(BODY),
    "identity": BODY,
    "": BODY,
    "utf-8": BODY,
    "none": BODY,
    "compressed-by-hand, gzip": gzip.compress(BODY),
}
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstandard.compress,
}


@pytest.fixture(scope="module", params=COMPRESSORS)
def bomb(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """An encoding, and 50 MB that it makes small."""
    return request.param, COMPRESSORS[request.param](b"0" * 50_000_000)


@pytest.mark.parametrize("encoding", ENCODED)
def test_every_encoding_is_undone(encoding: str) -> None:
    assert decode_body(ENCODED[encoding], encoding, maximum_bytes=10_000) == BODY


def test_raw_deflate_is_undone() -> None:
    compressor = zlib.compressobj(wbits=-15)
    assert decode_body(compressor.compress(BODY) + compressor.flush(), "deflate", maximum_bytes=10_000) == BODY


def test_two_encodings_are_undone_in_turn() -> None:
    assert decode_body(gzip.compress(brotli.compress(BODY)), "br, gzip", maximum_bytes=10_000) == BODY


def test_a_bomb_is_refused_within_the_limit(bomb: tuple[str, bytes]) -> None:
    encoding, body = bomb
    with pytest.raises(ArticleRejected) as rejected:
        decode_body(body, encoding, maximum_bytes=100_000)
    assert rejected.value.reason is Reason.TOO_LARGE


def test_what_may_be_cut_is_cut(bomb: tuple[str, bytes]) -> None:
    encoding, body = bomb
    assert decode_body(body, encoding, maximum_bytes=1_000, cut=True) == b"0" * 1_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "unheard-of"])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_decoded_or_rejected(encoding: str, body: bytes) -> None:
    try:
        assert len(decode_body(body, encoding, maximum_bytes=1_000)) <= 1_000
    except ArticleRejected as rejected:
        assert rejected.reason in (Reason.UNREADABLE, Reason.TOO_LARGE)  # noqa: PT017


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "br, gzip"])
@pytest.mark.parametrize(
    "body",
    [BODY, b"\xef\xbb\xbf<rss/>", b'{"items": []}', b"\n<feed/>", b"plain words", "Grüße".encode()],
    ids=["page", "mark", "JSON", "blank line", "words", "words in UTF-8"],
)
def test_text_that_claims_to_be_compressed_is_taken_as_it_is(body: bytes, encoding: str) -> None:
    assert decode_body(body, encoding, maximum_bytes=10_000) == body


@pytest.mark.parametrize("named", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("sent", ["gzip", "zstd"])
def test_the_bytes_are_believed_before_the_name(named: str, sent: str) -> None:
    assert decode_body(ENCODED[sent], named, maximum_bytes=10_000) == BODY


def test_deflate_that_is_called_gzip_is_undone() -> None:
    assert decode_body(ENCODED["deflate"], "gzip", maximum_bytes=10_000) == BODY


@pytest.mark.parametrize("encodings", ["", "identity", "utf-8", "gzip"])
def test_gzip_that_nobody_names_is_undone(encodings: str) -> None:
    packed = gzip.compress(BODY)
    assert decode_body(gzip.compress(packed) if encodings == "gzip" else packed, encodings, maximum_bytes=10_000) == BODY


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_several_members_are_one_body(encoding: str, compress: Callable[[bytes], bytes]) -> None:
    assert (
        decode_body(compress(b"<p>one</p>") + compress(b"") + compress(b"<p>two</p>"), encoding, maximum_bytes=100)
        == b"<p>one</p><p>two</p>"
    )


def test_what_follows_the_last_member_is_no_part_of_the_body() -> None:
    assert decode_body(gzip.compress(BODY) + b"\x00" * 100, "gzip", maximum_bytes=10_000) == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "two members"])
def test_a_body_that_ends_too_early_is_no_body(encoding: str) -> None:
    body = gzip.compress(BODY) + gzip.compress(BODY) if encoding == "two members" else ENCODED[encoding]
    with pytest.raises(Truncated, match="is an incomplete"):
        decode_body(body[:-9], "gzip" if encoding == "two members" else encoding, maximum_bytes=10_000)


def test_a_beginning_is_enough_of_what_may_be_cut() -> None:
    assert decode_body(gzip.compress(BODY)[:-9], "gzip", maximum_bytes=10_000, cut=True) == BODY


@pytest.mark.parametrize("window_bits", [31, 15])
def test_a_stream_that_was_flushed_and_never_closed_is_whole(window_bits: int) -> None:
    stream = zlib.compressobj(wbits=window_bits)
    body = stream.compress(BODY) + stream.flush(zlib.Z_SYNC_FLUSH)
    assert decode_body(body, "gzip" if window_bits == 31 else "deflate", maximum_bytes=10_000) == BODY

"""Content-Encoding is undone within a limit, whatever is sent."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.content_encoding import decode_body

BODY = b"<p>The harbour was opened again.</p>" * 50
ENCODED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY),
    "identity": BODY,
    "": BODY,
}
BOMBS = {
    "gzip": gzip.compress(b"0" * 50_000_000),
    "deflate": zlib.compress(b"0" * 50_000_000),
    "br": brotli.compress(b"0" * 50_000_000),
    "zstd": zstandard.compress(b"0" * 50_000_000),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_every_encoding_is_undone(encoding: str) -> None:
    assert decode_body(ENCODED[encoding], encoding, maximum_bytes=10_000) == BODY


def test_raw_deflate_is_undone() -> None:
    compressor = zlib.compressobj(wbits=-15)
    assert decode_body(compressor.compress(BODY) + compressor.flush(), "deflate", maximum_bytes=10_000) == BODY


def test_two_encodings_are_undone_in_turn() -> None:
    assert decode_body(gzip.compress(brotli.compress(BODY)), "br, gzip", maximum_bytes=10_000) == BODY


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_refused_within_the_limit(encoding: str) -> None:
    with pytest.raises(ArticleRejected) as rejected:
        decode_body(BOMBS[encoding], encoding, maximum_bytes=100_000)
    assert rejected.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("encoding", BOMBS)
def test_what_may_be_cut_is_cut(encoding: str) -> None:
    assert decode_body(BOMBS[encoding], encoding, maximum_bytes=1_000, cut=True) == b"0" * 1_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "unheard-of"])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_decoded_or_rejected(encoding: str, body: bytes) -> None:
    try:
        assert len(decode_body(body, encoding, maximum_bytes=1_000)) <= 1_000
    except ArticleRejected as rejected:
        assert rejected.reason in (Reason.UNREADABLE, Reason.TOO_LARGE)  # noqa: PT017


def test_plain_text_that_claims_gzip_is_taken_as_it_is() -> None:
    assert decode_body(BODY, "gzip", maximum_bytes=10_000) == BODY

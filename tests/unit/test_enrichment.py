"""Which article a capture belongs to."""

import pytest

from newsdesk.enrichment import article_id_of
from newsdesk.records import Capture, CaptureRef
from newsdesk.urls import article_id
from samples import NOW

PAGE = "https://example.org/town/harbour"
OTHER = "https://example.org/town/harbour-at-last"
OF_AN_OLDER_VERSION = "0" * 32
"""The id that an older version of the canonicaliser made from `PAGE`."""


def capture(url: str = PAGE, requested: str = PAGE, first: str = PAGE, page_id: str = OF_AN_OLDER_VERSION) -> Capture:
    ref = CaptureRef("raw/2026-11-24/00.warc.gz", 0)
    return Capture(ref=ref, url=url, fetched_at=NOW, requested_url=requested, identity_url=first, page_id=page_id)


@pytest.mark.parametrize(
    ("given", "canonical", "id"),
    [
        pytest.param(capture(), PAGE, OF_AN_OLDER_VERSION, id="a page that keeps its id"),
        pytest.param(capture(first=""), PAGE, OF_AN_OLDER_VERSION, id="a page of which no first capture is known"),
        pytest.param(capture(requested=f"{PAGE}?utm_source=rss"), PAGE, article_id(PAGE), id="a redirect to a variant of its URL"),
        pytest.param(capture(requested=f"https://www.google.com/url?url={PAGE}", first=""), PAGE, article_id(PAGE), id="a wrapper"),
        pytest.param(capture(page_id=""), PAGE, article_id(PAGE), id="a capture of another tool"),
        pytest.param(capture(), OTHER, article_id(OTHER), id="a page that names another URL"),
        pytest.param(capture(url=OTHER, first=""), OTHER, article_id(OTHER), id="a redirect"),
        pytest.param(capture(url=OTHER, requested=OTHER), OTHER, article_id(PAGE), id="a changed slug"),
        pytest.param(capture(url=OTHER, requested=OTHER), f"{PAGE}/2", article_id(f"{PAGE}/2"), id="a changed slug that names another"),
    ],
)
def test_the_article_of_a_capture(given: Capture, canonical: str, id: str) -> None:
    assert article_id_of(given, canonical) == id

"""Writes captures as fetch does, without network."""

from collections.abc import Sequence

from newsdesk.fetch.client import Response
from newsdesk.fetch.pages import Page
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.records import CaptureRef, FeedItem
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import dump_manifest, write_manifest
from newsdesk.urls import article_id, canonical_url, host_of
from samples import NOW

FEED = "https://example.org/feed.xml"


def page(title: str, *paragraphs: str) -> bytes:
    """The HTML of a simple article page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def write_captures(archive: Archive, partition: str, pages: Sequence[tuple[str, bytes]], *, shard: str = "shard-0") -> list[CaptureRef]:
    """Write (URL, body) pairs as one shard of the partition."""
    path = f"raw/{partition}/{shard}.warc.gz"
    writer = CaptureWriter(archive, path, software="tests")
    for url, body in pages:
        writer.write_capture(_answer(url, body), _page(url))
    writer.commit()
    write_manifest(archive, f"raw/{partition}/{shard}.json", dump_manifest(partition, writer.entries))
    return [entry.ref for entry in writer.entries]


def _answer(url: str, body: bytes) -> Response:
    content_type = ("content-type", "text/html; charset=utf-8")
    return Response(url=url, status=200, headers=dict([content_type]), headers_list=[content_type], body=body, requested_at=NOW)


def _page(url: str) -> Page:
    item = FeedItem(id=url, url=url)
    return Page(id=article_id(canonical_url(url)), url=url, host=host_of(url), feed_id=1, feed_url=FEED, source="example", item=item)

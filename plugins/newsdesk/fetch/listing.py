"""Compares the entries of a feed or sitemap with the known pages: they are new, known, or known under another URL."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.fetch.identity import story_keys
from newsdesk.fetch.pages import Page, add_pages, find_keys, known_ids, page_of, rename_pages
from newsdesk.records import FeedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`new` pages, `renamed` pages with their new URL and entry, and ids of pages that are listed under a known URL."""

    new: tuple[Page, ...] = ()
    renamed: tuple[Page, ...] = ()
    known_ids: tuple[str, ...] = ()


def classify_entries(connection: sa.Connection, items: Sequence[FeedItem], *, feed_id: int, feed_url: str, source: str) -> Listing:
    """Classify the entries of one poll as new, renamed or known."""
    pages: dict[str, Page] = {}
    for item, keys in zip(items, story_keys(items, feed_id=feed_id, feed_url=feed_url), strict=True):
        page = page_of(item, feed_id=feed_id, feed_url=feed_url, source=source, keys=keys)
        if page is not None:
            pages[page.id] = page
    listed = known_ids(connection, list(pages))
    unknown = [page for id, page in pages.items() if id not in listed]
    owners = find_keys(connection, [key for page in unknown for key in (page.id, *page.keys)])
    listed |= {owners[page.id] for page in unknown if page.id in owners}
    return _classify([page for page in unknown if page.id not in owners], owners, listed)


def save_listings(
    connection: sa.Connection, listings: Sequence[Listing], now: dt.datetime, *, reserved_until: dt.datetime | None = None
) -> set[str]:
    """Queue new and renamed pages; return their hosts.

    New pages are due at `reserved_until`, if that is given: until then they are reserved for the caller, which fetches them at once.
    """
    added = add_pages(connection, [page for listing in listings for page in listing.new], now, due=reserved_until)
    renamed = [page for listing in listings for page in listing.renamed]
    rename_pages(connection, renamed, now)
    return {page.host for page in (*added, *renamed)}


def _classify(unknown: Sequence[Page], owners: dict[str, str], listed: set[str]) -> Listing:
    # A known page was renamed if all keys of exactly one entry belong to it, and it is not listed under its known URL.
    claimed = {page.id: {owners[key] for key in page.keys if key in owners} for page in unknown}
    claimants = Counter(owner for claims in claimed.values() for owner in claims)
    new, renamed = [], []
    for page in unknown:
        owner = next(iter(claimed[page.id])) if len(claimed[page.id]) == 1 else None
        if owner is None or claimants[owner] > 1 or owner in listed:
            new.append(page)
        else:
            renamed.append(dataclasses.replace(page, id=owner))
    return Listing(new=tuple(new), renamed=tuple(renamed), known_ids=tuple(sorted(listed)))

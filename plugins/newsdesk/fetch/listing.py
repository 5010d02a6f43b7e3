"""What a feed or sitemap lists, against what is known: new pages, known ones, and known ones under a new address."""

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
    """`renamed` are known pages with their new address and entry, `known_ids` those that are listed as before."""

    new: tuple[Page, ...] = ()
    renamed: tuple[Page, ...] = ()
    known_ids: tuple[str, ...] = ()


def sort_entries(connection: sa.Connection, items: Sequence[FeedItem], *, feed_id: int, feed_url: str, source: str) -> Listing:
    """Tells the entries of one poll apart."""
    pages: dict[str, Page] = {}
    for item, keys in zip(items, story_keys(items, feed_id=feed_id, feed_url=feed_url), strict=True):
        page = page_of(item, feed_id=feed_id, feed_url=feed_url, source=source, keys=keys)
        if page is not None:
            pages[page.id] = page
    listed = known_ids(connection, list(pages))
    unknown = [page for id, page in pages.items() if id not in listed]
    owners = find_keys(connection, [key for page in unknown for key in (page.id, *page.keys)])
    listed |= {owners[page.id] for page in unknown if page.id in owners}
    return _tell_apart([page for page in unknown if page.id not in owners], owners, listed)


def keep_listings(
    connection: sa.Connection, listings: Sequence[Listing], now: dt.datetime, *, reserved_until: dt.datetime | None = None
) -> set[str]:
    """Queues what is new and what has a new address; returns the hosts that have something to fetch now.

    What is new may be reserved until then for the caller, who visits it at once.
    """
    added = add_pages(connection, [page for listing in listings for page in listing.new], now, due=reserved_until)
    renamed = [page for listing in listings for page in listing.renamed]
    rename_pages(connection, renamed, now)
    return {page.host for page in (*added, *renamed)}


def _tell_apart(unknown: Sequence[Page], owners: dict[str, str], listed: set[str]) -> Listing:
    # A known page has a new address where all keys of one entry lead to it, no other entry's do, and it is not listed itself.
    claimed = {page.id: {owners[key] for key in page.keys if key in owners} for page in unknown}
    rivals = Counter(owner for claims in claimed.values() for owner in claims)
    new, renamed = [], []
    for page in unknown:
        owner = next(iter(claimed[page.id])) if len(claimed[page.id]) == 1 else None
        if owner is None or rivals[owner] > 1 or owner in listed:
            new.append(page)
        else:
            renamed.append(dataclasses.replace(page, id=owner))
    return Listing(new=tuple(new), renamed=tuple(renamed), known_ids=tuple(sorted(listed)))

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from newsdesk.fetch.listing import Listing, classify_entries, save_listings
from newsdesk.records import FeedItem

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
GUID = "https://news.example/?p=4711"


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection


def poll(connection: sa.Connection, *entries: tuple[str, str]) -> Listing:
    """Record a poll that lists these GUIDs and paths."""
    items = [FeedItem(id=guid, url=f"https://news.example{path}") for guid, path in entries]
    listing = classify_entries(connection, items, feed_id=1, feed_url="https://news.example/feed", source="paper")
    save_listings(connection, [listing], NOW)
    return listing


def test_a_new_address_of_a_known_page_is_told_once(connection: sa.Connection) -> None:
    (page,) = poll(connection, (GUID, "/harbour")).new
    second, third = (poll(connection, (GUID, "/at-last")) for _ in range(2))
    assert [(renamed.id, renamed.url) for renamed in second.renamed] == [(page.id, "https://news.example/at-last")]
    assert (third.new, third.renamed, third.known_ids) == ((), (), (page.id,))


def test_the_former_address_in_an_old_copy_of_the_feed_changes_nothing(connection: sa.Connection) -> None:
    poll(connection, (GUID, "/harbour"))
    poll(connection, (GUID, "/at-last"))
    stale = poll(connection, (GUID, "/harbour"))
    assert (stale.new, stale.renamed) == ((), ())


def test_keys_that_point_to_two_pages_prove_nothing(connection: sa.Connection) -> None:
    poll(connection, (GUID, "/harbour"), ("other", "/bridge-1234567"))
    assert len(poll(connection, (GUID, "/town-1234567")).new) == 1


def test_two_entries_that_point_to_one_page_are_both_new(connection: sa.Connection) -> None:
    poll(connection, (GUID, "/harbour-1234567"))
    assert len(poll(connection, (GUID, "/town"), ("other", "/bridge-1234567")).new) == 2


def test_a_page_that_is_listed_under_its_own_address_keeps_it(connection: sa.Connection) -> None:
    poll(connection, (GUID, "/harbour"))
    listing = poll(connection, ("rewritten", "/harbour"), (GUID, "/town"))
    assert (len(listing.new), listing.renamed) == (1, ())

import dataclasses
import datetime as dt

import pytest

from newsdesk.fetch.identity import identity_url, story_keys
from newsdesk.records import FeedItem

FEED = "https://news.example/feed.xml"
MOMENT = dt.datetime(2026, 11, 24, 9, 7, 33, tzinfo=dt.UTC)
OLD = FeedItem(id="tag:4711", url="https://news.example/town/harbour-opens", published_at=MOMENT)
OTHER = FeedItem(id="tag:4712", url="https://news.example/town/bridge-closes", published_at=MOMENT + dt.timedelta(minutes=2))


def keys(*items: FeedItem, feed_id: int = 1) -> list[tuple[str, ...]]:
    return story_keys(items, feed_id=feed_id, feed_url=FEED)


def are_one(one: FeedItem, other: FeedItem) -> bool:
    """Return whether an entry of a later poll is recognised as that of an earlier one."""
    (first,), (second,) = keys(one), keys(other)
    return bool(set(first) & set(second))


def changed(item: FeedItem = OLD, **fields: object) -> FeedItem:
    return dataclasses.replace(item, **{"url": "https://news.example/town/harbour-opens-at-last", **fields})


def test_guid_and_moment_together_name_a_story() -> None:
    assert are_one(OLD, changed())


@pytest.mark.parametrize(
    "other",
    [
        changed(published_at=MOMENT + dt.timedelta(hours=1)),
        changed(published_at=None),
        changed(id="tag:9999"),
        changed(url="https://other.example/town/harbour-opens-at-last"),
    ],
    ids=["the GUID is used again later", "no date", "the GUID is rewritten", "another host"],
)
def test_neither_alone_does(other: FeedItem) -> None:
    assert not are_one(OLD, other)


@pytest.mark.parametrize("moment", [MOMENT.replace(hour=0, minute=0, second=0), MOMENT.replace(hour=18, minute=30, second=0)])
def test_a_day_is_no_moment(moment: dt.datetime) -> None:
    """Midnight in any time zone is the date of all stories of the day."""
    assert not are_one(dataclasses.replace(OLD, published_at=moment), changed(published_at=moment))


@pytest.mark.parametrize("guid", ["", FEED, "https://news.example", "https://news.example/"])
def test_a_guid_that_names_the_feed_or_nothing_names_no_story(guid: str) -> None:
    assert not are_one(dataclasses.replace(OLD, id=guid), changed(id=guid))


def test_what_two_entries_of_a_poll_share_names_neither() -> None:
    one_guid = [dataclasses.replace(item, id="news") for item in (OLD, OTHER)]
    one_moment = [OLD, dataclasses.replace(OTHER, published_at=MOMENT)]
    one_number = [dataclasses.replace(OLD, id="", url=f"https://news.example/town/{slug}-1234567") for slug in ("harbour", "bridge")]
    for items in (one_guid, one_moment, one_number):
        assert keys(*items) == [(), ()]
    assert all(keys(OLD, OTHER))


def test_an_entry_that_is_listed_twice_is_one_entry() -> None:
    assert keys(OLD, OLD) == [keys(OLD)[0]] * 2


def test_two_feeds_share_no_key() -> None:
    """An English and a French story with the same number and time."""
    assert not set(keys(OLD, feed_id=1)[0]) & set(keys(OLD, feed_id=2)[0])


def test_a_guid_of_wordpress_needs_no_date() -> None:
    guid = "https://news.example/?post_type=story&p=4711"
    assert are_one(dataclasses.replace(OLD, id=guid), changed(id=guid, published_at=None))
    assert not are_one(dataclasses.replace(OLD, id=guid), changed(id=guid.replace("4711", "4712"), published_at=None))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/town/harbour-opens-1234567", "https://news.example/town/harbour-opens-at-last-1234567"),
        ("https://news.example/harbour_opens_12345678.html?utm_source=rss", "https://news.example/at-last_12345678.html"),
        ("https://news.example/a/b/harbour,20349587/", "https://news.example/a/b/at-last,20349587/"),
    ],
)
def test_a_long_number_behind_a_slug_names_a_story(one: str, other: str) -> None:
    assert are_one(FeedItem(id="1", url=one), FeedItem(id="2", url=other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/town/weather-20261124", "https://news.example/town/lottery-20261124"),
        ("https://news.example/town/weather-24112026", "https://news.example/town/lottery-24112026"),
        ("https://news.example/town/weather-202611240900", "https://news.example/town/lottery-202611240900"),
        ("https://news.example/town/houses-under-1500000", "https://news.example/town/boats-under-1500000"),
        ("https://news.example/town/route-66", "https://news.example/town/bus-66"),
        ("https://news.example/town/weather-1234567", "https://news.example/sport/weather-1234567"),
        ("https://news.example/town/weather-1234567?page=1", "https://news.example/town/lottery-1234567?page=2"),
        ("https://news.example/town/weather-1234567", "https://other.example/town/weather-1234567"),
        ("https://news.example/1234567/weather", "https://news.example/1234567/lottery"),
    ],
    ids=["date", "date backwards", "date and hour", "price", "short", "folder", "query", "host", "in front"],
)
def test_other_numbers_do_not(one: str, other: str) -> None:
    assert not are_one(FeedItem(id="1", url=one), FeedItem(id="2", url=other))


FIRST = "https://news.example/2026/11/harbour-opens"


@pytest.mark.parametrize(
    ("requested", "answered", "expected"),
    [
        ("https://news.example/2026/11/at-last", "https://www.news.example/2026/11/at-last/", FIRST),
        ("https://news.example/2026/11/at-last", "https://news.example/login", None),
        ("https://news.example/2026/11/at-last", "https://news.example/2026/11/another-story", None),
        ("https://news.example/?p=4711", "https://news.example/2026/11/at-last", FIRST),
        ("https://news.example/?p=4711", "https://news.example/", None),
        ("https://news.example/?p=4711", "https://news.example/login?next=/2026/11/at-last", None),
        ("https://news.example/?p=4711", "https://other.example/2026/11/at-last", None),
    ],
    ids=["itself", "login", "another story", "post number", "home", "login of a post", "another host"],
)
def test_a_capture_is_of_the_same_story_where_that_is_sure(requested: str, answered: str, expected: str | None) -> None:
    assert identity_url(requested=requested, answered=answered, first=FIRST) == expected


def test_a_page_that_was_never_captured_has_no_first_address() -> None:
    assert identity_url(requested=FIRST, answered=FIRST, first=None) is None

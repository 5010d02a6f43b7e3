"""Topics in a real browser: from a search to a list that is read, marked, followed and changed."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Page, expect

from newsdesk.search.queries import SearchQuery
from newsdesk.topics.matches import record_matches
from newsdesk.topics.records import Item, Topic
from newsdesk.topics.saved import list_topics, remove_topic, save_topic
from stack.newsroom import HOSTILE, NOW, Newsroom, Open


@pytest.fixture(autouse=True)
def no_topics(newsroom: Newsroom) -> Iterator[None]:
    yield
    for topic in list_topics(newsroom.engine):
        remove_topic(newsroom.engine, topic)


@pytest.fixture
def ports(newsroom: Newsroom) -> Topic:
    """A shared topic with five articles."""
    topic = save_topic(newsroom.engine, "Ports", SearchQuery(text="harbour"), owner="olga", now=NOW)
    record_matches(newsroom.engine, topic, [_item(number) for number in range(5)], is_news=True, now=NOW)
    return topic


def _item(number: int, **changes: str) -> Item:
    given = {"title": f"Ship {number} is late", "url": "https://news.example/", "source": "Courier", "language": "en", "lead": "At noon."}
    return Item(article_id=f"a{number}", story_id=f"a{number}", dated_at=NOW - dt.timedelta(hours=number), **{**given, **changes})


def _article(page: Page, title: str) -> object:
    return page.locator(".hits > li", has_text=title)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_search_becomes_a_topic_that_counts_what_is_unread(visit: Open, has_scripts: bool) -> None:
    page = visit("/?q=harbour&language=es", java_script_enabled=has_scripts)
    page.get_by_role("link", name="Follow as a topic").click()
    told = page.get_by_role("heading", name="of the last week would have been told").inner_text()
    page.get_by_label("Name").fill("Spanish harbours")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/topics/\d+$"))
    number = int(told.split()[0])
    expect(page.locator(".hits > li")).to_have_count(number)
    page.goto("/topics")
    row = page.get_by_role("row", name="Spanish harbours")
    expect(row.locator("td.number")).to_have_text(str(number))
    expect(row).to_contain_text("harbour language:es")
    expect(row).to_contain_text("you")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_articles_are_marked_as_read_starred_and_annotated(visit: Open, ports: Topic, has_scripts: bool) -> None:
    page = visit(f"/topics/{ports.id}?shown=all", user=f"reader {has_scripts}", java_script_enabled=has_scripts)
    first, second = page.locator(".hits > li").nth(0), page.locator(".hits > li").nth(1)
    first.get_by_role("button", name="Mark as read").click()
    expect(first.get_by_role("button", name="Mark as unread")).to_be_visible()
    second.get_by_role("button", name="Star").click()
    expect(second).to_contain_text("starred")
    second.get_by_text("Note", exact=True).first.click()
    second.get_by_role("textbox", name="Note").fill("Call the port")
    second.get_by_role("button", name="Keep note").click()
    expect(second.locator(".note")).to_have_text("Call the port")
    page.get_by_role("link", name="Unread").click()
    expect(page.locator(".hits > li")).to_have_count(4)
    page.get_by_role("link", name="Starred").click()
    expect(page.locator(".hits > li")).to_have_count(1)
    page.get_by_role("link", name="Unread").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing unread")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_article_that_is_opened_from_a_topic_is_read(visit: Open, ports: Topic, newsroom: Newsroom, has_scripts: bool) -> None:
    user = f"opener {has_scripts}"
    known = visit("/").locator(".hits h2 a").first.get_attribute("href").rpartition("/")[2]
    record_matches(newsroom.engine, ports, [replace(_item(9), article_id=known, story_id=known)], is_news=True, now=NOW)
    page = visit(f"/topics/{ports.id}", user=user, java_script_enabled=has_scripts)
    page.locator(".hits h2 a").first.click()
    page.wait_for_url(f"**/article/{known}")
    expect(page.get_by_role("heading", name="Where it comes from")).to_be_visible()
    page.goto(f"/topics/{ports.id}")
    expect(page.locator(".hits > li")).to_have_count(5)
    page.goto(f"/topics/{ports.id}?shown=all")
    expect(page.locator(".hits > li").first).to_contain_text("read")


def test_a_link_from_another_site_marks_nothing(newsroom: Newsroom, visit: Open, ports: Topic) -> None:
    headers = {"X-User": "rita", "Sec-Fetch-Site": "cross-site"}
    answer = httpx.get(f"{newsroom.address}/topics/{ports.id}/articles/a1", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "../../../article/a1")
    expect(visit(f"/topics/{ports.id}").locator(".hits > li")).to_have_count(5)


def test_marks_belong_to_one_user(visit: Open, ports: Topic) -> None:
    page = visit(f"/topics/{ports.id}", user="marta")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing unread")
    expect(visit(f"/topics/{ports.id}", user="nadia").locator(".hits > li")).to_have_count(5)


def test_articles_of_a_topic_are_walked_through_with_the_keyboard(visit: Open, ports: Topic) -> None:
    page = visit(f"/topics/{ports.id}", user="kira")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".hits h2 a").first).to_be_focused()


def test_editing_shows_what_the_topic_would_have_told_and_lists_it(visit: Open) -> None:
    page = visit("/topics/new?q=harbour")
    page.get_by_label("Name").fill("Harbours")
    page.get_by_role("button", name="Save").click()
    every = page.locator(".hits > li").count()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Search for").fill("harbour language:fr")
    page.get_by_role("button", name="Preview").click()
    fewer = int(page.get_by_role("heading", name="of the last week would have been told").inner_text().split()[0])
    assert 0 < fewer < every
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".hits > li")).to_have_count(fewer)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Search for").fill("colour:blue")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("There is no field colour")).to_be_visible()


def test_a_feed_has_an_address_of_its_own_until_it_is_revoked(visit: Open, ports: Topic) -> None:
    page = visit(f"/topics/{ports.id}/subscriptions")
    page.get_by_role("button", name="New feed").click()
    for label, kind in (("RSS", "rss"), ("JSON Feed", "json")):
        address = page.get_by_label(label).input_value()
        found = httpx.get(address, trust_env=False)
        assert (found.status_code, kind in found.headers["content-type"] or "feed+json" in found.headers["content-type"]) == (200, True)
        assert address in found.text
        assert "Ship 3 is late" in found.text
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_label("RSS")).to_have_count(0)
    assert httpx.get(address, trust_env=False).status_code == 404


def test_an_alert_is_added_with_its_hours_and_removed(visit: Open, ports: Topic) -> None:
    page = visit("/topics", size="phone")
    page.goto(f"/topics/{ports.id}/subscriptions")
    page.get_by_label("Mail address").fill("rita@example.org")
    page.get_by_label("When").select_option("daily")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("until").fill("06:00")
    page.get_by_role("button", name="Add").click()
    row = page.get_by_role("row", name="rita@example.org")
    expect(row).to_contain_text("22:00")
    expect(row).to_contain_text("Europe/Madrid")
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This topic has no alerts of yours.")).to_be_visible()
    page.get_by_label("Mail address").fill("nobody")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("nobody is not a mail address")


def test_only_the_owner_and_administrators_see_or_change_a_topic(visit: Open, ports: Topic, newsroom: Newsroom) -> None:
    private = save_topic(newsroom.engine, "Mine", SearchQuery(text="harbour"), owner="olga", is_shared=False, now=NOW)
    rita = visit("/topics")
    expect(rita.get_by_role("link", name="Ports")).to_be_visible()
    expect(rita.get_by_role("link", name="Mine")).to_have_count(0)
    rita.goto(f"/topics/{private.id}")
    expect(rita.get_by_role("alert")).to_contain_text("There is no such topic")
    rita.goto(f"/topics/{ports.id}")
    expect(rita.get_by_role("link", name="Edit")).to_have_count(0)
    ada = visit(f"/topics/{ports.id}/edit", user="ada")
    ada.get_by_role("button", name="Delete Ports").click()
    expect(ada.get_by_text("Make one here")).to_be_visible()


def test_hostile_content_of_a_topic_does_nothing(visit: Open, newsroom: Newsroom) -> None:
    topic = save_topic(newsroom.engine, "<script>alert(1)</script>", SearchQuery(text="harbour"), owner="rita", now=NOW)
    attack = _item(1, title=HOSTILE * 400, url="javascript:alert(3)", source=HOSTILE, lead=HOSTILE * 3)
    record_matches(newsroom.engine, topic, [attack], is_news=True, now=NOW)
    page = visit(f"/topics/{topic.id}", size="phone")
    expect(page.locator(".hits h2")).to_contain_text("<script>")
    page.get_by_text("Note", exact=True).first.click()
    page.get_by_role("textbox", name="Note").fill(HOSTILE)
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note")).to_contain_text("<script>")
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

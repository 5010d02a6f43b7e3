"""The search page and articles in a real browser, as a reader uses them: with and without scripts, in both themes, on desktop and phone."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from newsdesk.web.gist import Apertium
from stack.browser import PICTURES, SIZES, THEMES, violations
from stack.newsroom import NOW, Open, Switch


def _open_article(page: Page, query: str) -> None:
    page.goto(f"/?q={query}")
    page.locator(".hits h2 a").first.click()
    page.wait_for_url("**/article/**")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_a_barrier_that_axe_finds(visit: Open, axe: str, theme: str, size: str) -> None:
    page = visit("/?q=harbour&language=en&language=es", size=size, color_scheme=theme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = []
    for name, path in (("search", page.url), ("front", "/"), ("nothing", "/?q=qqqq"), ("missing", "/article/none"), ("desk", "/desk/")):
        page.goto(path)
        page.screenshot(path=PICTURES / f"{name}-{theme}-{size}.png")
        found += [f"{name} {line}" for line in violations(page, axe)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the {size}"
    _open_article(page, "harbour")
    page.screenshot(path=PICTURES / f"article-{theme}-{size}.png")
    assert [*found, *violations(page, axe)] == []


def test_everything_works_without_scripts(visit: Open) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("harbour")
    page.get_by_role("button", name="Search").click()
    page.locator("aside").get_by_role("link", name="Spanish").click()
    expect(page.get_by_role("list", name="What narrows this search")).to_contain_text("Spanish")
    page.locator("aside").get_by_role("link", name="French").click()
    expect(page.locator(".count")).to_have_text("30 articles")
    page.get_by_text("Numbers of the timeline").click()
    page.locator(".timeline tbody tr", has_text=re.compile(r"\b[1-9]\d*\b")).first.get_by_role("link").click()
    expect(page.get_by_role("list", name="What narrows this search")).to_contain_text("From")
    page.goto("/?language=en&size=5")
    first = page.locator(".hits h2").first.inner_text()
    page.get_by_role("link", name="Next page").click()
    assert page.locator(".hits h2").first.inner_text() != first
    page.locator(".hits h2 a").first.click()
    expect(page.get_by_role("heading", name="Named in this article")).to_be_visible()


def test_the_next_hits_follow_on_scrolling(visit: Open) -> None:
    page = visit("/?order=newest&until=2999-01-01")
    hits = page.locator(".hits > li:has(h2)")
    for shown in (20, 40):
        expect(hits).to_have_count(shown)
        page.keyboard.press("End")
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    titles = page.locator(".hits h2 a").evaluate_all("links => links.map(link => link.href)")
    assert len(titles) == len(set(titles))


def test_dragging_over_the_timeline_narrows_the_search_to_its_days(visit: Open) -> None:
    page = visit("/?q=harbour")
    bars = page.locator("[data-timeline] a")
    first, last = bars.nth(5).bounding_box(), bars.nth(12).bounding_box()
    assert first
    assert last
    days = [bars.nth(number).get_attribute("data-since") for number in (5, 12)]
    page.mouse.move(first["x"] + 3, first["y"] + 30)
    page.mouse.down()
    page.mouse.move(last["x"] + 3, last["y"] + 30, steps=4)
    page.mouse.up()
    page.wait_for_url(f"**since={days[0]}&until={days[1]}**")
    expect(page.locator(".count")).not_to_have_text("45 articles")


def test_a_click_on_the_map_and_on_a_bar_narrows_the_search(visit: Open) -> None:
    page = visit("/?q=harbour")
    page.locator(".world svg a", has=page.get_by_text("Nairobi", exact=False)).locator("circle").click()
    expect(page.get_by_role("list", name="What narrows this search")).to_contain_text("Nairobi")
    page.locator("[data-timeline] a:has(rect[class])").nth(20).locator(".room").click(force=True)
    page.wait_for_url("**since=**")


def test_articles_are_walked_through_with_the_keyboard(visit: Open) -> None:
    page = visit("/?q=harbour")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".hits h2 a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_text("Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("searchbox")).to_have_value("j")
    page.locator(".hits h2 a").first.focus()
    page.keyboard.press("o")
    page.wait_for_url("**/article/**")


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Asia/Tokyo", "UTC"])
def test_the_first_page_in_a_browser_is_already_in_its_time_zone(visit: Open, zone: str) -> None:
    page = visit("/?q=harbour", timezone_id=zone)
    first = [time.rsplit(" ", 1)[0] for time in page.locator("time").all_inner_texts()]
    assert page.get_by_label("Time zone").input_value() == zone
    page.reload()
    assert [time.rsplit(" ", 1)[0] for time in page.locator("time").all_inner_texts()] == first
    expect(page.get_by_text("Numbers of the timeline")).to_contain_text(zone)


def test_without_scripts_times_are_those_of_the_installation_and_say_so(visit: Open) -> None:
    page = visit("/?q=harbour", java_script_enabled=False)
    expect(page.locator(".hits time").first).to_contain_text("UTC")
    expect(page.get_by_text("Numbers of the timeline")).to_contain_text("UTC")


def test_colours_time_zone_and_shortcuts_are_the_readers_choice(visit: Open) -> None:
    page = visit("/?q=harbour", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    expect(page.locator(".hits time").first).to_contain_text(re.compile("CES?T"))
    page.get_by_text("How pages are shown").click()
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".hits time").first).to_contain_text("JST")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.keyboard.press("j")
    expect(page.locator(".hits h2 a").first).not_to_be_focused()


def test_arabic_runs_from_right_to_left(visit: Open) -> None:
    page = visit("/?language=ar")
    assert page.locator(".hits h2").first.evaluate("heading => getComputedStyle(heading).direction") == "rtl"
    _open_article(page, "language:ar")
    assert page.locator("h1").evaluate("heading => getComputedStyle(heading).direction") == "rtl"
    assert page.locator("header.site").evaluate("header => getComputedStyle(header).direction") == "ltr"


@pytest.mark.parametrize("size", SIZES)
def test_hostile_content_is_shown_and_does_nothing(visit: Open, axe: str, size: str) -> None:
    page = visit("/?until=" + (NOW - dt.timedelta(days=35)).date().isoformat(), size=size)
    expect(page.locator(".hits > li")).to_have_count(1)
    assert violations(page, axe) == []
    page.locator(".hits h2 a").click(position={"x": 20, "y": 10})
    page.wait_for_url("**/article/**")
    expect(page.locator("h1")).to_contain_text("<script>")
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=PICTURES / f"hostile-{size}.png")
    assert violations(page, axe) == []


def test_elasticsearch_may_go_and_come_back(visit: Open, axe: str, switch: Switch) -> None:
    page = visit("/?q=harbour")
    switch.is_up = False
    try:
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("Elasticsearch does not answer")
        assert violations(page, axe) == []
    finally:
        switch.is_up = True
    page.reload()
    expect(page.locator(".count")).to_have_text("45 articles")


def test_facets_leave_room_for_articles_on_a_phone(visit: Open) -> None:
    page = visit("/?q=harbour", size="phone")
    expect(page.locator("aside a").first).not_to_be_visible()
    page.locator("#narrow").click()
    page.locator("aside").get_by_role("link", name="Spanish").click()
    expect(page.get_by_role("list", name="What narrows this search")).to_contain_text("Spanish")


def test_a_gist_is_made_on_request(visit: Open) -> None:
    if "en" not in Apertium().targets("es"):
        pytest.skip("apt-get install apertium apertium-eng-spa")
    page = visit("/", locale="en-GB")
    _open_article(page, "harbour+language:es")
    page.get_by_role("link", name="Rough translation into English").click()
    expect(page.get_by_role("heading", name="made by a machine")).to_be_visible()
    expect(page.get_by_role("link", name="Rough translation")).to_have_count(0)

"""The desk in a real browser: feeds, failures, backfills, retention, alerts and the audit log, as operators use them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from captures import write_captures
from newsdesk.errors import Reason, Stage
from newsdesk.fetch.state import add_feed, list_feeds, remove_feeds
from newsdesk.ops.alerts import record_problems
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.records import DeadLetter
from newsdesk.store.dead_letters import count_dead_letters, drop_dead_letters, list_dead_letters, record_dead_letters
from stack.newsroom import HOSTILE, NOW, Newsroom, Open, Switch

PARTITION = "2026-11-24T1205"
A_TASK_MILLISECONDS = 60_000


@pytest.fixture
def feed(newsroom: Newsroom) -> Iterator[str]:
    """The address of a feed of the news site, which is not known yet."""
    address = f"{newsroom.site.url}/feed.xml"
    yield address
    for known in list_feeds(newsroom.engine, now=NOW):
        remove_feeds(newsroom.engine, str(known.id))


@pytest.fixture
def no_letters(newsroom: Newsroom) -> Iterator[None]:
    """Remove the dead letters that a test leaves."""
    yield
    drop_dead_letters(newsroom.engine, list_dead_letters(newsroom.engine))


@pytest.fixture
def letters(newsroom: Newsroom, no_letters: None) -> None:
    """Four dead letters of one cause: pages that could not be fetched."""
    facts = {"reason": Reason.BUG, "detail": "the page has no end", "source": "Courier", "pipeline_version": "1", "failed_at": NOW}
    record_dead_letters(
        newsroom.engine,
        [
            DeadLetter(stage=Stage.FETCH, url=f"https://example.org/{n}", capture=None, page_id=f"p{n}", partition=PARTITION, **facts)
            for n in range(4)
        ],
    )


@pytest.fixture
def day(newsroom: Newsroom) -> str:
    """A day with captures."""
    if not newsroom.archive.exists(f"raw/{PARTITION}/shard-0.json"):
        write_captures(newsroom.archive, PARTITION, [("https://example.org/1", b"x"), ("https://example.org/2", b"y")])
    return PARTITION[:10]


def _done(page: Page) -> None:
    """Await the end of the task whose page is shown; it reloads itself."""
    expect(page.get_by_role("status")).to_have_text("Done.", timeout=A_TASK_MILLISECONDS)


def _fact(page: Page, name: str) -> Locator:
    return page.locator("dt", has_text=name).locator("xpath=following-sibling::dd[1]")


def test_a_feed_is_tested_added_edited_paused_and_removed(visit: Open, feed: str) -> None:
    page = visit("/desk/feeds", user="ada")
    page.get_by_label("Address of a feed").fill(feed)
    page.get_by_role("button", name="Test only").click()
    _done(page)
    expect(page.get_by_role("heading", name="The Marlow Mail")).to_be_visible()
    page.get_by_label("Source, by key or name").fill("marlow")
    page.get_by_role("button", name="Add this feed").click()
    expect(_fact(page, "Status")).to_contain_text("active")
    page.get_by_label("Title of the feed").fill("Harbour news")
    page.get_by_label("What the source is called").fill("Marlow Mail")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Harbour news")).to_be_visible()
    expect(_fact(page, "Source")).to_contain_text("Marlow Mail")
    page.get_by_role("button", name="Pause").click()
    expect(_fact(page, "Status")).to_contain_text("paused")
    page.get_by_role("button", name="Resume").click()
    expect(_fact(page, "Status")).to_contain_text("active")
    page.get_by_role("button", name="Poll now").click()
    page.get_by_text("Remove", exact=True).first.click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_have_text("0 feeds")


def test_a_feed_that_cannot_be_is_refused_with_the_reason(visit: Open) -> None:
    page = visit("/desk/feeds", user="ada", size="phone")
    page.get_by_label("Address of a feed").fill("http://10.0.0.1/feed.xml")
    page.get_by_role("button", name="Add").first.click()
    expect(page.get_by_role("alert")).to_contain_text("10.0.0.1")


def test_several_feeds_are_chosen_and_polled_paused_and_filtered(visit: Open, feed: str, newsroom: Newsroom) -> None:
    for number in range(3):
        add_feed(newsroom.engine, f"{feed}?{number}", title=f"Feed {number}", now=NOW)
    page = visit("/desk/feeds", user="ada", java_script_enabled=False)
    page.get_by_label("Choose Feed 0").check()
    page.get_by_label("Choose Feed 2").check()
    page.get_by_role("button", name="Pause").click()
    page.locator("select[name=show]").select_option("paused")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("2 feeds")
    page.goto("/desk/feeds?q=Feed+1")
    expect(page.get_by_role("status")).to_have_text("1 feed")


def test_lists_of_feeds_are_exported_and_imported(visit: Open, feed: str, newsroom: Newsroom, tmp_path: Path) -> None:
    add_feed(newsroom.engine, feed, title="Harbour & sea", now=NOW)
    page = visit("/desk/feeds", user="ada")
    page.get_by_text("Lists of feeds (OPML)").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all feeds").click()
    file = tmp_path / "feeds.opml"
    download.value.save_as(file)
    assert "Harbour &amp; sea" in file.read_text(encoding="utf-8")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    _done(page)
    expect(_fact(page, "known")).to_have_text("1")


def test_dead_letters_are_shown_by_cause_retried_and_dropped(visit: Open, letters: None, newsroom: Newsroom) -> None:
    page = visit("/desk/failures", user="ada")
    page.get_by_role("link", name="bug").click()
    expect(page.get_by_text("the page has no end")).to_be_visible()
    page.get_by_label("Choose https://example.org/1").check()
    page.get_by_role("button", name="Drop the chosen").click()
    expect(page.get_by_role("status")).to_contain_text("3 pages and articles have failed for good")
    page.get_by_role("link", name="bug").click()
    page.get_by_label("Choose https://example.org/2").check()
    page.get_by_role("button", name="Retry the chosen").click()
    _done(page)
    expect(_fact(page, "pages no feed lists")).to_have_text("1")
    page.get_by_role("link", name="Failures").click()
    page.get_by_text("Drop", exact=True).first.click()
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_text("No page or article has failed for good.")).to_be_visible()
    assert count_dead_letters(newsroom.engine) == 0


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_backfill_is_planned_started_and_followed(visit: Open, day: str, has_scripts: bool) -> None:
    page = visit("/desk/backfills", user="olga", java_script_enabled=has_scripts)
    page.get_by_label("First day").fill(day)
    page.get_by_label("Name", exact=True).fill(f"again-{has_scripts}")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("status")).to_contain_text("1 partitions, 2 captures, 2 to do")
    page.get_by_role("button", name="Start").click()
    while not has_scripts and "It is over" not in page.content():
        page.reload()
    expect(page.get_by_role("status")).to_contain_text("1 of 1 partitions done", timeout=A_TASK_MILLISECONDS)


def test_a_backfill_is_cancelled(visit: Open, day: str, newsroom: Newsroom) -> None:
    newsroom.airflow.is_slow = True
    try:
        page = visit(f"/desk/backfills?since={day}&name=long", user="olga")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("status")).to_contain_text("1 running", timeout=A_TASK_MILLISECONDS)
        page.get_by_text("Cancel", exact=True).first.click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("status")).to_contain_text("1 failed. It is over.")
    finally:
        newsroom.airflow.is_slow = False


def test_a_day_that_cannot_be_is_refused(visit: Open) -> None:
    page = visit("/desk/backfills?since=yesterday", user="olga")
    expect(page.get_by_role("alert")).to_contain_text("the first day is not a day such as 2026-11-24")


def test_retention_shows_its_limits_and_what_it_would_remove(visit: Open) -> None:
    page = visit("/desk/retention", user="ada")
    expect(page.get_by_role("row", name="Entries of the audit log of")).to_contain_text("365 days")
    page.get_by_role("button", name="Show what would be removed").click()
    _done(page)
    expect(page.get_by_text("0 would be removed")).to_be_visible()


def test_alerts_are_acknowledged_and_silenced(visit: Open, newsroom: Newsroom) -> None:
    problems = [Problem(rule=AlertRule.SILENCE, subject="Courier", message="nothing new for 9 h")]
    record_problems(newsroom.engine, problems, rules=set(AlertRule), channels=["log"], now=NOW)
    page = visit("/desk/", user="olga")
    row = page.get_by_role("row", name="Courier")
    expect(row).to_contain_text("nothing new for 9 h")
    row.get_by_role("button", name="Acknowledge").click()
    expect(row).to_contain_text("acknowledged")
    row.get_by_label("For how long").select_option("8 hours")
    row.get_by_role("button", name="Silence").click()
    expect(row).to_contain_text("silenced until")
    page.get_by_role("button", name="End").click()
    expect(row).to_contain_text("acknowledged")


def test_the_state_names_what_does_not_answer(visit: Open, switch: Switch) -> None:
    page = visit("/desk/", user="olga")
    expect(_fact(page, "Articles")).to_contain_text("61")
    switch.is_up = False
    try:
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("Elasticsearch does not answer")
    finally:
        switch.is_up = True


def test_each_user_sees_and_does_only_what_they_may(visit: Open, feed: str, newsroom: Newsroom) -> None:
    add_feed(newsroom.engine, feed, title="Harbour", now=NOW)
    rita = visit("/")
    expect(rita.get_by_role("link", name="Desk", exact=True)).to_have_count(0)
    rita.goto("/desk/feeds")
    expect(rita.get_by_role("alert")).to_contain_text("You may not operate newsdesk")
    olga = visit("/desk/feeds", user="olga")
    expect(olga.get_by_role("button", name="Poll now")).to_be_visible()
    for name in ("Add", "Pause"):
        expect(olga.get_by_role("button", name=name)).to_have_count(0)
    expect(olga.get_by_role("link", name="Audit log")).to_have_count(0)
    olga.get_by_label("Choose Harbour").check()
    olga.get_by_role("button", name="Poll now").click()
    ada = visit("/desk/audit?who=olga", user="ada")
    expect(ada.get_by_role("row").nth(1)).to_contain_text("change chosen feeds poll")
    ada.get_by_label("User").fill("nobody")
    ada.get_by_role("button", name="Show").click()
    expect(ada.get_by_text("No changes by nobody.")).to_be_visible()


@pytest.mark.usefixtures("no_letters")
def test_hostile_content_of_feeds_and_failures_does_nothing(visit: Open, feed: str, newsroom: Newsroom) -> None:
    add_feed(newsroom.engine, feed, title=f"{HOSTILE[:150]} {'x' * 100}", now=NOW)
    attack = DeadLetter(
        stage=Stage.ENRICH,
        url="javascript:alert(3)",
        capture=None,
        page_id="attack",
        partition=PARTITION,
        reason=Reason.BUG,
        detail=f"{HOSTILE * 100}\nin line 3",
        source=HOSTILE[:200],
        pipeline_version="1",
        failed_at=NOW,
    )
    record_dead_letters(newsroom.engine, [attack])
    page = visit("/desk/feeds", user="ada", size="phone")
    for path in ("/desk/feeds", "/desk/failures"):
        page.goto(path)
        assert page.locator("a[href^='javascript:']").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.get_by_role("link", name="bug").click()
    expect(page.get_by_text("javascript:alert(3)")).to_be_visible()
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Choose javascript").check()
    page.get_by_role("button", name="Drop the chosen").click()
    expect(page.get_by_role("heading", name="Failures")).to_be_visible()
    assert count_dead_letters(newsroom.engine) == 0

"""The pages of entities in a real browser."""

import pytest
from playwright.sync_api import expect

from stack.newsroom import HOSTILE, Open


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_entity_is_found_and_read_and_its_articles_are_searched(visit: Open, has_scripts: bool) -> None:
    page = visit("/entities", java_script_enabled=has_scripts)
    page.get_by_label("Name").fill("duarte")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Ana Duarte").click()
    expect(page.get_by_text("in 30 articles")).to_be_visible()
    expect(page.get_by_role("heading", name="Places in the same articles")).to_be_visible()
    expect(page.get_by_role("heading", name="Newest articles")).to_be_visible()
    page.get_by_role("link", name="Search its articles").click()
    expect(page.locator(".count")).to_have_text("30 articles")
    expect(page.get_by_role("list", name="What narrows this search")).to_contain_text("Ana Duarte")


def test_a_name_in_a_facet_narrows_to_this_name(visit: Open) -> None:
    page = visit("/?q=harbour&person=Duarte")
    page.locator("aside").get_by_role("link", name="Olha Petrenko").click()
    chips = page.get_by_role("list", name="What narrows this search")
    expect(chips).to_contain_text("Olha Petrenko")
    expect(chips).not_to_contain_text("=")
    expect(page.locator("aside li.chosen")).to_contain_text("Olha Petrenko")


def test_administrators_add_and_remove_names(visit: Open) -> None:
    path = "/entities/entity?name=Olha+Petrenko&type=person"
    expect(visit(path).get_by_label("Another name")).to_have_count(0)
    page = visit(path, user="ada")
    page.get_by_label("Another name").fill("O. Petrenko")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".names")).to_contain_text("O. Petrenko")
    page.get_by_role("button", name="Remove O. Petrenko").click()
    expect(page.locator(".names li", has_text="O. Petrenko")).to_have_count(0)
    page.get_by_label("Another name").fill("a|b")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a name")


def test_an_unknown_name_leads_to_similar_ones(visit: Open) -> None:
    page = visit("/entities/entity?name=Duarte")
    page.get_by_role("link", name="Ana Duarte").click()
    expect(page.get_by_role("heading", name="Ana Duarte", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_hostile_names_do_nothing(visit: Open, size: str) -> None:
    page = visit("/", size=size)
    for path in ("/entities?q=script", f"/entities/entity?name={'%3Cscript%3E' * 15}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto("/entities?q=taken")
    page.get_by_role("link", name=HOSTILE[:8]).first.click()
    expect(page.locator("h1")).to_contain_text("<script>")
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Airflow's Viewer, User, Op and Admin in a real browser: they log in, and see and do what they may on newsdesk's pages."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from newsdesk.local import airflow
from stack.browser import *  # noqa: F403 the fixtures
from stack.browser import SIZES
from stack.desk import Desk

ROLES = ("viewer", "user", "op", "admin")
OPERATORS = ("user", "op", "admin")
ADMINISTRATORS = ("op", "admin")
LOGIN_MILLISECONDS = 60_000

LogIn = Callable[[str, str], Page]


@pytest.fixture
def log_in(chromium: Browser, desk: Desk) -> Iterator[LogIn]:
    """Opens a page as a user of Airflow, through its login page."""
    passwords = json.loads(airflow.login_file(desk.settings).read_text())
    contexts = []

    def log_in(role: str, path: str) -> Page:
        context = chromium.new_context(viewport=SIZES["desktop"], base_url=airflow.airflow_url(desk.settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LOGIN_MILLISECONDS)
        page.goto(path)
        page.locator("input[name=username]").fill(role)
        page.locator("input[name=password]").fill(passwords[role])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{path}")
        return page

    yield log_in
    for context in contexts:
        context.close()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_logs_in_and_sees_and_does_what_it_may(log_in: LogIn, role: str) -> None:
    page = log_in(role, "/newsdesk/")
    expect(page.locator(".who")).to_contain_text(role, timeout=LOGIN_MILLISECONDS)
    page.get_by_role("searchbox").fill('zelensky "victory plan"')
    page.get_by_role("button", name="Search").click()
    page.locator(".hits h2 a").first.click()
    expect(page.locator("mark.finding").first).to_be_visible()
    assert page.get_by_role("link", name="Desk", exact=True).count() == (role in OPERATORS)

    page.goto("/newsdesk/topics/new?q=plan")
    assert page.get_by_label("visible to all users").count() == (role in OPERATORS)
    page.get_by_label("Name").fill(f"Plans of {role}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"Plans of {role}")).to_be_visible()

    page.goto("/newsdesk/entities/entity?name=Mark+Rutte&type=person")
    assert page.get_by_label("Another name").count() == (role in ADMINISTRATORS)

    page.goto("/newsdesk/desk/feeds")
    if role in OPERATORS:
        page.get_by_label(re.compile("^Choose")).first.check()
        page.get_by_role("button", name="Poll now").click()
        expect(page.get_by_role("heading", name="Feeds")).to_be_visible()
    else:
        expect(page.get_by_role("alert")).to_contain_text("You may not operate newsdesk")
    for name in ("Add", "Pause", "Resume"):
        assert page.get_by_role("button", name=name, exact=True).count() == (role in ADMINISTRATORS), name
    for path in ("retention", "audit"):
        answer = page.goto(f"/newsdesk/desk/{path}")
        assert answer is not None
        assert answer.status == (200 if role in ADMINISTRATORS else 403), path

"""The search page in a real Airflow."""

import re

import httpx
import pytest

from newsdesk.local import airflow

HTML = {"accept": "text/html"}


@pytest.fixture
def stranger(desk):
    with httpx.Client(base_url=airflow.airflow_url(desk.settings), trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def reader(stranger, desk):
    login = {"username": airflow.ADMIN, "password": airflow.admin_password(desk.settings)}
    token = stranger.post("/auth/token", json=login).json()["access_token"]
    with httpx.Client(
        base_url=stranger.base_url, trust_env=False, timeout=60, headers={"Authorization": f"Bearer {token}", **HTML}
    ) as client:
        yield client


def test_the_plugin_is_loaded_and_in_the_menu(reader):
    assert reader.get("/api/v2/plugins/importErrors").json()["total_entries"] == 0
    (plugin,) = [plugin for plugin in reader.get("/api/v2/plugins").json()["plugins"] if plugin["name"] == "newsdesk"]
    assert [(view["url_route"], view["category"]) for view in plugin["external_views"]] == [("newsdesk", None), (None, "browse")]


@pytest.mark.parametrize("route", ["/newsdesk/", "/newsdesk/article/x", "/newsdesk/static/newsdesk.css", "/newsdesk/openapi.json"])
def test_a_user_who_is_not_logged_in_is_redirected_or_gets_404(stranger, route):
    answer = stranger.get(route, headers=HTML)
    assert answer.status_code in (303, 404)
    assert answer.status_code == 404 or "/auth/login" in answer.headers["location"]
    assert stranger.get(route).status_code in (401, 404)


def test_the_seed_article_is_found_and_shown_with_its_findings(reader):
    results = reader.get("/newsdesk/", params={"q": 'zelensky "victory plan"'})
    assert results.status_code == 200
    assert "garbled" in results.text
    link = re.search(r'<h2[^>]*><a href="\./(article/[^"]+)"', results.text)[1]
    text = reader.get(f"/newsdesk/{link}").text
    assert '<mark class="finding"' in text
    assert "Can stop it.”" in text

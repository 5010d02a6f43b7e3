"""Pictures of the pages for README.md and newsroom.md, from the index of a running `make run`: `make pictures`."""

import contextlib
import dataclasses
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from newsdesk.database import open_database
from newsdesk.index.client import open_client
from newsdesk.ops.airflow_api import open_settings_airflow
from newsdesk.settings import WebSettings, load
from newsdesk.web.app import make_app
from newsdesk.web.library import IndexLibrary
from newsdesk.web.proxy_identity import proxy_identity
from newsdesk.web.resources import Resources
from newsdesk.web.site import make_sections
from newsdesk.web.source_labels import read_names
from stack.browser import find_chromium, serving
from stack.elasticsearch import free_port

IMAGES = Path(__file__).parent / "images"
DESKTOP, PHONE = {"width": 1200, "height": 780}, {"width": 390, "height": 780}


def take_pictures(page: Page, phone: Page) -> None:
    page.goto("/?since=" + _month_ago(page))
    _keep(page, "page-search")
    page.goto("/?q=Oda")
    _keep(page, "page-event")
    page.locator(".hits h2 a").first.click()
    page.wait_for_url("**/article/**")
    page.get_by_role("heading", name="Named in this article").scroll_into_view_if_needed()
    _keep(page, "page-article")
    page.goto("/?q=Chamart%C3%ADn&language=en")
    page.locator(".hits h2 a").first.click()
    page.wait_for_url("**/article/**")
    page.goto(f"{page.url}/original", timeout=120_000)
    _keep(page, "page-original")
    phone.goto("/")
    _keep(phone, "page-phone")


def _month_ago(page: Page) -> str:
    return str(page.evaluate("new Date(Date.now() - 30 * 86400000).toISOString().slice(0, 10)"))


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    settings = dataclasses.replace(load(), web=WebSettings(user_header="X-User", trusted_proxies=("127.0.0.1",)))
    open_es = partial(open_client, settings.elasticsearch)
    with contextlib.ExitStack() as opened:
        engine = opened.enter_context(open_database(settings.database_url))
        library = IndexLibrary(settings, open_es, partial(read_names, lambda: engine))
        desk = Resources(
            settings=settings, open_state=lambda: engine, open_es=open_es, open_airflow=partial(open_settings_airflow, settings)
        )
        app = make_app(sections=make_sections(settings, library, desk), identity=proxy_identity(settings.web), open_state=lambda: engine)
        address = opened.enter_context(serving(app, free_port()))
        playwright = opened.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        options: dict[str, Any] = {"base_url": address, "extra_http_headers": {"X-User": "reader"}, "timezone_id": "Europe/Madrid"}
        light = chromium.new_context(viewport=DESKTOP, color_scheme="light", **options)
        dark = chromium.new_context(viewport=PHONE, color_scheme="dark", **options)
        take_pictures(light.new_page(), dark.new_page())
        chromium.close()


if __name__ == "__main__":
    main()

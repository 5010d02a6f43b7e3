"""How Airflow finds the search page. The page in a running Airflow: tests/stack/airflow/test_page.py."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points

import pytest

from newsdesk.airflow_tasks import plugin
from newsdesk.airflow_tasks.plugin import LazyPage, NewsdeskPlugin


def test_airflow_finds_the_plugin_by_the_packages_entry_point_alone():
    # If it were also found in a plugins folder, Airflow would show an import error.
    (found,) = entry_points(group="airflow.plugins", name="newsdesk")
    assert found.load() is NewsdeskPlugin


def test_the_page_is_made_at_its_first_request():
    (app,) = NewsdeskPlugin.fastapi_apps
    assert isinstance(app["app"], LazyPage)
    assert LazyPage.app is None


def test_requests_at_the_same_time_open_the_state_database_once(tmp_path, monkeypatch: pytest.MonkeyPatch):
    # Airflow's migrations cannot run in two threads.
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    plugin._opened_database.cache_clear()
    with plugin._open, ThreadPoolExecutor(8) as requests:
        engines = list(requests.map(lambda _: plugin._state_database(), range(8)))
    plugin._opened_database.cache_clear()
    assert len(set(map(id, engines))) == 1


def test_requests_at_the_same_time_make_the_page_once_and_outside_of_the_servers_loop(monkeypatch: pytest.MonkeyPatch):
    made = []

    def make():
        made.append(threading.current_thread())
        return answer

    async def answer(*_: object) -> None:
        pass

    async def requests():
        await asyncio.gather(*(LazyPage()({}, None, None) for _ in range(5)))

    monkeypatch.setattr(plugin, "make_page", make)
    monkeypatch.setattr(LazyPage, "app", None)
    asyncio.run(requests())
    assert len(made) == 1
    assert made[0] is not threading.main_thread()

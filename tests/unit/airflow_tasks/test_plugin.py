"""How Airflow finds the search page. The page in a running Airflow: tests/stack/airflow/test_page.py."""

from importlib.metadata import entry_points

from newsdesk.airflow_tasks.plugin import LazyPage, NewsdeskPlugin


def test_airflow_finds_the_plugin_by_the_packages_entry_point_alone():
    # Found in a plugins folder as well, it would be an import error in Airflow's pages.
    (found,) = entry_points(group="airflow.plugins", name="newsdesk")
    assert found.load() is NewsdeskPlugin


def test_the_page_is_made_at_its_first_request():
    (app,) = NewsdeskPlugin.fastapi_apps
    assert isinstance(app["app"], LazyPage)
    assert LazyPage.app is None

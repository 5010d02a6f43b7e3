"""Registers the search page with Airflow and hands it what is Airflow's: the login check, and the connection.

Every process of Airflow loads this file, each task's too: nothing is imported before it is needed.
"""

from typing import Any

from airflow.plugins_manager import AirflowPlugin


class ConnectedLibrary:
    """Articles from the Elasticsearch of the connection `elasticsearch_default`; a client for each question."""

    def __init__(self, settings: Any) -> None:
        from newsdesk.airflow_tasks.hook import ElasticsearchHook

        self._settings = settings
        self._hook = ElasticsearchHook(settings)

    def search(self, query: Any) -> Any:
        from newsdesk.search.run import search

        with self._hook.get_conn() as es:
            return search(es, query, self._settings)

    def find_all(self, query: Any, *, most: int) -> Any:
        from newsdesk.search.export import find_all

        with self._hook.get_conn() as es:
            return list(find_all(es, query, self._settings, most=most))

    def find_article(self, article_id: str) -> Any:
        from newsdesk.search.article import find_article

        with self._hook.get_conn() as es:
            return find_article(es, article_id, self._settings)

    def more_like(self, article_id: str) -> Any:
        from newsdesk.search.run import more_like

        with self._hook.get_conn() as es:
            return more_like(es, article_id, self._settings, size=5)

    def list_versions(self, article_id: str) -> Any:
        from newsdesk.search.versions import list_versions
        from newsdesk.store.archive import Archive

        with self._hook.get_conn() as es:
            return list_versions(es, Archive(self._settings.data_url), article_id, self._settings)


def make_page() -> Any:
    """The application, guarded by "may see Airflow"."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
    from airflow.api_fastapi.core_api.security import requires_access_view
    from fastapi import Depends

    from newsdesk.settings import load
    from newsdesk.web.app import make_app

    settings = load()
    return make_app(
        library=ConnectedLibrary(settings),
        login=Depends(requires_access_view(AccessView.WEBSITE)),
        login_address=lambda page: get_auth_manager().get_url_login(next_url=page),
        maximum_hits=settings.search.maximum_hits,
    )


class LazyPage:
    """The application as Airflow mounts it, made at its first request."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.app is None:
            type(self).app = make_page()
        await self.app(scope, receive, send)


class NewsdeskPlugin(AirflowPlugin):
    name = "newsdesk"
    fastapi_apps = [{"name": "newsdesk", "app": LazyPage(), "url_prefix": "/newsdesk"}]  # noqa: RUF012
    # Airflow shows the page in a frame, whose sandbox lets no link out: hence the second entry. As a top entry a plain
    # link is a button that does nothing (3.3.2, seen in Chromium); in the menu Browse it is a link.
    external_views = [  # noqa: RUF012
        {
            "name": "Newsdesk",
            "href": "/newsdesk/",
            "destination": "nav",
            "nav_top_level": True,
            "url_route": "newsdesk",
            "icon": "/newsdesk/static/icon.svg",
        },
        {
            "name": "Newsdesk in a window",
            "href": "/newsdesk/",
            "destination": "nav",
            "category": "browse",
            "icon": "/newsdesk/static/icon.svg",
        },
    ]

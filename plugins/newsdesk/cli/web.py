"""`newsdesk web`: the web application without Airflow."""

from functools import partial

import click

from newsdesk.cli.terminal import echo
from newsdesk.settings import load


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8090, show_default=True, help="Port to listen at.")
def web(host: str, port: int) -> None:
    """Serve the web application behind a reverse proxy that sends the name of the user in a header.

    It requires NEWSDESK_WEB_USER_HEADER and NEWSDESK_WEB_TRUSTED_PROXIES: connections from other addresses are refused, and nobody
    reads anonymously. In Airflow the same pages are at /newsdesk/, with Airflow's login.
    """
    import uvicorn

    from newsdesk.database import open_database
    from newsdesk.index.client import open_client
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.web.app import make_app
    from newsdesk.web.library import IndexLibrary
    from newsdesk.web.proxy_identity import proxy_identity
    from newsdesk.web.resources import Resources
    from newsdesk.web.site import make_sections
    from newsdesk.web.source_labels import read_names
    from newsdesk.web.topic_feeds import make_feeds

    settings = load()
    identity = proxy_identity(settings.web)
    open_es = partial(open_client, settings.elasticsearch)
    with open_database(settings.database_url) as engine:
        library = IndexLibrary(settings, open_es, partial(read_names, lambda: engine))
        desk = Resources(
            settings=settings, open_state=lambda: engine, open_es=open_es, open_airflow=partial(open_settings_airflow, settings)
        )
        app = make_app(
            sections=make_sections(settings, library, desk),
            identity=identity,
            open_state=lambda: engine,
            default_zone=settings.web.time_zone,
            feeds=make_feeds(lambda: engine, page_url=settings.topics.page_url),
        )
        echo(f"The newsroom's pages on http://{host}:{port}/ for {', '.join(settings.web.trusted_proxies)}; Ctrl-C stops them")
        # Trust depends on the peer's address, not on one in a header.
        uvicorn.run(app, host=host, port=port, proxy_headers=False, server_header=False, log_level="warning")

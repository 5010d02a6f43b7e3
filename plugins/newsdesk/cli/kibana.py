"""`newsdesk kibana`: installs dashboards, data views, saved searches and the map of places."""

import time
from pathlib import Path

import click

from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.fetch.source_names import load_source_names
from newsdesk.ops.kibana import KibanaContent, kibana_content
from newsdesk.ops.kibana_install import base_path
from newsdesk.ops.kibana_install import install as send
from newsdesk.settings import Settings, load


@click.group(cls=Group)
def kibana() -> None:
    """Dashboards for Kibana 9.5."""


@kibana.command()
def install() -> None:
    """Install all objects in the Kibana at NEWSDESK_KIBANA_URL. Can be repeated, for instance after a source was renamed."""
    settings = load()
    for line in send(_content(settings), settings.kibana, sleep=time.sleep):  # noqa: TID251
        echo(line)


@kibana.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("docker/kibana"))
def write(folder: Path) -> None:
    """Write the objects that `install` sends to files in FOLDER, for reading or for importing them in Kibana.

    Index prefix and space are those of the settings, names of sources those of the state database.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _content(load()).files().items():
        (folder / name).write_text(text, encoding="utf-8")
        echo(str(folder / name))


def _content(settings: Settings) -> KibanaContent:
    with open_database(settings.database_url) as engine:
        names = load_source_names(engine)
    return kibana_content(
        index_prefix=settings.index.prefix, base_path=base_path(settings.kibana), page_url=settings.kibana.page_url, source_names=names
    )

"""`newsdesk kibana`: dashboards, data views, saved searches and the map of places."""

import time
from pathlib import Path

import click

from newsdesk.cli.terminal import echo
from newsdesk.ops.kibana import kibana_content
from newsdesk.ops.kibana_install import base_path
from newsdesk.ops.kibana_install import install as send
from newsdesk.settings import load


@click.group()
def kibana() -> None:
    """Dashboards for Kibana 9.5."""


@kibana.command()
def install() -> None:
    """Sends everything to the Kibana at NEWSDESK_KIBANA_URL; again does no harm."""
    settings = load()
    content = kibana_content(index_prefix=settings.index.prefix, base_path=base_path(settings.kibana))
    for line in send(content, settings.kibana, sleep=time.sleep):  # noqa: TID251
        echo(line)


@kibana.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("docker/kibana"))
def write(folder: Path) -> None:
    """Writes what `install` sends to files in FOLDER, for reading, or for Kibana's own import page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in kibana_content().files().items():
        (folder / name).write_text(text, encoding="utf-8")
        echo(str(folder / name))

"""`newsdesk env`: writes the secrets of docker-compose.yml."""

from pathlib import Path

import click

from newsdesk.cli.terminal import echo
from newsdesk.errors import SetupError
from newsdesk.ops.env_file import report, write_env


@click.command()
@click.option("--file", "path", type=click.Path(path_type=Path, dir_okay=False), default=Path(".env"), show_default=True)
def env(path: Path) -> None:
    """Write the secrets that docker-compose.yml needs. Existing ones are kept."""
    try:
        echo(report(path, write_env(path)))
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}", "Run the command in a writable folder") from error

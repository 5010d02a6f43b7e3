"""`newsdesk aliases`: lists the alias table, and edits the user's own entries."""

from pathlib import Path

import click

from newsdesk.cli.terminal import Group, echo
from newsdesk.errors import SetupError
from newsdesk.records import EntityType
from newsdesk.settings import load
from newsdesk.tag.alias_table import conflicts, edit_table, format_line, parse_line, read_aliases, read_table, with_entry, without_name
from newsdesk.tag.gazetteer import package_aliases
from newsdesk.tag.known_names import check_names, own_table


@click.group(cls=Group)
def aliases() -> None:
    """Names of the same entity. Your own entries take precedence over those of the package.

    Changes apply to new articles. To apply them to articles in the index, replay all of these with `newsdesk backfill`; `--only older`
    does not take changes of this table into account. Documents that do not change are not written.
    """


@aliases.command()
@click.argument("name")
@click.argument("others", nargs=-1)
@click.option("--type", "kind", type=click.Choice([str(kind) for kind in EntityType]), default="organization", show_default=True)
@click.option("--country", help="ISO 3166 code of two letters.")
@click.option("--lat", type=click.FloatRange(-90, 90), help="Latitude, for the map.")
@click.option("--lon", type=click.FloatRange(-180, 180), help="Longitude, for the map.")
@click.option("--ambiguous", is_flag=True, help="The name is also a common word: use it only if the context indicates this type.")
def add(name: str, others: tuple[str, ...], kind: str, country: str | None, lat: float | None, lon: float | None, ambiguous: bool) -> None:
    """Add NAME, or more names for it: `newsdesk aliases add --type person "Rustem Umerov" "Rustam Umirov"`."""
    if (lat is None) is not (lon is None):
        raise SetupError("a latitude needs a longitude", "Give both --lat and --lon, or neither")
    check_names(name, *others)
    point = ("", "") if lat is None else (str(lat), str(lon))
    cells = [kind, name, "|".join(others), (country or "").upper(), *point, "ambiguous" if ambiguous else ""]
    path = own_table(load().tag)
    edit_table(path, lambda table: with_entry(table, parse_line("\t".join(cells), 1)))
    echo(f"{name}: added to {path}")
    _print_conflicts(path)


@aliases.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove NAME from your own table: only an alias, or an entry with all its names."""
    path = own_table(load().tag)
    if not edit_table(path, lambda table: without_name(table, name)):
        raise SetupError(
            f"{name!r} is not in {path}", "`newsdesk aliases list --own` shows its names; names of the package cannot be removed"
        )
    echo(f"{name}: removed from {path}")


@aliases.command("list")
@click.argument("text", default="")
@click.option("--own", is_flag=True, help="Only your own.")
def list_(text: str, own: bool) -> None:
    """Show all names, or those that contain TEXT."""
    entries = list(read_aliases(read_table(own_table(load().tag)), is_own=True))
    for known in entries if own else [*entries, *package_aliases()]:
        line = format_line(known)
        if text.casefold() in line.casefold():
            echo(f"{line}\t(your own)" if known.is_own and not own else line)


@aliases.command()
def check() -> None:
    """Check that your own table is valid, and list the names that it takes from other entries."""
    path = own_table(load().tag)
    count = len(list(read_aliases(read_table(path), is_own=True)))
    _print_conflicts(path)
    echo(f"{path}: {count} valid entries" if count else f"{path}: no entries of your own")


def _print_conflicts(path: Path) -> None:
    for message in conflicts(read_aliases(read_table(path), is_own=True), package_aliases()):
        echo(f"note: {message}")

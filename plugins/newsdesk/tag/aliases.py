"""The alias table: organisations and persons by all their names. One format for the package's table and the user's own.

A line holds, separated by tabs: type, name, other names (separated by `|`), country, latitude, longitude, flags. Of the
last five any number may be missing. `ambiguous` among the flags: the name is also a word or somebody else's, so that it
counts only where the model or the context takes it for one of that type.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from newsdesk.errors import SetupError
from newsdesk.records import EntityType

COLUMNS = 7
KINDS = frozenset(map(str, EntityType))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody or something of the alias table. `id` is made from type and name and does not change with the aliases."""

    id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    is_ambiguous: bool = False
    is_own: bool = False


def local_id(kind: EntityType, name: str) -> str:
    """The stable id of a name that no outer table knows: `person:bill-blair`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    slug = re.sub(r"[^\w]+", "-", bare).strip("-")
    return f"{kind}:{slug}"


def read_aliases(table: str, *, is_own: bool = False) -> Iterator[Known]:
    """The entries of a table. Raises SetupError that names the first line which cannot be read."""
    for number, line in enumerate(table.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield parse_line(line, number, is_own=is_own)


def parse_line(line: str, number: int, *, is_own: bool = False) -> Known:
    """One entry. Raises SetupError with the line's number where it cannot be read."""
    cells = [cell.strip() for cell in line.split("\t")]
    kind, name, aliases, country, lat, lon, flags = (cells + [""] * COLUMNS)[:COLUMNS]
    if kind not in KINDS or not name or len(cells) > COLUMNS:
        raise _unreadable(line, number)
    try:
        point = (float(lat), float(lon)) if lat or lon else (None, None)
    except ValueError as error:
        raise _unreadable(line, number) from error
    return Known(
        id=local_id(EntityType(kind), name),
        type=EntityType(kind),
        name=name,
        aliases=tuple(filter(None, (alias.strip() for alias in aliases.split("|")))),
        country=country or None,
        lat=point[0],
        lon=point[1],
        is_ambiguous="ambiguous" in flags.split(","),
        is_own=is_own,
    )


def _unreadable(line: str, number: int) -> SetupError:
    return SetupError(
        f"line {number} of the alias table cannot be read: {line!r}",
        "It must hold type (person, organization, place, event, other), name, aliases separated by |, separated by tabs",
    )

"""The alias table: organizations, persons, events and works by all their names. The package's table and the user's have one format.

A line holds, separated by tabs: type, name, other names (separated by `|`), country, latitude, longitude, flags. The
last five may be missing. The flag `ambiguous` says that the name is also a word or another's name: it counts only where the
model or the context gives it the entry's type.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsdesk.errors import SetupError
from newsdesk.records import EntityType

COLUMNS = 7
HEADER = "# type\tname\tother names\tcountry\tlatitude\tlongitude\tflags"
TYPES = frozenset(map(str, EntityType))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntity:
    """An entry of the alias table. `id` is made from type and name and does not change with the aliases. `is_own`: of the user's table."""

    id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    is_ambiguous: bool = False
    is_own: bool = False


def local_id(type_: EntityType, name: str) -> str:
    """The stable id of a name that is not in GeoNames: `person:bill-blair`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    slug = re.sub(r"[^\w]+", "-", bare).strip("-")
    return f"{type_}:{slug}"


def read_aliases(table: str, *, is_own: bool = False) -> Iterator[KnownEntity]:
    """The entries of a table. Raises SetupError that names the first line which cannot be read."""
    for number, line in enumerate(table.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield parse_line(line, number, is_own=is_own)


def parse_line(line: str, number: int, *, is_own: bool = False) -> KnownEntity:
    """One entry. Raises SetupError with the line's number where it cannot be read."""
    cells = [cell.strip() for cell in line.split("\t")]
    type_, name, aliases, country, lat, lon, flags = (cells + [""] * COLUMNS)[:COLUMNS]
    if type_ not in TYPES or not name or len(cells) > COLUMNS:
        raise _unreadable(line, number)
    try:
        point = (float(lat), float(lon)) if lat or lon else (None, None)
    except ValueError as error:
        raise _unreadable(line, number) from error
    return KnownEntity(
        id=local_id(EntityType(type_), name),
        type=EntityType(type_),
        name=name,
        aliases=tuple(filter(None, (alias.strip() for alias in aliases.split("|")))),
        country=country or None,
        lat=point[0],
        lon=point[1],
        is_ambiguous="ambiguous" in flags.split(","),
        is_own=is_own,
    )


def format_line(known: KnownEntity) -> str:
    """The entry as a line of the table, without empty cells at its end."""
    point = ["" if value is None else f"{value:g}" for value in (known.lat, known.lon)]
    cells = [known.type.value, known.name, "|".join(known.aliases), known.country or "", *point, "ambiguous" if known.is_ambiguous else ""]
    return "\t".join(cells).rstrip("\t")


def with_entry(table: str, added: KnownEntity) -> str:
    """The table with the entry: its names are added to the line of the same type and name, where there is one."""
    lines = table.splitlines() or [HEADER]
    for at, line in enumerate(lines):
        if line.strip() and not line.startswith("#") and (present := parse_line(line, at + 1)).id == added.id:
            aliases = tuple(dict.fromkeys((*present.aliases, *added.aliases)))
            point = (present.lat, present.lon) if added.lat is None else (added.lat, added.lon)
            lines[at] = format_line(
                replace(
                    present,
                    aliases=aliases,
                    country=added.country or present.country,
                    lat=point[0],
                    lon=point[1],
                    is_ambiguous=present.is_ambiguous or added.is_ambiguous,
                )
            )
            return "\n".join(lines) + "\n"
    return "\n".join([*lines, format_line(added)]) + "\n"


def without_name(table: str, name: str) -> str:
    """The table without that name: the whole entry where it is the entry's own name, else the one alias."""
    lines = []
    for at, line in enumerate(table.splitlines()):
        if not line.strip() or line.startswith("#"):
            lines.append(line)
            continue
        known = parse_line(line, at + 1)
        if known.name != name:
            lines.append(format_line(replace(known, aliases=tuple(alias for alias in known.aliases if alias != name))))
    return "\n".join(lines) + "\n" if lines else ""


def conflicts(own: Iterable[KnownEntity], package: Iterable[KnownEntity]) -> Iterator[str]:
    """A sentence for each name that the user's table takes from another entry, or gives to two."""
    for form, known_as in _by_form((*own, *package)).items():
        mine = {known.id: known.name for known in known_as if known.is_own}
        others = {known.id: known.name for known in known_as if not known.is_own and known.id not in mine}
        if len(mine) > 1:
            yield f"{form!r} stands for {' and for '.join(mine.values())}: what it means depends on an article's other names"
        elif mine and others:
            yield f"{form!r} is {next(iter(mine.values()))}, no longer {' or '.join(others.values())}"


def _by_form(entries: Iterable[KnownEntity]) -> dict[str, list[KnownEntity]]:
    """Each name without case -> the entries that have it."""
    found: dict[str, list[KnownEntity]] = {}
    for known in entries:
        for form in dict.fromkeys(name.casefold() for name in (known.name, *known.aliases)):
            found.setdefault(form, []).append(known)
    return found


def read_table(path: Path) -> str:
    """The text of the user's table, empty where there is none yet."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def write_table(path: Path, table: str) -> None:
    """Replaces the table at once, so that a tagger never reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(table, encoding="utf-8")
    unfinished.replace(path)


def _unreadable(line: str, number: int) -> SetupError:
    return SetupError(
        f"line {number} of the alias table cannot be read: {line!r}",
        "It must hold type (person, organization, place, event, other), name, aliases separated by |, separated by tabs",
    )

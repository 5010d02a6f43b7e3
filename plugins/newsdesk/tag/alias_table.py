"""The alias table: organizations, persons, places, events and works with all their names, in the package and in a file of the user.

A line has, separated by tabs: type, name, other names (separated by `|`), country, latitude, longitude, flags. The last five can be
missing. The flag `ambiguous` means that the name is also a common word or another name: it is used only if the model or the context
gives the name the type of the entry.
"""

import fcntl
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsdesk.errors import SetupError
from newsdesk.records import EntityType

COLUMNS = 7
HEADER = "# type\tname\tother names\tcountry\tlatitude\tlongitude\tflags"
TYPES = frozenset(map(str, EntityType))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntity:
    """An entry of the alias table. `id` is derived from type and name. `is_own`: the entry is from the user's table."""

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
    """Return the stable id of an entity that is not in GeoNames: `person:bill-blair`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    slug = re.sub(r"[^\w]+", "-", bare).strip("-")
    return f"{type_}:{slug}"


def read_aliases(table: str, *, is_own: bool = False) -> Iterator[KnownEntity]:
    """Yield the entries of a table. Raises SetupError with the number of the first invalid line."""
    for number, line in enumerate(table.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield parse_line(line, number, is_own=is_own)


def parse_line(line: str, number: int, *, is_own: bool = False) -> KnownEntity:
    """Parse one line of the table. Raises SetupError with the line number if it is invalid."""
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
    """Format an entry as a line of the table, without trailing empty cells."""
    point = ["" if value is None else f"{value:g}" for value in (known.lat, known.lon)]
    cells = [known.type.value, known.name, "|".join(known.aliases), known.country or "", *point, "ambiguous" if known.is_ambiguous else ""]
    return "\t".join(cells).rstrip("\t")


def with_entry(table: str, added: KnownEntity) -> str:
    """Return the table with an entry added, or merged into the line with the same type and name."""
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
    """Return the table without a name: the whole entry if it is the main name, else only the alias."""
    lines = []
    for at, line in enumerate(table.splitlines()):
        if not line.strip() or line.startswith("#"):
            lines.append(line)
            continue
        known = parse_line(line, at + 1)
        if known.name != name:
            lines.append(format_line(replace(known, aliases=tuple(alias for alias in known.aliases if alias != name))))
    return "\n".join(lines) + "\n" if lines else ""


def without_alias(table: str, entity_id: str, alias: str) -> str:
    """Return the table without this alias of the entity."""
    lines = table.splitlines()
    for at, line in enumerate(lines):
        if line.strip() and not line.startswith("#") and (known := parse_line(line, at + 1)).id == entity_id and alias in known.aliases:
            lines[at] = format_line(replace(known, aliases=tuple(name for name in known.aliases if name != alias)))
    return "\n".join(lines) + "\n" if lines else ""


def conflicts(own: Iterable[KnownEntity], package: Iterable[KnownEntity]) -> Iterator[str]:
    """Yield a message for each name that the user's table takes from another entry, or gives to two entries."""
    for form, known_as in _by_form((*own, *package)).items():
        mine = {known.id: known.name for known in known_as if known.is_own}
        others = {known.id: known.name for known in known_as if not known.is_own and known.id not in mine}
        if len(mine) > 1:
            yield f"{form!r} is ambiguous: {' or '.join(mine.values())}, depending on the other names of an article"
        elif mine and others:
            yield f"{form!r} now means {next(iter(mine.values()))} instead of {' or '.join(others.values())}"


def _by_form(entries: Iterable[KnownEntity]) -> dict[str, list[KnownEntity]]:
    """Return the entries by case-folded name."""
    found: dict[str, list[KnownEntity]] = {}
    for known in entries:
        for form in dict.fromkeys(name.casefold() for name in (known.name, *known.aliases)):
            found.setdefault(form, []).append(known)
    return found


def read_table(path: Path) -> str:
    """Return the text of the user's table; empty if the file does not exist."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def edit_table(path: Path, edit: Callable[[str], str]) -> bool:
    """Replace the table with what `edit` makes of it; return whether that changed it.

    It is replaced atomically, so that no process reads an incomplete one. Edits at the same time wait for each other.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = read_table(path)
        after = edit(before)
        if after.strip() == before.strip():
            return False
        unfinished = path.with_name(f".{path.name}.new")
        unfinished.write_text(after, encoding="utf-8")
        unfinished.replace(path)
    return True


def _unreadable(line: str, number: int) -> SetupError:
    return SetupError(
        f"line {number} of the alias table is invalid: {line!r}",
        "Write type (person, organization, place, event, other), name, and aliases separated by |, with tabs between them",
    )

"""Editing of the alias tables: find an entry by any of its names, add a name, remove one."""

from pathlib import Path

from newsdesk.errors import BadRequest, SetupError
from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.alias_table import KnownEntity, edit_table, local_id, read_aliases, read_table, with_entry, without_alias
from newsdesk.tag.gazetteer import package_aliases

LONGEST_NAME = 200


def own_table(settings: TagSettings) -> Path:
    """Return the file of the user's table. Raises SetupError if none is set."""
    if settings.aliases is None:
        raise SetupError("no table of your own aliases is set", "Set NEWSDESK_TAG_ALIASES to a file")
    return settings.aliases


def find_known(settings: TagSettings, name: str, type_: EntityType | None = None) -> KnownEntity | None:
    """Return the entry with this name, preferably from the user's table; None if no table has it with this type.

    An entry with this main name takes precedence over one that has it as an alias.
    """
    own = read_aliases(read_table(settings.aliases), is_own=True) if settings.aliases else ()
    found = [known for known in (*own, *package_aliases()) if _has_name(known, name) and type_ in (None, known.type)]
    return min(found, key=lambda known: known.name.casefold() != name.casefold(), default=None)


def add_name(settings: TagSettings, type_: EntityType, name: str, other: str) -> None:
    """Add another name for an entity to the user's table. Raises BadRequest if it cannot be added."""
    check_names(name, other)
    known = KnownEntity(id=local_id(type_, name), type=type_, name=name, aliases=(other,))
    edit_table(own_table(settings), lambda table: with_entry(table, known))


def take_name_out(settings: TagSettings, type_: EntityType, name: str, other: str) -> None:
    """Remove another name of an entity from the user's table. Raises BadRequest if it is not there: the package's names are fixed."""
    if not edit_table(own_table(settings), lambda table: without_alias(table, local_id(type_, name), other)):
        raise BadRequest(f"{other} is not in your own table of names; the package's names stay")


def check_names(*names: str) -> None:
    """Raise BadRequest if one of these cannot be in a table."""
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or "|" in name or name.startswith("#"):
            raise BadRequest(f"{name[:LONGEST_NAME]!r} is not a name: use at most {LONGEST_NAME} characters in one line, without |")


def _has_name(known: KnownEntity, name: str) -> bool:
    return name.casefold() in (form.casefold() for form in (known.name, *known.aliases))

"""The tables of the `data` folders: columns between tabs, a row a line; a line that begins with `#` is a comment."""

from importlib import resources

_PACKAGE = resources.files("newsdesk")


def read_lines(path: str) -> list[str]:
    """The lines of a file below `newsdesk/`, without comments and empty lines."""
    lines = (_PACKAGE / path).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def read_rows(path: str) -> list[list[str]]:
    """The lines of a file below `newsdesk/`, each split at its tabs."""
    return [line.split("\t") for line in read_lines(path)]

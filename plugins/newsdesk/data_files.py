"""Reads the tables in the `data` folders: one row per line, columns separated by tabs; lines that start with `#` are comments."""

from importlib import resources

_PACKAGE = resources.files("newsdesk")


def read_lines(path: str) -> list[str]:
    """Return the lines of a file below `newsdesk/`, without comments and empty lines."""
    lines = (_PACKAGE / path).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def read_rows(path: str) -> list[list[str]]:
    """Return the lines of a file below `newsdesk/`, each split at its tabs."""
    return [line.split("\t") for line in read_lines(path)]

"""The tables of `data/`: columns between tabs; a line that begins with `#` is a comment."""

from collections.abc import Iterator
from importlib import resources

_DATA = resources.files("newsdesk.fetch") / "data"


def read_rows(name: str) -> Iterator[list[str]]:
    """The rows of a file of `data/`."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")

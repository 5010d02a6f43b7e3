"""The tables of `data/`: a word and what belongs to it on each line; a line that begins with `#` is a comment."""

from collections import defaultdict
from collections.abc import Iterator
from importlib import resources

_DATA = resources.files("newsdesk.clean") / "data"


def read_rows(name: str) -> Iterator[list[str]]:
    """The lines of `data/<name>.tsv`, each split at its tabs."""
    for line in (_DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def read_words(name: str) -> dict[str, frozenset[str]]:
    """Use -> words of `data/<name>.tsv`, whose lines are a use and its words, joined by `|`."""
    words: dict[str, set[str]] = defaultdict(set)
    for use, listed in read_rows(name):
        words[use].update(listed.split("|"))
    return {use: frozenset(found) for use, found in words.items()}

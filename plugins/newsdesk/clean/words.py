"""Reads the word lists in `data/`."""

from collections import defaultdict

from newsdesk.data_files import read_rows


def read_words(name: str) -> dict[str, frozenset[str]]:
    """Return the words of `data/<name>.tsv` by category. A line has a category and words that are separated by `|`."""
    words: dict[str, set[str]] = defaultdict(set)
    for use, listed in read_rows(f"clean/data/{name}.tsv"):
        words[use].update(listed.split("|"))
    return {use: frozenset(found) for use, found in words.items()}

"""The word lists of `data/`: a use and its words on each line."""

from collections import defaultdict

from newsdesk.data_files import read_rows


def read_words(name: str) -> dict[str, frozenset[str]]:
    """Use -> words of `data/<name>.tsv`, whose lines are a use and its words, joined by `|`."""
    words: dict[str, set[str]] = defaultdict(set)
    for use, listed in read_rows(f"clean/data/{name}.tsv"):
        words[use].update(listed.split("|"))
    return {use: frozenset(found) for use, found in words.items()}

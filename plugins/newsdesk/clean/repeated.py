"""Drops last lines that a source repeats under many of its articles, learned from earlier articles. Pure.

Only lines at the end of a text are dropped, up to the first one that is not repeated. Repeated lines elsewhere are usually content,
such as the questions of an interview series, the heading "Background", or the name of a column. A line is counted once per article.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsdesk.clean.changes import content_hash
from newsdesk.clean.text import words_of
from newsdesk.records import Cleaned

ENOUGH_ARTICLES = 3
"""Number of articles that must end with a line for it to be dropped. Two can share a quotation or correction."""
REMEMBERED_ARTICLES = 60
"""Number of a source's latest articles that are compared. A standard sentence that rarely ends a text occurs less than three times."""
LONGEST_ENDING = 6
"""Number of lines at the end of an article that are compared."""
_LONGEST_LINE = 400
_NEVER_MORE_THAN = 0.5
"""Maximum share of a text that is dropped. If more is repeated, the articles are copies of each other."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last lines of an article before any were dropped, with its id and its authors."""

    article: str
    authors: str
    lines: tuple[str, ...]


def ending_of(cleaned: Cleaned, *, article: str) -> Ending:
    """Return the ending of an article before lines were dropped; `article` is its id."""
    lines = (*cleaned.text.split("\n"), *cleaned.dropped)[-LONGEST_ENDING:]
    return Ending(article, ", ".join(cleaned.authors), tuple(line[: _LONGEST_LINE + 1] for line in lines))


def repeated_lines(endings: Sequence[Ending], *, without: str = "") -> dict[str, str]:
    """Return the lines at the end of at least three of these articles, by their words. The article with the id `without` is excluded.

    Lines that only one author uses are not returned, since they are the author's own.
    """
    counts: Counter[str] = Counter()
    authors: dict[str, set[str]] = {}
    lines: dict[str, str] = {}
    for ending in endings:
        if ending.article == without:
            continue
        for key, line in {_key(line): line for line in ending.lines}.items():
            counts[key] += 1
            authors.setdefault(key, set()).add(ending.authors)
            lines.setdefault(key, line)
    return {
        key: lines[key]
        for key, count in counts.items()
        if key and count >= ENOUGH_ARTICLES and (len(authors[key]) > 1 or authors[key] == {""})
    }


def drop_repeated(cleaned: Cleaned, endings: Sequence[Ending], *, article: str) -> Cleaned:
    """Move repeated last lines of the article to `dropped`; return it unchanged if they are more than half of it."""
    lines = cleaned.text.split("\n")
    if not endings or _key(lines[-1]) not in (repeated := repeated_lines(endings, without=article)):
        return cleaned
    end = len(lines)
    while end > max(1, len(lines) - LONGEST_ENDING) and _key(lines[end - 1]) in repeated:
        end -= 1
    text = "\n".join(lines[:end])
    if len(text) < (1 - _NEVER_MORE_THAN) * len(cleaned.text):
        return cleaned
    return replace(
        cleaned,
        text=text,
        dropped=tuple(lines[end:]),
        content_hash=content_hash(cleaned.title, text),
        paragraph_languages=cleaned.paragraph_languages[:end],
    )


def _key(text: str) -> str:
    """Return the words of a line; empty for long lines and lines without letters, which are never counted."""
    words = words_of(text) if len(text) <= _LONGEST_LINE else []
    return " ".join(words) if any(map(str.isalpha, "".join(words))) else ""

"""The last lines that a source puts under many of its articles: seen in the ones before, dropped from the next. Pure.

Only the end of a text is looked at, line by line upwards until one that is the article's own: what repeats further up is
journalism as a rule (the questions of a series of interviews, "Background", a stock sentence of an agency), and what
opens many texts alike is the name of a column. A line counts by the articles it stood in, not by their captures.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsdesk.clean.changes import content_hash
from newsdesk.clean.text import words_of
from newsdesk.records import Cleaned

ENOUGH_ARTICLES = 3
"""Articles that a line must have stood in. Two share a quotation or a correction; three at their ends do not."""
REMEMBERED_ARTICLES = 60
"""Of a source's newest articles. A stock sentence that ends a text now and then stays below three in so many."""
LONGEST_ENDING = 6
"""Lines of an article that are looked at, from its end."""
_LONGEST_LINE = 400
_NEVER_MORE_THAN = 0.5
"""Of a text no more than this share is dropped: where more repeats, the articles are copies and the lines are theirs."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last lines of an article as it was cleaned, before any were dropped; `authors` are its byline, or empty."""

    article: str
    authors: str
    lines: tuple[str, ...]


def ending_of(cleaned: Cleaned, *, article: str) -> Ending:
    """How an article ended before lines were dropped; `article` is its id."""
    lines = (*cleaned.text.split("\n"), *cleaned.dropped)[-LONGEST_ENDING:]
    return Ending(article, ", ".join(cleaned.authors), tuple(line[: _LONGEST_LINE + 1] for line in lines))


def repeated_lines(endings: Sequence[Ending], *, without: str = "") -> dict[str, str]:
    """The lines that stood under at least three of these articles, the one with the id `without` aside: words -> line.

    What stood under one author's articles alone is theirs: a columnist's last words.
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
    """The article without the last lines that repeat, which are kept in `dropped`; unchanged where that would take half of it."""
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
    """The line's words; nothing for a line of figures and signs only, or one as long as a paragraph: those never count."""
    words = words_of(text) if len(text) <= _LONGEST_LINE else []
    return " ".join(words) if any(map(str.isalpha, "".join(words))) else ""

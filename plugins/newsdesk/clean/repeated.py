"""Lines that a source puts under all its articles: learned from page to page, dropped once they are sure. Pure.

`line_memory` keeps what is learned between runs. A line counts by the articles it stood in, not by their captures: an
article fetched ten times teaches nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from newsdesk.clean.changes import content_hash
from newsdesk.clean.text import words_of
from newsdesk.records import Cleaned

_ENOUGH_ARTICLES = 3
"""Articles that a line must have stood in. Two share a quotation or a correction; three do not, outside series."""
_REMEMBERED_ARTICLES = 8
_LONGEST_LINE = 400
_MAXIMUM_LINES = 5_000
"""Lines remembered for a source; the oldest that stood in one article only go first."""
_NEVER_MORE_THAN = 0.5
"""Of a text no more than this share is dropped: where more repeats, the articles are copies and the lines are theirs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was first seen, and the articles (by short id) it stood in, oldest first, up to eight."""

    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLines:
    """What is known of one source's lines, by their words. To reset it, start from a new one."""

    source: str
    lines: Mapping[str, Line] = field(default_factory=dict)

    def repeated(self) -> list[str]:
        """The lines that are dropped, as first seen: what a person inspects."""
        return [line.text for line in self.lines.values() if len(line.articles) >= _ENOUGH_ARTICLES]


def learn(memory: SourceLines, cleaned: Cleaned) -> SourceLines:
    """The memory with the lines of one more article. The text must be the one before lines were dropped."""
    article = _short_id(cleaned.canonical_url or cleaned.title)
    lines = dict(memory.lines)
    for text in dict.fromkeys(cleaned.text.split("\n")):
        key = _key(text)
        if not key or len(text) > _LONGEST_LINE:
            continue
        known = lines.pop(key, Line(text, ()))
        articles = known.articles if article in known.articles else (*known.articles, article)[:_REMEMBERED_ARTICLES]
        lines[key] = Line(known.text, articles)
    return replace(memory, lines=_forget(lines))


def drop_repeated(cleaned: Cleaned, memory: SourceLines) -> Cleaned:
    """The article without the lines that stood in at least three other articles of its source; unchanged where that
    would take half of it."""
    article = _short_id(cleaned.canonical_url or cleaned.title)
    lines = cleaned.text.split("\n")
    kept = [line for line in lines if not _is_repeated(line, memory, article=article)]
    text = "\n".join(kept)
    if len(kept) == len(lines) or len(text) < (1 - _NEVER_MORE_THAN) * len(cleaned.text):
        return cleaned
    return replace(
        cleaned, text=text, content_hash=content_hash(cleaned.title, text), paragraph_languages=_languages_left(cleaned, memory, article)
    )


def _is_repeated(line: str, memory: SourceLines, *, article: str) -> bool:
    known = memory.lines.get(_key(line))
    return known is not None and len(set(known.articles) - {article}) >= _ENOUGH_ARTICLES


def _languages_left(cleaned: Cleaned, memory: SourceLines, article: str) -> tuple[str | None, ...]:
    pairs = zip(cleaned.text.split("\n"), cleaned.paragraph_languages, strict=False)
    return tuple(language for line, language in pairs if not _is_repeated(line, memory, article=article))


def _forget(lines: dict[str, Line]) -> dict[str, Line]:
    excess = len(lines) - _MAXIMUM_LINES
    if excess <= 0:
        return lines
    once = [key for key, line in lines.items() if len(line.articles) == 1]
    gone = set((once + list(lines))[:excess])
    return {key: line for key, line in lines.items() if key not in gone}


def _key(text: str) -> str:
    """The line's words: a line of figures and signs only is never learned."""
    words = words_of(text)
    return " ".join(words) if any(word.isalpha() for word in words) else ""


def _short_id(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]

"""Compares two versions of an article by paragraph. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from newsdesk.clean.text import tokens_of, words_of
from newsdesk.records import Cleaned

_SAME_PARAGRAPH = 0.5
"""Similarity (Dice coefficient of words, or of characters in Chinese and similar) from which two paragraphs are versions of one."""
_MAXIMUM_PARAGRAPHS = 2_000
"""Further paragraphs are not compared, since the time grows with the square of their number."""


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A paragraph that was added, removed or changed.

    `paragraph` is its index in the newer text, from 0; for a removed paragraph, the index before which it was.
    """

    kind: ChangeKind
    paragraph: int
    before: str = ""
    after: str = ""


def content_hash(title: str, text: str) -> str:
    """Return a hash of the words of title and text, as 32 hexadecimal digits. It does not depend on case, punctuation and spaces."""
    words = " ".join(words_of(title)) + "\n" + " ".join(words_of(text))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def find_changes(older: Cleaned, newer: Cleaned) -> list[Change]:
    """Return the paragraphs that differ, in the order of the newer text."""
    before, after = older.text.split("\n")[:_MAXIMUM_PARAGRAPHS], newer.text.split("\n")[:_MAXIMUM_PARAGRAPHS]
    changes: list[Change] = []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            changes += _pair(before[first:last], after[start:end], start=start)
    return changes


def summarise(older: Cleaned, newer: Cleaned) -> str:
    """Return a one-line summary: "headline changed from “A” to “B”; 3 paragraphs: 1 added, 2 changed", or "no change"."""
    parts = []
    if older.title != newer.title:
        parts.append(f"headline changed from “{older.title}” to “{newer.title}”")
    changes = find_changes(older, newer)
    counts = [(sum(change.kind == kind for change in changes), kind) for kind in ChangeKind]
    listed = [f"{count} {kind}" for count, kind in counts if count]
    noun = "paragraph" if len(changes) == 1 else "paragraphs"
    if len(listed) == 1:
        parts.append(f"{len(changes)} {noun} {changes[0].kind}")
    elif listed:
        parts.append(f"{len(changes)} {noun}: {', '.join(listed)}")
    return "; ".join(parts) or "no change"


def _pair(before: Sequence[str], after: Sequence[str], *, start: int) -> list[Change]:
    """Return the changes in a range without equal paragraphs: similar ones are paired in order, the others were added or removed."""
    changes: list[Change] = []
    rest = list(before)
    for offset, paragraph in enumerate(after):
        match = next((index for index, old in enumerate(rest) if _likeness(old, paragraph) >= _SAME_PARAGRAPH), None)
        if match is None:
            changes.append(Change(kind=ChangeKind.ADDED, paragraph=start + offset, after=paragraph))
            continue
        changes += [Change(kind=ChangeKind.REMOVED, paragraph=start + offset, before=old) for old in rest[:match]]
        changes.append(Change(kind=ChangeKind.CHANGED, paragraph=start + offset, before=rest[match], after=paragraph))
        del rest[: match + 1]
    return changes + [Change(kind=ChangeKind.REMOVED, paragraph=start + len(after), before=old) for old in rest]


def _likeness(one: str, other: str) -> float:
    tokens, others = tokens_of(one), tokens_of(other)
    return 2 * len(tokens & others) / (len(tokens) + len(others)) if tokens and others else 0.0

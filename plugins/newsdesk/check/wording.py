"""Rules about words: repeated, in small letters where a sentence begins, left over from another language."""

import re
from collections.abc import Iterable

from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_ENGLISH = frozenset({"en"})
_DOUBLED = re.compile(r"\b(the|a|an|of|to|in|and|for|with|from|by|at|on|is|was|are|were|be|or|as|it) \1\b")
_SMALL_AFTER_STOP = re.compile(r"(?<=\s)([A-Za-z]?[a-z]{3,}|[a-z]{3})\.[”]?[ \u00a0]+[a-z]{2,}(?=[ \u00a0,])")
_WORD = re.compile(r"[^\W\d_][\w’'-]*|[.!?:;—–]|\d+")

LEAST_REPEATED = 3
"""Words in a row that come twice in a row. Two do it in sound prose ("more and more and more")."""


def find_doubled_words(reading: Reading) -> Iterable[Span]:
    for match in _DOUBLED.finditer(reading.text):
        yield match.span()


def find_repeated_clauses(reading: Reading) -> Iterable[Span]:
    for paragraph in reading.paragraphs:
        found = [
            (match.group().lower(), paragraph.start + match.start(), paragraph.start + match.end())
            for match in _WORD.finditer(paragraph.text)
        ]
        at = 0
        while at < len(found):
            length = next((n for n in range(8, LEAST_REPEATED - 1, -1) if _repeats(found, at, n)), 0)
            if length:
                yield found[at + length][1], found[at + 2 * length - 1][2]
            at += 2 * length or 1


def _repeats(found: list[tuple[str, int, int]], at: int, length: int) -> bool:
    once = [word for word, _, _ in found[at : at + length]]
    again = [word for word, _, _ in found[at + length : at + 2 * length]]
    return once == again and len(set(once)) > 2 and all(word[0].isalpha() for word in once)


def find_small_starts(reading: Reading) -> Iterable[Span]:
    for match in _SMALL_AFTER_STOP.finditer(reading.text):
        if match.group(1).lower() not in reading.language.abbreviations:
            yield match.span()


def find_headless_paragraphs(reading: Reading) -> Iterable[Span]:
    small = {paragraph.number for paragraph in reading.paragraphs if paragraph.text[:1].islower()}
    if 2 * len(small) > len(reading.paragraphs):
        return  # a writer who does without capitals
    for paragraph, before in zip(reading.paragraphs[1:], reading.paragraphs, strict=False):
        if (
            paragraph.number in small
            and not {paragraph.number - 1, paragraph.number + 1} & small
            and paragraph.is_prose
            and re.search(r"[.!?][”\"’')]*$", before.text.rstrip())
            and len(paragraph.text.split()) > 7
            and re.match(r"[a-z]{2,}\s", paragraph.text)
        ):
            first = reading.text[paragraph.start : paragraph.end].split(" ", 3)[:3]
            yield paragraph.start, paragraph.start + len(" ".join(first))


RULES = (
    Rule(
        id="doubled-word",
        severity=Severity.WEAK,
        message="A word stands twice in a row.",
        fires="The council agreed to the the plan.",
        silent="The council agreed to the plan that that mayor had made.",
        find=find_doubled_words,
        languages=_ENGLISH,
    ),
    Rule(
        id="repeated-clause",
        severity=Severity.STRONG,
        message="The same words come twice in a row.",
        fires="The council agreed to build a new bridge to build a new bridge over the river.",
        silent="Again and again and again, the council agreed to build a new bridge, and to build a new road.",
        find=find_repeated_clauses,
    ),
    Rule(
        id="small-start",
        severity=Severity.STRONG,
        message="A sentence begins with a small letter: its beginning stands elsewhere or is lost.",
        fires="The council met on a holiday. agreed to the plan after a long debate.",
        silent="The council met at 9 p.m. on Monday, etc. and agreed to the plan. It was a long debate.",
        find=find_small_starts,
        languages=_ENGLISH,
    ),
    Rule(
        id="headless-paragraph",
        severity=Severity.STRONG,
        message="A paragraph begins with a small letter: its beginning is lost.",
        fires="The council met on Monday.\nagreed to the plan after a long and heated debate.\nThe mayor left early.",
        silent="The council agreed on:\na new bridge over the river, to be built by May.\na new road from the harbour.\nThe mayor left.",
        find=find_headless_paragraphs,
        languages=_ENGLISH,
    ),
)

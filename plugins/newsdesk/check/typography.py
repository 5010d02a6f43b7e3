"""Rules about punctuation, for every language that has data; they need no analysis."""

import re
from collections.abc import Iterable

from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_BLANK_BEFORE = re.compile(r"(?<=\s)[a-zà-ÿ]{2,}[ \u00a0]+([,;:!?])(?=\s)")
"""After a small word only: where a page's markup leaves a blank, it is after a title or a name. A full stop after a blank is
the commonest slip of sound pages."""
_HABIT = 4
"""From so many on, blanks are how the page is made."""
_LOST_MIDDLE = re.compile(r"(?<=\s)(?:the|an?|of|for|from|into|with|and|or|their|its|his|my|your|our|than|if)[ \u00a0]+[,;](?=\s)")
"""Words that need one after them, and a comma that stands alone."""
_STRANDED = re.compile(r"[.!?][”\"»]?[ \u00a0]+[,;](?=\s|$)|\.[”\"»][ \u00a0]*[,;](?=\s|$)|(?<!\.)\.”[ \u00a0]*\.(?!\.)", re.MULTILINE)


def find_blanks(reading: Reading) -> Iterable[Span]:
    found = [match.span() for match in _BLANK_BEFORE.finditer(reading.text) if match.group(1) not in reading.language.blank_before]
    if len(found) < _HABIT:
        yield from found


def find_lost_middles(reading: Reading) -> Iterable[Span]:
    for match in _LOST_MIDDLE.finditer(reading.text):
        yield match.span()


def find_stranded(reading: Reading) -> Iterable[Span]:
    for match in _STRANDED.finditer(reading.text):
        yield match.span()


RULES = (
    Rule(
        id="blank-before-punctuation",
        severity=Severity.WEAK,
        message="A blank stands before a punctuation mark: a piece of the sentence may have been taken out here.",
        fires="The council agreed to pay , while the mayor did not.",
        silent="The council agreed to pay, while the mayor did not.",
        find=find_blanks,
    ),
    Rule(
        id="lost-middle",
        severity=Severity.WEAK,
        message="The words before this comma are lost: the sentence breaks off in the middle.",
        fires="The council met in the , on Monday evening.",
        silent="The council met in the hall, on Monday evening , and this is what it was waiting for.",
        find=find_lost_middles,
        languages=frozenset({"en"}),
    ),
    Rule(
        id="stranded-punctuation",
        severity=Severity.STRONG,
        message="A comma stands after the end of a sentence and belongs to none.",
        fires="“We agree on the price,” she said on Monday. Was.” ,\nThe talks go on.",
        silent="“We agree on the price,” she said on Monday.\nThe talks go on.",
        find=find_stranded,
    ),
)

"""Rules about punctuation for all languages with data. They need no analysis."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_BLANK_BEFORE = re.compile(r"(?<=\s)[a-zà-ÿ]{2,}[ \u00a0]+([,;:!?])(?=\s)")
"""After a lower-case word only: spaces from the markup of pages usually follow titles and names. Not before full stops, which is a common
error of sound texts."""
_HABIT = 4
"""Number of such spaces from which they are a property of the page."""
_LOST_MIDDLE = re.compile(r"(?<=\s)(?:the|an?|of|for|from|into|with|and|or|their|its|his|my|your|our|than|if)[ \u00a0]+[,;](?=\s)")
"""Words that must be followed by another word, before a comma."""
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


def find_lost_ends(reading: Reading) -> Iterable[Span]:
    for paragraph, after in pairwise((*reading.paragraphs, None)):
        if paragraph is None or len(paragraph.text.split()) < LEAST_BEFORE_END or (after and after.text[0].islower()):
            continue  # a short line, or a sentence that goes on in the next one
        for match in _last_words(reading.language.code).finditer(paragraph.text):
            start = paragraph.start + match.start()
            if not reading.is_spoken(start):
                yield start, paragraph.start + match.end()


LEAST_BEFORE_END = 6


@cache
def _last_words(code: str) -> re.Pattern[str]:
    """Return a pattern for words that cannot end a sentence, before a full stop or at the end of a paragraph."""
    listed = "|".join(re.escape(word).replace("'", "['’]") for word in sorted(load_any(code).never_last))
    return re.compile(rf"(?<=\w )(?:{listed})(?:\.(?= [^\W\d_])|\.?$)" if listed else r"(?!)")


RULES = (
    Rule(
        id="blank-before-punctuation",
        severity=Severity.WEAK,
        message="There is a space before a punctuation mark: a part of the sentence may be missing here.",
        fires="The council agreed to pay , while the mayor did not.",
        silent="The council agreed to pay, while the mayor did not.",
        find=find_blanks,
    ),
    Rule(
        id="lost-middle",
        severity=Severity.WEAK,
        message="The words before this comma are missing.",
        fires="The council met in the , on Monday evening.",
        silent="The council met in the hall, on Monday evening , and this is what it was waiting for.",
        find=find_lost_middles,
        languages=frozenset({"en"}),
    ),
    Rule(
        id="lost-end",
        severity=Severity.WEAK,
        message="The sentence ends with a word that cannot end one: what followed is missing.",
        fires="Das Gesetz über die Löhne gilt vom nächsten Mai an im\nDie Gewerkschaften lobten den Plan der Ministerin.",
        silent="Das Gesetz über die Löhne gilt vom nächsten Mai an, sagte sie. Warum? Darum. Das Gesetz gilt im\nganzen Land.",
        find=find_lost_ends,
        languages=frozenset({"de", "en", "es", "fr", "it", "pt"}),
    ),
    Rule(
        id="stranded-punctuation",
        severity=Severity.STRONG,
        message="A comma follows the end of a sentence.",
        fires="“We agree on the price,” she said on Monday. Was.” ,\nThe talks go on.",
        silent="“We agree on the price,” she said on Monday.\nThe talks go on.",
        find=find_stranded,
    ),
)

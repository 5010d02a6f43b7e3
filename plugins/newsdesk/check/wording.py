"""Rules about words: repetitions, lower case at the start of sentences, and conventions of other languages."""

import re
from collections import Counter
from collections.abc import Iterable

from ftfy.badness import is_bad

from newsdesk.check.reading import SUBJECTS, Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.check.vocabulary import is_english, is_listed
from newsdesk.records import Severity

_ENGLISH = frozenset({"en"})
_DOUBLED = re.compile(r"\b(the|a|an|of|to|in|and|for|with|from|by|at|on|is|was|are|were|be|or|as|it) \1\b")
_SMALL_AFTER_STOP = re.compile(
    r"(?<=\s)([A-Za-z]?[a-z]{3,}|[a-z]{3}|[A-Z]{2,}|to|of|it|me|us|him|on|up|so|do|go|is|be|we|he)\.[ \u00a0]+([a-z]{2,})(?=[ \u00a0,])"
)
_STOP_WITHIN = re.compile(r"\b([^\W\d_]+)\.(?=[ \u00a0]?[a-z\d])")
_WORD = re.compile(r"[^\W\d_][\w’'-]*|[.!?:;—–]|\d+")

_FULL_NAME = re.compile(r"\b(?=([A-Z][a-zà-ÿ]{2,}) ([A-Z][a-zà-ÿ]{4,})\b)")
_OTHER_NUMBER_FORM = re.compile(
    r"(?<![\d.,])\d{1,3},\d{1,2}(?= (?:percent|per cent|million|billion|euros?|dollars|kilomet|met(?:er|re)s)|\s?%)|"
    r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?= (?:people|euros?|dollars|kilomet|met(?:er|re)s|tons|tonnes|inhabitants|jobs|workers))"
)
_DASH_SPEECH = re.compile(r"[,!?”\"] [-–—] (?:said|says|added|adds|explained|explains|stated|asked|told|declared)\b(?! that)")
_LOST_LETTER = re.compile(r"(?<![^\s(\"“«])[^\W\d_]+(?:[?\ufffd][^\W\d_]+)+(?![\w=&/])")
_BETWEEN_BLANKS = re.compile(r"\S+")
_MARKUP = re.compile(r"</?[a-z]{1,10}(?: [^<>\n]*)?/?>|&(?:amp|quot|nbsp|lt|gt|apos|#\d{2,5});|\{\{|\}\}")

_NEXT_WORD = re.compile(r"[ \u00a0]+([^\W\d_]+)")
_SPEAKER = re.compile(r"[A-Z][\w.’' -]{0,40}:\s")
"""A line of a transcript, in which repetitions are normal."""
_BREAKS = frozenset(".!?:;—–")
LEAST_REPEATED = 3
"""Minimum number of repeated words. Two are repeated in sound prose too ("more and more and more")."""


def find_doubled_words(reading: Reading) -> Iterable[Span]:
    for match in _DOUBLED.finditer(reading.text):
        yield match.span()


def find_repeated_clauses(reading: Reading) -> Iterable[Span]:
    for paragraph in reading.paragraphs:
        if _SPEAKER.match(paragraph.text):
            continue
        found = [
            (match.group().lower(), paragraph.start + match.start(), paragraph.start + match.end())
            for match in _WORD.finditer(paragraph.text)
        ]
        at = 0
        while at < len(found):
            length = next((n for n in range(8, LEAST_REPEATED - 1, -1) if _repeats(found, at, n)), 0)
            if length and not reading.is_spoken(found[at + length][1]):
                yield found[at + length][1], found[at + 2 * length - 1][2]
            at += 2 * length or 1


def _repeats(found: list[tuple[str, int, int]], at: int, length: int) -> bool:
    if at + 2 * length > len(found) or found[at][0] != found[at + length][0]:
        return False
    once = [word for word, _, _ in found[at : at + length]]
    again = [word for word, _, _ in found[at + length : at + 2 * length]]
    if once != again or any(word in _BREAKS for word in once):
        return False
    return len({word for word in once if word[0].isalpha()}) > 2


def find_small_starts(reading: Reading) -> Iterable[Span]:
    found = [match for match in _SMALL_AFTER_STOP.finditer(reading.text) if not _is_within_sentence(reading, match)]
    stops = Counter(_STOP_WITHIN.findall(reading.text))
    for match in found:
        if stops[match.group(1)] < 2:  # a name with a full stop ("ID. models", "the band fun. are") occurs again
            yield match.span()


def _is_within_sentence(reading: Reading, match: re.Match[str]) -> bool:
    """Return whether the full stop belongs to an abbreviation, or the sentence starts with a lower-case name ("adidas", "ter Stegen")."""
    if (
        match.group(1).lower() in reading.language.abbreviations
        or not is_listed(match.group(2))
        or _starts_with_a_name(reading, match.start(2))
    ):
        return True
    after = _NEXT_WORD.match(reading.text, match.end())
    if after is None:
        return False
    first, second = re.escape(match.group(2)), re.escape(after.group(1))
    return after.group(1)[0].isupper() or re.search(rf"(?<![.!?] )\b{first} {second}\b", reading.text) is not None


def _starts_with_a_name(reading: Reading, place: int) -> bool:
    """Return whether a lower-case name starts here: a proper noun, or a subject without an article, which is singular ("tinder was
    used") or starts another sentence in lower case too ("adidas shares fell")."""
    sentence = next((each for each in reading.sentences if each.start <= place < each.end), None)
    first = next((token for token in sentence.tokens if token.idx >= place), None) if sentence else None
    if first is None or not first.tag_.startswith("NN"):
        return False
    if first.tag_ == "NNP":
        return True
    if first.tag_.endswith("S") and len(re.findall(rf"(?:^|[.!?”\"] |[“\"]){re.escape(first.text)}\b", reading.text, re.MULTILINE)) < 2:
        return False
    return (first.head if first.dep_ == "compound" else first).dep_ in SUBJECTS


def find_headless_paragraphs(reading: Reading) -> Iterable[Span]:
    small = {paragraph.number for paragraph in reading.paragraphs if paragraph.text[:1].islower()}
    if 2 * len(small) > len(reading.paragraphs):
        return  # a text without capitals
    for paragraph, before in zip(reading.paragraphs[1:], reading.paragraphs, strict=False):
        if (
            paragraph.number in small
            and not {paragraph.number - 1, paragraph.number + 1} & small
            and paragraph.is_prose
            and re.search(r"[.!?][”\"’')]*$", before.text.rstrip())
            and len(paragraph.text.split()) > 7
            and (first := re.match(r"([a-z]{2,}|an?)\s", paragraph.text))
            and is_english(first[1])
        ):
            beginning = reading.text[paragraph.start : paragraph.end].split(" ", 3)[:3]
            yield paragraph.start, paragraph.start + len(" ".join(beginning))


def find_changing_names(reading: Reading) -> Iterable[Span]:
    surnames: dict[str, dict[str, Span]] = {}
    for match in _FULL_NAME.finditer(reading.text):
        seen = surnames.setdefault(match.group(1), {})
        if any(_is_respelt(match.group(2), other) for other in seen if other != match.group(2)):
            yield match.start(1), match.end(2)
        seen.setdefault(match.group(2), match.span(2))


def _is_respelt(name: str, other: str) -> bool:
    """Return whether names of at least five letters differ in one. With an additional letter it can be another person ("Petrova")."""
    return len(name) == len(other) >= 5 and sum(a != b for a, b in zip(name, other, strict=True)) == 1


def find_other_number_forms(reading: Reading) -> Iterable[Span]:
    for match in _OTHER_NUMBER_FORM.finditer(reading.text):
        yield match.span()


def find_dash_speech(reading: Reading) -> Iterable[Span]:
    for match in _DASH_SPEECH.finditer(reading.text):
        yield match.span()


def find_markup(reading: Reading) -> Iterable[Span]:
    for match in _MARKUP.finditer(reading.text):
        yield match.span()


def find_repeated_paragraphs(reading: Reading) -> Iterable[Span]:
    seen: set[str] = set()
    for paragraph in reading.paragraphs:
        if paragraph.is_prose and len(paragraph.text.split()) >= LEAST_OF_PARAGRAPH and paragraph.text in seen:
            yield paragraph.start, paragraph.end
        seen.add(paragraph.text)


LEAST_OF_PARAGRAPH = 10
"""Minimum number of words; short lines such as refrains are repeated on purpose."""


def find_broken_encoding(reading: Reading) -> Iterable[Span]:
    lost = list(_LOST_LETTER.finditer(reading.text))
    bad = [word for word in _BETWEEN_BLANKS.finditer(reading.text) if not word.group().isascii() and is_bad(word.group())]
    yield from sorted(match.span() for match in (*bad, *(lost if len(lost) >= LEAST_LOST else ())))


LEAST_LOST = 3
"""Minimum number of lost letters. A single one can be a question mark without a space."""


RULES = (
    Rule(
        id="doubled-word",
        severity=Severity.WEAK,
        message="A word is repeated.",
        fires="The council agreed to the the plan.",
        silent="The council agreed to the plan that that mayor had made.",
        find=find_doubled_words,
        languages=_ENGLISH,
    ),
    Rule(
        id="repeated-clause",
        severity=Severity.STRONG,
        message="The same words are repeated.",
        fires="The council agreed to build a new bridge to build a new bridge over the river.",
        silent="Again and again and again, the council agreed to build a new bridge, and to build a new road.",
        find=find_repeated_clauses,
    ),
    Rule(
        id="small-start",
        severity=Severity.STRONG,
        message="A sentence starts with a lower-case letter: its start is missing or elsewhere.",
        fires="The council met on a holiday. agreed to the plan after a long debate.",
        silent="The council met at 9 p.m. on Monday, etc. and agreed to the plan. It was a long debate.",
        find=find_small_starts,
        languages=_ENGLISH,
    ),
    Rule(
        id="headless-paragraph",
        severity=Severity.STRONG,
        message="A paragraph starts with a lower-case letter: its start is missing.",
        fires="The council met on Monday.\nagreed to the plan after a long and heated debate.\nThe mayor left early.",
        silent="The council agreed on:\na new bridge over the river, to be built by May.\na new road from the harbour.\nThe mayor left.",
        find=find_headless_paragraphs,
        languages=_ENGLISH,
    ),
    Rule(
        id="changing-name",
        severity=Severity.WEAK,
        message="The same person's name is spelt in two ways.",
        fires="The minister Rustam Belinov spoke first. Later Rustam Belenov left the hall.",
        silent="The minister Rustam Belinov spoke first. Later Rustam Belinov left the hall with Irina Belinova.",
        find=find_changing_names,
    ),
    Rule(
        id="number-form",
        severity=Severity.WEAK,
        message="The number is written as in another language: with a point instead of a comma, or the reverse.",
        fires="The company lost 2,5 million euros and 1.200 jobs in a year.",
        silent="The company lost 2.5 million euros and 1,200 jobs in a year.",
        find=find_other_number_forms,
        languages=_ENGLISH,
    ),
    Rule(
        id="dash-speech",
        severity=Severity.WEAK,
        message="Speech is marked with a dash, as in other languages.",
        fires="We will not pay twice, - said the mayor on Monday.",
        silent="“We will not pay twice,” said the mayor on Monday - and she meant it.",
        find=find_dash_speech,
        languages=_ENGLISH,
    ),
    Rule(
        id="repeated-paragraph",
        severity=Severity.WEAK,
        message="This paragraph stands in the text twice.",
        fires="\n".join(["The council met on Monday and agreed to the plan for the bridge.", "The mayor left early."] * 2),
        silent="The council met on Monday and agreed to the plan.\nWe want a bridge.\nThe mayor left early.\nWe want a bridge.",
        find=find_repeated_paragraphs,
    ),
    Rule(
        id="broken-encoding",
        severity=Severity.WEAK,
        message="Letters were decoded wrongly, or lost.",
        fires="The mayor of MÃ¡laga said that it wouldnâ€™t be built.",
        silent="The mayor of Málaga said that it wouldn’t be built. Why?Because it costs 3 million.",
        find=find_broken_encoding,
    ),
    Rule(
        id="markup",
        severity=Severity.WEAK,
        message="The text contains a placeholder or markup of software.",
        fires="The mayor said &quot;no&quot; to the plan.",
        silent="The mayor said “no” to the plan & left; 3 < 4.",
        find=find_markup,
    ),
)

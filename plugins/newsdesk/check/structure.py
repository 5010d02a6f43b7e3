"""Rules about sentences that were torn apart: English, on spaCy's analysis."""

import re
from collections.abc import Iterable, Iterator

from newsdesk.check.lang import words
from newsdesk.check.reading import FINITE, Reading, Sentence
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_ENGLISH = frozenset({"en"})
_BARE_AUXILIARIES = words("can could will would shall should may might must is are was were has have had does did")
_TIME_WORDS = words("later earlier ago before afterwards")


def _narrated(reading: Reading) -> Iterator[Sentence]:
    """Sentences of running prose outside sound quotations; what people say may have any form."""
    for sentence in reading.sentences:
        if sentence.paragraph.is_prose and not sentence.spoken and sentence.words:
            yield sentence


def _closed(sentence: Sentence) -> bool:
    return bool(re.search(r"\.[”\"’')]*$", sentence.text))


def find_bare_auxiliaries(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        first = sentence.words[0]
        if (
            first.lower_ in _BARE_AUXILIARIES
            and first.tag_ in FINITE
            and _closed(sentence)
            and len(sentence.words) <= 12
            and not any(token.dep_ in ("nsubj", "nsubjpass", "expl") for token in sentence.tokens)
        ):
            yield sentence.start, sentence.end


def find_adrift_phrases(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        if sentence.place == 0 or not _closed(sentence) or ":" in sentence.text:
            continue
        if any(token.pos_ in ("VERB", "AUX") for token in sentence.tokens):
            continue
        first = sentence.words[0]
        if first.pos_ == "ADP" and len(sentence.words) >= 4:
            yield sentence.start, sentence.end


def find_adrift_times(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        if sentence.place == 0 or not _closed(sentence) or len(sentence.words) > 6:
            continue
        if any(token.pos_ in ("VERB", "AUX") for token in sentence.tokens):
            continue
        if sentence.words[-1].lower_ in _TIME_WORDS and any(token.ent_type_ in ("DATE", "TIME") for token in sentence.tokens):
            yield sentence.start, sentence.end


RULES = (
    Rule(
        id="bare-auxiliary",
        severity=Severity.STRONG,
        message="A sentence begins with an auxiliary verb and has no subject: it is the end of another sentence.",
        fires="The council met on Monday in Porto. Could not agree on it. Talks go on this week.",
        silent="The council met on Monday in Porto. It could not agree on it. Could it have done more? Talks go on this week.",
        find=find_bare_auxiliaries,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="adrift-phrase",
        severity=Severity.STRONG,
        message="A phrase that begins with a preposition stands alone as a sentence: what it belongs to stands elsewhere or is lost.",
        fires="The union agreed to a new contract on Tuesday. With the company about wages and working hours. Work begins in May.",
        silent="The union agreed to a new contract on Tuesday, with the company, about wages and working hours. Not for long.",
        find=find_adrift_phrases,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="adrift-time",
        severity=Severity.WEAK,
        message="A time stands alone as a sentence.",
        fires="The minister spoke after the vote in the chamber. Two days later. Nobody had expected it.",
        silent="The minister spoke two days later. Nobody had expected it two years ago.",
        find=find_adrift_times,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
)

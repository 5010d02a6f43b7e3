"""The structure of a text for the rules: paragraphs, sentences and quotations with their offsets, and spaCy's tokens if there are any.

Sentences are split at punctuation, not by the parser, whose boundaries in damaged text adapt to the damage and hide it.
"""

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from newsdesk.check.lang import LanguageData

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})

_END = re.compile(r"[.!?…؟]+[”\"’'»)\]]*(?=\s|$)|[。！？]+[”’」』）]*")
_BLANK_AFTER_A_CLAUSE = re.compile(r".{40,}?(?=\s|$)")
_LIST_ITEM = re.compile(r"\s*(?:[•·▪■●◦*–—-]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_BETWEEN = re.compile(r"[ \t\u00a0,.;]*")
_LAST_WORD = re.compile(r"(?:^|[\s(“\"‘'«])((?:\w\.)+\w?|[\w-]+)\.$")
_SPEECH_IN_SINGLE_MARKS = re.compile(r"(?<![\w’'])[‘'](?=[\w“\"])(.{1,1500}?)(?<=[\w.,!?…”\"])[’'](?!\w)")


Mark = tuple[int, str, bool]
"""Offset, "open" or "close", and whether it is a straight quotation mark."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, from the opening mark to the end of the closing one. `start` is None if it was not opened, `end` None if it was not
    closed; `reopened` is the offset of a second opening mark inside it."""

    start: int | None
    end: int | None
    straight: bool
    reopened: int | None = None


@dataclass(frozen=True)
class Paragraph:
    start: int
    end: int
    text: str
    number: int

    @cached_property
    def is_prose(self) -> bool:
        """Whether the paragraph consists of sentences, unlike most headings, captions and list items."""
        return (
            not _LIST_ITEM.match(self.text)
            and bool(re.search(r"[.!?…][”\"’'»)\]]*\s*[,;]?\s*$|[.!?]\s+[A-Z“\"]", self.text))
            and len(self.text.split()) > 3
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, as offsets in the text. `tokens` is empty without analysis. `spoken`: it starts inside a complete quotation."""

    start: int
    end: int
    text: str
    paragraph: Paragraph
    place: int
    spoken: bool
    torn_end: int | None
    tokens: tuple[Any, ...] = ()

    @property
    def words(self) -> list[Any]:
        return [token for token in self.tokens if not token.is_punct and not token.is_space]

    @property
    def has_subject(self) -> bool:
        return any(token.dep_ in SUBJECTS for token in self.tokens)

    @property
    def has_main_clause(self) -> bool:
        """Whether it has a finite verb with its own subject outside of dependent clauses, or an imperative."""
        return any(_is_main(token) for token in self.tokens)

    @property
    def finite_outside_relatives(self) -> list[Any]:
        """Return the finite verbs with a subject outside of relative clauses and of clauses with a conjunction."""
        return [token for token in self.tokens if token.tag_ in FINITE and _may_be_main(token, after=token.i - self.tokens[0].i)]

    @property
    def has_finite_verb(self) -> bool:
        return any(token.tag_ in FINITE for token in self.tokens)


@dataclass(frozen=True)
class Reading:
    """The structure of one text, which all rules share."""

    text: str
    language: LanguageData
    doc: Any | None = None
    title: str = ""
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Intermediate results that several rules use."""

    @cached_property
    def word_count(self) -> int:
        return len(self.text.split())

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        found: list[Paragraph] = []
        start = 0
        for line in self.text.split("\n"):
            if line.strip():
                found.append(Paragraph(start, start + len(line), line, len(found)))
            start += len(line) + 1
        return tuple(found)

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        return tuple(_pair_marks(self.paragraphs, self.language))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        tokens = [] if self.doc is None else list(self.doc)
        return tuple(sentence for paragraph in self.paragraphs for sentence in self._cut(paragraph, tokens))

    def _cut(self, paragraph: Paragraph, tokens: list[Any]) -> Iterator[Sentence]:
        for place, (start, end) in enumerate(sentence_borders(paragraph.text, self.language)):
            start, end = start + paragraph.start, end + paragraph.start
            yield Sentence(
                start,
                end,
                self.text[start:end],
                paragraph,
                place,
                self.is_spoken(start),
                self._torn_end_in(start, end),
                _between(tokens, start, end),
            )

    def is_spoken(self, place: int) -> bool:
        """Return whether the offset is inside a complete quotation, or one that continues over several paragraphs."""
        at = bisect.bisect_right(self._speech_starts, place) - 1
        return at >= 0 and place < self._speech_ends[at]

    @cached_property
    def _speech(self) -> list[tuple[int, int]]:
        double = [(q.start, q.end) for q in self.quotations if q.start is not None and q.end is not None and q.reopened is None]
        single = [
            (paragraph.start + match.start(), paragraph.start + match.end())
            for paragraph in self.paragraphs
            for match in _SPEECH_IN_SINGLE_MARKS.finditer(paragraph.text)
        ]
        return sorted(double + single)

    @cached_property
    def _speech_starts(self) -> list[int]:
        return [start for start, _ in self._speech]

    @cached_property
    def _speech_ends(self) -> list[int]:
        """The end of the last started quotation, or of an earlier one around it, for each quotation."""
        return list(itertools.accumulate((end for _, end in self._speech), max))

    @cached_property
    def _torn_ends(self) -> list[int]:
        return [q.end for q in self.quotations if q.start is None and q.end is not None]

    def _torn_end_in(self, start: int, end: int) -> int | None:
        at = bisect.bisect_right(self._torn_ends, start)
        return self._torn_ends[at] if at < len(self._torn_ends) and self._torn_ends[at] <= end else None


def _is_main(verb: Any) -> bool:
    if verb.pos_ not in ("VERB", "AUX") or verb.dep_ in ("relcl", "acl", "advcl", "pcomp", "csubj", "aux", "auxpass"):
        return False
    if any(child.dep_ == "mark" for child in verb.children):
        return False
    finite = verb.tag_ in FINITE or any(child.tag_ in FINITE for child in verb.children if child.dep_ in ("aux", "auxpass"))
    if any(child.dep_ in SUBJECTS for child in verb.children):
        return finite or verb.dep_ == "ROOT"
    shared = verb.dep_ == "conj" and _is_main(verb.head)
    ordered = verb.tag_ == "VB" and verb.dep_ == "ROOT" and not any(child.dep_ == "aux" for child in verb.children)
    return shared or ordered


LONG_PHRASE = 7
"""Number of words after which a verb without subject is more often an error of the parser than of the writer."""


def _may_be_main(token: Any, *, after: int) -> bool:
    verb = token.head if token.dep_ in ("aux", "auxpass") else token
    clauses = (verb, *verb.ancestors)
    if any(clause.dep_ == "relcl" or any(child.dep_ == "mark" or child.tag_ == "WRB" for child in clause.children) for clause in clauses):
        return False
    shared = verb.head if verb.dep_ == "conj" else verb
    has_subject = any(child.dep_ in SUBJECTS for child in (*verb.children, *shared.children))
    return has_subject or after >= LONG_PHRASE or verb.lemma_ == "be"  # "In her basket was a pint of milk."


def sentence_borders(paragraph: str, language: LanguageData) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a paragraph. A full stop after an abbreviation or before a lower-case letter is no end."""
    start = 0
    for match in (_BLANK_AFTER_A_CLAUSE if language.cut_at_blanks else _END).finditer(paragraph):
        if match.end() < len(paragraph) and not language.cut_at_blanks and not _is_border(paragraph, match, language):
            continue
        yield start, match.end()
        start = _BETWEEN.match(paragraph, match.end()).end()  # type: ignore[union-attr]
    if start < len(paragraph.rstrip()):
        yield start, len(paragraph.rstrip())


_CLAUSE_BORDER = re.compile(r"[,;:–—()\"“”«»]+\s*| - ")
SHORTEST_CLAUSE = 3
LONGEST_PART = 3
"""Words of the shortest clause, and clauses of the longest part of a sentence."""


def clauses_of(sentence: str) -> list[tuple[int, int]]:
    """Return the places of the parts between punctuation marks; a very short one is joined with the one before it."""
    borders = [(0, 0), *(match.span() for match in _CLAUSE_BORDER.finditer(sentence)), (len(sentence), len(sentence))]
    found: list[tuple[int, int]] = []
    for (_, start), (end, _) in itertools.pairwise(borders):
        if found and (_is_short(sentence[start:end]) or _is_short(sentence[slice(*found[-1])])):
            found[-1] = found[-1][0], end
        elif start < end:
            found.append((start, end))
    return found or [(0, len(sentence))]


def _is_short(clause: str) -> bool:
    return len(clause.split()) < SHORTEST_CLAUSE


def parts_of(sentence: str) -> list[tuple[int, int]]:
    """Return the places of the clauses, and of all sequences of them up to a length."""
    clauses = clauses_of(sentence)
    return [(clauses[i][0], last) for i in range(len(clauses)) for _, last in clauses[i : i + LONGEST_PART]]


_ORDINALS_WITH_A_STOP = frozenset({"cs", "da", "de", "fi", "hu", "no", "pl", "sk", "tr"})
LONGEST_ABBREVIATION = 20
"""Maximum length of an abbreviation before a full stop."""


def _is_border(paragraph: str, match: re.Match[str], language: LanguageData) -> bool:
    after = paragraph[match.end() : match.end() + 10].lstrip()
    if after[:1].islower():
        return False
    if match.group().startswith(".") and match.group().count(".") == 1:
        word = _LAST_WORD.search(paragraph[max(0, match.start() - LONGEST_ABBREVIATION) : match.start() + 1])
        if word and match.group() == "." and _is_abbreviation(word.group(1), language):
            return False
        if word and language.code in _ORDINALS_WITH_A_STOP and re.fullmatch(r"\d{1,2}", word.group(1)):
            return False  # "am 17. September"
    return True


def _is_abbreviation(word: str, language: LanguageData) -> bool:
    return (len(word) == 1 and word.isupper() and word != "I") or "." in word or word.lower() in language.abbreviations


def _pair_marks(paragraphs: tuple[Paragraph, ...], language: LanguageData) -> Iterator[Quotation]:
    opened: Quotation | None = None
    outer = ""
    for index, paragraph in enumerate(paragraphs):
        marks = list(_marks(paragraph, language))
        if opened is not None and not _is_closed_by(marks[:1], opened):
            yield replace(opened, end=paragraphs[index - 1].end) if _starts_with_opening(paragraph, marks[:1]) else opened
            opened = None
        elif opened is not None:
            opened = replace(opened, reopened=None)
        inner = ""
        for place, kind, straight in marks:
            shape = _shape_of(paragraph.text[place - paragraph.start])
            if opened is not None and kind == "open" and shape != outer:
                inner = shape  # « ... “ ... ” ... »
            elif inner and kind == "close" and shape == inner:
                inner = ""
            elif kind == "open":
                outer = shape if opened is None else outer
                opened = Quotation(place, None, straight) if opened is None else _reopened(opened, paragraph, place)
            elif place == paragraph.start:
                continue  # in Spanish and French, paragraphs of a long quotation start with a closing mark
            elif opened is not None:
                yield replace(opened, end=place + 1)
                opened = None
            elif not _is_other_use(paragraph.text, place - paragraph.start):
                yield Quotation(None, place + 1, straight)
    if opened is not None:
        yield opened


def _shape_of(mark: str) -> str:
    """Return the class of a mark; marks pair within a class: angular ones, and all others."""
    return "«" if mark in "«»" else "“"


def _is_closed_by(first: list[Mark], opened: Quotation) -> bool:
    return any(kind == "close" and straight == opened.straight for _, kind, straight in first)


def _starts_with_opening(paragraph: Paragraph, first: list[Mark]) -> bool:
    """Return whether a quotation continues in the paragraph: each paragraph starts with an opening mark, and only the last closes it."""
    return any(kind == "open" and not paragraph.text[: place - paragraph.start].strip() for place, kind, _ in first)


def _reopened(opened: Quotation, paragraph: Paragraph, place: int) -> Quotation:
    """Record a second opening mark, unless it follows a full stop, where a paragraph of the same quotation can start."""
    before = paragraph.text[max(0, place - paragraph.start - 10) : place - paragraph.start]
    return opened if re.search(r"[.!?…][”\"’')]*\s*$", before) else replace(opened, reopened=place)


def _is_other_use(text: str, place: int) -> bool:
    """Return whether a closing mark means inches, or is the apostrophe of a plural ("the Lakers" game")."""
    return text[:place][-1:].isdigit() or (
        text[place] == '"' and bool(re.search(r"\ws$", text[:place])) and text[place + 1 : place + 2] == " "
    )


def _marks(paragraph: Paragraph, language: LanguageData) -> Iterator[Mark]:
    """Yield the quotation marks in order. Whether a straight mark opens or closes is decided by adjacent characters."""
    is_open = False
    for index, character in enumerate(paragraph.text):
        straight = character == '"' or character in language.either_way
        if straight:
            kind = _kind_of(paragraph.text, index, is_open=is_open)
            is_open = kind == "open" if kind and character == '"' else is_open
        else:
            kind = "open" if character in language.opening else "close" if character in language.closing else ""
        if kind:
            yield paragraph.start + index, kind, straight


_BLANKS = " \u00a0"


def _kind_of(text: str, place: int, *, is_open: bool) -> str:
    """Return whether a mark without direction opens or closes; empty if it is none. `is_open`: a straight one is open before it."""
    before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if before.isalpha() and after.isalpha():
        return ""  # an apostrophe that was replaced by software
    if before.isdigit() and not is_open and after in ("", " ", ",", ".", "-", "x"):
        return ""  # inches
    if before in ("'", "’") and after.isalpha() and text[place - 2 : place - 1].isalpha():
        return "open"  # l'"effetto domino"
    if before and before not in f"{_BLANKS}([—–-":
        return "close"
    if after and after in _BLANKS:
        return "close" if is_open else "open"  # " with blanks inside "
    return "open" if after and (after not in ",;:!?)." or text.startswith("..", place + 1)) else "close"


def _between(tokens: list[Any], start: int, end: int) -> tuple[Any, ...]:
    """Return the tokens that start in the range."""
    first = bisect.bisect_left(tokens, start, key=_place_of)
    return tuple(tokens[first : bisect.bisect_left(tokens, end, lo=first, key=_place_of)])


def _place_of(token: Any) -> int:
    return int(token.idx)

"""Spans of names and tokens, and functions that trim a span to the name."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.word_lists import CALENDAR, MONTHS_AS_NAMES, PARTICLES, any_of

EDGES = " \t\n\r\"'“”‘’«»„()[]{},;:-–—…*•|/<>"
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
OWNER = re.compile(r"(?:['’]s|(?<=s)['’])\s")
DETERMINER = re.compile(rf"^(?:{any_of('determiners')})[\s-]+", re.IGNORECASE)
TRAILING_WORD_OR_SCORE = re.compile(rf"\s+(?:{any_of('trailing_words')}|\d+[-–:]\d+)$")
SYMBOLS_BEFORE, SYMBOLS_AFTER = re.compile(r"^[^\w]+"), re.compile(r"[^\w.&!+'’)\]]+$")
LEAST_FULL_NAME = 2
"""Number of words of a given name with a surname."""
LONGEST_RUN = 24
"""Maximum number of tokens of a name. It bounds the time for texts in capitals, which are one long sequence."""
LINE_BESIDE = 200
LONGEST_PHRASE = 3
GLUED_SURNAME = re.compile(r" ?[dl]['’][^\W\d_a-z]\w+")
"""The surname in "Pierre d'Arcy"."""
CAPITALISED_WORD = re.compile(r"[^\W\d_a-z][\w-]*")
SMALL_WORD = re.compile(r"\w+")
ADDRESS = re.compile(r"\S*[/@]\S*")
"""Web and mail addresses, which contain names in lower case."""
FINAL_ABBREVIATION = re.compile(rf"\b(?:[A-Z]|{any_of('final_abbreviations')})\.$")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name in the text.

    `label` is that of the model, empty if a rule found the name. `title` is the title before it. `sure`: the type is from a rule, not
    from the model. `is_common`: it is a single word at the start of a sentence that the model does not tag as a proper noun. `base` is
    the base form of a declined place name, or empty.
    """

    start: int
    end: int
    text: str
    type: EntityType
    label: str = ""
    title: str = ""
    sure: bool = False
    is_common: bool = False
    base: str = ""

    @property
    def key(self) -> str:
        """The folded name, as the key for lookups."""
        return fold(self.base or self.text)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or punctuation mark. `is_proper`: the model tags it as a proper noun. `starts_line`: it is the first one of a line."""

    start: int
    text: str
    is_proper: bool
    starts_sentence: bool
    starts_line: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 2 and self.text.endswith(".")


def first_of_overlapping(spans: Iterable[NameSpan]) -> list[NameSpan]:
    """Return the spans, which must be in order, without those that overlap a preceding one."""
    kept: list[NameSpan] = []
    for span in spans:
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def trimmed(span: NameSpan) -> NameSpan:
    """Remove quotation marks, brackets, symbols, articles and the possessive at the edges of a span."""
    whole = _repeated(_cut_end, span.text)
    name = _repeated(_cut_determiner, whole)
    start = span.start + len(whole) - len(name)
    whole = _repeated(_cut_symbols_after, name)
    name = SYMBOLS_BEFORE.sub("", whole)
    start += len(whole) - len(name)
    if "(" in name and ")" not in name:
        name = name[: name.index("(")].rstrip(EDGES)
    if name.count('"') == 1 or ("“" in name and "”" not in name):
        name = re.split('["“]', name, maxsplit=1)[0].rstrip(EDGES)
    if name.endswith(".") and not FINAL_ABBREVIATION.search(name):
        name = name.rstrip(".")
    return replace(span, start=start, end=start + len(name), text=name)


def _repeated(cut: Callable[[str], str], name: str) -> str:
    while (shorter := cut(name)) != name:
        name = shorter
    return name


def _cut_end(name: str) -> str:
    return TRAILING_WORD_OR_SCORE.sub("", POSSESSIVE.sub("", name.rstrip(EDGES)))


def _cut_determiner(name: str) -> str:
    return DETERMINER.sub("", name.lstrip(EDGES))


def _cut_symbols_after(name: str) -> str:
    return POSSESSIVE.sub("", SYMBOLS_AFTER.sub("", name))


def line_around(text: str, start: int, end: int) -> str:
    """Return the line that contains the range, with at most 200 characters before and after it."""
    first, last = max(0, start - LINE_BESIDE), end + LINE_BESIDE
    before, after = text[first:start].rpartition("\n")[2], text[end:last].partition("\n")[0]
    return before + text[start:end] + after


def occurs_in_lower_case(name: str, text: str) -> bool:
    """Return whether the words of the name also occur consecutively in lower case in the text."""
    words = tuple(SMALL_WORD.findall(name.casefold()))
    size = min(len(words), LONGEST_PHRASE)
    phrases = _small_phrases(text)
    return bool(words) and all(words[at : at + size] in phrases for at in range(len(words) - size + 1))


@functools.lru_cache(maxsize=2)
def capitalised_words(text: str) -> frozenset[str]:
    """Return the folded capitalised words of the text."""
    return frozenset(fold(word) for word in CAPITALISED_WORD.findall(text))


@functools.lru_cache(maxsize=2)
def _small_phrases(text: str) -> frozenset[tuple[str, ...]]:
    """Return all phrases of one to three words of the text. Cached, since it is used for each name of an article."""
    words = SMALL_WORD.findall(ADDRESS.sub(" ", text))
    shifted = [words[by:] for by in range(LONGEST_PHRASE)]
    return frozenset(phrase for size in range(1, LONGEST_PHRASE + 1) for phrase in zip(*shifted[:size], strict=False))


def without_titles(span: NameSpan, gazetteer: Gazetteer) -> NameSpan:
    """Remove titles, roles and nationalities before a person's name; titles are moved to `title`."""
    start, name = span.start, span.text
    stripped: list[str] = []
    while " " in name:
        first, rest = name.split(" ", 1)
        if not gazetteer.is_title(first.strip(",")) and fold(first) not in gazetteer.demonyms:
            break
        stripped.append(first)
        rest = rest.lstrip()
        start, name = start + len(name) - len(rest), rest
    title = " ".join(word for word in stripped if fold(word) not in gazetteer.demonyms)
    return replace(span, start=start, end=start + len(name), text=name, title=title or span.title)


def _is_not_name_end(word: str) -> bool:
    return (word.islower() and word not in PARTICLES) or not any(character.isalnum() for character in word)


def without_possessions(span: NameSpan) -> NameSpan:
    """Remove possessions and common nouns after a person's name: "George Martin’s Song", "Ayr maul"."""
    name = OWNER.split(span.text, maxsplit=1)[0]
    words = name.split()
    while len(words) > 1 and _is_not_name_end(words[-1]):
        words.pop()
    name = name[: name.rfind(words[-1]) + len(words[-1])] if words else name
    return replace(span, end=span.start + len(name), text=name)


def end_of_run(tokens: Sequence[Token], first: int) -> int:
    """Return the index after the last token of the capitalised name that starts at `first`: "Abdel Fattah al-Burhan"."""
    after = at = first
    while at < min(len(tokens), first + LONGEST_RUN):
        if at > first and _is_hyphen(tokens, at):
            at = after = at + 2
        elif _is_capitalised_word(tokens, at, first):
            at = after = at + 1
        elif at > first and tokens[at].text.casefold() in PARTICLES and at + 1 < len(tokens):
            at += 1
        else:
            break
        if at < len(tokens) and (tokens[at].starts_line or tokens[at].start - tokens[at - 1].end > 1):
            break
    return after


def _is_hyphen(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the token is a hyphen without spaces around it."""
    if tokens[at].text != "-" or at + 1 >= len(tokens):
        return False
    return tokens[at - 1].end == tokens[at].start and tokens[at + 1].start == tokens[at].end


def _is_month_as_given_name(tokens: Sequence[Token], at: int, first: int) -> bool:
    """Return whether the token is a month that is also a given name, at the start of a name: "May Okafor"."""
    return at == first and tokens[at].text in MONTHS_AS_NAMES and at + 1 < len(tokens) and tokens[at + 1].is_capitalised


def _is_capitalised_word(tokens: Sequence[Token], at: int, first: int) -> bool:
    """Return whether the token can continue a name: not a day or month, and not the first word of a sentence."""
    token = tokens[at]
    if at > first and GLUED_SURNAME.match(token.text):
        return True
    if not token.is_capitalised or (token.text.casefold() in CALENDAR and not _is_month_as_given_name(tokens, at, first)):
        return False
    return at == first or not tokens[at - 1].text.endswith(".") or tokens[at - 1].is_initial

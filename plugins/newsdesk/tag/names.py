"""Finds the spans of names: what the model takes for one, trimmed to the name alone, and what rules see besides."""

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.words import CALENDAR, FUNCTION_WORDS, PARTICLES

LABELS = {
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORGANIZATION,
    "NORP": EntityType.ORGANIZATION,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "EVENT": EntityType.EVENT,
    "PRODUCT": EntityType.OTHER,
    "WORK_OF_ART": EntityType.OTHER,
    "LAW": EntityType.OTHER,
}
EDGES = " \t\n\r\"'“”‘’«»„()[]{},;:-–—…*•|/<>"
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
DETERMINER = re.compile(
    r"^(?:the|a|an|this|that|these|those|his|her|its|their|our|my|your|all|both|some|many|late|former|then|ex)[\s-]+", re.IGNORECASE
)
CREDIT = re.compile(r"^[^\n()]{0,60}\(([^()\n]{2,40})\)\s*[.:]?\s*[-–—:]", re.MULTILINE)


PICTURES_BEHIND, PICTURES_BEFORE = re.compile(r"[^\w.&!+'’)\]]+$"), re.compile(r"^[^\w]+")
PICTURE_CREDIT = re.compile(r"\b(REUTERS|AFP|AP|EPA|EFE|ANP|DPA|PA|Getty Images|Reuters)/(?=[A-Z])")
NO_NAME_BEGINS = frozenset({"VERB", "AUX", "ADV", "ADP", "SCONJ", "PRON", "INTJ", "CCONJ"})
SMALL_AT_THE_END = re.compile(r"\s+(?:of|the|and|in|for|at|on|to|by|from|with|&|\d+[-–:]\d+)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A span that names something. `label` is the model's, `title` the title that stood before it, `sure` where a rule knows the type."""

    start: int
    end: int
    text: str
    kind: EntityType
    label: str = ""
    title: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    start: int
    text: str
    is_proper: bool
    starts_sentence: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper()


OF_SOMETHING = re.compile(r" (?:of|for|on) (?:the )?[^\W\d_a-z]\w+")
NICKNAME = re.compile(r"""\s["“'‘][^\W\d_a-z][\w' -]{1,20}["”'’]\s""")


def find_names(doc: Any, text: str, gazetteer: Gazetteer) -> tuple[list[Named], list[Token]]:
    """The named spans in the order of the text, none overlapping another, and the text's tokens."""
    tokens = [Token(t.idx, t.text, t.pos_ == "PROPN", bool(t.is_sent_start)) for t in doc if not t.is_space]
    from_model = [part for span in doc.ents if span.label_ in LABELS for part in _from_model(span, text, gazetteer)]
    names = _with_titles(from_model, tokens, text, gazetteer)
    names = _extended(names, tokens, text, gazetteer)
    return names, tokens


def with_nicknames(names: Sequence[Named], text: str) -> list[Named]:
    """The names, two parts of a person's name with a nickname between them made one: João "Cacá" Bezerra."""
    joined: list[Named] = []
    for named in names:
        for back in (1, 2):  # the nickname may have been taken for a name of its own
            first = joined[-back] if len(joined) >= back else None
            if first and first.kind is EntityType.PERSON and " " not in named.text and NICKNAME.fullmatch(text, first.end, named.start):
                joined[-back:] = [replace(first, end=named.end, text=text[first.start : named.end])]
                break
        else:
            joined.append(named)
    return joined


def without_credits(names: list[Named], text: str) -> list[Named]:
    """Without the agencies that datelines and pictures credit: "Brussels (EFE).-" is no news of EFE."""
    credits = [match.span(1) for pattern in (CREDIT, PICTURE_CREDIT) for match in pattern.finditer(text)]
    return [named for named in names if not any(start <= named.start and named.end <= end for start, end in credits)]


def _from_model(span: Any, text: str, gazetteer: Gazetteer) -> Iterator[Named]:
    """The span's names: trimmed, and parted where the model ran two together ("Israel and Hamas", "Kyiv's Interior Ministry")."""
    first = span.start
    while (
        first < span.end - 1
        and span.doc[first].is_sent_start
        and span.doc[first].pos_ in NO_NAME_BEGINS
        and span.doc[first].lower_ not in gazetteer.given_names
    ):
        first += 1  # "Getting Washington to back down"
    start = span.doc[first].idx
    if fold(text[span.start_char : span.end_char]) in gazetteer.known:
        yield Named(
            span.start_char, span.end_char, text[span.start_char : span.end_char], LABELS[span.label_], span.label_
        )  # "McDonald's" owns nothing
        return
    whole = trimmed(Named(start, span.end_char, text[start : span.end_char], LABELS[span.label_], span.label_))
    if text[whole.start - 4 : whole.start] == "The " and f"the {fold(whole.text)}" in gazetteer.cities:
        whole = replace(whole, start=whole.start - 4, text=f"The {whole.text}")  # The Hague
    longer = OF_SOMETHING.match(text, whole.end)
    if longer and fold(text[whole.start : longer.end()]) in gazetteer.known:
        yield replace(whole, end=longer.end(), text=text[whole.start : longer.end()])  # Africa Cup of Nations
        return
    if fold(whole.text) in gazetteer.known or gazetteer.has_place(fold(whole.text)):
        yield whole
        return
    for joint in (" and ", "’s ", "'s ", "/", ", ", " of "):
        left, found, right = whole.text.partition(joint)
        if not found:
            continue
        first, second = fold(left), fold(DETERMINER.sub("", right))
        known_first = first in gazetteer.countries or first in gazetteer.known or gazetteer.is_prominent_place(first)
        known_second = second in gazetteer.countries or second in gazetteer.known or gazetteer.is_prominent_place(second)
        is_owner = joint.startswith(("’", "'"))
        if joint == " of ":
            known_first = " " in left and fold(left.split(" ", 1)[0]) in gazetteer.titles - gazetteer.title_modifiers
            known_second = second in gazetteer.countries  # "Ratu Epeli Nailatikau of Fiji", but not the National University of Rwanda
        if (known_first and (known_second or is_owner)) or (is_owner and left.isupper() and " " not in left):
            yield replace(whole, end=whole.start + len(left), text=left)
            start = whole.end - len(right)
            yield trimmed(replace(whole, start=start, text=right))
            return
    yield whole


def trimmed(named: Named) -> Named:
    """Without quotation marks, brackets, articles and the possessive at its edges."""
    start, name = named.start, named.text
    while (shorter := SMALL_AT_THE_END.sub("", POSSESSIVE.sub("", name.rstrip(EDGES)))) != name:
        name = shorter
    while (shorter := DETERMINER.sub("", name.lstrip(EDGES))) != name:
        start, name = start + len(name) - len(shorter), shorter
    while (shorter := POSSESSIVE.sub("", PICTURES_BEHIND.sub("", name))) != name:
        name = shorter
    start, name = start + len(name) - len(shorter := PICTURES_BEFORE.sub("", name)), shorter
    if "(" in name and ")" not in name:
        name = name[: name.index("(")].rstrip(EDGES)
    if name.endswith(".") and not re.search(r"\b(?:[A-Z]|Jr|Sr|Inc|Corp|Ltd|Co|Bros)\.$", name):
        name = name.rstrip(".")
    return replace(named, start=start, end=start + len(name), text=name)


def without_titles(named: Named, gazetteer: Gazetteer) -> Named:
    """A person's name without titles, roles and nationality before it; they are kept in `title`."""
    start, name = named.start, named.text
    stripped: list[str] = []
    while " " in name:
        first, rest = name.split(" ", 1)
        word = first.casefold().strip(".,")
        people = fold(first)
        if word not in gazetteer.titles and people not in gazetteer.demonyms:
            break
        stripped.append(first)
        rest = rest.lstrip()
        start, name = start + len(name) - len(rest), rest
    title = " ".join(word for word in stripped if fold(word) not in gazetteer.demonyms)
    return replace(named, start=start, end=start + len(name), text=name, title=title or named.title)


def run_from(tokens: Sequence[Token], first: int) -> int:
    """The index after the last token of the capitalised name that begins at `first`: "Abdel Fattah al-Burhan"."""
    after = at = first
    while at < len(tokens):
        token = tokens[at]
        glued = at > first and tokens[at - 1].end == token.start
        if token.text == "-" and glued and at + 1 < len(tokens) and tokens[at + 1].start == token.end:
            at, after = at + 2, at + 2
        elif (
            token.is_capitalised
            and token.text.casefold() not in CALENDAR
            and (at == first or not tokens[at - 1].text.endswith(".") or _is_initial(tokens[at - 1]))
        ):
            at, after = at + 1, at + 1
        elif at > first and token.text.casefold() in PARTICLES and at + 1 < len(tokens):
            at += 1
        else:
            break
        if at < len(tokens) and tokens[at].start - tokens[at - 1].end > 1:
            break
    return after


def _is_initial(token: Token) -> bool:
    return len(token.text) == 2 and token.text.endswith(".")


def _with_titles(names: list[Named], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[Named]:
    """The names, and persons whom the model missed or cut but who stand behind a title: "Constable Priya Dhillon"."""
    persons = []
    for at, token in enumerate(tokens[:-1]):
        word = token.text.casefold().rstrip(".")
        follower = tokens[at + 1]
        if (
            word not in gazetteer.titles
            or word in gazetteer.title_modifiers
            or not follower.is_capitalised
            or text[token.end : follower.start] not in (" ", "\u00a0")
            or follower.text.casefold().rstrip(".") in gazetteer.titles
        ):
            continue
        after = run_from(tokens, at + 1)
        if after <= at + 1:
            continue
        person = _person(text, follower.start, tokens[after - 1].end, gazetteer)
        if person and not _is_line_of_capitals(text, person.start):
            persons.append(replace(person, title=_title_before(tokens, at, text, gazetteer)))
    return _preferring(persons, names)


def _person(text: str, start: int, end: int, gazetteer: Gazetteer) -> Named | None:
    named = trimmed(Named(start, end, text[start:end], EntityType.PERSON, sure=True))
    words = named.text.split()
    key = fold(named.text)
    if not words or gazetteer.kind_words.get(fold(words[-1])) or key in gazetteer.demonyms:
        return None
    if any(known.type is not EntityType.PERSON for known in gazetteer.known.get(key, ())) or (len(words) == 1 and gazetteer.has_place(key)):
        return None
    return named


def _title_before(tokens: Sequence[Token], at: int, text: str, gazetteer: Gazetteer) -> str:
    first = at
    while (
        first > 0 and tokens[first - 1].text.casefold().rstrip(".") in gazetteer.titles and tokens[first].start - tokens[first - 1].end == 1
    ):
        first -= 1
    return text[tokens[first].start : tokens[at].end]


def _preferring(better: list[Named], names: list[Named]) -> list[Named]:
    """Both lists as one without overlaps. Of two that overlap, the better one wins, grown to the end of a longer person."""
    kept = sorted(better, key=lambda named: named.start)
    starts = [named.start for named in kept]
    free = []
    for named in names:
        first = max(0, bisect.bisect_right(starts, named.start) - 1)
        last = bisect.bisect_left(starts, named.end)
        rivals = [at for at in range(first, last) if named.start < kept[at].end]
        if not rivals:
            free.append(named)
        elif named.kind is EntityType.PERSON and len(rivals) == 1 and named.end > kept[rivals[0]].end:
            other = kept[rivals[0]]
            text = other.text + named.text[len(named.text) - (named.end - other.end) :]
            kept[rivals[0]] = replace(other, end=named.end, text=text)
    return sorted([*kept, *free], key=lambda named: named.start)


def _extended(names: list[Named], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[Named]:
    """Persons grown over proper nouns that touch them and belong to no other name: the model lost "Recep" of Recep Tayyip Erdogan."""
    index_of = {token.start: i for i, token in enumerate(tokens)}
    taken = {i for named in names for i in range(index_of.get(named.start, 0), _index_after(tokens, index_of, named))}
    grown = []
    for named in names:
        first = index_of.get(named.start)
        is_given_name = " " not in named.text and fold(named.text) in gazetteer.given_names
        if first is None or named.title:
            grown.append(named)
            continue
        if named.kind is EntityType.PERSON or is_given_name or _follows_given_name(named, first, tokens, taken, gazetteer):
            after = _index_after(tokens, index_of, named)
            while first > 0 and _belongs(tokens, first - 1, first, taken, gazetteer):
                first -= 1
            while after < len(tokens) and _belongs(tokens, after, after - 1, taken, gazetteer):
                after += 1
            start, end = tokens[first].start, max(named.end, tokens[after - 1].end if after - 1 >= first else named.end)
            if (start, end) != (named.start, named.end) and not POSSESSIVE.search(text[start:end]):
                named = replace(named, start=start, end=end, text=text[start:end], kind=EntityType.PERSON)
        grown.append(named)
    return grown


def _follows_given_name(named: Named, first: int, tokens: Sequence[Token], taken: set[int], gazetteer: Gazetteer) -> bool:
    """Whether the model took a surname alone for a place or firm: "Prado" of Ana Prado."""
    before = tokens[first - 1] if first else None
    return (
        before is not None
        and " " not in named.text
        and fold(before.text) in gazetteer.given_names
        and fold(named.text) not in gazetteer.kind_words
        and fold(named.text) not in gazetteer.known
        and _belongs(tokens, first - 1, first, taken, gazetteer)
    )


def _index_after(tokens: Sequence[Token], index_of: dict[int, int], named: Named) -> int:
    at = index_of.get(named.start, len(tokens))
    while at < len(tokens) and tokens[at].start < named.end:
        at += 1
    return at


def _belongs(tokens: Sequence[Token], at: int, neighbour: int, taken: set[int], gazetteer: Gazetteer) -> bool:
    token, other = tokens[at], tokens[neighbour]
    if at < neighbour and token.starts_sentence and fold(token.text) not in gazetteer.given_names:
        return False
    gap = other.start - token.end if at < neighbour else token.start - other.end
    word = token.text.casefold().rstrip(".")
    return (
        at not in taken
        and gap == 1
        and (token.is_proper or word in gazetteer.given_names)
        and token.is_capitalised
        and token.text.isalpha()
        and not token.text.isupper()
        and word not in gazetteer.titles
        and word not in CALENDAR
        and word not in FUNCTION_WORDS
        and word not in gazetteer.demonyms
        and word not in gazetteer.kind_words
        and (word in gazetteer.given_names or not gazetteer.has_place(word))
    )


def _is_line_of_capitals(text: str, at: int) -> bool:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and " " in line

"""Where two sentences that belong together say different things: numbers, units, dates, names, and whether they deny.

A translator says a thing in another way, moves it to the next sentence or leaves it out. So a number, date or name is a finding
only where both sides have one that the other side lacks, there and in the neighbouring sentences.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from newsdesk.check.facts import Facts, Name, Place, Quantity, plain
from newsdesk.records import Finding, Severity
from newsdesk.vectors import encode

SAME_LETTERS = 64.0
"""Ratio of letters from which two names may be the same ("Kiev", "Kyiv": 75; "Bruselas", "Brussels": 75)."""
FOREIGN_NAME = 0.42
FOREIGN_WORD = 0.6
"""Cosine below which a name of the text means no word of the original, and the reverse. Names of all kinds are somewhat alike."""
PUT_IN_GAIN = 0.01
LEFT_OUT_GAIN = 0.03
"""How much more alike two sentences must be without the words by which one of them denies, where those stand in the text, and where
they stand in the original, since a translator often says the contrary of the contrary."""
CONVERTED = 0.03
"""By how much a number may differ that a translator converted into another unit."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Sentences that belong together, and those around them on both sides."""

    here: Sequence[Facts]
    there: Sequence[Facts]
    near_here: Sequence[Facts]
    near_there: Sequence[Facts]


def find_disagreements(pair: Pair, every_name: frozenset[str]) -> Iterator[Finding]:
    """`every_name` are the plain names of the whole original."""
    yield from _quantities_that_differ(pair)
    yield from _dates_that_differ(pair)
    yield from _names_that_differ(pair, every_name)
    yield from _denials_that_differ(pair)


def _quantities(facts: Iterable[Facts]) -> list[Quantity]:
    return [quantity for each in facts for quantity in each.quantities]


def _quantities_that_differ(pair: Pair) -> Iterator[Finding]:
    ours, theirs = _quantities(pair.here), _quantities(pair.there)
    matched = _match(ours, theirs)
    for mine, other in matched:
        if (
            mine.unit
            and other.unit
            and mine.unit != other.unit
            and mine.unit.dimension == other.unit.dimension
            and mine.values & other.values
        ):
            yield _finding("unit-differs", mine.place, other.place, "The text has the same number in another unit than the original.")
    lone = _lone(ours, [mine for mine, _ in matched], _quantities(pair.near_there))
    lone_there = _lone(theirs, [other for _, other in matched], _quantities(pair.near_here))
    for mine, other in zip(lone, lone_there, strict=False):
        message = f"The text has {mine.written} where the original has {other.written}."
        yield _finding("number-differs", mine.place, other.place, message)


def _match(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Each quantity with at most one of the other side that may be the same."""
    left, found = list(theirs), []
    for mine in ours:
        other = next((other for other in left if _is_same(mine, other)), None)
        if other is not None:
            left.remove(other)
            found.append((mine, other))
    return found


def _is_same(mine: Quantity, other: Quantity) -> bool:
    if mine.values & other.values or ((mine.is_time or other.is_time) and mine.times & other.times):
        return True
    if (
        not mine.unit
        or not other.unit
        or mine.unit.dimension != other.unit.dimension
        or mine.unit == other.unit
        or mine.unit.dimension == "currency"
    ):
        return False
    sizes = [(mine.unit.size * a, other.unit.size * b) for a in mine.values for b in other.values]
    return any(abs(a - b) <= CONVERTED * max(a, b) for a, b in sizes)


def _lone(quantities: Sequence[Quantity], matched: Sequence[Quantity], around: Sequence[Quantity]) -> list[Quantity]:
    """Those that have no partner, neither in the sentence nor around it."""
    return [q for q in quantities if q.is_sure and q not in matched and not any(_is_same(q, other) for other in around)]


def _dates_that_differ(pair: Pair) -> Iterator[Finding]:
    ours, theirs = _dates(pair.here), _dates(pair.there)
    around_here, around_there = _dates(pair.near_here), _dates(pair.near_there)
    for kind in ("month", "day"):
        mine = [place for date, place in ours.items() if date[0] == kind and date not in around_there]
        others = [place for date, place in theirs.items() if date[0] == kind and date not in around_here]
        for place, source in zip(mine, others, strict=False):
            yield _finding("date-differs", place, source, "The text names another day or month than the original.")


def _dates(facts: Iterable[Facts]) -> dict[tuple[str, int], Place]:
    return {date: place for each in facts for date, place in each.dates.items()}


def _names_that_differ(pair: Pair, every_name: frozenset[str]) -> Iterator[Finding]:
    """A name that the whole original has not, where the original has one that the text lacks; neither may be a translated word."""
    ours = [name for each in pair.here for name in each.names if name.is_sure and not _is_among(name.plain, every_name)]
    here = frozenset(plain(word) for each in pair.near_here for word in each.words)
    theirs = [name for each in pair.there for name in each.names if name.is_sure and not _is_among(name.plain, here)]
    if not ours or not theirs:
        return
    ours = _untranslated(ours, [word for each in pair.near_there for word in each.words], FOREIGN_NAME)
    theirs = _untranslated(theirs, [word for each in pair.near_here for word in each.words], FOREIGN_WORD)
    for name, other in zip(ours, theirs, strict=False):
        yield _finding("name-differs", name.place, other.place, f"The text names {name.written}, the original names {other.written}.")


def _is_among(name: str, names: Iterable[str]) -> bool:
    return any(name == other or fuzz.ratio(name, other) >= SAME_LETTERS for other in names)


def _untranslated(names: Sequence[Name], words: Sequence[str], most: float) -> list[Name]:
    """The names that mean none of the words, neither alone nor with the names beside them ("Czech Republic")."""
    if not names or not words:
        return []
    vectors = encode(words).T
    alone, whole = encode([name.written for name in names]) @ vectors, encode([name.phrase for name in names]) @ vectors
    return [name for name, *rows in zip(names, alone, whole, strict=True) if max(row.max() for row in rows) < most]


def _denials_that_differ(pair: Pair) -> Iterator[Finding]:
    """One side denies, the other does not, and the two mean the same rather without the words that deny."""
    if not all(each.expressions.can_deny for each in (*pair.here, *pair.there)):
        return
    ours, theirs = _denials(pair.here), _denials(pair.there)
    if bool(ours) == bool(theirs):
        return
    if any(each.is_softened for each in (pair.there if ours else pair.here)):
        return
    gain = _gain_without(pair.here, ours, pair.there) if ours else _gain_without(pair.there, theirs, pair.here)
    if gain < (PUT_IN_GAIN if ours else LEFT_OUT_GAIN):
        return
    said = "denies what the original says" if ours else "says what the original denies"
    place, source = _span(pair.here), _span(pair.there)
    yield _finding("negation-differs", ours[0] if ours else place, theirs[0] if theirs else source, f"This sentence {said}.")


def _gain_without(facts: Sequence[Facts], places: Sequence[Place], others: Sequence[Facts]) -> float:
    """How much more alike the two sides are without the words at these places."""
    whole = " ".join(each.sentence.text for each in facts)
    without = " ".join(_cut(each, places) for each in facts)
    vectors = encode([whole, without, " ".join(each.sentence.text for each in others)])
    return float((vectors[1] - vectors[0]) @ vectors[2])


def _cut(facts: Facts, places: Sequence[Place]) -> str:
    text, start = facts.sentence.text, facts.sentence.start
    for first, last in sorted(places, reverse=True):
        if start <= first < facts.sentence.end:
            text = text[: first - start] + text[last - start :]
    return text


def _denials(facts: Sequence[Facts]) -> list[Place]:
    return [place for each in facts for place in each.denials]


def _span(facts: Sequence[Facts]) -> Place:
    return facts[0].sentence.start, facts[-1].sentence.end


def _finding(rule: str, place: Place, source: Place, message: str) -> Finding:
    return Finding(
        start=place[0], end=place[1], rule=rule, severity=Severity.STRONG, message=message, source_start=source[0], source_end=source[1]
    )

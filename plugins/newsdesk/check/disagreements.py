"""Finds disagreements of aligned sentences: numbers, units, dates, names and negations.

Translators rephrase, move details to the next sentence or omit them. So a number, date or name is a finding only if both sides have one
that the other side lacks, also in the adjacent sentences.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from newsdesk.check.alignment import cosine
from newsdesk.check.denials import find_denial
from newsdesk.check.facts import SHORTEST_NAME, Facts, Name, Place, Quantity, consonants, plain
from newsdesk.data_files import read_lines
from newsdesk.records import Finding, Severity
from newsdesk.vectors import encode, unpack

SAME_LETTERS = 74.0
SAME_LETTERS_OF_LONG = 66.0
LONG_NAME = 6
"""Similarity of letters from which two names can be the same ("Kiev", "Kyiv": 75; "Lavrov", "Lawrow": 67), and length of a long one."""
LIKE_A_NAME = 0.18
"""Component of a word's vector in the direction of names from which it is one, as for seven of ten; of other words, 2 % are above it."""
SAME_CONSONANTS = 80.0
"""Similarity of consonants from which two names in different scripts can be the same."""
SAME_NAME = 0.6
SAME_WORD = 0.45
RIVAL = 0.15
"""Minimum difference in similarity by which another word matches better than a name, so that the name is not a translation of it."""
SHORTEST_WORD = 3
"""Cosine from which a name translates a word of the other side, capitalised or not. Names of persons are somewhat similar; if neither
language is English, it is not known which names these are."""
LOST_WITH_A_NAME = 0.03
"""Loss of similarity without a name from which the original contains the name in some form."""
LEAST_FITTING = 0.0
FITTING = 0.015
FITTING_WORD = 0.03
"""Minimum gain in similarity if the name of the original replaces that of the text: if the text has it in another sentence, otherwise,
and if the one of the text may be a common word."""
CONVERTED = 0.03
"""Maximum relative difference of a number that was converted into another unit."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Aligned sentences, and those around them on both sides. One side is empty if its sentences have no counterpart."""

    here: Sequence[Facts]
    there: Sequence[Facts]
    near_here: Sequence[Facts]
    near_there: Sequence[Facts]
    similarity: float = 1.0
    is_compared: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """The normalised names of the whole text and of the whole original."""

    here: frozenset[str]
    there: frozenset[str]


def find_disagreements(pairs: Sequence[Pair], written: Written) -> Iterator[Finding]:
    """Yield the disagreements of the aligned sentences of two texts. `written` are the names of the whole texts."""
    quantities = [_match(_quantities(pair.here), _quantities(pair.there), _is_same) for pair in pairs]
    dates = [_match(_dates(pair.here), _dates(pair.there), _is_same_date) for pair in pairs]
    lone_quantities, lone_dates = _settle(quantities, _is_same), _settle(dates, _is_same_date)
    for number, pair in enumerate(pairs):
        if pair.is_compared:
            yield from _units_that_differ(quantities[number].matched)
            yield from _quantities_that_differ(*lone_quantities[number])
            yield from _dates_that_differ(*lone_dates[number])
            yield from _names_that_differ(pair, written)
            yield from _denials_that_differ(pair)


@dataclass(frozen=True, slots=True)
class Matching(Generic[T]):
    """What both sides of a pair have, and what only one of them has."""

    matched: Sequence[tuple[T, T]]
    here: Sequence[T]
    there: Sequence[T]


def _match(ours: Sequence[T], theirs: Sequence[T], is_same: Callable[[T, T], bool]) -> Matching[T]:
    """Match each of ours with at most one of theirs that can be the same."""
    left, matched, lone = list(theirs), [], []
    for mine in ours:
        other = next((other for other in left if is_same(mine, other)), None)
        if other is None:
            lone.append(mine)
        else:
            left.remove(other)
            matched.append((mine, other))
    return Matching(matched, lone, left)


def _settle(matchings: Sequence[Matching[T]], is_same: Callable[[T, T], bool]) -> list[tuple[list[T], list[T]]]:
    """Return what only one side of each pair has, without what the other side has in an adjacent pair, where nothing else matches it."""
    here, there = [list(each.here) for each in matchings], [list(each.there) for each in matchings]
    for number, lone in enumerate(here):
        for near in (number - 1, number + 1):
            if 0 <= near < len(there):
                settled = _match(lone, there[near], is_same)
                lone, there[near] = list(settled.here), list(settled.there)
        here[number] = lone
    return list(zip(here, there, strict=True))


def _quantities(facts: Iterable[Facts]) -> list[Quantity]:
    return [quantity for each in facts for quantity in each.quantities]


def _units_that_differ(matched: Iterable[tuple[Quantity, Quantity]]) -> Iterator[Finding]:
    for mine, other in matched:
        if (
            mine.unit
            and other.unit
            and mine.unit != other.unit
            and mine.unit.dimension == other.unit.dimension
            and mine.values & other.values
        ):
            yield _finding("unit-differs", mine.place, other.place, "The text has the same number in another unit than the original.")


def _quantities_that_differ(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> Iterator[Finding]:
    for mine, other in zip(filter(_is_sure, ours), filter(_is_sure, theirs), strict=False):
        message = f"The text has {mine.written} where the original has {other.written}."
        yield _finding("number-differs", mine.place, other.place, message, is_certain=not _differ_in_magnitude(mine, other))


def _differ_in_magnitude(mine: Quantity, other: Quantity) -> bool:
    """Return whether one is a thousand, a million or a billion times the other: the word for it is often left out ("2 to 3 million"),
    and "billion" has two meanings."""
    return any(math.isclose(a * factor, b) for a in mine.values for b in other.values for factor in _MAGNITUDES)


_MAGNITUDES = tuple(1000.0**power for power in (-4, -3, -2, -1, 1, 2, 3, 4))


def _is_sure(quantity: Quantity) -> bool:
    return quantity.is_sure


def _is_same(mine: Quantity, other: Quantity) -> bool:
    if mine.values & other.values or ((mine.is_time or other.is_time) and mine.times & other.times):
        return True
    if _is_rounded(mine, other):
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


def _is_rounded(mine: Quantity, other: Quantity) -> bool:
    """Return whether the text rounds the number of the original ("nearly 30,000" for 29,546), which is no year."""
    if _YEAR.fullmatch(other.written):
        return False
    return any(
        abs(a - b) <= CONVERTED * b and _significant_digits(a) + LEAST_ROUNDED <= _significant_digits(b)
        for a in mine.values
        for b in other.values
    )


_YEAR = re.compile(r"(?:1\d|20|21)\d\d")
LEAST_ROUNDED = 2
"""Minimum number of digits by which a number is rounded. Fewer are more often another number."""


def _significant_digits(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").rstrip(".").replace(".", "").strip("0"))


Date = tuple[str, int, Place]
"""Whether it is a month or a day of the week, its index, and its place."""


def _dates(facts: Iterable[Facts]) -> list[Date]:
    return [(*date, place) for each in facts for date, place in each.dates.items()]


def _is_same_date(mine: Date, other: Date) -> bool:
    return mine[:2] == other[:2]


def _dates_that_differ(ours: Sequence[Date], theirs: Sequence[Date]) -> Iterator[Finding]:
    for kind in ("month", "day"):
        mine, others = ([place for what, _, place in side if what == kind] for side in (ours, theirs))
        for place, source in zip(mine, others, strict=False):
            yield _finding("date-differs", place, source, "The text names another day or month than the original.")


def _names_that_differ(pair: Pair, written: Written) -> Iterator[Finding]:
    """Yield names that the whole original lacks and that replace a name which this sentence lacks; neither may be a translated word.

    It is certain if the original's name is known to be one: the text has it in another sentence, or the same name beside it
    ("Paulo Madrid", "Paulo Bento").
    """
    there = _plain_words(pair.near_there)
    ours = [name for name in _names(pair.here) if not (_is_doubtful(name) or _is_known(name, pair.near_there, there))]
    theirs = _lone_names(pair.there, pair.here) if ours else []
    likely = [(name, other) for name in ours for other in theirs if _may_replace(name, other, pair, written)]
    sure = [(name, other) for name, other in likely if _are_two_persons(name, other, pair)]
    likely = [(name, other) for name, other in likely if written.there.isdisjoint(_parts(name))]
    ours = _untranslated({name: None for name, _ in likely}, pair.here, pair.near_there)
    theirs = _untranslated({other: None for name, other in likely if name in ours}, pair.there, pair.here)
    ours = [name for name in ours if theirs and _loss_without(name, pair) < LOST_WITH_A_NAME]
    possible = [*sure, *((name, other) for name, other in likely if name in ours and other in theirs)]
    yield from _replaced(possible, pair, written)


def _may_replace(name: Name, other: Name, pair: Pair, written: Written) -> bool:
    """Return whether the two can be names of different things, by what is known without comparing vectors of sentences."""
    here, there = (side[0].expressions for side in (pair.here, pair.there))
    if _have_the_same_beside(name, other):
        return other.plain in written.here or other.is_sure or (there.has_capital_nouns and name.is_sure and here.code == "en")
    if other.plain not in written.here and not _is_name(other):
        return False
    return (other.plain in written.here and not here.has_capital_nouns) or _is_name(name)


def _is_name(name: Name) -> bool:
    """Return whether a capitalised word is a name by its sentence, or by its vector."""
    is_possible = not name.is_people and (name.is_tagged or not name.begins)
    return name.is_sure or (is_possible and likeness_to_names(name.written) > LIKE_A_NAME)


@lru_cache(maxsize=4096)
def likeness_to_names(word: str) -> float:
    return float(encode([word])[0] @ _direction_of_names())


@cache
def _direction_of_names() -> NDArray[np.float32]:
    """The mean difference of the vectors of names and other words, of length 1. Made by `bench/fit_directions.py`."""
    return unpack(read_lines("check/data/names.txt")[0])


def _are_two_persons(name: Name, other: Name, pair: Pair) -> bool:
    """Return whether they are names of two persons, beside the same other name. Names of persons are similar and are not translated, except
    given names ("Karel", "Charles"); only in English it is known that a name is one of a person.
    """
    if not name.is_sure or name.is_place or not _have_the_same_beside(name, other):
        return False
    is_english = pair.here[0].expressions.code == "en"
    is_surname = is_english and not _have_the_same_beside(name, other, steps=(1,))
    return is_surname or cosine(*encode([name.written, other.written])) < (SAME_NAME if is_english else SAME_WORD)


def _replaced(possible: Sequence[tuple[Name, Name]], pair: Pair, written: Written) -> Iterator[Finding]:
    """Yield a finding for each name of the text and the one of the original that fits its place best, unless none does."""
    taken: set[Place] = set()
    for name in dict.fromkeys(name for name, _ in possible):
        fitting = []
        for other in (other for each, other in possible if each == name and other.place not in taken):
            gain, is_written = _gain_with(other, name, pair), other.plain in written.here
            if _have_the_same_beside(name, other):
                fitting.append((True, gain, True, other))
            elif gain > (FITTING_WORD if not name.is_sure else LEAST_FITTING if is_written else FITTING):
                fitting.append((False, gain, is_written, other))
        if fitting:
            _, _, is_certain, other = max(fitting, key=lambda each: each[:2])
            taken.add(other.place)
            message = f"The text names {name.written}, the original names {other.written}."
            yield _finding("name-differs", name.place, other.place, message, is_certain=is_certain)


def _have_the_same_beside(name: Name, other: Name, steps: Sequence[int] = (-1, 1)) -> bool:
    """Return whether the same name stands before both, or after both."""
    ours, theirs = ([plain(word) for word in each.phrase.split()] for each in (name, other))
    if name.plain not in ours or other.plain not in theirs:
        return False
    i, j = ours.index(name.plain), theirs.index(other.plain)
    return any(
        0 <= i + step < len(ours) and 0 <= j + step < len(theirs) and _is_same_beside(ours[i + step], theirs[j + step]) for step in steps
    )


def _is_same_beside(name: str, other: str) -> bool:
    return min(len(name), len(other)) >= SHORTEST_NAME and _is_alike(name, other)


def _lone_names(facts: Sequence[Facts], others: Sequence[Facts]) -> list[Name]:
    """Return the names that the other side lacks, or has less often."""
    words, names = Counter(plain(word) for each in others for word in each.words), list(_names(others))
    lone = []
    for name in _names(facts):
        same = next((part for part in _parts(name) if words[part] > 0), None)
        if same is None:
            lone.append(name)
        else:
            words[same] -= 1
            names = [other for other in names if other.plain != same]
    return [name for name in lone if not _take_alike(name, names)]


def _take_alike(name: Name, names: list[Name]) -> bool:
    """Remove a name that is similar; return whether there is one."""
    alike = next((other for other in names if _is_alike_in_part(name, other)), None)
    if alike is not None:
        names.remove(alike)
    return alike is not None


def _names(facts: Iterable[Facts]) -> list[Name]:
    return [name for each in facts for name in each.names]


def written_names(facts: Iterable[Facts]) -> frozenset[str]:
    """Return the normalised names of a text."""
    return frozenset(part for name in _names(facts) for part in _parts(name))


def _is_doubtful(name: Name) -> bool:
    """Return whether a name may be a common word, at the start of a sentence, or an abbreviation, which differ between languages."""
    return (name.begins or name.written.isupper() or not name.written.isalpha()) and not _is_name(name)


def _plain_words(facts: Iterable[Facts]) -> frozenset[str]:
    return frozenset(plain(word) for each in facts for word in each.words)


def _is_known(name: Name, near: Sequence[Facts], words: frozenset[str]) -> bool:
    """Return whether one of the names nearby is similar, or one of the words equal, also in part ("Anglo-Saxon")."""
    return not words.isdisjoint(_parts(name)) or any(_is_alike_in_part(name, other) for other in _names(near))


def _is_alike_in_part(name: Name, other: Name) -> bool:
    is_transcribed = name.is_latin != other.is_latin
    return any(_is_alike(name.plain, part) or (is_transcribed and _sounds_alike(name.plain, part)) for part in _parts(other))


def _parts(name: Name) -> tuple[str, ...]:
    return (name.plain, *name.plain.split("-"))


def _is_among(name: str, names: Iterable[str]) -> bool:
    return any(_is_alike(name, other) for other in names)


def _is_alike(name: str, other: str) -> bool:
    least = SAME_LETTERS if max(len(name), len(other)) < LONG_NAME else SAME_LETTERS_OF_LONG
    return name == other or fuzz.ratio(name, other) >= least


def _loss_without(name: Name, pair: Pair) -> float:
    return -_gain_without(pair.here, [name.place], pair.there)


def _sounds_alike(name: str, other: str) -> bool:
    """Return whether two names can be the same in different scripts, by their consonants ("Jolie", "Джоли")."""
    return fuzz.ratio(consonants(name), consonants(other)) >= SAME_CONSONANTS


def _gain_with(other: Name, name: Name, pair: Pair) -> float:
    """Return the gain in similarity if the name of the original replaces that of the text."""
    text = " ".join(each.sentence.text for each in pair.here)
    vectors = encode([text, text.replace(name.written, other.written, 1), " ".join(each.sentence.text for each in pair.there)])
    return float((vectors[1] - vectors[0]) @ vectors[2])


def _untranslated(names: Iterable[Name], side: Sequence[Facts], others: Sequence[Facts]) -> list[Name]:
    """Return the names of one side that do not translate a word of the other side, or not as well as another word of their own side."""
    names = list(names)
    if not names:
        return []
    ours, theirs = _plain_words(side), _plain_words(others)
    words = [word for each in others for word in each.words if len(word) + word[0].isupper() > SHORTEST_WORD and plain(word) not in ours]
    if not words:
        return names
    vectors = encode(words)
    similar = encode([_told_name(name, theirs) for name in names]) @ vectors.T
    is_english = "en" in (side[0].expressions.code, others[0].expressions.code)
    least = np.array(
        [[SAME_NAME if is_english and word[0].isupper() and not name.is_place else SAME_WORD for word in words] for name in names]
    )
    is_meant = similar >= least
    if is_meant.any():
        own = {word for name in names for word in name.phrase.split()}
        rivals = [
            word for each in side for word in each.words if len(word) > SHORTEST_WORD and plain(word) not in theirs and word not in own
        ]
        best = (encode(rivals) @ vectors.T).max(axis=0) if rivals else np.zeros(len(words))
        is_meant &= similar >= best - RIVAL
    return [name for name, meant in zip(names, is_meant, strict=True) if not meant.any()]


def _told_name(name: Name, theirs: frozenset[str]) -> str:
    """Return the name with adjacent ones ("Czech Republic"), or alone if one of these is also on the other side ("Anna Weber")."""
    beside = [plain(word) for word in name.phrase.split() if plain(word) != name.plain]
    return name.written if any(_is_among(word, theirs) for word in beside) else name.phrase


def _denials_that_differ(pair: Pair) -> Iterator[Finding]:
    """Yield the denial that one side lacks. It is a hint if it is the original's or the text is not English: these are often expressed
    otherwise.
    """
    if denial := find_denial(pair.here, pair.there, pair.similarity):
        message = "This sentence denies what the original says." if denial.is_put_in else "This sentence says what the original denies."
        is_certain = denial.is_put_in and pair.here[0].expressions.code == "en"
        yield _finding("negation-differs", denial.here, denial.there, message, is_certain=is_certain)


def _gain_without(facts: Sequence[Facts], places: Sequence[Place], others: Sequence[Facts]) -> float:
    """Return the gain in similarity without the words in these ranges."""
    whole = " ".join(each.sentence.text for each in facts)
    without = " ".join(each.without(places) for each in facts)
    vectors = encode([whole, without, " ".join(each.sentence.text for each in others)])
    return float((vectors[1] - vectors[0]) @ vectors[2])


def _finding(rule: str, place: Place, source: Place, message: str, *, is_certain: bool = True) -> Finding:
    """Return a strong finding, or a weak one that does not decide the verdict."""
    severity = Severity.STRONG if is_certain else Severity.WEAK
    return Finding(
        start=place[0], end=place[1], rule=rule, severity=severity, message=message, source_start=source[0], source_end=source[1]
    )

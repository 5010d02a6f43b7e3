"""Finds disagreements of aligned sentences: numbers, units, dates, names and negations.

Translators rephrase, move details to the next sentence or omit them. So a number, date or name is a finding only if both sides have one
that the other side lacks, also in the adjacent sentences.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from newsdesk.check.facts import Facts, Name, Place, Quantity, consonants, plain
from newsdesk.records import Finding, Severity
from newsdesk.vectors import encode

SAME_LETTERS = 74.0
SAME_LETTERS_OF_LONG = 66.0
LONG_NAME = 6
"""Similarity of letters from which two names can be the same ("Kiev", "Kyiv": 75; "Lavrov", "Lawrow": 67), and length of a long one."""
SAME_CONSONANTS = 80.0
"""Similarity of consonants from which two names in different scripts can be the same."""
SAME_NAME = 0.6
SAME_WORD = 0.45
RIVAL = 0.15
"""Minimum difference in similarity by which another word matches better than a name, so that the name is not a translation of it."""
SHORTEST_WORD = 3
"""Cosine from which a name translates a word of the other side, capitalised or not. Names of persons are somewhat similar."""
LOST_WITH_A_NAME = 0.03
"""Loss of similarity without a name from which the original contains the name in some form."""
FITTING_GAIN = 0.015
"""Minimum gain in similarity if the name of the original replaces that of the text."""
LEAST_GAIN = 0.01
CERTAIN_GAIN = 0.02
"""Minimum gain in similarity without the negating words of one sentence, for a weak and for a strong finding."""
LONGER = 1.5
CONVERTED = 0.03
"""Maximum relative difference of a number that was converted into another unit."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Aligned sentences, and those around them on both sides."""

    here: Sequence[Facts]
    there: Sequence[Facts]
    near_here: Sequence[Facts]
    near_there: Sequence[Facts]


@dataclass(frozen=True, slots=True)
class Written:
    """The normalised names of the whole text and of the whole original."""

    here: frozenset[str]
    there: frozenset[str]


def find_disagreements(pair: Pair, written: Written) -> Iterator[Finding]:
    """Yield the disagreements of aligned sentences. `written` are the names of the whole texts."""
    yield from _quantities_that_differ(pair)
    yield from _dates_that_differ(pair)
    yield from _names_that_differ(pair, written)
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
    around_here, around_there = (
        [quantity for quantity in _quantities(near) if quantity not in own]
        for near, own in ((pair.near_here, ours), (pair.near_there, theirs))
    )
    lone = _lone(ours, [mine for mine, _ in matched], around_there)
    lone_there = _lone(theirs, [other for _, other in matched], around_here)
    for mine, other in zip(lone, lone_there, strict=False):
        message = f"The text has {mine.written} where the original has {other.written}."
        yield _finding("number-differs", mine.place, other.place, message)


def _match(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Match each quantity with at most one of the other side that can be the same."""
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
    """Return the quantities without a match in the sentence or around it."""
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


def _names_that_differ(pair: Pair, written: Written) -> Iterator[Finding]:
    """Yield names that the whole original lacks and that replace a name which this sentence lacks; neither may be a translated word.

    A word that may not be a name ("Security") counts only if the text has the replaced name in another sentence.
    """
    here, there = _plain_words(pair.here), _plain_words(pair.near_there)
    ours = [name for name in _names(pair.here) if not (_is_doubtful(name) or _is_known(name, pair.near_there, written.there | there))]
    # Only of English names it is known that they are not common words.
    may_be_nouns = pair.there[0].expressions.has_capital_nouns and pair.here[0].expressions.code == "en"
    proven = {name.place for name in _names(pair.there) if name.is_sure or name.plain in written.here}
    theirs = [
        name
        for name in _names(pair.there)
        if (name.place in proven or (may_be_nouns and not name.begins)) and not _is_known(name, pair.here, here)
    ]
    if not ours or not theirs:
        return
    ours = [name for name in _untranslated(ours, pair.here, pair.near_there) if _loss_without(name, pair) < LOST_WITH_A_NAME]
    theirs = _untranslated(theirs, pair.there, pair.here) if ours else []
    for name in ours:
        fitting = {_gain_with(other, name, pair): other for other in theirs if name.is_sure or other.plain in written.here}
        if fitting and max(fitting) > FITTING_GAIN:
            other = fitting[max(fitting)]
            theirs.remove(other)
            message = f"The text names {name.written}, the original names {other.written}."
            yield _finding("name-differs", name.place, other.place, message, is_certain=other.place in proven)


def _names(facts: Iterable[Facts]) -> list[Name]:
    return [name for each in facts for name in each.names]


def written_names(facts: Iterable[Facts]) -> frozenset[str]:
    """Return the normalised names of a text."""
    return frozenset(part for name in _names(facts) for part in _parts(name))


def _is_doubtful(name: Name) -> bool:
    """Return whether a name may be a common word, at the start of a sentence, or an abbreviation, which differ between languages."""
    return not name.is_sure and (name.begins or name.written.isupper() or not name.written.isalpha())


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


def _untranslated(names: Sequence[Name], side: Sequence[Facts], others: Sequence[Facts]) -> list[Name]:
    """Return the names of one side that do not translate a word of the other side, or not as well as another word of their own side."""
    ours, theirs = _plain_words(side), _plain_words(others)
    words = [word for each in others for word in each.words if len(word) + word[0].isupper() > SHORTEST_WORD and plain(word) not in ours]
    if not names or not words:
        return list(names)
    vectors = encode(words)
    similar = encode([_told_name(name, theirs) for name in names]) @ vectors.T
    least = np.array([[SAME_NAME if word[0].isupper() and not name.is_place else SAME_WORD for word in words] for name in names])
    is_meant = similar >= least
    if is_meant.any():
        rivals = [word for each in side for word in each.words if len(word) > SHORTEST_WORD and plain(word) not in theirs]
        best = (encode(rivals) @ vectors.T).max(axis=0) if rivals else np.zeros(len(words))
        is_meant &= similar >= best - RIVAL
    return [name for name, meant in zip(names, is_meant, strict=True) if not meant.any()]


def _told_name(name: Name, theirs: frozenset[str]) -> str:
    """Return the name with adjacent ones ("Czech Republic"), or alone if one of these is also on the other side ("Anna Weber")."""
    beside = [plain(word) for word in name.phrase.split() if plain(word) != name.plain]
    return name.written if any(_is_among(word, theirs) for word in beside) else name.phrase


def _denials_that_differ(pair: Pair) -> Iterator[Finding]:
    """Yield a finding if only one side has a negation, no other word of either can replace it, and both are more similar without it."""
    if not all(each.expressions.can_deny for each in (*pair.here, *pair.there)):
        return
    ours, theirs = _denials(pair.here), _denials(pair.there)
    if bool(ours) == bool(theirs) or _is_asked(pair) or not _is_balanced(pair):
        return
    # A sentence with such a word in its own language is often translated without any negation, but rarely with one that it does not have.
    if any(each.is_softened for each in (pair.there if ours else (*pair.here, *pair.there))):
        return
    gain = _gain_without(pair.here, ours, pair.there) if ours else _gain_without(pair.there, theirs, pair.here)
    if gain < LEAST_GAIN:
        return
    said = "denies what the original says" if ours else "says what the original denies"
    place, source = _span(pair.here), _span(pair.there)
    places = ours[0] if ours else place, theirs[0] if theirs else source
    yield _finding("negation-differs", *places, f"This sentence {said}.", is_certain=gain >= CERTAIN_GAIN)


def _is_asked(pair: Pair) -> bool:
    """Return whether it is a question, which can be asked with or without a negation."""
    return any(each.sentence.text.rstrip("”\"'» ").endswith(("?", "？", "؟")) for each in (*pair.here, *pair.there))


def _is_balanced(pair: Pair) -> bool:
    """Return whether both sides have similar lengths; else a part of the longer one is in an adjacent sentence of the other side."""
    here, there = (sum(len(each.sentence.text) for each in side) for side in (pair.here, pair.there))
    return max(here, there) <= LONGER * min(here, there)


def _gain_without(facts: Sequence[Facts], places: Sequence[Place], others: Sequence[Facts]) -> float:
    """Return the gain in similarity without the words in these ranges."""
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


def _finding(rule: str, place: Place, source: Place, message: str, *, is_certain: bool = True) -> Finding:
    """Return a strong finding, or a weak one that does not decide the verdict."""
    severity = Severity.STRONG if is_certain else Severity.WEAK
    return Finding(
        start=place[0], end=place[1], rule=rule, severity=severity, message=message, source_start=source[0], source_end=source[1]
    )

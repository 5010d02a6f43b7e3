"""The text against its original: numbers, dates, names, negations and the count of quotations.

Sentences are aligned by their order, length and the numbers they share (dynamic programming after Gale and Church 1993).
What differs is a finding with both places. A translator may say a thing in another way, so names and negations count only
where the sentences that belong together are sure, and both sides lack what the other has.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from newsdesk.check.lang import LANGUAGES, load
from newsdesk.check.parts import WORD, Part, fold, parts_of
from newsdesk.check.reading import Reading
from newsdesk.records import Finding, Severity

SKIP_COST = 1.5
LEAST_SIMILAR = 55
"""Ratio of letters from which two names may be the same ("Kiev", "Kyiv": 75; "Bruselas", "Brussels": 88)."""


def guess_language(text: str) -> str | None:
    """The language whose small words stand in the text most often, of those with data; None where there are hardly any."""
    words = Counter(word.group().lower() for word in WORD.finditer(text))
    counts = {
        data.code: sum(words[word.lower()] for word in data.leftovers | data.negations) for data in map(load, LANGUAGES) if data is not None
    }
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= LEAST_SMALL_WORDS else None


LEAST_SMALL_WORDS = 3


def align(target: Sequence[Part], source: Sequence[Part]) -> list[tuple[list[Part], list[Part]]]:
    """Groups of sentences that belong together, one or two on each side, or one on a side with none."""
    ratio = max(1, sum(len(part.text) for part in target)) / max(1, sum(len(part.text) for part in source))
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(len(target) + 1):
        for j in range(len(source) + 1):
            if (i, j) == (0, 0):
                continue
            steps = [(i - a, j - b) for a, b in ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1)) if i >= a and j >= b]
            best[i, j] = min((best[step][0] + _cost(target[step[0] : i], source[step[1] : j], ratio), step) for step in steps)
    groups, at = [], (len(target), len(source))
    while at != (0, 0):
        step = best[at][1]
        groups.append((list(target[step[0] : at[0]]), list(source[step[1] : at[1]])))
        at = step
    return groups[::-1]


def _cost(target: Sequence[Part], source: Sequence[Part], ratio: float) -> float:
    if not target or not source:
        return SKIP_COST
    here, there = sum(len(part.text) for part in target), sum(len(part.text) for part in source) * ratio
    length = abs(here - there) / max(here, there)
    shared = _shared(target, source)
    return length - 0.4 * min(shared, 3) + 0.3 * (len(target) + len(source) - 2)


def _shared(target: Sequence[Part], source: Sequence[Part]) -> int:
    numbers = {value for part in target for value in part.numbers} & {value for part in source for value in part.numbers}
    names = {name[:4] for part in target for name in part.names} & {name[:4] for part in source for name in part.names}
    return len(numbers) + len(names)


def compare(reading: Reading, original: Reading) -> tuple[Finding, ...]:
    """A finding for each disagreement; none where the texts are too long to be aligned."""
    target, source = parts_of(reading), parts_of(original)
    if len(target) * len(source) > MOST_CELLS:
        return ()
    found: list[Finding] = []
    every = Everything(reading, original)
    for here, there in align(target, source):
        if here and there:
            found += _numbers_that_differ(here, there, every)
            found += _dates_that_differ(here, there)
            found += _names_that_differ(here, there, every)
            found += _negations_that_differ(here, there)
    return (*found, *_quotations_that_differ(reading, original))


MOST_CELLS = 250_000
"""Sentences times sentences; 500 of each are a second."""


class Everything:
    """All numbers and all words with capitals of both texts: what stands elsewhere in the other is moved, not altered."""

    def __init__(self, reading: Reading, original: Reading) -> None:
        self.target_numbers = {value for part in parts_of(reading) for value in part.numbers}
        self.source_numbers = {value for part in parts_of(original) for value in part.numbers}
        self.source_words = {fold(match.group()) for match in WORD.finditer(original.text) if match.group()[0].isupper()}
        self.target_words = {fold(match.group()) for match in WORD.finditer(reading.text) if match.group()[0].isupper()}


def _numbers_that_differ(here: Sequence[Part], there: Sequence[Part], every: Everything) -> Iterable[Finding]:
    ours = {value: place for part in here for value, place in part.numbers.items() if value not in every.source_numbers}
    theirs = {value: place for part in there for value, place in part.numbers.items() if value not in every.target_numbers}
    for (value, place), (other, source) in zip(ours.items(), theirs.items(), strict=False):
        yield _finding("number-differs", place, source, f"The text has {_written(value)} where the original has {_written(other)}.")


def _written(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def _dates_that_differ(here: Sequence[Part], there: Sequence[Part]) -> Iterable[Finding]:
    ours = {date: place for part in here for date, place in part.dates.items()}
    theirs = {date: place for part in there for date, place in part.dates.items()}
    for kind in ("month", "day"):
        mine = [place for date, place in ours.items() if date.startswith(kind) and date not in theirs]
        others = [place for date, place in theirs.items() if date.startswith(kind) and date not in ours]
        for place, source in zip(mine, others, strict=False):
            yield _finding("date-differs", place, source, "The text names another day or month than the original.")


def _names_that_differ(here: Sequence[Part], there: Sequence[Part], every: Everything) -> Iterable[Finding]:
    ours = [(name, place) for part in here for name, place in part.names.items() if not _is_known(name, every.source_words)]
    theirs = [(name, place) for part in there for name, place in part.names.items() if not _is_known(name, every.target_words)]
    if len(ours) == len(theirs) == 1:  # more of them are names that each language has its own form of
        (name, place), (other, source) = ours[0], theirs[0]
        if not _is_exonym(name, other):
            yield _finding("name-differs", place, source, "The text has another name here than the original.")


def _is_known(name: str, words: Iterable[str]) -> bool:
    return any(word == name or (len(word) > 3 and fuzz.ratio(name, word) >= LEAST_SIMILAR) for word in words)


def _is_exonym(name: str, other: str) -> bool:
    return frozenset((name, other)) in _EXONYMS


_EXONYMS = frozenset(
    frozenset((english, other))
    for english, others in {
        "germany": "alemania alemanha allemagne germania deutschland",
        "german": "deutschland",
        "london": "londres",
        "spain": "espana espagne",
        "united": "estados etats vereinigte stati",
        "states": "unidos unis",
        "netherlands": "holanda",
        "switzerland": "suiza",
        "greece": "grecia",
        "japan": "japon",
        "hungary": "ungarn",
        "austria": "osterreich",
        "vienna": "wien",
        "munich": "munchen",
        "cologne": "koln",
        "england": "inglaterra",
        "wales": "gales",
        "scotland": "escocia",
        "house": "casa",
        "nato": "otan",
        "court": "tribunal",
    }.items()
    for other in others.split(" ")
)
"""Names that languages write too differently to be seen as one."""


def _negations_that_differ(here: Sequence[Part], there: Sequence[Part]) -> Iterable[Finding]:
    ours, theirs = sum(part.negations for part in here), sum(part.negations for part in there)
    if len(here) != 1 or len(there) != 1 or bool(ours) == bool(theirs):
        return
    without = here[0] if theirs else there[0]
    if not without.is_softened:
        said = "denies what the original says" if ours else "says what the original denies"
        yield _finding(
            "negation-differs",
            (here[0].start, here[0].end),
            (there[0].start, there[0].end),
            f"This sentence {said}: one of them has a “not”.",
        )


def _quotations_that_differ(reading: Reading, original: Reading) -> Iterable[Finding]:
    ours = [q for q in reading.quotations if q.start is not None and q.end is not None]
    theirs = [q for q in original.quotations if q.start is not None and q.end is not None]
    if abs(len(ours) - len(theirs)) > max(2, len(theirs) // 3) and ours:
        first = ours[0]
        start = first.start or 0
        yield Finding(
            start=start,
            end=first.end or start + 1,
            rule="quotations-differ",
            severity=Severity.WEAK,
            message=f"The text has {len(ours)} quotations, the original {len(theirs)}.",
        )


def _finding(rule: str, place: tuple[int, int], source: tuple[int, int], message: str) -> Finding:
    return Finding(
        start=place[0], end=place[1], rule=rule, severity=Severity.STRONG, message=message, source_start=source[0], source_end=source[1]
    )

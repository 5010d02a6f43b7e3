"""Near-duplicate detection: text sketches, grouping of articles into stories, and kinds of copies. Pure functions.

The sketch is MinHash (Broder 1997) over word shingles. Its LSH bands are indexed as terms, so that a query finds the
candidates; the similarity estimated from the whole sketches confirms them.
"""

import base64
import datetime as dt
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 3
HASHES = 96
"""With 96 hashes the standard deviation of the estimate is at most 0.05."""
BAND_ROWS = 3
BANDS = 24
"""24 bands of 3 find a pair of Jaccard similarity 0.6 with probability 99.7 %, 0.7 with 99.996 %, an unrelated pair (0.01) with 0.002 %."""
LEAD_WORDS = 50
LEAD_BANDS = 8
"""A teaser of a third of the text has similarity 0.3: bands of the whole text find 48 % of such teasers, bands of the first words all."""

SAMPLE = 128
"""Number of smallest shingle hashes that are kept of a text. Up to the smaller of two samples' maxima both samples are complete, so
containment is measured exactly there; a teaser is contained completely."""

SAME_STORY = 0.5
CONTAINED = 0.95
"""Least share of the shorter text's shingles in the longer text. At 0.7, 2.4 % of the texts that copy only another text's lead were
taken for a fuller version of a teaser that is little more than that lead."""
LEAST_OF_TEASER = 0.1
"""Least Jaccard similarity at which containment is tested: 12 shingles of the teaser are then in the sample; fewer are not reliable."""
SAME_TEXT = 0.9
SHORTER = 0.75
FEWEST_WORDS = 20
"""Shorter texts get no sketch: agency slugs and captions often have the same words without being one story."""

_WORD = re.compile(r"\w+")
_RANDOM = np.random.RandomState(20261124)
_MULTIPLIERS = _RANDOM.randint(0, 2**31, HASHES).astype(np.uint32) * np.uint32(2) + np.uint32(1)
_ADDENDS = _RANDOM.randint(0, 2**31, HASHES).astype(np.uint32)
_LARGEST = np.uint32(2**32 - 1)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_BAND_NAMES = [f"t{number:x}" for number in range(BANDS)] + [f"l{number:x}" for number in range(LEAD_BANDS)]


class DuplicateKind(StrEnum):
    """How an article relates to the first published article of its story."""

    FIRST = "first"
    EXACT_COPY = "exact_copy"  # same headline, same text
    OTHER_HEADLINE = "other_headline"  # the same text under another headline: a wire copy
    TEASER = "teaser"  # a part of the first one's text, usually its beginning
    FULLER = "fuller"  # contains the first one's text and more
    UPDATE = "update"  # changed, from the same source
    EDITED_COPY = "edited_copy"  # changed, from another source


@dataclass(frozen=True)
class Sketch:
    """A summary of a text for comparisons: MinHash values, the smallest shingle hashes in order, and the number of distinct shingles."""

    hashes: NDArray[np.uint32] = field(compare=False)
    lead_hashes: NDArray[np.uint32] = field(compare=False)
    sample: NDArray[np.uint32] = field(compare=False)
    shingle_count: int

    @cached_property
    def bands(self) -> list[str]:
        """The LSH bands as index terms: articles that share one are candidates."""
        terms = _terms(np.concatenate((self.hashes[: BANDS * BAND_ROWS], self.lead_hashes)))
        return [f"{kind}{term}" for kind, term in zip(_BAND_NAMES, terms, strict=True)]

    def packed(self) -> str:
        numbers = (self.hashes, self.lead_hashes, self.sample)
        return base64.b64encode(self.shingle_count.to_bytes(4, "big") + b"".join(part.tobytes() for part in numbers)).decode()


def unpack(packed: str) -> Sketch:
    raw = base64.b64decode(packed)
    numbers = np.frombuffer(raw[4:], dtype=np.uint32)
    hashes, lead_hashes, sample = np.split(numbers, [HASHES, HASHES + LEAD_BANDS * BAND_ROWS])
    return Sketch(hashes, lead_hashes, sample, int.from_bytes(raw[:4], "big"))


def _terms(hashes: NDArray[np.uint32]) -> list[str]:
    rows = hashes.reshape(-1, BAND_ROWS).astype(np.uint64)
    mixed = _mixed((rows[:, 0] << np.uint64(32) | rows[:, 1]) * _BASE + rows[:, 2])
    digits = (mixed >> np.uint64(16)).astype(">u8").tobytes().hex()
    return [digits[start + 4 : start + 16] for start in range(0, len(digits), 16)]


def sketch(text: str) -> Sketch | None:
    """The sketch of a text; None for a short text. Case, Unicode normalisation form and punctuation are ignored."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    if len(words) < FEWEST_WORDS:
        return None
    # No word contains a space, so all words are encoded at once.
    encoded = " ".join(words).encode("utf-8", "surrogatepass").split(b" ")
    codes = np.fromiter(map(zlib.crc32, encoded), dtype=np.uint64, count=len(words))
    shingles = codes[: len(codes) - SHINGLE_WORDS + 1].copy()
    for offset in range(1, SHINGLE_WORDS):
        shingles = shingles * _BASE + codes[offset : len(codes) - SHINGLE_WORDS + 1 + offset]
    short = (_mixed(shingles) >> np.uint64(32)).astype(np.uint32)
    lead = _smallest(short[:LEAD_WORDS], LEAD_BANDS * BAND_ROWS)
    short.sort()
    different = short[np.concatenate(([True], short[1:] != short[:-1]))]
    return Sketch(_smallest(different, HASHES), lead, different[:SAMPLE], len(different))


def _smallest(shingles: NDArray[np.uint32], count: int) -> NDArray[np.uint32]:
    # Multiplying by an odd number modulo 2**32 is a permutation; it needs no division and is vectorised.
    hashed = np.multiply.outer(_MULTIPLIERS[:count], shingles)
    hashed += _ADDENDS[:count, None]
    smallest: NDArray[np.uint32] = hashed.min(axis=1)
    return smallest


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # The finaliser of splitmix64, so that similar sums get independent hashes.
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def jaccard(one: Sketch, other: Sketch) -> float:
    """The estimated Jaccard similarity of two texts' shingles, 0 to 1; standard deviation at most 0.05."""
    return float(np.count_nonzero(one.hashes == other.hashes)) / HASHES


def containment(one: Sketch, other: Sketch) -> float:
    """The share of the shorter text's shingles that the longer text contains, measured where both samples are complete."""
    shorter, longer = sorted((one, other), key=lambda sketch: sketch.shingle_count)
    end = min((sketch.sample[-1] for sketch in (one, other) if sketch.shingle_count > len(sketch.sample)), default=_LARGEST)
    compared = shorter.sample[shorter.sample <= end]
    return float(np.isin(compared, longer.sample, assume_unique=True).mean()) if len(compared) else 0.0


def is_same_story(one: Sketch, other: Sketch) -> bool:
    """Whether two texts are versions of one text: half of their shingles are common, or nearly all of the shorter text's."""
    similar = jaccard(one, other)
    return similar >= SAME_STORY or (similar >= LEAST_OF_TEASER and containment(one, other) >= CONTAINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The properties of an article that grouping uses."""

    id: str
    story_id: str
    source: str
    title: str
    dated_at: dt.datetime
    sketch: Sketch | None
    kind: DuplicateKind | None = None


Compare = Callable[[Sketch, Sketch], bool]
"""Returns whether two texts are versions of one text."""


def find_stories(members: Iterable[Member], *, compare: Compare | None = None) -> list[list[Member]]:
    """Group articles into stories; returns the groups of two and more.

    Two articles belong together if their texts are versions of one text, or if they already have the same story id: a group
    never splits. Texts are compared by `is_same_story` unless another function is given.
    """
    known = {member.id: member for member in members}
    joined = _DisjointSets(known)
    together: dict[str, str] = {}
    for member in known.values():
        joined.join(together.setdefault(member.story_id, member.id), member.id)
    _join_similar(known.values(), joined, compare or is_same_story)
    groups: dict[str, list[Member]] = defaultdict(list)
    for key, member in known.items():
        groups[joined.root(key)].append(member)
    return [group for group in groups.values() if len(group) > 1]


class _DisjointSets:
    """Union-find over ids. The root of a union is the root of its first set."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parents = {key: key for key in ids}

    def root(self, key: str) -> str:
        parents = self._parents
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    def join(self, first: str, second: str) -> None:
        self._parents[self.root(second)] = self.root(first)


def _join_similar(members: Collection[Member], joined: _DisjointSets, compare: Compare) -> None:
    """Join members that share a band and are versions of one text.

    Members that are joined already are not compared, so that the cost of a large story is linear.
    """
    by_band: dict[str, dict[str, list[Member]]] = defaultdict(dict)
    differ: set[tuple[str, str]] = set()
    bands = {member.id: member.sketch.bands for member in members if member.sketch}
    counts = Counter(chain.from_iterable(bands.values()))
    for member in members:
        for band in (band for band in bands.get(member.id, ()) if counts[band] > 1):
            groups = by_band[band]
            for root, group in groups.items():
                if joined.root(root) != joined.root(member.id) and _is_in(group, member, differ, compare):
                    joined.join(root, member.id)
            groups.setdefault(joined.root(member.id), []).append(member)


def _is_in(group: list[Member], member: Member, differ: set[tuple[str, str]], compare: Compare) -> bool:
    """Whether the member is a version of one in the group. Pairs that differ are added to `differ` and not compared again."""
    for other in group:
        if (other.id, member.id) in differ:
            continue
        if other.sketch and member.sketch and compare(other.sketch, member.sketch):
            return True
        differ.add((other.id, member.id))
    return False


def story_of(group: Iterable[Member]) -> str:
    """The story's id: the smallest id of its members, so that it does not depend on the order of arrival."""
    return min(min(member.id, member.story_id) for member in group)


def kinds_in(group: list[Member]) -> dict[str, DuplicateKind]:
    """The kind of each article of a story, relative to the one that was published first."""
    first = min(group, key=lambda member: (member.dated_at, member.id))
    return {member.id: DuplicateKind.FIRST if member is first else kind_of(member, first) for member in group}


def kind_of(member: Member, first: Member) -> DuplicateKind:
    """The kind of an article, relative to the first one of its story."""
    if member.sketch is None or first.sketch is None:
        return DuplicateKind.EDITED_COPY
    similar = jaccard(member.sketch, first.sketch)
    if similar >= SAME_TEXT:
        return DuplicateKind.EXACT_COPY if _plain(member.title) == _plain(first.title) else DuplicateKind.OTHER_HEADLINE
    if containment(member.sketch, first.sketch) >= CONTAINED:
        if member.sketch.shingle_count < SHORTER * first.sketch.shingle_count:
            return DuplicateKind.TEASER
        if first.sketch.shingle_count < SHORTER * member.sketch.shingle_count:
            return DuplicateKind.FULLER
    return DuplicateKind.UPDATE if member.source == first.source else DuplicateKind.EDITED_COPY


def _plain(title: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", title).lower()))

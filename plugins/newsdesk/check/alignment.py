"""Aligns the sentences of a translation with those of its original by meaning.

Both sides keep their order, and up to three sentences of one side are aligned with up to three of the other. The alignment with the
lowest cost is found by dynamic programming over sentence vectors, as in Vecalign (Thompson and Koehn 2019); a sentence without a
counterpart costs `SKIP`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

MOVES = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (2, 3), (3, 2))
SKIP = 0.35
MERGE = 0.4
"""Cost of each sentence more than one on a side. Larger than `SKIP`, so that a sentence is joined only if that increases similarity."""


MOVED = 0.5
"""Similarity from which two unaligned sentences have the same meaning, so that one was moved."""


@dataclass(frozen=True, slots=True)
class Group:
    """Ranges of sentences of target and source that are aligned; one range can be empty. `similarity` is their cosine."""

    target: range
    source: range
    similarity: float


def align(target: Vectors, source: Vectors) -> list[Group]:
    """Align two texts; return groups in the order of the texts. Each sentence is in exactly one group."""
    similar = {move: _similarities(target, source, *move).tolist() for move in MOVES}
    rows, columns = len(target) + 1, len(source) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    step = [[(0, 0)] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if i or j:
                cost[i][j], step[i][j] = min(_steps(cost, similar, i, j))
    return list(_walk_back(step, similar))[::-1]


def pair_moved(groups: Sequence[Group], target: Vectors, source: Vectors) -> list[Group]:
    """Align the sentences that the translation moved: unaligned ones of both sides that are most similar to each other."""
    lone_target = [group.target.start for group in groups if not group.source]
    lone_source = [group.source.start for group in groups if not group.target]
    if not lone_target or not lone_source:
        return list(groups)
    similar = target[lone_target] @ source[lone_source].T
    best = {i: int(row.argmax()) for i, row in enumerate(similar) if row.max() >= MOVED}
    moved = {lone_target[i]: (lone_source[j], float(similar[i, j])) for i, j in best.items() if int(similar[:, j].argmax()) == i}
    taken = {j for j, _ in moved.values()}
    kept = [group for group in groups if group.target or group.source.start not in taken]
    return [_with_moved(group, *moved[group.target.start]) if not group.source and group.target.start in moved else group for group in kept]


def _with_moved(group: Group, source: int, similarity: float) -> Group:
    return Group(group.target, range(source, source + 1), similarity)


def _steps(
    cost: Sequence[Sequence[float]], similar: dict[tuple[int, int], list[list[float]]], i: int, j: int
) -> Iterator[tuple[float, tuple[int, int]]]:
    if i:
        yield cost[i - 1][j] + SKIP, (1, 0)
    if j:
        yield cost[i][j - 1] + SKIP, (0, 1)
    for a, b in MOVES:
        if i >= a and j >= b:
            yield cost[i - a][j - b] + 1 - similar[a, b][i - a][j - b] + MERGE * (a + b - 2), (a, b)


def _walk_back(step: Sequence[Sequence[tuple[int, int]]], similar: dict[tuple[int, int], list[list[float]]]) -> Iterator[Group]:
    i, j = len(step) - 1, len(step[0]) - 1
    while i or j:
        a, b = step[i][j]
        i, j = i - a, j - b
        yield Group(range(i, i + a), range(j, j + b), similar[a, b][i][j] if a and b else 0.0)


def _similarities(target: Vectors, source: Vectors, a: int, b: int) -> Vectors:
    """Return the cosines between the sums of `a` consecutive target vectors and those of `b` consecutive source vectors."""
    product: Vectors = _sums(target, a) @ _sums(source, b).T
    return product


def cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / max(1e-9, float(np.linalg.norm(one) * np.linalg.norm(other))))


def _sums(vectors: Vectors, size: int) -> Vectors:
    if len(vectors) < size:
        return np.empty((0, vectors.shape[1]), dtype=np.float32)
    sums: Vectors = np.sum([vectors[k : len(vectors) - size + 1 + k] for k in range(size)], axis=0)
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return sums

"""Fits the weights by which an unaligned sentence is judged: `MISSING_WEIGHTS` and `FOREIGN_WEIGHTS` of `check/compare.py`.

    python bench/fit_alignment.py [--data FILE] [--part even|odd|all]

FILE has stories as for `comparison.py`. Sentences are removed from and added to translations by `alterations.py`; these are the positive
examples. The negative ones are those that are not aligned in faithful translations, of which some sentences were joined. The weights are
those of a logistic regression.

Each story is also judged by weights that were fitted without it, in any language. By these, a table shows for some thresholds the share
of examples that are found, and the number of false findings in 100 sentences. The same data give the same weights.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alterations import Altered, Story, add_two, omit_two, read_stories, replace_one
from comparison import DATA, PARTS, Place, join_some, lay_out
from numpy.typing import NDArray

from newsdesk.check import compare
from newsdesk.check.compare import align_texts, features_of_foreign, features_of_missing, is_told
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading, Sentence
from newsdesk.vectors import LANGUAGES

SEEDS = range(11, 15)
"""Of the alterations. `comparison.py` measures others."""
FOLDS = 6
RIDGE = 1.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """An unaligned sentence. `story` is the number of its story, which it has in all languages."""

    story: str
    features: Sequence[float]
    is_altered: bool


def examples_of(altered: Altered) -> Iterator[tuple[str, Example]]:
    """Yield the unaligned sentences that were altered, or all of a faithful translation: missing ones of the original, and foreign ones of
    the text.
    """
    story = altered.story
    (text, places), (source, source_places) = lay_out(story.translation), lay_out(story.source)
    alignment = align_texts(Reading(text, load_any("en")), Reading(source, load_any(story.language)))
    assert alignment is not None
    changed, missing = [places[i] for i in altered.changed], [source_places[j] for j in altered.missing]
    is_faithful = not (changed or missing)
    number_of_story = story.id.split("-")[1]
    for number, group in enumerate(alignment.groups):
        for j in group.source if not group.target else ():
            if is_told(alignment.there[j]) and (is_faithful or _is_within(alignment.there[j], missing)):
                yield "missing", Example(number_of_story, features_of_missing(alignment, number, j), not is_faithful)
        for i in group.target if not group.source else ():
            if is_told(alignment.here[i]) and (is_faithful or _is_within(alignment.here[i], changed)):
                yield "foreign", Example(number_of_story, features_of_foreign(alignment, number, i), not is_faithful)


def _is_within(sentence: Sentence, places: Sequence[Place]) -> bool:
    return any(start <= sentence.start and sentence.end <= end for start, end in places)


def alter(stories: Sequence[Story], seed: int) -> Iterator[Altered]:
    chance = random.Random(seed)
    for story in stories:
        joined = join_some(story, chance)
        yield Altered("faithful", joined)
        yield from filter(None, (change(joined, stories, chance) for change in (add_two, omit_two, replace_one)))


def fit(features: Floats, altered: Floats) -> Floats:
    """Return the weights and, last, the constant of a logistic regression, by Newton's method."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    scaled = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    penalty = np.diag([RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (altered - chance) - penalty @ weights
        weights = weights + np.linalg.solve((scaled * (chance * (1 - chance))[:, None]).T @ scaled + penalty, slope)
    bare = weights[:-1] / spread
    return np.append(bare, weights[-1] - bare @ mean)


def show(kind: str, examples: Sequence[Example], sentences: int, current: Sequence[float], threshold: float) -> None:
    features = np.array([example.features for example in examples])
    altered = np.array([float(example.is_altered) for example in examples])
    folds = np.array([int(example.story) % FOLDS for example in examples])
    *weights, constant = fit(features, altered)
    print(f"{kind}: {int(altered.sum())} examples, {int((1 - altered).sum())} others, in {sentences} sentences")
    print(f"  weights ({', '.join(f'{weight:.1f}' for weight in weights)}), even odds at {-constant:.1f}")
    print(f"  as in the package, {threshold}: {line(features @ np.array(current) > threshold, altered, sentences)}")
    odds = np.zeros(len(examples))
    for fold in range(FOLDS):
        *without, _ = fit(features[folds != fold], altered[folds != fold])
        odds[folds == fold] = features[folds == fold] @ np.array(without)
    for least in np.arange(-constant - 2, -constant + 4.1, 0.5):
        print(f"  fitted without the story, {least:.1f}: {line(odds > least, altered, sentences)}")


def line(found: NDArray[np.bool_], altered: Floats, sentences: int) -> str:
    share, wrong = float(found[altered == 1].mean()), int(found[altered == 0].sum())
    return f"found {share:.3f}, wrong {wrong}, in 100 sentences {100 * wrong / sentences:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--part", choices=PARTS, default="even")
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    stories = [story for story in read_stories(rows[PARTS[args.part]]) if story.language in LANGUAGES]
    examples: dict[str, list[Example]] = {"missing": [], "foreign": []}
    sentences = 0
    for altered in (altered for seed in SEEDS for altered in alter(stories, seed)):
        sentences += len(altered.story.translation) if altered.kind == "faithful" else 0
        for kind, example in examples_of(altered):
            examples[kind].append(example)
    show("missing", examples["missing"], sentences, compare.MISSING_WEIGHTS, compare.MISSING_FROM)
    show("foreign", examples["foreign"], sentences, compare.FOREIGN_WEIGHTS, compare.FOREIGN_FROM)


if __name__ == "__main__":
    main()

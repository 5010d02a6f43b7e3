"""Fits two directions among the vectors of the model: denial and names; the package contains the results.

    bench/fit_directions.py names-train.jsonl.gz plugins/newsdesk/check/data

Each line of the data is an English article: {"text", "mentions": [[start, end, type]]}. Both are mean differences of vectors: of clauses
with and without a "not" that is put in after an auxiliary verb, and of words of names and other words. The same data result in the same
directions; a new version of the vectors needs new ones. Prints how well the second separates words of articles it was not made from.
"""

import argparse
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsdesk.check.facts import SHORTEST_NAME, WORD, facts_of
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading, clauses_of
from newsdesk.vectors import encode, pack

_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might) (?!not\b)(?=[a-z])")
PAIRS = 6000
LONGEST = 45
SHORTEST = 4
WORDS = 4000
NAMED = frozenset({"person", "place"})
HEAD = """\
# The direction of {what} in the vectors of {units}, 512 signed bytes in base64, made by bench/fit_directions.py from
# en-worldwide-newswire by the Stanford NLP Group (https://github.com/stanfordnlp/en-worldwide-newswire, commit e082527), CC BY 4.0.
"""
Article = dict[str, Any]


def direction_of(positive: Sequence[str], negative: Sequence[str]) -> NDArray[np.float32]:
    direction: NDArray[np.float32] = (encode(positive) - encode(negative)).mean(axis=0)
    return direction


def words_of(articles: Sequence[Article], chance: random.Random) -> tuple[list[str], list[str]]:
    """Return words of names of persons and places, and other words with a capital letter, as many of each."""
    names: dict[str, None] = {}
    others: Counter[str] = Counter()
    for article in articles:
        text, inside = article["text"], set()
        for start, end, kind in article["mentions"]:
            found = list(WORD.finditer(text, start, end))
            inside.update(match.start() for match in found)
            names.update((match.group(), None) for match in found if kind in NAMED and match.group()[0].isupper())
        others.update(match.group() for match in WORD.finditer(text) if match.start() not in inside and match.group().islower())
    named = sorted(name for name in names if len(name) >= SHORTEST_NAME and not name.isupper() and name.lower() not in others)
    common = sorted(word.capitalize() for word, count in others.items() if count > 1 and len(word) >= SHORTEST_NAME)
    count = min(WORDS, len(named), len(common))
    return chance.sample(named, count), chance.sample(common, count)


def show(direction: NDArray[np.float32], named: Sequence[str], common: Sequence[str]) -> None:
    direction = direction / np.linalg.norm(direction)
    of_names, of_others = encode(named) @ direction, encode(common) @ direction
    for share in (0.01, 0.02, 0.05, 0.1):
        least = float(np.quantile(of_others, 1 - share))
        print(f"names: above {least:.3f} are {share:.2f} of the other words and {float((of_names > least).mean()):.3f} of the names")


def pairs_of(texts: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield clauses as they are, and with a "not"."""
    english = load_any("en")
    sentences = [facts for text in texts for facts in facts_of(Reading(text, english).sentences, "en")]
    chance.shuffle(sentences)
    for facts in sentences:
        text = facts.sentence.text
        places = [match.end() for match in _AUXILIARY.finditer(text)]
        if facts.negations or not places or len(text.split()) > LONGEST:
            continue
        at = chance.choice(places)
        start, end = next((start, end) for start, end in clauses_of(text) if at <= end)
        if start < at < end and len(text[start:end].split()) >= SHORTEST:
            yield text[start:end], f"{text[start:at]}not {text[at:end]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    said, denied = zip(*list(pairs_of([article["text"] for article in articles], random.Random(args.seed)))[:PAIRS], strict=True)
    write(args.folder / "denial.txt", direction_of(denied, said), "denial", "sentences")
    half = words_of(articles[::2], random.Random(args.seed)), words_of(articles[1::2], random.Random(args.seed))
    show(direction_of(*half[0]), *half[1])
    write(args.folder / "names.txt", direction_of(*words_of(articles, random.Random(args.seed))), "names", "words")


def write(path: Path, direction: NDArray[np.float32], what: str, units: str) -> None:
    path.write_text(f"{HEAD.format(what=what, units=units)}{pack(direction)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Fits the direction of denial among the vectors of sentences; the package contains the result.

    bench/fit_denial.py names-train.jsonl.gz plugins/newsdesk/check/data/denial.txt

Each line of the data is an English article: {"text"}. A "not" is put into one clause of each sentence after an auxiliary verb, and the mean
of the differences of the vectors is the direction. The same data result in the same direction; a new version of the vectors needs a
new one.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from newsdesk.check.facts import facts_of
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading, clauses_of
from newsdesk.vectors import encode, pack

_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might) (?!not\b)(?=[a-z])")
PAIRS = 6000
LONGEST = 45
SHORTEST = 4
HEAD = """\
# The direction of denial in the vectors of sentences, 512 signed bytes in base64, made by bench/fit_denial.py from
# en-worldwide-newswire by the Stanford NLP Group (https://github.com/stanfordnlp/en-worldwide-newswire, commit e082527), CC BY 4.0.
"""


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
    parser.add_argument("result", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    said, denied = zip(*list(pairs_of(texts, random.Random(args.seed)))[:PAIRS], strict=True)
    direction = (encode(denied) - encode(said)).mean(axis=0)
    args.result.write_text(f"{HEAD}{pack(direction)}\n", encoding="utf-8")
    print(f"{len(said)} pairs, length of the mean difference {float((direction @ direction) ** 0.5):.3f}")


if __name__ == "__main__":
    main()

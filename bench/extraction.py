"""How well and how fast pages become articles.

    python bench/extraction.py [wcxb-dev.jsonl.gz] [--quick]

News pages of this project (`pages/` and the golden pages) are always judged. With the benchmark's data (default:
`../shared/data` beside the project) also text, title and day as the Web Content Extraction Benchmark measures them,
pages per CPU second beside trafilatura's default in the same run, two processes against one, and memory over 5,000 pages.
"""

import argparse
import datetime as dt
import gzip
import itertools
import json
import re
import statistics
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from pydantic import TypeAdapter

from newsdesk.clean.stage import clean
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import ArticleRejected
from newsdesk.records import Capture, Cleaned
from newsdesk.settings import CleanSettings

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared/data/wcxb-dev.jsonl.gz"
NEWS = (HERE / "pages", HERE.parent / "tests/unit/clean/golden")
NOW = dt.datetime.now(dt.UTC)
TARGETS = {"f1": 0.955, "title": 0.85, "day": 0.93, "speed": 1.5, "processes": 1.8}
Page = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--quick", action="store_true", help="without the long runs: processes and memory")
    arguments = parser.parse_args()
    judge_news()
    if not arguments.data.is_file():
        print(f"{arguments.data} is not there: the benchmark's pages are not judged")
        return
    with gzip.open(arguments.data, "rt", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file if line.strip()]
    judge_benchmark(pages)
    measure_speed(pages)
    if not arguments.quick:
        measure_processes(pages)


def judge_news() -> None:
    """Field by field, how many of the project's own news pages come out as their author expects."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong = []
    scores = []
    for case in sorted(folder for root in NEWS for folder in root.iterdir() if folder.is_dir()):
        golden = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        capture = Capture(url=golden["url"], fetched_at=NOW, body=(case / "page.html").read_bytes(), content_type=golden["content_type"])
        found = TypeAdapter(Cleaned).dump_python(clean(capture, CleanSettings()), mode="json")
        if "text" in golden["expected"]:
            scores.append(text_scores(found["text"], golden["expected"]["text"]))
        for name, value in golden["expected"].items():
            asked[name] += 1
            right[name] += found[name] == value
            if found[name] != value:
                wrong.append(f"{case.name}: {name}")
    precision, recall, f1 = (statistics.fmean(values) for values in zip(*scores, strict=True))
    print(f"news pages  {len(scores)} texts  F1 {f1:.3f}  P {precision:.3f}  R {recall:.3f}")
    print("            right  " + "  ".join(f"{name} {right[name]}/{asked[name]}" for name in asked))
    for line in wrong:
        print(f"            wrong  {line}")


def judge_benchmark(pages: Sequence[Page]) -> None:
    found = [result for _, result in cleaned_in_process(pages)]
    scores = [text_scores(result.text if result else "", page["text"]) for page, result in zip(pages, found, strict=True)]
    precision, recall, f1 = (statistics.fmean(values) for values in zip(*scores, strict=True))
    error = statistics.stdev(score[2] for score in scores) / len(scores) ** 0.5
    titles = [plain(result.title) == plain(page["title"]) for page, result in zip(pages, found, strict=True) if result]
    days = [
        bool(result and result.published_at) and result.published_at.date().isoformat() == page["published_at"]
        for page, result in zip(pages, found, strict=True)
        if page.get("published_at")
    ]
    print(f"benchmark   {len(pages)} pages, {found.count(None)} rejected")
    print(f"            text   F1 {f1:.3f} ± {error:.3f} (at least {TARGETS['f1']})  P {precision:.3f}  R {recall:.3f}")
    print(f"            title  equal {sum(titles) / len(pages):.3f} (at least {TARGETS['title']})")
    print(f"            day    right {statistics.fmean(days):.3f} of {len(days)} (at least {TARGETS['day']})")
    kinds = Counter(result.content_kind for result in found if result)
    print(f"            kinds  {dict(kinds)}: all of them are articles")


def measure_speed(pages: Sequence[Page]) -> None:
    """Pages per CPU second of this process, in turns with trafilatura, so that a busy machine slows both."""
    from trafilatura import bare_extraction

    ours = theirs = 0.0
    for chunk in batches(pages, 25):
        started = time.process_time()
        list(cleaned_in_process(chunk))
        middle = time.process_time()
        for page in chunk:
            bare_extraction(page["html"], url=page["url"], with_metadata=True)
        ours += middle - started
        theirs += time.process_time() - middle
    print(
        f"speed       {len(pages) / ours:.1f} pages per CPU second; trafilatura's default {len(pages) / theirs:.1f}; "
        f"ratio {theirs / ours:.2f} (at least {TARGETS['speed']})"
    )


def measure_processes(pages: Sequence[Page]) -> None:
    """Two processes against one by the clock, in turns; then memory of the children from page 1,000 to page 5,000."""
    seconds = {1: 0.0, 2: 0.0}
    parent = time.process_time()
    for processes in (1, 2, 1, 2):
        with CleaningPool(CleanSettings(processes=processes)) as pool:
            list(pool.clean_all(captures(pages[: 2 * processes])))
            started = time.monotonic()
            list(pool.clean_all(captures([*pages, *pages])))
            seconds[processes] += time.monotonic() - started
    parent = (time.process_time() - parent) / (8 * len(pages)) * 1000
    print(
        f"processes   2 are {seconds[1] / seconds[2]:.2f} times 1 by the clock (at least {TARGETS['processes']} where two cores are idle); "
        f"the parent spends {parent:.1f} ms of CPU on a page"
    )
    with CleaningPool(CleanSettings(processes=2)) as pool:
        resident = {}
        for number, _ in enumerate(pool.clean_all(captures(itertools.islice(itertools.cycle(pages), 5_000))), start=1):
            if number % 1_000 == 0:
                resident[number] = sum(child.memory_info().rss for child in psutil.Process().children()) / 1e6
    print("memory      " + "  ".join(f"page {number:,}: {megabytes:.0f} MB" for number, megabytes in resident.items()) + " (two processes)")


def cleaned_in_process(pages: Sequence[Page]) -> Iterator[tuple[Page, Cleaned | None]]:
    settings = CleanSettings()
    for page, capture in zip(pages, captures(pages), strict=True):
        try:
            yield page, clean(capture, settings)
        except ArticleRejected:
            yield page, None


def captures(pages: Any) -> Iterator[Capture]:
    for page in pages:
        yield Capture(url=page["url"], fetched_at=NOW, body=page["html"].encode(), content_type="text/html; charset=utf-8")


def batches(pages: Sequence[Page], size: int) -> Iterator[Sequence[Page]]:
    for start in range(0, len(pages), size):
        yield pages[start : start + size]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def plain(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).split())


def text_scores(predicted: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over the multisets of lower-cased words, as WCXB measures."""
    got, wanted = Counter(words(predicted)), Counter(words(gold))
    common = (got & wanted).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / got.total(), common / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


if __name__ == "__main__":
    main()

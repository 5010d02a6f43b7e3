"""Accuracy and speed of extracting articles from pages, compared with trafilatura's default.

    python bench/extraction.py [folder] [--quick]

The project's own pages (`pages/` and the golden pages) are always measured. If the data sets are available (default folder:
`../shared/data` beside the project), text, title, time and authors are also measured on web pages (wcxb-dev) and news sites
(news-sites-dev): the text by its words, as in the Web Content Extraction Benchmark, title and authors ignoring case and punctuation.
Then follow the speed-up of two processes and the memory over 5,000 pages.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pydantic import TypeAdapter

from newsdesk.clean.stage import clean
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import ArticleRejected
from newsdesk.records import Capture, CapturedPage, CaptureRef, Cleaned
from newsdesk.settings import CleanSettings

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared/data"
NEWS = (HERE / "pages", HERE.parent / "tests/unit/clean/golden")
NOW = dt.datetime.now(dt.UTC)
TARGETS = {
    "wcxb-dev": {"F1": 0.955, "title": 0.87, "day": 0.93},
    "news-sites-dev": {"F1": 0.965, "P": 0.955, "title": 0.78, "day": 0.98, "minute": 0.94, "authors P": 0.95, "authors R": 0.85},
}
SPEED = 1.0
"""Pages per CPU second, relative to trafilatura's default."""
PROCESSES = 1.8
LOW = 0.8
Page = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """The result of an extractor for a page, in a form common to all extractors."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published_at: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a result against a page's gold; None where the gold has no value."""

    precision: float
    recall: float
    f1: float
    title: bool | None
    day: bool | None
    minute: bool | None
    authors_precision: float | None
    authors_recall: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="the folder of the sets of pages")
    parser.add_argument("--quick", action="store_true", help="without the long runs: processes and memory")
    arguments = parser.parse_args()
    judge_news()
    sets = {name: arguments.data / f"{name}.jsonl.gz" for name in TARGETS}
    for name, path in sets.items():
        if path.is_file():
            judge_set(name, read_pages(path))
        else:
            print(f"{path} is not there: its pages are not judged")
    if not arguments.quick and (path := sets["wcxb-dev"]).is_file():
        measure_processes(read_pages(path))


def read_pages(path: Path) -> list[Page]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return sorted((json.loads(line) for line in file if line.strip()), key=lambda page: str(page["id"]))


def judge_news() -> None:
    """For each field, how many of the project's own pages have the expected result."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong = []
    scores = []
    for case in sorted(folder for root in NEWS for folder in root.iterdir() if folder.is_dir()):
        golden = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        page = captured(golden["url"], (case / "page.html").read_bytes(), golden["content_type"])
        found = TypeAdapter(Cleaned).dump_python(clean(page, CleanSettings()), mode="json")
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


def judge_set(name: str, pages: Sequence[Page]) -> None:
    """Print the accuracy of text and metadata, also for both halves (every other page by id; the first is for development), and the speed.

    Pages per CPU second of this process, in turns with trafilatura, so that a busy machine slows both.
    """
    programs: dict[str, Callable[[Page], Response]] = {"newsdesk": by_newsdesk, "trafilatura": by_trafilatura}
    scores: dict[str, list[Scores]] = {program: [] for program in programs}
    seconds = dict.fromkeys(programs, 0.0)
    for chunk in batches(pages, 25):
        for program, find in programs.items():
            started = time.process_time()
            answers = [find(page) for page in chunk]
            seconds[program] += time.process_time() - started
            scores[program] += map(score, answers, chunk)
    print(f"{name}  {len(pages)} pages")
    for program, found in scores.items():
        for part, half in ((program, found), ("  even pages", found[::2]), ("  odd pages", found[1::2])):
            print(f"            {part:12}  {summary(half)}")
    error = statistics.stdev(page.f1 for page in scores["newsdesk"]) / len(pages) ** 0.5
    print(f"            F1 ± {error:.3f}")
    print("            at least     " + "  ".join(f"{figure} {target}" for figure, target in TARGETS[name].items()))
    rates = {program: len(pages) / spent for program, spent in seconds.items()}
    print(
        f"            speed        {rates['newsdesk']:.1f} pages per CPU second; trafilatura's default {rates['trafilatura']:.1f}; "
        f"ratio {rates['newsdesk'] / rates['trafilatura']:.2f} (at least {SPEED})"
    )


def by_newsdesk(page: Page) -> Response:
    (capture,) = captures([page])
    try:
        found = clean(capture, CleanSettings())
    except ArticleRejected:
        return Response()
    return Response(found.text, found.title, found.authors, found.credits, found.published_at.isoformat() if found.published_at else "")


def by_trafilatura(page: Page) -> Response:
    from trafilatura import bare_extraction

    found = bare_extraction(page["html"], url=page["url"], with_metadata=True)
    if found is None:
        return Response()
    return Response(found.text or "", found.title or "", tuple((found.author or "").split("; ")), published_at=found.date or "")


def score(answer: Response, page: Page) -> Scores:
    precision, recall, f1 = text_scores(answer.text, page["text"])
    named, credited, authors = (
        {plain(name) for name in names} - {""} for names in (answer.authors, answer.credits, page.get("authors") or ())
    )
    return Scores(
        precision,
        recall,
        f1,
        title=plain(answer.title) == plain(page["title"]) if page.get("title") else None,
        day=is_day(answer.published_at, page["published_at"]) if page.get("published_at") else None,
        minute=is_minute(answer.published_at, page["published_at"]) if has_time(page.get("published_at") or "") else None,
        authors_precision=len(named & authors) / len(named) if named and authors else None,
        authors_recall=len((named | credited) & authors) / len(authors) if authors else None,
    )


def is_day(answer: str, gold: str) -> bool:
    """Return whether the days are the same; if the gold has a time, in the time zone of either."""
    if not answer:
        return False
    got, wanted = moment(answer), moment(gold)
    return got.date() == wanted.date() or (has_time(gold) and got.astimezone(wanted.tzinfo).date() == wanted.date())


def is_minute(answer: str, gold: str) -> bool:
    return bool(answer) and abs(moment(answer) - moment(gold)) <= dt.timedelta(minutes=1)


def summary(scores: Sequence[Scores]) -> str:
    shown = "  ".join(f"{figure} {value:.3f}" for figure, value in figures(scores).items())
    return f"{shown}  below {LOW} {sum(page.f1 < LOW for page in scores)}"


def figures(scores: Sequence[Scores]) -> dict[str, float]:
    """The mean of each score over the pages whose gold has the field."""
    names = {"F1": "f1", "P": "precision", "R": "recall", "title": "title", "day": "day", "minute": "minute"}
    names |= {"authors P": "authors_precision", "authors R": "authors_recall"}
    known = {shown: [value for page in scores if (value := getattr(page, name)) is not None] for shown, name in names.items()}
    return {shown: statistics.fmean(values) for shown, values in known.items() if values}


def has_time(gold: str) -> bool:
    return len(gold) > len("2026-01-31")


def moment(text: str) -> dt.datetime:
    """Parse an ISO 8601 time; without a zone it is UTC."""
    time = dt.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def measure_processes(pages: Sequence[Page]) -> None:
    """Print the wall-clock time of two processes and of one, alternating; then the children's memory from page 1,000 to page 5,000."""
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
        f"processes   2 are {seconds[1] / seconds[2]:.2f} times 1 by the clock (at least {PROCESSES} where two cores are idle); "
        f"the parent spends {parent:.1f} ms of CPU on a page"
    )
    with CleaningPool(CleanSettings(processes=2)) as pool:
        resident = {}
        for number, _ in enumerate(pool.clean_all(captures(itertools.islice(itertools.cycle(pages), 5_000))), start=1):
            if number % 1_000 == 0:
                resident[number] = sum(child.memory_info().rss for child in psutil.Process().children()) / 1e6
    print("memory      " + "  ".join(f"page {number:,}: {megabytes:.0f} MB" for number, megabytes in resident.items()) + " (two processes)")


def captures(pages: Any) -> Iterator[CapturedPage]:
    for page in pages:
        yield captured(page["url"], page["html"].encode(), "text/html; charset=utf-8")


def captured(url: str, body: bytes, content_type: str) -> CapturedPage:
    return CapturedPage(Capture(ref=CaptureRef("-", 0), url=url, fetched_at=NOW, content_type=content_type), body)


def batches(pages: Sequence[Page], size: int) -> Iterator[Sequence[Page]]:
    for start in range(0, len(pages), size):
        yield pages[start : start + size]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def plain(text: str) -> str:
    """The text without case and punctuation."""
    return " ".join(words(unicodedata.normalize("NFKC", text)))


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

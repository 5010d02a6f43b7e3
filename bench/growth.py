"""Growth of each stage's CPU time with hostile texts of 10,000, 20,000 and 40,000 characters.

A linear stage takes twice as long for twice the text. Stages that take more than `ALLOWED` times as long are listed, with exit status 1.
"""

import contextlib
import datetime as dt
import gc
import html
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "plugins"))

from newsdesk.check.stage import check  # noqa: E402
from newsdesk.clean.stage import clean  # noqa: E402
from newsdesk.errors import ArticleRejected  # noqa: E402
from newsdesk.nlp import Analyser  # noqa: E402
from newsdesk.records import Capture, CapturedPage, CaptureRef, Cleaned  # noqa: E402
from newsdesk.settings import CheckSettings, CleanSettings, NlpSettings, TagSettings  # noqa: E402
from newsdesk.tag.gazetteer import load_gazetteer  # noqa: E402
from newsdesk.tag.stage import tag  # noqa: E402

SIZES = (10_000, 20_000, 40_000)
ALLOWED = 2.6
"""Maximum ratio of times for twice the text: linear growth and a margin for a busy machine."""
UNMEASURABLE = 0.05
"""Seconds below which a ratio is not meaningful."""

PROSE = "The ferry to Porto Velho left at dawn. Captain Joana Prado said that nobody was hurt.\n"
KINDS: dict[str, Callable[[int], str]] = {
    "prose": lambda n: PROSE,
    "lines of capitals": lambda n: f"HARBOUR {_word(n).upper()} CLOSED BY STORM\n",
    "one line of capitals": lambda n: f"HARBOUR {_word(n).upper()} ",
    "title case": lambda n: f"Harbour {_word(n).title()} Closed Minister ",
    "commas": lambda n: ",",
    "quotation marks": lambda n: "“",
    "brackets": lambda n: "(",
    "emoji": lambda n: "🚢",
    "dashes": lambda n: "- ",
    "blanks behind a dateline": lambda n: " " if n else "LIMA (AP) ",
    "datelines": lambda n: "LIMA (AP) — The port was closed.\n",
    "one surname": lambda n: f"Mayor {_word(n).title()} Prado spoke. ",
    "one first name": lambda n: f"Ana {_word(n).title()} spoke. Ana left. ",
    "names that are words": lambda n: f"The {_word(n).title()} {_word(n + 1).title()} fell. ",
    "acronyms": lambda n: f"The {_word(n).upper()} ({_word(n + 1).upper()}) met. ",
    "towns": lambda n: "Springfield, Illinois, Portland and Columbus. ",
    "no end of a sentence": lambda n: "and the ferry that left ",
    "one long word": lambda n: "x",
}


def _word(number: int) -> str:
    """Return a different word for each number."""
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        letters += "bdfgklmnprstvzbdfgkl"[rest] + "aeiou"[rest % 5]
    return letters


def text_of(kind: str, size: int) -> str:
    """Return `size` characters of this kind."""
    made: list[str] = []
    length = 0
    for number in itertools.count():
        if length >= size:
            return "".join(made)[:size]
        made.append(KINDS[kind](number))
        length += len(made[-1])
    raise AssertionError


def stages() -> dict[str, Callable[[str], object]]:
    """Return each stage as a function of a text; check and tag without their common analysis."""
    analyser, gazetteer = Analyser(NlpSettings()), load_gazetteer(TagSettings())
    docs: dict[str, object] = {}

    def analyse(text: str) -> object:
        docs.clear()
        docs[text] = analyser.analyse(text, "en")
        return docs[text]

    def cleaned(text: str) -> Cleaned:
        return Cleaned(title=text[:40_000], text=text, language="en")

    def clean_page(text: str) -> object:
        paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
        name = html.escape(text[:40_000], quote=True)
        head = f'<meta property="og:site_name" content="{name}"><meta name="author" content="{name}"><title>{name}</title>'
        page = f"<html><head>{head}</head><body><article>{paragraphs}<p>{PROSE * 5}</p></article></body></html>"
        capture = Capture(ref=CaptureRef("-", 0), url="https://example.org/a", fetched_at=dt.datetime.now(dt.UTC), content_type="text/html")
        return clean(CapturedPage(capture, page.encode()), CleanSettings())

    return {
        "clean": clean_page,
        "analysis": analyse,
        "check": lambda text: check(cleaned(text), docs[text], CheckSettings()),
        "tag": lambda text: tag(cleaned(text), docs[text], gazetteer, TagSettings()),
    }


def seconds(stage: Callable[[str], object], text: str) -> float:
    """Return the CPU time of the faster of two runs, without garbage collection, whose pauses are longer than most runs."""
    taken = []
    for _ in range(2):
        gc.collect()
        gc.disable()
        started = time.process_time()
        with contextlib.suppress(ArticleRejected):
            stage(text)
        taken.append(time.process_time() - started)
        gc.enable()
    return min(taken)


def main() -> None:
    measured = stages()
    measured["analysis"](PROSE)  # loads the model
    steep = []
    print(f"{'':26}" + "".join(f"{stage:^30}" for stage in measured))
    for kind in sys.argv[1:] or KINDS:
        taken: dict[str, list[float]] = {stage: [] for stage in measured}
        for size in SIZES:
            text = text_of(kind, size)
            for name, stage in measured.items():
                taken[name].append(seconds(stage, text))
        print(f"{kind:26}" + "".join(f"{'  '.join(f'{second:6.2f}' for second in row):^30}" for row in taken.values()), flush=True)
        steep += [f"{name} on {kind}" for name, (_, half, whole) in taken.items() if whole > UNMEASURABLE and whole > ALLOWED * half]
    if steep:
        sys.exit(f"more than linear: {', '.join(steep)}")


if __name__ == "__main__":
    main()

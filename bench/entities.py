"""How well entities are found, typed, named and linked, on gold texts written for newsdesk; and what tagging costs."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from marked_text import GoldText, parse_collection  # noqa: E402
from newsdesk.nlp import Analyser  # noqa: E402
from newsdesk.records import Cleaned, Entity, Tagged  # noqa: E402
from newsdesk.settings import NlpSettings, TagSettings  # noqa: E402
from newsdesk.tag.gazetteer import load_gazetteer  # noqa: E402
from newsdesk.tag.stage import tag  # noqa: E402

GOLD = ROOT / "tests/unit/tag/gold/paragraphs.txt"
SEED = ROOT / "seeds/articles/nato-victory-plan.txt"


@dataclass
class Score:
    """Counts over gold texts. A mention is right with exact limits and the right type."""

    right: int = 0
    right_spans: int = 0
    found: int = 0
    gold: int = 0
    linked_right: int = 0
    linkable: int = 0
    named_right: int = 0
    nameable: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.gold)

    @property
    def span_f1(self) -> float:
        return 2 * self.right_spans / max(1, self.found + self.gold)


class Tagger:
    def __init__(self) -> None:
        self.analyser, self.settings = Analyser(NlpSettings()), TagSettings()
        self.gazetteer = load_gazetteer(self.settings)

    def __call__(self, text: str, title: str = "") -> Tagged:
        doc = self.analyser.analyse(text, "en")
        return tag(Cleaned(title=title, text=text, language="en"), doc, self.gazetteer, self.settings)


def score(golds: Iterable[GoldText], tagger: Tagger) -> Score:
    """The counts over the texts, with a line for each error."""
    total = Score()
    for gold in golds:
        found = {(m.start, m.end): entity for entity in tagger(gold.text).entities for m in entity.mentions}
        wanted = {(m.start, m.end): m for m in gold.mentions}
        total.gold += len(wanted)
        total.found += len(found)
        for span, entity in found.items():
            if span not in wanted:
                total.errors.append(f"{gold.heading}: invented {entity.type} {gold.text[slice(*span)]!r}")
        for span, mention in wanted.items():
            if span not in found:
                total.errors.append(f"{gold.heading}: missed {mention.type} {gold.text[slice(*span)]!r}")
                continue
            total.right_spans += 1
            entity = found[span]
            if entity.type != mention.type:
                total.errors.append(f"{gold.heading}: {gold.text[slice(*span)]!r} is {mention.type}, not {entity.type}")
                continue
            total.right += 1
            _score_link(total, gold, mention.name, mention.id, entity)
    return total


def _score_link(total: Score, gold: GoldText, name: str, id_: str | None, entity: Entity) -> None:
    if entity.type == "place":
        if id_ == "?":
            return
        total.linkable += 1
        total.linked_right += entity.id == f"geonames:{id_}"
        if entity.id != f"geonames:{id_}":
            total.errors.append(f"{gold.heading}: {name} linked to {entity.id} {entity.name} {entity.country}, not {id_}")
    else:
        total.nameable += 1
        total.named_right += entity.name == name
        if entity.name != name:
            total.errors.append(f"{gold.heading}: {name} is called {entity.name}")


def print_score(label: str, part: Score) -> None:
    print(
        f"{label:28} mentions F1 {part.f1:.3f} (spans {part.span_f1:.3f}; {part.gold} gold, {part.found} found)  "
        f"places linked {part.linked_right}/{part.linkable}  names {part.named_right}/{part.nameable}"
    )


def main() -> None:
    """Prints the figures; `--errors` lists what is wrong in the texts that rules are made from, `--all` in the held-out ones too."""
    tagger = Tagger()
    golds = parse_collection(GOLD.read_text(encoding="utf-8"))
    seen = score([gold for gold in golds if not gold.is_held_out], tagger)
    print_score("20 paragraphs", seen)
    held_out = score([gold for gold in golds if gold.is_held_out], tagger) if "--dev" not in sys.argv else Score()
    if "--dev" not in sys.argv:
        print_score("10 held-out paragraphs", held_out)
    if "--errors" in sys.argv:
        print(*seen.errors, sep="\n")
    if "--all" in sys.argv:
        print(*held_out.errors, sep="\n")


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.1f} s")

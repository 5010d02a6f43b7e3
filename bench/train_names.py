"""Fine-tunes the entity component of the English model with names marked in news; the package contains the resulting weights.

    bench/train_names.py names-train.jsonl.gz plugins/newsdesk/data/english-names.npz

Each line of the data is an article: {"text", "mentions": [[start, end, "person" | "organization" | "place"]]}. The gold marks three
types; entities of other types that the model finds (dates, nationalities, events) are treated as gold, so that the
component does not forget them. A place keeps the model's label (GPE, LOC, FAC) if the model finds it.

The same data and seed result in the same weights on the same machine. `--without 4/5` excludes articles whose number modulo 5 is 4:
these are for evaluation (`bench/entities.py --names`).
"""

import argparse
import gzip
import itertools
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import filter_spans, fix_random_seed, minibatch
from thinc.schedules import compounding

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "plugins"))

from newsdesk.nlp import MODELS, load_model, weight_key  # noqa: E402
from newsdesk.tag.detection import LABELS  # noqa: E402

DEFAULT_LABELS = {"person": "PERSON", "organization": "ORG", "place": "GPE"}
MARKED_LABELS = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC"})
"""The labels that the gold covers: a name with one of them that only the model finds is wrong."""

SMALLEST_BATCH, LARGEST_BATCH, GROWTH = 16, 64, 1.01
DROPOUT = 0.2


@dataclass(frozen=True, slots=True)
class Marked:
    """An article and its names: start, end and type."""

    text: str
    mentions: Sequence[tuple[int, int, str]]


def read_marked(path: Path, part: str = "", *, inside: bool = True) -> list[Marked]:
    """Return the articles of a file; with `part` ("4/5") those whose number modulo 5 is 4, or with `inside` false all others."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if part:
        rest, modulus = map(int, part.split("/"))
        rows = [row for number, row in enumerate(rows) if (number % modulus == rest) is inside]
    return [Marked(row["text"], [tuple(mention) for mention in row["mentions"]]) for row in rows]


def paragraphs(article: Marked) -> Iterator[Marked]:
    """Yield the paragraphs of the article, so that rounds can mix those of all articles."""
    start = 0
    for line in article.text.splitlines(keepends=True):
        end = start + len(line)
        inside = [(first - start, last - start, type_) for first, last, type_ in article.mentions if start <= first and last <= end]
        if line.strip():
            yield Marked(line, inside)
        start = end


def parted(text: str, mention: tuple[int, int, str]) -> Iterator[tuple[int, int, str]]:
    """Split a place and its country into two names, as in most of the data: "Kigali, Rwanda" is marked as one in a fifth of all cases."""
    start, end, type_ = mention
    if type_ == "place":
        while (comma := text.find(", ", start, end)) >= 0:
            yield start, comma, type_
            start = comma + 2
    yield start, end, type_


def examples(model: Any, marked: Sequence[Marked]) -> Iterator[Example]:
    """Yield for each text the entities to find, and the text as processed by the preceding components."""
    for doc, one in zip(model.pipe(part.text for part in marked), marked, strict=True):
        gold = Doc(doc.vocab, words=[token.text for token in doc], spaces=[bool(token.whitespace_) for token in doc])
        entities = _entities(doc, one)
        if any(token.is_sent_start for span in entities for token in span[1:]):
            continue  # A name must not cross the start of a sentence.
        gold.ents = [Span(gold, span.start, span.end, label=span.label_) for span in entities]
        doc.ents = []
        yield Example(doc, gold)


def _entities(doc: Any, one: Marked) -> list[Span]:
    seen = {(span.start, span.end): span.label_ for span in doc.ents}
    names = []
    for start, end, type_ in itertools.chain.from_iterable(parted(one.text, mention) for mention in one.mentions):
        span = _without_signs_at_edges(doc.char_span(start, end, alignment_mode="expand"))
        if not span:
            continue
        label = seen.get((span.start, span.end), "")
        is_right = label in MARKED_LABELS and str(LABELS[label]) == type_
        names.append(Span(doc, span.start, span.end, label=label if is_right else DEFAULT_LABELS[type_]))
    names = filter_spans(names)
    taken = {token.i for span in names for token in span}
    others = [span for span in doc.ents if span.label_ not in MARKED_LABELS and not taken & {token.i for token in span}]
    return sorted([*names, *others], key=lambda span: span.start)


def _without_signs_at_edges(span: Span) -> Span:
    """Trim a span: the component cannot learn a name that starts or ends with a space or a punctuation mark."""
    while len(span) and not any(character.isalnum() for character in span[0].text):
        span = span[1:]
    while len(span) and not any(character.isalnum() for character in span[-1].text):
        span = span[:-1]
    return span


def train(model: Any, chosen: Iterable[Example], *, rounds: int, seed: int) -> None:
    """Set the weights of the component `ner` to the mean of those during training."""
    fix_random_seed(seed)
    order = random.Random(seed)
    examples_ = list(chosen)
    sizes = compounding(SMALLEST_BATCH, LARGEST_BATCH, GROWTH)
    with model.select_pipes(enable="ner"):
        optimizer = model.resume_training()
        for number in range(rounds):
            started, losses = time.monotonic(), dict[str, float]()
            order.shuffle(examples_)
            for batch in minibatch(examples_, sizes):
                model.update(batch, sgd=optimizer, drop=DROPOUT, losses=losses)
            print(f"round {number + 1} of {rounds}: loss {losses['ner']:,.0f}, {time.monotonic() - started:.0f} s", flush=True)
    component = model.get_pipe("ner").model
    for node in component.walk():
        for name in node.param_names:
            if node.has_param(name) and (node.id, name) in optimizer.averages:
                node.set_param(name, optimizer.averages[node.id, name])


def save_weights(component: Any, path: Path) -> None:
    """Write the weights in half precision, which changes no score and halves the file."""
    layers = enumerate(component.walk())
    weights = {
        weight_key(number, name): node.get_param(name) for number, node in layers for name in node.param_names if node.has_param(name)
    }
    np.savez_compressed(path, **{key: weight.astype(np.float16) for key, weight in weights.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--without", default="", metavar="REST/MODULUS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    model = load_model(replace(MODELS["en"], name_weights=""))
    articles = read_marked(arguments.data, arguments.without, inside=False)
    marked = [part for article in articles for part in paragraphs(article)]
    print(f"{len(articles)} articles, {len(marked):,} paragraphs, {sum(len(part.mentions) for part in marked):,} names", flush=True)
    train(model, examples(model, marked), rounds=arguments.rounds, seed=arguments.seed)
    save_weights(model.get_pipe("ner").model, arguments.weights)


if __name__ == "__main__":
    main()

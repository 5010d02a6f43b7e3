"""Searches by meaning: queries in one language, articles in all languages; and the cost of vectors.

    python bench/meaning.py [even|odd] [--data FOLDER] [--only questions|headlines|cost] [--documents 100000] [-v]

questions   in a user's words, about the events of `event_set.py`: first .75, among ten .95, nDCG@10 .85
headlines   in English, with their stories in other languages (`originals-dev.jsonl.gz`): first .95, among ten .99
cost        of a search by meaning relative to one by words: p95 at most 1.5 times; of vectors in the index

`even` and `odd` are halves of the questions and of the stories, one for development and one for evaluation. The index also has 5,000
articles from `sound-news.jsonl.gz`. FOLDER has both files; they are third-party texts and not part of the project.
"""

import argparse
import datetime as dt
import gzip
import json
import math
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch
from event_set import HAPPENINGS
from events import BEGIN, HALVES, articles, to_article
from server import open_elasticsearch
from synthetic import Newsroom

from newsdesk.index.aliases import names, set_up
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, Cleaned, Embedding
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import search
from newsdesk.settings import IndexSettings, Settings
from newsdesk.vectors import DIMENSIONS, LANGUAGES, MODEL, pack

DATA = Path(os.environ.get("NEWSDESK_BENCH_DATA", Path(__file__).parents[2] / "shared/data"))
BACKGROUND = 5_000
NOW = BEGIN + dt.timedelta(days=20)
DEPTH = 10
TOPICS, NOISE = 2_000, 1.3
"""Number of topics of the synthetic vectors, and their distance from it: two of one topic have a cosine of 0.37."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, the ids of the articles it should find, and of those that do not count: the same in a third language."""

    text: str
    wanted: frozenset[str]
    passed_over: frozenset[str] = frozenset()


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def background(folder: Path) -> list[Article]:
    """Return articles of four paragraphs of English news."""
    made: list[Article] = []
    for document in lines(folder / "sound-news.jsonl.gz"):
        paragraphs = [part for part in document["text"].split("\n") if part.strip()]
        for start in range(len(paragraphs) - 3):
            cleaned = Cleaned(title=paragraphs[start][:120], text="\n".join(paragraphs[start + 1 : start + 4]), language="en")
            made.append(to_article(f"{document['id']}-{start}", cleaned, BEGIN + dt.timedelta(minutes=len(made))))
            if len(made) == BACKGROUND:
                return made
    return made


def questions(half: int | None) -> tuple[list[Article], list[Asked]]:
    """Return the articles of all events, and the questions about the chosen ones."""
    told = articles(None)
    asked = [
        Asked(question, frozenset(key for key, (of, _) in told.items() if of == number))
        for number, (_, _, question, _) in enumerate(HAPPENINGS)
        if half is None or number // 2 % 2 == half
    ]
    return [article for _, article in told.values()], asked


def headlines(folder: Path, half: int | None) -> tuple[list[Article], list[Asked]]:
    """Return the stories as articles in their languages, and the English headline of each."""
    chosen = [story for number, story in enumerate(lines(folder / "originals-dev.jsonl.gz")) if half is None or number % 2 == half]
    found: list[tuple[str, Article]] = []
    for story in chosen:
        source, translation = story["source"], story["translation"]
        if story["language"] in LANGUAGES:
            cleaned = Cleaned(title=source[0], text="\n".join(source[1:]), language=story["language"])
            found.append((translation[0], to_article(story["id"], cleaned, BEGIN)))
    twins = {headline: frozenset(article.id for other, article in found if other == headline) for headline, _ in found}
    return [article for _, article in found], [Asked(text, frozenset({one.id}), twins[text] - {one.id}) for text, one in found]


def measure(es: Elasticsearch, settings: Settings, asked: Sequence[Asked], *, meaning: bool, verbose: bool) -> str:
    first, ten, gains = 0, 0, []
    for one in asked:
        query = SearchQuery(text=one.text, meaning=meaning, size=DEPTH + len(one.passed_over))
        found = [hit.id for hit in search(es, query, settings, now=NOW).hits if hit.id not in one.passed_over][:DEPTH]
        places = [place for place, key in enumerate(found) if key in one.wanted]
        first += places[:1] == [0]
        ten += bool(places)
        ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(one.wanted))))
        gains.append(sum(1 / math.log2(place + 2) for place in places) / ideal)
        if verbose and places[:1] != [0]:
            print(f"    {one.text}: {places}")
    return f"first {first / len(asked):.3f}  among ten {ten / len(asked):.3f}  nDCG@{DEPTH} {statistics.mean(gains):.3f}"


def measure_quality(
    es: Elasticsearch, settings: Settings, name: str, given: tuple[list[Article], list[Asked]], options: argparse.Namespace
) -> None:
    around, (told, asked) = background(options.data), given
    settings = replace(settings, index=IndexSettings(prefix=f"{name}-", group_duplicates=False))
    set_up(es, settings.index, now=NOW)
    list(index_articles(es, [*around, *told], settings.index, now=NOW))
    print(f"{len(asked)} {name} among {len(around) + len(told)} articles", flush=True)
    for label, meaning in (("words", False), ("words and meaning", True)):
        print(f"  {label:18} {measure(es, settings, asked, meaning=meaning, verbose=options.verbose and meaning)}", flush=True)


def with_vectors(source: Iterator[Article], random: np.random.Generator) -> Iterator[Article]:
    topics = random.normal(size=(TOPICS, DIMENSIONS)) / math.sqrt(DIMENSIONS)
    for article in source:
        vector = topics[random.integers(TOPICS)] + random.normal(size=DIMENSIONS) * NOISE / math.sqrt(DIMENSIONS)
        yield replace(article, embedding=Embedding(pack(vector.astype(np.float32)), MODEL))


def measure_cost(es: Elasticsearch, settings: Settings, documents: int) -> None:
    settings = replace(settings, index=IndexSettings(prefix="cost-"))
    bare = IndexSettings(prefix="bare-")
    sizes = {}
    for index, is_embedded in ((bare, False), (settings.index, True)):
        set_up(es, index, now=NOW)
        room = Newsroom(5)
        source = room.articles(documents)
        given = with_vectors(source, np.random.default_rng(5)) if is_embedded else source
        before, begun = processor_seconds(es), time.perf_counter()
        while part := list(islice(given, 2_000)):
            list(index_articles(es, part, index, now=NOW))
        seconds, wall = processor_seconds(es) - before, time.perf_counter() - begun
        alias = names(index).articles
        es.indices.forcemerge(index=alias, max_num_segments=5)
        es.indices.refresh(index=alias)  # the segments before the merge are kept until then
        es.indices.flush(index=alias)
        sizes[is_embedded] = es.indices.stats(index=alias, metric=["store"])["_all"]["total"]["store"]["size_in_bytes"]
        label = "with vectors and events" if is_embedded else "without"
        print(
            f"{documents} articles {label}: {sizes[is_embedded] / 1e6:.0f} MB, "
            f"{1000 * seconds / documents:.2f} ms of processor and {1000 * wall / documents:.2f} ms each",
            flush=True,
        )
    texts = [" ".join(room.random.choices(room.vocabulary[30:3_000], k=2)) for _ in range(120)]
    spent: dict[bool, list[float]] = {False: [], True: []}
    for text in texts:
        for meaning, times in spent.items():
            begun = time.perf_counter()
            search(es, SearchQuery(text=text, facets=True, meaning=meaning), settings, now=NOW)
            times.append(time.perf_counter() - begun)
    p95 = {meaning: sorted(times[20:])[94] for meaning, times in spent.items()}
    medians = {meaning: statistics.median(times[20:]) for meaning, times in spent.items()}
    for meaning, label in ((False, "plain"), (True, "by meaning")):
        print(f"{label:12} median {1000 * medians[meaning]:6.1f} ms   p95 {1000 * p95[meaning]:6.1f} ms")
    print(f"p95 {p95[True] / p95[False]:.2f} times (at most 1.5)")


def processor_seconds(es: Elasticsearch) -> float:
    """Return the CPU time of Elasticsearch."""
    (node,) = es.nodes.stats(metric="process")["nodes"].values()
    return float(node["process"]["cpu"]["total_in_millis"]) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("half", nargs="?", choices=HALVES)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", choices=("questions", "headlines", "cost"))
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    half = HALVES.get(options.half)
    with open_elasticsearch() as (es, settings):
        if options.only in (None, "questions"):
            measure_quality(es, settings, "questions", questions(half), options)
        if options.only in (None, "headlines"):
            measure_quality(es, settings, "headlines", headlines(options.data, half), options)
        if options.only in (None, "cost"):
            measure_cost(es, settings, options.documents)


if __name__ == "__main__":
    main()

"""Searches by meaning: queries in one language, articles in all languages; and the cost of vectors.

    python bench/meaning.py [even|odd] [--data FOLDER] [--only questions|headlines|cost] [--documents 100000] [-v]

questions   in a user's words, about the events of `event_set.py`: first .75, among ten .95, nDCG@10 .85
headlines   in English, with their stories in seven other languages (`headline_set.py`, `originals-dev.jsonl.gz`): first .95, among
            ten .99
cost        of a search by meaning relative to one by words: p95 at most 1.5 times; of vectors in the index

`even` and `odd` are halves of the questions and of the stories, one for development and one for evaluation. There are 5,000 articles in
the index, most of them from `news-sites-dev.jsonl.gz` and `sound-news.jsonl.gz`. FOLDER has these files; they are third-party texts
and not part of the project.
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
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch
from event_set import HAPPENINGS
from events import BEGIN, HALVES, articles, to_article
from headline_set import STORIES
from pages import fill
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
ARTICLES = 5_000
PARAGRAPHS = 4
MOST_OF_A_PAGE = 24
"""Number of paragraphs of a page in other languages that become articles."""
NOW = BEGIN + dt.timedelta(days=20)
DEPTH = 10
WRITTEN = 5_000
"""Number of articles whose cost of indexing is measured; the searches are measured among more."""
TOPICS, NOISE = 2_000, 1.3
"""Number of topics of the synthetic vectors, and their distance from it: two of one topic have a cosine of 0.37."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, the ids of the articles it should find, and of those that do not count: the same in a third language.

    `language` is that of the articles, if it is only one.
    """

    text: str
    wanted: frozenset[str]
    passed_over: frozenset[str] = frozenset()
    language: str = ""


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def background(folder: Path, most: int) -> list[Article]:
    """Return articles of four paragraphs of news, first those in many languages, then English ones."""
    pages = ((page, _language(page["id"]), MOST_OF_A_PAGE) for page in lines(folder / "news-sites-dev.jsonl.gz"))
    stories = ((story, "en", None) for story in lines(folder / "sound-news.jsonl.gz"))
    return list(islice((made for page, language, end in chain(pages, stories) for made in _parts(page, language, end)), most))


def _language(page: str) -> str:
    """Return the language of a page by its country, as far as that is certain."""
    country = page.split("/")[0]
    return {"us": "en", "uk": "en", "au": "en", "jp": "ja", "kr": "ko", "cn": "zh", "tw": "zh"}.get(country, country)


def _parts(page: dict[str, str], language: str, end: int | None) -> Iterator[Article]:
    paragraphs = [part for part in page["text"].split("\n") if part.strip()][:end]
    for start in range(0, len(paragraphs) - PARAGRAPHS + 1, PARAGRAPHS if end else 1):
        title, *text = paragraphs[start : start + PARAGRAPHS]
        cleaned = Cleaned(title=title[:120], text="\n".join(text), language=language)
        yield to_article(f"{page['id']}-{start}", cleaned, BEGIN + dt.timedelta(minutes=start))


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
    """Return the stories as articles in their languages, and the English headline of each as a search for each language."""
    told = [*_written(half), *_translated(folder, half)]
    of = {headline: frozenset(article.id for other, article in told if other == headline) for headline, _ in told}
    return [article for _, article in told], [
        Asked(headline, frozenset({article.id}), of[headline] - {article.id}, article.cleaned.language or "") for headline, article in told
    ]


def _written(half: int | None) -> Iterator[tuple[str, Article]]:
    for number, (headline, versions) in enumerate(STORIES):
        if half is None or number // 2 % 2 == half:  # both of a pair
            for language, (title, text) in versions.items():
                cleaned = Cleaned(title=title, text=text, language=language)
                yield headline, to_article(f"headline-{number}-{language}", cleaned, BEGIN)


def _translated(folder: Path, half: int | None) -> Iterator[tuple[str, Article]]:
    for number, story in enumerate(lines(folder / "originals-dev.jsonl.gz")):
        if story["language"] in LANGUAGES and (half is None or number % 2 == half):
            title, *text = story["source"]
            cleaned = Cleaned(title=title, text="\n".join(text), language=story["language"])
            yield story["translation"][0], to_article(story["id"], cleaned, BEGIN)


@dataclass(frozen=True, slots=True)
class Result:
    """The places of the wanted articles among the first ten, and the gain relative to the best order."""

    asked: Asked
    places: list[int]
    gain: float


def ask(es: Elasticsearch, settings: Settings, one: Asked, *, meaning: bool) -> Result:
    query = SearchQuery(text=one.text, meaning=meaning, size=DEPTH + len(one.passed_over))
    found = [hit.id for hit in search(es, query, settings, now=NOW).hits if hit.id not in one.passed_over][:DEPTH]
    places = [place for place, key in enumerate(found) if key in one.wanted]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(one.wanted))))
    return Result(one, places, sum(1 / math.log2(place + 2) for place in places) / ideal)


def summary(results: Sequence[Result]) -> str:
    first = statistics.mean(one.places[:1] == [0] for one in results)
    ten = statistics.mean(bool(one.places) for one in results)
    return f"{len(results):4}  first {first:.3f}  among ten {ten:.3f}  nDCG@{DEPTH} {statistics.mean(one.gain for one in results):.3f}"


def measure_quality(
    es: Elasticsearch, settings: Settings, name: str, given: tuple[list[Article], list[Asked]], options: argparse.Namespace
) -> None:
    told, asked = given
    settings = replace(settings, index=IndexSettings(prefix=f"{name}-", group_duplicates=False))
    set_up(es, settings.index, now=NOW)
    around = background(options.data, ARTICLES - len(told))
    list(index_articles(es, [*around, *told], settings.index, now=NOW))
    print(f"{name} among {len(around) + len(told)} articles", flush=True)
    for label, meaning in (("words", False), ("words and meaning", True)):
        results = [ask(es, settings, one, meaning=meaning) for one in asked]
        print(f"  {label:18} {summary(results)}", flush=True)
    for language in sorted({one.language for one in asked if one.language}):
        print(f"    {language:16} {summary([one for one in results if one.asked.language == language])}")
    for one in results:
        if options.verbose and one.places[:1] != [0]:
            print(f"    {one.asked.text} ({one.asked.language}): {one.places}")


def with_vectors(source: Iterator[Article], random: np.random.Generator) -> Iterator[Article]:
    topics = random.normal(size=(TOPICS, DIMENSIONS)) / math.sqrt(DIMENSIONS)
    for article in source:
        vector = topics[random.integers(TOPICS)] + random.normal(size=DIMENSIONS) * NOISE / math.sqrt(DIMENSIONS)
        yield replace(article, embedding=Embedding(pack(vector.astype(np.float32)), MODEL))


def measure_cost(es: Elasticsearch, settings: Settings, documents: int) -> None:
    written = min(documents, WRITTEN)
    sizes = {}
    for index, is_embedded in ((IndexSettings(prefix="bare-"), False), (IndexSettings(prefix="cost-"), True)):
        set_up(es, index, now=NOW)
        source = Newsroom(5).articles(written)
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
            f"{written} articles {label}: {sizes[is_embedded] / 1e6:.0f} MB, "
            f"{1000 * seconds / written:.2f} ms of processor and {1000 * wall / written:.2f} ms each",
            flush=True,
        )
    settings, room = replace(settings, index=IndexSettings(prefix="meant-")), Newsroom(5)
    fill(es, settings.index, with_vectors(room.articles(documents), np.random.default_rng(5)))
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

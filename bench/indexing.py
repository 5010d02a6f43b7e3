"""The index stage compared with bare bulk requests; accuracy of near-duplicate grouping; search speed as the index grows.

python bench/indexing.py            everything; --documents 20000 for a shorter search part
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise

from elasticsearch import Elasticsearch, helpers
from server import open_elasticsearch
from synthetic import NOW, Newsroom

from newsdesk.index.aliases import names, set_up
from newsdesk.index.document import complete, to_document, version
from newsdesk.index.duplicates import is_same_story, sketch
from newsdesk.index.mapping import VERSION
from newsdesk.index.sink import index_articles
from newsdesk.records import Article
from newsdesk.search import run
from newsdesk.search.queries import SearchQuery, read_question
from newsdesk.settings import IndexSettings, Settings

STAGE_DOCUMENTS = 4_000
ROUNDS = 3
GROWTH_PART = 1_000
PAIRS = 1_000
MOST_MINUTES = 8
"""Time limit for filling the large index; it is then measured at the size reached."""


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def fresh(es: Elasticsearch, name: str, **more: object) -> IndexSettings:
    settings = IndexSettings(prefix=f"{name}-").model_copy(update=more)
    for index in list(es.indices.get(index=f"{settings.prefix}*", expand_wildcards="all")):
        es.indices.delete(index=index)
    set_up(es, settings, now=NOW)
    return settings


def run_stage(es: Elasticsearch, articles: list[Article], settings: IndexSettings) -> None:
    for _outcome in index_articles(es, articles, settings, now=NOW):
        pass


def run_bare(es: Elasticsearch, articles: list[Article], settings: IndexSettings, *, sketched: bool) -> None:
    """Index the same documents with `helpers.bulk`. Building them from articles is not counted."""
    index = names(settings).month(VERSION, NOW)
    prepared = [
        {
            "_index": index,
            "_id": article.id,
            "version": version(article),
            "version_type": "external_gte",
            "_source": complete(to_document(article, now=NOW), sketched=sketched),
        }
        for article in articles
    ]
    started = time.perf_counter()
    helpers.bulk(es, prepared, chunk_size=500)
    es.indices.refresh(index=index)
    run_bare.seconds = time.perf_counter() - started  # type: ignore[attr-defined]


def run_one_by_one(es: Elasticsearch, articles: list[Article], settings: IndexSettings) -> None:
    own = names(settings)
    for article in articles:
        es.indices.refresh(index=own.articles)
        if not es.search(index=own.articles, query={"ids": {"values": [article.id]}})["hits"]["hits"]:
            es.create(index=own.month(VERSION, NOW), id=article.id, document=complete(to_document(article, now=NOW), sketched=False))


def measure_stage(es: Elasticsearch) -> None:
    articles = list(Newsroom(2).articles(STAGE_DOCUMENTS))
    articles = [replace(article, fetched_at=max(article.fetched_at, NOW.replace(day=1))) for article in articles]
    run_stage(es, articles, fresh(es, "warm"))
    rates: dict[str, list[float]] = {"bare": [], "plain": [], "grouped": []}
    for _ in range(ROUNDS):
        run_bare(es, articles, fresh(es, "bare"), sketched=False)
        rates["bare"].append(run_bare.seconds)  # type: ignore[attr-defined]
        plain = fresh(es, "plain", group_duplicates=False)
        rates["plain"].append(timed(lambda plain=plain: run_stage(es, articles, plain)))
        grouped = fresh(es, "grouped")
        rates["grouped"].append(timed(lambda grouped=grouped: run_stage(es, articles, grouped)))
    few = articles[:300]
    single = fresh(es, "single")
    one_by_one = timed(lambda: run_one_by_one(es, few, single)) / len(few)
    bare, plain_, grouped_ = (min(rates[name]) / len(articles) for name in rates)
    print(f"bare helpers.bulk        {1 / bare:8.0f} documents/s")
    print(f"index stage, no grouping {1 / plain_:8.0f} documents/s   {bare / plain_:5.2f} of bare (at least 0.9)")
    print(f"index stage, grouping    {1 / grouped_:8.0f} documents/s   {bare / grouped_:5.2f} of bare (at least 0.6)")
    print(f"search, then create      {1 / one_by_one:8.0f} documents/s   stage is {one_by_one / plain_:5.1f} times as fast (at least 10)")


def vary(room: Newsroom, text: str) -> dict[str, str]:
    pick = room.random
    words = text.split(" ")
    light = list(words)
    for place in pick.sample(range(len(words)), len(words) // 20):
        light[place] = pick.choice(room.vocabulary)
    paragraphs = text.split("\n")
    shuffled = pick.sample(paragraphs, len(paragraphs))
    quarter = list(paragraphs)
    for place in pick.sample(range(len(paragraphs)), max(1, round(len(paragraphs) * 0.25))):
        quarter[place] = room.sentence(len(paragraphs[place].split()))
    own, other = ([room.sentence(len(part.split())) for part in paragraphs] for _ in range(2))
    quoted = " ".join(paragraphs[-1].split()[:30])
    return {
        "light edits (5 % of words)": " ".join(light),
        "new headline": text,
        "truncated to 30-60 %": text[: int(len(text) * pick.uniform(0.3, 0.6))],
        "paragraphs reordered": "\n".join(shuffled),
        "25 % of paragraphs replaced": "\n".join(quarter),
        "same event, its lead copied": "\n".join([paragraphs[0], *own[1:]]),
        "same event, a 30-word quotation": "\n".join([*other[:1], quoted, *other[1:]]),
    }


def measure_grouping(es: Elasticsearch) -> None:
    room = Newsroom(3)
    originals = [room.text(room.random.randint(200, 600)) for _ in range(PAIRS)]
    kinds = list(vary(room, originals[0]))
    articles = []
    variants: dict[str, tuple[int, str]] = {}
    for number, text in enumerate(originals):
        articles.append(room.article(number * 10, text))
        for offset, (kind, changed) in enumerate(vary(room, text).items(), start=1):
            article = room.article(number * 10 + offset, changed)
            articles.append(article)
            variants[article.id] = (number * 10, kind)
    random.Random(4).shuffle(articles)
    settings = fresh(es, "stories")
    run_stage(es, articles, settings)
    hits = es.search(index=names(settings).articles, size=10_000, source_includes=["story_id", "url"])["hits"]["hits"]
    stories = {int(hit["_source"]["url"].rsplit("/", 1)[1]): hit["_source"]["story_id"] for hit in hits}
    numbers = {hit["_id"]: int(hit["_source"]["url"].rsplit("/", 1)[1]) for hit in hits}
    for kind in kinds:
        joined = [stories[numbers[key]] == stories[original] for key, (original, label) in variants.items() if label == kind]
        print(f"{kind:34} {100 * statistics.mean(joined):6.2f} % in the original's story")
    unrelated = [sketch(room.text(400)) for _ in range(1_000)]
    wrong = sum(is_same_story(one, other) for one, other in pairwise(unrelated) if one and other)
    print(f"unrelated texts compared directly: {wrong} of 999 taken for one story")


def measure_growth(es: Elasticsearch, settings: Settings, documents: int) -> None:
    room = Newsroom(5)
    index = fresh(es, "large")
    source = room.articles(documents)
    run_stage(es, list(islice(source, GROWTH_PART)), index)
    end = time.monotonic() + 60 * MOST_MINUTES
    while time.monotonic() < end and (part := list(islice(source, GROWTH_PART))):
        run_stage(es, part, index)
    count = es.count(index=names(index).articles)["count"]
    # Both sizes are measured at the same time, since the load of a shared machine changes.
    costs = []
    for _ in range(ROUNDS):
        late = measure_growing(es, room, index)
        small = fresh(es, "small")
        run_stage(es, list(Newsroom(6).articles(GROWTH_PART)), small)
        costs.append((late, measure_growing(es, room, small)))
    late, early = (statistics.median(cost) for cost in zip(*costs, strict=True))
    print(f"processor time per document: {1000 * late:.2f} ms at {count}, {1000 * early:.2f} ms at {GROWTH_PART}, ", end="")
    print(f"{late / early:.2f} times (at most 1.1)")
    measure_search(es, replace(settings, index=index), room)


def measure_growing(es: Elasticsearch, room: Newsroom, index: IndexSettings) -> float:
    """CPU seconds per document, of Elasticsearch and this process, to add 2,000 new articles."""
    room.made += 1
    articles = list(room.articles(2_000, start=10_000_000 + room.made * 10_000))
    before = processor_seconds(es)
    run_stage(es, articles, index)
    return (processor_seconds(es) - before) / len(articles)


def processor_seconds(es: Elasticsearch) -> float:
    (node,) = es.nodes.stats(metric="process")["nodes"].values()
    return float(node["process"]["cpu"]["total_in_millis"]) / 1000 + time.process_time()


def measure_search(es: Elasticsearch, settings: Settings, room: Newsroom) -> None:
    """The time of the complete search and without each of its parts, alternating over the same queries."""
    alias = names(settings.index).articles
    es.indices.forcemerge(index=alias, max_num_segments=5)
    queries = [" ".join(room.random.choices(room.vocabulary[30:3_000], k=2)) for _ in range(100)]

    whole = SearchQuery(facets=True)

    def bare(text: str) -> object:
        return es.search(index=alias, query={"match": {"body": text}}, size=10, source_includes=["title", "url"])

    def request(text: str, leave_out: str = "") -> object:
        query = replace(whole, text=text)
        asked = run._request(query, read_question(query, now=NOW), size=10)
        if leave_out == "decay":
            asked["query"] = asked["query"]["function_score"]["query"]
        elif leave_out:
            del asked[leave_out]
        return es.search(index=alias, **asked)

    forms: dict[str, Callable[[str], object]] = {
        "bare match": bare,
        "search() as it is": lambda text: run.search(es, replace(whole, text=text), settings, now=NOW),
        "one request with all": request,
        "  without facets": lambda text: request(text, "aggregations"),
        "  without decay": lambda text: request(text, "decay"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    for text in [*queries[:20], *queries]:
        for name, form in forms.items():
            seconds[name].append(timed(lambda form=form, text=text: form(text)))
    for name, values in seconds.items():
        kept = sorted(values[20:])
        print(f"{name:22} median {1000 * statistics.median(kept):6.1f} ms   p95 {1000 * kept[int(len(kept) * 0.95)]:6.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="articles in the large index")
    parser.add_argument("--only", choices=("stage", "grouping", "growth"))
    options = parser.parse_args()
    with open_elasticsearch() as (es, settings):
        if options.only in (None, "stage"):
            measure_stage(es)
        if options.only in (None, "grouping"):
            measure_grouping(es)
        if options.only in (None, "growth"):
            measure_growth(es, settings, options.documents)


if __name__ == "__main__":
    main()

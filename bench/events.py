"""Accuracy of grouping articles into events: pairs of `event_set.py` in one event, with a real index.

    python bench/events.py [even|odd] [-v]     every second pair: one half is for development, the other for evaluation

Wanted: precision .95, F1 .90.
"""

import datetime as dt
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from elasticsearch import Elasticsearch
from event_set import HAPPENINGS, reports
from server import open_elasticsearch

from newsdesk.enrichment import embedding_of
from newsdesk.index.aliases import names, set_up
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, CaptureRef, Checked, Cleaned, EntitiesStatus, Tagged
from newsdesk.settings import IndexSettings, NlpSettings, Settings
from newsdesk.urls import article_id

BEGIN = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
HOURS = (0, 5, 20, 26, 11)
"""Hours after the first report of an event at which the others appear."""
HALVES = {"even": 0, "odd": 1}
AT_LEAST, PRECISION = 0.90, 0.95


def articles(half: int | None) -> dict[str, tuple[int, Article]]:
    """Return the articles of the chosen events by id, each with the number of its event."""
    chosen: dict[str, tuple[int, Article]] = {}
    told: dict[int, int] = {}
    for happening, language, title, text in reports():
        place = told[happening] = told.get(happening, -1) + 1
        if half is None or happening // 2 % 2 == half:
            moment = BEGIN + dt.timedelta(days=HAPPENINGS[happening][1], hours=HOURS[place])
            made = to_article(f"{happening}-{place}", Cleaned(title=title, text=text, language=language, published_at=moment), moment)
            chosen[made.id] = (happening, made)
    return chosen


def to_article(name: str, cleaned: Cleaned, moment: dt.datetime) -> Article:
    url = f"https://told.example/{name}"
    return Article(
        id=article_id(url),
        url=url,
        source="Told",
        feed_url="",
        fetched_at=moment,
        partition="told",
        capture=CaptureRef("told", 0),
        pipeline_version="1",
        cleaned=cleaned,
        checked=Checked(language=cleaned.language, verdict=None),
        tagged=Tagged(entities=(), status=EntitiesStatus.NO_MODEL),
        embedding=embedding_of(cleaned, NlpSettings()),
    )


def join(es: Elasticsearch, settings: Settings, given: Iterable[Article]) -> dict[str, str]:
    """Index the articles in any order, a few at a time, and return the event of each."""
    shuffled = list(given)
    random.Random(1).shuffle(shuffled)
    set_up(es, settings.index, now=BEGIN)
    for start in range(0, len(shuffled), 20):
        list(index_articles(es, shuffled[start : start + 20], settings.index, now=BEGIN + dt.timedelta(days=20)))
    alias = names(settings.index).articles
    es.indices.refresh(index=alias)
    return {hit["_id"]: hit["_source"]["event_id"] for hit in es.search(index=alias, size=10_000, source=["event_id"])["hits"]["hits"]}


def main() -> None:
    half = next((number for name, number in HALVES.items() if name in sys.argv), None)
    chosen = articles(half)
    with open_elasticsearch() as (es, settings):
        begun = time.perf_counter()
        events = join(es, replace(settings, index=IndexSettings(prefix="told-")), (article for _, article in chosen.values()))
        seconds = time.perf_counter() - begun
    counts = {"right": 0, "wrong": 0, "missed": 0}
    for one, other in combinations(chosen, 2):
        same, joined = chosen[one][0] == chosen[other][0], events[one] == events[other]
        kind = "right" if same and joined else "wrong" if joined else "missed" if same else ""
        if kind:
            counts[kind] += 1
        if "-v" in sys.argv and kind in ("wrong", "missed"):
            print(f"{kind}: {chosen[one][1].cleaned.title} | {chosen[other][1].cleaned.title}")
    precision = counts["right"] / (counts["right"] + counts["wrong"])
    recall = counts["right"] / (counts["right"] + counts["missed"])
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{len(chosen)} articles of {len({number for number, _ in chosen.values()})} happenings, {seconds:.1f} s")
    print(f"pairs: precision {precision:.3f} (at least {PRECISION}), recall {recall:.3f}, F1 {f1:.3f} (at least {AT_LEAST})")
    if precision < PRECISION or f1 < AT_LEAST:
        sys.exit("events have become worse")


if __name__ == "__main__":
    main()

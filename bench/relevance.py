"""nDCG@10 of the search on the judged set, compared with a plain multi_match over title and body in the same index.

The argument `even` or `odd` selects half of the queries: one is for development, the other for evaluation.
"""

import datetime as dt
import math
import sys
from dataclasses import replace

import relevance_languages
import relevance_set
from server import open_elasticsearch

from newsdesk.index.aliases import names, set_up
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, CaptureRef, Checked, Cleaned, EntitiesStatus, Entity, EntityType, Tagged, Verdict
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import search
from newsdesk.settings import IndexSettings
from newsdesk.urls import article_id

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DEPTH = 10
AT_LEAST, ABOVE_PLAIN = 0.93, 0.02
DOCUMENTS = [*relevance_set.DOCUMENTS, *relevance_languages.DOCUMENTS]
QUERIES = [*relevance_set.QUERIES, *relevance_languages.QUERIES]
HALVES = {"even": slice(0, None, 2), "odd": slice(1, None, 2)}


def to_article(row: tuple[int, str, int, str, str, list[str], list[str], list[str]]) -> Article:
    number, language, age, title, text, persons, organizations, places = row
    typed = ((persons, EntityType.PERSON), (organizations, EntityType.ORGANIZATION), (places, EntityType.PLACE))
    moment = NOW - dt.timedelta(days=age)
    return Article(
        id=article_id(str(number)),
        url=f"https://judged.example/{number}",
        source="Judged",
        feed_url="",
        fetched_at=moment,
        partition="judged",
        capture=CaptureRef("judged", number),
        pipeline_version="1",
        cleaned=Cleaned(title=title, text=text, language=language, published_at=moment),
        checked=Checked(language=language, verdict=Verdict.NO_DEFECT_FOUND),
        tagged=Tagged(
            entities=tuple(Entity(name=name, type=kind, mentions=()) for group, kind in typed for name in group),
            status=EntitiesStatus.TAGGED,
        ),
    )


def ndcg(found: list[int], grades: dict[int, int]) -> float:
    gained = sum((2 ** grades.get(number, 0) - 1) / math.log2(place + 2) for place, number in enumerate(found[:DEPTH]))
    ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:DEPTH]))
    return gained / ideal


def main() -> None:
    queries = next((QUERIES[half] for name, half in HALVES.items() if name in sys.argv), QUERIES)
    with open_elasticsearch() as (es, settings):
        settings = replace(settings, index=IndexSettings(prefix="judged-"))
        set_up(es, settings.index, now=NOW)
        list(index_articles(es, map(to_article, DOCUMENTS), settings.index, now=NOW))
        alias = names(settings.index).articles
        scores, plain_scores = [], []
        for text, grades in queries:
            results = search(es, SearchQuery(text=text, size=DEPTH), settings, now=NOW)
            found = [int(hit.url.rsplit("/", 1)[1]) for hit in results.hits]
            plain = es.search(index=alias, query={"multi_match": {"query": text, "fields": ["title", "body"]}}, size=DEPTH)
            plain_found = [int(hit["_source"]["url"].rsplit("/", 1)[1]) for hit in plain["hits"]["hits"]]
            scores.append(ndcg(found, grades))
            plain_scores.append(ndcg(plain_found, grades))
            if "-v" in sys.argv and scores[-1] < 1:
                print(f"{scores[-1]:.2f} {plain_scores[-1]:.2f}  {text}: {found[:6]} for {grades}")
    mean, plain_mean = sum(scores) / len(scores), sum(plain_scores) / len(plain_scores)
    print(f"{len(queries)} queries on {len(DOCUMENTS)} documents")
    print(f"nDCG@{DEPTH} {mean:.3f} (at least {AT_LEAST}); plain multi_match {plain_mean:.3f} (at least {ABOVE_PLAIN} below)")
    if mean < AT_LEAST or mean < plain_mean + ABOVE_PLAIN:
        sys.exit("the search has become worse")


if __name__ == "__main__":
    main()

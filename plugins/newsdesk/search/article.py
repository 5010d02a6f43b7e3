"""One article with its full text."""

from dataclasses import dataclass

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names
from newsdesk.index.mapping import Json
from newsdesk.search.run import Hit, to_hit, with_related
from newsdesk.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntity:
    """An entity that an article names; `roles` are as in the text, `mentions` is the number of occurrences."""

    name: str
    type: str
    roles: tuple[str, ...]
    aliases: tuple[str, ...]
    country: str | None
    in_title: bool
    mentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article of the index. Offsets of findings in `hit` are code points of `body`."""

    hit: Hit
    body: str
    authors: tuple[str, ...]
    credits: tuple[str, ...]
    site_name: str
    fetched_at: str
    capture: str
    pipeline_version: str
    entities: tuple[FoundEntity, ...] = ()


def find_article(es: Elasticsearch, article_id: str, settings: Settings) -> FoundArticle | None:
    """Return the article with this id, None if the index does not have it."""
    alias = names(settings.index).articles
    answer = es.search(index=alias, query={"ids": {"values": [article_id]}}, size=1)
    for found in answer["hits"]["hits"]:
        source = found["_source"]
        (hit,) = with_related(es, alias, (to_hit(found),))
        return FoundArticle(
            hit=hit,
            body=source.get("body", ""),
            authors=tuple(source.get("authors", ())),
            credits=tuple(source.get("credits", ())),
            site_name=source.get("site_name", ""),
            fetched_at=source.get("fetched_at", ""),
            capture=source.get("capture", ""),
            pipeline_version=source.get("pipeline_version", ""),
            entities=tuple(map(_entity, source.get("entities", ()))),
        )
    return None


def _entity(entity: Json) -> FoundEntity:
    return FoundEntity(
        name=entity["name"],
        type=entity["type"],
        roles=tuple(entity.get("roles", ())),
        aliases=tuple(entity.get("aliases", ())),
        country=entity.get("country"),
        in_title=bool(entity.get("in_title")),
        mentions=len(entity.get("mentions", ())),
    )

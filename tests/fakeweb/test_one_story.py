"""A story is one article even if its URL changes, and two stories are two articles even if they share a GUID."""

from collections import defaultdict

from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom, paths
from fakeweb.server import FakeWeb
from newsdesk.chunk_enrichment import enrich_chunk
from newsdesk.chunks import plan_chunks
from newsdesk.enrichment import Tools
from newsdesk.records import Article
from newsdesk.settings import load
from newsdesk.store.articles import list_article_files, read_articles

ONE_STORY = ("slug-and-guid", "slug-and-wordpress", "slug-and-number", "slug-behind-post")
TWO_STORIES = ("guid-is-the-feed", "guid-is-empty", "guid-of-a-series", "slug-listed-twice")


def articles(newsroom: Newsroom, tools: Tools) -> dict[str, list[Article]]:
    """Return all versions of the articles made from the captures, by source."""
    found: dict[str, list[Article]] = defaultdict(list)
    for partition in newsroom.partitions:
        for chunk in plan_chunks(newsroom.archive, partition, size=200):
            enrich_chunk(chunk, archive=newsroom.archive, tools=tools, settings=load(), now=newsroom.time)
        for path in list_article_files(newsroom.archive, partition):
            for article in read_articles(newsroom.archive, path):
                found[article.source].append(article)
    return found


def headlines(versions: list[Article]) -> dict[str, list[str]]:
    """Return the slugs of each article by id, in the order of its captures."""
    seen: dict[str, list[str]] = defaultdict(list)
    for article in sorted(versions, key=lambda article: article.fetched_at):
        seen[article.id].append(article.url.rsplit("/", 1)[1])
    return seen


def test_a_changed_slug_is_another_look_at_the_known_article(newsroom: Newsroom, web: FakeWeb, tools: Tools) -> None:
    newsroom.change(revisit_hours=(1,))
    newsroom.subscribe(*ONE_STORY)
    for _ in range(4):
        newsroom.run()
        newsroom.wait(hours=3)
    found = {site: sorted(headlines(versions).values()) for site, versions in articles(newsroom, tools).items()}
    assert found == {
        "slug-and-guid": [["bridge-closes"], ["harbour-opens", "harbour-opens-at-last"]],
        "slug-and-wordpress": [["bridge-closes"], ["harbour-opens", "harbour-opens-at-last"]],
        "slug-and-number": [
            ["bridge-closes-1234568"],
            ["harbour-opens-1234567", "harbour-opens-at-last-1234567", "harbour-open-1234567"],
        ],
        "slug-behind-post": [["harbour-opens", "harbour-opens-at-last"]],
    }
    for path in ("/news/harbour-opens", "/news/harbour-opens-at-last"):
        assert len(web.requests("slug-and-guid", path)) == 1, "each address was listed in one way once, and is asked once"


@ON_BOTH_DATABASES
def test_a_slug_that_changes_before_the_first_visit_costs_one_request(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.change(run_seconds=1e-9)
    newsroom.subscribe("slug-and-guid")
    newsroom.run()
    newsroom.change(run_seconds=60)
    newsroom.wait(hours=3)
    newsroom.run()
    assert sorted(paths(newsroom.captures())) == ["/news/bridge-closes", "/news/harbour-opens-at-last"]
    assert not web.requests("slug-and-guid", "/news/harbour-opens")


def test_bad_guids_make_no_two_stories_one(newsroom: Newsroom, tools: Tools) -> None:
    newsroom.subscribe(*TWO_STORIES, "guid-is-the-place", "one-guid-for-all", "rewrites-guids")
    for _ in range(2):
        newsroom.run()
        newsroom.wait(hours=3)
    found = {site: len(headlines(versions)) for site, versions in articles(newsroom, tools).items()}
    assert found == {**dict.fromkeys(TWO_STORIES, 2), "guid-is-the-place": 4, "one-guid-for-all": 3, "rewrites-guids": 2}

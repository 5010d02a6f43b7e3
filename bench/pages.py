"""Response times of the search page with many articles: with facets, timeline and map, and of a search without them.

python bench/pages.py --documents 20000     a smaller index
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from elasticsearch import Elasticsearch, helpers
from fastapi.testclient import TestClient
from server import open_elasticsearch
from synthetic import NOW, Newsroom

from newsdesk.errors import SetupError
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.document import complete, to_document
from newsdesk.records import Article
from newsdesk.search.run import search
from newsdesk.settings import IndexSettings, Settings
from newsdesk.web.app import make_app
from newsdesk.web.identity import Identity, Reader
from newsdesk.web.library import IndexLibrary
from newsdesk.web.search_form import read_form, to_query
from newsdesk.web.search_page import search_section
from newsdesk.web.static_files import static_section

QUERIES = 100
WARM_UP = 20


def fill(es: Elasticsearch, settings: IndexSettings, articles: Iterable[Article]) -> None:
    """Write documents like the index stage, but without the search for copies and events, which takes most of its time."""
    set_up(es, settings, now=NOW)
    alias = names(settings).articles
    (index,) = list(es.indices.get_alias(name=alias))[:1]

    def actions() -> Iterator[dict[str, object]]:
        for article in articles:
            document = complete(to_document(article, now=NOW), sketched=False)
            yield {"_op_type": "index", "_index": index, "_id": article.id, "_source": document}

    for _ in helpers.parallel_bulk(es, actions(), thread_count=2, chunk_size=500):
        pass
    es.indices.refresh(index=alias)
    es.options(request_timeout=600).indices.forcemerge(index=alias, max_num_segments=5)
    print(f"{es.count(index=alias)['count']} articles", flush=True)


def measure(es: Elasticsearch, settings: Settings) -> None:
    """Print the times, alternating over the same queries, since the load of a shared machine changes."""
    room = Newsroom(5)
    library = IndexLibrary(settings, lambda: open_client(settings.elasticsearch))
    sections = (search_section(library, maximum_hits=100), static_section())
    identity = Identity(identify=lambda: Reader("bench"))
    browser = TestClient(make_app(sections=sections, identity=identity, open_state=_no_state))
    zone = ZoneInfo("Europe/Madrid")

    def searched(text: str, *, counts: bool) -> object:
        form = read_form([("q", text)], maximum_hits=100)
        return search(es, to_query(form, zone=zone, counts=counts, now=NOW), settings, now=NOW)

    forms: dict[str, Callable[[str], object]] = {
        "search alone": lambda text: searched(text, counts=False),
        "with facets, timeline, map": lambda text: searched(text, counts=True),
        "the page": lambda text: browser.get("/", params={"q": text, "since": "2026-11-01"}).raise_for_status(),
        "front page": lambda _text: browser.get("/").raise_for_status(),
    }
    queries = [" ".join(room.random.choices(room.vocabulary[30:3_000], k=2)) for _ in range(QUERIES)]
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    for text in [*queries[:WARM_UP], *queries]:
        for name, form in forms.items():
            started = time.perf_counter()
            form(text)
            seconds[name].append(time.perf_counter() - started)
    p95 = {name: sorted(values[WARM_UP:])[int(QUERIES * 0.95)] for name, values in seconds.items()}
    for name, values in seconds.items():
        print(f"{name:28} median {1000 * statistics.median(values[WARM_UP:]):6.1f} ms   p95 {1000 * p95[name]:6.1f} ms")
    ratio = p95["with facets, timeline, map"] / p95["search alone"]
    print(f"p95 with facets, timeline and map: {ratio:.2f} times that of the search alone (at most 2)")


def _no_state() -> None:
    raise SetupError("the benchmark has no state database", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="articles in the index")
    options = parser.parse_args()
    logging.getLogger("newsdesk").setLevel(logging.ERROR)  # of the state database, which is not there
    with open_elasticsearch() as (es, settings):
        settings = replace(settings, index=IndexSettings(prefix="pages-"))
        fill(es, settings.index, Newsroom(5).articles(options.documents))
        measure(es, settings)


if __name__ == "__main__":
    main()

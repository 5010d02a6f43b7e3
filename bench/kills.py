"""Kills Elasticsearch ten times at random while 5,000 articles are indexed, and checks that each is indexed once.

python bench/kills.py               takes some minutes, since each start of the server takes ten seconds or more
"""

import argparse
import random
import sys
import threading
import time

from server import open_elasticsearch
from synthetic import NOW, Newsroom

from newsdesk.errors import Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import Retry, open_client
from newsdesk.index.sink import index_articles
from newsdesk.local import elasticsearch as embedded
from newsdesk.records import Outcome
from newsdesk.settings import IndexSettings, Settings

PATIENT = Retry(retries=10_000, sleep=lambda _seconds: time.sleep(0.25))
MOST_MINUTES = 15


def run(settings: Settings, *, documents: int, kills: int) -> str:
    """A description of the inconsistency at the end, or "" if every article is indexed once."""
    articles = list(Newsroom(11).articles(documents))
    index = IndexSettings(prefix="killed-", bulk_documents=25)
    outcomes: list[Outcome] = []

    def write() -> None:
        with open_client(settings.elasticsearch) as es:
            set_up(es, index, now=NOW)
            outcomes.extend(index_articles(es, articles, index, now=NOW, retry=PATIENT))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    chance, end, killed = random.Random(), time.monotonic() + 60 * MOST_MINUTES, 0
    # The kills are spread over the run, and hit bulk requests, repairs and recoveries at any point.
    while writer.is_alive() and killed < kills and time.monotonic() < end:
        reached = len(outcomes)
        while writer.is_alive() and len(outcomes) < reached + documents // (2 * kills) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1))
        for process in embedded._processes(settings.home.home / "elasticsearch"):
            process.kill()
        killed += 1
        embedded.start(settings, lambda _line: None)
    writer.join(max(0.0, end - time.monotonic()))
    print(f"{killed} kills, {len(outcomes)} of {documents} articles ended")
    if writer.is_alive() or killed < kills:
        return f"not finished within {MOST_MINUTES} minutes"
    with open_client(settings.elasticsearch) as es:
        es.indices.refresh(index=names(index).articles)
        found = es.count(index=names(index).articles)["count"]
        again = {outcome.status for outcome in index_articles(es, articles, index, now=NOW)}
    print(f"{found} documents in the index; written once more: {', '.join(sorted(again))}")
    created = [outcome.status for outcome in outcomes] == [Status.CREATED] * documents
    return "" if created and found == documents and again == {Status.UNCHANGED} else "something is missing, doubled or counted wrongly"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with open_elasticsearch() as (_es, settings):
        wrong = run(settings, documents=options.documents, kills=options.kills)
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main()

"""Overhead of a backfill: Airflow's three DAGs over captured days, compared with a plain loop over the same work.

python bench/backfill.py                      48 partitions of 20 articles, then 6 of 200
python bench/backfill.py --rounds 12x20 3x200

In each round the same captures are enriched and indexed twice: in this process, one partition after the other, and by a
backfill of newsdesk_sweep, which finds that the days were captured and passes them on to newsdesk_enrich and newsdesk_index. Times are
wall-clock seconds, from the start of the backfill to the end of the last indexing.
"""

import argparse
import contextlib
import dataclasses
import datetime as dt
import random
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]

from captures import page, write_captures  # noqa: E402
from newsdesk.chunk_enrichment import enrich_chunk  # noqa: E402
from newsdesk.chunks import plan_chunks  # noqa: E402
from newsdesk.enrichment import open_tools  # noqa: E402
from newsdesk.index.client import open_client  # noqa: E402
from newsdesk.jobs.index import index_articles  # noqa: E402
from newsdesk.local import airflow, run  # noqa: E402
from newsdesk.local.steps import Steps  # noqa: E402
from newsdesk.ops.airflow_api import ENDED, AirflowApi, open_airflow  # noqa: E402
from newsdesk.settings import Settings, load  # noqa: E402
from newsdesk.store.archive import Archive  # noqa: E402
from newsdesk.store.articles import read_articles  # noqa: E402

FIRST_DAY = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
PATIENCE_SECONDS = 3600.0


class Writer:
    """Articles of shuffled words from the seed site's stories: the model analyses them as English, and none is a duplicate."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        texts = [(ROOT / "seeds" / "articles" / name).read_text(encoding="utf-8") for name in ("river-ferry.txt", "night-library.txt")]
        self.words = [word for text in texts for word in text.split() if word.isalpha()]

    def body(self, number: int) -> bytes:
        paragraphs = [" ".join(self.sentence() for _ in range(4)) for _ in range(6)]
        return page(f"Report number {number} from the river", *paragraphs)

    def sentence(self) -> str:
        return " ".join(self.random.choices(self.words, k=self.random.randint(9, 24))).capitalize() + "."


def capture_days(archive: Archive, days: list[str], articles: int, writer: Writer) -> None:
    for day in days:
        write_captures(archive, day, [(f"https://bench.example/{day}/{n}", writer.body(n)) for n in range(articles)])


def plain_loop(days: list[str], settings: Settings) -> float:
    """Return the time of the work in this process, with the tools opened once."""
    archive = Archive(settings.data_url)
    started = time.perf_counter()
    with open_tools(settings) as tools, open_client(settings.elasticsearch) as es:
        for day in days:
            for chunk in plan_chunks(archive, day, size=settings.enrich.chunk_size):
                enrich_chunk(chunk, archive=archive, tools=tools, settings=settings, now=dt.datetime.now(dt.UTC))
                articles = list(read_articles(archive, chunk.articles_path))
                index_articles(articles, es=es, settings=settings, now=dt.datetime.now(dt.UTC))
    return time.perf_counter() - started


def backfilled(days: list[str], settings: Settings, api: AirflowApi) -> float:
    """Return the time from the start of the backfill to the end of the last partition's indexing."""
    started = time.perf_counter()
    first, last = (dt.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=dt.UTC) for day in (days[0], days[-1]))
    api.start_backfill("newsdesk_sweep", first, last + dt.timedelta(hours=12))
    waiting = set(days)
    while waiting:
        ended = {run.partition_key for run in api.runs("newsdesk_index", limit=100) if run.state in ENDED}
        waiting -= ended
        if time.perf_counter() - started > PATIENCE_SECONDS:
            sys.exit(f"{len(waiting)} partitions were not indexed within {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.5)
    return time.perf_counter() - started


def measure(count: int, articles: int, first_day: dt.datetime, settings: Settings, api: AirflowApi) -> None:
    days = [f"{first_day + dt.timedelta(days=n):%Y-%m-%d}" for n in range(count)]
    archive = Archive(settings.data_url)
    capture_days(archive, days, articles, Writer(count))
    apart = dataclasses.replace(
        settings,
        home=settings.home.model_copy(update={"data_url": str(Path(settings.data_url) / "plain")}),
        index=settings.index.model_copy(update={"prefix": "plain-"}),
    )
    capture_days(Archive(apart.data_url), days, articles, Writer(count))
    prepare_index(apart)
    plain = plain_loop(days, apart)
    through_airflow = backfilled(days, settings, api)
    print(
        f"{count} partitions of {articles} articles: plain loop {plain:.1f} s, backfill {through_airflow:.1f} s = "
        f"{through_airflow / count:.1f} s per partition, of which the work is {plain / count:.1f} s: "
        f"Airflow's own share {max(0.0, 1 - plain / through_airflow):.0%}, throughput {plain / through_airflow:.2f} of the plain loop",
        flush=True,
    )


def prepare_index(settings: Settings) -> None:
    from newsdesk.index.aliases import set_up

    with open_client(settings.elasticsearch) as es:
        set_up(es, settings.index)


@contextlib.contextmanager
def open_desk() -> Iterator[tuple[Settings, AirflowApi]]:
    """A complete newsdesk with a temporary home, the seed site's feed and an unreachable feed; fetching is paused."""
    home = Path(tempfile.mkdtemp(prefix="newsdesk-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    feeds = home / "feeds.opml"
    feeds.write_text('<opml version="2.0"><body><outline xmlUrl="https://newsdesk.invalid/feed.xml"/></body></opml>')
    settings = load()
    ports = dict(zip(("elasticsearch_port", "airflow_port", "seed_site_port"), free_ports(3), strict=True))
    settings = dataclasses.replace(
        settings,
        home=settings.home.model_copy(update={"home": home, "data_url": "", "database_url": ""}),
        local=settings.local.model_copy(update={**ports, "feeds_file": feeds}),
    )
    try:
        with (
            run.run(settings, steps=Steps(lambda _line: None)) as (running, _),
            open_airflow(airflow.airflow_url(running), username=airflow.ADMIN, password=airflow.admin_password(running)) as api,
        ):
            api.pause("newsdesk_fetch")
            yield running, api
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Free ports below the kernel's range for outgoing connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", nargs="+", default=["48x20", "6x200"], metavar="PARTITIONSxARTICLES")
    rounds = [tuple(map(int, text.split("x"))) for text in parser.parse_args().rounds]
    with open_desk() as (settings, api):
        first_day = FIRST_DAY
        for count, articles in rounds:
            measure(count, articles, first_day, settings, api)
            first_day += dt.timedelta(days=count)


if __name__ == "__main__":
    main()

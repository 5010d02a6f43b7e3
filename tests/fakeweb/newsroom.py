"""A newsdesk for the simulated sites, with its own database, archive and clock."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.server import FakeWeb
from fakeweb.sites import NOON
from newsdesk.fetch.client import Resolve
from newsdesk.fetch.shard import Shard, ShardReport, Window, fetch_shard, plan_shards, plan_sweep
from newsdesk.fetch.state import FeedHealth, add_feed, list_feeds
from newsdesk.fetch.warc import read_captures
from newsdesk.records import Capture, CapturedPage, Outcome
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures

ON_BOTH_DATABASES = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
"""For tests that depend on guarantees of the state database."""

TESTING = {
    "read_timeout_seconds": 20.0,
    "maximum_bytes": 1_000_000,
    "minimum_gap_seconds": 0.0,
    "shards": 1,
}


class Newsroom:
    """Runs of fetch over some sites. Time only advances by `wait`."""

    def __init__(self, web: FakeWeb, engine: sa.Engine, folder: Path, **settings: object) -> None:
        self.web = web
        self.engine = engine
        self.archive = Archive(str(folder))
        self.settings = FetchSettings(**{**TESTING, "allowed_hosts": web.allowed_hosts, **settings})
        self.tls: ssl.SSLContext | None = None
        self.resolve: Resolve = web.resolve
        self.time = NOON
        self.partitions: list[str] = []

    def subscribe(self, *sites: str) -> None:
        for site in sites:
            add_feed(self.engine, self.web.url(site), source=site, now=self.time)

    def wait(self, **span: float) -> None:
        self.time += dt.timedelta(**span)

    def run(self, partition: str | None = None) -> list[ShardReport]:
        """Run the fetch DAG once: every shard that has work, one after the other."""
        partition = partition or f"{self.time:%Y-%m-%dT%H%M}"
        self.partitions = list(dict.fromkeys([*self.partitions, partition]))
        shards = plan_shards(self.engine, self.settings, self.time)
        return [self.run_shard(shard, partition) for shard in shards]

    def run_shard(self, shard: Shard, partition: str, window: Window | None = None) -> ShardReport:
        return fetch_shard(
            shard,
            partition,
            archive=self.archive,
            engine=self.engine,
            settings=self.settings,
            now=lambda: self.time,
            window=window,
            resolve=self.resolve,
            tls=self.tls,
        )

    def sweep(self, since: dt.datetime, until: dt.datetime) -> list[ShardReport]:
        """Run the sweep DAG once over a window."""
        partition = f"{since:%Y-%m-%d}"
        self.partitions = list(dict.fromkeys([*self.partitions, partition]))
        return [self.run_shard(shard, partition, window=(since, until)) for shard in plan_sweep(self.engine, self.settings)]

    def outcomes(self, partition: str | None = None) -> list[Outcome]:
        return [outcome for report in self.run(partition) for outcome in report.outcomes]

    def pages(self) -> list[CapturedPage]:
        refs = [ref for partition in self.partitions for ref in list_captures(self.archive, partition)]
        return list(read_captures(self.archive, refs))

    def captures(self) -> list[Capture]:
        return [page.capture for page in self.pages()]

    def feed(self, site: str) -> FeedHealth:
        return next(feed for feed in list_feeds(self.engine, now=self.time) if feed.source == site)

    def change(self, **settings: object) -> None:
        self.settings = FetchSettings(**{**dict(self.settings), **settings})


def paths(captures: list[Capture]) -> list[str]:
    return ["/" + capture.url.split("/", 3)[3] for capture in captures]

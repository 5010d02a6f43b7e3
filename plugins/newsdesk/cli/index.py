"""`newsdesk index`: create, show, verify and migrate the indices."""

import contextlib
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import click
import fsspec

from newsdesk.cli.interrupts import INTERRUPTED, finish_step_first
from newsdesk.cli.terminal import Group, ProgressLines, echo
from newsdesk.errors import SetupError
from newsdesk.index import mapping
from newsdesk.index.aliases import live_version, names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.verify import verify as compare
from newsdesk.jobs.index import migrate_index
from newsdesk.plurals import plural
from newsdesk.settings import load as load_settings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_partition


@click.group(cls=Group)
def index() -> None:
    """Create the indices, load articles, show the state, verify against the archive, migrate to a new mapping."""


@index.command()
def setup() -> None:
    """Create missing templates and indices: this month's articles with their alias, runs, dead letters."""
    settings = load_settings()
    with open_client(settings.elasticsearch) as es:
        set_up(es, settings.index)
    echo(f"{names(settings.index).articles} is ready")


@index.command()
def status() -> None:
    """Show the mapping version of the alias, and each index with its documents and size."""
    settings = load_settings()
    own = names(settings.index)
    with open_client(settings.elasticsearch) as es:
        live = live_version(es, own)
        shown = set(es.indices.get_alias(name=own.articles)) if es.indices.exists_alias(name=own.articles) else set()
        stats = es.indices.stats(index=f"{own.articles}-v*,{own.versions}-*,{own.runs},{own.dead_letters}", metric=["docs", "store"])[
            "indices"
        ]
    note = "" if live == mapping.VERSION else f"; the current version is {mapping.VERSION}: run `newsdesk index migrate`"
    echo(f"{own.articles}: version {live} of the mapping{note}")
    width = max(map(len, stats), default=0)
    for name in sorted(stats):
        total = stats[name]["primaries"]
        behind = "" if name in shown or own.version_of(name) is None else "  without the alias"
        echo(f"{name:<{width}} {total['docs']['count']:>9} documents {total['store']['size_in_bytes'] / 1e6:>8.1f} MB{behind}")


@index.command()
@click.option("--partition", "only", multiple=True, help="Only this partition; may be given several times.")
def verify(only: tuple[str, ...]) -> None:
    """Compare the index with the partitions of the archive and list differences. Exit status 1 if there are any."""
    settings = load_settings()
    archive = Archive(settings.data_url)
    kept = archive.list_folders("articles")
    if unknown := sorted(set(only) - set(kept)):
        raise SetupError(f"the archive has no articles of {', '.join(unknown)}", "`newsdesk backfill plan` shows its partitions")
    articles, faulty = 0, list[str]()
    with open_client(settings.elasticsearch) as es:
        for partition in only or kept:
            found = compare(es, partition, read_partition(archive, partition), settings.index)
            articles += found.articles
            faulty += [] if found.is_sound else [partition]
            for kind, urls in (("missing", found.missing), ("outdated", found.outdated), ("doubled", found.doubled)):
                for url in urls:
                    echo(f"{partition}  {kind:8}  {url}")
    result = f"{plural(len(faulty), 'partition')} with differences" if faulty else "none missing"
    echo(f"{plural(articles, 'article')} compared, {result}")
    if faulty:
        days = sorted(partition[:10] for partition in faulty)
        echo(f"index them again with: newsdesk backfill start --stage index --from {days[0]} --to {days[-1]}", err=True)
        sys.exit(1)


@index.command()
@click.option("--keep-old", is_flag=True, help="Keep the old indices, outside of the alias.")
def migrate(keep_old: bool) -> None:
    """Migrate the index to the current mapping, from the archive. It can be searched and written meanwhile."""
    settings = load_settings()
    with open_client(settings.elasticsearch) as es:
        done = migrate_index(es, settings, report=echo, keep_old=keep_old)
    echo(f"version {done.to_version}: {done.made} articles built again, {done.copied} copied, {done.failed} refused")
    echo(f"removed: {', '.join(done.removed) or 'nothing'}")
    for refused in done.refused:
        echo(f"refused: {refused}", err=True)
    if done.refused:
        echo("The old indices are kept, since only they contain these documents. `newsdesk index migrate` tries again", err=True)
        sys.exit(1)


@index.command()
@click.argument("file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--source", default="", help="Source of lines that name none.  [default: the host of their URL]")
@click.option("--json", "as_json", is_flag=True, help="The counts as one JSON object.")
def load(file: Path, source: str, as_json: bool) -> None:
    """Load articles from JSON: one object per line, from FILE (also .gz) or standard input.

    A line is {"url", "title", "text"}, optionally with "language", "published_at", "source" and "authors"; it is checked and tagged.
    Or it is an output line of `newsdesk enrich`, with "url", which is indexed unchanged. Lines that cannot be loaded are listed, the
    others are loaded, and the exit status is 1. Loading a file again does not duplicate articles.
    """
    # Imported here, since it needs all stages.
    from newsdesk.jobs.load import load_lines

    settings, now = load_settings(), dt.datetime.now(dt.UTC)
    fetched_at = now if str(file) == "-" else dt.datetime.fromtimestamp(int(file.stat().st_mtime), dt.UTC)
    statuses: Counter[str] = Counter()
    rejected, shown = 0, ProgressLines()
    with _open_lines(file) as lines, finish_step_first() as pressed:
        for loaded in load_lines(
            lines, settings, partial(open_client, settings.elasticsearch), source=source, fetched_at=fetched_at, now=now
        ):
            statuses.update({str(status): count for status, count in loaded.statuses.items()})
            rejected += len(loaded.rejected)
            for line in loaded.rejected:
                echo(f"line {line.number}: {line.problem}", err=True)
            shown.show(plural(statuses.total() + rejected, "line"))
            if pressed():
                break
    counts = {**statuses, "rejected": rejected}
    echo(json.dumps(counts) if as_json else ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items())))
    if pressed():
        sys.exit(INTERRUPTED)
    sys.exit(1 if rejected or statuses["dead"] else 0)


@contextlib.contextmanager
def _open_lines(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    with fsspec.open(str(file), "rb", compression="infer") as lines:
        yield lines

"""`newsdesk index`: create, show, verify and migrate the indices."""

import datetime as dt
import sys

import click

from newsdesk.cli.terminal import echo
from newsdesk.errors import SetupError
from newsdesk.index import mapping
from newsdesk.index.aliases import live_version, names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.migration import migrate as move
from newsdesk.index.verify import verify as compare
from newsdesk.plurals import plural
from newsdesk.settings import load
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_partition


@click.group()
def index() -> None:
    """Create the indices, show their state, verify them against the archive, migrate them to a new mapping."""


@index.command()
def setup() -> None:
    """Create missing templates and indices: this month's articles behind their alias, runs, dead letters."""
    settings = load()
    with open_client(settings.elasticsearch) as es:
        set_up(es, settings.index)
    echo(f"{names(settings.index).articles} is ready")


@index.command()
def status() -> None:
    """Show the mapping version behind the alias, and each index with its documents and size."""
    settings = load()
    own = names(settings.index)
    with open_client(settings.elasticsearch) as es:
        live = live_version(es, own)
        shown = set(es.indices.get_alias(name=own.articles)) if es.indices.exists_alias(name=own.articles) else set()
        stats = es.indices.stats(index=f"{own.articles}-v*,{own.versions}-*,{own.runs},{own.dead_letters}", metric=["docs", "store"])[
            "indices"
        ]
    note = "" if live == mapping.VERSION else f"; this newsdesk writes version {mapping.VERSION}: run `newsdesk index migrate`"
    echo(f"{own.articles}: version {live} of the mapping{note}")
    width = max(map(len, stats), default=0)
    for name in sorted(stats):
        total = stats[name]["primaries"]
        behind = "" if name in shown or own.version_of(name) is None else "  not behind the alias"
        echo(f"{name:<{width}} {total['docs']['count']:>9} documents {total['store']['size_in_bytes'] / 1e6:>8.1f} MB{behind}")


@index.command()
@click.option("--partition", "only", multiple=True, help="Only this partition; may be given several times.")
def verify(only: tuple[str, ...]) -> None:
    """Compare the index with every partition of the archive and list what is missing. Exit status 1 if anything is."""
    settings = load()
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
@click.option("--keep-old", is_flag=True, help="Leave the old indices where they are, out of the alias.")
def migrate(keep_old: bool) -> None:
    """Migrate the index to the present mapping, from the archive, while it is searched and written."""
    settings = load()
    archive = Archive(settings.data_url)
    everything = (article for partition in archive.list_folders("articles") for article in read_partition(archive, partition))
    with open_client(settings.elasticsearch) as es:
        done = move(es, everything, settings.index, now=dt.datetime.now(dt.UTC), report=echo, keep_old=keep_old)
    echo(f"version {done.to_version}: {done.made} articles made anew, {done.copied} copied, {done.failed} refused")
    echo(f"removed: {', '.join(done.removed) or 'nothing'}")
    for refused in done.refused:
        echo(f"refused: {refused}", err=True)
    if done.refused:
        echo("The old indices stay: they alone have these. `newsdesk index migrate` tries again", err=True)
        sys.exit(1)

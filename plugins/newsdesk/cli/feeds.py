"""`newsdesk feeds`: the list of feeds and how they do."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any

import click
import sqlalchemy as sa

from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.errors import ArticleRejected, SetupError, Unavailable
from newsdesk.fetch.opml import write_opml
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.state import FeedHealth, add_feed, export_outlines, import_opml, list_feeds, set_status
from newsdesk.fetch.trial import try_feed
from newsdesk.plurals import plural
from newsdesk.settings import load

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table for people.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def feeds() -> None:
    """Feeds: import, export, add, list, test, switch off and on."""


@feeds.command("import")
@click.argument("file", type=click.File("rb"))
@_json
def import_file(file: Any, as_json: bool) -> None:
    """Add the feeds of an OPML FILE (`-` reads standard input). Feeds already known are left as they are.

    What cannot be used is left out, and said on standard error.
    """
    with _database() as engine:
        counts = import_opml(engine, file.read(), name=getattr(file, "name", "-"))
    for trouble in counts.left_out:
        echo(f"left out: {trouble}", err=True)
    left_out = f", {len(counts.left_out)} left out" if counts.left_out else ""
    _answer(as_json, dataclasses.asdict(counts), f"{plural(counts.added, 'feed')} added, {counts.known} known already{left_out}")


@feeds.command()
@click.option("-o", "--output", type=click.File("wb"), default="-", help="File to write; otherwise standard output.")
@_json
def export(output: Any, as_json: bool) -> None:
    """Write every feed that is not gone as OPML."""
    with _database() as engine:
        outlines = export_outlines(engine)
    listed = [{**dataclasses.asdict(outline), "attributes": dict(outline.attributes)} for outline in outlines]
    output.write(json.dumps(listed, ensure_ascii=False).encode() + b"\n" if as_json else write_opml(outlines))


@feeds.command()
@click.argument("url")
@click.option("--source", default="", help="Keyword of its source; otherwise made from its host.")
@click.option("--title", default="", help="Its name; otherwise the one it gives itself.")
@_json
def add(url: str, source: str, title: str, as_json: bool) -> None:
    """Add the feed at URL; it is polled by the next run. Nothing is asked now: `newsdesk feeds test URL` does that."""
    with _database() as engine:
        added = add_feed(engine, url, source=source, title=title)
    _answer(as_json, {"added": added, "url": url}, f"{'added' if added else 'known already'}: {url}")


@feeds.command("list")
@click.option("--failing", is_flag=True, help="Only feeds whose last poll failed, and those that are gone.")
@_json
def list_all(failing: bool, as_json: bool) -> None:
    """Each feed with its last success, next poll, average interval, failures in a row, last error, and articles of 24 hours."""
    now = dt.datetime.now(dt.UTC)
    with _database() as engine:
        found = [feed for feed in list_feeds(engine, now=now) if not failing or feed.failures or feed.last_error]
    if as_json:
        for feed in found:
            echo(json.dumps(dataclasses.asdict(feed), default=_iso, ensure_ascii=False))
        return
    if not found:
        echo("no feed fails" if failing else "no feeds yet: newsdesk feeds import FILE.opml, or newsdesk feeds add URL")
        return
    for feed in found:
        _print_feed(feed, now)


@feeds.command()
@click.argument("url")
@_json
def test(url: str, as_json: bool) -> None:
    """Ask the feed at URL once, say what is in it and when it would be asked again. Changes nothing."""
    try:
        trial = asyncio.run(try_feed(url, settings=load().fetch, now=lambda: dt.datetime.now(dt.UTC)))
    except (ArticleRejected, Unavailable) as error:
        _answer(as_json, {"url": url, "error": str(error)}, f"newsdesk: {url} cannot be used: {error}", err=not as_json)
        sys.exit(1)
    if as_json:
        echo(json.dumps(dataclasses.asdict(trial), default=_iso, ensure_ascii=False))
        return
    again = f"would be asked again at {_minute(trial.next_poll_at)}"
    echo(f"{trial.title or 'untitled'}: {trial.format}, {len(trial.entries)} entries, {again}")
    if trial.permanent_url:
        echo(f"it has moved for good to {trial.permanent_url}")
    for entry in trial.entries[:10]:
        echo(f"  {_minute(entry.published_at)}  {entry.title}\n{'':20}{entry.url}")


@feeds.command()
@click.argument("feed")
@_json
def disable(feed: str, as_json: bool) -> None:
    """Stop polling FEED (its number, address or source); what it brought stays."""
    _switch(feed, on=False, as_json=as_json)


@feeds.command()
@click.argument("feed")
@_json
def enable(feed: str, as_json: bool) -> None:
    """Poll FEED (its number, address or source) again, also one that had said it is gone."""
    _switch(feed, on=True, as_json=as_json)


def _switch(feed: str, *, on: bool, as_json: bool) -> None:
    with _database() as engine:
        count = set_status(engine, feed, FeedStatus.ACTIVE if on else FeedStatus.DISABLED, now=dt.datetime.now(dt.UTC))
    if not count:
        raise SetupError(f"there is no feed {feed}", "`newsdesk feeds list` shows their numbers, sources and addresses")
    _answer(as_json, {"changed": count}, f"{count} feed{'' if count == 1 else 's'} {'enabled' if on else 'disabled'}")


@contextlib.contextmanager
def _database() -> Iterator[sa.Engine]:
    with open_database(load().database_url) as engine:
        yield engine


def _print_feed(feed: FeedHealth, now: dt.datetime) -> None:
    every = _span(dt.timedelta(seconds=feed.interval_seconds))
    times = f"last success {_ago(feed.last_success_at, now)}, next poll {_until(feed.next_poll_at, now)}, every {every}"
    echo(f"{feed.id:>5}  {feed.source}  {feed.status}  {feed.articles_24h} articles in 24 h, {times}")
    echo(f"       {feed.url}")
    if feed.last_error:
        count = f"{feed.failures} failure{'' if feed.failures == 1 else 's'} in a row: " if feed.failures else ""
        echo(f"       {count}{feed.last_error}")


def _answer(as_json: bool, fields: dict[str, Any], sentence: str, *, err: bool = False) -> None:
    echo(json.dumps(fields, ensure_ascii=False) if as_json else sentence, err=err)


def _ago(moment: dt.datetime | None, now: dt.datetime) -> str:
    return f"{_span(now - moment)} ago" if moment else "never"


def _until(moment: dt.datetime | None, now: dt.datetime) -> str:
    if moment is None:
        return "never"
    return f"in {_span(moment - now)}" if moment > now else "due"


def _span(span: dt.timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (size == 60 and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _minute(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "no date         "


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)

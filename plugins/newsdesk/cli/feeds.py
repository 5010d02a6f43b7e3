"""`newsdesk feeds`: manages feeds, sources and allowed hosts."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import IO, Any

import click
import sqlalchemy as sa

from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.errors import ArticleRejected, SetupError, Unavailable
from newsdesk.fetch.admission import admit_feed
from newsdesk.fetch.allowed_hosts import allow_host, forbid_host, list_allowed_hosts, with_allowed_hosts
from newsdesk.fetch.feed_report import FeedReport, report_feeds
from newsdesk.fetch.opml import write_opml
from newsdesk.fetch.plan import FeedStatus, PollReason
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.fetch.state import (
    FeedHealth,
    export_outlines,
    import_opml,
    list_feeds,
    name_source,
    poll_now,
    remove_feeds,
    rename_feeds,
    set_status,
)
from newsdesk.fetch.trial import try_feed
from newsdesk.plurals import plural
from newsdesk.settings import load
from newsdesk.urls import split_login

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def feeds() -> None:
    """Import, export, add, remove, rename, list, show, test, poll, disable and enable feeds; allow hosts."""


@feeds.command("import")
@click.argument("file", type=click.File("rb"))
@_json
def import_file(file: Any, as_json: bool) -> None:
    """Add the feeds of an OPML FILE (`-` reads standard input). Known feeds are not changed.

    Invalid entries are skipped with a message on standard error.
    """
    with _database() as engine:
        counts = import_opml(engine, file.read(), name=getattr(file, "name", "-"))
    for problem in counts.left_out:
        echo(f"skipped: {problem}", err=True)
    left_out = f", {len(counts.left_out)} skipped" if counts.left_out else ""
    _answer(as_json, dataclasses.asdict(counts), f"{plural(counts.added, 'feed')} added, {counts.known} known already{left_out}")


@feeds.command()
@click.option("-o", "--output", type=click.File("wb"), default="-", help="File to write; default: standard output.")
@_json
def export(output: IO[bytes], as_json: bool) -> None:
    """Write all feeds that are not gone as OPML."""
    with _database() as engine:
        outlines = export_outlines(engine)
    listed = [{**dataclasses.asdict(outline), "attributes": dict(outline.attributes)} for outline in outlines]
    output.write(json.dumps(listed, ensure_ascii=False).encode() + b"\n" if as_json else write_opml(outlines))


@feeds.command()
@click.argument("url")
@click.option("--source", default="", help="Source of the feed: key or name of a known one, or a new key; default: from its host.")
@click.option("--title", default="", help="Title of the feed; default: its own.")
@_json
def add(url: str, source: str, title: str, as_json: bool) -> None:
    """Add the feed at URL, which the next run polls. The source, title or login of a known feed are updated.

    The host must be public or allowed. The feed itself is not requested; `newsdesk feeds test URL` does that.
    """
    with _database() as engine:
        found = admit_feed(engine, url, source=source, title=title, settings=load().fetch, now=dt.datetime.now(dt.UTC))
    note = f"; {found.note}" if found.note else ""
    _answer(as_json, {"added": found.is_added, "url": found.url, "note": found.note}, f"{found.outcome}: {found.url}{note}")


@feeds.command("list")
@click.option("--failing", is_flag=True, help="Only feeds whose last poll failed or whose pages fail, and feeds that are gone.")
@_json
def list_all(failing: bool, as_json: bool) -> None:
    """List feeds with last success, next poll, interval, consecutive failures, last error, and articles of the last 24 hours."""
    now = dt.datetime.now(dt.UTC)
    with _database() as engine:
        names = load_source_names(engine)
        found = [feed for feed in list_feeds(engine, now=now) if not failing or feed.failures or feed.last_error or feed.pages_failing]
    if as_json:
        for feed in found:
            listed = {**dataclasses.asdict(feed), "source_name": names.name(feed.source)}
            echo(json.dumps(listed, default=_iso, ensure_ascii=False))
        return
    if not found:
        echo("no failing feeds" if failing else "no feeds yet: newsdesk feeds import FILE.opml, or newsdesk feeds add URL")
        return
    for feed in found:
        _print_feed(feed, now, names)


@feeds.command()
@click.argument("url")
@_json
def test(url: str, as_json: bool) -> None:
    """Request the feed at URL once; show its entries and when it would be polled again. Changes nothing."""
    with _database() as engine:
        settings = with_allowed_hosts(load().fetch, engine)
    try:
        trial = asyncio.run(try_feed(url, settings=settings, now=lambda: dt.datetime.now(dt.UTC)))
    except (ArticleRejected, Unavailable) as error:
        address, _ = split_login(url)
        _answer(as_json, {"url": address, "error": str(error)}, f"newsdesk: {address} cannot be used: {error}", err=not as_json)
        sys.exit(1)
    if as_json:
        echo(json.dumps(dataclasses.asdict(trial), default=_iso, ensure_ascii=False))
        return
    again = f"next poll would be at {_minute(trial.next_poll_at)} UTC"
    echo(f"{trial.title or 'untitled'}: {trial.format}, {len(trial.entries)} entries, {again}")
    if trial.permanent_url:
        echo(f"it has moved permanently to {trial.permanent_url}")
    for entry in trial.entries[:10]:
        echo(f"  {_minute(entry.published_at)}  {entry.title}\n{'':20}{entry.url}")


@feeds.command()
@click.argument("feed")
@_json
def disable(feed: str, as_json: bool) -> None:
    """Stop polling FEED (its id, URL or source). Its articles are kept."""
    _switch(feed, on=False, as_json=as_json)


@feeds.command()
@click.argument("feed")
@_json
def enable(feed: str, as_json: bool) -> None:
    """Poll FEED (its id, URL or source) again, even if it was gone."""
    _switch(feed, on=True, as_json=as_json)


@feeds.command()
@click.argument("feed")
@_json
def remove(feed: str, as_json: bool) -> None:
    """Delete FEED (its id, URL or source). Its articles are kept; its pages are not fetched again."""
    with _database() as engine:
        count = remove_feeds(engine, feed)
    _report_count(feed, count, "removed", as_json=as_json)


@feeds.command()
@click.argument("feed")
@click.option("--source", default="", help="New source, by key or name, for new captures.")
@click.option("--title", default="", help="New title.")
@_json
def rename(feed: str, source: str, title: str, as_json: bool) -> None:
    """Change the source or title of FEED (its id, URL or source). `newsdesk feeds name` changes the name of a source."""
    if not source and not title:
        raise click.UsageError("give --source, --title or both")
    with _database() as engine:
        count = rename_feeds(engine, feed, source=source, title=title)
    _report_count(feed, count, "renamed", as_json=as_json)


@feeds.command()
@click.argument("source")
@click.argument("name", metavar="NAME")
@_json
def name(source: str, name: str, as_json: bool) -> None:
    """Change the name of SOURCE (its key or name) to NAME, for existing articles too. Its key does not change."""
    with _database() as engine:
        count = name_source(engine, source, name.strip()) if name.strip() else 0
    if not count:
        raise SetupError(f"there is no source {source}", "`newsdesk feeds list` shows the sources")
    _answer(as_json, {"changed": count}, f"the name of {source} is now {name.strip()}")


@feeds.command()
@click.argument("feed")
@_json
def poll(feed: str, as_json: bool) -> None:
    """Make FEED (its id, URL or source) due, so that the next run of newsdesk_fetch polls it."""
    with _database() as engine:
        count = poll_now(engine, feed, now=dt.datetime.now(dt.UTC))
    _report_count(feed, count, "due now", as_json=as_json)


@feeds.command()
@click.argument("feed")
@_json
def show(feed: str, as_json: bool) -> None:
    """Show FEED (its id, URL or source): its last polls, the reason for the time of the next poll, and failing pages."""
    now = dt.datetime.now(dt.UTC)
    with _database() as engine:
        names = load_source_names(engine)
        reports = report_feeds(engine, feed, now=now)
    if not reports:
        raise _no_such_feed(feed)
    for report in reports:
        if as_json:
            echo(json.dumps(dataclasses.asdict(report), default=_iso, ensure_ascii=False))
        else:
            _print_report(report, now, names)


@feeds.command()
@click.argument("host", required=False)
@click.option("--remove", "is_removed", is_flag=True, help="Remove HOST from the list.")
@_json
def allow(host: str | None, is_removed: bool, as_json: bool) -> None:
    """Allow requests to HOST (`name`, `name:port` or `*.name`) although it is not public; without HOST, list the allowed hosts.

    Changes apply to the next run. NEWSDESK_FETCH_ALLOWED_HOSTS allows further hosts.
    """
    with _database() as engine:
        if host and is_removed and not forbid_host(engine, host):
            raise SetupError(f"{host} is not in the list", "`newsdesk feeds allow` shows it; hosts of the settings are not in it")
        if host and not is_removed:
            allow_host(engine, host, now=dt.datetime.now(dt.UTC))
        allowed = list_allowed_hosts(engine)
    _answer(as_json, {"allowed": allowed}, "\n".join(allowed) or "no hosts are allowed except those of the settings")


def _switch(feed: str, *, on: bool, as_json: bool) -> None:
    with _database() as engine:
        count = set_status(engine, feed, FeedStatus.ACTIVE if on else FeedStatus.DISABLED, now=dt.datetime.now(dt.UTC))
    _report_count(feed, count, "enabled" if on else "disabled", as_json=as_json)


def _report_count(feed: str, count: int, what: str, *, as_json: bool) -> None:
    if not count:
        raise _no_such_feed(feed)
    _answer(as_json, {"changed": count}, f"{plural(count, 'feed')} {what}")


def _no_such_feed(feed: str) -> SetupError:
    return SetupError(f"there is no feed {feed}", "`newsdesk feeds list` shows ids, sources and URLs")


@contextlib.contextmanager
def _database() -> Iterator[sa.Engine]:
    with open_database(load().database_url) as engine:
        yield engine


def _print_feed(feed: FeedHealth, now: dt.datetime, names: SourceNames) -> None:
    every = _span(dt.timedelta(seconds=feed.interval_seconds))
    times = f"last success {_ago(feed.last_success_at, now)}, next poll {_until(feed.next_poll_at, now)}, every {every}"
    times += f", {plural(feed.pages_failing, 'page')} failing" if feed.pages_failing else ""
    name = names.name(feed.source)
    source = feed.source if name == feed.source else f"{feed.source} ({name})"
    echo(f"{feed.id:>5}  {source}  {feed.status}  {feed.articles_24h} articles in 24 h, {times}")
    echo(f"       {feed.url}")
    if feed.last_error:
        count = f"{feed.failures} failure{'' if feed.failures == 1 else 's'} in a row: " if feed.failures else ""
        echo(f"       {count}{feed.last_error}")


_WHY = {
    PollReason.RHYTHM: "by the intervals of its entries",
    PollReason.FEED_ASKED: "as the feed asks (cache headers, ttl or sy:updatePeriod)",
    PollReason.RETRY_AFTER: "as Retry-After asks",
    PollReason.BACK_OFF: "after a failure: each failure doubles the time",
    PollReason.REQUESTED: "as requested by an operator",
    PollReason.PUSHED: "because its hub announced a change",
}


def _print_report(report: FeedReport, now: dt.datetime, names: SourceNames) -> None:
    _print_feed(report.health, now, names)
    if report.health.title:
        echo(f"       {report.health.title}")
    if report.has_login:
        echo("       requested with a login")
    why = f", {_WHY[report.next_poll_reason]}" if report.next_poll_reason else ""
    echo(f"       next poll {_until(report.health.next_poll_at, now)}{why}")
    if report.host_paused_until:
        echo(f"       requests to its host are paused for {_span(report.host_paused_until - now)}")
    echo("       last polls:" if report.answers else "       not polled yet")
    for answer in report.answers:
        echo(f"         {_minute(answer.at)}  {answer.status or 'none'}  {answer.error or f'{answer.new} new'}")
    echo(f"       {plural(report.pages_waiting, 'page')} waiting, {report.health.pages_failing} failing")
    for page in report.failing_pages:
        echo(f"         {page.error}, {plural(page.failures, 'time')}, again {_until(page.next_fetch_at, now)}: {page.url}")


def _answer(as_json: bool, fields: dict[str, object], sentence: str, *, err: bool = False) -> None:
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

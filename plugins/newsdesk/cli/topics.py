"""`newsdesk topics`: saved queries, their articles and subscribers."""

import dataclasses
import datetime as dt
import json

import click
import sqlalchemy as sa

from newsdesk.cli.alerts import Duration
from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError, Unavailable
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.index.client import open_client
from newsdesk.plurals import plural
from newsdesk.search.queries import SearchQuery, describe
from newsdesk.settings import Settings, load
from newsdesk.topics import feeds, marks, matches, saved, schedule, subscriptions
from newsdesk.topics.channels import check_address, webhook_senders
from newsdesk.topics.delivery import deliver as deliver_messages
from newsdesk.topics.finding import fill
from newsdesk.topics.finding import preview as preview_query
from newsdesk.topics.records import Channel, Item, MarkedMatch, Subscription, Topic

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text for people.")
_owner = click.option("--owner", help="The user whose topic it is, where several have one of this name.")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def topics() -> None:
    """Topics: saved queries whose new articles are listed, and sent by mail, webhook, Slack or feed.

    A topic made here has no owner and is shared: all users see it on the page.
    """


@topics.command("list")
@_json
def list_(as_json: bool) -> None:
    """Show all topics with their numbers of articles."""
    with open_database(load().database_url) as engine:
        found, counts = saved.list_topics(engine), matches.count_matches(engine)
    if as_json:
        for topic in found:
            _print_json({**_topic_json(topic), "articles": counts.get(topic.id, 0)})
        return
    for topic in found:
        _print_topic(topic, counts.get(topic.id, 0))
    if not found:
        echo("no topics yet: newsdesk topics add NAME QUERY")


@topics.command()
@click.argument("name")
@click.argument("query")
@click.option("--all-copies", is_flag=True, help="Every article, not only the first of each story.")
@_json
def add(name: str, query: str, all_copies: bool, as_json: bool) -> None:
    """Add a topic NAME for QUERY, which is written as for `newsdesk search`. A topic of the same name gets the new query.

    It lists the articles of the last week; subscribers receive articles that are found from now on.
    """
    settings = load()
    with open_database(settings.database_url) as engine:
        topic = saved.save_topic(engine, name, SearchQuery(text=query, collapse=not all_copies), now=_now())
        _fill(engine, topic, settings)
        count = matches.count_matches(engine).get(topic.id, 0)
    _answer(as_json, {**_topic_json(topic), "articles": count}, f"{name}: {plural(count, 'article')} of the last week")


@topics.command()
@click.argument("name")
@_owner
@click.option("--query", help="Its new query.")
@click.option("--name", "new_name", help="Its new name.")
@click.option("--shared/--private", "is_shared", default=None, help="Whether everybody sees it.")
@_json
def edit(name: str, owner: str | None, query: str | None, new_name: str | None, is_shared: bool | None, as_json: bool) -> None:
    """Change the query or the name of the topic NAME. `preview` shows the articles of a query."""
    if query is None and new_name is None and is_shared is None:
        raise click.UsageError("give --query, --name, --shared or --private")
    settings = load()
    with open_database(settings.database_url) as engine:
        topic = saved.read_topic(engine, name, owner=owner)
        changed = saved.change_topic(
            engine,
            topic,
            name=topic.name if new_name is None else new_name,
            query=topic.query if query is None else SearchQuery(text=query, collapse=topic.query.collapse),
            is_shared=topic.is_shared if is_shared is None else is_shared,
            now=_now(),
        )
        if changed.changed_at != topic.changed_at:
            _fill(engine, changed, settings)
    _answer(as_json, _topic_json(changed), f"{changed.name}: {describe(changed.query)}")


@topics.command()
@click.argument("name")
@_owner
@_json
def remove(name: str, owner: str | None, as_json: bool) -> None:
    """Remove the topic NAME with its list, subscriptions and feeds."""
    with open_database(load().database_url) as engine:
        topic = saved.read_topic(engine, name, owner=owner)
        saved.remove_topic(engine, topic)
    _answer(as_json, {"removed": topic.id}, f"{name}: removed")


@topics.command()
@click.argument("name")
@_owner
@click.option("--user", default="", help="Whose marks are shown.")
@click.option(
    "--only", type=click.Choice([str(shown) for shown in matches.Shown]), default="all", show_default=True, help="Which articles are shown."
)
@click.option("--size", type=click.IntRange(min=0), default=20, show_default=True, help="Most articles shown.")
@_json
def show(name: str, owner: str | None, user: str, only: str, size: int, as_json: bool) -> None:
    """Show the topic NAME: its subscriptions with their pending articles, its feeds, and its articles, latest first."""
    with open_database(load().database_url) as engine:
        topic = saved.read_topic(engine, name, owner=owner)
        listed = matches.list_matches(engine, topic.id, user=user, shown=matches.Shown(only), most=size)
        subscribed = subscriptions.list_subscriptions(engine, topic.id)
        unsent = subscriptions.count_unsent(engine)
        addresses = feeds.list_feeds(engine, topic.id)
        names = load_source_names(engine)
    if as_json:
        subscribers = [_subscription_json(one, unsent.get(one.id)) for one in subscribed]
        _print_json(
            {
                **_topic_json(topic),
                "subscriptions": subscribers,
                "feeds": len(addresses),
                "articles": [_match_json(match, names) for match in listed],
            }
        )
        return
    _print_topic(topic, None)
    for one in subscribed:
        _print_subscription(one, unsent.get(one.id))
    if addresses:
        echo(f"  {plural(len(addresses), 'feed')}: `newsdesk topics feed {topic.name}` prints the addresses")
    for match in listed:
        _print_match(match, names)


@topics.command()
@click.argument("query")
@click.option("--all-copies", is_flag=True, help="Every article, not only the first of each story.")
@click.option("--size", type=click.IntRange(min=0), default=20, show_default=True, help="Most articles shown.")
@_json
def preview(query: str, all_copies: bool, size: int, as_json: bool) -> None:
    """Show the articles that a topic with this QUERY would have sent in the last week, newest first."""
    settings = load()
    with open_database(settings.database_url) as engine:
        source_names = load_source_names(engine)
    with open_client(settings.elasticsearch) as es:
        asked = SearchQuery(text=query, collapse=not all_copies)
        found = preview_query(es, asked, settings, source_names=source_names, now=_now())
    if as_json:
        _print_json({"total": len(found), "articles": [_item_json(item, source_names) for item in found[:size]]})
        return
    echo(f"{plural(len(found), 'article')} in the last week")
    for item in found[:size]:
        _print_item(item, source_names)


@topics.command()
@click.argument("article_id")
@click.option("--user", required=True, help="Whose mark it is.")
@click.option("--read/--unread", "is_read", default=None, help="Whether the user has read it.")
@click.option("--star/--unstar", "is_starred", default=None, help="Whether it is starred.")
@click.option("--note", help="A note; an empty one removes it.")
@_json
def mark(article_id: str, user: str, is_read: bool | None, is_starred: bool | None, note: str | None, as_json: bool) -> None:
    """Mark the article with this id as read or starred, or add a note. The mark applies in all topics."""
    if is_read is None and is_starred is None and note is None:
        raise click.UsageError("give --read, --unread, --star, --unstar or --note")
    with open_database(load().database_url) as engine:
        marks.mark_article(engine, user, article_id, is_read=is_read, is_starred=is_starred, note=note, now=_now())
    _answer(as_json, {"marked": article_id}, f"{article_id}: marked for {user}")


@topics.command()
@click.argument("name")
@click.argument("channel", type=click.Choice([str(channel) for channel in Channel]))
@click.argument("address")
@_owner
@click.option(
    "--rhythm",
    type=click.Choice([str(rhythm) for rhythm in schedule.Rhythm]),
    default="instant",
    show_default=True,
    help="At once, or as a digest.",
)
@click.option("--at", "daily_at", default="07:00", show_default=True, help="Time of a daily digest.")
@click.option("--quiet", default="", metavar="22:00-06:00", help="Hours in which nothing is sent.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of these times: Europe/Madrid.")
@click.option("--gap", type=Duration(), default="5m", show_default=True, help="Shortest time between two messages.")
@_json
def subscribe(
    name: str,
    channel: str,
    address: str,
    owner: str | None,
    rhythm: str,
    daily_at: str,
    quiet: str,
    zone: str,
    gap: dt.timedelta,
    as_json: bool,
) -> None:
    """Send new articles of the topic NAME to ADDRESS, a mail address or the URL of a webhook.

    Prints the secret with which messages to a webhook are signed. A private address needs NEWSDESK_TOPICS_ALLOWED_HOSTS.
    """
    settings = load()
    minutes = gap // dt.timedelta(minutes=1)
    planned = schedule.read_schedule(rhythm=rhythm, daily_at=daily_at, quiet=quiet, gap_minutes=minutes, time_zone=zone)
    checked = check_address(Channel(channel), address, settings)
    with open_database(settings.database_url) as engine:
        topic = saved.read_topic(engine, name, owner=owner)
        made = subscriptions.subscribe(engine, topic, Channel(channel), checked, planned, owner=topic.owner)
    secret = f"\nits messages are signed with {made.secret}" if made.secret else ""
    told = f"{name}: subscription {made.id}, {schedule.describe(planned)}{secret}"
    _answer(as_json, {"id": made.id, "secret": made.secret or None}, told)


@topics.command()
@click.argument("number", type=int)
@_json
def unsubscribe(number: int, as_json: bool) -> None:
    """Remove the subscription with this NUMBER, which `show` prints."""
    with open_database(load().database_url) as engine:
        subscriptions.unsubscribe(engine, subscriptions.read_subscription(engine, number))
    _answer(as_json, {"removed": number}, f"subscription {number}: removed")


@topics.command()
@click.argument("name")
@_owner
@click.option("--new", "is_new", is_flag=True, help="Make another address.")
@click.option("--revoke", metavar="TOKEN", help="Make the address with this token invalid.")
@_json
def feed(name: str, owner: str | None, is_new: bool, revoke: str | None, as_json: bool) -> None:
    """Print the URLs of the feeds of the topic NAME. They can be read without a login."""
    settings = load()
    with open_database(settings.database_url) as engine:
        topic = saved.read_topic(engine, name, owner=owner)
        if revoke is not None and not feeds.revoke_feed(engine, topic.id, revoke):
            raise SetupError("this topic has no feed of this token", f"`newsdesk topics feed {name}` prints the addresses")
        if is_new:
            feeds.add_feed(engine, topic, owner=topic.owner, now=_now())
        tokens = [one.token for one in feeds.list_feeds(engine, topic.id)]
    page = settings.topics.page_url or f"http://127.0.0.1:{settings.local.airflow_port}/newsdesk"
    found = [f"{page.rstrip('/')}/feeds/{token}.{kind}" for token in tokens for kind in ("rss", "json")]
    _answer(as_json, {"feeds": found}, "\n".join(found) or f"{name} has no feed: --new makes one")


@topics.command()
@_json
def deliver(as_json: bool) -> None:
    """Send the messages to webhooks that are due, and show the pending articles of each subscription.

    Airflow does the same after each run of newsdesk_index and every 15 minutes; mail is only sent by Airflow.
    """
    settings = load()
    with open_database(settings.database_url) as engine:
        told = deliver_messages(engine, webhook_senders(settings, now=_now), page_url=settings.topics.page_url, now=_now)
        unsent = subscriptions.count_unsent(engine)
        waiting = [one for one in subscriptions.list_subscriptions(engine) if one.id in unsent]
    if as_json:
        _print_json({**dataclasses.asdict(told), "unsent": [_subscription_json(one, unsent[one.id]) for one in waiting]})
        return
    echo(f"{plural(told.sent, 'message')} sent, {told.failed} failed")
    for one in waiting:
        _print_subscription(one, unsent[one.id])


def _fill(engine: sa.Engine, topic: Topic, settings: Settings) -> None:
    try:
        with open_client(settings.elasticsearch) as es:
            fill(engine, es, [topic], settings, now=_now())
    except (SetupError, Unavailable) as error:
        echo(f"note: the next run of newsdesk_index lists the articles of the last week: {error}", err=True)


def _print_topic(topic: Topic, articles: int | None) -> None:
    count = "" if articles is None else f", {plural(articles, 'article')}"
    whose = f" ({topic.owner}{'' if topic.is_shared else ', private'})" if topic.owner else ""
    echo(f"{topic.name}{whose}: {describe(topic.query) or 'all articles'}{count}")
    if topic.error:
        echo(f"  cannot be run: {topic.error}", fg="red")


def _print_subscription(one: Subscription, unsent: subscriptions.Unsent | None) -> None:
    waiting = f", pending: {plural(unsent.count, 'article')} since {unsent.since:%Y-%m-%d %H:%M} UTC" if unsent and unsent.since else ""
    echo(f"  {one.id}: {one.channel} to {one.shown_address}, {schedule.describe(one.schedule)}{waiting}")
    if one.error and one.retry_at:
        echo(f"     failed {plural(one.failures, 'time')}: {one.error}; again at {one.retry_at:%Y-%m-%d %H:%M} UTC", fg="red")


def _print_match(one: MarkedMatch, names: SourceNames) -> None:
    signs = f"{' ' if one.mark.read_at else '•'}{'★' if one.mark.starred_at else ' '}"
    _print_item(one.match.item, names, signs=f"{signs} ")
    if one.mark.note:
        echo(f"     note: {one.mark.note}")


def _print_item(item: Item, names: SourceNames, *, signs: str = "") -> None:
    echo(f"{signs}{item.dated_at:%Y-%m-%d %H:%M}  {item.title}")
    echo(f"{'':5}{names.name(item.source)}  {item.url}")


def _topic_json(topic: Topic) -> dict[str, object]:
    return {
        "id": topic.id,
        "name": topic.name,
        "owner": topic.owner or None,
        "is_shared": topic.is_shared,
        "query": describe(topic.query),
        "collapse": topic.query.collapse,
        "changed_at": topic.changed_at,
        "error": topic.error,
    }


def _subscription_json(one: Subscription, unsent: subscriptions.Unsent | None) -> dict[str, object]:
    return {
        "id": one.id,
        "channel": one.channel,
        "address": one.shown_address,
        "schedule": schedule.describe(one.schedule),
        "unsent": unsent.count if unsent else 0,
        "unsent_since": unsent.since if unsent else None,
        "sent_at": one.sent_at,
        "failures": one.failures,
        "retry_at": one.retry_at,
        "error": one.error,
    }


def _match_json(one: MarkedMatch, names: SourceNames) -> dict[str, object]:
    return {
        **_item_json(one.match.item, names),
        "found_at": one.match.found_at,
        "read_at": one.mark.read_at,
        "starred_at": one.mark.starred_at,
        "note": one.mark.note,
    }


def _item_json(item: Item, names: SourceNames) -> dict[str, object]:
    return {**dataclasses.asdict(item), "source_name": names.name(item.source)}


def _answer(as_json: bool, fields: dict[str, object], sentence: str) -> None:
    if as_json:
        _print_json(fields)
    else:
        echo(sentence)


def _print_json(fields: dict[str, object]) -> None:
    echo(json.dumps(fields, ensure_ascii=False, default=dt.datetime.isoformat))

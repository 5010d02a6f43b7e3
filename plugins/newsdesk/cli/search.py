"""`newsdesk search`: searches the index."""

import datetime as dt
from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource
from pydantic import TypeAdapter

from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.index.client import open_client
from newsdesk.records import Verdict
from newsdesk.search import export, run
from newsdesk.search.article import find_article
from newsdesk.search.periods import read_period
from newsdesk.search.print import print_hits, print_versions
from newsdesk.search.queries import SearchQuery, describe
from newsdesk.search.versions import ArticleVersion, list_versions
from newsdesk.settings import Settings, load
from newsdesk.store.archive import Archive
from newsdesk.topics.saved import list_topics, read_topic, remove_topic, save_topic

SHAPES = ("text", "json", "jsonl", "csv", "rss")
ANSWERS = {
    "list_saved": frozenset[str](),
    "forget": frozenset[str](),
    "like": frozenset({"size", "shape", "as_json"}),
    "versions": frozenset({"shape", "as_json"}),
    "saved": frozenset({"save", "size", "shape", "as_json", "cursor"}),
}
"""Options that replace the query of the command line, and the options that each can be combined with."""


@click.command()
@click.argument("query", default="")
@click.option("--language", default="", help="Only this language: Spanish, español or es.")
@click.option("--source", default="", help="Only this source, by its key or name.")
@click.option("--person", default="", help="Only articles that name this person; a part of the name is enough, except after =.")
@click.option("--organization", default="", help="Only articles that name this organisation.")
@click.option("--place", default="", help="Only articles that name this place.")
@click.option("--credit", default="", help="Only articles that credit this agency or newsroom.")
@click.option("--country", default="", help="Only articles with a place in this country: Ukraine or UA.")
@click.option("--verdict", type=click.Choice([verdict.value for verdict in Verdict]), help="Only this verdict of the translation check.")
@click.option("--since", help="Only articles from this date on, UTC: 2026-11-01, 2026-11, yesterday, 'last week'.")
@click.option("--until", help="Only articles up to the end of this date, UTC.")
@click.option("--newest", "newest_first", is_flag=True, help="Newest first instead of best first.")
@click.option("--oldest", "oldest_first", is_flag=True, help="Oldest first.")
@click.option("--all-copies", is_flag=True, help="All articles, not one per story.")
@click.option("--meaning", is_flag=True, help="Also articles that say the same in other words or in another language; the best 200.")
@click.option("--event", metavar="ID", default="", help="Only articles of this event, in all languages.")
@click.option("--by-event", is_flag=True, help="One article of each event.")
@click.option("--after", "cursor", metavar="PAGE", default="", help="The next page, as named at the end of the previous one.")
@click.option("--facets", is_flag=True, help="Count the sources, languages, persons, ... of the hits.")
@click.option("--size", type=click.IntRange(min=0), default=10, show_default=True, help="Maximum number of hits.")
@click.option(
    "--format", "shape", type=click.Choice(SHAPES), default="text", show_default=True, help="csv, jsonl and rss list single articles."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--save", metavar="NAME", help="Save this search as a topic of this name.")
@click.option("--saved", metavar="NAME", help="Run the search of this topic.")
@click.option("--forget", metavar="NAME", help="Delete this topic.")
@click.option("--list-saved", is_flag=True, help="List the topics.")
@click.option("--like", metavar="ID", help="Articles about other events on the same subject as this one.")
@click.option("--versions", metavar="ID", help="The versions of this article, and what changed in each.")
def search(
    query: str,
    *,
    save: str | None,
    saved: str | None,
    list_saved: bool,
    forget: str | None,
    like: str | None,
    versions: str | None,
    shape: str,
    as_json: bool,
    **fields: Any,
) -> None:
    """Search articles: words, "a phrase", strike OR walkout, -without, person:"Some Name", title:strike, since:yesterday."""
    _refuse_conflicts(click.get_current_context())
    shape = "json" if as_json else shape
    if (like or versions) and shape not in ("text", "json"):
        raise click.UsageError("--like and --versions show text or json")
    settings = load()
    if list_saved:
        _list_saved(settings)
        return
    if forget:
        _forget(settings, forget)
        return
    if like:
        _show_like(like, settings, size=fields["size"], shape=shape)
        return
    if versions:
        _show_versions(versions, settings, shape=shape)
        return
    form = _form(query, **fields)
    if saved:
        kept = _kept(settings, saved)
        form = replace(kept, cursor=form.cursor, size=form.size if _is_given("size") else kept.size)
    if save is not None:
        _keep(settings, save, form)
    _show(form, settings, shape=shape, title=saved)


def _is_given(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def _refuse_conflicts(context: click.Context) -> None:
    """Raise UsageError if an option would have no effect because of another one."""
    given = {
        parameter.name: parameter.get_error_hint(context).strip("'[]")
        for parameter in context.command.params
        if parameter.name and context.params[parameter.name] and _is_given(parameter.name)
    }
    for option, beside in ANSWERS.items():
        others = [shown for name, shown in given.items() if name not in beside | {option}]
        if option in given and others:
            raise click.UsageError(f"{given[option]} cannot be combined with {others[0]}")
    if "newest_first" in given and "oldest_first" in given:
        raise click.UsageError("--newest cannot be combined with --oldest")
    if "cursor" in given and context.params["shape"] not in ("text", "json"):
        raise click.UsageError(f"--after cannot be combined with --format {context.params['shape']}: use a larger --size")
    if "as_json" in given and context.params["shape"] not in ("text", "json"):
        raise click.UsageError(f"--json cannot be combined with --format {context.params['shape']}")


def _form(query: str, *, verdict: str | None, since: str | None, until: str | None, all_copies: bool, **fields: Any) -> SearchQuery:
    now = dt.datetime.now(dt.UTC)
    return SearchQuery(
        text=query,
        verdict=Verdict(verdict) if verdict else None,
        since=read_period(since, now=now).start if since else None,
        until=read_period(until, now=now).end if until else None,
        collapse=not all_copies,
        **fields,
    )


def _show(form: SearchQuery, settings: Settings, *, shape: str, title: str | None) -> None:
    now, source_names = dt.datetime.now(dt.UTC), _source_names(settings)
    with open_client(settings.elasticsearch) as es:
        if shape in ("text", "json"):
            results = run.search(es, form, settings, now=now, source_names=source_names)
            if shape == "json":
                echo(TypeAdapter(run.SearchResults).dump_json(results))
            else:
                print_hits(results, source_names=source_names)
            return
        hits = export.find_all(es, form, settings, most=form.size, now=now, source_names=source_names)
        if shape == "rss":
            link = f"http://127.0.0.1:{settings.local.airflow_port}/newsdesk/"
            echo(export.to_rss(hits, title=title or describe(form) or "news", link=link, now=now), nl=False)
            return
        raw = settings.search.csv_raw
        for line in export.to_csv(hits, raw=raw, source_names=source_names) if shape == "csv" else export.to_jsonl(hits):
            echo(line, nl=False)


def _source_names(settings: Settings) -> SourceNames:
    with open_database(settings.database_url) as engine:
        return load_source_names(engine)


def _show_like(article_id: str, settings: Settings, *, size: int, shape: str) -> None:
    with open_client(settings.elasticsearch) as es:
        if find_article(es, article_id, settings) is None:
            raise _no_such_article(article_id)
        results = run.more_like(es, article_id, settings, size=size)
    if shape == "json":
        echo(TypeAdapter(run.SearchResults).dump_json(results))
    else:
        print_hits(results, source_names=_source_names(settings))


def _show_versions(article_id: str, settings: Settings, *, shape: str) -> None:
    with open_client(settings.elasticsearch) as es:
        listed = list_versions(es, Archive(settings.data_url), article_id, settings)
    if not listed:
        raise _no_such_article(article_id)
    if shape == "json":
        echo(TypeAdapter(list[ArticleVersion]).dump_json(listed))
    else:
        print_versions(listed)


def _no_such_article(article_id: str) -> SetupError:
    return SetupError(f"there is no article {article_id}", "`newsdesk search --format jsonl` shows the ids of hits")


def _keep(settings: Settings, name: str, form: SearchQuery) -> None:
    with open_database(settings.database_url) as engine:
        save_topic(engine, name, form, now=dt.datetime.now(dt.UTC))


def _kept(settings: Settings, name: str) -> SearchQuery:
    with open_database(settings.database_url) as engine:
        return read_topic(engine, name).query


def _forget(settings: Settings, name: str) -> None:
    with open_database(settings.database_url) as engine:
        remove_topic(engine, read_topic(engine, name))


def _list_saved(settings: Settings) -> None:
    with open_database(settings.database_url) as engine:
        for topic in list_topics(engine):
            echo(f"{topic.name:20} {describe(topic.query)}")

"""`newsdesk search`: the index asked from a shell."""

import datetime as dt

import click

from newsdesk.records import Verdict
from newsdesk.settings import load

SINCE = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")


@click.command()
@click.argument("query", default="")
@click.option("--language", default="", help="Only this language, as a code: en, es, ...")
@click.option("--source", default="", help="Only this source.")
@click.option("--person", default="", help="Only articles that name this person; a part of the name will do.")
@click.option("--organization", default="", help="Only articles that name this organisation.")
@click.option("--place", default="", help="Only articles that name this place.")
@click.option("--country", default="", help="Only articles with a place in this country, as a code: UA, ES, ...")
@click.option("--verdict", type=click.Choice([verdict.value for verdict in Verdict]), help="Only this verdict of the translation check.")
@click.option("--since", type=click.DateTime(SINCE), help="Only articles from this date on, UTC.")
@click.option("--until", type=click.DateTime(SINCE), help="Only articles before this date, UTC.")
@click.option("--size", default=10, show_default=True, help="Most hits shown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def search(
    query: str,
    language: str,
    source: str,
    person: str,
    organization: str,
    place: str,
    country: str,
    verdict: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    size: int,
    as_json: bool,
) -> None:
    """Finds articles: words, "a phrase", -without, person:"Some Name", source:EFE, language:es, since:2026-11-01."""
    from pydantic import TypeAdapter

    from newsdesk.index.client import open_client
    from newsdesk.search import run
    from newsdesk.search.print import print_hits
    from newsdesk.search.queries import SearchQuery

    settings = load()
    form = SearchQuery(
        text=query,
        language=language,
        source=source,
        person=person,
        organization=organization,
        place=place,
        country=country,
        verdict=Verdict(verdict) if verdict else None,
        since=since.replace(tzinfo=dt.UTC) if since else None,
        until=until.replace(tzinfo=dt.UTC) if until else None,
        size=size,
    )
    with open_client(settings.elasticsearch) as es:
        results = run.search(es, form, settings)
    if as_json:
        click.echo(TypeAdapter(run.SearchResults).dump_json(results))
    else:
        print_hits(results)

"""`newsdesk entity`: the profile of a person, an organisation, a place or an event."""

import datetime as dt
from zoneinfo import ZoneInfo

import click
from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.index.client import open_client
from newsdesk.plurals import plural
from newsdesk.records import EntityType
from newsdesk.search.entity_profile import FIELDS, EntityProfile, find_entity, list_named
from newsdesk.settings import Settings, load
from newsdesk.tag.known_names import find_known

MOST_OFFERED = 5
_PROFILE = TypeAdapter(EntityProfile)


@click.command()
@click.argument("name")
@click.option("--type", "kind", type=click.Choice([str(type_) for type_ in FIELDS]), help="Only articles that name it as this.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text for people.")
def entity(name: str, kind: str | None, as_json: bool) -> None:
    """Show the profile of NAME: its other names, timeline, related entities and newest articles.

    Names of the alias tables are accepted: `newsdesk aliases list` shows them.
    """
    settings = load()
    with open_client(settings.elasticsearch) as es:
        profile = _find(es, name, EntityType(kind) if kind else None, settings)
    if as_json:
        echo(_PROFILE.dump_json(profile))
    else:
        with open_database(settings.database_url) as engine:
            _print_profile(profile, load_source_names(engine))


def _find(es: Elasticsearch, name: str, type_: EntityType | None, settings: Settings) -> EntityProfile:
    """Return the profile of a name. Raises BadRequest with the nearest names if no article has it."""
    now = dt.datetime.now(dt.UTC)
    known = find_known(settings.tag, name, type_)
    found = find_entity(es, name, settings, known=known, type_=type_, zone=ZoneInfo(settings.web.time_zone), now=now)
    if found is None:
        near = ", ".join(one.name for one in list_named(es, settings, text=name, now=now)[:MOST_OFFERED])
        raise BadRequest(f"No article names {name}" + (f": there is {near}" if near else ""))
    return found


def _print_profile(profile: EntityProfile, names: SourceNames) -> None:
    types = ", ".join(f"{type_} in {count:,}" for type_, count in profile.types.items())
    echo(f"{profile.name}: {plural(profile.total, 'article')} ({types})")
    echo(f"  first {profile.first_at:%Y-%m-%d}, last {profile.last_at:%Y-%m-%d}")
    if profile.names:
        echo(f"  also {', '.join(profile.names)}")
    if profile.roles:
        echo(f"  as {', '.join(profile.roles)}")
    if profile.point:
        echo(f"  at {profile.point.latitude:.4f}, {profile.point.longitude:.4f}{f' ({profile.country})' if profile.country else ''}")
    for type_, buckets in profile.together.items():
        if buckets:
            echo(f"  with {FIELDS[type_]}: {', '.join(f'{bucket.value} {bucket.count:,}' for bucket in buckets)}")
    echo(f"  in {', '.join(f'{names.name(bucket.value)} {bucket.count:,}' for bucket in profile.sources)}")
    for hit in profile.newest:
        moment = hit.published_at or hit.first_seen_at
        echo(f"{moment:%Y-%m-%d %H:%M}  {hit.title}" if moment else hit.title)
        echo(f"{'':5}{names.name(hit.source)}  {hit.url}")

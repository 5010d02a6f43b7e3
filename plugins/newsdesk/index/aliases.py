"""Names of indices, and what must exist before anything is written."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from newsdesk.errors import SetupError
from newsdesk.index import mapping
from newsdesk.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything that newsdesk has in a cluster, under one prefix."""

    prefix: str
    building: int | None = None
    """The version that a migration is filling; None for what everybody reads and writes."""

    @property
    def write_alias(self) -> str:
        """The alias that is written to: that of the readers too, except while a new version is being filled."""
        return self.articles if self.building is None else f"{self.articles}-v{self.building}-filling"

    @property
    def articles(self) -> str:
        return f"{self.prefix}articles"

    @property
    def runs(self) -> str:
        return f"{self.prefix}newsdesk-runs"

    @property
    def dead_letters(self) -> str:
        return f"{self.prefix}newsdesk-dead-letters"

    def version_pattern(self, version: int) -> str:
        return f"{self.articles}-v{version}-*"

    def month(self, version: int, first_seen_at: dt.datetime) -> str:
        """The index of articles first seen in this month, UTC."""
        return f"{self.articles}-v{version}-{first_seen_at.astimezone(dt.UTC):%Y.%m}"

    def version_of(self, index: str) -> int | None:
        """The version in the name of an article index; None for another index."""
        found = re.fullmatch(re.escape(self.articles) + r"-v(\d+)-\d{4}\.\d{2}", index)
        return int(found[1]) if found else None


def names(settings: IndexSettings) -> Names:
    return Names(settings.prefix)


def set_up(es: Elasticsearch, settings: IndexSettings, *, now: dt.datetime | None = None) -> None:
    """Makes what is missing: templates, this month's article index behind the alias, runs, dead letters.

    Safe to run at any time and from several processes; what is right stays as it is, new fields are added.
    """
    now = now or dt.datetime.now(dt.UTC)
    own = names(settings)
    size = {"shards": settings.shards, "replicas": settings.replicas}
    templates = {
        own.runs: mapping.run_template(own.runs, **size),
        own.dead_letters: mapping.dead_letter_template(own.dead_letters, **size),
    }
    for name, template in templates.items():
        es.indices.put_index_template(name=name, **template)
    put_article_template(es, own, settings, version=mapping.VERSION)
    version = live_version(es, own)
    if version != mapping.VERSION:
        raise SetupError(
            f"{own.articles} has version {version} of the mapping, this newsdesk writes version {mapping.VERSION}",
            "Run `newsdesk index migrate`",
        )
    ensure_index(es, own.month(version, now), alias=own.articles)
    for index, template in ((own.runs, templates[own.runs]), (own.dead_letters, templates[own.dead_letters])):
        ensure_index(es, index, alias=None)
        _add_fields(es, index, template)
    _add_fields(es, own.version_pattern(version), mapping.article_template(own.version_pattern(version), **size))


def put_article_template(es: Elasticsearch, own: Names, settings: IndexSettings, *, version: int) -> None:
    """The template of one version's article indices."""
    template = mapping.article_template(own.version_pattern(version), shards=settings.shards, replicas=settings.replicas)
    es.indices.put_index_template(name=f"{own.articles}-v{version}", **template)


def live_version(es: Elasticsearch, own: Names) -> int:
    """The version that is written to: the one behind the alias; where there is none yet, that of this code."""
    if own.building is not None:
        return own.building
    if not es.indices.exists_alias(name=own.articles):
        return mapping.VERSION
    versions = {own.version_of(index) for index in es.indices.get_alias(name=own.articles)}
    return max((version for version in versions if version is not None), default=mapping.VERSION)


def ensure_index(es: Elasticsearch, index: str, *, alias: str | None) -> None:
    """Makes an index from its template, unless it exists."""
    if es.indices.exists(index=index):
        return
    try:
        es.indices.create(index=index, aliases={alias: {}} if alias else None)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def _add_fields(es: Elasticsearch, pattern: str, template: dict[str, Any]) -> None:
    try:
        es.indices.put_mapping(index=pattern, properties=template["template"]["mappings"]["properties"])
    except BadRequestError as error:
        raise SetupError(
            f"{pattern} was made with another mapping ({error.body['error']['reason']})", "Run `newsdesk index migrate`"
        ) from error

"""Names of indices, and what must exist before anything is written."""

import datetime as dt
import re
from collections.abc import Iterator
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

    @property
    def versions(self) -> str:
        """The alias of the contents that articles have had."""
        return f"{self.prefix}newsdesk-versions"

    def versions_month(self, fetched_at: dt.datetime) -> str:
        """The index of contents first fetched in this month, UTC."""
        return f"{self.versions}-{fetched_at.astimezone(dt.UTC):%Y.%m}"

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
    """Makes what is missing: templates, this month's indices behind their aliases, runs, dead letters.

    Safe to run at any time and from several processes; what is right stays as it is, new fields are added.
    """
    now = now or dt.datetime.now(dt.UTC)
    own = names(settings)
    version = live_version(es, own)
    if version != mapping.VERSION:
        raise SetupError(
            f"{own.articles} has version {version} of the mapping, this newsdesk writes version {mapping.VERSION}",
            "Run `newsdesk index migrate`",
        )
    for name, template in {**_counted_templates(own, settings), **_article_templates(own, settings, version)}.items():
        es.indices.put_index_template(name=name, **template)
        (pattern,) = template["index_patterns"]
        ensure_index(es, pattern.replace("*", f"{now.astimezone(dt.UTC):%Y.%m}"))
        _add_fields(es, pattern, template)


def check_set_up(es: Elasticsearch, own: Names, settings: IndexSettings) -> None:
    """Raises SetupError where the indices of articles, or fields that this newsdesk writes, were never set up."""
    version = live_version(es, own)
    for name, template in _article_templates(own, settings, version).items():
        found = es.options(ignore_status=404).indices.get_index_template(name=name).get("index_templates", [])
        if not found:
            raise SetupError(f"there is no index {name}", "Run `newsdesk index setup`")
        there = set(_fields(found[0]["index_template"]["template"]["mappings"]))
        if lacking := [field for field in _fields(template["template"]["mappings"]) if field not in there]:
            remedy = "Run `newsdesk index setup`" if version == mapping.VERSION else "Run `newsdesk index migrate`"
            raise SetupError(f"{name} lacks what this newsdesk writes: {', '.join(lacking)}", remedy)


def _fields(mappings: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, field in mappings.get("properties", {}).items():
        yield f"{above}{name}"
        yield from _fields(field, f"{above}{name}.")


def _counted_templates(own: Names, settings: IndexSettings) -> dict[str, dict[str, Any]]:
    size = {"shards": settings.shards, "replicas": settings.replicas}
    return {
        own.runs: mapping.run_template(own.runs, **size),
        own.dead_letters: mapping.dead_letter_template(own.dead_letters, **size),
    }


def _article_templates(own: Names, settings: IndexSettings, version: int) -> dict[str, dict[str, Any]]:
    """The templates of what an article is written to. An index made from one of them is behind its alias at once."""
    size = {"shards": settings.shards, "replicas": settings.replicas}
    return {
        f"{own.articles}-v{version}": mapping.article_template(own.version_pattern(version), alias=own.write_alias, **size),
        own.versions: mapping.version_template(f"{own.versions}-*", alias=own.versions, **size),
    }


def put_article_template(es: Elasticsearch, own: Names, settings: IndexSettings, *, version: int) -> None:
    """The template of one version's article indices: what is made from it is behind `own`'s alias for writing."""
    name = f"{own.articles}-v{version}"
    es.indices.put_index_template(name=name, **_article_templates(own, settings, version)[name])


def live_version(es: Elasticsearch, own: Names) -> int:
    """The version that is written to: the one behind the alias; where there is none yet, that of this code."""
    if own.building is not None:
        return own.building
    if not es.indices.exists_alias(name=own.articles):
        return mapping.VERSION
    versions = {own.version_of(index) for index in es.indices.get_alias(name=own.articles)}
    return max((version for version in versions if version is not None), default=mapping.VERSION)


def ensure_index(es: Elasticsearch, index: str) -> None:
    """Makes an index from its template, which also puts it behind its alias, unless it exists."""
    if es.indices.exists(index=index):
        return
    try:
        es.indices.create(index=index)
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

"""Names of indices and aliases, and the setup of index templates."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from elasticsearch import BadRequestError, Elasticsearch

from newsdesk.errors import SetupError
from newsdesk.index import mapping
from newsdesk.index.mapping import Json
from newsdesk.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class Names:
    """The names of newsdesk's indices and aliases in a cluster, with a common prefix."""

    prefix: str
    building: int | None = None
    """The mapping version that a migration fills; None for the live indices."""

    @property
    def write_alias(self) -> str:
        """The alias to write to: the live alias, or a separate one while a migration fills a new version."""
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
        """The alias of the version records (`version_records`)."""
        return f"{self.prefix}newsdesk-versions"

    @property
    def comparisons(self) -> str:
        """The alias of the records of translations compared with their originals (`comparison_records`)."""
        return f"{self.prefix}newsdesk-comparisons"

    def comparisons_month(self, dated_at: dt.datetime) -> str:
        """Return the index of the comparisons of translations of this month (UTC)."""
        return f"{self.comparisons}-{dated_at.astimezone(dt.UTC):%Y.%m}"

    def versions_month(self, fetched_at: dt.datetime) -> str:
        """Return the index of the versions that were first fetched in this month (UTC)."""
        return f"{self.versions}-{fetched_at.astimezone(dt.UTC):%Y.%m}"

    def version_pattern(self, version: int) -> str:
        return f"{self.articles}-v{version}-*"

    def month(self, version: int, first_seen_at: dt.datetime) -> str:
        """Return the index of the articles that were first seen in this month (UTC)."""
        return f"{self.articles}-v{version}-{first_seen_at.astimezone(dt.UTC):%Y.%m}"

    def version_of(self, index: str) -> int | None:
        """Return the mapping version in the name of an article index; None for any other index."""
        found = re.fullmatch(re.escape(self.articles) + r"-v(\d+)-\d{4}\.\d{2}", index)
        return int(found[1]) if found else None


def names(settings: IndexSettings) -> Names:
    return Names(settings.prefix)


def set_up(es: Elasticsearch, settings: IndexSettings, *, now: dt.datetime | None = None) -> None:
    """Create or update the index templates, create this month's indices, and add new fields to existing indices.

    Safe to repeat and to run from several processes. Raises SetupError where a migration is needed.
    """
    now = now or dt.datetime.now(dt.UTC)
    own = names(settings)
    version = live_version(es, own)
    if version != mapping.VERSION:
        raise SetupError(
            f"{own.articles} has mapping version {version}, this version of newsdesk writes {mapping.VERSION}",
            "Run `newsdesk index migrate`",
        )
    for name, template in {**_counted_templates(own, settings), **_article_templates(own, settings, version)}.items():
        es.indices.put_index_template(name=name, **template)
        (pattern,) = template["index_patterns"]
        ensure_index(es, pattern.replace("*", f"{now.astimezone(dt.UTC):%Y.%m}"))
        _add_fields(es, pattern, template)


def check_set_up(es: Elasticsearch, own: Names, settings: IndexSettings) -> None:
    """Raise SetupError where article indices, or fields that this version of newsdesk writes, are not set up."""
    version = live_version(es, own)
    for name, template in _article_templates(own, settings, version).items():
        found = es.options(ignore_status=404).indices.get_index_template(name=name).get("index_templates", [])
        if not found:
            raise SetupError(f"there is no index {name}", "Run `newsdesk index setup`")
        existing = set(_fields(found[0]["index_template"]["template"]["mappings"]))
        if missing := [field for field in _fields(template["template"]["mappings"]) if field not in existing]:
            remedy = "Run `newsdesk index setup`" if version == mapping.VERSION else "Run `newsdesk index migrate`"
            raise SetupError(f"{name} lacks fields that this version of newsdesk writes: {', '.join(missing)}", remedy)


def _fields(mappings: Json, above: str = "") -> Iterator[str]:
    for name, field in mappings.get("properties", {}).items():
        yield f"{above}{name}"
        yield from _fields(field, f"{above}{name}.")


def _counted_templates(own: Names, settings: IndexSettings) -> dict[str, Json]:
    size = {"shards": settings.shards, "replicas": settings.replicas}
    return {
        own.runs: mapping.run_template(own.runs, **size),
        own.dead_letters: mapping.dead_letter_template(own.dead_letters, **size),
    }


def _article_templates(own: Names, settings: IndexSettings, version: int) -> dict[str, Json]:
    """Return the templates of the indices to which articles are written. A new index has its alias from the start."""
    size = {"shards": settings.shards, "replicas": settings.replicas}
    return {
        f"{own.articles}-v{version}": mapping.article_template(own.version_pattern(version), alias=own.write_alias, **size),
        own.versions: mapping.version_template(f"{own.versions}-*", alias=own.versions, **size),
        own.comparisons: mapping.comparison_template(f"{own.comparisons}-*", alias=own.comparisons, **size),
    }


def put_article_template(es: Elasticsearch, own: Names, settings: IndexSettings, *, version: int) -> None:
    """Write the template of one mapping version's article indices; new indices have the alias `own.write_alias`."""
    name = f"{own.articles}-v{version}"
    es.indices.put_index_template(name=name, **_article_templates(own, settings, version)[name])


def live_version(es: Elasticsearch, own: Names) -> int:
    """Return the mapping version of the alias, or this code's version if there is no index yet."""
    if own.building is not None:
        return own.building
    if not es.indices.exists_alias(name=own.articles):
        return mapping.VERSION
    versions = {own.version_of(index) for index in es.indices.get_alias(name=own.articles)}
    return max((version for version in versions if version is not None), default=mapping.VERSION)


def ensure_index(es: Elasticsearch, index: str) -> None:
    """Create an index, unless it exists. Its template also adds its alias."""
    if es.indices.exists(index=index):
        return
    try:
        es.indices.create(index=index)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def _add_fields(es: Elasticsearch, pattern: str, template: Json) -> None:
    try:
        es.indices.put_mapping(index=pattern, properties=template["template"]["mappings"]["properties"])
    except BadRequestError as error:
        raise SetupError(
            f"{pattern} has an incompatible mapping ({error.body['error']['reason']})", "Run `newsdesk index migrate`"
        ) from error

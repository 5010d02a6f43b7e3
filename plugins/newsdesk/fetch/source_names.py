"""Names of sources. A source has a key and a name, and is found by either.

The key is stored in captures, articles and documents, and does not change. The name is looked up for display, so that a source can be
renamed without indexing articles again. Keys with the same name are shown as one source.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from newsdesk.database import METADATA, insert_into
from newsdesk.fetch.opml import source_name
from newsdesk.fetch.tables import FEEDS

LONGEST_KEY = 100

TABLE = sa.Table(
    "source_names",
    METADATA,
    sa.Column("source", sa.String(LONGEST_KEY), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SourceNames:
    """Names of sources by key. The name of a source that is not listed is its key."""

    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        return self.names.get(key, key)

    def find(self, text: str) -> tuple[str, ...]:
        """Return the keys of the source with this key or name, ignoring case, accents and punctuation; empty if it is unknown."""
        wanted = bare_name(text)
        named = {
            name for key, name in self.names.items() if text in (key, name) or (wanted and wanted in (bare_name(key), bare_name(name)))
        }
        return tuple(sorted(key for key, name in self.names.items() if name in named))

    def keys(self, text: str) -> tuple[str, ...]:
        """Return the keys that `find` returns, or the text itself if there are none: sources of imported WARC files have no feed."""
        return self.find(text) or (text,)


NO_NAMES = SourceNames()


def bare_name(name: str) -> str:
    """Return a name without case, accents, spaces and punctuation.

    >>> bare_name("L’Équipe") == bare_name("l-equipe")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def read_source_names(connection: sa.Connection) -> SourceNames:
    """Return the name of each source: the one that was set, else the title of the feed that its key is derived from, else its key."""
    feeds = connection.execute(sa.select(FEEDS.c.source, FEEDS.c.title, FEEDS.c.url).order_by(FEEDS.c.id.desc())).all()
    titles = {row.source: row.title for row in feeds if row.title and source_name(row.title, row.url) == row.source}
    given = {row.source: row.name for row in connection.execute(sa.select(TABLE))}
    return SourceNames({**{row.source: row.source for row in feeds}, **titles, **given})


def load_source_names(engine: sa.Engine) -> SourceNames:
    with engine.connect() as connection:
        return read_source_names(connection)


def write_source_name(connection: sa.Connection, keys: Iterable[str], name: str) -> None:
    """Set the name of the source with these keys."""
    for key in keys:
        insert = insert_into(connection, TABLE).values(source=key, name=name)
        connection.execute(insert.on_conflict_do_update(index_elements=[TABLE.c.source], set_={"name": name}))

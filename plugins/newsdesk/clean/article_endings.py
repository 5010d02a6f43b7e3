"""Stores the last lines of each source's articles in the state database, from which repeated lines are found.

For an article, the lines of articles in earlier partitions count, as they were before repeated lines were dropped. So the result
depends only on captures: enriching the same days again, in any order, results in the same articles. The rows of a partition are
written by its run in one transaction, and replaced when it runs again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.clean.repeated import REMEMBERED_ARTICLES, Ending, ending_of, repeated_lines
from newsdesk.database import METADATA
from newsdesk.records import Article

TABLE = sa.Table(
    "article_endings",
    METADATA,
    sa.Column("source", sa.String(250), primary_key=True),
    sa.Column("partition", sa.String(250), primary_key=True, index=True),
    sa.Column("article", sa.String(32), primary_key=True),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("lines", sa.JSON, nullable=False),
)


_CAPTURES_EACH = 8
"""Rows read per remembered article; an article has five captures by default. Limits the size of the query for sources with many."""


@dataclass(frozen=True, slots=True)
class SourceLines:
    """A source with the number of articles whose endings are stored, and the lines that are currently dropped."""

    source: str
    articles: int
    repeated: tuple[str, ...]


def save_endings(engine: sa.Engine, partition: str, articles: Iterable[Article]) -> None:
    """Store the endings of the partition's articles, replacing those that were stored before."""
    rows = {}
    for article in articles:
        ending = ending_of(article.cleaned, article=article.id)
        rows[article.source, article.id] = {
            "source": article.source,
            "partition": partition,
            "article": article.id,
            "authors": ending.authors,
            "lines": list(ending.lines),
        }
    with engine.begin() as connection:
        connection.execute(sa.delete(TABLE).where(TABLE.c.partition == partition))
        if rows:
            connection.execute(sa.insert(TABLE), list(rows.values()))


def load_endings(engine: sa.Engine, source: str, *, before: str | None = None) -> Sequence[Ending]:
    """Return the endings of the source's latest articles, from partitions before `before` or from all; each article once, latest first.

    Partition keys sort in the order of time.
    """
    newest_first = sa.select(TABLE).where(TABLE.c.source == source).order_by(TABLE.c.partition.desc(), TABLE.c.article)
    query = newest_first.limit(REMEMBERED_ARTICLES * _CAPTURES_EACH)
    if before is not None:
        query = query.where(TABLE.c.partition < before)
    endings: dict[str, Ending] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            endings.setdefault(row.article, Ending(row.article, row.authors, tuple(row.lines)))
            if len(endings) == REMEMBERED_ARTICLES:
                break
    return list(endings.values())


def delete_old_endings(engine: sa.Engine, *, before: str) -> int:
    """Delete rows that are not needed for the partition `before` or later ones; return their number.

    For each source, the rows that `load_endings` reads for the partition `before` are kept, and all later ones.
    """
    removed = 0
    with engine.begin() as connection:
        for source in connection.execute(sa.select(TABLE.c.source).distinct()).scalars().all():
            older = sa.select(TABLE.c.partition).where(TABLE.c.source == source, TABLE.c.partition < before)
            last = older.order_by(TABLE.c.partition.desc()).offset(REMEMBERED_ARTICLES * _CAPTURES_EACH - 1).limit(1)
            reached = connection.execute(last).scalar()
            if reached is not None:
                removed += connection.execute(sa.delete(TABLE).where(TABLE.c.source == source, TABLE.c.partition < reached)).rowcount
    return removed


def list_sources(engine: sa.Engine) -> list[SourceLines]:
    """Return the sources with stored endings."""
    with engine.connect() as connection:
        counts = connection.execute(
            sa.select(TABLE.c.source, sa.func.count(sa.distinct(TABLE.c.article))).group_by(TABLE.c.source).order_by(TABLE.c.source)
        ).all()
    return [SourceLines(source, count, tuple(repeated_lines(load_endings(engine, source)).values())) for source, count in counts]


def delete_endings(engine: sa.Engine, source: str) -> int:
    """Delete the endings of a source; return the number of its articles."""
    with engine.begin() as connection:
        known: int = connection.execute(sa.select(sa.func.count(sa.distinct(TABLE.c.article))).where(TABLE.c.source == source)).scalar_one()
        connection.execute(sa.delete(TABLE).where(TABLE.c.source == source))
    return known

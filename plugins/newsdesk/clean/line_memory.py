"""How the articles of each source ended, kept in the state database from one partition to the next.

What counts for an article is what stood under articles of partitions before its own, as they were before lines were
dropped. So it depends on captures alone: once all is loaded, the same days enriched again give the same articles,
whatever the order. A partition's rows are written by its own run, all at once, and replaced when it runs again.
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
"""An article is captured five times by default; drivers fetch all that a query finds, and a source has its past."""


@dataclass(frozen=True, slots=True)
class SourceLines:
    """What is known of a source: how many articles' ends are kept, and the lines that are dropped at present."""

    source: str
    articles: int
    repeated: tuple[str, ...]


def learn_endings(engine: sa.Engine, partition: str, articles: Iterable[Article]) -> None:
    """Keeps how the partition's articles end, in place of what was kept of it before."""
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


def recall_endings(engine: sa.Engine, source: str, *, before: str | None = None) -> Sequence[Ending]:
    """How the source's newest articles end, of partitions before this one or of all; each article once, newest first.

    Keys of partitions are in the order of time when they are sorted as text.
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


def trim_endings(engine: sa.Engine, *, before: str) -> int:
    """Removes what no partition from `before` on can recall any more, and gives how many rows that were.

    Of each source the rows stay that `recall_endings` would look at for that very partition, and all that come after.
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
    """The sources of which something is known."""
    with engine.connect() as connection:
        counts = connection.execute(
            sa.select(TABLE.c.source, sa.func.count(sa.distinct(TABLE.c.article))).group_by(TABLE.c.source).order_by(TABLE.c.source)
        ).all()
    return [SourceLines(source, count, tuple(repeated_lines(recall_endings(engine, source)).values())) for source, count in counts]


def forget_endings(engine: sa.Engine, source: str) -> int:
    """Forgets all that is known of a source; gives of how many articles that was."""
    with engine.begin() as connection:
        known: int = connection.execute(sa.select(sa.func.count(sa.distinct(TABLE.c.article))).where(TABLE.c.source == source)).scalar_one()
        connection.execute(sa.delete(TABLE).where(TABLE.c.source == source))
    return known

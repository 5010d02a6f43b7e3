"""The articles that topics matched, in the order in which they were found."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

import sqlalchemy as sa

from newsdesk.topics.records import Item, Mark, MarkedMatch, Match, Topic
from newsdesk.topics.tables import MARKS, MATCHES, SUBSCRIPTIONS, TOPICS

_IDS_IN_ONE_QUERY = 500
_ITEM = ("article_id", "story_id", "title", "url", "source", "language", "lead", "dated_at")


class Shown(StrEnum):
    """The articles of a topic that are listed."""

    UNREAD = "unread"
    ALL = "all"
    STARRED = "starred"


def record_matches(engine: sa.Engine, topic: Topic, items: Sequence[Item], *, is_news: bool, now: dt.datetime) -> int:
    """Record the articles that the topic does not have yet, in this order. Returns their number; 0 if its query was changed meanwhile.

    If the topic's query collapses stories, only the first article of a story is recorded.
    """
    with engine.begin() as connection:
        if not _lock(connection, topic, now=now):
            return 0
        return _insert(connection, topic, items, is_news=is_news, now=now)


def refill(engine: sa.Engine, topic: Topic, items: Sequence[Item], *, found: Collection[str], now: dt.datetime) -> int:
    """Record the articles that were indexed before the query was set, which are not news. Returns the number of new ones.

    `found` are the ids of all articles that the query matches: other articles of an earlier query are removed.
    """
    earlier = sa.and_(MATCHES.c.topic_id == topic.id, MATCHES.c.found_at < topic.changed_at)
    with engine.begin() as connection:
        if not _lock(connection, topic, now=now):
            return 0
        had = set(connection.scalars(sa.select(MATCHES.c.article_id).where(earlier)))
        for ids in _batches(sorted(had.difference(found))):
            connection.execute(sa.delete(MATCHES).where(earlier, MATCHES.c.article_id.in_(ids)))
        connection.execute(sa.update(TOPICS).where(TOPICS.c.id == topic.id).values(filled_at=now))
        return _insert(connection, topic, items, is_news=False, now=now)


def record_error(engine: sa.Engine, topic: Topic, error: str | None) -> None:
    """Record why the topic's query could not be run, or None if it could."""
    with engine.begin() as connection:
        connection.execute(sa.update(TOPICS).where(TOPICS.c.id == topic.id).values(error=error))


def list_matches(
    engine: sa.Engine, topic_id: int, *, user: str = "", shown: Shown = Shown.ALL, before: int | None = None, most: int = 50
) -> list[MarkedMatch]:
    """Return the topic's articles with the user's marks, latest match first, starting before the match with the number `before`."""
    query = sa.select(MATCHES, MARKS.c.read_at, MARKS.c.starred_at, MARKS.c.note).select_from(_with_marks(user))
    query = query.where(MATCHES.c.topic_id == topic_id, *_shown(shown)).order_by(MATCHES.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(MATCHES.c.number < before)
    with engine.connect() as connection:
        return [_marked(row) for row in connection.execute(query).mappings()]


def find_match(engine: sa.Engine, topic_id: int, article_id: str, *, user: str) -> MarkedMatch | None:
    """Return an article of the topic with the user's mark; None if the topic does not have it."""
    query = sa.select(MATCHES, MARKS.c.read_at, MARKS.c.starred_at, MARKS.c.note).select_from(_with_marks(user))
    with engine.connect() as connection:
        row = connection.execute(query.where(MATCHES.c.topic_id == topic_id, MATCHES.c.article_id == article_id)).mappings().first()
    return _marked(row) if row else None


def count_unread(engine: sa.Engine, user: str) -> dict[int, int]:
    """Return the number of unread articles of each topic that has some."""
    query = sa.select(MATCHES.c.topic_id, sa.func.count()).select_from(_with_marks(user))
    query = query.where(*_shown(Shown.UNREAD)).group_by(MATCHES.c.topic_id)
    with engine.connect() as connection:
        return dict(connection.execute(query).all())


def count_matches(engine: sa.Engine) -> dict[int, int]:
    with engine.connect() as connection:
        return dict(connection.execute(sa.select(MATCHES.c.topic_id, sa.func.count()).group_by(MATCHES.c.topic_id)).all())


def remove_old_matches(engine: sa.Engine, *, before: dt.datetime) -> tuple[int, int]:
    """Remove matches that were found earlier. Returns their number, and how many of them were not yet sent to a subscriber."""
    untold = (
        sa.select(sa.func.count(MATCHES.c.number.distinct()))
        .join(SUBSCRIPTIONS, sa.and_(SUBSCRIPTIONS.c.topic_id == MATCHES.c.topic_id, SUBSCRIPTIONS.c.told_until < MATCHES.c.number))
        .where(MATCHES.c.found_at < before, MATCHES.c.is_news)
    )
    with engine.begin() as connection:
        lost = connection.scalar(untold) or 0
        return connection.execute(sa.delete(MATCHES).where(MATCHES.c.found_at < before)).rowcount, lost


def read_match(row: sa.RowMapping) -> Match:
    item = Item(**{name: row[name] for name in _ITEM})
    return Match(number=row["number"], item=item, found_at=row["found_at"], is_news=row["is_news"])


def _marked(row: sa.RowMapping) -> MarkedMatch:
    return MarkedMatch(read_match(row), Mark(row["read_at"], row["starred_at"], row["note"] or ""))


def _lock(connection: sa.Connection, topic: Topic, *, now: dt.datetime) -> bool:
    """Lock the topic until the end of the transaction; return False if its query was changed.

    Numbers of matches are assigned under this lock, so that they are committed in order, and none is missed by readers of earlier ones.
    """
    same = sa.and_(TOPICS.c.id == topic.id, TOPICS.c.changed_at == topic.changed_at)
    return bool(connection.execute(sa.update(TOPICS).where(same).values(asked_at=now)).rowcount)


def _insert(connection: sa.Connection, topic: Topic, items: Sequence[Item], *, is_news: bool, now: dt.datetime) -> int:
    new = _new_items(connection, topic, items)
    if new:
        rows = [{**_row(item), "topic_id": topic.id, "found_at": now, "is_news": is_news} for item in new]
        connection.execute(sa.insert(MATCHES), rows)
    return len(new)


def _new_items(connection: sa.Connection, topic: Topic, items: Sequence[Item]) -> list[Item]:
    articles = _known(connection, topic, MATCHES.c.article_id, {item.article_id for item in items})
    stories = _known(connection, topic, MATCHES.c.story_id, {item.story_id for item in items}) if topic.query.collapse else set()
    new = []
    for item in items:
        if item.article_id not in articles and item.story_id not in stories:
            new.append(item)
            articles.add(item.article_id)
            if topic.query.collapse:
                stories.add(item.story_id)
    return new


def _known(connection: sa.Connection, topic: Topic, column: sa.Column[str], wanted: Collection[str]) -> set[str]:
    found: set[str] = set()
    for values in _batches(sorted(wanted)):
        found.update(connection.scalars(sa.select(column).where(MATCHES.c.topic_id == topic.id, column.in_(values))))
    return found


def _batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _IDS_IN_ONE_QUERY] for start in range(0, len(values), _IDS_IN_ONE_QUERY))


def _row(item: Item) -> dict[str, object]:
    return {name: getattr(item, name) for name in _ITEM}


def _with_marks(user: str) -> sa.Join:
    return MATCHES.outerjoin(MARKS, sa.and_(MARKS.c.article_id == MATCHES.c.article_id, MARKS.c.user == user))


def _shown(shown: Shown) -> list[sa.ColumnElement[bool]]:
    match shown:
        case Shown.UNREAD:
            return [MARKS.c.read_at.is_(None)]
        case Shown.STARRED:
            return [MARKS.c.starred_at.is_not(None)]
        case Shown.ALL:
            return []

"""Alerts: one for each thing that goes wrong, told once when it begins and once when it is over.

An alert is a row until it is over and told. What could not be told stays owed, and is told at the next evaluation.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.visible import visible_line

log = logging.getLogger(__name__)

TABLE = sa.Table(
    "alerts",
    METADATA,
    sa.Column("rule", sa.String(32), primary_key=True),
    sa.Column("subject", sa.String(250), primary_key=True),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("recovered_at", UtcDateTime),
    sa.Column("owed", sa.String(250), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`owed` are the channels that have not been told of its present state: raised, or recovered."""

    rule: AlertRule
    subject: str
    message: str
    raised_at: dt.datetime
    recovered_at: dt.datetime | None = None
    owed: frozenset[str] = frozenset()

    @property
    def state(self) -> str:
        return "raised" if self.recovered_at is None else "recovered"

    @property
    def line(self) -> str:
        """What a person reads of it."""
        return visible_line(f"newsdesk: {self.subject}: {self.state}: {self.rule.replace('_', ' ')}: {self.message}")


Channel = Callable[[Sequence[Alert]], None]
"""Tells somebody of these alerts; raises where that did not work."""


def record_problems(
    engine: sa.Engine, findings: Iterable[Problem], *, rules: Collection[AlertRule], channels: Iterable[str], now: dt.datetime
) -> None:
    """Raises what is found and not yet raised; what is raised, was looked for by these `rules` and not found, is over."""
    owed = ",".join(sorted(channels))
    with engine.begin() as connection:
        known = {(row.rule, row.subject): row for row in connection.execute(sa.select(TABLE).with_for_update())}
        present = {(str(finding.rule), finding.subject): finding for finding in findings}
        for key, finding in present.items():
            if key not in known:
                connection.execute(TABLE.insert().values(rule=key[0], subject=key[1], message=finding.message, raised_at=now, owed=owed))
            elif known[key].recovered_at is not None:
                again = {"message": finding.message, "raised_at": now, "recovered_at": None, "owed": owed}
                connection.execute(TABLE.update().where(_is(key)).values(**again))
        for key, row in known.items():
            if key not in present and row.recovered_at is None and row.rule in rules:
                connection.execute(TABLE.update().where(_is(key)).values(recovered_at=now, owed=owed))


def tell(engine: sa.Engine, channels: Mapping[str, Channel]) -> int:
    """Tells each channel of the alerts that it is owed, and forgets those that are over and told; gives how many tellings failed.

    A channel that fails keeps no other from being told, and is told the next time.
    """
    failed = 0
    for name, channel in channels.items():
        owed = [alert for alert in list_alerts(engine, over=True) if name in alert.owed]
        if not owed:
            continue
        try:
            channel(owed)
        except Exception as error:  # noqa: BLE001 whatever a channel's library raises, the other channels are told
            log.warning("alerts could not be told by %s: %s", name, error)
            failed += 1
            continue
        _settle(engine, name, owed)
    _forget(engine, channels)
    return failed


def list_alerts(engine: sa.Engine, *, over: bool = False) -> list[Alert]:
    """The alerts that are raised, the oldest first; with `over` also those whose end is still to be told."""
    query = sa.select(TABLE).order_by(TABLE.c.raised_at, TABLE.c.subject, TABLE.c.rule)
    if not over:
        query = query.where(TABLE.c.recovered_at.is_(None))
    with engine.connect() as connection:
        return [_alert(row) for row in connection.execute(query)]


def _settle(engine: sa.Engine, channel: str, alerts: Iterable[Alert]) -> None:
    with engine.begin() as connection:
        for alert in alerts:
            rest = ",".join(sorted(_alert_owed(connection, alert) - {channel}))
            connection.execute(TABLE.update().where(_is((str(alert.rule), alert.subject))).values(owed=rest))


def _alert_owed(connection: sa.Connection, alert: Alert) -> frozenset[str]:
    found = connection.scalar(sa.select(TABLE.c.owed).where(_is((str(alert.rule), alert.subject))))
    return frozenset(filter(None, (found or "").split(",")))


def _forget(engine: sa.Engine, channels: Mapping[str, Channel]) -> None:
    # What is owed to a channel that is no longer set up is owed to nobody.
    over = [alert for alert in list_alerts(engine, over=True) if alert.recovered_at and not alert.owed & set(channels)]
    with engine.begin() as connection:
        for alert in over:
            connection.execute(TABLE.delete().where(_is((str(alert.rule), alert.subject)), TABLE.c.recovered_at.is_not(None)))


def _is(key: tuple[str, str]) -> sa.ColumnElement[bool]:
    return sa.and_(TABLE.c.rule == key[0], TABLE.c.subject == key[1])


def _alert(row: sa.Row[Any]) -> Alert:
    return Alert(
        rule=AlertRule(row.rule),
        subject=row.subject,
        message=row.message,
        raised_at=row.raised_at,
        recovered_at=row.recovered_at,
        owed=frozenset(filter(None, row.owed.split(","))),
    )

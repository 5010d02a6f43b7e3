"""Alerts: one for each problem, notified once when it starts and once when it ends.

An alert is a row in the state database until its end is notified. Notifications that fail are sent again at the next evaluation.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime
from newsdesk.fetch.source_names import SourceNames, load_source_names, read_source_names
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
    sa.Column("acknowledged_at", UtcDateTime),
)

SILENCES = sa.Table(
    "alert_silences",
    METADATA,
    sa.Column("subject", sa.String(250), primary_key=True),
    sa.Column("rule", sa.String(32), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),
)

ANY_RULE = ""
"""The rule of a silence that applies to all alerts of its subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert. `owed` are the channels that have not been notified of its current state, raised or ended.

    `acknowledged_at` is the time of its acknowledgement. It is not notified before `silenced_until`. `subject` is a DAG or the key of a
    source, `name` how it is shown.
    """

    rule: AlertRule
    subject: str
    name: str = ""
    message: str
    raised_at: dt.datetime
    recovered_at: dt.datetime | None = None
    owed: frozenset[str] = frozenset()
    acknowledged_at: dt.datetime | None = None
    silenced_until: dt.datetime | None = None

    @property
    def state(self) -> str:
        return "raised" if self.recovered_at is None else "recovered"

    def is_silenced(self, now: dt.datetime) -> bool:
        return self.silenced_until is not None and now < self.silenced_until

    @property
    def line(self) -> str:
        """The alert as one line of text."""
        return visible_line(f"newsdesk: {self.name or self.subject}: {self.state}: {self.rule.replace('_', ' ')}: {self.message}")

    def needs_attention(self, now: dt.datetime) -> bool:
        return self.acknowledged_at is None and not self.is_silenced(now)


def describe(alert: Alert, *, now: dt.datetime) -> str:
    """Return an active alert as one line of text, with its age and whether it is acknowledged or silenced."""
    marks = [f"since {alert.raised_at:%Y-%m-%d %H:%M} UTC"]
    if alert.acknowledged_at:
        marks.append("acknowledged")
    if alert.is_silenced(now):
        marks.append(f"silenced until {alert.silenced_until:%Y-%m-%d %H:%M} UTC")
    return f"{alert.name or alert.subject}: {alert.rule.replace('_', ' ')}: {alert.message} ({', '.join(marks)})"


Channel = Callable[[Sequence[Alert]], None]
"""Sends a notification of these alerts; raises an exception if that fails."""


def record_problems(
    engine: sa.Engine, findings: Iterable[Problem], *, rules: Collection[AlertRule], channels: Iterable[str], now: dt.datetime
) -> None:
    """Raise an alert for each new problem, and end the alerts of these `rules` whose problem was not found.

    An end during a silence is not notified.
    """
    owed = ",".join(sorted(channels))
    with engine.begin() as connection:
        connection.execute(SILENCES.delete().where(SILENCES.c.until <= now))
        silences = _silences(connection)
        known = {(row.rule, row.subject): row for row in connection.execute(sa.select(TABLE).with_for_update())}
        present = {(str(finding.rule), finding.subject): finding for finding in findings}
        for key, finding in present.items():
            if key not in known:
                connection.execute(TABLE.insert().values(rule=key[0], subject=key[1], message=finding.message, raised_at=now, owed=owed))
            elif known[key].recovered_at is not None:
                again = {"message": finding.message, "raised_at": now, "recovered_at": None, "owed": owed, "acknowledged_at": None}
                connection.execute(TABLE.update().where(_is(key)).values(**again))
        for key, row in known.items():
            if key not in present and row.recovered_at is None and row.rule in rules:
                told = "" if _silenced_until(silences, *key) else owed
                connection.execute(TABLE.update().where(_is(key)).values(recovered_at=now, owed=told))


def tell(engine: sa.Engine, channels: Mapping[str, Channel], *, now: dt.datetime) -> int:
    """Send pending notifications to each channel, and delete ended alerts without pending ones. Return the number of failures.

    A silenced alert is notified when its silence ends, if it is still active. A channel that fails does not affect the others, and is
    tried again the next time.
    """
    failed = 0
    for name, channel in channels.items():
        owed = [alert for alert in list_alerts(engine, over=True) if name in alert.owed and not alert.is_silenced(now)]
        if not owed:
            continue
        try:
            channel(owed)
        except Exception as error:  # noqa: BLE001 whatever a channel's library raises, the other channels are told
            log.warning("alerts could not be sent by %s: %s", name, error)
            failed += 1
            continue
        _settle(engine, name, owed)
    _forget(engine, channels)
    return failed


def list_alerts(engine: sa.Engine, *, over: bool = False) -> list[Alert]:
    """Return the active alerts, oldest first; with `over`, also ended ones whose end has not been notified."""
    query = sa.select(TABLE).order_by(TABLE.c.raised_at, TABLE.c.subject, TABLE.c.rule)
    if not over:
        query = query.where(TABLE.c.recovered_at.is_(None))
    with engine.connect() as connection:
        silences, names = _silences(connection), read_source_names(connection)
        return [_alert(row, silences, names) for row in connection.execute(query)]


def acknowledge(engine: sa.Engine, subject: str, *, rule: AlertRule | None = None, now: dt.datetime) -> int:
    """Acknowledge the active alerts of a subject (a DAG, or a source by key or name), of one rule if given. Return their number.

    Channels that were not notified yet are notified of their end only.
    """
    chosen: list[sa.ColumnElement[bool]] = [TABLE.c.subject.in_(load_source_names(engine).keys(subject)), TABLE.c.recovered_at.is_(None)]
    if rule is not None:
        chosen.append(TABLE.c.rule == str(rule))
    with engine.begin() as connection:
        return connection.execute(TABLE.update().where(*chosen).values(acknowledged_at=now, owed="")).rowcount


def silence(engine: sa.Engine, subject: str, *, rule: AlertRule | None = None, until: dt.datetime) -> None:
    """Suppress notifications of alerts of a subject, of one rule if given, until a time. Replaces an existing silence."""
    subjects, of = load_source_names(engine).keys(subject), str(rule or ANY_RULE)
    with engine.begin() as connection:
        connection.execute(SILENCES.delete().where(SILENCES.c.subject.in_(subjects), SILENCES.c.rule == of))
        connection.execute(SILENCES.insert(), [{"subject": each, "rule": of, "until": until} for each in subjects])


def end_silences(engine: sa.Engine, subject: str) -> int:
    """End the silences of a subject. Return their number."""
    subjects = load_source_names(engine).keys(subject)
    with engine.begin() as connection:
        return connection.execute(SILENCES.delete().where(SILENCES.c.subject.in_(subjects))).rowcount


@dataclass(frozen=True, slots=True)
class Silence:
    """Suppresses notifications of alerts of `subject` before `until`, of one rule or of all (ANY_RULE)."""

    subject: str
    rule: str
    until: dt.datetime


def list_silences(engine: sa.Engine) -> list[Silence]:
    with engine.connect() as connection:
        return [Silence(*key, until) for key, until in sorted(_silences(connection).items())]


_Silences = Mapping[tuple[str, str], dt.datetime]


def _silences(connection: sa.Connection) -> _Silences:
    return {(row.subject, row.rule): row.until for row in connection.execute(sa.select(SILENCES))}


def _silenced_until(silences: _Silences, rule: str, subject: str) -> dt.datetime | None:
    return max(filter(None, (silences.get((subject, rule)), silences.get((subject, ANY_RULE)))), default=None)


def _settle(engine: sa.Engine, channel: str, alerts: Iterable[Alert]) -> None:
    with engine.begin() as connection:
        for alert in alerts:
            rest = ",".join(sorted(_alert_owed(connection, alert) - {channel}))
            connection.execute(TABLE.update().where(_is((str(alert.rule), alert.subject))).values(owed=rest))


def _alert_owed(connection: sa.Connection, alert: Alert) -> frozenset[str]:
    found = connection.scalar(sa.select(TABLE.c.owed).where(_is((str(alert.rule), alert.subject))))
    return frozenset(filter(None, (found or "").split(",")))


def _forget(engine: sa.Engine, channels: Mapping[str, Channel]) -> None:
    # Pending notifications of channels that are no longer configured are dropped.
    over = [alert for alert in list_alerts(engine, over=True) if alert.recovered_at and not alert.owed & set(channels)]
    with engine.begin() as connection:
        for alert in over:
            connection.execute(TABLE.delete().where(_is((str(alert.rule), alert.subject)), TABLE.c.recovered_at.is_not(None)))


def _is(key: tuple[str, str]) -> sa.ColumnElement[bool]:
    return sa.and_(TABLE.c.rule == key[0], TABLE.c.subject == key[1])


def _alert(row: sa.Row[Any], silences: _Silences, names: SourceNames) -> Alert:
    return Alert(
        rule=AlertRule(row.rule),
        subject=row.subject,
        name=names.name(row.subject),
        message=row.message,
        raised_at=row.raised_at,
        recovered_at=row.recovered_at,
        owed=frozenset(filter(None, row.owed.split(","))),
        acknowledged_at=row.acknowledged_at,
        silenced_until=_silenced_until(silences, row.rule, row.subject),
    )

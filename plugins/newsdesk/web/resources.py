"""The resources of the pages for operators."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import sqlalchemy as sa
from elasticsearch import Elasticsearch

from newsdesk.ops.airflow_api import AirflowApi
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.web.background import Background


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Functions that open resources. `open_state` returns the state database, which stays open; the others open a session."""

    settings: Settings
    open_state: Callable[[], sa.Engine]
    open_es: Callable[[], AbstractContextManager[Elasticsearch]]
    open_airflow: Callable[[], AbstractContextManager[AirflowApi]]
    now: Callable[[], dt.datetime] = utc_now
    background: Background = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "background", Background(self.open_state, now=self.now))

    @property
    def archive(self) -> Archive:
        return Archive(self.settings.data_url)

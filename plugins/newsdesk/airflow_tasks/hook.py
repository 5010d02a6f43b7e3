"""A hook for Elasticsearch."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from airflow.sdk import BaseHook
from pydantic import SecretStr

from newsdesk.settings import ElasticsearchSettings, Settings

if TYPE_CHECKING:
    import elasticsearch


class ElasticsearchHook(BaseHook):
    """Opens a client for an Airflow connection of the Elasticsearch provider's type.

    Address, login and CA certificates are those of the connection; timeouts and retries are those of newsdesk's settings.
    """

    def __init__(self, settings: Settings, conn_id: str = "elasticsearch_default") -> None:
        super().__init__()
        self._settings = settings
        self._conn_id = conn_id

    @contextlib.contextmanager
    def get_conn(self) -> "Iterator[elasticsearch.Elasticsearch]":
        from newsdesk.index.client import open_client

        with open_client(self._connection_settings()) as es:
            yield es

    def _connection_settings(self) -> ElasticsearchSettings:
        connection = self.get_connection(self._conn_id)
        scheme = connection.schema or "http"
        found = {
            "url": f"{scheme}://{connection.host}:{connection.port or 9200}",
            "username": connection.login,
            "password": SecretStr(connection.password) if connection.password else None,
            "ca_certs": connection.extra_dejson.get("ca_certs"),
        }
        return self._settings.elasticsearch.model_copy(update={key: value for key, value in found.items() if value is not None})

"""The client that tasks get from an Airflow connection."""

import json

import pytest

from newsdesk.airflow_tasks.hook import ElasticsearchHook
from newsdesk.settings import ElasticsearchSettings, load


@pytest.fixture
def address(monkeypatch):
    """The address, login and CA certificates of a client for this connection."""

    def read(**connection):
        monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", json.dumps({"conn_type": "elasticsearch", **connection}))
        found: ElasticsearchSettings = ElasticsearchHook(load())._connection_settings()
        return found.url, found.username, found.password and found.password.get_secret_value(), found.ca_certs

    return read


def test_address_login_and_certificates_are_those_of_the_connection(address):
    login = {"login": "writer", "password": "secret"}
    connection = {"host": "es.example", "port": 9243, "schema": "https", **login, "extra": {"ca_certs": "/etc/ca.pem"}}
    assert address(**connection) == ("https://es.example:9243", "writer", "secret", "/etc/ca.pem")


def test_a_connection_with_a_host_only_uses_the_default_port_and_the_login_of_the_settings(address):
    own = load().elasticsearch
    assert address(host="es.example") == ("http://es.example:9200", own.username, own.password, own.ca_certs)


def test_timeouts_are_those_of_the_settings(monkeypatch):
    monkeypatch.setenv("NEWSDESK_ELASTICSEARCH_TIMEOUT_SECONDS", "7")
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", '{"conn_type": "elasticsearch", "host": "es.example"}')
    assert ElasticsearchHook(load())._connection_settings().timeout_seconds == 7

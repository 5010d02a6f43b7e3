import json

import pytest

from newsdesk import settings
from newsdesk.errors import SetupError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.delenv("NEWSDESK_ELASTICSEARCH_URL", raising=False)
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))


def test_a_variable_changes_its_setting(monkeypatch):
    monkeypatch.setenv("NEWSDESK_FETCH_EVERY_MINUTES", "1")
    assert settings.load().fetch.every_minutes == 1


def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_variable(monkeypatch):
    monkeypatch.setenv("NEWSDESK_FETCH_EVERY_MINUTES", "often")
    with pytest.raises(SetupError, match="NEWSDESK_FETCH_EVERY_MINUTES"):
        settings.load()


def test_everything_lies_in_the_home_unless_told_otherwise(monkeypatch, tmp_path):
    assert settings.load().data_url == str(tmp_path / "data")
    assert settings.load().database_url == f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("NEWSDESK_DATA_URL", "s3://bucket/news")
    assert settings.load().data_url == "s3://bucket/news"


def test_the_embedded_elasticsearch_is_used_where_no_other_is_named(monkeypatch, tmp_path):
    login = {"url": "http://127.0.0.1:9200", "username": "elastic", "password": "secret"}
    settings.embedded_elasticsearch_file(tmp_path).write_text(json.dumps(login))
    embedded = settings.load().elasticsearch
    assert (embedded.url, embedded.password.get_secret_value()) == ("http://127.0.0.1:9200", "secret")
    monkeypatch.setenv("ELASTICSEARCH_URL", "https://cluster:9200")
    assert settings.load().elasticsearch.url == "https://cluster:9200"
    assert settings.is_elasticsearch_given()


def test_a_password_is_not_shown_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("NEWSDESK_ELASTICSEARCH_PASSWORD", "open-sesame")
    assert "open-sesame" not in repr(settings.load())


def test_a_proxy_that_is_none_is_refused_without_its_password(monkeypatch):
    for value in ("proxy.example:3128", "socks5://u:open-sesame@proxy.example:1080", "http://u:open-sesame@proxy.example", "http://:3128"):
        monkeypatch.setenv("NEWSDESK_FETCH_PROXY", value)
        with pytest.raises(SetupError, match="NEWSDESK_FETCH_PROXY") as error:
            settings.load()
        assert "open-sesame" not in str(error.value)


def test_an_empty_proxy_is_none(monkeypatch):
    monkeypatch.setenv("NEWSDESK_FETCH_PROXY", "")
    assert settings.load().fetch.proxy is None
    monkeypatch.setenv("NEWSDESK_FETCH_PROXY", "http://u:open-sesame@proxy.example:3128")
    assert "open-sesame" not in repr(settings.load())

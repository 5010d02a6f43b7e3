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


EXPLAINED = {
    "NEWSDESK_FETCH_EVERY_MINUTES": ("often", "integer", "=5 "),
    "NEWSDESK_FETCH_ALLOWED_HOSTS": ('["a.example"', "not JSON", "=one,two "),
    "NEWSDESK_FETCH_REVISIT_HOURS": ("1,soon", "number", "=1,6,24,72 "),
    "NEWSDESK_ALERTS_NOTIFIERS": ("{", "not JSON", "package.module.Notifier"),
    "NEWSDESK_ALERTS_MAIL_TO": ("[1]", "string", "=one,two "),
    "NEWSDESK_SEARCH_MAXIMUM_HITS": ("0", "greater than or equal to 1", "=100 "),
    "NEWSDESK_LOCAL_ELASTICSEARCH_HEAP": ("much", "pattern", "=512m "),
    "NEWSDESK_CHECK_LANGUAGE_MODEL": ("babelfish", "smollm2", "=none "),
    "NEWSDESK_FETCH_PROXY_RESOLVES": ("perhaps", "boolean", "=false "),
    "NEWSDESK_WEB_OPERATORS": ('{"ann": 1}', "not a list", "=one,two "),
    "NEWSDESK_ELASTICSEARCH_URL": ("localhost:9200", "not a web address", "=https://elasticsearch.example:9200 "),
    "ELASTICSEARCH_URL": ("localhost", "not a web address", "ELASTICSEARCH_URL=https://elasticsearch.example:9200 "),
    "NEWSDESK_KIBANA_URL": ("http://[::1", "not a web address", "=http://localhost:5601 "),
    "NEWSDESK_AIRFLOW_URL": ("http://:8080", "not a web address", "=http://localhost:8080 "),
    "NEWSDESK_FETCH_PUBLIC_URL": ("news.example", "not a web address", "=https://news.example.org/newsdesk "),
    "NEWSDESK_TOPICS_PAGE_URL": ("http://a:b", "not a web address", "=https://news.example.org/newsdesk "),
    "NEWSDESK_WEB_TIME_ZONE": ("Madrid", "not a name of the tz database", "=UTC "),
}


@pytest.mark.parametrize(("variable", "given", "expected", "example"), [(name, *told) for name, told in EXPLAINED.items()])
def test_a_value_that_cannot_be_used_is_one_line_with_what_is_expected_and_an_example(monkeypatch, variable, given, expected, example):
    monkeypatch.setenv(variable, given)
    with pytest.raises(SetupError) as error:
        settings.load()
    line = str(error.value)
    assert line.startswith(f"{variable}={given} cannot be used: ")
    assert expected in line
    assert example in line.split("For example")[1]
    assert "\n" not in line


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("NEWSDESK_ELASTICSEARCH_URL", "elastic:sesame@search.example:9200"),
        ("NEWSDESK_ALERTS_WEBHOOK_URL", "chat.example/sesame"),
        ("NEWSDESK_FETCH_PROXY", "ftp://ann:sesame@proxy.example"),
    ],
)
def test_a_refused_address_is_not_shown_where_it_may_contain_a_secret(monkeypatch, variable, given):
    monkeypatch.setenv(variable, given)
    with pytest.raises(SetupError) as error:
        settings.load()
    assert str(error.value).startswith(f"{variable} cannot be used: ")
    assert "sesame" not in str(error.value)


@pytest.mark.parametrize("variable", [name for name in settings.variables() if name.startswith("NEWSDESK_")])
def test_every_example_can_be_used(monkeypatch, variable):
    field = settings.variables()[variable]
    monkeypatch.setenv(variable, settings._example(field).strip("'"))
    settings.load()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a.example,*.b.example", ("a.example", "*.b.example")),
        (" a.example , ", ("a.example",)),
        ('["a.example"]', ("a.example",)),
        ("", ()),
        ("[]", ()),
    ],
)
def test_a_list_is_written_with_commas_or_as_json(monkeypatch, written, read):
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", written)
    assert settings.load().fetch.allowed_hosts == read


def test_a_list_of_numbers_is_written_with_commas_too(monkeypatch):
    monkeypatch.setenv("NEWSDESK_FETCH_REVISIT_HOURS", "1, 12")
    assert settings.load().fetch.revisit_hours == (1, 12)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("NEWSDESK_FETCH_CONTCT", "NEWSDESK_FETCH_CONTACT"),
        ("NEWSDESK_HOEM", "NEWSDESK_HOME"),
        ("NEWSDESK_ALERT_WEBHOOK_URL", "NEWSDESK_ALERTS_WEBHOOK_URL"),
        ("newsdesk_fetch_contct", "NEWSDESK_FETCH_CONTACT"),
        ("NEWSDESK_XYZZY", None),
    ],
)
def test_a_variable_that_no_setting_has_is_told_with_the_nearest_one(monkeypatch, caplog, name, nearest):
    monkeypatch.setenv(name, "x")
    settings.load()
    settings.load()
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{name} is not a setting")
    assert (f"did you mean {nearest}?" in record.getMessage()) is (nearest is not None)


def test_the_names_of_others_are_not_told(monkeypatch, caplog):
    for name in ("NEWSDESK_SERVICE", "NEWS_DESK", "ELASTICSEARCH_URL", "HOME"):
        monkeypatch.setenv(name, "http://x")
    settings.load()
    assert not caplog.records


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_home_that_is_a_file_is_told_in_one_line(monkeypatch, tmp_path, below):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path / "file" / below))
    with pytest.raises(SetupError, match=f"{tmp_path}/file is a file"):
        settings.load()


@pytest.mark.parametrize("content", ["", '{"admin": "se', "[]", '{"admin": 7}', '{"other": "secret"}'])
def test_a_login_that_was_written_by_half_is_told_in_one_line(tmp_path, content):
    for file in (settings.local_airflow_file(tmp_path), settings.embedded_elasticsearch_file(tmp_path)):
        file.write_text(content)
        with pytest.raises(SetupError, match=file.name):
            settings.load()
        file.unlink()


def test_a_login_without_a_web_address_is_told_in_one_line(tmp_path):
    settings.embedded_elasticsearch_file(tmp_path).write_text(json.dumps({"url": "localhost", "username": "a", "password": "b"}))
    with pytest.raises(SetupError, match="is not a login"):
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

"""The roles of the production setup on a real Elasticsearch: each has the rights that it needs, and no others."""

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from pathlib import Path

import pytest
import yaml
from elasticsearch import AuthenticationException, AuthorizationException
from pydantic import SecretStr

from newsdesk.errors import Stage, Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.runs import write_runs
from newsdesk.index.sink import index_articles
from newsdesk.records import RunCounters
from newsdesk.search.export import find_all
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import more_like, search
from samples import NOW, article
from stack.desk import await_condition

ROLES = Path(__file__).parents[3] / "docker/elasticsearch/roles"
PASSWORD = "not a secret: this server lives for the tests"


def _hashed(password):
    salt = secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


@pytest.fixture
def as_user(elasticsearch_server, elasticsearch_settings, index_settings):
    """A function that opens a client as a user with one of the roles, for this test's indices."""
    config = elasticsearch_server.root / "config"
    roles = {path.stem: json.loads(path.read_text()) for path in ROLES.glob("*.json")}
    for role in roles.values():
        for block in role["indices"]:
            block["names"] = [f"{index_settings.prefix}{name}" for name in block["names"]]
    # Native users need a token filter that the embedded server lacks; users in files have the same rights.
    (config / "roles.yml").write_text(yaml.safe_dump(roles))
    (config / "users").write_text("".join(f"{name}:{_hashed(PASSWORD)}\n" for name in roles))
    (config / "users_roles").write_text("".join(f"{name}:{name}\n" for name in roles))
    clients = []

    def open_as(name):
        settings = elasticsearch_settings.model_copy(update={"username": name, "password": SecretStr(PASSWORD)})
        client = clients.append(open_client(settings)) or clients[-1].__enter__()
        await_condition(lambda: _is_known(client, index_settings), what=f"{name} is known to Elasticsearch")
        return client

    yield open_as
    for client in clients:
        client.__exit__(None, None, None)


def _is_known(client, index_settings):
    # Elasticsearch reads the files every 5 s: until then a role still refers to the indices of an earlier test.
    asked = [{"names": [names(index_settings).articles], "privileges": ["read"]}]
    try:
        return client.security.has_privileges(index=asked)["has_all_requested"]
    except AuthenticationException:
        return False


def test_the_writer_can_do_everything_that_tasks_do(as_user, es, index_settings):
    set_up(es, index_settings, now=NOW)
    writer = as_user("newsdesk_writer")
    earlier = article("https://example.org/earlier", fetched_at=NOW - dt.timedelta(days=40))
    assert [outcome.status for outcome in index_articles(writer, [earlier], index_settings, now=NOW)] == [Status.CREATED], (
        "a month of its own"
    )
    assert [outcome.status for outcome in index_articles(writer, [article()], index_settings, now=NOW)] == [Status.CREATED]
    assert write_runs(writer, [RunCounters(stage=Stage.INDEX, partition="p", source="s", run_at=NOW)], index_settings) == 1
    writer.indices.refresh(index=names(index_settings).articles)
    writer.cluster.health()
    for month in writer.indices.get_alias(name=f"{names(index_settings).articles},{names(index_settings).versions}"):
        if month.endswith("2026.10"):
            writer.indices.delete(index=month)
    for forbidden in (
        lambda: writer.indices.create(index="somebody-elses"),
        lambda: writer.indices.put_index_template(name="articles-v4", index_patterns=["articles-v4-*"]),
        lambda: writer.indices.put_alias(
            index=f"{names(index_settings).articles}-v4-2026.11", name=f"{index_settings.prefix}articles-mine"
        ),
    ):
        with pytest.raises(AuthorizationException):
            forbidden()


def test_the_reader_can_search_but_not_write(as_user, es, index_settings, stack_settings):
    set_up(es, index_settings, now=NOW)
    list(index_articles(es, [article()], index_settings, now=NOW))
    es.indices.refresh(index=names(index_settings).articles)
    (month,) = es.indices.get_alias(name=names(index_settings).articles)
    reader = as_user("newsdesk_reader")
    settings = dataclasses.replace(stack_settings, index=index_settings)
    assert search(reader, SearchQuery(text="ferry", facets=True), settings).total == 1
    assert len(list(find_all(reader, SearchQuery(text="ferry"), settings, most=10))) == 1
    assert more_like(reader, article().id, settings).total == 0
    for forbidden in (
        lambda: reader.index(index=names(index_settings).articles, document={}),
        lambda: reader.indices.delete(index=month),
        lambda: reader.indices.put_mapping(index=names(index_settings).articles, properties={"x": {"type": "keyword"}}),
        lambda: reader.cluster.put_settings(persistent={"action.auto_create_index": True}),
    ):
        with pytest.raises(AuthorizationException):
            forbidden()


def test_the_setup_user_can_create_indices(as_user, index_settings):
    set_up(as_user("newsdesk_setup"), index_settings, now=NOW)

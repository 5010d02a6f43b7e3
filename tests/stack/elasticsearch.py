"""One real Elasticsearch with its own home for all stack tests of a run, and an index prefix for each test."""

import contextlib
import dataclasses
import os
import random
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from pydantic import SecretStr

from newsdesk.index.client import open_client
from newsdesk.local.elasticsearch import RunningElasticsearch, start
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, load


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to outgoing connections.

    A client that keeps trying to reach a dead server could otherwise be given the server's own port.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    return pytest.fail("no free port below 32,000")


# Folders that the servers' user can access, unlike pytest's temporary folders.
HOMES = Path("/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir())


def prefix_of_homes(config: pytest.Config) -> str:
    """What the names of the homes of this run of pytest begin with, in all its processes."""
    return f"newsdesk-stack-{os.getppid() if hasattr(config, 'workerinput') else os.getpid()}-"


@pytest.fixture(scope="session")
def stack_home(request: pytest.FixtureRequest) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix=prefix_of_homes(request.config), dir=HOMES))
    home.chmod(0o755)
    compile_little(home)
    yield home
    shutil.rmtree(home, ignore_errors=True)


def compile_little(home: Path) -> None:
    """Leave out the optimizing compiler of Java for the Elasticsearch of this home: it would take half of the time of a server that
    runs for minutes."""
    options = home / "elasticsearch/config/jvm.options.d"
    options.mkdir(parents=True)
    (options / "tests.options").write_text("-XX:TieredStopAtLevel=1\n")


@pytest.fixture(scope="session")
def stack_settings(stack_home: Path) -> Settings:
    settings = settings_of(stack_home)
    return dataclasses.replace(settings, local=settings.local.model_copy(update={"elasticsearch_port": free_port()}))


def settings_of(home: Path) -> Settings:
    settings = load()
    return dataclasses.replace(settings, home=settings.home.model_copy(update={"home": home, "data_url": "", "database_url": ""}))


@pytest.fixture(scope="session")
def elasticsearch_server(stack_settings: Settings) -> Iterator[RunningElasticsearch]:
    server = start(stack_settings, lambda _line: None)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def elasticsearch_settings(elasticsearch_server: RunningElasticsearch) -> ElasticsearchSettings:
    return ElasticsearchSettings(
        url=elasticsearch_server.url, username=elasticsearch_server.username, password=SecretStr(elasticsearch_server.password)
    )


def variables_of(server: ElasticsearchSettings, index: IndexSettings) -> dict[str, str]:
    """The environment variables with which commands use this index."""
    assert server.url
    assert server.password
    return {
        "NEWSDESK_ELASTICSEARCH_URL": server.url,
        "NEWSDESK_ELASTICSEARCH_USERNAME": server.username,
        "NEWSDESK_ELASTICSEARCH_PASSWORD": server.password.get_secret_value(),
        "NEWSDESK_INDEX_PREFIX": index.prefix,
    }


@pytest.fixture
def es(elasticsearch_settings: ElasticsearchSettings) -> Iterator[Elasticsearch]:
    with open_client(elasticsearch_settings) as client:
        yield client


@pytest.fixture
def index_settings(es: Elasticsearch) -> Iterator[IndexSettings]:
    """Settings with a unique prefix; its indices are removed afterwards."""
    settings = IndexSettings(prefix=f"t{uuid4().hex[:8]}-")
    yield settings
    names = list(es.indices.get(index=f"{settings.prefix}*", expand_wildcards="all"))
    if names:
        es.indices.delete(index=",".join(names))
    es.options(ignore_status=404).indices.delete_index_template(name=f"{settings.prefix}*")

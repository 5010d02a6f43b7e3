"""A temporary Elasticsearch for benchmarks."""

import contextlib
import dataclasses
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from elasticsearch import Elasticsearch
from pydantic import SecretStr

from newsdesk.index.client import open_client
from newsdesk.local.elasticsearch import start
from newsdesk.settings import ElasticsearchSettings, Settings, load


@contextlib.contextmanager
def open_elasticsearch() -> Iterator[tuple[Elasticsearch, Settings]]:
    home = Path(tempfile.mkdtemp(prefix="newsdesk-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load()
    settings = dataclasses.replace(
        settings,
        home=settings.home.model_copy(update={"home": home, "data_url": "", "database_url": ""}),
        local=settings.local.model_copy(update={"elasticsearch_port": port, "elasticsearch_heap": "1g"}),
    )
    try:
        server = start(settings, lambda _line: None)
        reached = ElasticsearchSettings(url=server.url, username=server.username, password=SecretStr(server.password), timeout_seconds=120)
        settings = dataclasses.replace(settings, elasticsearch=reached)
        try:
            with open_client(reached) as es:
                yield es, settings
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)

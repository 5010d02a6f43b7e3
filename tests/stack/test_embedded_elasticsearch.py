"""The embedded Elasticsearch: repeated starts, error messages, and kills while articles are indexed.

Tests of newsdesk.local.elasticsearch.
"""

import dataclasses
import queue
import socket
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from newsdesk.errors import SetupError, Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import Retry, open_client
from newsdesk.index.sink import index_articles
from newsdesk.local import elasticsearch as embedded
from newsdesk.local import run, seed_site
from newsdesk.local.elasticsearch import RunningElasticsearch
from newsdesk.records import Outcome
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, embedded_elasticsearch_file
from samples import NOW, numbered
from stack.desk import PATIENCE_SECONDS, everything_in
from stack.elasticsearch import compile_little, free_port


def quiet(_line: str) -> None:
    pass


def on_port(settings: Settings, home: Path, port: int, **local: object) -> Settings:
    return dataclasses.replace(
        settings,
        home=settings.home.model_copy(update={"home": home}),
        local=settings.local.model_copy(update={"elasticsearch_port": port, **local}),
    )


def processes_of(home: Path) -> list[psutil.Process]:
    return embedded._processes(home / "elasticsearch")


@pytest.fixture
def own_settings(stack_settings: Settings, stack_home: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    home = stack_home / request.node.name[:40]
    home.mkdir(mode=0o755)
    compile_little(home)
    settings = on_port(stack_settings, home, free_port())
    yield settings
    embedded.stop(settings)


@pytest.mark.usefixtures("elasticsearch_server")
def test_a_second_start_uses_the_running_server(stack_settings: Settings) -> None:
    before = set(processes_of(stack_settings.home.home))
    told: list[str] = []
    first, second = embedded.start(stack_settings, told.append), embedded.start(stack_settings, told.append)
    assert first == second
    assert told == [f"Elasticsearch is running already: {first.url}"] * 2
    assert set(processes_of(stack_settings.home.home)) == before


def test_only_the_owner_can_read_the_login(stack_settings: Settings, elasticsearch_server: RunningElasticsearch) -> None:
    file = embedded_elasticsearch_file(stack_settings.home.home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert elasticsearch_server.password in file.read_text()
    assert elasticsearch_server.password not in (stack_settings.home.home / "elasticsearch/logs/console.log").read_text()


def test_the_launcher_leaves_its_temporary_files_in_the_home(elasticsearch_server: RunningElasticsearch) -> None:
    assert list((elasticsearch_server.root / "tmp").glob("final-flags*"))


def test_the_server_listens_on_loopback_only(elasticsearch_server: RunningElasticsearch) -> None:
    listening = {
        connection.laddr.ip
        for process in processes_of(elasticsearch_server.root.parent)
        for connection in process.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_a_wrong_password_names_the_setting(elasticsearch_settings: ElasticsearchSettings) -> None:
    wrong = elasticsearch_settings.model_copy(update={"password": SecretStr("wrong")})
    with pytest.raises(SetupError, match="NEWSDESK_ELASTICSEARCH_PASSWORD"), open_client(wrong) as es:
        es.cluster.health()


def test_a_port_in_use_is_reported_and_nothing_starts(own_settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_settings.local.elasticsearch_port))
        taken.listen()
        with pytest.raises(SetupError, match=f"port {own_settings.local.elasticsearch_port}, which Elasticsearch needs, is in use"):
            embedded.start(own_settings, quiet)
    assert processes_of(own_settings.home.home) == []


def test_a_full_disk_is_reported_and_nothing_starts(own_settings: Settings) -> None:
    full = on_port(own_settings, own_settings.home.home, own_settings.local.elasticsearch_port, elasticsearch_minimum_free_bytes=10**18)
    with pytest.raises(SetupError, match="MB of free space"):
        embedded.start(full, quiet)
    assert processes_of(own_settings.home.home) == []


def test_a_server_that_fails_to_start_shows_its_log_and_leaves_no_process(own_settings: Settings) -> None:
    tiny = on_port(own_settings, own_settings.home.home, own_settings.local.elasticsearch_port, elasticsearch_heap="1m")
    with pytest.raises(SetupError, match="ended with code"):
        embedded.start(tiny, quiet)
    assert processes_of(own_settings.home.home) == []


def test_servers_that_were_killed_are_started_again_and_running_ones_are_left_alone(own_settings: Settings) -> None:
    home = own_settings.home.home
    settings = on_port(own_settings, home, own_settings.local.elasticsearch_port, seed_site_port=free_port())
    server = embedded.start(settings, quiet)
    seed_site.start(settings)
    told: list[str] = []
    try:
        run.start_again(settings, report=told.append)
        assert told == []
        embedded.kill(settings)
        seed_site.service(settings).stop()
        run.start_again(settings, report=told.append)
        assert told[:2] == ["the seed site has ended and is started again", "Elasticsearch has ended and is started again"]
        with open_client(ElasticsearchSettings(url=server.url, username=server.username, password=SecretStr(server.password))) as es:
            assert es.cluster.health()["status"] in ("green", "yellow")
        assert seed_site.service(settings).processes()
    finally:
        seed_site.service(settings).stop()


def test_every_article_is_indexed_once_although_the_server_is_killed_repeatedly(own_settings: Settings) -> None:
    server = embedded.start(own_settings, quiet)
    reached = ElasticsearchSettings(url=server.url, username=server.username, password=SecretStr(server.password))
    index = IndexSettings(bulk_documents=50)
    articles = [numbered(number) for number in range(1_500)]
    ended: queue.Queue[Outcome] = queue.Queue()
    is_up = threading.Event()
    is_up.set()

    def write() -> list[Outcome]:
        outcomes = []
        patient = Retry(retries=10_000, sleep=lambda _seconds: is_up.wait(PATIENCE_SECONDS))
        with open_client(reached) as es:
            set_up(es, index, now=NOW)
            for outcome in index_articles(es, articles, index, now=NOW, retry=patient):
                ended.put(outcome)
                outcomes.append(outcome)
        return outcomes

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        for _kill in range(2):
            for _outcome in range(300):
                ended.get(timeout=PATIENCE_SECONDS)
            is_up.clear()
            for process in processes_of(own_settings.home.home):
                process.kill()
            embedded.start(own_settings, quiet)
            is_up.set()
        assert [outcome.status for outcome in writer.result(timeout=PATIENCE_SECONDS)] == [Status.CREATED] * len(articles)
    with open_client(reached) as es:
        assert len(everything_in(es, names(index).articles)) == len(articles)
        assert {outcome.status for outcome in index_articles(es, articles, index, now=NOW)} == {Status.UNCHANGED}
    assert embedded.stop(own_settings)
    assert processes_of(own_settings.home.home) == []

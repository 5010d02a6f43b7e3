"""The files of the embedded Elasticsearch: invalid ones are refused, and no incomplete ones remain."""

import dataclasses
from pathlib import Path

import pytest
import requests

from newsdesk.errors import SetupError
from newsdesk.local.distribution import install, refuse_full_disk
from newsdesk.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    jdk = tmp_path / "jdk"
    (jdk / "bin").mkdir(parents=True)
    for program in ("java", "javac", "jar", "jdb", "jlink"):
        (jdk / "bin" / program).touch(mode=0o755)
    (jdk / "release").write_text('JAVA_VERSION="25"\n')
    found = load()
    return dataclasses.replace(
        found,
        home=found.home.model_copy(update={"cache": tmp_path / "cache"}),
        local=found.local.model_copy(update={"es_java_home": jdk}),
    )


def quiet(_line: str) -> None:
    pass


def test_a_file_that_is_not_the_known_one_is_fetched_once_more_and_then_refused(settings: Settings, tmp_path: Path) -> None:
    fetched: list[Path] = []

    def resolve() -> Path:
        fetched.append(tmp_path / "elasticsearch.zip")
        fetched[-1].write_bytes(b"something else")
        return fetched[-1]

    with pytest.raises(SetupError, match="has a wrong checksum"):
        install(settings, quiet, resolve=resolve)
    assert len(fetched) == 2
    assert not fetched[0].exists(), "the next try would find the wrong file again"
    assert [path.name for path in settings.home.cache.iterdir()] == [".elasticsearch.lock"]


def test_no_network_names_the_way_around_it(settings: Settings) -> None:
    def resolve() -> Path:
        raise RuntimeError("no route to host")

    with pytest.raises(SetupError, match=r"no route to host.*ELASTICSEARCH_URL"):
        install(settings, quiet, resolve=resolve)


def test_a_host_that_is_not_reached_is_named_in_few_words(settings: Settings) -> None:
    def resolve() -> Path:
        request = requests.Request("GET", "https://maven.example/elasticsearch.zip").prepare()
        raise requests.ConnectionError("HTTPSConnectionPool(...): Max retries exceeded with url: /elasticsearch.zip", request=request)

    with pytest.raises(SetupError, match=r"from Maven Central: maven\.example cannot be reached\. Check the network"):
        install(settings, quiet, resolve=resolve)


def test_a_cache_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    blocked = dataclasses.replace(settings, home=settings.home.model_copy(update={"cache": tmp_path / "file" / "cache"}))
    with pytest.raises(SetupError, match="NEWSDESK_CACHE"):
        install(blocked, quiet)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"1000000000000 MB are needed"):
        refuse_full_disk(tmp_path, 10**18)

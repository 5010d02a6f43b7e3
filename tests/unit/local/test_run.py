"""Steps and checks of `newsdesk run`. A complete run: tests/stack."""

import os

import pytest

from newsdesk.local import run
from newsdesk.search.queries import SearchQuery
from newsdesk.topics.saved import list_topics, remove_topic, save_topic
from samples import NOW


@pytest.mark.parametrize(("shared", "mode"), [(False, 0o700), (True, 0o711)])
def test_others_can_read_nothing_in_the_home(tmp_path, shared, mode):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "state.db").touch(mode=0o644)
    before = os.umask(0o022)
    with run._private_files(tmp_path, shared=shared):
        (tmp_path / "airflow").mkdir()
        (tmp_path / "airflow/airflow.db").touch()
    assert os.umask(before) == 0o022
    assert tmp_path.stat().st_mode & 0o777 == mode
    assert not [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077]


def test_a_new_home_starts_with_topics_and_one_that_has_some_keeps_its_own(engine):
    run._save_seed_topics(engine)
    seeds = list_topics(engine)
    assert len(seeds) >= 2
    assert all(topic.is_shared for topic in seeds)
    for topic in seeds:
        remove_topic(engine, topic)
    save_topic(engine, "Ports", SearchQuery(text="harbour"), now=NOW)
    run._save_seed_topics(engine)
    assert [topic.name for topic in list_topics(engine)] == ["Ports"]

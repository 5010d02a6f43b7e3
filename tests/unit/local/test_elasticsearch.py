"""The user of the embedded Elasticsearch. Starts, stops and kills of a real one: tests/stack/test_embedded_elasticsearch.py."""

import os
import threading

import pytest

from newsdesk.local.distribution import locked
from newsdesk.local.elasticsearch import USER, server_user


@pytest.mark.skipif(os.geteuid() != 0, reason="only root creates a user")
def test_two_first_starts_create_the_user_one_after_the_other(tmp_path):
    users = []
    second = threading.Thread(target=lambda: users.append(server_user(tmp_path)))
    with locked(tmp_path / ".user.lock"):
        second.start()
        second.join(0.3)
        assert second.is_alive()
    second.join()
    assert users == [USER]


@pytest.mark.skipif(os.geteuid() == 0, reason="root is refused by Elasticsearch")
def test_elasticsearch_runs_as_the_user_of_newsdesk(tmp_path):
    assert server_user(tmp_path) is None

"""`newsdesk status` with services that do not respond."""

import json

import pytest
from click.testing import CliRunner

from newsdesk.cli.status import status


@pytest.fixture
def nothing_is_up(monkeypatch, tmp_path):
    """A home whose database cannot be opened, without Elasticsearch and Airflow."""
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    (tmp_path / "state.db").mkdir()


@pytest.mark.usefixtures("nothing_is_up")
def test_what_is_not_known_is_not_called_none():
    done = CliRunner().invoke(status)
    assert done.exit_code == 1
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert told["feeds"] == "unknown"
    assert "cannot be used" in told["database"]
    assert {"Elasticsearch", "Airflow"} < set(told)


@pytest.mark.usefixtures("nothing_is_up")
def test_as_json_it_is_one_object_all_the_same():
    done = CliRunner().invoke(status, ["--json"])
    assert done.exit_code == 1
    assert set(json.loads(done.stdout)["errors"]) == {"database", "Elasticsearch", "Airflow"}

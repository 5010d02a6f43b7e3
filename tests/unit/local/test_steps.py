"""The lines that `newsdesk run` prints about its steps."""

import re

import pytest

from newsdesk.local.steps import Steps


@pytest.fixture
def lines():
    return []


def test_a_step_prints_its_start_its_progress_and_its_duration(lines):
    with Steps(lines.append).step("Elasticsearch") as report:
        report("downloading")
    assert lines[:2] == ["▸ Elasticsearch", "    downloading"]
    assert re.fullmatch(r"✓ Elasticsearch  \(\d+\.\d s\)", lines[2])


def test_a_failed_step_is_not_marked_as_done(lines):
    with pytest.raises(OSError), Steps(lines.append).step("Elasticsearch"):
        raise OSError("no space left")
    assert lines == ["▸ Elasticsearch"]


def test_the_duration_of_all_steps_grows():
    steps = Steps(lambda _line: None)
    first = steps.seconds
    assert 0 <= first <= steps.seconds

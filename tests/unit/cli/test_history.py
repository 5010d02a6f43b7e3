"""`newsdesk history warc --start`: the days that are passed to Airflow."""

import contextlib
import io
import json

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from airflow_in_memory import Airflow
from captures import page
from newsdesk.cli.history import history
from newsdesk.errors import Stage, Status
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import write_outcomes

DAYS = ("2026-11-20", "2026-11-21")
STORY = page("Harbour opens its second basin", "The harbour of Marlow opened a second basin on Monday after the busiest week in years.")


@pytest.fixture
def airflow():
    """An Airflow whose runs end at once."""
    return Airflow(is_prompt=True)


@pytest.fixture
def load(airflow, home):
    """load(*days): the output of `newsdesk history warc --start` for a file with a page of each of these days."""

    def run(*days, options=("--start",)):
        (home / "a.warc.gz").write_bytes(warc(days))
        arguments = ["warc", str(home / "a.warc.gz"), "--from", DAYS[0], "--to", DAYS[1], *options]
        done = CliRunner().invoke(history, arguments, obj=lambda _settings: contextlib.nullcontext(airflow))
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def warc(days):
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    for day in days:
        about = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        moment = {"WARC-Date": f"{day}T09:00:00Z"}
        writer.write_record(
            writer.create_warc_record(
                f"https://example.org/{day}", "response", payload=io.BytesIO(STORY), http_headers=about, warc_headers_dict=moment
            )
        )
    return file.getvalue()


def came_through(archive, day, *stages):
    """Record that the page of the day succeeded at these stages."""
    ends = {Stage.ENRICH: Status.ENRICHED, Stage.INDEX: Status.CREATED}
    for stage in stages:
        write_outcomes(archive, day, stage, "a", [Outcome(stage=stage, id=day, status=ends[stage])])


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path / "data"))


def started(airflow):
    """The days of the runs that were started."""
    return tuple(run.partition_key for run in airflow.made.values())


def test_the_days_of_new_captures_are_started_with_what_is_missing_in_them(load, airflow):
    load(*DAYS)
    assert started(airflow) == DAYS
    assert [(run.dag_id, run.conf) for run in airflow.made.values()] == [("newsdesk_enrich", {"only": "missing"})] * 2


@pytest.mark.parametrize("stages", [(), (Stage.ENRICH,)], ids=["captured only", "not indexed"])
def test_a_day_that_an_earlier_loading_left_unfinished_is_started_too(load, airflow, archive, stages):
    load(DAYS[0], options=())
    came_through(archive, DAYS[0], *stages)
    load(*DAYS)
    assert started(airflow) == DAYS


def test_a_day_that_came_as_far_as_the_index_is_left_alone(load, airflow, archive):
    load(DAYS[0], options=())
    came_through(archive, DAYS[0], Stage.ENRICH, Stage.INDEX)
    assert "nothing to enrich and index" in load(DAYS[0])
    assert started(airflow) == ()
    load(*DAYS)
    assert started(airflow) == DAYS[1:]


def test_json_stays_one_object_a_file_whatever_is_started(load, archive):
    (told,) = map(json.loads, load(DAYS[0], options=("--start", "--json")).splitlines())
    assert (told["captured"], told["known_days"]) == (1, {})
    came_through(archive, DAYS[0], Stage.ENRICH, Stage.INDEX)
    (told,) = map(json.loads, load(DAYS[0], options=("--start", "--json")).splitlines())
    assert (told["captured"], told["known_days"]) == (0, {DAYS[0]: 1})


@pytest.mark.parametrize("days", [("0001-01-01", "2026-11-20"), ("2026-11-20", "9999-12-31"), ("2026-11-20", "2999-01-01")])
@pytest.mark.parametrize("command", [["load"], ["warc", "a.warc.gz"]])
def test_a_day_that_has_no_pages_is_refused_at_once(command, days):
    done = CliRunner().invoke(history, [*command, "--from", days[0], "--to", days[1]])
    assert done.exit_code == 2
    assert "is not a day between 1990-01-01 and today" in done.output

"""Topics in the state database, and saved searches of earlier versions that become topics."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from newsdesk.database import MIGRATIONS, open_database
from newsdesk.errors import BadRequest, SetupError
from newsdesk.records import Verdict
from newsdesk.search.queries import SearchQuery
from newsdesk.topics.saved import change_topic, list_topics, read_topic, remove_topic, save_topic

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 101, "\u202ename"])
def test_a_topic_is_not_saved_under_what_is_no_name(engine, name):
    with pytest.raises(BadRequest, match="not a name for a topic"):
        save_topic(engine, name, SearchQuery(text="plan"), now=NOW)
    assert list_topics(engine) == []


def test_a_query_that_cannot_be_asked_is_refused(engine):
    with pytest.raises(BadRequest):
        save_topic(engine, "mine", SearchQuery(text="verdict:garbeld"), now=NOW)
    assert list_topics(engine) == []


def test_a_topic_comes_back_and_the_last_of_a_name_counts(engine):
    query = SearchQuery(text="plan", verdict=Verdict.GARBLED, since=NOW, size=50)
    first = save_topic(engine, "mine", SearchQuery(text="old"), now=NOW)
    assert save_topic(engine, "mine", query, now=LATER).id == first.id
    (kept,) = list_topics(engine)
    assert (kept.query, kept.changed_at, kept.is_shared) == (query, LATER, True)
    remove_topic(engine, kept)
    with pytest.raises(SetupError, match="there is no topic mine"):
        read_topic(engine, "mine")


def test_users_may_have_topics_of_the_same_name_and_see_shared_ones(engine):
    for owner, is_shared in (("ines", False), ("omar", True), ("", True)):
        save_topic(engine, "ports", SearchQuery(text="harbour"), owner=owner, is_shared=is_shared, now=NOW)
    assert [topic.owner for topic in list_topics(engine, user="ines")] == ["", "ines", "omar"]
    assert [topic.owner for topic in list_topics(engine, user="maud")] == ["", "omar"]
    assert read_topic(engine, "ports").owner == ""
    assert read_topic(engine, "ports", owner="omar").owner == "omar"


def test_a_name_that_several_users_have_is_refused_with_their_names(engine):
    for owner in ("omar", "ines"):
        save_topic(engine, "ports", SearchQuery(text="harbour"), owner=owner, now=NOW)
    with pytest.raises(SetupError, match="--owner: ines, omar"):
        read_topic(engine, "ports")


def test_another_name_leaves_the_list_as_it_is_and_another_query_begins_anew(engine):
    topic = save_topic(engine, "ports", SearchQuery(text="harbour"), now=NOW)
    renamed = change_topic(engine, topic, name="harbours", query=topic.query, is_shared=False, now=LATER)
    assert (renamed.name, renamed.is_shared, renamed.changed_at) == ("harbours", False, NOW)
    asked = change_topic(engine, renamed, name="harbours", query=SearchQuery(text="quay"), is_shared=False, now=LATER)
    assert (asked.query.text, asked.changed_at, asked.filled_at) == ("quay", LATER, None)


def test_a_name_that_is_taken_is_refused(engine):
    topic = save_topic(engine, "ports", SearchQuery(text="harbour"), now=NOW)
    save_topic(engine, "rail", SearchQuery(text="train"), now=NOW)
    with pytest.raises(BadRequest, match="There is already a topic rail"):
        change_topic(engine, topic, name="rail", query=topic.query, is_shared=True, now=NOW)


def test_saved_searches_of_earlier_versions_become_shared_topics(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/old.db"
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        row = {"query": '{"text": "plan", "verdict": "garbled", "size": 50}', "saved_at": "2026-11-24 12:00:00"}
        connection.execute(sa.text("INSERT INTO saved_searches VALUES ('mine', :query, :saved_at)"), row)
    engine.dispose()
    with open_database(url) as engine:
        (topic,) = list_topics(engine)
    assert (topic.name, topic.owner, topic.is_shared, topic.changed_at) == ("mine", "", True, NOW)
    assert topic.query == SearchQuery(text="plan", verdict=Verdict.GARBLED, size=50)

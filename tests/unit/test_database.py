"""A copy of the state database that is whole, although others write to it."""

import pytest
import sqlalchemy as sa

from newsdesk.database import copy_sqlite, open_database
from newsdesk.errors import SetupError
from newsdesk.fetch.state import add_feed, export_outlines


def test_a_copy_holds_what_is_committed_and_nothing_else(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url) as engine:
        add_feed(engine, "https://example.org/feed.xml")
        with engine.begin() as writing:
            writing.execute(sa.text("update feeds set title = 'unfinished'"))
            copy_sqlite(url, tmp_path / "copy.db")
    with open_database(f"sqlite:///{tmp_path}/copy.db") as engine:
        (outline,) = export_outlines(engine)
        assert (outline.url, outline.title) == ("https://example.org/feed.xml", "")


def test_a_copy_is_for_its_owner_alone(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url):
        copy_sqlite(url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url):
        for target in (tmp_path / "state.db", tmp_path / "no" / "folder.db"):
            with pytest.raises(SetupError, match="cannot be written"):
                copy_sqlite(url, target)


def test_another_database_is_copied_by_its_own_tools(tmp_path):
    with pytest.raises(SetupError, match="pg_dump"):
        copy_sqlite("postgresql+psycopg2://newsdesk@postgres/newsdesk", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(SetupError, match="there is no state database"):
        copy_sqlite(f"sqlite:///{tmp_path}/state.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []

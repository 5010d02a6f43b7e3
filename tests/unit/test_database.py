"""Consistent copies of an SQLite state database.

Tests of newsdesk.migrations.env and newsdesk.migrations.versions.
"""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from newsdesk.database import copy_sqlite, open_database
from newsdesk.errors import SetupError
from newsdesk.fetch.state import add_feed, export_outlines


def test_a_copy_contains_committed_data_only(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url) as engine:
        add_feed(engine, "https://example.org/feed.xml")
        with engine.begin() as writing:
            writing.execute(sa.text("update feeds set title = 'unfinished'"))
            copy_sqlite(url, tmp_path / "copy.db")
    with open_database(f"sqlite:///{tmp_path}/copy.db") as engine:
        (outline,) = export_outlines(engine)
        assert (outline.url, outline.title) == ("https://example.org/feed.xml", "")


def test_only_the_owner_can_read_a_copy(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url):
        copy_sqlite(url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_not_overwritten(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url):
        for target in (tmp_path / "state.db", tmp_path / "no" / "folder.db"):
            with pytest.raises(SetupError, match="cannot be written"):
                copy_sqlite(url, target)


def test_a_postgres_database_is_refused_with_a_pointer_to_pg_dump(tmp_path):
    with pytest.raises(SetupError, match="pg_dump"):
        copy_sqlite("postgresql+psycopg2://newsdesk@postgres/newsdesk", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_missing_database_is_not_created(tmp_path):
    with pytest.raises(SetupError, match="there is no state database"):
        copy_sqlite(f"sqlite:///{tmp_path}/state.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4000], ids=["text", "damaged"])
def test_a_damaged_database_is_reported_in_one_line_with_the_remedy(tmp_path, content):
    file = tmp_path / "state.db"
    file.write_bytes(content)
    with pytest.raises(SetupError, match=f"{file} is damaged.*newsdesk state rebuild"), open_database(f"sqlite:///{file}"):
        pass
    with pytest.raises(SetupError, match="is damaged"):
        copy_sqlite(f"sqlite:///{file}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_truncated_database_is_reported(tmp_path):
    url = f"sqlite:///{tmp_path}/state.db"
    with open_database(url) as engine:
        for number in range(300):
            add_feed(engine, f"https://example.org/{number}.xml")
    file = tmp_path / "state.db"
    file.write_bytes(file.read_bytes()[:-8192])
    with pytest.raises(SetupError, match="is damaged"), open_database(url) as engine:
        export_outlines(engine)


def test_only_the_owner_can_read_the_database_and_its_folder(tmp_path):
    with open_database(f"sqlite:///{tmp_path}/home/state.db") as engine:
        add_feed(engine, "https://example.org/feed.xml")
        files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir()}
    assert set(files.values()) == {0o600}
    assert "state.db-wal" in files
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


KILLED_WHILE_MIGRATING = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from newsdesk.database import open_database

seen = 0

@event.listens_for(Engine, "after_cursor_execute")
def count(conn, cursor, statement, *_):
    global seen
    seen += statement.lstrip().upper().startswith(("CREATE", "ALTER"))
    if seen == int(sys.argv[2]):
        os._exit(9)

with open_database(sys.argv[1]):
    pass
"""


@pytest.mark.parametrize("statements", [1, 3, 12])
def test_a_process_killed_while_it_migrates_leaves_nothing_half_done(tmp_path, statements):
    url = f"sqlite:///{tmp_path}/state.db"
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_MIGRATING, url, str(statements)], capture_output=True, check=False)
    assert killed.returncode == 9
    with open_database(url) as engine:
        assert "topics" in sa.inspect(engine).get_table_names()


@pytest.mark.parametrize(
    "url",
    ["state", "foo://x/y", "mysql+nodriver://ann:sesame@h/x", "postgresql+psycopg2://ann:sesame@host:port/x"],
    ids=["no URL", "no database", "no driver", "no port"],
)
def test_a_url_that_cannot_be_used_is_one_line_without_its_password(url):
    with pytest.raises(SetupError, match=r"^NEWSDESK_DATABASE_URL cannot be used: ") as error, open_database(url):
        pass
    assert not any(part in str(error.value) for part in ("\n", "sesame"))


def test_a_folder_that_cannot_be_created_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="cannot be created: "), open_database(f"sqlite:///{tmp_path}/file/state.db"):
        pass

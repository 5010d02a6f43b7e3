import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom
from fakeweb.postgres import Postgres, find_binaries, run_postgres
from fakeweb.server import FakeWeb
from fakeweb.sites import SITES
from newsdesk.database import open_database


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb(SITES) as web:
        yield web


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no Postgres here: initdb is neither on the PATH nor in /usr/lib/postgresql (Debian: apt-get install postgresql)")
    with run_postgres(binaries) as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest, migrated_state: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database; of SQLite and Postgres in turn if a test is marked with `ON_BOTH_DATABASES`."""
    if getattr(request, "param", "sqlite") == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return server.new_database()
    shutil.copy(migrated_state, tmp_path / "state.db")
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    with open_database(database_url) as engine:
        yield engine


@pytest.fixture
def newsroom(web: FakeWeb, engine: sa.Engine, tmp_path: Path) -> Newsroom:
    return Newsroom(web, engine, tmp_path / "data")


@pytest.fixture
def subscribed(newsroom: Newsroom) -> Callable[..., Newsroom]:
    def subscribe(*sites: str, **settings: object) -> Newsroom:
        newsroom.change(**settings)
        newsroom.subscribe(*sites)
        return newsroom

    return subscribe

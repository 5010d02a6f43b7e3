from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom
from fakeweb.server import FakeWeb
from fakeweb.sites import SITES
from newsdesk.database import open_database


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb(SITES) as web:
        yield web


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
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

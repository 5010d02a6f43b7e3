"""Runs one shard in a separate process, which can kill itself at a given point.

The processes are forks of one that has imported what they need, and has no thread and no connection.
"""

import datetime as dt
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess

from newsdesk.database import open_database
from newsdesk.fetch.shard import Shard, fetch_shard
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive, NewFile

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["newsdesk.database", "newsdesk.fetch.shard"])


def start(**task: object) -> BaseProcess:
    """Start a process that runs a shard: start(database=..., data=..., partition=..., shard=(0, 1), settings={...}, die="after .json")."""
    process = FORKS.Process(target=_run, args=(task,), daemon=True)
    process.start()
    return process


class MortalArchive(Archive):
    """Kills its process before or after a file of this kind is renamed."""

    def __init__(self, data_url: str, die: str) -> None:
        super().__init__(data_url)
        self._when, _, self._suffix = die.partition(" ")

    def create(self, path: str) -> NewFile:
        new = super().create(path)
        if self._suffix and path.endswith(self._suffix):
            new.commit = self._dying(new)  # type: ignore[method-assign]
        return new

    def _dying(self, new: NewFile) -> Callable[[], None]:
        commit = new.commit

        def dying_commit() -> None:
            if self._when == "after":
                commit()
            else:
                new.file.flush()
            os.kill(os.getpid(), signal.SIGKILL)

        return dying_commit


async def resolve(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def _run(task: dict) -> None:  # type: ignore[type-arg]
    with open_database(task["database"]) as engine:
        fetch_shard(
            Shard(*task["shard"]),
            task["partition"],
            archive=MortalArchive(task["data"], task.get("die", "")),
            engine=engine,
            settings=FetchSettings(**task["settings"]),
            now=lambda: dt.datetime.now(dt.UTC),
            resolve=resolve,
        )

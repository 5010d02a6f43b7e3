"""Runs one shard in a separate process, which can kill itself at a given point.

python worker.py '{"database": ..., "data": ..., "partition": ..., "shard": [0, 1], "settings": {...}, "die": "after .warc.gz"}'
"""

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence

from newsdesk.database import open_database
from newsdesk.fetch.shard import Shard, fetch_shard
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive, NewFile


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


def main(task: dict) -> None:  # type: ignore[type-arg]
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


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

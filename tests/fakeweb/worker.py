"""One shard in a process of its own, which may be told where to die.

python worker.py '{"database": ..., "data": ..., "partition": ..., "shard": [0, 1], "settings": {...}, "die": "after .warc.gz"}'
"""

import contextlib
import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import IO

from newsdesk.database import open_database
from newsdesk.fetch.shard import Shard, fetch_shard
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive


class MortalArchive(Archive):
    """Kills its process before or after a file of this kind gets its name."""

    def __init__(self, data_url: str, die: str) -> None:
        super().__init__(data_url)
        self._when, _, self._suffix = die.partition(" ")

    @contextlib.contextmanager
    def write_atomically(self, path: str) -> Iterator[IO[bytes]]:
        dies = bool(self._suffix) and path.endswith(self._suffix)
        with super().write_atomically(path) as file:
            yield file
            if dies and self._when == "before":
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        if dies and self._when == "after":
            os.kill(os.getpid(), signal.SIGKILL)


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

"""Servers that outlive a command: started in their own process group, found again by a mark, stopped as a whole.

The mark stands in the environment of the server and of all that it starts. A file with process ids would be missing
after a kill at the wrong moment, and could name somebody else's process after a restart of the machine. A process that
gives itself another title writes over its environment (Airflow's web server does): it is known by its session, which it
shares with those that bear the mark.

    <home>/logs/<name>.log    what the server prints
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from newsdesk.errors import SetupError

STOP_GRACE_SECONDS = 10.0
"""How long a server may take to stop by itself. Airflow's components took up to 6 s here; a task at work may take longer, and
loses nothing when it is killed."""

MARK = "NEWSDESK_SERVICE"


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def mark(self) -> str:
        return f"{self.name}@{self.home}"

    def processes(self) -> list[psutil.Process]:
        """The running processes of this server, whoever started it."""
        running = [(process, _session_of(process)) for process in psutil.process_iter()]
        sessions = {session for process, session in running if _mark_of(process) == self.mark}
        return [process for process, session in running if session and session in sessions]

    def run(self, command: Sequence[str], *, environment: Mapping[str, str]) -> int:
        """Runs a command of the server to its end; gives its exit status."""
        return self.start(command, environment=environment).wait()

    def start(self, command: Sequence[str], *, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Starts the server, or a part of it, in a session of its own, its output going to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output, uninterrupted():
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, MARK: self.mark},
                start_new_session=True,
            )

    def stop(self, *, grace_seconds: float = STOP_GRACE_SECONDS) -> bool:
        """Ends the server and all it started; False where none was running."""
        if not (family := self.processes()):
            return False
        alive = end_processes(family, signal.SIGTERM, seconds=grace_seconds)
        # What was started in the meantime is met here too, and what has lost its last sibling with a mark.
        end_processes({*self.processes(), *alive}, signal.SIGKILL, seconds=grace_seconds)
        return True

    def last_lines(self, count: int = 5) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").strip().split("\n")
        return "\n".join(lines[-count:])


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that would end this program wait until the block has ended: a child that nobody knows would stay."""
    waiting: list[int] = []

    def keep(number: int, _frame: FrameType | None) -> None:
        waiting.append(number)

    before = {number: signal.signal(number, keep) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in waiting:
            signal.raise_signal(late)


def _mark_of(process: psutil.Process) -> str | None:
    with contextlib.suppress(psutil.Error):
        return str(process.environ().get(MARK)) if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def _session_of(process: psutil.Process) -> int | None:
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        return os.getsid(process.pid) if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def end_processes(processes: Iterable[psutil.Process], number: signal.Signals, *, seconds: float) -> list[psutil.Process]:
    """Signals the processes and gives those that are at work even so many seconds later."""
    alive = list(processes)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    deadline = time.monotonic() + seconds
    while alive and time.monotonic() < deadline:
        _, alive = psutil.wait_procs(alive, timeout=0.1)
        # What has ended under a parent that takes no note of it would be waited for in vain.
        alive = [process for process in alive if not _is_zombie(process)]
    return alive


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def require_free_port(port: int, *, what: str, setting: str) -> None:
    """Raises SetupError where something else listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"port {port}, which {what} needs, is in use",
                f"Stop what listens there (`make stop` if it is newsdesk), or set {setting} to another port",
            ) from error


def inherited_environment() -> dict[str, str]:
    """A copy of this process's environment, for a server to start with."""
    return dict(os.environ)

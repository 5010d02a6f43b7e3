"""Starts servers in their own sessions, finds their processes by a mark, and stops them.

The mark is a variable in the environment of the server and of its child processes. A file with process ids could be missing after a
kill, and could contain ids of unrelated processes after a restart of the machine. A process that changes its title overwrites its
environment, as Airflow's web server does; it is found by its session, which it shares with processes that have the mark.

    <home>/logs/<name>.log    output of the server
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
"""Time for a server to stop before it is killed. Airflow's components take up to 6 s; running tasks can be killed without loss."""

MARK = "NEWSDESK_SERVICE"


@dataclass(frozen=True, slots=True)
class Service:
    """A server of a home, which may be running."""

    name: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def mark(self) -> str:
        return f"{self.name}@{self.home}"

    def processes(self) -> list[psutil.Process]:
        """Return the running processes of this server, whichever command started it."""
        running = [(process, _session_of(process)) for process in psutil.process_iter()]
        sessions = {session for process, session in running if _mark_of(process) == self.mark}
        return [process for process, session in running if session and session in sessions]

    def run(self, command: Sequence[str], *, environment: Mapping[str, str]) -> int:
        """Run a command of the server and return its exit status."""
        return self.start(command, environment=environment).wait()

    def start(self, command: Sequence[str], *, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Start the server, or a part of it, in a new session, with its output in the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output, uninterrupted():
            started = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, MARK: self.mark},
                start_new_session=True,
            )
        _await_environment(started)
        return started

    def stop(self, *, grace_seconds: float = STOP_GRACE_SECONDS) -> bool:
        """Stop the server and its child processes; return False if it was not running."""
        if not (family := self.processes()):
            return False
        alive = end_processes(family, signal.SIGTERM, seconds=grace_seconds)
        # Includes processes that were started in the meantime, and those whose marked siblings have ended.
        end_processes({*self.processes(), *alive}, signal.SIGKILL, seconds=grace_seconds)
        return True

    def last_lines(self, count: int = 5) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").strip().split("\n")
        return "\n".join(lines[-count:])


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay signals that end this program until the end of the block, so that no started child is left behind unknown."""
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


def _await_environment(started: "subprocess.Popen[bytes]") -> None:
    """Wait until the mark of a started process can be read: the kernel shows the environment a moment after Popen has returned."""
    environment = Path(f"/proc/{started.pid}/environ")
    with contextlib.suppress(OSError):
        while started.poll() is None and not environment.read_bytes():
            os.sched_yield()


def _mark_of(process: psutil.Process) -> str | None:
    with contextlib.suppress(psutil.Error):
        return str(process.environ().get(MARK)) if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def _session_of(process: psutil.Process) -> int | None:
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        return os.getsid(process.pid) if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def end_processes(processes: Iterable[psutil.Process], number: signal.Signals, *, seconds: float) -> list[psutil.Process]:
    """Send a signal to the processes; return those that are still running after this time."""
    alive = list(processes)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    deadline = time.monotonic() + seconds
    while alive and time.monotonic() < deadline:
        _, alive = psutil.wait_procs(alive, timeout=0.1)
        # Zombies, whose parents do not reap them, have ended.
        alive = [process for process in alive if not _is_zombie(process)]
    return alive


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def require_free_port(port: int, *, what: str, setting: str) -> None:
    """Raise SetupError if this port of 127.0.0.1 is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"port {port}, which {what} needs, is in use",
                f"Stop the program that uses it (`make stop` if it is newsdesk), or set {setting} to another port",
            ) from error


def inherited_environment() -> dict[str, str]:
    """Return a copy of this process's environment."""
    return dict(os.environ)

"""Servers that outlive a command: started in their own process group, remembered, and stopped as a whole.

<home>/run/<name>.json    process id and its time of creation, so that a recycled id is never taken for ours
<home>/logs/<name>.log    what the server prints
"""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from newsdesk.errors import SetupError

STOP_GRACE_SECONDS = 20.0
"""How long a server may take to stop by itself. Airflow's components took up to 6 s here, Elasticsearch 3 s."""


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def record(self) -> Path:
        return self.home / "run" / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """The running process that was started under this name, or None."""
        try:
            known = json.loads(self.record.read_text())
            process = psutil.Process(known["pid"])
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        is_ours = abs(process.create_time() - known["created"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
        return process if is_ours else None

    def start(self, command: Sequence[str], *, environment: Mapping[str, str], user: str | None = None) -> None:
        """Starts the server in a session of its own, its output going to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.record.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            started = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                user=user,
                start_new_session=True,
            )
        try:
            self.record.write_text(json.dumps({"pid": started.pid, "created": psutil.Process(started.pid).create_time()}))
        except BaseException:
            # Nobody would find it again: a Ctrl-C may come between its start and its record.
            started.kill()
            raise

    def stop(self, *, grace_seconds: float = STOP_GRACE_SECONDS) -> bool:
        """Ends the server and all it started; False where none was running."""
        process = self.process()
        if process is None:
            self.record.unlink(missing_ok=True)
            return False
        family = [process, *process.children(recursive=True)]
        _signal(family, signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=grace_seconds)
        _signal(alive, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=grace_seconds)
        self.record.unlink(missing_ok=True)
        return True

    def last_lines(self, count: int = 5) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").strip().split("\n")
        return "\n".join(lines[-count:])


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


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

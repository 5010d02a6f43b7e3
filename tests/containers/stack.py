"""The production setup in a copy of the checkout, used like a user would: `make up`, `make down`, the command line."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dotenv
import pytest

from containers.command import CommandFailed, output_of
from containers.engine import Engine
from stack.desk import await_condition

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 1800.0
"""Long enough for a busy machine (a quiet one needs two minutes): the tests do not measure speed."""


@dataclass(frozen=True)
class Container:
    service: str
    id: str
    state: str
    health: str
    exit_code: int


@dataclass(frozen=True)
class Stack:
    folder: Path
    engine: Engine

    def make(self, target: str) -> str:
        command = ["make", target, f"COMPOSE={' '.join(self.engine.compose)}"]
        try:
            return output_of(command, cwd=self.folder, environment=self.engine.environment, seconds=2 * PATIENCE_SECONDS)
        except CommandFailed as error:
            raise AssertionError(f"{error}\n{self.last_words()}") from error

    def compose(self, *words: str, text: str = "", stderr_too: bool = False, seconds: float = PATIENCE_SECONDS) -> str:
        command = [*self.engine.compose, *words]
        environment = self.engine.environment
        return output_of(command, cwd=self.folder, environment=environment, text=text, seconds=seconds, stderr_too=stderr_too)

    def newsdesk(self, *words: str) -> str:
        """The output of newsdesk's command line, run as described in docs/deploy.md."""
        return self.compose("run", "--rm", "--no-TTY", "--quiet-pull", "newsdesk", *words)

    def python(self, program: str) -> Any:
        """Run a Python program in a container with access to data and database; returns the JSON that it prints."""
        return json.loads(self.compose("run", "--rm", "--no-TTY", "--entrypoint", "python", "newsdesk", "-", text=program))

    def containers(self) -> list[Container]:
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        found = [json.loads(line) for line in lines]
        return [Container(each["Service"], each["ID"], each["State"], each["Health"], each["ExitCode"]) for each in found]

    def ids(self) -> dict[str, set[str]]:
        """Map each service to the ids of its containers."""
        found: dict[str, set[str]] = {}
        for container in self.containers():
            found.setdefault(container.service, set()).add(container.id)
        return found

    def problems(self) -> list[str]:
        """One line for each service that is not healthy and each job that has not succeeded."""
        return [
            f"{c.service}: {c.state} {c.health} {c.exit_code}"
            for c in self.containers()
            if (c.state, c.exit_code) != ("exited", 0) and (c.state, c.health) not in (("running", "healthy"), ("running", ""))
        ]

    def last_words(self) -> str:
        """The last log lines of services with problems."""
        names = [problem.partition(":")[0] for problem in self.problems()]
        return self.compose("logs", "--no-color", "--tail", "20", *names, stderr_too=True) if names else ""

    def await_health(self) -> None:
        self.await_condition(lambda: not self.problems(), what="the health of all services")

    def set(self, file: str, **values: str) -> None:
        """Set variables in `.env` or `newsdesk.env`."""
        for name, value in values.items():
            dotenv.set_key(self.folder / file, name, value, quote_mode="never")

    def env(self, name: str) -> str:
        """The value of a variable in `.env`."""
        value = dotenv.get_key(self.folder / ".env", name)
        assert value, f"{name} is not in .env"
        return value

    def inspect(self, container_id: str) -> dict[str, Any]:
        return json.loads(self.engine.docker("inspect", container_id))[0]

    def await_condition(self, condition: Callable[[], object], *, what: str) -> Any:
        try:
            return await_condition(condition, what=what, seconds=PATIENCE_SECONDS)
        except pytest.fail.Exception as error:
            raise AssertionError(f"{error}\n{self.last_words()}") from error

    def remove(self) -> None:
        """Remove containers, networks and volumes."""
        self.compose("--profile", "cli", "down", "--volumes", "--remove-orphans", "--timeout", "20")


def copy_checkout(folder: Path) -> None:
    """Copy the working tree of this checkout, without files that git ignores, such as `.env`."""
    names = output_of(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    listed = "".join(f"{name}\0" for name in names.split("\0") if name and (ROOT / name).exists())
    folder.mkdir(parents=True)
    with subprocess.Popen(
        ["tar", "--create", "--null", "--files-from", "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as packed:
        assert packed.stdin is not None
        packed.stdin.write(listed.encode())
        packed.stdin.close()
        subprocess.run(["tar", "--extract"], cwd=folder, stdin=packed.stdout, check=True)

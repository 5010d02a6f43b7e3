"""Runs programs for the container tests."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class CommandFailed(Exception):
    """A program failed; the message contains its last lines of output."""

    def __init__(self, command: Sequence[str], returncode: int, output: str) -> None:
        super().__init__(f"`{' '.join(command)}` ended with {returncode}:\n{output[-4000:]}")


def output_of(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    text: str = "",
    seconds: float = 600,
    stderr_too: bool = False,
) -> str:
    """The output of a program. Raises CommandFailed, or TimeoutExpired after `seconds`."""
    done = subprocess.run(command, cwd=cwd, env=environment, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise CommandFailed(command, done.returncode, done.stdout + done.stderr)
    return done.stdout + (done.stderr if stderr_too else "")


def succeeds(command: Sequence[str], *, environment: Mapping[str, str] | None = None, seconds: float = 60) -> bool:
    try:
        output_of(command, environment=environment, seconds=seconds)
    except (CommandFailed, FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return True


def own_environment(**more: str) -> dict[str, str]:
    """This process's environment without variables that would redirect Compose."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COMPOSE_")} | more

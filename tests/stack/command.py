"""The `newsdesk` command in a process of its own, a fork of this one: importing takes longer than most commands."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import IO

from newsdesk.cli.main import main

SECONDS = 1800.0


def newsdesk(*arguments: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the command with exactly this environment, and return its status and output."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = multiprocessing.get_context("fork").Process(target=_run, args=(arguments, environment, output, errors))
        process.start()
        process.join(SECONDS)
        process.kill()
        process.join()
        return subprocess.CompletedProcess(arguments, process.exitcode or 0, _text(output), _text(errors))


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], output: IO[str], errors: IO[str]) -> None:
    with open(os.devnull) as nothing:
        for number, file in enumerate((nothing, output, errors)):
            os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = output, errors
    sys.argv = ["newsdesk", *arguments]
    os.environ.clear()
    os.environ.update(environment)
    main()


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()

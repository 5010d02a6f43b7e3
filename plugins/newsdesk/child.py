"""Calls in a child process with a deadline and a memory limit: input that crashes or hangs a parser costs that call alone.

A child is a program of its own, spoken to in pickles over its pipes, each with its length before it. It is no fork: a
daemonic process or one with threads can start it, and it never runs the caller's main module again. When its parent
is gone it reads the end of its input and ends; while it works on a call an alarm ends it soon after the deadline.
"""

import contextlib
import math
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any, ParamSpec, TypeVar

from newsdesk.errors import ArticleRejected, Reason

_LENGTH = struct.Struct(">Q")
_START_SECONDS = 30.0
"""How much longer a child's first call may take: the child imports its libraries first."""
_ANSWER_SECONDS = 10.0
"""How long an answer may take that has begun, and how much later than the deadline the child's own alarm rings."""
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from newsdesk.child import serve; serve()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a call may take. `task` names it in messages ("cleaning the page"), the settings are those that change a limit."""

    task: str
    seconds: float
    memory_bytes: int
    seconds_setting: str
    memory_setting: str


class CallFailed(RuntimeError):
    """The function failed with an error that it does not know: a bug. The message is the error and the child's traceback."""


class Child:
    """One process. `send` and `receive` take turns; a process that failed is replaced by the next `send`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0

    def call(self, function: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        """What the function answers. Raises the ArticleRejected that it raises, ArticleRejected(CRASHED | TIMED_OUT) where
        its process died of it or hung, and CallFailed for a bug."""
        self.send(function, *arguments, **named)
        result: _Result | Exception = self.receive()
        if isinstance(result, Exception):
            raise result
        return result

    def send(self, function: Callable[_Arguments, object], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> None:
        """Begins a call. The function is one of a module's own, found by its name in the child."""
        seconds = self._limits.seconds
        if self._process is None or self._process.poll() is not None:
            self._start()
            seconds += _START_SECONDS
        self._deadline = time.monotonic() + seconds
        self._write((function, arguments, named))

    @property
    def deadline(self) -> float:
        return self._deadline

    def fileno(self) -> int:
        """Where its answers come from, for `select`."""
        return _fd(self._process.stdout if self._process else None)

    def receive(self) -> Any:
        """The answer of the call that was begun, or the error that `call` would raise."""
        header = self._read(_LENGTH.size, until=self._deadline)
        if header is None:
            return self._failure()
        answer = self._read(_LENGTH.unpack(header)[0], until=time.monotonic() + _ANSWER_SECONDS)
        return self._failure() if answer is None else pickle.loads(answer)

    def kill(self) -> None:
        """Ends the process, also from another thread than the one that waits for it."""
        process = self._process
        if process is not None:
            process.kill()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _start(self) -> None:
        self.stop()
        command = [sys.executable, "-c", _PROGRAM, *sys.path]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        os.set_blocking(_fd(self._process.stdin), False)
        self._deadline = time.monotonic() + _START_SECONDS
        self._write(self._limits)

    def _failure(self) -> ArticleRejected:
        late = time.monotonic() >= self._deadline and self._process is not None and self._process.poll() is None
        self.stop()
        if late:
            limit = f"{self._limits.seconds:g} seconds ({self._limits.seconds_setting})"
            return ArticleRejected(Reason.TIMED_OUT, f"{self._limits.task} took longer than {limit}")
        return ArticleRejected(Reason.CRASHED, f"the process died of {self._limits.task}")

    def _write(self, message: object) -> None:
        """Sends a message; a process that is dead or does not read is left for `receive` to find."""
        if self._process is None:
            return
        target = _fd(self._process.stdin)
        rest = memoryview(_packed(message))
        while rest and select.select([], [target], [], max(0.0, self._deadline - time.monotonic()))[1]:
            try:
                rest = rest[os.write(target, rest) :]
            except BrokenPipeError:
                return

    def _read(self, size: int, *, until: float) -> bytes | None:
        """So many bytes; None where the time is up or the process ended first."""
        if self._process is None:
            return None
        source = _fd(self._process.stdout)
        found = bytearray()
        while len(found) < size:
            if not select.select([source], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            piece = os.read(source, min(size - len(found), 1 << 20))
            if not piece:
                return None
            found += piece
        return bytes(found)


def wait_for_any(children: Sequence[Child]) -> list[Child]:
    """The children that have an answer, have ended, or have passed their deadline: at least one."""
    ready: list[Child] = []
    while not ready:
        now = time.monotonic()
        ready = select.select(children, [], [], max(0.0, min(child.deadline for child in children) - now))[0]
        ready = ready or [child for child in children if child.deadline <= time.monotonic()]
    return ready


def serve() -> None:
    """The child's life: answers calls from stdin on stdout until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent's end is the child's end
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the default ends the process even inside a parser that hangs
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get among the answers
    limits: Limits = _next_message(questions)
    _limit_memory(limits.memory_bytes)
    while (question := _next_message(questions)) is not None:
        function, arguments, named = question
        signal.alarm(math.ceil(limits.seconds + _ANSWER_SECONDS))
        result: object
        try:
            result = function(*arguments, **named)
        except ArticleRejected as rejected:
            result = rejected
        except MemoryError:
            result = ArticleRejected(Reason.CRASHED, f"{limits.task} took more memory than {limits.memory_setting} allows")
        except Exception as bug:  # noqa: BLE001 - a child must not die of a bug: its traceback is handed to the parent's boundary
            result = CallFailed(f"{type(bug).__name__}: {bug}\n{traceback.format_exc()}")
        signal.alarm(0)
        with contextlib.suppress(BrokenPipeError):
            answers.write(_packed(result))
            answers.flush()


def _packed(message: object) -> bytes:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


def _next_message(pipe: IO[bytes]) -> Any:
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    return pickle.loads(pipe.read(_LENGTH.unpack(header)[0]))


def _limit_memory(limit: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _fd(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the process was started without this pipe")
    return pipe.fileno()

"""Runs calls in a child process with a deadline and a memory limit, so that input which crashes or hangs a parser fails only its call.

Parent and child exchange length-prefixed pickles over pipes. The child is a new program, not a fork: daemonic processes and
processes with threads can start it, and it does not run the caller's main module again. It ends when its standard input ends, and so
with its parent; during a call, an alarm ends it soon after the deadline.
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
"""Additional time for the first call of a child, which imports its libraries first."""
_ANSWER_SECONDS = 10.0
"""Time limit for reading a response that has begun; also the delay of the child's alarm after the deadline."""
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from newsdesk.child import serve; serve()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a call. For messages, `task` describes the call ("cleaning the page"), and the settings are those of the limits."""

    task: str
    seconds: float
    memory_bytes: int
    seconds_setting: str
    memory_setting: str


class CallFailed(RuntimeError):
    """The function raised an unexpected exception. The message contains the child's traceback."""


class Child:
    """One child process. Call `send` and `receive` alternately; `send` replaces a process that has failed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0

    def call(self, function: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        """Call the function in the child and return its result.

        Raises the function's ArticleRejected, ArticleRejected(CRASHED | TIMED_OUT) where the process died or hung, and CallFailed
        for any other exception.
        """
        self.send(function, *arguments, **named)
        result: _Result | Exception = self.receive()
        if isinstance(result, Exception):
            raise result
        return result

    def send(self, function: Callable[_Arguments, object], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> None:
        """Start a call. The function has to be at the top level of a module, since the child imports it by name."""
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
        """The file descriptor of the responses, for `select`."""
        return _fd(self._process.stdout if self._process else None)

    def receive(self) -> Any:
        """Wait for the started call. Returns its result, or the exception that `call` would raise."""
        header = self._read(_LENGTH.size, until=self._deadline)
        if header is None:
            return self._failure()
        answer = self._read(_LENGTH.unpack(header)[0], until=time.monotonic() + _ANSWER_SECONDS)
        return self._failure() if answer is None else pickle.loads(answer)

    def kill(self) -> None:
        """Kill the process. May be called from another thread."""
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
        """Send a message. If the process is dead or does not read, `receive` reports that."""
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
        """Read this many bytes; None where the time is up or the process has ended."""
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
    """Wait until at least one child has a response, has ended, or has exceeded its deadline; returns these children."""
    ready: list[Child] = []
    while not ready:
        now = time.monotonic()
        ready = select.select(children, [], [], max(0.0, min(child.deadline for child in children) - now))[0]
        ready = ready or [child for child in children if child.deadline <= time.monotonic()]
    return ready


def serve() -> None:
    """The main loop of a child: reads calls from stdin and writes responses to stdout, until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to the whole process group; the child ends with its parent
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the default action ends the process even inside a hanging parser
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # keeps the output of libraries out of the responses
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
        except Exception as bug:  # noqa: BLE001 - the traceback is sent to the parent instead of ending the child
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

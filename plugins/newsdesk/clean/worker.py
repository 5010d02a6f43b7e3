"""Cleaning in child processes: a page that crashes or hangs the parser costs that page alone.

A child is a program of its own, spoken to in pickles over its pipes, each with its length before it. It is no fork: a
daemonic process or one with threads can start it, and it never runs the caller's main module again. When its parent
is gone it reads the end of its input and ends; while it works on a page an alarm ends it soon after the deadline.
"""

import contextlib
import datetime as dt
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
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import CapturedPage, Cleaned
from newsdesk.settings import CleanSettings

_LENGTH = struct.Struct(">Q")
_START_SECONDS = 30.0
"""How much longer a child's first page may take: the child imports its libraries first."""
_ANSWER_SECONDS = 10.0
"""How long an answer may take that has begun, and how much later than the deadline the child's own alarm rings."""
_READ_AHEAD = 8
"""Pages for each child that may be under way or done before their turn: enough to keep the others at work while one
takes ten times as long as most do."""
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from newsdesk.clean.worker import serve; serve()"


class CleaningFailed(RuntimeError):
    """The cleaning code failed with an error that it does not know: a bug. The message is the child's traceback."""


class CleaningPool:
    """Children that clean pages, started when first needed and replaced when they die. A context manager."""

    def __init__(self, settings: CleanSettings) -> None:
        self._children = [_Child(settings) for _ in range(settings.processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for child in self._children:
            child.stop()

    def clean(self, page: CapturedPage, *, now: dt.datetime | None = None) -> Cleaned:
        """The article of a page. Raises what `stage.clean` raises, and ArticleRejected(CRASHED | TIMED_OUT) for a page
        that its process died of or hung on. Not to be called while a `clean_all` is under way."""
        child = self._children[0]
        child.send(page, now)
        result = child.receive()
        if isinstance(result, Exception):
            raise result
        return result

    def clean_all(
        self, pages: Iterable[CapturedPage], *, now: dt.datetime | None = None
    ) -> Generator[tuple[CapturedPage, Cleaned | ArticleRejected | CleaningFailed], None, None]:
        """Each page with its article, or with the error that `clean` would raise, in order.

        A child gets its next page as soon as it is done, whether or not it is its turn: one slow page does not hold up
        the others. So it reads ahead, by a few pages for each child, and the children work while the caller does.
        """
        slots: deque[_Slot] = deque()
        busy: dict[_Child, _Slot] = {}
        idle = list(self._children)
        rest = iter(pages)
        more = True
        try:
            while True:
                while more and idle and len(slots) < _READ_AHEAD * len(self._children):
                    page = next(rest, None)
                    if page is None:
                        more = False
                        break
                    child = idle.pop()
                    slot = _Slot(page)
                    slots.append(slot)
                    busy[child] = slot
                    child.send(page, now)
                result = slots[0].result if slots else None
                if result is not None:
                    yield slots.popleft().page, result
                elif slots:
                    for child in wait_for_any(list(busy)):
                        busy.pop(child).result = child.receive()
                        idle.append(child)
                else:
                    return
        finally:
            for child in busy:
                child.stop()


@dataclass(slots=True)
class _Slot:
    """A page whose turn comes; `result` is None while a child works on it."""

    page: CapturedPage
    result: Cleaned | ArticleRejected | CleaningFailed | None = None


class _Child:
    """One process. `send` and `receive` take turns; a process that failed is replaced by the next `send`."""

    def __init__(self, settings: CleanSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0

    def send(self, page: CapturedPage, now: dt.datetime | None) -> None:
        seconds = self._settings.page_deadline_seconds
        if self._process is None or self._process.poll() is not None:
            self._start()
            seconds += _START_SECONDS
        self._deadline = time.monotonic() + seconds
        self._write((page, now))

    @property
    def deadline(self) -> float:
        return self._deadline

    def fileno(self) -> int:
        """Where its answers come from, for `select`."""
        return _fd(self._process.stdout if self._process else None)

    def receive(self) -> Cleaned | ArticleRejected | CleaningFailed:
        header = self._read(_LENGTH.size, until=self._deadline)
        if header is None:
            return self._failure()
        answer = self._read(_LENGTH.unpack(header)[0], until=time.monotonic() + _ANSWER_SECONDS)
        if answer is None:
            return self._failure()
        result: Cleaned | ArticleRejected | CleaningFailed = pickle.loads(answer)
        return result

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
        self._write(self._settings)

    def _failure(self) -> ArticleRejected:
        late = time.monotonic() >= self._deadline and self._process is not None and self._process.poll() is None
        self.stop()
        if late:
            limit = f"{self._settings.page_deadline_seconds:g} seconds (NEWSDESK_CLEAN_PAGE_DEADLINE_SECONDS)"
            return ArticleRejected(Reason.TIMED_OUT, f"cleaning the page took longer than {limit}")
        return ArticleRejected(Reason.CRASHED, "the process that cleaned the page died of it")

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


def wait_for_any(children: list[_Child]) -> list[_Child]:
    """The children that have an answer, have ended, or have passed their deadline: at least one."""
    ready: list[_Child] = []
    while not ready:
        now = time.monotonic()
        ready = select.select(children, [], [], max(0.0, min(child.deadline for child in children) - now))[0]
        ready = ready or [child for child in children if child.deadline <= time.monotonic()]
    return ready


def serve() -> None:
    """The child's life: answers pages from stdin on stdout until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent's end is the child's end
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the default ends the process even inside a parser that hangs
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get among the answers
    settings: CleanSettings = _next_message(questions)
    _limit_memory(settings.maximum_memory_bytes)
    from newsdesk.clean.stage import clean

    while (question := _next_message(questions)) is not None:
        page, now = question
        signal.alarm(math.ceil(settings.page_deadline_seconds + _ANSWER_SECONDS))
        result: Cleaned | Exception
        try:
            result = clean(page, settings, now=now)
        except ArticleRejected as rejected:
            result = rejected
        except MemoryError:
            result = ArticleRejected(Reason.CRASHED, "cleaning the page took more memory than NEWSDESK_CLEAN_MAXIMUM_MEMORY_BYTES allows")
        except Exception:  # noqa: BLE001 - a child must not die of a bug: its traceback is handed to the parent's boundary
            result = CleaningFailed(traceback.format_exc())
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

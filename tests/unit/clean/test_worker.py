"""A page that crashes or hangs its process does not affect other pages."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from child_processes import living_children
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import CapturedPage, Cleaned
from newsdesk.settings import CleanSettings
from samples import captured_page

PARAGRAPH = "<p>Number {} of the town's bridges was closed on Tuesday evening, and nobody could say when it would open again.</p>"


def capture(number: int, *, paragraphs: int = 1) -> CapturedPage:
    body = (
        PARAGRAPH.format(number) + "<p>Another day, another closed bridge, and another long way round for everybody in the town.</p>"
    ) * paragraphs
    return captured_page(body, url=f"https://a.example/bridge/{number}")


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    """Two processes, for tests that do not end them: each imports the extractors."""
    with CleaningPool(CleanSettings(processes=2)) as pool:
        yield pool


def test_results_come_in_order_from_several_processes(pool: CleaningPool) -> None:
    results = list(pool.clean_all(capture(number) for number in range(9)))
    assert [page.capture.url for page, _ in results] == [f"https://a.example/bridge/{number}" for number in range(9)]
    assert all(isinstance(result, Cleaned) and result.text.startswith(f"Number {number} ") for number, (_, result) in enumerate(results))


def test_page_that_its_process_dies_of_is_rejected_and_the_next_is_cleaned() -> None:
    before = living_children()
    with CleaningPool(CleanSettings()) as pool:
        results = pool.clean_all([capture(1), capture(2, paragraphs=8_000), capture(3)])
        _, first = next(results)
        for child in living_children() - before:
            child.kill()
        (_, second), (_, third) = results
    assert isinstance(first, Cleaned)
    assert isinstance(second, ArticleRejected)
    assert second.reason is Reason.CRASHED
    assert isinstance(third, Cleaned)


def test_page_that_takes_too_long_is_rejected_and_the_next_is_cleaned() -> None:
    with CleaningPool(CleanSettings(page_deadline_seconds=0.5)) as pool:
        pool.clean(capture(1))
        with pytest.raises(ArticleRejected, match="longer than") as rejected:
            pool.clean(capture(2, paragraphs=10_000))
        assert rejected.value.reason is Reason.TIMED_OUT
        assert pool.clean(capture(3)).text.startswith("Number 3")


def test_slow_page_does_not_hold_up_the_others(pool: CleaningPool) -> None:
    pages = [capture(0, paragraphs=5_000), *(capture(number) for number in range(1, 7))]
    taken = []

    def ahead() -> Iterator[CapturedPage]:
        for page in pages:
            taken.append(page)
            yield page

    list(pool.clean_all(pages[1:3]))
    results = pool.clean_all(ahead())
    done, _ = next(results)
    results.close()
    assert done is pages[0]
    assert len(taken) >= 5


def test_rejection_keeps_its_reason_on_its_way_out_of_the_process(pool: CleaningPool) -> None:
    with pytest.raises(ArticleRejected) as rejected:
        pool.clean(captured_page(url="https://a.example/x", body=b"%PDF-1.4"))
    assert rejected.value.reason is Reason.NOT_HTML


def test_no_process_is_left_when_the_pool_closes_in_the_middle() -> None:
    before = living_children()
    with CleaningPool(CleanSettings(processes=2)) as pool:
        results = pool.clean_all(capture(number) for number in range(9))
        next(results)
        started = living_children() - before
        assert len(started) == 2
        results.close()
    assert psutil.wait_procs(started, timeout=5)[1] == []


def test_processes_end_when_their_parent_is_killed() -> None:
    program = (
        "import datetime as dt, os, signal, psutil\n"
        "from newsdesk.clean.worker import CleaningPool\n"
        "from newsdesk.records import Capture, CapturedPage, CaptureRef\n"
        "from newsdesk.settings import CleanSettings\n"
        "pool = CleaningPool(CleanSettings())\n"
        "capture = Capture(ref=CaptureRef('-', 0), url='https://a.example/', fetched_at=dt.datetime.now(dt.UTC))\n"
        "pool.clean(CapturedPage(capture, b'<p>A bridge was closed on Tuesday.</p>'))\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    pid = int(finished.stdout)
    try:
        orphan = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    assert psutil.wait_procs([orphan], timeout=10)[1] == []


def test_dates_are_bounded_by_the_given_now(pool: CleaningPool) -> None:
    body = b'<meta property="article:published_time" content="2026-03-01T10:00:00Z">' + PARAGRAPH.encode()
    page = captured_page(url="https://a.example/bridge", fetched_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC), body=body)
    assert pool.clean(page).published_at == dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    assert pool.clean(page, now=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)).published_at is None

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from newsdesk.errors import SetupError
from newsdesk.local.processes import Service, require_free_port, uninterrupted

PARENT_WITH_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
child.wait()
"""


PARENT_WITH_RENAMED_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import setproctitle, time; setproctitle.setproctitle('x' * 10_000); print(flush=True); time.sleep(60)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def service(tmp_path):
    service = Service("example", tmp_path)
    yield service
    service.stop()


def start(service, code):
    service.start([sys.executable, "-u", "-c", code], environment=dict(os.environ))


def await_line(service):
    """Return the first line that the service prints."""
    while not service.log.read_text().endswith("\n"):
        os.sched_yield()
    return service.log.read_text().split("\n")[0]


def has_ended(process):
    """Return whether a process has ended, including zombies."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_stopping_a_service_ends_its_children_too(service):
    start(service, PARENT_WITH_CHILD)
    child = psutil.Process(int(await_line(service)))
    assert len(service.processes()) == 2
    assert service.stop()
    assert has_ended(child)
    assert service.processes() == []


def test_stopping_does_not_wait_for_a_parent_that_takes_no_note_of_the_end(service, tmp_path):
    starter = "import sys, time; from newsdesk.local.processes import Service; from pathlib import Path; "
    starter += "Service('example', Path(sys.argv[1])).start([sys.executable, '-c', 'import time; time.sleep(60)'], environment={}); "
    with subprocess.Popen(
        [sys.executable, "-c", f"{starter} print(flush=True); time.sleep(60)", tmp_path], stdout=subprocess.PIPE
    ) as parent:
        parent.stdout.readline()
        begun = time.monotonic()
        assert service.stop(grace_seconds=20)
        assert time.monotonic() - begun < 10
        parent.kill()


def test_a_service_whose_parent_died_is_found_again(service, tmp_path):
    start(service, PARENT_WITH_CHILD)
    child = int(await_line(service))
    next(process for process in service.processes() if process.pid != child).kill()
    again = Service("example", tmp_path)
    assert child in {process.pid for process in again.processes()}
    assert again.stop()
    assert again.processes() == []


def test_a_child_that_gave_itself_another_name_is_stopped_too(service):
    start(service, PARENT_WITH_RENAMED_CHILD)
    child = psutil.Process(int(await_line(service)))
    assert service.mark not in str(child.environ())
    assert service.stop()
    assert has_ended(child)


def test_a_service_that_ignores_the_polite_signal_is_killed(service):
    start(service, f"import signal, time; signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN); print('up'); time.sleep(60)")
    await_line(service)
    assert service.stop(grace_seconds=0.2)
    assert service.processes() == []


def test_a_service_bears_its_mark_as_soon_as_it_has_started(service):
    # The kernel shows the environment of a program a moment after it has begun.
    for _ in range(100):
        with service.start(["sleep", "60"], environment={"PATH": os.environ["PATH"]}) as process:
            shown = psutil.Process(process.pid).environ()
            process.kill()
        assert shown["NEWSDESK_SERVICE"] == service.mark


def test_stopping_what_does_not_run_says_so(service):
    assert not service.stop()


def test_the_same_service_of_another_home_is_left_alone(service, tmp_path):
    start(service, PARENT_WITH_CHILD)
    await_line(service)
    assert not Service("example", tmp_path / "elsewhere").stop()
    assert len(service.processes()) == 2


def test_a_ctrl_c_while_a_child_is_started_comes_when_it_is_known():
    started = []

    def start_a_child():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            started.append("the child")

    with pytest.raises(KeyboardInterrupt):
        start_a_child()
    assert started == ["the child"]


def test_a_port_in_use_is_named_with_the_setting_that_changes_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SetupError, match=rf"port {port}, which Airflow needs, is in use.*NEWSDESK_LOCAL_AIRFLOW_PORT"):
            require_free_port(port, what="Airflow", setting="NEWSDESK_LOCAL_AIRFLOW_PORT")
    require_free_port(port, what="Airflow", setting="NEWSDESK_LOCAL_AIRFLOW_PORT")

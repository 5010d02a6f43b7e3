import os
import signal
import socket
import sys

import psutil
import pytest

from newsdesk.errors import SetupError
from newsdesk.local.processes import Service, require_free_port

PARENT_WITH_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
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


def await_log(service, process):
    """The first line that the service prints."""
    while process.is_running() and not service.log.read_text().endswith("\n"):
        os.sched_yield()
    return service.log.read_text().split("\n")[0]


def test_stopping_a_service_ends_its_children_too(service):
    start(service, PARENT_WITH_CHILD)
    parent = service.process()
    child = psutil.Process(int(await_log(service, parent)))
    assert service.stop()
    assert not child.is_running()
    assert not parent.is_running() or parent.status() == psutil.STATUS_ZOMBIE
    assert service.process() is None


def test_a_service_that_ignores_the_polite_signal_is_killed(service):
    start(service, f"import signal, time; signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN); print('up'); time.sleep(60)")
    await_log(service, service.process())
    assert service.stop(grace_seconds=0.2)
    assert service.process() is None


def test_stopping_what_does_not_run_says_so(service):
    assert not service.stop()


def test_a_process_id_that_now_belongs_to_somebody_else_is_left_alone(service, tmp_path):
    (tmp_path / "run").mkdir()
    service.record.write_text(f'{{"pid": {os.getpid()}, "created": 1.0}}')
    assert service.process() is None
    assert not service.stop()


def test_a_torn_record_is_no_process(service, tmp_path):
    (tmp_path / "run").mkdir()
    service.record.write_text('{"pid": 12')
    assert service.process() is None


def test_a_port_in_use_is_named_with_the_setting_that_changes_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SetupError, match=rf"port {port}, which Airflow needs, is in use.*NEWSDESK_LOCAL_AIRFLOW_PORT"):
            require_free_port(port, what="Airflow", setting="NEWSDESK_LOCAL_AIRFLOW_PORT")
    require_free_port(port, what="Airflow", setting="NEWSDESK_LOCAL_AIRFLOW_PORT")

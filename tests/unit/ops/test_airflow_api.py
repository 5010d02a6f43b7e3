import http.server
import json
import threading

import pytest

from newsdesk.ops import airflow_api
from newsdesk.ops.airflow_api import AirflowRefused, open_airflow

BUSY = (500, {"detail": {"reason": "Database error", "message": "Serious error"}})


@pytest.fixture
def airflow(monkeypatch):
    """A session with a server that gives these answers, one after the other, after the login."""
    monkeypatch.setattr(airflow_api, "PAUSES_SECONDS", (0.0, 0.0))

    class Server(http.server.BaseHTTPRequestHandler):
        answers: list = [(201, {"access_token": "t"})]  # noqa: RUF012 a class of its own for each test

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = self.answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open_airflow(f"http://127.0.0.1:{server.server_address[1]}", username="admin", password="x") as api:
        yield api, Server.answers
    server.shutdown()
    server.server_close()


def test_a_request_that_airflows_database_was_too_busy_for_is_sent_again(airflow):
    api, answers = airflow
    answers += [BUSY, BUSY, (200, {"is_paused": True})]
    assert api.is_paused("newsdesk_index")
    assert answers == []


def test_a_database_that_stays_busy_is_told(airflow):
    api, answers = airflow
    answers += [BUSY] * 3
    with pytest.raises(AirflowRefused, match="Database error"):
        api.is_paused("newsdesk_index")


def test_another_error_is_told_at_once(airflow):
    api, answers = airflow
    answers += [(500, {"detail": "a bug"}), (200, {"is_paused": True})]
    with pytest.raises(AirflowRefused, match="500"):
        api.is_paused("newsdesk_index")

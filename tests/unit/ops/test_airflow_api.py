import http.server
import json
import threading

import pytest

from newsdesk.errors import Unavailable
from newsdesk.ops.airflow_api import AirflowRefused, is_healthy, open_airflow

BUSY = (500, {"detail": {"reason": "Database error", "message": "Serious error"}})


@pytest.fixture
def airflow():
    """A session with a server that returns these responses in order, after the login."""

    class Server(http.server.BaseHTTPRequestHandler):
        answers: list = [(201, {"access_token": "first"})]  # noqa: RUF012 a class of its own for each test
        tokens: list = []  # noqa: RUF012

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.tokens.append(self.headers.get("Authorization"))
            status, body = self.answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open_airflow(f"http://127.0.0.1:{server.server_address[1]}", username="admin", password="x", pauses=(0.0, 0.0)) as api:
        api.tokens, api.url = Server.tokens, f"http://127.0.0.1:{server.server_address[1]}"
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


def test_a_token_that_has_expired_is_replaced_in_the_middle_of_a_session(airflow):
    api, answers = airflow
    answers += [(401, {"detail": "expired"}), (201, {"access_token": "second"}), (200, {"is_paused": True})]
    assert api.is_paused("newsdesk_index")
    assert (api.tokens[1], api.tokens[-1]) == ("Bearer first", "Bearer second")


def test_a_login_that_is_no_longer_known_is_told(airflow):
    api, answers = airflow
    answers += [(401, {"detail": "expired"}), (401, {"detail": "Invalid credentials"})]
    with pytest.raises(AirflowRefused, match="Invalid credentials"):
        api.is_paused("newsdesk_index")


@pytest.mark.parametrize(
    "answer", [(503, {"detail": "starting"}), (200, b"<html>another server</html>")], ids=["starting", "another server"]
)
def test_whatever_answers_in_airflows_stead_is_told_as_its_absence(airflow, answer):
    api, answers = airflow
    answers.append(answer)
    with pytest.raises(Unavailable):
        api.is_paused("newsdesk_index")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {part: {"status": "healthy"} for part in ("metadatabase", "scheduler", "dag_processor")}), True),
        ((200, {"metadatabase": {"status": "healthy"}, "scheduler": {"status": None}, "dag_processor": None}), False),
        ((503, {"detail": "starting"}), False),
        ((200, b"<html>another server</html>"), False),
    ],
    ids=["all up", "starting", "busy", "another server"],
)
def test_airflow_is_healthy_when_all_its_parts_are(airflow, answer, expected):
    api, answers = airflow
    answers.append(answer)
    assert is_healthy(api.url) is expected


def run(run_id):
    return {
        "dag_id": "newsdesk_enrich",
        "dag_run_id": run_id,
        "state": "running",
        "partition_key": "2026-11-24",
        "conf": None,
        "note": None,
    }


def test_runs_are_named_by_the_whole_prefix_of_which_airflow_drops_the_end(airflow):
    api, answers = airflow
    answers.append((200, {"dag_runs": [run("newsdesk_backfill__a__1"), run("newsdesk_backfill__ab__1")], "total_entries": 2}))
    assert [found.run_id for found in api.runs_named("newsdesk_enrich", "newsdesk_backfill__a__")] == ["newsdesk_backfill__a__1"]

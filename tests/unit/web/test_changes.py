"""Requests that change something: required rights and tokens, and their entries in the audit log.

Tests of newsdesk.store.keys and newsdesk.web.identity.
"""

import pytest
from fastapi import Depends, FastAPI, Form, Request
from fastapi.testclient import TestClient

from newsdesk.errors import SetupError
from newsdesk.ops.audit import UNFINISHED, begin_change, list_changes
from newsdesk.web import changes as web_changes
from newsdesk.web.changes import HEADER, MOST_BYTES, Changes, LimitBody, name_subject
from newsdesk.web.identity import Reader, Right, find_reader, requires
from samples import NOW
from shared_application import known_by_header

INES = Reader("ines", frozenset({Right.READ, Right.OPERATE}))
OTTO = Reader("otto", frozenset({Right.READ, Right.OPERATE}))


@pytest.fixture
def changes(engine):
    return Changes(lambda: engine, now=lambda: NOW)


@pytest.fixture
def site(changes):
    return _site(changes)


def _site(changes):
    """An application with one form; the header `x-user` names the user."""
    readers = {reader.name: reader for reader in (INES, OTTO, Reader("vera"), Reader("nobody", frozenset()))}

    app = FastAPI(dependencies=[known_by_header(readers).guard(), Depends(changes.guard)])

    @app.get("/")
    def form(request: Request):
        return changes.csrf_field(request)

    @app.post("/feeds/{feed}/pause", dependencies=[Depends(requires(Right.OPERATE))])
    def pause_feed(request: Request, feed: str, why: str = Form("")):
        if why == "broken":
            raise SetupError("the disk is full", "Make room")
        if why:
            name_subject(request, f"{feed}, since {why}")
        return "paused"

    @app.exception_handler(SetupError)
    def failed(request: Request, error: SetupError):
        request.state.problem = str(error)
        return web_changes.Response(status_code=503)

    app.middleware("http")(changes.record_outcome)
    app.add_middleware(LimitBody)
    return TestClient(app)


def _post(site, token, *, user="ines", why="", headers=None):
    fields = {"csrf_token": token, "why": why} if token is not None else {"why": why}
    return site.post("/feeds/7/pause", data=fields, headers={"x-user": user, **(headers or {})})


def _log(engine):
    return [(entry.who, entry.action, entry.subject, entry.outcome) for entry in list_changes(engine)]


def test_a_change_with_the_readers_token_is_made_and_recorded(site, changes, engine):
    assert _post(site, changes.make_token(INES)).status_code == 200
    assert _log(engine) == [("ines", "pause feed", "7", "done")]
    assert list_changes(engine)[0].at == NOW


def test_a_route_can_say_more_of_what_it_changes(site, changes, engine):
    _post(site, changes.make_token(INES), why="it repeats itself")
    assert _log(engine) == [("ines", "pause feed", "7, since it repeats itself", "done")]


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_change_without_a_token_is_refused_and_recorded(site, engine, token):
    assert _post(site, token).status_code == 403
    ((_, _, _, outcome),) = _log(engine)
    assert outcome.startswith("refused:")


def test_a_token_is_good_for_its_reader_alone(site, changes):
    assert _post(site, changes.make_token(OTTO), user="ines").status_code == 403
    assert _post(site, changes.make_token(OTTO), user="otto").status_code == 200


def test_a_token_is_valid_for_a_limited_time(engine):
    late = Changes(lambda: engine, now=lambda: NOW, token_seconds=-1)
    assert _post(_site(late), late.make_token(INES)).status_code == 403


def test_all_servers_of_a_state_database_accept_the_same_tokens(site, engine):
    other_server = Changes(lambda: engine, now=lambda: NOW)
    assert _post(site, other_server.make_token(INES)).status_code == 200


def test_a_script_may_send_the_token_as_a_header(site, changes):
    assert _post(site, None, headers={HEADER: changes.make_token(INES)}).status_code == 200


def test_a_program_with_a_bearer_token_needs_no_other(site):
    assert _post(site, None, headers={"authorization": "Bearer abc"}).status_code == 200
    assert _post(site, None, headers={"authorization": "Basic abc"}).status_code == 403


def test_the_form_of_a_page_holds_the_token(site, changes):
    field = site.get("/", headers={"x-user": "ines"}).json()
    token = field.split('value="')[1].split('"')[0]
    assert _post(site, token).status_code == 200


def test_who_may_only_read_changes_nothing_and_the_attempt_is_recorded(site, changes, engine):
    assert _post(site, changes.make_token(Reader("vera")), user="vera").status_code == 403
    ((who, _, _, outcome),) = _log(engine)
    assert (who, outcome) == ("vera", "refused: status 403")


def test_a_stranger_leaves_no_trace_in_the_audit_log(site, engine):
    assert _post(site, None, user="stranger").status_code == 401
    assert _log(engine) == []


def test_who_may_not_even_read_is_refused(site):
    assert site.get("/", headers={"x-user": "nobody"}).status_code == 403


def test_a_change_that_fails_is_recorded_with_the_reason(site, changes, engine):
    assert _post(site, changes.make_token(INES), why="broken").status_code == 503
    assert [outcome for *_, outcome in _log(engine)] == ["failed: the disk is full. Make room"]


def test_a_server_that_is_killed_meanwhile_leaves_an_unfinished_change(engine):
    begin_change(engine, who="ines", action="pause feed", subject="7", now=NOW)
    assert _log(engine) == [("ines", "pause feed", "7", UNFINISHED)]


def test_reading_is_no_change(site, engine):
    site.get("/", headers={"x-user": "ines"})
    assert _log(engine) == []


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_a_body_that_is_too_long_is_refused(site):
    assert site.post("/feeds/7/pause", content=b"why=" + b"x" * MOST_BYTES, headers=FORM).status_code == 413


def test_a_body_of_undeclared_length_is_read_up_to_the_limit(site, engine):
    parts = []

    def endless():
        while len(parts) < 100:
            parts.append(b"x" * 1_000_000)
            yield parts[-1]

    assert site.post("/feeds/7/pause", content=endless(), headers=FORM).status_code in (400, 413)
    assert _log(engine) == []


def test_there_is_no_reader_before_one_is_known():
    assert find_reader(Request({"type": "http"})) is None

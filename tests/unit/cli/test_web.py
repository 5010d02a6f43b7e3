"""`newsdesk web`: refused where nobody would be known, else served with the settings of the proxy."""

import pytest
import uvicorn
from click.testing import CliRunner
from fastapi.testclient import TestClient

from newsdesk.cli.web import web
from newsdesk.errors import SetupError


@pytest.fixture
def served(monkeypatch, home):
    """What uvicorn was asked to serve, instead of serving it."""
    asked = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: asked.update(app=app, **options))
    return asked


def test_without_a_proxy_nothing_is_served(served):
    result = CliRunner().invoke(web, [])
    assert isinstance(result.exception, SetupError)
    assert "NEWSDESK_WEB_USER_HEADER" in str(result.exception)
    assert served == {}


def test_the_peer_is_who_connects_and_not_who_a_header_names(served, monkeypatch):
    monkeypatch.setenv("NEWSDESK_WEB_USER_HEADER", "X-User")
    monkeypatch.setenv("NEWSDESK_WEB_TRUSTED_PROXIES", "10.0.0.1")
    result = CliRunner().invoke(web, ["--port", "8123"])
    assert result.exit_code == 0, result.output
    assert (served["host"], served["port"], served["proxy_headers"]) == ("127.0.0.1", 8123, False)
    named = {"X-User": "rita"}
    assert TestClient(served["app"], client=("10.0.0.1", 1)).get("/static/newsdesk.css", headers=named).status_code == 200
    assert TestClient(served["app"], client=("10.0.0.2", 1)).get("/static/newsdesk.css", headers=named).status_code == 403

"""Users identified by a reverse proxy."""

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient

from newsdesk.errors import SetupError
from newsdesk.settings import WebSettings
from newsdesk.web.app import make_app
from newsdesk.web.identity import current_reader
from newsdesk.web.proxy_identity import proxy_identity
from newsdesk.web.sections import Section

SETTINGS = WebSettings(user_header="X-Forwarded-User", trusted_proxies=("10.0.0.0/8", "::1"), operators=("olga",), administrators=("ada",))


def _ask(*headers, peer="10.1.2.3"):
    router = APIRouter()

    @router.get("/who")
    def who(request: Request) -> list[str]:
        reader = current_reader(request)
        return [reader.name, *sorted(reader.rights)]

    app = make_app(sections=(Section(router=router),), identity=proxy_identity(SETTINGS), open_state=_no_state)
    return TestClient(app, client=(peer, 4711)).get("/who", headers=list(headers))


def _no_state():
    raise SetupError("no state database is needed here", "")


@pytest.mark.parametrize(
    ("name", "rights"),
    [("rita", ["read"]), ("olga", ["operate", "read"]), ("ada", ["administer", "operate", "read"]), (" rita ", ["read"])],
)
def test_the_user_that_the_proxy_names_has_the_rights_of_the_settings(name, rights):
    assert _ask(("x-forwarded-user", name)).json() == [name.strip(), *rights]


@pytest.mark.parametrize("peer", ["192.0.2.1", "::2", "11.0.0.1"])
def test_a_name_from_elsewhere_counts_nothing(peer):
    answer = _ask(("x-forwarded-user", "ada"), ("x-forwarded-for", "10.1.2.3"), peer=peer)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="none"),
        pytest.param((("x-forwarded-user", ""),), id="empty"),
        pytest.param((("x-forwarded-user", "ada"), ("x-forwarded-user", "rita")), id="twice: the browser's, and the proxy's behind it"),
        pytest.param((("x-forwarded-user", "a" * 201),), id="too long"),
        pytest.param((("x_forwarded_user", "ada"),), id="another header"),
    ],
)
def test_nobody_reads_anonymously(headers):
    assert _ask(*headers).status_code == 401


@pytest.mark.parametrize("settings", [WebSettings(), WebSettings(user_header="X-User"), WebSettings(trusted_proxies=("127.0.0.1",))])
def test_without_a_header_and_an_address_the_pages_are_not_served(settings):
    with pytest.raises(SetupError, match="no reverse proxy is set"):
        proxy_identity(settings)


def test_a_network_that_is_none_is_refused_at_the_start():
    with pytest.raises(SetupError, match="does not appear to be an IPv4 or IPv6 network"):
        proxy_identity(WebSettings(user_header="X-User", trusted_proxies=("proxy.example",)))

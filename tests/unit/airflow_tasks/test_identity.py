"""What the users of Airflow may do in newsdesk, by Airflow's own permissions."""

import pytest
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from fastapi import HTTPException

from newsdesk.airflow_tasks import identity
from newsdesk.web.identity import Right


@pytest.fixture(autouse=True)
def simple_auth_manager(monkeypatch):
    monkeypatch.setattr(identity, "get_auth_manager", SimpleAuthManager)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("viewer", {Right.READ}),
        ("user", {Right.READ, Right.OPERATE}),
        ("op", {Right.READ, Right.OPERATE, Right.ADMINISTER}),
        ("admin", {Right.READ, Right.OPERATE, Right.ADMINISTER}),
    ],
)
def test_each_role_of_airflow_has_its_rights(role, rights):
    reader = identity.identify(SimpleAuthManagerUser(username="ines", role=role))
    assert (reader.name, reader.rights) == ("ines", rights)


def test_a_user_without_a_role_may_not_read():
    with pytest.raises(HTTPException) as refused:
        identity.identify(SimpleAuthManagerUser(username="ines", role=None))
    assert refused.value.status_code == 403


def test_the_login_page_leads_back():
    assert identity.AIRFLOW_IDENTITY.login_address("http://desk/x?q=1") == "/auth/login?next=http%3A%2F%2Fdesk%2Fx%3Fq%3D1"

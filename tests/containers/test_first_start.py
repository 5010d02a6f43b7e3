"""An interrupted first start is completed by the next one."""

import pytest

from containers.command import CommandFailed

HOLD = "BEGIN; LOCK TABLE pg_database IN SHARE MODE; SELECT pg_sleep(600);"
"""Blocks the creation of databases, but not logins."""


@pytest.fixture(scope="module")
def project(checkout):
    return checkout("first-start")


def ask(project, sql):
    """Run SQL as the superuser, inside the container."""
    return project.compose(
        "exec", "--no-TTY", "--user", "postgres", "postgres", "psql", "--tuples-only", "--no-align", "--command", sql
    ).strip()


def log_in(project, role, password):
    """Log in over the network with a password, as the services do."""
    address = f"postgresql://{role}:{password}@postgres/{role}"
    return project.compose(
        "run", "--rm", "--no-TTY", "--no-deps", "--entrypoint", "psql", "databases", address, "-At", "-c", "SELECT 1"
    ).strip()


def test_an_interrupted_first_start_is_completed_by_the_next_one(project, steps):
    with steps.step("Postgres is killed in its first start"):
        project.compose("up", "--detach", "--wait", "postgres")
        project.compose("exec", "--no-TTY", "--detach", "--user", "postgres", "postgres", "psql", "--command", HOLD)
        project.await_condition(lambda: "pg_sleep" in ask(project, "SELECT query FROM pg_stat_activity"), what="the lock")
        project.compose("up", "--detach", "--no-deps", "databases")
        project.await_condition(lambda: ask(project, "SELECT 1 FROM pg_roles WHERE rolname = 'newsdesk'"), what="the role")
        assert ask(project, "SELECT datname FROM pg_database WHERE datname IN ('airflow', 'newsdesk')") == ""
        project.compose("kill", "databases", "postgres")

    with steps.step("the next start makes it good"):
        project.compose("up", "--no-log-prefix", "--exit-code-from", "databases", "databases")
        project.compose("up", "--detach", "--wait", "postgres")
    for role in ("airflow", "newsdesk"):
        assert log_in(project, role, project.env(f"POSTGRES_{role.upper()}_PASSWORD")) == "1"
    with pytest.raises(CommandFailed, match="password authentication failed"):
        log_in(project, "airflow", "wrong")

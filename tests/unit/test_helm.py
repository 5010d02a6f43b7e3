"""The values for Airflow's Helm chart, as far as they can be tested without it: names, secrets, permissions, commands."""

import importlib
import importlib.util
import json
import re
from pathlib import Path

import click
import pytest
import yaml

from known_variables import airflow_variables, newsdesk_variables
from newsdesk.cli import main

ROOT = Path(__file__).parents[2]
VALUES = yaml.safe_load((ROOT / "docker/helm/values.yaml").read_text())
DOCUMENT = (ROOT / "docs/kubernetes.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SETUP = VALUES["migrateDatabaseJob"]["extraInitContainers"][0]
SETTINGS = yaml.safe_load(VALUES["extraConfigMaps"]["newsdesk-settings"]["data"])

# Variables that the chart sets itself, from the named secrets and from its airflow.cfg.
OF_THE_CHART = {
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CORE__AUTH_MANAGER",
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
}


def _environment(part):
    """Map names to entries of one list in the values."""
    return {entry["name"]: entry for entry in part.get("env", [])}


PARTS = {
    "all": _environment(VALUES),
    "API server": _environment(VALUES["apiServer"]),
    "workers": _environment(VALUES["workers"]["celery"]),
    "user job": _environment(VALUES["createUserJob"]),
    "set-up": _environment(SETUP),
}
GIVEN = {name for part in PARTS.values() for name in part} | set(SETTINGS) | {entry["envName"] for entry in VALUES["secret"]}


def _references(node):
    """Every (secret, key) in the values."""
    if isinstance(node, list):
        return {found for child in node for found in _references(child)}
    if not isinstance(node, dict):
        return set()
    if "secretKeyRef" in node:
        return {(node["secretKeyRef"]["name"], node["secretKeyRef"]["key"])}
    if "secretName" in node and "secretKey" in node:
        return {(node["secretName"], node["secretKey"])}
    return {found for child in node.values() for found in _references(child)}


def test_every_variable_is_a_setting_or_an_option():
    scripts = "".join(path.read_text() for path in (ROOT / "docker/airflow").iterdir())
    known = newsdesk_variables() | airflow_variables() | {"AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"}
    assert {name for name in GIVEN - known if name not in scripts} == set()


def test_every_variable_of_compose_is_set():
    ours = [service for service in COMPOSE.values() if service["image"].startswith("newsdesk")]
    given_by_compose = {name for service in ours for name in service.get("environment", {})}
    # Not needed: Kibana's dashboards are installed from another machine.
    of_kibana = {name for name in given_by_compose if name.startswith("NEWSDESK_KIBANA_")}
    assert given_by_compose - of_kibana - GIVEN - OF_THE_CHART == set()


def test_every_variable_is_a_string_as_kubernetes_requires():
    values = [entry["value"] for part in PARTS.values() for entry in part.values() if "value" in entry]
    assert [value for value in [*values, *SETTINGS.values()] if not isinstance(value, str)] == []


def test_the_values_contain_no_secret():
    for name, entry in ((name, entry) for part in PARTS.values() for name, entry in part.items()):
        if re.search("PASSWORD|SECRET|_KEY|CONN_|DATABASE_URL", name):
            assert "value" not in entry, name
    assert not re.search(
        r"^\s*(password|pass|brokerUrl|fernetKey|jwtSecret|apiSecretKey):", (ROOT / "docker/helm/values.yaml").read_text(), re.M
    )


def test_the_documentation_creates_every_secret():
    made = {
        (name, key)
        for name, rest in re.findall(r"create secret generic (\S+)((?:[^\n]*\\\n)*[^\n]*)", DOCUMENT)
        for key in re.findall(r"--from-(?:literal|file)=([^=\s]+)", rest)
    }
    needed = _references(VALUES) | {
        *((VALUES[key], name) for key, name in [("fernetKeySecretName", "fernet-key"), ("apiSecretKeySecretName", "api-secret-key")]),
        (VALUES["jwtSecretName"], "jwt-secret"),
        *((name, "connection") for name in VALUES["data"].values()),
        (VALUES["volumes"][0]["secret"]["secretName"], "ca.crt"),
    }
    assert needed - made == set()


def test_each_component_has_the_elasticsearch_user_with_the_fewest_rights():
    def login(part):
        return PARTS[part].get("NEWSDESK_ELASTICSEARCH_USERNAME", {}).get("value")

    assert {part: login(part) for part in PARTS if login(part)} == {
        "API server": "newsdesk_reader",
        "workers": "newsdesk_writer",
        "set-up": "newsdesk_setup",
    }
    for part, user in (("API server", "reader"), ("workers", "writer")):
        assert PARTS[part]["AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"]["valueFrom"]["secretKeyRef"]["key"] == f"elasticsearch-{user}-connection"


def test_only_the_user_job_has_the_administrators_password():
    assert [part for part, names in PARTS.items() if "AIRFLOW_ADMIN_PASSWORD" in names] == ["user job"]


def test_pods_run_as_the_images_user_without_privileges():
    pod = VALUES["securityContexts"]["pod"]
    assert f"\nUSER {pod['runAsUser']}:{pod['runAsGroup']}\n" in (ROOT / "docker/Dockerfile").read_text()
    assert (VALUES["uid"], VALUES["gid"]) == (pod["runAsUser"], pod["runAsGroup"])
    for context in (VALUES["securityContexts"]["containers"], SETUP["securityContext"]):
        assert context == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.mark.parametrize("component", ["apiServer", "scheduler", "dagProcessor", "triggerer", "migrateDatabaseJob", "createUserJob"])
def test_each_component_has_a_memory_limit(component):
    assert VALUES[component]["resources"]["limits"]["memory"]
    assert VALUES["workers"]["celery"]["resources"]["limits"]["memory"]


def test_the_version_of_airflow_is_the_locked_one():
    assert f"apache-airflow=={VALUES['airflowVersion']} " in (ROOT / "requirements.lock").read_text()


def test_the_commands_and_scripts_that_it_runs_exist():
    called = [SETUP["args"][-1], " ".join(VALUES["databaseCleanup"]["args"])]
    lines = [line for words in called for line in re.findall(r"newsdesk ([a-z]+(?: [a-z]+)?)", words)]
    assert lines == ["index setup", "feeds import", "retention"]
    for line in lines:
        command = main.newsdesk
        for word in line.split():
            command = command.get_command(click.Context(command), word)
            assert command is not None, line
    for script in re.findall(r"/opt/newsdesk/(\S+\.sh)", yaml.safe_dump(VALUES, width=9999)):
        assert (ROOT / script.rstrip(",")).is_file(), script


def test_the_modules_that_celery_imports_exist():
    configuration = json.loads(PARTS["workers"]["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"]["value"])
    assert [module for module in configuration["imports"] if importlib.util.find_spec(module) is None] == []


def test_the_worker_touches_the_file_that_its_probe_tests():
    heartbeat = importlib.import_module("newsdesk.airflow_tasks.heartbeat")
    assert str(heartbeat.FILE) in VALUES["workers"]["celery"]["livenessProbe"]["command"][-1]

"""The production set-up, as far as it can be judged without Docker: schema, secrets, addresses, names, rights."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from newsdesk import settings
from newsdesk.cli import main
from newsdesk.ops.env_file import FERNET_KEY, PASSWORDS, completed
from newsdesk.settings import Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text())
SERVICES = COMPOSE["services"]
JOBS = {"certificates", "elasticsearch-users", "airflow-setup", "newsdesk-setup", "kibana-setup", "newsdesk"}
AIRFLOW = {"airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker"}
REFERENCE = re.compile(r"\$\{([A-Z_]+)(:?[-?][^}]*)?}")


def _newsdesk_variables():
    """Every variable that the settings read, their second names included."""
    names = set()
    for group in Settings.__dataclass_fields__.values():
        model = getattr(settings, group.type if isinstance(group.type, str) else group.type.__name__)
        for name, field in model.model_fields.items():
            alias = field.validation_alias
            names |= {str(choice) for choice in alias.choices} if alias else {f"{model.model_config['env_prefix']}{name}".upper()}
    return names


def _airflow_options():
    """Every option that Airflow and the providers of this set-up know, as (section, option)."""
    core = Path(importlib.util.find_spec("airflow").submodule_search_locations[0]) / "config_templates/config.yml"
    sections = yaml.safe_load(core.read_text())
    for provider in ("celery", "fab"):
        sections |= importlib.import_module(f"airflow.providers.{provider}.get_provider_info").get_provider_info()["config"]
    return {(section, option) for section, content in sections.items() for option in content["options"]}


def _variables(service):
    return SERVICES[service].get("environment", {})


def _published(service):
    return SERVICES[service].get("ports", [])


def test_it_is_valid_by_the_schema_of_the_compose_specification():
    # check-jsonschema ships the schema of the Compose Specification as it was published.
    package = Path(importlib.util.find_spec("check_jsonschema").submodule_search_locations[0])
    schema = json.loads((package / "builtin_schemas/vendor/compose-spec.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    misspelt = {**COMPOSE, "services": {"redis": {**SERVICES["redis"], "restrat": "always"}}}
    assert [error.message for error in validator.iter_errors(misspelt)] != []


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed; the schema is checked above")
def test_docker_compose_reads_it_and_asks_for_each_secret_that_is_missing(tmp_path):
    def config(text):
        (tmp_path / "env").write_text(text)
        command = ["docker-compose", "--file", str(FILE), "--env-file", str(tmp_path / "env"), "config", "--quiet"]
        return subprocess.run(command, check=False, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, cwd=ROOT)

    whole = completed("")
    assert config(whole).returncode == 0, config(whole).stderr
    lacking = config("".join(line for line in whole.splitlines(keepends=True) if not line.startswith("REDIS_PASSWORD=")))
    assert lacking.returncode != 0
    assert "run make env" in lacking.stderr


def test_the_secrets_it_insists_on_are_those_that_make_env_writes():
    insisted = {name for name, rest in REFERENCE.findall(FILE.read_text()) if (rest or "").startswith(":?")}
    assert insisted == {*PASSWORDS, FERNET_KEY}


def test_no_secret_has_a_default_and_no_other_variable_lacks_one():
    for name, rest in REFERENCE.findall(FILE.read_text()):
        assert (rest or "").startswith(":?" if name in {*PASSWORDS, FERNET_KEY} else ":-"), name


def test_what_is_published_is_published_to_this_machine_only():
    published = [port for service in SERVICES for port in _published(service)]
    assert len(published) == 3
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_every_setting_it_gives_newsdesk_exists():
    known = _newsdesk_variables()
    given = {name for service in SERVICES for name in _variables(service) if name.startswith("NEWSDESK_")}
    assert given
    assert given <= known
    # Those that a person may set in `.env` are passed on under the same name, or they would be without effect.
    asked = {name for name, _ in REFERENCE.findall(FILE.read_text()) if name.startswith("NEWSDESK_")}
    assert asked <= given


def test_every_option_it_gives_airflow_exists():
    known = _airflow_options()
    given = {name for service in SERVICES for name in _variables(service) if name.startswith("AIRFLOW__")}
    assert given
    unknown = [name for name in sorted(given) if tuple(part.lower() for part in name.split("__")[1:]) not in known]
    assert unknown == []


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_service_is_watched_limited_and_restarted_as_its_kind_is(service):
    definition = SERVICES[service]
    assert "mem_limit" in definition
    assert definition["security_opt"] == ["no-new-privileges:true"]
    if service in JOBS:
        assert definition["restart"] == "no"
        assert "healthcheck" not in definition
    else:
        assert definition["restart"] == "unless-stopped"
        assert definition["healthcheck"]["retries"]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_service_waits_for_what_it_needs_to_be_done_or_healthy(service):
    for needed, how in SERVICES[service].get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if needed in JOBS else "service_healthy"), needed


@pytest.mark.parametrize("service", sorted(AIRFLOW | {"newsdesk-setup", "airflow-setup", "kibana-setup", "newsdesk"}))
def test_our_own_containers_run_without_privileges(service):
    definition = SERVICES[service]
    assert definition["cap_drop"] == ["ALL"]
    assert "user" not in definition
    assert "\nUSER 50000:0\n" in (ROOT / "docker/Dockerfile").read_text()


def test_whoever_holds_a_login_of_elasticsearch_has_the_least_that_does():
    def logins(variable):
        return {service: _variables(service)[variable] for service in SERVICES if variable in _variables(service)}

    assert logins("NEWSDESK_ELASTICSEARCH_USERNAME") == {
        "airflow-worker": "newsdesk_writer",
        "newsdesk": "newsdesk_writer",
        "airflow-apiserver": "newsdesk_reader",
        "newsdesk-setup": "newsdesk_setup",
        "kibana-setup": "newsdesk_setup",
    }
    assert set(logins("ELASTIC_PASSWORD")) == {"elasticsearch", "elasticsearch-users"}
    for service, connection in logins("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT").items():
        assert json.loads(connection)["login"] == _variables(service)["NEWSDESK_ELASTICSEARCH_USERNAME"]
        assert json.loads(connection)["extra"]["ca_certs"] == _variables(service)["NEWSDESK_ELASTICSEARCH_CA_CERTS"]


def test_those_who_parse_what_comes_from_outside_do_not_hold_airflows_login():
    holders = {service for service in SERVICES if "AIRFLOW_ADMIN_PASSWORD" in json.dumps(SERVICES[service].get("environment", {}))}
    assert holders == {"airflow-setup", "newsdesk"}


def test_the_commands_that_it_calls_exist():
    for service in ("newsdesk-setup", "kibana-setup"):
        for line in " ".join(SERVICES[service]["command"]).split("newsdesk ")[1:]:
            command = main.newsdesk
            for word in line.split()[:2]:
                command = command.get_command(click.Context(command), word)
                assert command is not None, line


def test_the_key_of_the_authority_is_mounted_by_elasticsearch_and_its_maker_alone():
    holders = {service for service in SERVICES if any(str(volume).startswith("keys:") for volume in SERVICES[service].get("volumes", []))}
    assert holders == {"certificates", "elasticsearch"}


def test_postgres_and_redis_are_reached_by_airflow_alone():
    assert COMPOSE["networks"]["state"] == {"internal": True}
    inside = {service for service in SERVICES if "state" in SERVICES[service]["networks"]}
    assert inside == {*AIRFLOW, "postgres", "redis", "airflow-setup", "newsdesk-setup", "newsdesk"}


def test_elasticsearch_and_kibana_are_of_one_version():
    versions = {definition["image"] for definition in SERVICES.values() if definition["image"].startswith("docker.elastic.co/")}
    assert versions == {"docker.elastic.co/elasticsearch/elasticsearch:9.5.2", "docker.elastic.co/kibana/kibana:9.5.2"}


@pytest.mark.parametrize("path", sorted((ROOT / "docker/elasticsearch/roles").glob("*.json")), ids=lambda path: path.stem)
def test_each_role_is_kept_to_the_indices_of_newsdesk(path):
    role = json.loads(path.read_text())
    assert {name for block in role["indices"] for name in block["names"]} == {"articles*", "newsdesk-*"}
    assert "all" not in [privilege for block in role["indices"] for privilege in block["privileges"]]


@pytest.mark.parametrize("script", sorted(ROOT.glob("docker/*/*.sh")), ids=lambda path: path.stem)
def test_the_scripts_are_sound_bash(script):
    assert subprocess.run(["bash", "-n", script], check=False, capture_output=True, text=True).stderr == ""
    assert os.access(script, os.X_OK)


def test_every_file_that_is_mounted_is_there():
    mounted = [
        str(volume).split(":")[0] for definition in SERVICES.values() for volume in definition.get("volumes", []) if volume.startswith("./")
    ]
    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_the_image_gets_every_file_it_copies_and_no_secret():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert sources == allowed
    assert [source for source in sorted(sources) if not (ROOT / source).exists()] == []

"""docker-compose.yml, as far as it can be tested without Docker: schema, secrets, addresses, names, permissions."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from known_variables import airflow_variables, newsdesk_variables
from newsdesk.airflow_tasks import heartbeat
from newsdesk.cli import main
from newsdesk.ops.env_file import FERNET_KEY, PASSWORDS, write_env, write_settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.load(FILE.read_text(), yaml.CSafeLoader)
SERVICES = COMPOSE["services"]
JOBS = {"certificates", "elasticsearch-users", "databases", "airflow-setup", "newsdesk-setup", "kibana-setup", "newsdesk"}
AIRFLOW = {"airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker"}
OURS = AIRFLOW | {"airflow-cleanup", "airflow-setup", "newsdesk-setup", "kibana-setup", "newsdesk"}
REFERENCE = re.compile(r"\$\{([A-Z_]+)(:?[-?][^}]*)?}")
# A check every 10 s takes about 1 % of a core; only services that others wait for are checked that often.
GATES = {"elasticsearch", "kibana", "postgres", "redis", "airflow-apiserver"}


def _documented_variables():
    return re.findall(r"^\| `(NEWSDESK_\w+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)


@cache
def _compose():
    """The command of a Compose on this machine and its version, the newest there is; (None, (0, 0)) without one.

    `make containers` keeps the one that it builds.
    """
    built = sorted((Path.home() / ".cache/newsdesk/containers").glob("docker-compose-2*"))
    found = []
    for command in (["docker", "compose"], ["docker-compose"], *([str(path)] for path in built)):
        if shutil.which(command[0]):
            said = subprocess.run([*command, "version", "--short"], check=False, capture_output=True, text=True)
            version = re.match(r"v?(\d+)\.(\d+)", said.stdout)
            if version:
                found.append((command, (int(version[1]), int(version[2]))))
    return max(found, key=lambda one: one[1], default=(None, (0, 0)))


@pytest.fixture
def compose():
    if not _compose()[0]:
        pytest.skip("Docker Compose is not installed; the schema is checked without it")


@pytest.fixture
def compose_2():
    if _compose()[1] < (2, 20):
        pytest.skip("Docker Compose is older than the 2.20 that is needed to run it")


needs_compose = pytest.mark.usefixtures("compose")
needs_compose_2 = pytest.mark.usefixtures("compose_2")


@pytest.fixture
def project(tmp_path):
    """A copy of the files that Compose reads, with the two files of `make env`."""
    shutil.copy(FILE, tmp_path)
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    write_env(tmp_path / ".env")
    write_settings(tmp_path / "newsdesk.env")
    return tmp_path


def _config(project, *files, **variables):
    flags = [word for file in (FILE.name, *files) for word in ("--file", file)]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ} | variables
    command = [*_compose()[0], *flags, "--profile", "cli", "config"]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=project)


def _variables(service):
    return SERVICES[service].get("environment", {})


def _published(service):
    return SERVICES[service].get("ports", [])


def test_it_is_valid_against_the_schema_of_the_compose_specification():
    # check-jsonschema ships the schema of the Compose Specification as it was published.
    package = Path(importlib.util.find_spec("check_jsonschema").submodule_search_locations[0])
    schema = json.loads((package / "builtin_schemas/vendor/compose-spec.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    misspelt = {**COMPOSE, "services": {"redis": {**SERVICES["redis"], "restrat": "always"}}}
    assert [error.message for error in validator.iter_errors(misspelt)] != []


@needs_compose
def test_compose_requires_each_secret(project):
    complete = _config(project)
    assert complete.returncode == 0, complete.stderr
    lines = (project / ".env").read_text().splitlines(keepends=True)
    (project / ".env").write_text("".join(line for line in lines if not line.startswith("REDIS_PASSWORD=")))
    without = _config(project)
    assert without.returncode != 0
    assert "run make env" in without.stderr


@needs_compose
def test_a_setting_in_newsdesk_env_reaches_every_container_of_newsdesk(project):
    names = _documented_variables()
    assert set(names) <= newsdesk_variables()
    (project / "newsdesk.env").write_text("".join(f"{name}=given-{name}\n" for name in names) + "AWS_ACCESS_KEY_ID=key\n")
    services = yaml.load(_config(project).stdout, yaml.CSafeLoader)["services"]
    for service in OURS:
        given, own = services[service]["environment"], _variables(service)
        assert [name for name in names if name not in own and given[name] != f"given-{name}"] == []
        assert given["AWS_ACCESS_KEY_ID"] == "key"
    for service in set(services) - OURS:
        assert "AWS_ACCESS_KEY_ID" not in services[service].get("environment", {})


@needs_compose_2
def test_variables_in_env_take_effect(project):
    values = {
        "WORKERS": "3",
        "WORKER_CPUS": "1.5",
        "AIRFLOW_PORT": "18080",
        "AIRFLOW_PUBLIC_URL": "https://news.example",
        "KIBANA_PUBLIC_URL": "https://charts.example",
    }
    with (project / ".env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    services = yaml.load(_config(project).stdout, yaml.CSafeLoader)["services"]
    assert services["airflow-worker"]["deploy"]["replicas"] == 3
    assert float(services["airflow-worker"]["cpus"]) == 1.5
    assert "18080" in json.dumps(services["airflow-apiserver"]["ports"])
    assert services["airflow-apiserver"]["environment"]["AIRFLOW__API__BASE_URL"] == "https://news.example"
    assert services["kibana"]["environment"]["KIBANA_PUBLIC_URL"] == "https://charts.example"


@needs_compose_2
def test_public_urls_default_to_localhost_with_the_ports(project):
    services = yaml.safe_load(_config(project, AIRFLOW_PORT="18080").stdout)["services"]
    assert services["airflow-apiserver"]["environment"]["AIRFLOW__API__BASE_URL"] == "http://localhost:18080"
    assert services["kibana"]["environment"]["KIBANA_PUBLIC_URL"] == "http://localhost:5601"


@needs_compose_2
def test_the_share_file_publishes_services_on_the_private_address(project):
    assert "set it in .env" in _config(project, "docker/compose.share.yml").stderr
    shared = yaml.safe_load(_config(project, "docker/compose.share.yml", PRIVATE_ADDRESS="10.8.0.1").stdout)
    published = {
        (service, port["published"])
        for service, definition in shared["services"].items()
        for port in definition.get("ports", [])
        if port["host_ip"] == "10.8.0.1"
    }
    assert published == {("postgres", "5432"), ("redis", "6379"), ("airflow-apiserver", "8080"), ("elasticsearch", "9200")}
    for service in ("postgres", "redis"):
        networks = shared["services"][service]["networks"]
        assert not all(shared["networks"][name].get("internal") for name in networks)


@needs_compose_2
def test_a_remote_worker_differs_only_in_the_addresses_of_services(project):
    assert "set it in .env" in _config(project, "docker/compose.remote.yml").stderr
    remote = yaml.safe_load(_config(project, "docker/compose.remote.yml", MAIN_ADDRESS="10.8.0.1").stdout)["services"]["airflow-worker"]
    here = yaml.load(_config(project).stdout, yaml.CSafeLoader)["services"]["airflow-worker"]
    assert remote["environment"] == here["environment"]
    hosts = {re.split("[:=]", entry, maxsplit=1)[0] for entry in remote["extra_hosts"]}
    addressed = set(re.findall(r"(?:@|//)([a-z-]+)(?=:\d|/)", " ".join(map(str, _variables("airflow-worker").values()))))
    assert hosts == addressed == {"airflow-apiserver", "elasticsearch", "postgres", "redis"}
    assert [volume["type"] for volume in remote["volumes"] if volume["target"] == "/authority"] == ["bind"]


def test_the_required_secrets_are_those_that_make_env_generates():
    insisted = {name for name, rest in REFERENCE.findall(FILE.read_text()) if (rest or "").startswith(":?")}
    assert insisted == {*PASSWORDS, FERNET_KEY}


def test_every_variable_but_secrets_has_a_default():
    for name, rest in REFERENCE.findall(FILE.read_text()):
        assert (rest or "").startswith(":?" if name in {*PASSWORDS, FERNET_KEY} else ":-"), name


def test_ports_are_published_on_loopback_only():
    published = [port for service in SERVICES for port in _published(service)]
    assert len(published) == 3
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_every_newsdesk_variable_is_a_setting():
    known = newsdesk_variables()
    given = {name for service in SERVICES for name in _variables(service) if name.startswith("NEWSDESK_")}
    assert given
    assert given <= known
    # Settings for users are in newsdesk.env only.
    assert [name for name, _ in REFERENCE.findall(FILE.read_text()) if name.startswith("NEWSDESK_")] == []


def test_only_containers_of_newsdesk_read_newsdesk_env():
    assert {service for service in SERVICES if SERVICES[service].get("env_file") == ["newsdesk.env"]} == OURS


def test_every_airflow_variable_is_an_option():
    given = {name for service in SERVICES for name in _variables(service) if name.startswith("AIRFLOW__")}
    assert given
    assert given - airflow_variables() == set()


DOCKER = """\
#!/usr/bin/env python3
import hashlib, json, sys
services = {services!r}
if "config" in sys.argv:
    print(json.dumps({{"services": services}}))
else:
    image = sys.argv[sys.argv.index("inspect") + 1]
    assert "@" not in image
    print(json.dumps({{"digest": "sha256:" + hashlib.sha256(image.encode()).hexdigest()}}))
"""
"""Replaces docker: tells the services of Compose, and for each image a digest."""


def test_each_image_is_pinned_by_the_digest_of_its_tag(tmp_path, monkeypatch):
    services = {
        "redis": {"image": "redis:7.2@sha256:old"},
        "postgres": {"image": "postgres:17"},
        "setup": {"image": "newsdesk:local", "build": {"context": "."}},
        "worker": {"image": "newsdesk:local"},
    }
    folder, program = tmp_path / "docker", tmp_path / "bin/docker"
    shutil.copytree(ROOT / "docker", folder)
    program.parent.mkdir()
    program.write_text(DOCKER.format(services=services))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    said = subprocess.run([folder / "pin", "docker", "compose"], check=True, capture_output=True, text=True).stdout
    overrides = yaml.safe_load((folder / "compose.digests.yml").read_text())["services"]
    assert "3 images" in said
    assert set(overrides) == {"redis", "postgres", "setup"}
    assert re.fullmatch(r"redis:7\.2@sha256:[0-9a-f]{64}", overrides["redis"]["image"])
    assert re.fullmatch(r"python:\S+@sha256:[0-9a-f]{64}", overrides["setup"]["build"]["args"]["PYTHON_IMAGE"])


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_services_have_health_checks_limits_and_a_restart_policy(service):
    definition = SERVICES[service]
    assert "mem_limit" in definition
    assert definition["cpus"]
    assert definition["pids_limit"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert definition["restart"] == ("no" if service in JOBS else "unless-stopped")
    # The cleanup job sleeps for a day at a time: a failure shows when it exits.
    assert ("healthcheck" in definition) == (service not in JOBS | {"airflow-cleanup"})


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - JOBS - {"airflow-cleanup"}))
def test_health_checks_start_no_python_and_have_long_timeouts(service):
    check = SERVICES[service]["healthcheck"]
    command = " ".join(check["test"])
    assert "python" not in command
    assert "airflow " not in command
    seconds = {key: int(check[key].removesuffix("s")) for key in ("interval", "timeout")}
    assert seconds["interval"] >= (10 if service in GATES else 30)
    assert seconds["interval"] * check["retries"] >= 120
    assert check["start_period"].endswith("m")


def test_the_worker_touches_the_file_that_its_health_check_tests():
    imports = json.loads(_variables("airflow-worker")["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"])["imports"]
    assert heartbeat.__name__ in imports
    assert [module for module in imports if not importlib.util.find_spec(module)] == []
    assert f"find {heartbeat.FILE} " in " ".join(SERVICES["airflow-worker"]["healthcheck"]["test"])


def test_one_service_builds_the_image_of_all_containers():
    assert [service for service in SERVICES if "build" in SERVICES[service]] == ["newsdesk-setup"]
    assert {SERVICES[service]["image"] for service in OURS} == {"${IMAGE:-newsdesk:local}"}


def test_no_option_requires_special_rights_of_the_docker_daemon():
    assert [service for service in SERVICES if "ulimits" in SERVICES[service] or SERVICES[service].get("privileged")] == []


def test_mounted_files_are_relabelled_for_selinux():
    mounts = [volume for definition in SERVICES.values() for volume in definition.get("volumes", []) if volume.startswith("./")]
    assert mounts
    assert [volume for volume in mounts if not volume.endswith(":ro,z")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-compose"], "no no-such-compose found"),
        (["false"], "does not work: install Docker's compose plugin"),
        (["echo", "1.29.2"], "too old"),
        (["echo", "v2.19.9"], "too old"),
        (["echo", "2.20.0"], ""),
        (["echo", "v5.0.1"], ""),
    ],
)
def test_a_missing_requirement_of_make_up_is_reported_in_one_line(tmp_path, words, said):
    (tmp_path / "docker").mkdir()
    # Replaces Compose, which is called with `version --short`.
    if words[0] == "echo":
        compose = tmp_path / "compose"
        compose.write_text(f"#!/bin/sh\necho {words[1]}\n")
        compose.chmod(0o755)
        words = [str(compose)]
    found = subprocess.run([ROOT / "docker/prepare", *words], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert found.returncode == (1 if said else 0)
    assert said in found.stdout
    assert len(found.stdout.splitlines()) <= 1 + (not said)
    assert found.stderr == ""


def test_a_checkout_with_umask_077_is_made_readable_for_containers(tmp_path):
    folder = tmp_path / "docker/postgres"
    folder.mkdir(parents=True)
    (folder / "databases.sh").write_text("")
    for path, mode in ((folder / "databases.sh", 0o700), (folder, 0o700), (tmp_path / "docker", 0o700)):
        path.chmod(mode)
    compose = tmp_path / "compose"
    compose.write_text("#!/bin/sh\necho 2.40.3\n")
    compose.chmod(0o755)
    subprocess.run([ROOT / "docker/prepare", compose], check=True, capture_output=True, cwd=tmp_path)
    assert folder.stat().st_mode & 0o077 == 0o055
    assert (folder / "databases.sh").stat().st_mode & 0o077 == 0o055


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_service_depends_on_finished_jobs_and_healthy_services(service):
    for needed, how in SERVICES[service].get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if needed in JOBS else "service_healthy"), needed


@pytest.mark.parametrize("service", sorted(OURS))
def test_containers_of_newsdesk_run_without_privileges(service):
    definition = SERVICES[service]
    assert definition["cap_drop"] == ["ALL"]
    assert "user" not in definition
    assert "\nUSER 50000:0\n" in (ROOT / "docker/Dockerfile").read_text()


def test_each_component_has_the_elasticsearch_user_with_the_fewest_rights():
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


def _holders(secret):
    return {service for service in SERVICES if f"${{{secret}:" in json.dumps(SERVICES[service].get("environment", {}))}


def test_workers_have_no_secret_of_airflow():
    held = {secret for secret in (*PASSWORDS, FERNET_KEY) if "airflow-worker" in _holders(secret)}
    assert held == {"REDIS_PASSWORD", "POSTGRES_NEWSDESK_PASSWORD", "ELASTIC_WRITER_PASSWORD", "AIRFLOW_WORKER_PASSWORD"}
    assert _holders("AIRFLOW_ADMIN_PASSWORD") == {"airflow-setup", "airflow-apiserver", "newsdesk"}


def test_celery_results_are_not_pickled():
    # Celery's database backend pickles results: https://docs.celeryq.dev/en/stable/internals/reference/celery.backends.database.models.html
    backends = {_variables(service)["AIRFLOW__CELERY__RESULT_BACKEND"].partition(":")[0] for service in AIRFLOW}
    assert backends == {"redis"}


def test_workers_have_their_own_user_in_airflows_api():
    worker = _variables("airflow-worker")
    assert worker["NEWSDESK_AIRFLOW_USERNAME"] == "newsdesk_worker"
    assert worker["NEWSDESK_AIRFLOW_URL"] + "/execution/" == worker["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert '("newsdesk_worker", WORKER_ROLE, "AIRFLOW_WORKER_PASSWORD")' in (ROOT / "docker/airflow/users.py").read_text()


def test_the_commands_that_it_runs_exist():
    for service in ("newsdesk-setup", "kibana-setup"):
        for line in " ".join(SERVICES[service]["command"]).split("newsdesk ")[1:]:
            command = main.newsdesk
            for word in line.split()[:2]:
                command = command.get_command(click.Context(command), word)
                assert command is not None, line


def test_only_elasticsearch_and_the_certificates_job_mount_private_keys():
    holders = {service for service in SERVICES if any(str(volume).startswith("keys:") for volume in SERVICES[service].get("volumes", []))}
    assert holders == {"certificates", "elasticsearch"}


def test_postgres_and_redis_are_in_an_internal_network():
    assert COMPOSE["networks"]["state"] == {"internal": True}
    inside = {service for service in SERVICES if "state" in SERVICES[service]["networks"]}
    jobs = {"databases", "airflow-setup", "airflow-cleanup", "newsdesk-setup", "kibana-setup"}
    assert inside == {*AIRFLOW, *jobs, "postgres", "redis", "newsdesk"}


def test_elasticsearch_and_kibana_have_the_same_version():
    versions = {definition["image"] for definition in SERVICES.values() if definition["image"].startswith("docker.elastic.co/")}
    assert versions == {"docker.elastic.co/elasticsearch/elasticsearch:9.5.2", "docker.elastic.co/kibana/kibana:9.5.2"}


@pytest.mark.parametrize("path", sorted((ROOT / "docker/elasticsearch/roles").glob("*.json")), ids=lambda path: path.stem)
def test_roles_are_limited_to_newsdesks_indices(path):
    role = json.loads(path.read_text())
    assert {name for block in role["indices"] for name in block["names"]} == {"articles*", "newsdesk-*"}
    assert "all" not in [privilege for block in role["indices"] for privilege in block["privileges"]]


@pytest.mark.parametrize("script", sorted(ROOT.glob("docker/*/*.sh")), ids=lambda path: path.stem)
def test_scripts_have_valid_bash_syntax(script):
    assert subprocess.run(["bash", "-n", script], check=False, capture_output=True, text=True).stderr == ""
    assert os.access(script, os.X_OK)


def test_every_mounted_file_exists():
    mounted = [
        str(volume).split(":")[0] for definition in SERVICES.values() for volume in definition.get("volumes", []) if volume.startswith("./")
    ]
    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_the_build_context_contains_every_copied_file_and_no_secret():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert sources == allowed
    assert [source for source in sorted(sources) if not (ROOT / source).exists()] == []

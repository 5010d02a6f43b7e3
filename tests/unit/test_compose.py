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
from newsdesk.airflow_tasks import heartbeat
from newsdesk.cli import main
from newsdesk.ops.env_file import FERNET_KEY, PASSWORDS, write_env, write_settings
from newsdesk.settings import Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text())
SERVICES = COMPOSE["services"]
JOBS = {"certificates", "elasticsearch-users", "databases", "airflow-setup", "newsdesk-setup", "kibana-setup", "newsdesk"}
AIRFLOW = {"airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker"}
OURS = AIRFLOW | {"airflow-cleanup", "airflow-setup", "newsdesk-setup", "kibana-setup", "newsdesk"}
REFERENCE = re.compile(r"\$\{([A-Z_]+)(:?[-?][^}]*)?}")
# An exec of every 10 s costs about a hundredth of a core; only what others wait for is asked that often.
GATES = {"elasticsearch", "kibana", "postgres", "redis", "airflow-apiserver"}


def _newsdesk_variables():
    """Every variable that the settings read, their second names included."""
    names = set()
    for group in Settings.__dataclass_fields__.values():
        model = getattr(settings, group.type if isinstance(group.type, str) else group.type.__name__)
        for name, field in model.model_fields.items():
            alias = field.validation_alias
            names |= {str(choice) for choice in alias.choices} if alias else {f"{model.model_config['env_prefix']}{name}".upper()}
    return names


def _documented_variables():
    return re.findall(r"^\| `(NEWSDESK_\w+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)


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


COMMAND, VERSION = _compose()
needs_compose = pytest.mark.skipif(not COMMAND, reason="Docker Compose is not installed; the schema is checked without it")
needs_compose_2 = pytest.mark.skipif(VERSION < (2, 20), reason="Docker Compose is older than the 2.20 that is needed to run it")


@pytest.fixture
def project(tmp_path):
    """A copy of what Compose reads, with the two files of `make env`."""
    shutil.copy(FILE, tmp_path)
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    write_env(tmp_path / ".env")
    write_settings(tmp_path / "newsdesk.env")
    return tmp_path


def _config(project, *files, **variables):
    flags = [word for file in (FILE.name, *files) for word in ("--file", file)]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ} | variables
    command = [*COMMAND, *flags, "--profile", "cli", "config"]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=project)


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


@needs_compose
def test_docker_compose_reads_it_and_asks_for_each_secret_that_is_missing(project):
    assert _config(project).returncode == 0, _config(project).stderr
    lines = (project / ".env").read_text().splitlines(keepends=True)
    (project / ".env").write_text("".join(line for line in lines if not line.startswith("REDIS_PASSWORD=")))
    assert _config(project).returncode != 0
    assert "run make env" in _config(project).stderr


@needs_compose
def test_every_documented_setting_reaches_every_container_of_newsdesk(project):
    names = _documented_variables()
    assert set(names) <= _newsdesk_variables()
    (project / "newsdesk.env").write_text("".join(f"{name}=given-{name}\n" for name in names) + "AWS_ACCESS_KEY_ID=key\n")
    services = yaml.safe_load(_config(project).stdout)["services"]
    for service in OURS:
        given, own = services[service]["environment"], _variables(service)
        assert [name for name in names if name not in own and given[name] != f"given-{name}"] == []
        assert given["AWS_ACCESS_KEY_ID"] == "key"
    for service in set(services) - OURS:
        assert "AWS_ACCESS_KEY_ID" not in services[service].get("environment", {})


@needs_compose_2
def test_what_is_set_in_env_is_what_compose_does(project):
    values = {
        "WORKERS": "3",
        "WORKER_CPUS": "1.5",
        "AIRFLOW_PORT": "18080",
        "AIRFLOW_PUBLIC_URL": "https://news.example",
        "KIBANA_PUBLIC_URL": "https://charts.example",
    }
    with (project / ".env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    services = yaml.safe_load(_config(project).stdout)["services"]
    assert services["airflow-worker"]["deploy"]["replicas"] == 3
    assert float(services["airflow-worker"]["cpus"]) == 1.5
    assert "18080" in json.dumps(services["airflow-apiserver"]["ports"])
    assert services["airflow-apiserver"]["environment"]["AIRFLOW__API__BASE_URL"] == "https://news.example"
    assert services["kibana"]["environment"]["KIBANA_PUBLIC_URL"] == "https://charts.example"


@needs_compose_2
def test_the_public_addresses_follow_the_ports_where_nothing_else_is_set(project):
    services = yaml.safe_load(_config(project, AIRFLOW_PORT="18080").stdout)["services"]
    assert services["airflow-apiserver"]["environment"]["AIRFLOW__API__BASE_URL"] == "http://localhost:18080"
    assert services["kibana"]["environment"]["KIBANA_PUBLIC_URL"] == "http://localhost:5601"


@needs_compose_2
def test_the_main_machine_shares_what_workers_elsewhere_need_on_one_address(project):
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
def test_a_worker_elsewhere_is_the_same_worker_with_the_main_machines_address(project):
    assert "set it in .env" in _config(project, "docker/compose.remote.yml").stderr
    remote = yaml.safe_load(_config(project, "docker/compose.remote.yml", MAIN_ADDRESS="10.8.0.1").stdout)["services"]["airflow-worker"]
    here = yaml.safe_load(_config(project).stdout)["services"]["airflow-worker"]
    assert remote["environment"] == here["environment"]
    hosts = {re.split("[:=]", entry, maxsplit=1)[0] for entry in remote["extra_hosts"]}
    addressed = set(re.findall(r"(?:@|//)([a-z-]+)(?=:\d|/)", " ".join(map(str, _variables("airflow-worker").values()))))
    assert hosts == addressed == {"airflow-apiserver", "elasticsearch", "postgres", "redis"}
    assert [volume["type"] for volume in remote["volumes"] if volume["target"] == "/authority"] == ["bind"]


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
    # What a person may set stands in newsdesk.env, and nowhere else.
    assert [name for name, _ in REFERENCE.findall(FILE.read_text()) if name.startswith("NEWSDESK_")] == []


def test_the_settings_reach_every_container_of_newsdesk_and_no_other():
    assert {service for service in SERVICES if SERVICES[service].get("env_file") == ["newsdesk.env"]} == OURS


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
    assert definition["cpus"]
    assert definition["pids_limit"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert definition["restart"] == ("no" if service in JOBS else "unless-stopped")
    # The cleanup sleeps for a day at a time: its end is what shows that it is ill.
    assert ("healthcheck" in definition) == (service not in JOBS | {"airflow-cleanup"})


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - JOBS - {"airflow-cleanup"}))
def test_a_health_check_is_cheap_and_patient(service):
    check = SERVICES[service]["healthcheck"]
    command = " ".join(check["test"])
    assert "python" not in command
    assert "airflow " not in command
    seconds = {key: int(check[key].removesuffix("s")) for key in ("interval", "timeout")}
    assert seconds["interval"] >= (10 if service in GATES else 30)
    assert seconds["interval"] * check["retries"] >= 120
    assert check["start_period"].endswith("m")


def test_a_worker_leaves_the_heartbeat_that_its_health_check_looks_for():
    imports = json.loads(_variables("airflow-worker")["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"])["imports"]
    assert heartbeat.__name__ in imports
    assert [module for module in imports if not importlib.util.find_spec(module)] == []
    assert f"find {heartbeat.FILE} " in " ".join(SERVICES["airflow-worker"]["healthcheck"]["test"])


def test_one_service_builds_the_image_that_all_of_newsdesk_uses():
    assert [service for service in SERVICES if "build" in SERVICES[service]] == ["newsdesk-setup"]
    assert {SERVICES[service]["image"] for service in OURS} == {"${IMAGE:-newsdesk:local}"}


def test_nothing_is_asked_of_the_daemon_that_some_refuse():
    assert [service for service in SERVICES if "ulimits" in SERVICES[service] or SERVICES[service].get("privileged")] == []


def test_what_is_mounted_is_relabelled_for_selinux():
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
def test_what_stops_make_up_is_said_in_one_line(tmp_path, words, said):
    (tmp_path / "docker").mkdir()
    # A stand-in of Compose, which is asked for `version --short`.
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


def test_a_checkout_that_only_its_owner_reads_is_opened_for_the_containers(tmp_path):
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
def test_each_service_waits_for_what_it_needs_to_be_done_or_healthy(service):
    for needed, how in SERVICES[service].get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if needed in JOBS else "service_healthy"), needed


@pytest.mark.parametrize("service", sorted(OURS))
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


def _holders(secret):
    return {service for service in SERVICES if f"${{{secret}:" in json.dumps(SERVICES[service].get("environment", {}))}


def test_those_who_parse_what_comes_from_outside_hold_no_key_of_airflow():
    held = {secret for secret in (*PASSWORDS, FERNET_KEY) if "airflow-worker" in _holders(secret)}
    assert held == {"REDIS_PASSWORD", "POSTGRES_NEWSDESK_PASSWORD", "ELASTIC_WRITER_PASSWORD", "AIRFLOW_WORKER_PASSWORD"}
    assert _holders("AIRFLOW_ADMIN_PASSWORD") == {"airflow-setup", "newsdesk"}


def test_what_a_worker_writes_is_never_unpickled_by_the_scheduler():
    # Celery's database backend pickles results: https://docs.celeryq.dev/en/stable/internals/reference/celery.backends.database.models.html
    backends = {_variables(service)["AIRFLOW__CELERY__RESULT_BACKEND"].partition(":")[0] for service in AIRFLOW}
    assert backends == {"redis"}


def test_a_worker_has_a_login_of_its_own_at_airflows_api():
    worker = _variables("airflow-worker")
    assert worker["NEWSDESK_AIRFLOW_USERNAME"] == "newsdesk_worker"
    assert worker["NEWSDESK_AIRFLOW_URL"] + "/execution/" == worker["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert '("newsdesk_worker", WORKER_ROLE, "AIRFLOW_WORKER_PASSWORD")' in (ROOT / "docker/airflow/users.py").read_text()


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
    assert inside == {*AIRFLOW, "postgres", "redis", "databases", "airflow-setup", "airflow-cleanup", "newsdesk-setup", "newsdesk"}


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

"""Airflow on this machine: its four components with SQLite and the LocalExecutor, a login, loopback only.

`airflow standalone` would start servers for task logs too, which listen on every interface (Airflow 3.3) at ports that two
users cannot share. Here the web server reads the same files.

<home>/airflow/                     AIRFLOW_HOME: database, configuration, task logs
<home>/airflow-login.json           {"admin": password}, mode 0600
"""

import json
import secrets
import shlex
import sys
from pathlib import Path
from urllib.parse import urlsplit

import newsdesk
from newsdesk.errors import SetupError
from newsdesk.local.processes import Service, inherited_environment
from newsdesk.settings import Settings, local_airflow_file

ROOT = Path(newsdesk.__file__).resolve().parents[2]
"""The checkout: where `dags/`, `plugins/` and `seeds/` are."""

COMPONENTS = (("scheduler", "--skip-serve-logs"), ("dag-processor",), ("api-server",), ("triggerer", "--skip-serve-logs"))
"""What runs of Airflow, and its arguments."""

ADMIN = "admin"

IDLE_SECONDS = 0.5
"""How long the scheduler sleeps where it had nothing to do: an article waits for it before most of the seven tasks of its way."""

KILLED_AFTER_SECONDS = 120
"""A task that has not told so long that it is alive was killed. Its supervisor tells so every few seconds; Airflow waits 300 s."""


def airflow_url(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.local.airflow_port}"


def login_file(settings: Settings) -> Path:
    return local_airflow_file(settings.home.home)


def admin_password(settings: Settings) -> str:
    """The admin's password, made at the first call. Airflow would print one that it made itself to its log."""
    path = login_file(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(json.dumps({ADMIN: secrets.token_urlsafe(18)}))
        # Whole or not at all: a run that is killed here must not leave an empty login.
        written.replace(path)
    password: str = json.loads(path.read_text())[ADMIN]
    return password


def service(settings: Settings) -> Service:
    return Service("airflow", settings.home.home)


def start(settings: Settings, *, allowed_hosts: tuple[str, ...]) -> Service:
    """Starts Airflow and comes back when its database is made; `allowed_hosts` may be fetched from although they are on loopback."""
    admin_password(settings)
    airflow = Path(sys.executable).with_name("airflow")
    if not airflow.exists():
        raise SetupError(f"there is no {airflow.name} beside {sys.executable}", "Run `make setup`")
    started, environment = service(settings), _environment(settings, allowed_hosts)
    if started.run([str(airflow), "db", "migrate"], environment=environment):
        raise SetupError(f"Airflow's database cannot be made: {started.last_lines(1)}", f"Its log is {started.log}")
    started.start(["/bin/sh", "-c", _all_components(airflow)], environment=environment)
    return started


def _all_components(airflow: Path) -> str:
    """A script that runs the components in one session: the web server, which hides its mark, is found by its siblings."""
    return "".join(f"{shlex.join([str(airflow), *component])} & " for component in COMPONENTS) + "wait"


def command_environment(settings: Settings) -> dict[str, str] | None:
    """What the `airflow` command needs to work on Airflow's database: the one that is configured here, else that of this home.

    None where neither is there.
    """
    inherited = inherited_environment()
    if any(name.startswith("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN") for name in inherited):
        return inherited
    return _environment(settings, ()) if (_home(settings) / "airflow.db").is_file() else None


def _home(settings: Settings) -> Path:
    return settings.home.home / "airflow"


def _environment(settings: Settings, allowed_hosts: tuple[str, ...]) -> dict[str, str]:
    url = airflow_url(settings)
    ours = {
        "AIRFLOW_HOME": str(_home(settings)),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(settings.local.airflow_parallelism),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(login_file(settings)),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(settings.local.airflow_port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": str(IDLE_SECONDS),
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(KILLED_AFTER_SECONDS),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT": _elasticsearch_connection(settings),
        "NEWSDESK_HOME": str(settings.home.home),
        "NEWSDESK_LOCAL_AIRFLOW_PORT": str(settings.local.airflow_port),
        "NEWSDESK_FETCH_ALLOWED_HOSTS": json.dumps([*settings.fetch.allowed_hosts, *allowed_hosts]),
        "PATH": f"{Path(sys.executable).parent}:{inherited_environment().get('PATH', '')}",
    }
    return {**inherited_environment(), **ours}


def _elasticsearch_connection(settings: Settings) -> str:
    address = urlsplit(settings.elasticsearch.url or "")
    password = settings.elasticsearch.password
    return json.dumps(
        {
            "conn_type": "elasticsearch",
            "schema": address.scheme,
            "host": address.hostname,
            "port": address.port,
            "login": settings.elasticsearch.username,
            "password": password.get_secret_value() if password else "",
            "extra": {"ca_certs": str(settings.elasticsearch.ca_certs)} if settings.elasticsearch.ca_certs else {},
        }
    )

"""Starts, finds and stops the embedded Elasticsearch.

    <home>/elasticsearch/{config,data,logs}   owned by the user that it runs as
    <home>/elasticsearch.json                 URL and login, readable only by this user

Its processes have a mark of the home on their command lines, by which a running server, or what a crash left, is found. A pid file
could contain the id of an unrelated process.
"""

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from newsdesk.errors import SetupError
from newsdesk.local.distribution import install, locked, refuse_full_disk
from newsdesk.local.java import find_java
from newsdesk.local.processes import end_processes, require_free_port, uninterrupted
from newsdesk.settings import Settings, embedded_elasticsearch_file

__all__ = ["RunningElasticsearch", "install", "prepare", "start", "stop"]

USER = "newsdesk-es"
USERNAME = "elastic"
START_SECONDS = 180.0
"""Maximum time for a start. It takes 10 s on two idle cores, and up to a minute on a loaded machine."""
STOP_SECONDS = 30.0
PORT_SECONDS = 5.0
POLL_SECONDS = 0.2
_CONFIG = """\
cluster.name: newsdesk
node.name: embedded
discovery.type: single-node
path.data: "{root}/data"
path.logs: "{root}/logs"
path.repo: ["{root}/snapshots"]
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
action.auto_create_index: false
xpack.security.enabled: true
xpack.security.enrollment.enabled: false
xpack.security.http.ssl.enabled: false
xpack.security.transport.ssl.enabled: false
cluster.routing.allocation.disk.watermark.low: 500mb
cluster.routing.allocation.disk.watermark.high: 300mb
cluster.routing.allocation.disk.watermark.flood_stage: 150mb
"""
# Absolute watermarks: the defaults are shares of the disk, and block writes on a large disk that is 95 % full.
_NO_ROLES_INDEX = "-Des.queryable_built_in_roles_enabled=false"
# The index of built-in roles needs the filter pattern_capture, which this distribution lacks; each start would log stack traces.


@dataclass(frozen=True, slots=True)
class RunningElasticsearch:
    """A server of this home that is ready. `pid` is the id of its process group, or 0 if processes of other users are hidden."""

    url: str
    username: str
    password: str
    pid: int
    root: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        _end(_processes(self.root))
        if self.process is not None:
            self.process.wait()


def start(settings: Settings, report: Callable[[str], None], *, sleep: Callable[[float], None] = time.sleep) -> RunningElasticsearch:
    """Return the running server of this home, or start one and wait until it is ready.

    Raises SetupError if the port is in use, there is no JDK, the disk is full, or the server does not become ready; then no process is
    left running.
    """
    distribution = install(settings, report)
    root = settings.home.home / "elasticsearch"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with locked(settings.home.home / ".elasticsearch.lock"):
            running = _running(settings, root, sleep)
            if running is not None:
                report(f"Elasticsearch is running already: {running.url}")
                return running
            return _start(settings, root, distribution, report, sleep)
    except OSError as error:
        raise SetupError(
            f"Elasticsearch could not be prepared in {root}: {error.strerror or error}",
            "Free space there, or set NEWSDESK_HOME to a writable folder",
        ) from error


def prepare(settings: Settings, report: Callable[[str], None]) -> None:
    """Install the server, its JDK, and as root the user that it runs as, so that a start downloads nothing.

    Raises SetupError as `install` does, and if there is no JDK.
    """
    install(settings, report)
    find_java(settings, report=report)
    server_user(settings.home.cache)


def is_running(settings: Settings) -> bool:
    """Return whether this home's server has a process, also if it does not answer."""
    return bool(_processes(settings.home.home / "elasticsearch"))


def stop(settings: Settings) -> bool:
    """Stop all processes of this home, including those left by a crash; return whether there were any."""
    processes = _processes(settings.home.home / "elasticsearch")
    _end(processes)
    return bool(processes)


def kill(settings: Settings) -> None:
    """Kill all processes of this home."""
    end_processes(_processes(settings.home.home / "elasticsearch"), signal.SIGKILL, seconds=10.0)


def _start(
    settings: Settings, root: Path, distribution: Path, report: Callable[[str], None], sleep: Callable[[float], None]
) -> RunningElasticsearch:
    refuse_full_disk(root, settings.local.elasticsearch_minimum_free_bytes)
    port = settings.local.elasticsearch_port
    _await_port(port, sleep)
    require_free_port(port, what="Elasticsearch", setting="NEWSDESK_LOCAL_ELASTICSEARCH_PORT")
    java = find_java(settings)
    user = server_user(settings.home.cache)
    _let_in(user, root.parent, distribution, java)
    environment = _environment(java, root)
    login = _login(settings)
    _write_config(root, distribution, settings, user)
    _write_keystore(root, distribution, login["password"], environment, user)
    report(f"starting Elasticsearch on {login['url']} (as {user or 'this user'}, logs in {root / 'logs'})")
    log = root / "logs" / "console.log"
    with log.open("wb") as output, uninterrupted():
        process = subprocess.Popen(
            [distribution / "bin/elasticsearch"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=environment,
            start_new_session=True,
            **_as(user),
        )
    try:
        _await_health(login, process, log, sleep)
    except BaseException:
        _end([*_processes(root), *_group(process.pid)])
        process.wait()
        raise
    return RunningElasticsearch(login["url"], login["username"], login["password"], process.pid, root, process)


def _running(settings: Settings, root: Path, sleep: Callable[[float], None]) -> RunningElasticsearch | None:
    """Return the running server of this home. One that does not become healthy in a third of `START_SECONDS` is stopped."""
    file = embedded_elasticsearch_file(settings.home.home)
    if not _processes(root):
        return None
    if file.is_file():
        login = json.loads(file.read_text())
        deadline = time.monotonic() + START_SECONDS / 3
        while _processes(root) and time.monotonic() < deadline:
            if _is_healthy(login):
                groups = {os.getpgid(process.pid) for process in _processes(root)}
                return RunningElasticsearch(login["url"], login["username"], login["password"], min(groups, default=0), root)
            sleep(POLL_SECONDS)
    _end(_processes(root))
    return None


def _await_health(login: dict[str, str], process: subprocess.Popen[bytes], log: Path, sleep: Callable[[float], None]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(f"Elasticsearch ended with code {process.returncode}: {_last_lines(log)}", f"See the log {log}")
        if _is_healthy(login):
            return
        sleep(POLL_SECONDS)
    raise SetupError(f"Elasticsearch did not start within {START_SECONDS:.0f} s: {_last_lines(log)}", f"See the log {log}")


def _is_healthy(login: dict[str, str]) -> bool:
    try:
        answer = httpx.get(f"{login['url']}/_cluster/health", auth=(login["username"], login["password"]), timeout=5.0, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK and answer.json()["status"] in ("green", "yellow")


def _last_lines(log: Path) -> str:
    """Return the last lines of the log, preferably errors, in one line."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return "there is no log"
    errors = [line for line in lines if "ERROR" in line or "FATAL" in line or "Exception" in line]
    return " | ".join((errors or lines)[-3:])[-600:] or "the log is empty"


def _await_port(port: int, sleep: Callable[[float], None]) -> None:
    """Wait up to `PORT_SECONDS` for a port, which a killed server can hold for a moment after its process has ended."""
    deadline = time.monotonic() + PORT_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return
        sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _login(settings: Settings) -> dict[str, str]:
    """Return URL and login, and write them to the file of the home. The password is generated at the first start."""
    file = embedded_elasticsearch_file(settings.home.home)
    url = f"http://127.0.0.1:{settings.local.elasticsearch_port}"
    kept = json.loads(file.read_text()) if file.is_file() else {"password": secrets.token_urlsafe(24)}
    login = {"url": url, "username": USERNAME, "password": kept["password"]}
    temporary = file.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(login, out)
    temporary.rename(file)
    return login


def _environment(java: Path, root: Path) -> dict[str, str]:
    # The launcher leaves a folder among the temporary files at each start. A path with a space would become two arguments.
    temporary = "" if " " in str(root) else f" -Djava.io.tmpdir={root / 'tmp'}"
    # Without the environment of the caller, in which ES_JAVA_OPTS or proxy variables would affect Elasticsearch.
    return {
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(root / "config"),
        "ES_TMPDIR": str(root / "tmp"),
        "CLI_JAVA_OPTS": f"{_mark(root)}{temporary}",
        "HOME": str(root),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
    }


def _mark(root: Path) -> str:
    # A digest, since a path with a space would become two arguments.
    return f"-Dnewsdesk.elasticsearch={hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]}"


def _write_config(root: Path, distribution: Path, settings: Settings, user: str | None) -> None:
    config = root / "config"
    shutil.rmtree(root / "tmp", ignore_errors=True)
    for folder in (config, config / "jvm.options.d", root / "data", root / "logs", root / "tmp"):
        folder.mkdir(exist_ok=True)
    for name in ("log4j2.properties", "role_mapping.yml", "roles.yml", "users", "users_roles"):
        shutil.copyfile(distribution / "config" / name, config / name)
    port, transport_port = settings.local.elasticsearch_port, _free_port()
    (config / "elasticsearch.yml").write_text(_CONFIG.format(root=root, port=port, transport_port=transport_port))
    heap = settings.local.elasticsearch_heap
    # Without the garbage collection log, which the shipped file writes into the shared distribution.
    shipped = (distribution / "config/jvm.options").read_text().splitlines()
    kept = [line for line in shipped if "-Xlog:gc" not in line]
    (config / "jvm.options").write_text("\n".join([*kept, f"-Xms{heap}", f"-Xmx{heap}", _NO_ROLES_INDEX, _mark(root), ""]))
    _hand_over(root, user)


def _hand_over(root: Path, user: str | None) -> None:
    owner = pwd.getpwnam(user) if user else None
    for path in (root, *root.rglob("*")):
        mode = 0o700 if path.is_dir() else 0o600
        if path.stat().st_mode & 0o777 != mode and path.is_relative_to(root / "config"):
            path.chmod(mode)
        if owner is not None and path.stat().st_uid != owner.pw_uid:
            os.chown(path, owner.pw_uid, owner.pw_gid)


def _write_keystore(root: Path, distribution: Path, password: str, environment: dict[str, str], user: str | None) -> None:
    """Write the password to Elasticsearch's keystore, unless a digest next to it shows that it was written before."""
    noted, keystore = root / "config/.keystore-made", root / "config/elasticsearch.keystore"
    digest = hashlib.sha256(password.encode()).hexdigest()
    if noted.is_file() and keystore.is_file() and noted.read_text() == digest:
        return
    keystore.unlink(missing_ok=True)
    command = [str(distribution / "bin/elasticsearch-keystore"), "add", "--stdin", "--force", "bootstrap.password"]
    done = subprocess.run(command, input=password, env=environment, capture_output=True, text=True, check=False, **_as(user))
    if done.returncode:
        raise SetupError(
            f"Elasticsearch's keystore could not be created: {(done.stderr or done.stdout).strip()[-300:]}", f"Remove {root} and try again"
        )
    noted.write_text(digest)


def server_user(cache: Path) -> str | None:
    """Return the user that Elasticsearch runs as, or None for the current one. Elasticsearch refuses root, for which one is created."""
    if os.geteuid() != 0:
        return None
    # useradd replaces a user that another useradd created a moment before, and so changes its id.
    with locked(cache / ".user.lock"):
        if not _exists(USER):
            _create_user()
    return USER if _exists(USER) else "nobody"


def _create_user() -> None:
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd:
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", USER]
        subprocess.run(command, capture_output=True, check=False)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _as(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    owner = pwd.getpwnam(user)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _let_in(user: str | None, home: Path, *others: Path) -> None:
    """Allow the server's user to enter the home. Raises SetupError if a parent folder of a path is closed to that user."""
    if user is None:
        return
    home.chmod(home.stat().st_mode | 0o011)
    for path in (home, *others):
        for folder in (path.resolve(), *path.resolve().parents):
            if not folder.stat().st_mode & 0o001:
                raise SetupError(
                    f"the user {user}, as which Elasticsearch runs, has no access to {folder}",
                    "Set NEWSDESK_HOME, NEWSDESK_CACHE or ES_JAVA_HOME to an accessible folder, or run newsdesk as another user than root",
                )


def _processes(root: Path) -> list[psutil.Process]:
    """Return the processes of launcher and server of this home, by the mark on their command lines."""
    mark = _mark(root)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if mark in process.cmdline():
                found.append(process)
    return found


def _group(leader: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(leader)
        yield process
        yield from process.children(recursive=True)


def _end(processes: list[psutil.Process]) -> None:
    alive = end_processes(processes, signal.SIGTERM, seconds=STOP_SECONDS)
    end_processes(alive, signal.SIGKILL, seconds=10.0)

"""The container engine for the tests: the running Docker, or a dockerd that the tests start and remove without traces.

The images of such a dockerd are kept in the user's cache, so that a second run is faster.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from containers.command import CommandFailed, output_of, own_environment, succeeds
from stack.desk import await_condition

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsdesk/containers"
RUNTIME = Path("/run/newsdesk-containers")
"""Sockets of the tests' own dockerd, and the state of the network before it. Below /run, so a reboot removes it."""
IP_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = ("filter", "nat", "mangle", "raw")
EMPTY_TABLES = {
    "filter": "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n",
    "nat": "*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n",
    "mangle": "*mangle\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n",
    "raw": "*raw\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n",
}
COMPOSE = "2.40.3"
OLDEST_COMPOSE = (2, 20)


@dataclass(frozen=True)
class Engine:
    """A container engine. `environment` is used for all its commands; `is_own` is true if the tests started it."""

    environment: dict[str, str]
    compose: tuple[str, ...]
    is_own: bool

    def docker(self, *words: str, text: str = "", seconds: float = 600, stderr_too: bool = False) -> str:
        return output_of(["docker", *words], environment=self.environment, text=text, seconds=seconds, stderr_too=stderr_too)

    def has_image(self, name: str) -> bool:
        return bool(self.docker("image", "ls", "--quiet", name).strip())

    def label(self, image: str, label: str) -> str:
        return self.docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{label}"}}}}', image).strip()


@contextlib.contextmanager
def open_engine(report: Callable[[str], None]) -> Iterator[Engine]:
    """Use the running engine, or start one and stop it at the end. Skips the tests where neither is possible."""
    environment = own_environment()
    if succeeds(["docker", "info"], environment=environment):
        yield Engine(environment, _compose(environment, report), is_own=False)
        return
    if os.geteuid():
        pytest.skip("no container engine is running, and only root can start one")
    _install_docker(report)
    environment = own_environment(DOCKER_HOST=f"unix://{RUNTIME}/docker.sock")
    compose = _compose(environment, report)
    report(f"starting dockerd, its images in {CACHE}")
    try:
        with _network_put_back(), _dockerd(environment):
            yield Engine(environment, compose, is_own=True)
    finally:
        shutil.rmtree(RUNTIME, ignore_errors=True)


def _install_docker(report: Callable[[str], None]) -> None:
    for program, package in (("dockerd", "docker.io"), ("docker", "docker-cli")):
        if shutil.which(program):
            continue
        if not shutil.which("apt-get"):
            pytest.skip(f"{program} is missing, and there is no apt-get to install it")
        report(f"installing {package}")
        if not _apt_install(package):
            pytest.skip(f"{program} is missing, and apt-get could not install {package}")


def _apt_install(package: str) -> bool:
    environment = own_environment(DEBIAN_FRONTEND="noninteractive")
    commands = (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", package])
    return all(succeeds(command, environment=environment, seconds=900) for command in commands)


def install_mmdebstrap(report: Callable[[str], None]) -> None:
    """Install mmdebstrap if it is missing. Skips the tests where that fails."""
    if not shutil.which("mmdebstrap"):
        report("installing mmdebstrap")
        if not _apt_install("mmdebstrap"):
            pytest.skip("no registry is reachable, and mmdebstrap, which stand-ins need, could not be installed")


@contextlib.contextmanager
def _dockerd(environment: dict[str, str]) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    RUNTIME.mkdir(parents=True, exist_ok=True)
    # A run that was killed may leave the store of networks damaged, and dockerd does not start with it.
    (CACHE / "docker/network/files/local-kv.db").unlink(missing_ok=True)
    pid_file = RUNTIME / "docker.pid"
    folders = ["--data-root", str(CACHE / "docker"), "--exec-root", str(RUNTIME / "run"), "--pidfile", str(pid_file)]
    # dockerd ends with this process, even if that is killed; in its own session it does not receive the tests' Ctrl-C.
    command = ["setpriv", "--pdeathsig", "TERM", "dockerd", *folders, "--host", environment["DOCKER_HOST"]]
    with (RUNTIME / "dockerd.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def answers() -> bool:
        if process.poll() is not None:
            pytest.fail(f"dockerd ended: {(RUNTIME / 'dockerd.log').read_text()[-2000:]}")
        return succeeds(["docker", "info"], environment=environment)

    try:
        await_condition(answers, what="dockerd")
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _network_put_back() -> Iterator[None]:
    """Restore the network at the end: dockerd enables forwarding, adds firewall rules and bridges, and does not remove them."""
    RUNTIME.mkdir(parents=True, exist_ok=True)
    kept = RUNTIME / "network-before.json"
    if not kept.exists():  # if it exists, an earlier run was killed, and the present state is not the original one
        kept.write_text(json.dumps({"forward": IP_FORWARD.read_text(), "interfaces": _interfaces(), "rules": _rules()}))
    before = json.loads(kept.read_text())
    try:
        yield
    finally:
        for command, tables in before["rules"].items():
            for rules in tables.values():
                output_of([f"{command}-restore"], text=rules)
        for interface in set(_interfaces()) - set(before["interfaces"]):
            succeeds(["ip", "link", "delete", interface])
        IP_FORWARD.write_text(before["forward"])
        kept.unlink()


def _rules() -> dict[str, dict[str, str]]:
    return {command: {table: _table(command, table) for table in TABLES} for command in ("iptables", "ip6tables")}


def _table(command: str, table: str) -> str:
    # iptables-nft prints nothing for a table that has never been used.
    return output_of([f"{command}-save", "--table", table]) or EMPTY_TABLES[table]


def _interfaces() -> list[str]:
    return [name for _, name in socket.if_nameindex()]


def _compose(environment: dict[str, str], report: Callable[[str], None]) -> tuple[str, ...]:
    """The command of a Compose that is new enough: the plugin, or one that is built from source once."""
    built = CACHE / f"docker-compose-{COMPOSE}"
    for command in (("docker", "compose"), ("docker-compose",), (str(built),)):
        if _compose_version(command, environment) >= OLDEST_COMPOSE:
            return command
    if not shutil.which("go"):
        pytest.skip("Docker Compose 2.20 or newer is not installed, and there is no Go to build it with")
    report(f"building Docker Compose {COMPOSE}")
    try:
        _build_compose(built)
    except (CommandFailed, OSError) as error:
        pytest.skip(f"Docker Compose is not installed and could not be built: {str(error)[-300:]}")
    return (str(built),)


def _compose_version(command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, ...]:
    try:
        version = output_of([*command, "version", "--short"], environment=environment, seconds=60)
        return tuple(int(part) for part in version.strip().removeprefix("v").split(".")[:2])
    except (CommandFailed, OSError, ValueError):
        return (0,)


def _build_compose(built: Path) -> None:
    built.parent.mkdir(parents=True, exist_ok=True)
    environment = own_environment(CGO_ENABLED="0")
    module = f"github.com/docker/compose/v2@v{COMPOSE}"
    found = json.loads(output_of(["go", "mod", "download", "-json", module], cwd=built.parent, environment=environment, seconds=1200))
    source = built.parent / "compose-source"
    shutil.rmtree(source, ignore_errors=True)
    # The copy in Go's module cache is read-only, and `go install` refuses a module with excludes.
    shutil.copytree(found["Dir"], source, copy_function=shutil.copyfile)
    for path in [source, *source.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    flags = f"-s -w -X github.com/docker/compose/v2/internal.Version=v{COMPOSE}"
    part = built.with_suffix(".part")
    output_of(["go", "build", "-trimpath", "-ldflags", flags, "-o", str(part), "./cmd"], cwd=source, environment=environment, seconds=3600)
    part.rename(built)
    shutil.rmtree(source)

"""A container engine for the tests: the one that runs here, else one of their own, which leaves nothing behind.

The images of the own engine stay in the user's cache, so that a second run is quick.
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
"""Sockets of the own engine, and what the network was before it. In memory: a restart of the machine clears it."""
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
    """`environment` is that of every command that speaks to it. An engine that is our own may keep stand-ins."""

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
    """The engine that answers, else one that is started and stopped here. Skips the tests, in a line, where neither is to be had."""
    environment = own_environment()
    if succeeds(["docker", "info"], environment=environment):
        yield Engine(environment, _compose(environment, report), is_own=False)
        return
    if os.geteuid():
        pytest.skip("no container engine answers, and only root may start one")
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
    """Raises CommandFailed where apt does not give it."""
    if not shutil.which("mmdebstrap"):
        report("installing mmdebstrap")
        if not _apt_install("mmdebstrap"):
            pytest.skip("no registry is reached, and there is no mmdebstrap to make stand-ins with")


@contextlib.contextmanager
def _dockerd(environment: dict[str, str]) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    RUNTIME.mkdir(parents=True, exist_ok=True)
    pid_file = RUNTIME / "docker.pid"
    folders = ["--data-root", str(CACHE / "docker"), "--exec-root", str(RUNTIME / "run"), "--pidfile", str(pid_file)]
    # It ends with this process, however that ends; in a session of its own it does not hear a Ctrl-C that is meant for the tests.
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
    """dockerd switches forwarding on, writes firewall rules and makes bridges, and leaves all that when it ends."""
    RUNTIME.mkdir(parents=True, exist_ok=True)
    kept = RUNTIME / "network-before.json"
    if not kept.exists():  # else a run before was killed, and what is there now is not what was there before
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
    # nft's iptables prints nothing at all for a table that nobody has used.
    return output_of([f"{command}-save", "--table", table]) or EMPTY_TABLES[table]


def _interfaces() -> list[str]:
    return [name for _, name in socket.if_nameindex()]


def _compose(environment: dict[str, str], report: Callable[[str], None]) -> tuple[str, ...]:
    """The command of a Compose that is new enough: the plugin, else one built from source, once."""
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
    # Go's own copy cannot be written to, and `go install` refuses a module with excludes.
    shutil.copytree(found["Dir"], source, copy_function=shutil.copyfile)
    for path in [source, *source.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    flags = f"-s -w -X github.com/docker/compose/v2/internal.Version=v{COMPOSE}"
    part = built.with_suffix(".part")
    output_of(["go", "build", "-trimpath", "-ldflags", flags, "-o", str(part), "./cmd"], cwd=source, environment=environment, seconds=3600)
    part.rename(built)
    shutil.rmtree(source)

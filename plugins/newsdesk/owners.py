"""Names of tasks, by which others can test whether the process of a task still runs."""

import os
import socket
from uuid import uuid4

import psutil


def new_owner() -> str:
    """Return a unique name for this task, `<machine>:<pid>:<random>`."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:12]}"


def is_dead(owner: str) -> bool:
    """Return whether the owner was a process of this machine that no longer exists. False for owners on other machines."""
    machine, pid, _ = owner.rsplit(":", 2)
    return machine == socket.gethostname()[:60] and not psutil.pid_exists(int(pid))

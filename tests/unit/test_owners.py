"""Names of tasks: they tell whether the task's process of this machine still runs."""

import os
import subprocess
import sys

from newsdesk.owners import is_dead, new_owner


def owner_of(pid, machine=None):
    name, _, random = new_owner().rsplit(":", 2)
    return f"{machine or name}:{pid}:{random}"


def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_each_task_has_a_name_of_its_own():
    assert new_owner() != new_owner()


def test_a_task_is_dead_when_its_process_is_gone():
    assert not is_dead(owner_of(os.getpid()))
    assert is_dead(owner_of(ended_process()))


def test_a_process_of_another_user_lives():
    assert not is_dead(owner_of(1))


def test_nothing_is_known_of_tasks_of_other_machines():
    assert not is_dead(owner_of(ended_process(), machine="worker:7.example"))

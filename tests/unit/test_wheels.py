"""The check that every locked package has a wheel, with simulated output of uv."""

import subprocess

import pytest

from fresh import wheels

NO_WHEEL = """\
error: No solution found when resolving dependencies
  cause: Because rs-trafilatura==0.1.1 has no usable wheels and you require rs-trafilatura==0.1.1, we can conclude that
"""
UNREACHED = "error: Request failed after 3 retries in 3.9s\n  cause: Failed to fetch: https://index.example/simple/httpx/\n"


@pytest.fixture
def answer(monkeypatch, tmp_path):
    """A function that sets the error output of uv, which succeeds if that is empty. Returns the list of commands that are run."""
    asked = []
    monkeypatch.setattr(wheels, "PASSED", tmp_path / "passed")
    monkeypatch.delenv("CI", raising=False)

    def say(errors):
        def run(command, **_options):
            asked.append(command)
            return subprocess.CompletedProcess(command, int(bool(errors)), "", errors)

        monkeypatch.setattr(subprocess, "run", run)
        return asked

    return say


def test_every_lock_is_resolved_for_every_python_and_platform(answer):
    asked = answer("")
    wheels.main()
    assert len(asked) == len(wheels.LOCKS) * 6
    assert len({tuple(map(str, command)) for command in asked}) == len(asked)


def test_a_passed_check_is_repeated_only_when_a_lock_changes(answer, monkeypatch, tmp_path):
    asked = answer("")
    wheels.main()
    wheels.main()
    assert len(asked) == len(wheels.LOCKS) * 6
    for name in wheels.LOCKS:
        (tmp_path / name).write_text("another==1")
    monkeypatch.setattr(wheels, "ROOT", tmp_path)
    wheels.main()
    assert len(asked) == 2 * len(wheels.LOCKS) * 6


def test_a_package_without_a_wheel_is_named_at_every_check(answer):
    answer(NO_WHEEL)
    with pytest.raises(SystemExit, match=r"Python 3\.13, aarch64-manylinux_2_36: no wheel of rs-trafilatura==0\.1\.1"):
        wheels.main()
    assert not wheels.PASSED.exists()


def test_an_unreachable_index_is_reported_in_one_line(answer, capsys):
    answer(UNREACHED)
    wheels.main()
    assert capsys.readouterr().out.count("\n") == 1
    assert not wheels.PASSED.exists()


def test_an_unreachable_index_is_a_failure_in_ci(answer, monkeypatch):
    answer(UNREACHED)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="index"):
        wheels.main()

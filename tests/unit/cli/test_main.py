import errno
import importlib
import io
import json
import os
import sys

import click
import pytest
from click.testing import CliRunner

from newsdesk.cli import main
from newsdesk.cli.main import COMMANDS, newsdesk


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_listed_can_be_called(name):
    command = getattr(importlib.import_module(f"newsdesk.cli.{COMMANDS[name].module}"), COMMANDS[name].function)
    assert isinstance(command, click.Command)
    assert command.name == name


def test_help_lists_every_command_with_its_summary():
    lines = CliRunner().invoke(newsdesk, ["--help"]).output.splitlines()
    for name, entry in COMMANDS.items():
        assert any(line.split(maxsplit=1) == [name, entry.summary] for line in lines), name


def commands(command=newsdesk, path=()):
    """Yield each command with its path, except `airflow`, whose help is Airflow's."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(None):
            if name != "airflow":
                yield from commands(command.get_command(None, name), (*path, name))


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_help_fits_a_terminal_of_80_columns_without_cuts(path):
    lines = CliRunner(env={"COLUMNS": "80"}).invoke(newsdesk, [*path, "--help"]).output.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage:")] == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_characters_that_the_terminal_lacks_are_json_escapes(monkeypatch, encoding):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding, write_through=True))
    text = "Київ, “Zürich”, 北京, 😀"
    main.main(lambda: sys.stdout.write(json.dumps(text, ensure_ascii=False)))
    assert json.loads(written.getvalue().decode(encoding)) == text


def test_an_unknown_command_is_refused():
    result = CliRunner().invoke(newsdesk, ["serach"])
    assert result.exit_code == 2
    assert "No such command 'serach'" in result.output


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOTDIR, errno.EEXIST, errno.ENOSPC], ids=lambda number: errno.errorcode[number])
def test_what_the_file_system_refuses_is_one_line_with_a_remedy(capsys, number):
    def fails():
        raise OSError(number, os.strerror(number), "/srv/newsdesk/data")

    with pytest.raises(SystemExit) as ended:
        main.main(fails)
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith(f"newsdesk: /srv/newsdesk/data: {os.strerror(number)}. ")
    assert "NEWSDESK_HOME" in told
    assert told.count("\n") == 1


def test_a_bug_keeps_its_traceback():
    def fails():
        raise OSError(errno.EBADF, "Bad file descriptor")

    with pytest.raises(OSError, match="Bad file"):
        main.main(fails)

import errno
import importlib
import os

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

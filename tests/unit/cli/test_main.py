import importlib

import click
import pytest
from click.testing import CliRunner

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

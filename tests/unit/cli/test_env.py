"""`newsdesk env`: the file of secrets, and its error where it cannot be written."""

import pytest
from click.testing import CliRunner

from newsdesk.cli.env import env
from newsdesk.errors import SetupError


def test_the_secrets_are_written_once_and_kept(tmp_path):
    file = tmp_path / ".env"
    assert CliRunner().invoke(env, ["--file", str(file)]).exit_code == 0
    secrets = file.read_text()
    assert "ELASTIC_PASSWORD=" in secrets
    assert CliRunner().invoke(env, ["--file", str(file)]).exit_code == 0
    assert file.read_text() == secrets


def test_a_folder_that_does_not_exist_is_an_error_with_a_remedy(tmp_path):
    done = CliRunner().invoke(env, ["--file", str(tmp_path / "missing/.env")])
    with pytest.raises(SetupError, match="cannot be written: No such file or directory"):
        raise done.exception

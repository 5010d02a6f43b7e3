"""The secrets of Compose: created once, completed, readable only by their owner."""

import base64
import os
import stat

import pytest

from newsdesk import settings
from newsdesk.ops.env_file import (
    ALPHANUMERIC,
    FERNET_KEY,
    PASSWORDS,
    SETTINGS,
    SIGNING_KEYS,
    completed,
    misplaced_settings,
    missing_keys,
    write_env,
    write_settings,
)


def _values(text):
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_a_new_file_has_a_value_for_every_key_and_only_its_owner_reads_it(tmp_path):
    before = os.umask(0)
    try:
        added = write_env(tmp_path / ".env")
    finally:
        os.umask(before)
    values = _values((tmp_path / ".env").read_text())
    assert set(added) == set(values)
    assert missing_keys((tmp_path / ".env").read_text()) == []
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_passwords_are_long_different_and_mean_nothing_to_a_shell():
    values = _values(completed(""))
    passwords = [values[key] for key in PASSWORDS]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) >= 32 and set(password) <= set(ALPHANUMERIC) for password in passwords)
    assert all(len(values[key]) >= 64 for key in SIGNING_KEYS)
    assert len(base64.urlsafe_b64decode(values[FERNET_KEY])) == 32


def test_what_is_there_is_kept_to_the_letter(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# mine\nELASTIC_PASSWORD=chosen\nWORKER_MEMORY=8g\n")
    path.chmod(0o644)
    assert "ELASTIC_PASSWORD" not in write_env(path)
    text = path.read_text()
    assert text.startswith("# mine\nELASTIC_PASSWORD=chosen\nWORKER_MEMORY=8g\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert write_env(path) == []
    assert path.read_text() == text


def test_a_value_with_blanks_around_its_key_is_one():
    text = "ELASTIC_PASSWORD = chosen\n"
    assert "ELASTIC_PASSWORD" not in missing_keys(text)
    assert completed(text).startswith(text)


def test_an_empty_value_is_filled_and_not_written_twice():
    text = completed("REDIS_PASSWORD=\nELASTIC_PASSWORD=kept\n")
    assert text.count("REDIS_PASSWORD=") == 1
    assert _values(text)["REDIS_PASSWORD"]


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path):
    with pytest.raises(OSError, match="missing"):
        write_env(tmp_path / "missing" / ".env")


def test_the_settings_file_is_made_once_and_sets_nothing_by_itself(tmp_path):
    path = tmp_path / "newsdesk.env"
    assert write_settings(path)
    assert _values(path.read_text()) == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("NEWSDESK_FETCH_SHARDS=8\n")
    path.chmod(0o644)
    assert not write_settings(path)
    assert path.read_text() == "NEWSDESK_FETCH_SHARDS=8\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_examples_of_the_settings_file_can_be_used_as_they_are(monkeypatch):
    examples = _values(
        "\n".join(line.removeprefix("#") for line in SETTINGS.splitlines() if line.startswith("#") and "=" in line and " " not in line)
    )
    assert len([name for name in examples if name.startswith("NEWSDESK_")]) >= 5
    for name, value in examples.items():
        monkeypatch.setenv(name, value)
    loaded = settings.load()
    assert loaded.fetch.allowed_hosts == ("cms.newsroom.internal",)
    assert loaded.data_url == "s3://bucket/news"
    assert loaded.retention.index_days == 730
    assert loaded.alerts.mail_to == ("desk@newsroom.example",)


def test_settings_among_the_secrets_are_named():
    assert misplaced_settings("REDIS_PASSWORD=a\nNEWSDESK_DATA_URL = s3://b\n# NEWSDESK_X=1\n") == ["NEWSDESK_DATA_URL"]

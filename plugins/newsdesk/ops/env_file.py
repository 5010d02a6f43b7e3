"""The `.env` that docker-compose.yml takes its secrets from: made at first use, completed later, never overwritten.

`make env` calls this file with the system's own Python, before anything is installed: standard library only.
"""

import base64
import os
import secrets
import string
import tempfile
from pathlib import Path

ALPHANUMERIC = string.ascii_letters + string.digits
"""Passwords stand in JSON, in URLs and in shell scripts of set-up jobs as they are: no character means anything there."""
PASSWORD_LENGTH = 40
"""238 bits; Kibana wants at least 32 characters for its keys."""

PASSWORDS = (
    "ELASTIC_PASSWORD",
    "ELASTIC_KIBANA_PASSWORD",
    "ELASTIC_SETUP_PASSWORD",
    "ELASTIC_WRITER_PASSWORD",
    "ELASTIC_READER_PASSWORD",
    "KIBANA_SECURITY_KEY",
    "KIBANA_OBJECTS_KEY",
    "KIBANA_REPORTING_KEY",
    "POSTGRES_PASSWORD",
    "POSTGRES_AIRFLOW_PASSWORD",
    "POSTGRES_NEWSDESK_PASSWORD",
    "REDIS_PASSWORD",
    "AIRFLOW_SECRET_KEY",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_ADMIN_PASSWORD",
)
FERNET_KEY = "AIRFLOW_FERNET_KEY"
PROJECT_NAME = "COMPOSE_PROJECT_NAME"
HEADER = """\
# Secrets of docker-compose.yml, made by `make env`. Keep this file to yourself: mode 0600, never in git.
# A value that is here stays; `make env` adds what is missing. docs/deploy.md says how a password is changed.
"""


def missing_keys(text: str) -> list[str]:
    """The keys that a `.env` of this text has no value for, in the order in which they are written."""
    lines = (line.partition("=") for line in text.splitlines())
    values = {key.strip(): value for key, _, value in lines}
    return [key for key in (PROJECT_NAME, *PASSWORDS, FERNET_KEY) if not values.get(key, "").strip()]


def completed(text: str) -> str:
    """The text with a fresh value for each missing key. Lines that are there are kept as they are, empty values apart."""
    missing = missing_keys(text)
    kept = [line for line in text.splitlines() if line.split("=", 1)[0].strip() not in missing]
    body = "\n".join(kept) + "\n" if kept else HEADER
    return body + "".join(f"{key}={_fresh_value(key)}\n" for key in missing)


def write_env(path: Path) -> list[str]:
    """Completes the file at `path`, mode 0600, and returns the keys that were added. Raises OSError where it cannot."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    added = missing_keys(text)
    if not added:
        path.chmod(0o600)
        return []
    # A temporary file is born with mode 0600; the secrets are in no other file at any time, and the old ones in one.
    handle, temporary = tempfile.mkstemp(prefix=".env.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(completed(text))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return added


def report(path: Path, added: list[str]) -> str:
    """What was done, in a line for a person."""
    return f"{path}: {len(added)} values added, mode 0600" if added else f"{path}: nothing was missing, nothing changed"


def _fresh_value(key: str) -> str:
    if key == PROJECT_NAME:
        return "newsdesk"
    if key == FERNET_KEY:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(PASSWORD_LENGTH))


if __name__ == "__main__":
    target = Path(".env")
    print(report(target, write_env(target)))  # noqa: T201

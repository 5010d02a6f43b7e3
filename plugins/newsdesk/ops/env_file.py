"""Creates the two files next to docker-compose.yml: `.env` with secrets, and `newsdesk.env` for settings.

Both are created at the first use and not overwritten; missing secrets are added to `.env`. Compose reads `.env` and passes to each
container the secrets that it needs; all containers of newsdesk get `newsdesk.env`. `make env` runs this file with the system's Python
before anything is installed, so it uses the standard library only.
"""

import base64
import os
import secrets
import string
import tempfile
from pathlib import Path

ALPHANUMERIC = string.ascii_letters + string.digits
"""Characters of passwords, which need no escaping in JSON, URLs and shell scripts."""
PASSWORD_LENGTH = 40
"""238 bits. Kibana requires keys of at least 32 characters."""
SIGNING_KEY_LENGTH = 64
"""Airflow signs with HS512, whose keys must have at least 64 bytes (RFC 7518, 3.2)."""

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
    "AIRFLOW_WORKER_PASSWORD",
)
SIGNING_KEYS = frozenset({"AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET"})
FERNET_KEY = "AIRFLOW_FERNET_KEY"
PROJECT_NAME = "COMPOSE_PROJECT_NAME"
HEADER = """\
# Secrets of docker-compose.yml, made by `make env`. Keep this file private: mode 0600, never in git.
# Existing values are kept; `make env` adds missing ones. docs/deploy.md describes how to change a password.
"""
SETTINGS = """\
# The settings of newsdesk's containers, one NAME=value per line, without quotation marks; `make up` applies changes.
# All settings in docs/settings.md are allowed except those that docker-compose.yml sets (addresses and logins of its
# services), and also variables of Airflow (AIRFLOW__SECTION__OPTION) and S3 (AWS_...). The secrets of the services are in
# .env. Keep this file private if it contains a password.

# Mail address or web page of the operator, for publishers in the User-Agent.
#NEWSDESK_FETCH_CONTACT=https://desk.example/about-our-crawler
#NEWSDESK_FETCH_EVERY_MINUTES=5
#NEWSDESK_FETCH_SHARDS=4
#NEWSDESK_FETCH_ALLOWED_HOSTS=["cms.newsroom.internal"]

# Captures and articles in S3 instead of the volume; the endpoint is only needed for your own server.
#NEWSDESK_DATA_URL=s3://bucket/news
#AWS_ACCESS_KEY_ID=
#AWS_SECRET_ACCESS_KEY=
#AWS_ENDPOINT_URL_S3=https://s3.example

# How long things are kept, and who is told when something goes wrong.
#NEWSDESK_RETENTION_INDEX_DAYS=730
#NEWSDESK_ALERTS_WEBHOOK_URL=https://chat.example/hooks/newsdesk
#NEWSDESK_ALERTS_MAIL_TO=["desk@newsroom.example"]
#AIRFLOW_CONN_SMTP_DEFAULT=smtp://user:password@mail.example:587
"""


def missing_keys(text: str) -> list[str]:
    """Return the keys without a value in the text of a `.env`, in the order in which they are written."""
    lines = (line.partition("=") for line in text.splitlines())
    values = {key.strip(): value for key, _, value in lines}
    return [key for key in (PROJECT_NAME, *PASSWORDS, FERNET_KEY) if not values.get(key, "").strip()]


def completed(text: str) -> str:
    """Return the text with a generated value for each missing key. Other lines are kept unchanged."""
    missing = missing_keys(text)
    kept = [line for line in text.splitlines() if line.split("=", 1)[0].strip() not in missing]
    body = "\n".join(kept) + "\n" if kept else HEADER
    return body + "".join(f"{key}={_fresh_value(key)}\n" for key in missing)


def write_env(path: Path) -> list[str]:
    """Add missing keys to the file at `path` (mode 0600) and return them. Raises OSError if it cannot be written."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    added = missing_keys(text)
    if added:
        _replace(path, completed(text))
    path.chmod(0o600)
    return added


def write_settings(path: Path) -> bool:
    """Create the file at `path` (mode 0600) with commented examples; return False if it exists. Raises OSError if it cannot be written."""
    if path.exists():
        path.chmod(0o600)
        return False
    _replace(path, SETTINGS)
    return True


def misplaced_settings(text: str) -> list[str]:
    """Return the settings of newsdesk in the text of a `.env`, where they have no effect."""
    keys = (line.partition("=")[0].strip() for line in text.splitlines() if "=" in line)
    return [key for key in keys if key.startswith("NEWSDESK_")]


def report(path: Path, added: list[str]) -> str:
    """Return a message that says what was done."""
    return f"{path}: {len(added)} values added, mode 0600" if added else f"{path}: nothing was missing, nothing changed"


def _replace(path: Path, text: str) -> None:
    # Temporary files are created with mode 0600, and the existing file is replaced atomically.
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _fresh_value(key: str) -> str:
    if key == PROJECT_NAME:
        return "newsdesk"
    if key == FERNET_KEY:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    length = SIGNING_KEY_LENGTH if key in SIGNING_KEYS else PASSWORD_LENGTH
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(length))


if __name__ == "__main__":
    target, settings = Path(".env"), Path("newsdesk.env")
    print(report(target, write_env(target)))  # noqa: T201
    if write_settings(settings):
        print(f"{settings}: made, with examples; what is set there reaches all of newsdesk")  # noqa: T201
    if misplaced := misplaced_settings(target.read_text(encoding="utf-8")):
        raise SystemExit(f"{target}: move {', '.join(misplaced)} to {settings}: compose gives no container the settings in {target}")

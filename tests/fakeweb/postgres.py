"""A temporary Postgres in a folder, with a socket in the same folder; removed at the end."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

SUPERUSER = "newsdesk"
_NEVER_WAITS_FOR_THE_DISK = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


class Postgres:
    """A running server; every test has its own database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def pid(self) -> int:
        """The process id of the server's parent process."""
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def new_database(self) -> str:
        """Create an empty database and return its URL for `NEWSDESK_DATABASE_URL`."""
        name = f"state_{uuid4().hex[:12]}"
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg2://{SUPERUSER}@/{database}?host={self._folder}"


def find_binaries() -> Path | None:
    """Return the folder of `initdb` and `postgres`: on the PATH, or the newest version in Debian's folders."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def run_postgres(binaries: Path) -> Iterator[Postgres]:
    """Run a server, as another user if this one is root: Postgres refuses to run as root."""
    user = _unprivileged_user()
    # Not under pytest's folder, which other users cannot access; and short, since a socket's path has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="newsdesk-pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user is not None:
            os.chown(folder, user, -1)
        folder.chmod(0o755)
        data = folder / "data"
        _run([binaries / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"], user)
        options = " ".join([*_NEVER_WAITS_FOR_THE_DISK, "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"])
        _run([binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield Postgres(folder)
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], user)


def _run(command: Sequence[str | Path], user: int | None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")


def _unprivileged_user() -> int | None:
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("there is no user postgres or nobody to run Postgres as")

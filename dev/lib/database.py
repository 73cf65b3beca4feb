"""Odoo databases: a template with what the addon depends on, copies of it, and their end.

Each database has a filestore beside it, which is copied and removed with it.
"""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence

import psycopg2
from psycopg2 import sql

from console import Missing, say
from environment import DATA_DIR, ROOT, STATE, Odoo, lock

ADDON = "bring_warehousing"
LOGS = STATE / "log"


def manifest() -> dict:
    """Return the addon's manifest."""
    return ast.literal_eval((ROOT / "__manifest__.py").read_text())


def execute(statement: str, *, database: str = "postgres", **names: str) -> list[tuple]:
    """Run one SQL statement outside a transaction and return its rows.

    :param names: identifiers to fill in for the statement's {placeholders}
    :raise Missing: when PostgreSQL can't be reached, or refuses
    """
    try:
        with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                quoted = {key: sql.Identifier(name) for key, name in names.items()}
                cursor.execute(sql.SQL(statement).format(**quoted))
                return cursor.fetchall() if cursor.description else []
    except psycopg2.Error as error:
        raise Missing(f"PostgreSQL refused: {error}") from error


def exists(name: str) -> bool:
    """Say whether there is a database of that name."""
    return (name,) in execute("SELECT datname FROM pg_database")


def drop(name: str) -> None:
    """Remove a database, whoever uses it, and its filestore."""
    execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
    shutil.rmtree(DATA_DIR / "filestore" / name, ignore_errors=True)


def copy(source: str, name: str) -> None:
    """Make a database that is a copy of another, in the place of any of that name."""
    drop(name)
    execute("CREATE DATABASE {name} TEMPLATE {source}", name=name, source=source)
    files = DATA_DIR / "filestore" / source
    if files.exists():
        shutil.copytree(files, DATA_DIR / "filestore" / name)


def rename(name: str, new: str) -> None:
    """Give a database and its filestore another name, in the place of any of that name."""
    drop(new)
    execute("ALTER DATABASE {name} RENAME TO {new}", name=name, new=new)
    files = DATA_DIR / "filestore" / name
    if files.exists():
        files.rename(DATA_DIR / "filestore" / new)


def install(odoo: Odoo, name: str, modules: Sequence[str], *options: str) -> None:
    """Install modules into a database that may be new.

    :raise Missing: when that fails, with the end of Odoo's log
    """
    LOGS.mkdir(exist_ok=True)
    log = LOGS / f"{name}.log"
    with open(log, "w") as file:
        status = subprocess.run(
            [*odoo.command, "-d", name, "-i", ",".join(modules), "--stop-after-init",
             "--no-http", *options],
            env=odoo.env,
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
        ).returncode  # fmt: skip
    if status:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise Missing(f"Odoo could not install {', '.join(modules)}:\n{tail}\n(all of it: {log})")
    log.unlink()


def template(odoo: Odoo, also: Sequence[str] = ()) -> str:
    """Return the name of a database with the addon's dependencies; make it when there is none.

    :param also: more modules to have beside them

    It is made anew when Odoo's release or the dependencies change. Its modules count as installed
    with demo data, though none was loaded: so a copy takes the addon's own and nothing else.
    """
    name = "_".join(["bring_template", *also])
    depends = [*manifest()["depends"], *also]
    stamp = STATE / f"{name}.stamp"
    wanted = f"{odoo.release}\n{' '.join(depends)}\n{os.environ.get('PGHOST')}\n"
    with lock("template"):
        if not (stamp.exists() and stamp.read_text() == wanted and exists(name)):
            say(f"Making a database with {', '.join(depends)} (kept for the next time)")
            stamp.unlink(missing_ok=True)
            part = f"{name}_part"
            drop(part)
            install(odoo, part, depends)
            execute("UPDATE ir_module_module SET demo = true WHERE state = 'installed'",
                    database=part)  # fmt: skip
            rename(part, name)
            stamp.write_text(wanted)
    return name

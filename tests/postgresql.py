"""A PostgreSQL of its own for tests, where the machine has the programs: `cluster()`."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from posix_only import ROOT
from receiver import free_port

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; None where there is none, or where they
    would have to run as root.
    """
    found = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()]
    if not found and (here := shutil.which("initdb")):
        found = [Path(here).resolve().parent]
    return max(found, default=None) if _user() is not None else None


def _user() -> str | None:
    """The user that it runs as: empty is this one. It refuses to run as root."""
    if not ROOT:
        return ""
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database `team`; the server ends with the block."""
    where, user = programs(), _user()
    assert where is not None and user is not None
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
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=50"
        run("pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "team", "team")
            yield f"postgresql://team@127.0.0.1:{port}/team"
        finally:
            run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""`serve backup`, `restore`, `check` and `copy`: what is done with the data of a team server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.serve_options import HELP_DATA, HELP_DATABASE, VARIABLE, folder, not_installed, without_password
from session_tui.cli.serve_options import database as database_of
from session_tui.model.fault import Fault
from session_tui.model.sync.inventory import short
from session_tui.store.errors import StoreError

if TYPE_CHECKING:
    from session_tui.server.integrity import DataSummary
    from session_tui.server.operations import Place

_WRONG = 3  # the answer is no

data_option: Callable[..., Any] = click.option("--data", type=PATH, help=HELP_DATA)
database_option: Callable[..., Any] = click.option("--database", default="", metavar="URL", help=HELP_DATABASE)


@click.command()
@click.argument("file", type=PATH)
@data_option
@database_option
@click.pass_obj
def backup(context: CommandContext, file: Path, data: Path | None, database: str) -> int:
    """Write everything the server has into FILE, also while it runs.

    The backup is opened and checked before it is put in its place; a FILE that is there is
    replaced whole. It holds all sessions in full: keep it as you keep those.
    """
    with _faults():
        from session_tui.server import operations

        live, copied = operations.make_backup(_place(context, data, database), file.absolute())
    echo(_counts(live))
    echo(f"live    {short(live.digest)}")
    echo(f"backup  {short(copied.digest)}  {file}")
    return 0


@click.command()
@click.argument("file", type=PATH)
@data_option
@database_option
@click.pass_obj
def restore(context: CommandContext, file: Path, data: Path | None, database: str) -> int:
    """Make a backup the data; the server must have ended.

    The data of before are kept in a file. Tokens that were taken back stay so, and people keep the
    role and the accounts that they have now. Every client compares all it has at its next sync:
    what a backup lacks comes back from them.
    """
    with _faults():
        from session_tui.server import operations

        place = _place(context, data, database)
        done = operations.restore_backup(place, file.absolute())
    echo(f"Restored: {_counts(done.summary)}")
    echo(f"digest  {short(done.summary.digest)}")
    if done.kept is not None:
        echo(f"The data of before are kept: {done.kept}")
    if done.all_revoked and done.revoked:
        why = "this folder has no list of those that were taken back since"
        echo(f"All tokens are taken back ({done.revoked:,}): {why}. session-tui serve token gives new ones.")
    elif done.revoked:
        echo(f"Tokens that were taken back since, and stay so: {done.revoked:,}.")
    return 0


@click.command()
@data_option
@database_option
@click.pass_obj
def check(context: CommandContext, data: Path | None, database: str) -> int:
    """Check that all data hold together, also while the server runs.

    The file, every session's chain of versions, every content's digest. The exit status is 3
    where something is wrong.
    """
    with _faults():
        from session_tui.server import operations

        found = operations.check(_place(context, data, database))
    for fault in found.faults:
        echo(str(fault), err=True)
    if more := found.number_of_faults - len(found.faults):
        echo(f"and {more:,} more", err=True)
    echo(_counts(found.summary))
    echo(f"digest  {short(found.summary.digest)}")
    echo("Everything holds together." if not found.number_of_faults else f"{_number(found.number_of_faults, 'fault')}.")
    return _WRONG if found.number_of_faults else 0


@click.command()
@click.option("--to", "target", default="", metavar="URL", help=f"postgresql:// or sqlite:///FILE; else {VARIABLE}.")
@data_option
@database_option
@click.pass_obj
def copy(context: CommandContext, target: str, data: Path | None, database: str) -> int:
    """Write everything into another database, which must be empty.

    From SQLite to PostgreSQL, or back. The server must have ended. Nothing is changed where the
    data are now; the copy is compared row by row.
    """
    to = without_password(target, "--to") or context.environ.get(VARIABLE, "")
    if not to:
        raise click.UsageError(f"--to names the database, or {VARIABLE} does.")
    with _faults():
        from session_tui.server import operations
        from session_tui.server.operations import Place

        # Where --to names the one, the environment names the other, as for the server itself.
        source = database_of(database, context.environ if target else {})
        place = Place(folder(context, data), source, context.now, context.rng)
        done = operations.copy(place, to)
    echo(f"Copied: {_counts(done)}")
    echo(f"digest  {short(done.digest)}, here and there")
    return 0


COMMANDS = (backup, restore, check, copy)


def _place(context: CommandContext, data: Path | None, database: str) -> "Place":
    from session_tui.server.operations import Place

    where = folder(context, data)
    if data is not None and not where.parent.is_dir():
        raise StoreError(Fault(str(where.parent), "there is no such folder"))
    return Place(where, database_of(database, context.environ), context.now, context.rng)


@contextmanager
def _faults() -> Iterator[None]:
    """A refusal as the program shows it."""
    try:
        from session_tui.server.control import ControlError
    except ImportError as error:
        not_installed(error)
    try:
        yield
    except ControlError as error:
        raise StoreError(error.fault) from None


def _counts(found: "DataSummary") -> str:
    counts = [(found.sessions, "session"), (found.versions, "version")]
    counts += [(found.people, "person"), (found.tokens, "token")]
    return f"{', '.join(_number(*each) for each in counts)}; number {found.sequence:,}"


def _number(count: int, word: str) -> str:
    several = "people" if word == "person" else f"{word}s"
    return f"{count:,} {word if count == 1 else several}"

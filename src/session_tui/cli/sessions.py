"""Access to the sessions for the commands, through the index, which is updated first."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from session_tui.cli.command_context import READS, CommandContext
from session_tui.cli.output import Raw, echo, print_faults
from session_tui.index.index import Index
from session_tui.index.sessions import session_library
from session_tui.model.fault import Fault
from session_tui.model.name_keys import composed, name_key
from session_tui.model.session import Session
from session_tui.store import session_folder
from session_tui.store.errors import StoreError, resolve
from session_tui.store.session_folder import SessionFile

if TYPE_CHECKING:
    from session_tui.store.pipeline import Pipeline

NO_SESSION = "there is no session on {}"
_SHOWN = 6  # accounts; the list shows all
SLOW = 400  # files; from here on a progress bar is shown


@contextmanager
def library(context: CommandContext) -> Iterator[Index]:
    """The updated index of the sessions folder; a slow update shows a progress bar."""
    with progress_bar("Reading sessions", SLOW) as progress, session_library(context.places).open(progress) as index:
        if index.remark:
            echo(index.remark, err=True)
        yield index


def sound_sessions(context: CommandContext, account: str | None = None) -> tuple[Session, ...]:
    """The readable sessions, newest first; of one account (by a typed name) or of all.

    Prints the number of unreadable ones: the wanted session may be among them.
    """
    with library(context) as index:
        print_left_out(index)
        return tuple(index.sessions(account_named(index, account) if account else None))


def all_sessions(context: CommandContext) -> tuple[Session, ...]:
    """The readable sessions, newest first, and nothing is printed about the others."""
    with library(context) as index:
        return tuple(index.sessions())


def rows(context: CommandContext, account: str) -> tuple[SessionFile, ...]:
    """An account's sessions as rows, newest first."""
    with library(context) as index:
        return tuple(index.rows(account))


def rows_in(context: CommandContext, *states: str) -> Iterator[SessionFile]:
    """The sessions in these states, newest first."""
    with library(context) as index:
        yield from filter(None, (index.row(card) for card in index.cards() if card.status in states))


def before(context: CommandContext, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
    """The sessions before this one, newest first, and their missing parts."""
    return session_folder.before(context.sessions, session, partial(rows, context))


def find(context: CommandContext, wanted: str) -> Path:
    """The file of a session by its id, by a unique beginning of the id, or `latest`; `StoreError`
    otherwise.

    For reading, `latest` is the latest readable session, and the number of unreadable ones is
    printed. A command that changes a session is refused where the latest is broken.
    """
    if wanted != "latest":
        return session_folder.find(context.sessions, wanted)
    with library(context) as index:
        there = [card for card in index.cards() if not card.merge]
        if context.command in READS and any(card.fault is None for card in there):
            there = [card for card in there if card.fault is None]
            print_left_out(index)
        return there[0].path_in(context.sessions) if there else session_folder.find(context.sessions, wanted)


def account_named(index: Index, wanted: str, others: Iterable[str] = ()) -> str:
    """The account by its name or a part of it, among the sessions and `others` (of a pipeline).

    `WrongName` where two match or none. Without any account, the name itself: the commands have a
    message of their own for that.
    """
    known = tuple({name_key(name): name for name in (*others, *index.accounts())}.values())
    if not known and wanted.strip():
        return composed(wanted.strip())
    some = ", ".join(sorted(known)[:_SHOWN])
    otherwise = f"There is: {some}." if len(known) <= _SHOWN else "session-tui list shows what there is."
    return resolve(wanted, known, NO_SESSION, otherwise)


def print_left_out(index: Index) -> None:
    """Print on standard error how many files of the folder are left out."""
    if not index.count(broken=True):
        return
    found = Counter(card.standing for card in index.left_out())
    many, copies = found["broken"], found["to merge"]
    for word, why in (("newer", "of a newer version of this program"), ("not here", "not on this machine")):
        if one := found[word]:
            subject = "1 session file is" if one == 1 else f"{one} session files are"
            echo(f"{subject} {why} and not counted; session-tui list shows which.", err=True)
    if many:
        subject = (
            "1 session file is broken and does not" if many == 1 else f"{many} session files are broken and do not"
        )
        echo(f"{subject} count; session-tui list shows which.", err=True)
    if copies:
        subject = "1 file is" if copies == 1 else f"{copies} files are"
        echo(f"{subject} another version of a session and not counted; session-tui merge says of which.", err=True)


def pipeline_in_force(context: CommandContext) -> "Pipeline | None":
    """The pipeline in force; None without one.

    An unreadable one is None too, and its fault is printed.

    `StoreError` where the option of this command names it.
    """
    from session_tui.store import pipeline

    place = context.places.pipeline
    if place is None:
        return None
    try:
        return pipeline.of(place, lambda: all_sessions(context))
    except StoreError as error:
        if context.pipeline_option is not None:
            raise
        print_faults(error.faults)
        return None


@contextmanager
def progress_bar(label: str, slow: int) -> Iterator[Any]:
    """A function that is given how many are done of how many; from `slow` on it shows a bar."""
    shown: list[Any] = []

    def progress(done: int, of: int) -> None:
        if of < slow or not sys.stderr.isatty():
            return
        if not shown:
            shown.append(click.progressbar(length=of, label=label, file=cast(TextIO, Raw(sys.stderr))))
        shown[0].update(done - shown[0].pos)

    try:
        yield progress
    finally:
        if shown:
            shown[0].render_finish()

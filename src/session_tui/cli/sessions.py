"""The sessions as the commands ask for them: through the index, brought up to date first."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from session_tui.cli.command_context import READS, CommandContext
from session_tui.cli.output import Raw, echo, say_faults
from session_tui.index.index import Index
from session_tui.index.sessions import session_library
from session_tui.model.fault import Fault
from session_tui.model.name_keys import composed
from session_tui.model.session import Session
from session_tui.store import session_folder
from session_tui.store.errors import StoreError, resolve
from session_tui.store.session_folder import SessionFile

if TYPE_CHECKING:
    from session_tui.store.pipeline import Pipeline

NO_SESSION = "there is no session on {}"
_SHOWN = 6  # accounts; of more the list shows all
SLOW = 400  # files that are read before a progress bar is worth a look


@contextmanager
def library(context: CommandContext) -> Iterator[Index]:
    """The index of the sessions folder, up to date; a bar shows where that takes a while."""
    with _bar() as progress, session_library(context.places).open(progress) as index:
        if index.remark:
            echo(index.remark, err=True)
        yield index


def sound_sessions(context: CommandContext, account: str | None = None) -> tuple[Session, ...]:
    """The sessions that can be read, newest first, of one account (by what was typed of it) or all.

    How many cannot is said: a session that is not counted may be the one that was asked for.
    """
    with library(context) as index:
        say_broken(index)
        return tuple(index.sessions(account_named(index, account) if account else None))


def rows(context: CommandContext, account: str) -> tuple[SessionFile, ...]:
    """An account's sessions as rows, newest first."""
    with library(context) as index:
        return tuple(index.rows(account))


def rows_in(context: CommandContext, *states: str) -> Iterator[SessionFile]:
    """The sessions in these states, newest first."""
    with library(context) as index:
        yield from filter(None, (index.row(card) for card in index.cards() if card.status in states))


def before(context: CommandContext, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
    """The sessions before this one, newest first, and what is missing of them."""
    return session_folder.before(context.sessions, session, partial(rows, context))


def find(context: CommandContext, wanted: str) -> Path:
    """The file of a session by its id, a beginning of it that fits no other, or `latest`; `StoreError` otherwise.

    To be read, the latest is that of the sessions which can be; how many cannot is said. What changes a session is
    refused where the latest is broken: it is the one that is meant.
    """
    if wanted != "latest":
        return session_folder.find(context.sessions, wanted)
    with library(context) as index:
        there = [card for card in index.cards() if not card.merge]
        if context.command in READS and any(card.fault is None for card in there):
            there = [card for card in there if card.fault is None]
            say_broken(index)
        return there[0].path_in(context.sessions) if there else session_folder.find(context.sessions, wanted)


def account_named(index: Index, wanted: str, others: Iterable[str] = ()) -> str:
    """The account that is meant, of the sessions and of `others` (a pipeline's): by its name, or a part of it.

    `WrongName` where two fit or none does. Where there is no account at all it is the name itself: what is asked has
    its own answer then.
    """
    known = (*index.accounts(), *others)
    if not known and wanted.strip():
        return composed(wanted.strip())
    some = ", ".join(sorted(known)[:_SHOWN])
    otherwise = f"There is: {some}." if len(known) <= _SHOWN else "session-tui list shows what there is."
    return resolve(wanted, known, NO_SESSION, otherwise)


def say_broken(index: Index) -> None:
    """How many files of the folder are left out, on standard error."""
    if not index.count(broken=True):
        return
    found = Counter(card.standing for card in index.left_out())
    many, copies = found["broken"], found["to merge"]
    for word, why in (("newer", "of a newer version of this program"), ("not here", "not on this machine")):
        if one := found[word]:
            said = "1 session file is" if one == 1 else f"{one} session files are"
            echo(f"{said} {why} and not counted; session-tui list shows which.", err=True)
    if many:
        said = "1 session file is broken and does not" if many == 1 else f"{many} session files are broken and do not"
        echo(f"{said} count; session-tui list shows which.", err=True)
    if copies:
        said = "1 file is" if copies == 1 else f"{copies} files are"
        echo(f"{said} another version of a session and not counted; session-tui merge says of which.", err=True)


def pipeline_in_force(context: CommandContext) -> "Pipeline | None":
    """The pipeline in force; None where there is none, and where it cannot be read, which is said.

    `StoreError` of one that was named for this very command.
    """
    from session_tui.store import pipeline

    place = context.places.pipeline
    if place is None:
        return None
    try:
        return pipeline.of(place)
    except StoreError as error:
        if context.pipeline_option is not None:
            raise
        say_faults(error.faults)
        return None


@contextmanager
def _bar() -> Iterator[Any]:
    shown: list[Any] = []

    def progress(done: int, of: int) -> None:
        if of < SLOW or not sys.stderr.isatty():
            return
        if not shown:
            shown.append(click.progressbar(length=of, label="Reading sessions", file=cast(TextIO, Raw(sys.stderr))))
        shown[0].update(done - shown[0].pos)

    try:
        yield progress
    finally:
        if shown:
            shown[0].render_finish()

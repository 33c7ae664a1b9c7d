"""The sessions as the commands ask for them: through the index, brought up to date first."""

import difflib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

import click

from session_tui.cli.output import Raw, say
from session_tui.cli.where import Where
from session_tui.library.index import Index
from session_tui.library.shelves import shelves
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import shelf
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError

SLOW = 400  # files that are read before a progress bar is worth a look


@contextmanager
def library(where: Where) -> Iterator[Index]:
    """The index of the sessions folder, up to date; a bar shows where that takes a while."""
    with _bar() as progress, shelves(where.places).open(progress) as index:
        if index.remark:
            say(index.remark, err=True)
        yield index


def sound_sessions(where: Where, account: str | None = None) -> tuple[Session, ...]:
    """The sessions that can be read, newest first, of one account or all; how many cannot is said.

    A session that is not counted may be the one that was asked for.
    """
    with library(where) as index:
        say_broken(index)
        return tuple(index.sessions(account))


def rows(where: Where, account: str) -> tuple[Row, ...]:
    """An account's sessions as rows, newest first."""
    with library(where) as index:
        return tuple(index.rows(account))


def rows_in(where: Where, *states: str) -> Iterator[Row]:
    """The sessions in these states, newest first."""
    with library(where) as index:
        yield from filter(None, (index.row(card) for card in index.cards() if card.status in states))


def before(where: Where, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
    """The sessions before this one, newest first, and what is missing of them."""
    return shelf.before(where.sessions, session, partial(rows, where))


def find(where: Where, wanted: str) -> Path:
    """The file of a session by its id, a beginning of it that fits no other, or `latest`; `StoreError` otherwise."""
    if wanted != "latest":
        return shelf.find(where.sessions, wanted)
    with library(where) as index:
        newest = next((card for card in index.cards() if not card.merge), None)
        return newest.path_in(where.sessions) if newest else shelf.find(where.sessions, wanted)


def account_named(index: Index, wanted: str) -> str:
    """The account that is meant: its name, or a part that fits no other; `StoreError` otherwise."""
    known = {card.account.casefold(): card.account for card in index.cards() if card.account}
    asked = wanted.casefold().strip()
    fits = [asked] if asked in known else [each for each in known if asked and asked in each]
    if len(fits) == 1:
        return known[fits[0]]
    if fits:
        names = sorted(known[each] for each in fits)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        what = f"{wanted} may be {', '.join(names[:3])}{more}"
        raise StoreError(Fault("", what, "Write more of the name."))
    near = difflib.get_close_matches(asked, known, 1)
    do = f"Did you mean {known[near[0]]}?" if near else "session-tui list shows what there is."
    raise StoreError(Fault("", f"there is no session on {wanted}", do))


def say_broken(index: Index) -> None:
    """How many files of the folder are left out, on standard error."""
    many = index.count(broken=True)
    if not many:
        return
    copies = sum(1 for card in index.cards() if card.merge)
    if many > copies:
        many -= copies
        said = "1 session file is broken and does not" if many == 1 else f"{many} session files are broken and do not"
        say(f"{said} count; session-tui list shows which.", err=True)
    if copies:
        said = "1 file is" if copies == 1 else f"{copies} files are"
        say(f"{said} another version of a session and not counted; session-tui merge says of which.", err=True)


def send_on(where: Where, *sessions: Session) -> None:
    """Held sessions were changed: whoever was given them at their end is told."""
    if where.places.configuration.endpoints:
        from session_tui.cli.sending import changed

        changed(where.places, *sessions)


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

"""What the home screen asks the index, in the librarian's thread: the list, what is due, the names there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from session_tui.index.index import Index
from session_tui.index.scanner import SessionCard
from session_tui.index.search import NO_SEARCH, query_of
from session_tui.index.sessions import accounts_known
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports import cadence
from session_tui.model.reports.cadence import Owed
from session_tui.model.session import Session
from session_tui.store import pipeline, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths


@dataclass(frozen=True)
class Listed:
    """What the list shows, of how many that were found, of how many there are; and what is wrong with the index."""

    cards: tuple[SessionCard, ...]
    found: int
    of: int
    remark: str


@dataclass(frozen=True)
class Due:
    """Whose session is owed, the deals that were looked at, and why they could not be."""

    owed: tuple[Owed, ...] = ()
    deals: tuple[PipelineRow, ...] = ()
    said: str = ""


def listed(typed: str, limit: int, index: Index) -> Listed:
    """The sessions in which all that is typed stands, so many of them."""
    query = query_of(typed)
    found: Iterator[SessionCard] = index.matching_cards(query) if query and index.searchable else index.cards()
    cards = tuple(islice(found, limit))
    of = index.count()
    remark = str(Fault("", *NO_SEARCH)) if query and not index.searchable else index.remark
    return Listed(cards, len(cards) + sum(1 for _ in found) if query else of, of, remark)


def due(places: Paths, today: date, index: Index) -> Due:
    """Whose session is owed; a pipeline that cannot be read is said."""
    said, deals = "", None
    if places.pipeline is not None:
        try:
            deals = pipeline.of(places.pipeline).rows
        except StoreError as error:
            said = str(error.faults[0])
    owed = cadence.owed(cadence.outlines_of(index.sessions()), deals, places.configuration.cadence, today)
    return Due(owed, deals or (), said)


def known(places: Paths, index: Index) -> dict[str, tuple[str, ...]]:
    """The accounts, zones and opportunities there are, the latest first; behind them the pipeline's accounts."""
    found: dict[str, dict[str, None]] = {"account": {}, "zone": {}, "opportunity": {}}
    for card in index.cards():
        for key, values in found.items():
            if value := getattr(card, key):
                values[value] = None
    found["account"] |= dict.fromkeys(accounts_known(index, places))
    return {key: tuple(values) for key, values in found.items()}


def named(names: tuple[str, ...], index: Index) -> tuple[Session, ...]:
    """The sessions of these names, as their files have them now; those that cannot be read are left out."""
    rows = (index.row_named(name) for name in names)
    return tuple(row.session for row in rows if row is not None and row.session is not None)


def with_later(name: str, folder: Path, index: Index) -> tuple[Session, ...]:
    """The session of this name and those that went on from it, oldest first; nothing where it cannot be read."""
    found = named((name,), index)
    return (*found, *session_folder.after(folder, found[0])) if found else ()

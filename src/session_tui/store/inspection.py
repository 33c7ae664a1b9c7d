"""What is wrong with the files beside the sessions: agendas, readers, assessments, as the program finds them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.store import agendas, merge_readers, toml
from session_tui.store.contents import Contents, contents, copies_of, not_here
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.team.scorecards import PRACTICES
from session_tui.store.validate import faults_in

MOST = 20  # sentences; who has more has another trouble than these


def faults(places: Paths) -> tuple[Fault, ...]:
    """The first fault of each file that cannot be used, and what is a copy of another one; the file is its `where`.

    Of what people answered nothing is told but git's marks: a fault quotes what stands in the file.
    """
    found = tuple(_found(places))
    if len(found) <= MOST:
        return found
    return (*found[:MOST], Fault("", f"{len(found) - MOST} more are not told", "session-tui validate tells all."))


def _found(places: Paths) -> Iterator[Fault]:
    mine = _contents(places.agendas.path, agendas.named)
    yield from (_first(path) for path in mine.files if faults_in(path))
    yield from _others(mine)
    for path in merge_readers.every(places):
        yield from merge_readers.conflicting_versions(path)
        if path.exists() and not merge_readers.conflicting_versions(path) and faults_in(path):
            yield _first(path)
    answers = _contents(places.assessments.path)
    for path in answers.files:
        if path.name == PRACTICES and faults_in(path):
            yield _first(path)
        elif (fault := _unreadable(path)) and fault.kind == "git":
            yield replace(fault, where=f"{path.name}:{fault.line}:1")
    yield from _others(answers)
    yield from (each.fault for each in copies_of(places.me.path / "enemies.toml"))


def _contents(folder: Path, says: Callable[[Path], str] | None = None) -> Contents:
    try:
        return contents(folder, says)
    except StoreError:
        return Contents()


def _others(found: Contents) -> Iterator[Fault]:
    yield from (each.fault for each in found.copies)
    yield from (not_here(path.name) for path in found.away)


def _first(path: Path) -> Fault:
    first = faults_in(path)[0]
    what = f"{first.where}: {first.what}" if first.where else first.what
    return Fault(f"{path.name}:{first.line or 1}:{first.column or 1}", what, first.do)


def _unreadable(path: Path) -> Fault | None:
    try:
        toml.parse(toml.read_bytes(path))
    except StoreError as error:
        return error.faults[0]
    return None

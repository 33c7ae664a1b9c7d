"""Reads the pipeline: the CSV export of a CRM, as it comes.

The file belongs to the user and is never written. What each line became is kept with its number.
"""

import math
import os
import select
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from session_tui.model import formats
from session_tui.model.configuration import PipelineSettings
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow, deal, record_key
from session_tui.model.session import Session
from session_tui.store import regular_file
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import PipelinePath

if TYPE_CHECKING:
    from session_tui.model.crm.export_lines import ExportLine
    from session_tui.model.crm.headings import Headings

LARGEST = 20 * 1024 * 1024  # bytes; 2,000 deals have about 200 KB
PATIENCE = 5.0  # seconds for a program that is to write into a pipe

Sessions: TypeAlias = Callable[[], Iterable[Session]]


class Pipeline(Struct, frozen=True, kw_only=True):
    """The deals of a file.

    `faults` are lines that gave no deal, so that one may be missing. `remarks` are unknown values,
    lines that are no accounts and the like: no deal is missing because of them. `lines` are all
    lines below the headings that are not blank, with what they became.
    """

    rows: tuple[PipelineRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    lines: "tuple[ExportLine, ...]" = ()
    headings: "Headings"
    encoding: str = ""
    separator: str = ""


def read(path: Path, settings: PipelineSettings | None = None, sessions: Sessions = tuple) -> Pipeline:
    """Return the deals of a CSV file; `StoreError` where it is none.

    `sessions`, newest first, are asked for only where the file has accounts' ids without names.
    """
    # Imported here: the patterns of cells take 10 ms, and a session begins without a pipeline.
    from session_tui.model.crm.export_lines import export_lines, fits
    from session_tui.model.crm.headings import headings, recognised, tells_accounts
    from session_tui.store import delimited_text

    settings = settings or PipelineSettings()
    named = settings.named

    def no_headings(any_line: bool) -> Fault:
        if not any_line:
            return Fault(str(path), "it is empty", "Name a CSV file, with the names of its columns in a line.")
        do = 'Its headings name an account; [pipeline.columns] in the configuration has account = "HEADING" for others.'
        return Fault(str(path), "it has no column called account, and none that means it", do)

    found = delimited_text.parse(
        _bytes(path),
        path,
        lambda cells: recognised(cells, named),
        tells_accounts,
        no_headings,
        lambda header, cells: fits(headings(header, named), cells),
    )
    columns = headings(found.header, named)
    account_of: dict[str, str] = {}
    if "account_id" in columns.places and "account" not in columns.places:
        for session in sessions():
            if session.crm_id:
                account_of.setdefault(record_key(session.crm_id), session.account)
    lines = export_lines(columns, found.records, settings, account_of)
    return Pipeline(
        rows=tuple(line.row for line in lines if line.kind == "deal" and line.row is not None),
        faults=tuple(fault for line in lines if line.kind == "unreadable" for fault in _faults(line, path)),
        remarks=tuple(_remarks(lines, columns, found.remark, path)),
        lines=lines,
        headings=columns,
        encoding=found.encoding,
        separator=found.separator,
    )


def of(place: PipelinePath, sessions: Sessions = tuple) -> Pipeline:
    """Return the deals of the pipeline in use; `StoreError` where its path has a fault or it is no
    pipeline.

    `sessions` as for `read`.
    """
    if place.fault:
        raise StoreError(place.fault)
    return read(place.path, place.settings, sessions)


def readable(place: PipelinePath | None, sessions: Sessions = tuple) -> tuple[PipelineRow, ...]:
    """Return the deals for a caller that needs only names: none where the file is missing or
    unreadable.
    """
    try:
        return of(place, sessions).rows if place else ()
    except StoreError:
        return ()


def deal_of(session: Session, place: PipelinePath | None, sessions: Sessions = tuple) -> PipelineRow | None:
    """Return the session's deal in the pipeline; None where it has none, or cannot be read."""
    wanted = deal(session.account, session.opportunity)
    return next((row for row in readable(place, sessions) if row.deal == wanted), None)


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if status.st_size > LARGEST and stat.S_ISREG(status.st_mode):
            raise StoreError(_too_large(path))
        content = _of_pipe(path) if stat.S_ISFIFO(status.st_mode) else regular_file.read(path, LARGEST)
    except FileNotFoundError:
        do = "Name another file; pipeline = in the configuration names the one that is in use."
        raise StoreError(Fault(str(path), "there is no such file", do)) from None
    except PermissionError as error:
        raise StoreError(Fault(str(path), "it may not be read", "Ask for the right to read it.")) from error
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Name a CSV file.")) from error
    except ValueError:  # a zero byte in the name
        raise StoreError(Fault(str(path), "no file can be called so", "Name a CSV file.")) from None
    if len(content) > LARGEST:
        raise StoreError(_too_large(path))
    return content


def _of_pipe(path: Path) -> bytes:
    """Return what comes through a pipe, such as that of another command; OSError where no program
    writes into it within `PATIENCE`.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    content, end = b"", time.monotonic() + PATIENCE
    try:
        while len(content) <= LARGEST:
            select.select([handle], [], [], 0.05)
            try:
                more = os.read(handle, 1 << 16)
            except BlockingIOError:  # a program has it open for writing, and has not written yet
                end = math.inf
                continue
            content += more
            if more:
                end = math.inf
            elif content or end == math.inf:
                break
            elif time.monotonic() > end:
                raise OSError(0, f"it is a pipe, and no program wrote into it within {PATIENCE:g} seconds")
            else:
                time.sleep(0.01)  # a pipe without a writer is readable at once, with nothing in it
    finally:
        os.close(handle)
    return content


def _too_large(path: Path) -> Fault:
    what = f"it is larger than {LARGEST // (1024 * 1024)} MB, too large for a pipeline"
    return Fault(str(path), what, "Export fewer columns, or open deals only.")


def _faults(line: "ExportLine", path: Path) -> Iterator[Fault]:
    yield Fault(f"{path.name}:{line.number}", "; ".join(line.why), line.do, line.number)


def _remarks(lines: "tuple[ExportLine, ...]", columns: "Headings", encoding: str, path: Path) -> Iterator[Fault]:
    if encoding:
        yield Fault(path.name, encoding, "Save it as UTF-8 where a name looks wrong.")
    if "account" not in columns.places:
        many = sum(line.row is not None for line in lines)
        what = "it has the ids of accounts and no names"
        yield Fault(path.name, f"{what}; sessions know the name for {formats.count(many, 'line')}")
    for heading in columns.absent:
        yield Fault(path.name, f'the configuration names the heading "{heading}", which it does not have')
    # One remark for all links: where one is of another kind, usually all of them are.
    if links := [line for line in lines if line.kind == "deal" and line.link]:
        more = f", and that of {formats.count(len(links) - 1, 'more line')}" if len(links) > 1 else ""
        yield Fault(f"{path.name}:{links[0].number}", f"{links[0].link}{more}", "", links[0].number)
    for line in lines:
        if line.kind == "deal" and line.why:
            yield from _faults(line, path)
    if apart := [line for line in lines if line.kind == "no account"]:
        more = f", and {formats.count(len(apart) - 1, 'more line')} alike" if len(apart) > 1 else ""
        do = "session-tui pipeline check shows each." if more else ""
        yield Fault(f"{path.name}:{apart[0].number}", f"{apart[0].why[0]}{more}", do, apart[0].number)

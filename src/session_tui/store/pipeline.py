"""Reads the pipeline: the CSV export of a CRM.

Programs write the same table in many ways: other separators, another order, a byte order mark,
line breaks inside cells. All of these are accepted. An unreadable line is a fault, and the others
count. The file belongs to the user and is never written.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import formats
from session_tui.model.fault import Fault
from session_tui.model.pipeline import COLUMNS, Deal, PipelineRow, row_of
from session_tui.model.sanitize import one_line
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import FoundPath

LARGEST = 20 * 1024 * 1024  # bytes; 2,000 deals have about 200 KB
SEPARATORS = ",;\t"
_BETWEEN = re.compile(r"[\s_-]+")
_EXCEL = re.compile(r"sep=(.)\s*")  # a first line that Excel writes and reads, and hides


class Pipeline(Struct, frozen=True):
    """The deals of a file, a fault for each line that gave no deal, and remarks about lines that
    gave one all the same.
    """

    rows: tuple[PipelineRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


def read(path: Path) -> Pipeline:
    """Return the deals of a CSV file; `StoreError` where it is none."""
    lines = _Lines(_text(_bytes(path), path))
    names, separator = _header(lines, path)
    rows: dict[Deal, tuple[int, PipelineRow]] = {}
    faults: list[Fault] = []
    remarks: list[Fault] = []
    for number, found in _records(lines, names, separator):
        row = row_of(found) if isinstance(found, dict) else found
        if isinstance(row, Fault):
            faults.append(_placed(row, path, number))
            continue
        if row.deal in rows:
            what = f"{' · '.join(filter(None, (row.account, row.opportunity)))} stands in line"
            fault = Fault("", f"{what} {rows[row.deal][0]} already", "This later line counts; take one of them out.")
            remarks.append(_placed(fault, path, number))
        rows[row.deal] = (number, row)
    return Pipeline(tuple(row for _, row in rows.values()), tuple(faults), tuple(remarks))


def of(place: FoundPath) -> Pipeline:
    """Return the deals of the pipeline in use; `StoreError` where its path has a fault or it is no
    pipeline.
    """
    if place.fault:
        raise StoreError(place.fault)
    return read(place.path)


def readable(place: FoundPath | None) -> tuple[PipelineRow, ...]:
    """Return the deals for a caller that needs only names: none where the file is missing or
    unreadable.
    """
    try:
        return of(place).rows if place else ()
    except StoreError:
        return ()


class _Lines:
    """The lines of a file, readable again from any line: after a quote that is never closed,
    reading starts again below it.
    """

    def __init__(self, text: str) -> None:
        # Only the line ends of CSV: str.splitlines would also cut at a form feed inside a
        # cell.
        self.lines = list(io.StringIO(text, newline=""))
        self.at = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # Bounded while reading, since a pipe has no size.
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        do = "Name the pipeline with --pipeline FILE, or with pipeline = in the configuration."
        raise StoreError(Fault(str(path), "there is no such file", do)) from None
    except PermissionError as error:
        raise StoreError(Fault(str(path), "it may not be read", "Ask for the right to read it.")) from error
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Name a CSV file.")) from error
    except ValueError:  # a zero byte in the name
        raise StoreError(Fault(str(path), "no file can be called so", "Name a CSV file.")) from None
    if len(content) > LARGEST:
        what = f"it is larger than {LARGEST // (1024 * 1024)} MB, too large for a pipeline"
        raise StoreError(Fault(str(path), what, "Export fewer columns, or open deals only."))
    return content


def _text(content: bytes, path: Path) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    do = 'Save it as CSV in UTF-8; in Excel the kind is called "CSV UTF-8".'
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = 0 if wide else content.count(b"\n", 0, error.start) + 1
        where = f"{path}:{line}" if line else str(path)
        raise StoreError(Fault(where, "it is not UTF-8 text", do, line)) from None
    if "\0" in text:
        raise StoreError(Fault(str(path), "it is not text", do))
    return text


def _header(lines: _Lines, path: Path) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns, and the separator that gives most of the known ones."""
    while lines.at < len(lines.lines) and not lines.lines[lines.at].strip():
        lines.at += 1
    candidates = SEPARATORS
    if (
        lines.at < len(lines.lines)
        and (declared := _EXCEL.fullmatch(lines.lines[lines.at]))
        and declared[1] in SEPARATORS
    ):
        candidates = declared[1]
        lines.at += 1
    start = after = lines.at
    best: tuple[tuple[str, ...], str] = ((), candidates[0])
    for separator in candidates:
        lines.at = start
        try:
            cells = next(_reader(lines, separator), [])
        except csv.Error:
            continue
        names = tuple(_BETWEEN.sub("_", one_line(cell).strip().lower()) for cell in cells)
        if _known(names) > _known(best[0]):
            best, after = (names, separator), lines.at
    lines.at = after
    names = best[0]
    if "account" not in names:
        what = "it has no column called account" if lines.lines[start:] else "it is empty"
        raise StoreError(Fault(str(path), what, f"Its first line names the columns: {','.join(COLUMNS)}."))
    for name in COLUMNS:
        if names.count(name) > 1:
            what = f"{names.count(name)} of its columns are called {name}"
            raise StoreError(Fault(str(path), what, "Give all but one of them another name."))
    return best


def _records(lines: _Lines, names: tuple[str, ...], separator: str) -> Iterator[tuple[int, dict[str, str] | Fault]]:
    """Yield the number of each line that is not blank, with its cells by column, or its fault."""
    reader = _reader(lines, separator)
    doubtful = 0  # up to here a line may be a piece of a cell whose quotes went wrong
    while lines.at < len(lines.lines):
        start = lines.at
        try:
            cells = next(reader, [])
        except csv.Error:
            doubtful = max(doubtful, lines.at)
            lines.at = start + 1
            yield start + 1, Fault("", "its quotes do not close", "A quote inside a cell is written twice.")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(names) :]) or (start < doubtful and len(cells) != len(names)):
            what = f"it has {formats.count(len(cells), 'cell')}, and the first line {formats.count(len(names), 'cell')}"
            yield start + 1, Fault("", what, "A cell that holds the separator stands in quotes.")
            continue
        yield start + 1, dict(zip(names, cells, strict=False))


def _reader(lines: _Lines, separator: str) -> Iterator[list[str]]:
    # Strict: otherwise a quote that is never closed would silently take in every deal below it.
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)


def _known(names: tuple[str, ...]) -> int:
    return len(set(names) & set(COLUMNS))


def _placed(fault: Fault, path: Path, line: int) -> Fault:
    return replace(fault, where=f"{path.name}:{line}", line=line)

"""Reads the text files that CRMs and spreadsheets export: any usual encoding and separator.

The encoding is UTF-8 or UTF-16, with or without a byte order mark, else cp1252 where all its
letters are plausible for Western languages. The separator is the one that gives most of the known
headings. Quotes are read strictly; a line whose quotes are wrong is a fault, and reading starts
again below it.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from session_tui.model.crm.export_lines import Record
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.store.errors import StoreError

SEPARATORS = ",;\t|"
_EXCEL = lazy_pattern(r"sep=(.)\s*")  # a first line that Excel writes and reads, and hides
_PREAMBLE = 30  # lines above the headings: a report's title and filters
_LONGEST = csv.field_size_limit()  # characters of a cell; also the end of one whose quotes do not close
_SAMPLE = 4_096  # bytes that show whether every second one is zero
_DO = 'Save it as CSV in UTF-8; in Excel the kind is called "CSV UTF-8".'
# By its first bytes, a file that is no text with separators. Some CRMs call a web page export.xls.
_OTHER_KINDS = {
    b"PK\x03\x04": "it is an Excel workbook or another packed file, and no CSV",
    b"\xd0\xcf\x11\xe0": "it is an Excel workbook of the old kind, and no CSV",
    b"%PDF": "it is a PDF, and no CSV",
    b"<": "it is a web page or XML, and no CSV",
    b"{": "it is JSON, and no CSV",
    b"[{": "it is JSON, and no CSV",
}

_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
# Mac Roman and DOS code pages have their letters where cp1252 has other signs, Cyrillic and Greek
# ones give runs of accented letters.
_WESTERN = lazy_pattern(rf"[\t\n\r -~{_LETTERS}\u00a0€£§°ºª«»¡¿®©™•·´’‘“”‚„–—…²³µ½¼¾‰†%]*")
_IMPLAUSIBLE = lazy_pattern(
    rf"[A-Za-z][^\x00-\x7f{_LETTERS}’–—°ºª·´\u00a0…][A-Za-z]|[À-ÖØ-öø-ÿ]{{3}}|[a-z][À-ÖØ-Þ][a-z]"
)

_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-16": "UTF-16"}


class DelimitedText(Struct, frozen=True):
    """A file as lines of cells. `encoding` and `separator` are words for the user, `remark` says
    that the encoding was concluded, or is empty.
    """

    header: tuple[str, ...]
    header_line: int
    records: tuple[Record, ...]
    encoding: str
    separator: str
    remark: str = ""


def parse(
    content: bytes,
    path: Path,
    known: Callable[[Sequence[str]], set[str]],
    required: Callable[[set[str]], bool],
    fault: Callable[[bool], Fault],
    fits: Callable[[Sequence[str], Sequence[str]], bool] = lambda header, cells: False,
) -> DelimitedText:
    """Return the lines of a file below its headings.

    `known` gives the columns that a line names, `required` says whether they are enough for the
    headings, `fault` is why there are none (its argument: whether there is any line). `fits` says
    of the cells of a line with wrong quotes, cut at each separator, whether they can be read.
    """
    text, encoding, remark = _decoded(content, path)
    lines = _Lines(text)
    header, number, separator = _header(lines, known, required)
    if not header:
        raise StoreError(fault(bool(lines.lines[number:])))
    records = tuple(_records(lines, header, separator, fits))
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    return DelimitedText(header, number + 1, records, encoding, names[separator], remark)


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


def _decoded(content: bytes, path: Path) -> tuple[str, str, str]:
    begin = content[:64].removeprefix(codecs.BOM_UTF8).lstrip()
    if kind := next((words for mark, words in _OTHER_KINDS.items() if begin.startswith(mark)), ""):
        raise StoreError(Fault(str(path), kind, _DO))
    encoding = _wide(content) or "utf-8-sig"
    remark = ""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-16"):
            raise StoreError(Fault(str(path), "it is not whole UTF-16 text", _DO)) from None
        western = _western(content)
        if western is None:
            line = content.count(b"\n", 0, error.start) + 1
            raise StoreError(Fault(f"{path}:{line}", "it is not UTF-8 text", _DO, line)) from None
        text = western
        remark = "it is not UTF-8, and was read as Windows-1252, the old encoding of Western languages"
        return text, "Windows-1252", remark
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise StoreError(Fault(f"{path}:{line}", "a zero byte stands there, and it is not text", _DO, line))
    return text, _NAMES[encoding], remark


def _wide(content: bytes) -> str:
    """The kind of UTF-16, by the mark, or by a zero in every second byte; empty for another."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[:_SAMPLE]
    pairs = len(sample) // 2
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if pairs < 4 or len(content) % 2 or min(high, low) * 10 > pairs:
        return ""
    return "utf-16-be" if high * 2 > pairs else "utf-16-le" if low * 2 > pairs else ""


def _western(content: bytes) -> str | None:
    """The text in cp1252, where it can be nothing else; None otherwise."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    # UTF-8 letters beside others: a damaged file, not an old encoding.
    damaged = re.search(rb"[\xc3\xc4\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac", content)
    return text if not damaged and _WESTERN.fullmatch(text) and not _IMPLAUSIBLE.search(text) else None


def _header(
    lines: _Lines, known: Callable[[Sequence[str]], set[str]], required: Callable[[set[str]], bool]
) -> tuple[tuple[str, ...], int, str]:
    """The headings, the index of their line, and the separator that gives most of the known
    columns; no headings where there are none.
    """
    while lines.at < len(lines.lines) and not lines.lines[lines.at].strip():
        lines.at += 1
    separators = SEPARATORS
    if lines.at < len(lines.lines):
        declared = _EXCEL.fullmatch(lines.lines[lines.at])
        if declared and declared[1] in SEPARATORS:
            separators = declared[1]
            lines.at += 1
    begin = lines.at
    best: tuple[int, tuple[str, ...], int, str, int] = (0, (), begin, ",", begin)
    for start in range(begin, min(begin + _PREAMBLE, len(lines.lines))):
        for separator in separators:
            lines.at = start
            try:
                cells = tuple(next(_reader(lines, separator), []))
            except csv.Error:
                continue
            found = known(cells)
            # Below the first line one known word may be the value of a cell.
            if required(found) and len(found) > max(best[0], 0 if start == begin else 1):
                best = (len(found), cells, start, separator, lines.at)
        if best[1]:
            break
    _, header, number, separator, lines.at = best
    return header, number, separator


def _records(
    lines: _Lines,
    header: Sequence[str],
    separator: str,
    fits: Callable[[Sequence[str], Sequence[str]], bool],
) -> Iterator[Record]:
    reader = _reader(lines, separator)
    doubtful = 0  # up to here a line may be a piece of a cell whose quotes went wrong
    blank = False
    width = len(header)
    end = len(lines.lines)
    while lines.at < end:
        start = lines.at
        try:
            cells = next(reader, [])
        except csv.Error:
            doubtful = max(doubtful, lines.at)
            lines.at = start + 1
            cut = [cell.strip().strip('"') for cell in lines.lines[start].split(separator)]
            long = any(len(cell) > _LONGEST for cell in cut)
            if fits(header, cut):
                loose = (
                    f"a cell has more than {_LONGEST:,} characters"
                    if long
                    else "its quotes do not close, and are left out"
                )
                yield Record(start + 1, cut, blank, None, loose)
            elif long:
                yield Record(
                    start + 1, cut, blank, Fault("", f"a cell has more than {_LONGEST:,} characters", "Cut it.")
                )
            else:
                what = Fault("", "its quotes do not close", "A quote inside a cell is written twice.")
                yield Record(start + 1, cut, blank, what)
            blank = False
            continue
        if not any(cells) or not any(cell.strip() for cell in cells):
            blank = True
            continue
        fault = None
        if start < doubtful and len(cells) != width:
            fault = Fault("", f"it has {len(cells)} cells, and the first line {width}", "Look at the quotes above it.")
        yield Record(start + 1, cells, blank, fault)
        blank = False


def _reader(lines: _Lines, separator: str) -> Iterator[list[str]]:
    # Strict: otherwise a quote that is never closed would silently take in every deal below it.
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)

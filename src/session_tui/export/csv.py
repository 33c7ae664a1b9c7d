"""Comma-separated values, in which no cell is a formula for a spreadsheet program."""

import csv
import io
from collections.abc import Iterable

from session_tui.export.formats import Setting
from session_tui.export.summary import Summary
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line, safe_text

KEYS = (
    "session_id", "id", "text", "owner", "owner_absent", "due", "status", "account", "zone", "opportunity", "about",
    "result", "done_on", "accepted_at", "first_raised_in",
)  # fmt: skip
# The characters that begin a formula in some spreadsheet program, with full-width and small forms
# (OWASP, CSV injection).
_SIGN = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
# Some programs skip spaces and quotes before a formula, and some end a cell at a semicolon.
_FORMULA = lazy_pattern(rf"(^|;)([\s'\"\u2018-\u201f]*)(?={_SIGN})")
_NUMBER = lazy_pattern(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the action items as CSV: UTF-8 with a byte order mark, CRLF line ends."""
    return csv_text(KEYS, _rows(summary), "\r\n").encode("utf-8-sig")


def csv_text(keys: Iterable[str], rows: Iterable[Iterable[object]], end: str = "\n") -> str:
    """A header line and a line for each row; a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(keys)
    for row in rows:
        writer.writerow(["" if cell is None else _safe(str(cell)) for cell in row])
    return out.getvalue()


def _rows(summary: Summary) -> Iterable[tuple[object, ...]]:
    absent = set(summary.absent)
    for each in summary.action_items:
        yield (
            summary.id,
            each.id,
            each.text,
            each.owner,
            "yes" if each.status == "open" and each.owner in absent else "",
            each.due,
            each.status,
            summary.account,
            summary.zone,
            summary.opportunity,
            " ".join(each.about),
            each.result,
            each.done_on,
            each.accepted_at.isoformat() if each.accepted_at else None,
            each.first_raised_in,
        )


def _safe(text: str) -> str:
    line = safe_text(one_line(text))
    return line if _NUMBER.fullmatch(line) else _FORMULA.sub(r"\1'\2", line)

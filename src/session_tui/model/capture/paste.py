"""Pasted lists: the lines of a pasted text, and one edit from these lines."""

import re

from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.capture.parser import read
from session_tui.model.capture.result import Command, Context, Reading, Refusal
from session_tui.model.edits import Edit, Several
from session_tui.model.fault import Fault
from session_tui.model.sanitize import one_line
from session_tui.model.session import Session

MOST_LINES = 200
_BULLET = re.compile(r"\s*(?:(?:[-*•‣◦–—·▪●]|[0-9]{1,3}[.)])(?:\s+|$))?(?:\[[ xX]?\](?:\s+|$))?")


def list_of(text: str) -> tuple[str, ...]:
    """The lines of a pasted text without bullets, numbers, check boxes and control characters.

    Empty lines are left out.
    """
    lines = (one_line(line) for line in re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text))
    return tuple(stripped for line in lines if (stripped := _BULLET.sub("", line, count=1).strip()))


def read_list(lines: tuple[str, ...], context: Context) -> Edit | Refusal:
    """One edit from all lines, each read as if those before it were entered; a refusal names its
    line.
    """
    if len(lines) > MOST_LINES:
        return Refusal(
            f"this is {len(lines):,} lines; {MOST_LINES} can be pasted at once", "A longer text belongs into the plan."
        )
    session, found = context.session, list[Edit]()
    for number, line in enumerate(lines, 1):
        reading = _entry(line, replace(context, session=session, editing=""))
        if isinstance(reading, Refusal):
            return Refusal(f"line {number}: {reading.what}", reading.do)
        after = edits.apply(session, reading)
        if isinstance(after, Fault):
            return Refusal(f"line {number}: {after.what}", after.do)
        session, found = after, [*found, reading]
    return Several(tuple(found)) if found else Refusal("there is no text in what was pasted")


def _entry(line: str, context: Context) -> Edit | Refusal:
    reading: Reading = read(line, context)
    if isinstance(reading, Command) or (line[:1] == "/" and not isinstance(reading, Refusal)):
        return Refusal("a pasted text never acts", "Type the action yourself.")
    return reading


def after(session: Session, edit: Edit) -> Session:
    """The session after the edit, for a preview; unchanged if the edit cannot be applied."""
    result = edits.apply(session, edit)
    return session if isinstance(result, Fault) else result

"""Pasted lists: the lines of a pasted text, the reading of each, and one edit from those that can
be read.
"""

from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.capture.mail_parts import MailPart, mail_parts, without_quote_signs
from session_tui.model.capture.parser import letter_of, read, text_entry
from session_tui.model.capture.result import Command, Context, Refusal
from session_tui.model.edits import Edit, Several
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line
from session_tui.model.session import Session

MOST_LINES = 200
MOST_MAIL_LINES = 2_000  # lines in which the parts of a mail are looked for
_BREAK = lazy_pattern(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BULLET = lazy_pattern(r"\s*(?:(?:[-*•‣◦–—·▪●]|[0-9]{1,3}[.)])(?:\s+|$))?(?:\[[ xX]?\](?:\s+|$))?")


class PastedLine(Struct, frozen=True):
    """A line of a pasted text without its bullet.

    `number` counts the lines of that text from 1, empty ones too. `part` is the part of a mail
    that the line is.
    """

    number: int
    text: str
    part: MailPart = ""


class PastedEntry(Struct, frozen=True):
    """A line with its reading in the session `before` it, which has the lines above it."""

    line: PastedLine
    reading: Edit | Refusal
    before: Session


class PastedList(Struct, frozen=True):
    """The entries of a paste; `left_out` are lines of a mail. `refused` is why all is refused."""

    entries: tuple[PastedEntry, ...] = ()
    left_out: tuple[PastedLine, ...] = ()
    refused: Refusal | None = None

    @property
    def unread(self) -> tuple[PastedEntry, ...]:
        """The lines that cannot be read."""
        return tuple(each for each in self.entries if isinstance(each.reading, Refusal))

    @property
    def edit(self) -> Several | None:
        """One edit from all lines that can be read; None where none can."""
        found = tuple(each.reading for each in self.entries if not isinstance(each.reading, Refusal))
        return Several(found) if found else None


def pasted_lines(text: str) -> tuple[PastedLine, ...]:
    """The lines of a pasted text without bullets, numbers, check boxes, quote signs and control
    characters.

    Empty lines are left out, and counted.
    """
    raw = [one_line(line) if line.strip() else "" for line in _BREAK.split(text)]
    # A whole book has no parts of a mail, and is refused for its length.
    parts = mail_parts(raw if len(raw) <= MOST_MAIL_LINES else [""] * len(raw))
    found = list[PastedLine]()
    for number, (line, part) in enumerate(zip(raw, parts, strict=True), 1):
        unquoted = without_quote_signs(line) if part == "quotation" else line
        if stripped := _BULLET.sub("", unquoted, count=1).strip():
            found.append(PastedLine(number, stripped, part))
    return tuple(found)


def read_list(
    lines: tuple[PastedLine, ...], context: Context, *, mail: bool = False, as_text: Collection[int] = ()
) -> PastedList:
    """Read each line as if those before it were entered.

    Parts of a mail are left out unless `mail` is set. The lines with the numbers `as_text` become
    entries of text alone.
    """
    left_out = () if mail else tuple(line for line in lines if line.part)
    wanted = tuple(line for line in lines if mail or not line.part)
    if len(wanted) > MOST_LINES:
        what = f"this is {len(wanted):,} lines; {MOST_LINES} can be pasted at once"
        return PastedList((), left_out, Refusal(what, "A longer text belongs in the plan."))
    if not lines:
        return PastedList(refused=Refusal("there is no text in what was pasted"))
    session, found = context.session, list[PastedEntry]()
    for line in wanted:
        here = replace(context, session=session, editing="")
        reading = _as_text(line.text, here) if line.number in as_text else _entry(line.text, here)
        before = session
        if not isinstance(reading, Refusal):
            after = edits.apply(session, reading)
            if isinstance(after, Fault):
                reading = Refusal(after.what, after.do)
            else:
                session = after
        found.append(PastedEntry(line, reading, before))
    return PastedList(tuple(found), left_out)


def _entry(line: str, context: Context) -> Edit | Refusal:
    reading = read(line, context)
    if isinstance(reading, Command) or (line[:1] == "/" and not isinstance(reading, Refusal)):
        return Refusal("a pasted text never acts", "Type the action yourself.")
    return reading


def _as_text(line: str, context: Context) -> Edit | Refusal:
    """An entry of the line's kind whose text is the whole line; a sentence is not a name, so in
    place of a stakeholder it becomes a note.
    """
    letter = letter_of(line, context)
    return text_entry("n" if letter == "s" else letter, line, context)

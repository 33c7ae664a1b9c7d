"""The texts beside a plan: outline, questions, readers, and comments under their blocks."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime

from rich.cells import cell_len, set_cell_size

from session_tui.model import dates, formats, glyphs
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.plan_readers import latest, recorded
from session_tui.model.sanitize import safe_text
from session_tui.model.session import PlanComment, Reader
from session_tui.store.plans.reader import Placed
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.pieces import Pieces
from session_tui.tui.screens.plan.blocks import Block, Remark, Remarks, begin_of, begins_of

HERE = glyphs.HIGHLIGHT
EMPTY = (Block("aside", 0, (("This plan is empty. y says that you have seen it.", "muted"),)),)

Section = tuple[str, tuple[tuple[str, str], ...]]
Questions = tuple[tuple[str, str], ...]  # (part, question)

# The keys while a comment is written.
WRITING = (
    KeyHint((("⏎", "keep"),), "keep the comment", kept=True),
    KeyHint((("esc", "back"),), "leave it; c has your words again", kept=True),
)


def when(moment: datetime | None, today: date) -> str:
    """Return a time as text, with the day where it is not today."""
    if moment is None:
        return "some time ago"
    local = moment.astimezone()
    return f"{local:%H:%M}" if local.date() == today else f"{dates.short(local.date(), today)} {local:%H:%M}"


def at(moment: datetime | None, today: date) -> str:
    """Return a time as it follows a verb: `at 17:40`, `on 22 Nov 17:40`."""
    words = when(moment, today)
    return words if moment is None else f"at {words}" if len(words) == 5 else f"on {words}"


def outline(blocks: tuple[Block, ...], line: int, width: int, most: int) -> Section:
    """Return a line for each heading, the present one marked; of many those around it."""
    heads = [block for block in blocks if block.kind == "heading"]
    under = bisect_right(heads, line, key=lambda block: block.line) - 1
    top = min((block.level for block in heads), default=1)
    begin = max(0, min(under - most // 2, len(heads) - most))
    lines = [("…", "muted")] if begin else []
    for at, block in enumerate(heads[begin : begin + most], start=begin):
        words = f"{HERE if at == under else ' '} {'  ' * (block.level - top)}{block.text}"
        if width > 1 and cell_len(words) > width:
            words = set_cell_size(words, width - 1) + "…"
        lines.append((words, "strong" if at == under else "muted"))
    if begin + most < len(heads):
        lines.append(("…", "muted"))
    return "OUTLINE", tuple(lines) or (("no headings", "muted"),)


def height(sections: tuple[Section, ...], width: int) -> int:
    """Return the approximate height of sections at a width, titles and gaps included."""
    return sum(2 + sum(1 + cell_len(words) // max(1, width) for words, _ in lines) for _, lines in sections)


def questions(role: str, asked: Questions) -> Section:
    """Return the questions of the reader's role, under the parts that they prepare."""
    lines: list[tuple[str, str]] = []
    part = ""
    for title, text in asked:
        if title != part:
            lines.append((safe_text(title), "muted"))
            part = title
        lines.append((f"? {safe_text(text)}", ""))
    return f"YOUR QUESTIONS AS {safe_text(role).upper()}" if role else "QUESTIONS", tuple(lines)


def read_by(readers: tuple[Reader, ...], sha256: str, today: date) -> Section:
    """Return all readers, and whether each read this version."""
    newest = {name_key(each.name): latest(readers, each.name) or each for each in readers}
    lines = []
    for each in newest.values():
        this = recorded(readers, each.name, sha256)
        row = this or each
        version = "this version" if this else "another version"
        sign = glyphs.DONE if this else glyphs.OPEN
        lines.append((f"{sign} {safe_text(row.name)}, {when(row.read_at, today)}: {version}", "" if this else "muted"))
    return "READ BY", tuple(lines) or (("nobody yet", "muted"),)


def own(placed: Placed, name: str, blocks: tuple[Block, ...], begin: int) -> list[PlanComment]:
    """Return the saved comments of this author on the block that begins in this line."""
    begins = begins_of(blocks) if placed else ()
    return [
        comment
        for line, comment in placed
        if line and name_key(comment.author) == name_key(name) and begin_of(line, begins) == begin
    ]


def remarks(placed: Placed, unsaved: tuple[PlanComment, ...], blocks: tuple[Block, ...], today: date) -> Remarks:
    """Return the comments by their blocks, in the order in which they were written."""
    found: dict[int, tuple[Remark, ...]] = {}
    begins = begins_of(blocks) if placed else ()
    for line, comment in placed:
        at = begin_of(line, begins) if line else 0
        if at:
            found[at] = (*found.get(at, ()), remark(comment, today, comment in unsaved))
    return found


def remark(comment: PlanComment, today: date, unsaved: bool = False) -> Remark:
    """Return a comment as it is shown."""
    who = safe_text(comment.author) or "somebody"
    head = f"{who}, {when(comment.at, today)}" if comment.at else who
    return Remark(head, safe_text(comment.text), unsaved)


def before(role: str, asked: Questions) -> tuple[Block, ...]:
    """Return the questions as the page's first lines, where there is no room beside it."""
    title, lines = questions(role, asked)
    return _asides(title, lines)


def after(placed: Placed, today: date, *sections: Section) -> tuple[Block, ...]:
    """Return the blocks after the plan: comments without a line, sections without room."""
    gone = [remark(comment, today) for line, comment in placed if line is None]
    lost = [comment.quote for line, comment in placed if line is None]
    lines = tuple(
        (f"{each.head}: {each.text}" + (f" (on: {safe_text(quote)})" if quote else ""), "")
        for each, quote in zip(gone, lost, strict=True)
    )
    found = (("ON LINES THAT ARE NO LONGER THERE", lines), *sections)
    return tuple(block for title, rows in found if rows for block in _asides(title, rows))


def _asides(title: str, lines: tuple[tuple[str, str], ...]) -> tuple[Block, ...]:
    if not lines:
        return ()
    head = Block("aside", 0, ((title, "key"),))
    return (head, *(Block("aside", 0, ((words, tone),), gap=0, rest="  ") for words, tone in lines))


def record(mine: Reader | None, trouble: Fault | None, today: date) -> Pieces:
    """Return whether the reading is on record, as text."""
    if trouble:
        return (
            (f"{glyphs.WARNING} Not recorded: {safe_text(str(trouble))} ", "bad"),
            ("y", "key"),
            (" tries again", "bad"),
        )
    if mine:
        return ((f"{glyphs.DONE} Read, on record {at(mine.read_at, today)}", "good"),)
    return (f"{glyphs.OPEN} Not recorded yet: read to the end, or ", "warn"), ("y", "key")


def hint(own: bool, removed: bool) -> Pieces:
    """Return the keys for comments on the highlighted block."""
    if own:
        return ("x", "key"), (" removes your comment on this line", "muted")
    return (("u", "key"), (" brings back the comment you removed", "muted")) if removed else ()


def farewell(source: str, mine: Reader | None, kept: int, today: date, half: Mapping[int, str] | None = None) -> str:
    """Return a reading's summary: whether it is on record, its saved and lost comments."""
    state = f"read, on record {at(mine.read_at, today)}." if mine else "not recorded as read."
    comments = f" {formats.count(kept, 'comment')} kept." if kept > 0 else ""
    lost = (f"Not kept, on line {line}: {safe_text(words)}" for line, words in sorted((half or {}).items()))
    return "\n".join([f"{safe_text(source)}: {state}{comments}", *lost])

"""The page: a plan's blocks laid out at a width, a highlight that keys move, remarks under the blocks they belong to.

Only the lines in sight are drawn, and laying out is a pure function that a thread can do: 50,000 lines cost a key what
fifty do.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from session_tui.tui.parts.blocks import Block, Pieces, Remark, Remarks, steps_of
from session_tui.tui.text import RichText, Text
from session_tui.tui.widgets.toned import Toned

BAR, RULE, COLUMN = "▌", "─", " │ "
GUTTER = 3
WIDEST = 100  # cells of text: a longer line loses the eye on its way back
_NARROWEST = 8  # cells of text, however deep a list goes or narrow a terminal is
_WIDEST_CELL = 400  # cells: a longer one wraps at any width
_STYLES = {"em": Style(italic=True), "strike": Style(strike=True), "link": Style(underline=True)}
_TONES = {"strong": "strong", "code": "accent", "muted": "muted", "key": "key", "warn": "warn", "accent": "accent"}


class PageLine(Struct, frozen=True):
    """A drawn line: the block it belongs to, and its pieces."""

    block: int
    pieces: Pieces = ()


class Laid(Struct, frozen=True):
    """Blocks laid out at a width: all lines, for each block its first line and the one behind its last, and the
    numbers of those that can be highlighted.
    """

    blocks: tuple[Block, ...] = ()
    lines: tuple[PageLine, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    steps: tuple[int, ...] = ()
    width: int = 0


def lay_out(blocks: tuple[Block, ...], remarks: Remarks, width: int) -> Laid:
    """Every block as lines of this width (that of the text, without the gutter)."""
    lines: list[PageLine] = []
    spans: list[tuple[int, int]] = []
    for at, block in enumerate(blocks):
        lines += [PageLine(-1)] * (block.gap if lines else 0)
        top = len(lines)
        lines += [PageLine(at, pieces) for pieces in _drawn(block, width)]
        for remark in remarks.get(at, ()):
            lines += [PageLine(at, pieces) for pieces in _remark_lines(remark, block.rest, width)]
        spans.append((top, len(lines)))
    return Laid(blocks, tuple(lines), tuple(spans), steps_of(blocks), width)


def _drawn(block: Block, width: int) -> list[Pieces]:
    if block.kind == "table":
        return [((block.rest, "muted"), *line) for line in _table_lines(block.rows, width - cell_len(block.rest))]
    pieces, lead, rest = block.pieces, block.lead, block.rest
    if block.kind == "heading":
        pieces = tuple((words, f"strong {marks}".strip()) for words, marks in pieces)
        lines = _wrapped(pieces, lead, rest, width)
        if block.level <= 2:
            rule = "━" if block.level == 1 else RULE
            longest = max((sum(cell_len(words) for words, _ in line) for line in lines), default=0)
            lines.append(((rule * (width if block.level == 1 else longest), "muted"),))
        return lines
    if block.kind == "code":
        lead, rest = f"{lead}┊ ", f"{rest}┊ "
    return _wrapped(pieces, lead, rest, width)


def _remark_lines(remark: Remark, rest: str, width: int) -> list[Pieces]:
    sign = "◌ " if remark.unsaved else ""
    return _wrapped(((f"{sign}{remark.head}: ", "accent"), (remark.text, "em")), f"{rest}└ ", f"{rest}  ", width)


def _wrapped(pieces: Pieces, lead: str, rest: str, width: int) -> list[Pieces]:
    """Pieces broken into lines, each behind its lead; a lead that leaves no room for words is cut."""
    room = max(0, width - _NARROWEST)
    lead, rest = _cut(lead, room), _cut(rest, room)
    text = Text(end="")
    for words, marks in pieces:
        text.append_text(Text.lines(words.split("\n"), marks))
    broken = text.wrap(_console(), max(_NARROWEST, width - cell_len(lead)), overflow="fold", tab_size=4)
    lines: list[Pieces] = []
    for at, line in enumerate(broken or [Text()]):
        line.rstrip()
        lines.append(((rest if at else lead, "muted"), *_pieces_of(line)))
    return lines


def _pieces_of(line: RichText) -> Pieces:
    """A wrapped line's pieces again: they were appended one behind the other, so their spans never overlap."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for span in sorted(line.spans, key=lambda span: span.start):
        if span.start > at:
            pieces.append((line.plain[at : span.start], ""))
        pieces.append((line.plain[span.start : span.end], str(span.style)))
        at = span.end
    pieces.append((line.plain[at:], ""))
    return tuple(piece for piece in pieces if piece[0])


def _table_lines(rows: tuple[tuple[str, ...], ...], width: int) -> list[Pieces]:
    """A table whose cells wrap; the widest columns give way where it does not fit."""
    columns = max(map(len, rows), default=0)
    if not columns:
        return []
    full = [
        min(_WIDEST_CELL, max(cell_len(row[at]) if at < len(row) else 1 for row in rows) or 1) for at in range(columns)
    ]
    room = width - len(COLUMN) * (columns - 1)
    if room < columns * 3:  # more columns than can stand side by side: a line a cell
        return [line for row in rows for cell in row for line in _wrapped(((cell, ""),), "", "  ", width)]
    sizes = list(full)
    while sum(sizes) > room:
        sizes[sizes.index(max(sizes))] -= 1
    lines: list[Pieces] = []
    for number, row in enumerate(rows):
        cells = [_wrapped(((row[at] if at < len(row) else "", ""),), "", "", sizes[at]) for at in range(columns)]
        for line in range(max(map(len, cells))):
            pieces: list[tuple[str, str]] = []
            for at, cell in enumerate(cells):
                words = "".join(piece for piece, _ in cell[line]) if line < len(cell) else ""
                pieces.append((words + " " * (sizes[at] - cell_len(words)), "" if number else "strong"))
                pieces.append((COLUMN if at < columns - 1 else "", "muted"))
            lines.append(tuple(pieces))
        if number == 0:
            lines.append((("─┼─".join(RULE * size for size in sizes), "muted"),))
    return lines


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) <= room else text[-room:] if room else ""


@cache
def _console() -> Console:
    """Only asked for its ways of breaking lines; it prints nothing."""
    return Console(width=80, legacy_windows=False)


class Page(ScrollView, Toned):
    """Blocks that scroll, one of them highlighted. It never takes the focus."""

    can_focus = False

    laid: reactive[Laid] = reactive(Laid(), always_update=True)
    lit: reactive[int] = reactive(0)  # the number of the highlighted block

    class Moved(Message):
        """The page was laid out, or (`by_hand`) scrolled, or another block was highlighted."""

        def __init__(self, by_hand: bool = True) -> None:
            super().__init__()
            self.by_hand = by_hand

    class Widened(Message):
        """There is another width to lay out for."""

    class Chosen(Message):
        """Somebody clicked on a block."""

        def __init__(self, block: int) -> None:
            super().__init__()
            self.block = block

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.by_hand = False  # somebody scrolled, with keys or a wheel
        self._laying = False

    # ---- where it stands -------------------------------------------------------------------------------------------

    @property
    def text_width(self) -> int:
        """How many cells of text a line has."""
        return max(_NARROWEST, min(WIDEST, self.size.width - GUTTER - 1))

    @property
    def block(self) -> Block | None:
        """The highlighted block."""
        blocks = self.laid.blocks
        return blocks[self.lit] if self.lit < len(blocks) and blocks[self.lit].line else None

    @property
    def at_end(self) -> bool:
        """It was scrolled to its last line, or where all of it is in sight, its last block is highlighted."""
        return self.laid.steps[-1:] == (self.lit,) or 0 < self.max_scroll_y <= self.scroll_offset.y

    # ---- moving ----------------------------------------------------------------------------------------------------

    def move(self, by: int) -> None:
        """Highlight the block before or after; one that is taller than the page is scrolled through first."""
        self.by_hand = True
        top, end = self._span()
        above, below = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        if (by > 0 and end > below) or (by < 0 and top < above):
            self.scroll_to(y=above + by * max(1, self.size.height - 2), animate=False, immediate=True)
        else:
            ahead = [at for at in self.laid.steps if (at > self.lit if by > 0 else at < self.lit)]
            if ahead:
                self.lit = ahead[0 if by > 0 else -1]
            self._bring(by)
        self.post_message(self.Moved())

    def heading(self, by: int) -> bool:
        """Highlight the next heading or the one before, at the top of the page; False where there is none."""
        heads = [at for at in self.laid.steps if self.laid.blocks[at].kind == "heading"]
        ahead = [at for at in heads if (at > self.lit if by > 0 else at < self.lit)]
        if not ahead:
            return False
        self.by_hand = True
        self.lit = ahead[0 if by > 0 else -1]
        self.scroll_to(y=max(0, self._span()[0] - 1), animate=False, immediate=True)
        self.post_message(self.Moved())
        return True

    def light(self, block: int) -> None:
        """Highlight this block, which is in sight."""
        self.by_hand = True
        self.lit = block
        self.post_message(self.Moved())

    def turn(self, by: int) -> None:
        """A page on or back; the highlight comes along, at last to the first or last block."""
        self.by_hand = True
        above = self.scroll_offset.y
        self.scroll_to(y=above + by * max(1, self.size.height - 2), animate=False, immediate=True)
        if self.scroll_offset.y == above and self.laid.steps:
            self.lit = self.laid.steps[0 if by < 0 else -1]
        self._follow()
        self.post_message(self.Moved())

    def edge(self, by: int) -> None:
        """The beginning or the end, and the first or last block."""
        self.by_hand = True
        self.scroll_to(y=0 if by < 0 else len(self.laid.lines), animate=False, immediate=True)
        if self.laid.steps:
            self.lit = self.laid.steps[0 if by < 0 else -1]
        self.post_message(self.Moved())

    def put(self, laid: Laid) -> None:
        """Show another layout; the highlighted block stays where it is on the screen."""
        row = self._span()[0] - self.scroll_offset.y if self.laid.lines else 0
        # What blocks of our own stand before the plan's may have changed: the highlight stays on the same source line.
        line = self.block.line if self.block else 0
        self._laying = True
        self.laid = laid
        self.lit = next((at for at in laid.steps if laid.blocks[at].line >= line), laid.steps[-1] if laid.steps else 0)
        self.virtual_size = Size(self.size.width, len(laid.lines))
        # A page that was never scrolled stays at its beginning, whatever of ours stands before the first block.
        if self.scroll_offset.y:
            self.scroll_to(y=self._span()[0] - row, animate=False, immediate=True)
        self._bring(0)  # it may have grown by a comment, which is to be seen
        self._laying = False
        self.post_message(self.Moved(by_hand=False))

    def _span(self) -> tuple[int, int]:
        return self.laid.spans[self.lit] if self.lit < len(self.laid.spans) else (0, 0)

    def _bring(self, by: int) -> None:
        """Bring the highlighted block into sight: all of it, or where it is too tall the end one comes to first."""
        top, end = self._span()
        height, above = self.size.height, self.scroll_offset.y
        if top == 0 or self.laid.steps[:1] == (self.lit,):
            top = 0  # what stands before the first block is seen with it
        if end - top > height:
            in_sight = top < above + height and end > above
            to = above if in_sight and not by else end - height if by < 0 else top
        else:
            to = min(max(above, end - height), top)
        if to != above:
            self.scroll_to(y=to, animate=False, immediate=True)

    def _follow(self) -> None:
        """The highlight goes to a block in sight, unless it is in sight."""
        above, below = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        top, end = self._span()
        if end > above and top < below:
            return
        seen = [at for at in self.laid.steps if self.laid.spans[at][1] > above and self.laid.spans[at][0] < below]
        if seen:
            self.lit = seen[0] if top < above else seen[-1]

    # ---- what happens to it ----------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """However it was scrolled, whoever listens is told."""
        super().watch_scroll_y(old_value, new_value)
        if not self._laying and round(old_value) != round(new_value):
            self.by_hand = True
            self.post_message(self.Moved())

    def on_mouse_scroll_down(self) -> None:
        """The highlight comes along with the wheel."""
        self._follow()

    def on_mouse_scroll_up(self) -> None:
        """The highlight comes along with the wheel."""
        self._follow()

    def on_resize(self) -> None:
        """Another width is another layout; at another height the highlight stays in sight."""
        if self.laid.width != self.text_width:
            self.post_message(self.Widened())
        elif self.laid.lines:
            self._laying = True
            self._bring(0)
            self._laying = False

    def on_click(self, event: Click) -> None:
        """A click highlights its block."""
        y = event.y + self.scroll_offset.y
        if 0 <= y < len(self.laid.lines) and self.laid.lines[y].block in self.laid.steps:
            self.post_message(self.Chosen(self.laid.lines[y].block))

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line: the gutter with the highlight's bar, then the text."""
        width, ground = self.size.width, self.rich_style
        at = y + self.scroll_offset.y
        if at >= len(self.laid.lines):
            return Strip.blank(width, ground)
        line = self.laid.lines[at]
        lit = line.block == self.lit and self.block is not None
        if lit:
            # The terminal's own colours have no ground for this: there the bar alone says it.
            ground = ground + Style(bgcolor=self.tone("row").bgcolor)
        bar = Segment(f" {BAR} " if lit else " " * GUTTER, ground + self.tone("key") if lit else ground)
        drawn = [bar, *(Segment(words, ground + self._styled(marks)) for words, marks in line.pieces)]
        return Strip(drawn).adjust_cell_length(width, ground)

    def _styled(self, marks: str) -> Style:
        style = Style()
        for mark in marks.split():
            style += _STYLES.get(mark) or self.tone(_TONES[mark])
        return style

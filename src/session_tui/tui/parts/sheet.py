"""A sheet as lines of toned words at a width, for the reading pane and for `show`; nothing of the framework is loaded.

Where there is room, what an item is looked for by (a date, a standing) stands in a column of its own; where there is
none, it stands below the item's words. On very wide screens the sections stand in two columns, as in a newspaper.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from rich.cells import cell_len, chop_cells

from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.model.items import Item
from session_tui.model.sheet import Section, Sheet

Units = Iterable[tuple[str, str]]  # words that stay together, and their tone
Pieces = tuple[tuple[str, str], ...]

BESIDE, TWO = 84, 132  # cells: from these on a column for dates and standings, and two columns of sections
WIDEST = 130  # cells of a single column: a longer line loses the eye on its way back
GAP = 4  # between two columns
NARROWEST = 20
_WIDEST_LEAD = 34
_LABEL = 9
_TONES = {"look": "warn", "quiet": "muted", "": "accent"}


class Line(Struct, frozen=True):
    """A drawn line, its pieces of (text, tone) harmless; `id` is that of the action item it belongs to."""

    pieces: Pieces = ()
    id: str = ""

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(words for words, _ in self.pieces)


class Laid(Struct, frozen=True):
    """Lines in the order of reading; the first `head` of them go across, the others turn into a second column at
    `turn` (0: there is one column). `width` is a column's, `actions` are the ids of the action items in their order.
    """

    lines: tuple[Line, ...] = ()
    head: int = 0
    turn: int = 0
    width: int = 0
    actions: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of the screen it takes."""
        return max(self.turn, self.head + len(self.lines) - self.turn) if self.turn else len(self.lines)

    def on_row(self, row: int) -> tuple[int, ...]:
        """The numbers of the lines that stand on this row, from left to right."""
        if not self.turn:
            return (row,) if row < len(self.lines) else ()
        if row < self.head:
            return (row,)
        right = self.turn + row - self.head
        # A left column that has come to its end still holds its place.
        return (row if row < self.turn else -1, *((right,) if right < len(self.lines) else ()))

    def row_of(self, line: int) -> int:
        """The row on which this line stands."""
        return line - self.turn + self.head if self.turn and line >= self.turn else line


def place(sheet: Sheet, width: int) -> Laid:
    """The sheet on a page of this width, in two columns of like height where it is wide enough for them."""
    width = max(NARROWEST, width)
    column = (width - GAP) // 2 if width >= TWO else min(width, WIDEST)
    head = tuple(head_lines(sheet, min(width, WIDEST)))
    blocks = [tuple(section_lines(section, column)) for section in sheet.sections]
    lines = (*head, *(line for block in blocks for line in block))
    ids = dict.fromkeys(line.id for line in lines if line.id)
    turn = 0
    if width >= TWO and len(blocks) > 1:
        heights = [sum(map(len, blocks[:at])) for at in range(1, len(blocks))]
        whole = sum(map(len, blocks))
        turn = len(head) + min(heights, key=lambda left: max(left, whole - left))
    return Laid(lines, len(head), turn, column, tuple(ids))


def lines(sheet: Sheet, width: int) -> tuple[Line, ...]:
    """The sheet in one column."""
    width = max(NARROWEST, width)
    return (*head_lines(sheet, width), *(line for each in sheet.sections for line in section_lines(each, width)))


def head_lines(sheet: Sheet, width: int) -> Iterator[Line]:
    """What it was about and how it ended, then the facts of the meeting."""
    for words, tone in ((sheet.account, "strong"), (sheet.deal, "muted")):
        yield from _flow(_words(words, tone), width)
    yield Line()
    stop = "." if sheet.headline else ""
    yield from _flow((*_words(f"{sheet.verdict}{stop}", "key"), *_words(sheet.headline, "strong")), width)
    yield Line()
    for name, words in sheet.about:
        yield from _flow(_words(words, ""), width, ((f"{name:<{_LABEL}}", "muted"),))
    if not sheet.sections:
        yield Line()
        yield from _flow(_words("Nothing was entered in this session.", "muted"), width)


def fault_lines(fault: Fault, width: int) -> Iterator[Line]:
    """Why a file cannot be read, where in it, and what to do."""
    place = f"line {fault.line}, column {fault.column}" if fault.line else ""
    where = " · ".join(each for each in (fault.where, place) if each)
    # What is read by another version, or on another machine, is sound for all that is known.
    sound = fault.kind in ("newer", "not here")
    told = (
        ("▲ This file is not read here." if sound else "▲ This file cannot be read.", "warn"),
        (where, "muted"),
        (fault.what, ""),
        (fault.do, "muted"),
    )
    for words, tone in told:
        yield from _flow(_words(words, tone), width)


def word_lines(told: Iterable[str], width: int) -> Iterator[Line]:
    """Sentences that stand where there is nothing to read."""
    for each in told:
        yield from _flow(_words(each, "muted"), width)


def paragraph(told: Iterable[tuple[str, str]], width: int) -> Iterator[Line]:
    """Texts in their tones one after the other, broken at their words."""
    yield from _flow((unit for words, tone in told for unit in _words(words, tone)), width)


def section_lines(section: Section, width: int) -> Iterator[Line]:
    """A section behind an empty line: its title, what it adds up to, its groups."""
    found = [item for group in section.groups for item in group.items]
    signs = max(cell_len(item.sign) for item in found)
    leads = min(_WIDEST_LEAD, max(cell_len(harmless(item.lead)) for item in found)) if width >= BESIDE else 0
    yield Line()
    remark = _words(f"· {section.remark}" if section.remark else "", "muted")
    yield from _flow((*_words(section.title, "key"), *remark), width)
    for group in section.groups:
        if group.title:
            tone = "warn" if group.ownerless else "strong"
            yield from _flow(_words(group.title, tone), width, (("  ", ""),))
        for item in group.items:
            yield from _item(item, width, signs, leads)


def _item(item: Item, width: int, signs: int, leads: int) -> Iterator[Line]:
    tone = _TONES[item.weight]
    margin = f"  {item.sign:<{signs}} "
    beside: Pieces = ((margin, tone),)
    lead = harmless(item.lead)
    if leads and cell_len(lead) <= leads:
        margin += " " * (leads + 2)
        beside = (*beside, (lead + " " * (leads + 2 - cell_len(lead)), tone))
        lead = ""
    elif leads:
        margin += " " * (leads + 2)
        beside = (*beside, (" " * (leads + 2), ""))
    room = width - cell_len(margin)
    mark = item.id if item.tick else ""
    text = tuple(_words(item.text, "muted" if item.weight == "quiet" and not leads else ""))
    below = tuple(_facts(((lead, tone),) if lead else (), item.facts, item.id, room))
    whole = (*text, ("·", "muted"), *below) if below else text
    if _length(whole) <= room or not (item.facts or lead):
        yield from _flow(whole, width, beside, mark=mark)
    else:
        yield from _flow(text, width, beside, mark=mark)
        yield from _flow(below, width, ((" " * cell_len(margin), ""),), mark=mark)
    for each in item.more:
        yield from _flow(_words(each, "muted"), width, ((" " * cell_len(margin), ""),), mark=mark)


def _words(text: str, tone: str) -> Iterator[tuple[str, str]]:
    yield from ((word, tone) for word in harmless(text).split())


def _facts(lead: Pieces, facts: tuple[str, ...], id: str, room: int) -> Iterator[tuple[str, str]]:
    """Facts behind one another; one is broken only where it is longer than a line. The id keeps to the last of them."""
    told = [*lead, *((harmless(each), "muted") for each in facts)]
    if id and len(told) > len(lead) and cell_len(glued := f"{told[-1][0]} · {harmless(id)}") <= room:
        told[-1] = (glued, "muted")
    elif id:
        told.append((harmless(id), "muted"))
    for at, (words, tone) in enumerate(told, start=1):
        said = f"{words} ·" if at < len(told) else words
        if cell_len(said) <= room:
            yield said, tone
        else:
            yield from _words(said, tone)


def _length(units: Units) -> int:
    return sum(cell_len(words) + 1 for words, _ in units) - 1


def _flow(units: Units, width: int, lead: Pieces = (), mark: str = "") -> Iterator[Line]:
    """Words broken into lines of this width behind a lead; those after the first stand under the first one's words."""
    margin = sum(cell_len(words) for words, _ in lead)
    room = max(1, width - margin)
    pieces, used = list(lead), 0
    for words, tone in units:
        for part in (words,) if cell_len(words) <= room else chop_cells(words, room):
            size = cell_len(part)
            if used and used + 1 + size > room:
                yield Line(tuple(pieces), mark)
                pieces, used = [(" " * margin, "")] if margin else [], 0
            if used and pieces[-1][1] == tone:
                pieces[-1] = (f"{pieces[-1][0]} {part}", tone)
            elif used:
                pieces += [(" ", ""), (part, tone)]
            else:
                pieces.append((part, tone))
            if part.endswith(" ·") and tone != "muted":  # the dot says nothing that is to be looked at
                pieces[-1:] = [(pieces[-1][0][:-1], tone), ("·", "muted")]
            used += size + (1 if used else 0)
    if used:
        yield Line(tuple(pieces), mark)

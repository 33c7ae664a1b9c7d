"""A sheet as lines of toned words at a width, for the reading pane and for `show`; nothing of the framework is loaded.

Where there is room, what an item is looked for by (a date, a standing) stands in a column of its own; where there is
none, it stands below the item's words. On very wide screens the sections stand in two columns, as in a newspaper.
"""

from collections.abc import Iterator

from rich.cells import cell_len

from session_tui.model.fault import Fault
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import Section, SessionReport
from session_tui.model.sanitize import safe_text
from session_tui.tui.drawings.text_layout import GAP, TextLayout, TextLine, flow, units
from session_tui.tui.pieces import Pieces

BESIDE, TWO = 84, 132  # cells: from these on a column for dates and standings, and two columns of sections
WIDEST = 130  # cells of a single column: a longer line loses the eye on its way back
NARROWEST = 20
_WIDEST_LEAD = 34
_LABEL = 9
_TONES = {"look": "warn", "quiet": "muted", "": "accent"}


def place(sheet: SessionReport, width: int) -> TextLayout:
    """The sheet on a page of this width, in two columns of like height where it is wide enough for them."""
    width = max(NARROWEST, width)
    column = (width - GAP) // 2 if width >= TWO else min(width, WIDEST)
    head = tuple(head_lines(sheet, min(width, WIDEST)))
    blocks = [tuple(section_lines(section, column)) for section in sheet.sections]
    lines = (*head, *(line for block in blocks for line in block))
    turn = 0
    if width >= TWO and len(blocks) > 1:
        heights = [sum(map(len, blocks[:at])) for at in range(1, len(blocks))]
        whole = sum(map(len, blocks))
        turn = len(head) + min(heights, key=lambda left: max(left, whole - left))
    return TextLayout(lines, column, len(head), turn)


def lines(sheet: SessionReport, width: int) -> tuple[TextLine, ...]:
    """The sheet in one column."""
    width = max(NARROWEST, width)
    return (*head_lines(sheet, width), *(line for each in sheet.sections for line in section_lines(each, width)))


def head_lines(sheet: SessionReport, width: int) -> Iterator[TextLine]:
    """What it was about and how it ended, then the facts of the meeting."""
    for words, tone in ((sheet.account, "strong"), (sheet.deal, "muted")):
        yield from flow(units(words, tone), width)
    yield TextLine()
    stop = "." if sheet.headline else ""
    yield from flow((*units(f"{sheet.verdict}{stop}", "key"), *units(sheet.headline, "strong")), width)
    yield TextLine()
    for name, words in sheet.about:
        yield from flow(units(words, ""), width, ((f"{name:<{_LABEL}}", "muted"),))
    if not sheet.sections:
        yield TextLine()
        yield from flow(units("Nothing was entered in this session.", "muted"), width)


def fault_lines(fault: Fault, width: int) -> Iterator[TextLine]:
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
        yield from flow(units(words, tone), width)


def section_lines(section: Section, width: int) -> Iterator[TextLine]:
    """A section behind an empty line: its title, what it adds up to, its groups."""
    found = [item for group in section.groups for item in group.items]
    signs = max(cell_len(item.sign) for item in found)
    leads = min(_WIDEST_LEAD, max(cell_len(safe_text(item.lead)) for item in found)) if width >= BESIDE else 0
    yield TextLine()
    remark = units(f"· {section.remark}" if section.remark else "", "muted")
    yield from flow((*units(section.title, "key"), *remark), width)
    for group in section.groups:
        if group.title:
            tone = "warn" if group.ownerless else "strong"
            yield from flow(units(group.title, tone), width, (("  ", ""),))
        for item in group.items:
            yield from _item(item, width, signs, leads)


def _item(item: Item, width: int, signs: int, leads: int) -> Iterator[TextLine]:
    tone = _TONES[item.weight]
    margin = f"  {item.sign:<{signs}} "
    beside: Pieces = ((margin, tone),)
    lead = safe_text(item.lead)
    if leads and cell_len(lead) <= leads:
        margin += " " * (leads + 2)
        beside = (*beside, (lead + " " * (leads + 2 - cell_len(lead)), tone))
        lead = ""
    elif leads:
        margin += " " * (leads + 2)
        beside = (*beside, (" " * (leads + 2), ""))
    room = width - cell_len(margin)
    mark = item.id if item.tick else ""
    text = tuple(units(item.text, "muted" if item.weight == "quiet" and not leads else ""))
    below = tuple(_facts(((lead, tone),) if lead else (), item.facts, item.id, room))
    whole = (*text, ("·", "muted"), *below) if below else text
    if _length(whole) <= room or not (item.facts or lead):
        yield from flow(whole, width, beside, key=mark)
    else:
        yield from flow(text, width, beside, key=mark)
        yield from flow(below, width, ((" " * cell_len(margin), ""),), key=mark)
    for each in item.more:
        yield from flow(units(each, "muted"), width, ((" " * cell_len(margin), ""),), key=mark)


def _facts(lead: Pieces, facts: tuple[str, ...], id: str, room: int) -> Iterator[tuple[str, str]]:
    """Facts behind one another; one is broken only where it is longer than a line. The id keeps to the last of them."""
    told = [*lead, *((safe_text(each), "muted") for each in facts)]
    if id and len(told) > len(lead) and cell_len(glued := f"{told[-1][0]} · {safe_text(id)}") <= room:
        told[-1] = (glued, "muted")
    elif id:
        told.append((safe_text(id), "muted"))
    for at, (words, tone) in enumerate(told, start=1):
        said = f"{words} ·" if at < len(told) else words
        if cell_len(said) <= room:
            yield said, tone
        else:
            yield from units(said, tone)


def _length(told: Pieces) -> int:
    return sum(cell_len(words) + 1 for words, _ in told) - 1

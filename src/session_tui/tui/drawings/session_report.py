"""The layout of a session report at a width, for the reading pane and for `show`. This module does
not import Textual.

If there is room, the lead of an item (a date, a status) has a column of its own, else it is below
the item's words. Very wide screens have the sections in two columns.
"""

from collections.abc import Iterator

from rich.cells import cell_len

from session_tui.model import glyphs
from session_tui.model.fault import Fault
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import Section, SessionReport
from session_tui.model.sanitize import safe_text
from session_tui.model.sentence import sentence
from session_tui.tui.drawings.text_layout import GAP, TextLayout, TextLine, flow, units
from session_tui.tui.pieces import Pieces

BESIDE, TWO = 84, 132  # widths in cells from which leads have a column, and sections two columns
WIDEST = 130  # cells of a single column: longer lines are hard to read
NARROWEST = 20
_WIDEST_LEAD = 34
_LABEL = 9  # cells at least for the names of the facts
_TONES = {"look": "warn", "quiet": "muted", "": "accent"}


def place(sheet: SessionReport, width: int) -> TextLayout:
    """The layout at this width in cells; a wide one has two columns of nearly equal height."""
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
    """The lines in one column."""
    width = max(NARROWEST, width)
    return (*head_lines(sheet, width), *(line for each in sheet.sections for line in section_lines(each, width)))


def head_lines(sheet: SessionReport, width: int) -> Iterator[TextLine]:
    """The account and deal, the outcome, then the facts of the meeting."""
    for words, tone in ((sheet.account, "strong"), (sheet.deal, "muted")):
        yield from flow(units(words, tone), width)
    yield TextLine()
    stop = "." if sheet.headline else ""
    yield from flow((*units(f"{sheet.verdict}{stop}", "key"), *units(sheet.headline, "strong")), width)
    yield TextLine()
    label = max((_LABEL, *(len(name) + 2 for name, _ in sheet.about)))
    for name, words in sheet.about:
        yield from flow(units(words, ""), width, ((f"{name:<{label}}", "muted"),))
    if not sheet.sections:
        yield TextLine()
        yield from flow(units(sheet.without, "muted"), width)


def fault_lines(fault: Fault, width: int) -> Iterator[TextLine]:
    """Why a file cannot be read, the place in it, and what to do."""
    place = f"line {fault.line}, column {fault.column}" if fault.line else ""
    where = " · ".join(each for each in (fault.where, place) if each)
    # A file of a newer version, or one that is not on this machine, is probably sound.
    sound = fault.kind in ("newer", "not here")
    texts = (
        (
            f"{glyphs.WARNING} This file is not read here." if sound else f"{glyphs.WARNING} This file cannot be read.",
            "warn",
        ),
        (where, "muted"),
        (sentence(fault.what), ""),
        (fault.do, "muted"),
    )
    for words, tone in texts:
        yield from flow(units(words, tone), width)


def section_lines(section: Section, width: int) -> Iterator[TextLine]:
    """A section after an empty line: title, remark, groups."""
    items = [item for group in section.groups for item in group.items]
    signs = max(cell_len(item.sign) for item in items)
    leads = min(_WIDEST_LEAD, max(cell_len(safe_text(item.lead)) for item in items)) if width >= BESIDE else 0
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
    """The facts in order; one is broken only if it is longer than a line. The id stays with the
    last of them.
    """
    texts = [*lead, *((safe_text(each), "muted") for each in facts)]
    if id and len(texts) > len(lead) and cell_len(glued := f"{texts[-1][0]} · {safe_text(id)}") <= room:
        texts[-1] = (glued, "muted")
    elif id:
        texts.append((safe_text(id), "muted"))
    for at, (words, tone) in enumerate(texts, start=1):
        unit = f"{words} ·" if at < len(texts) else words
        if cell_len(unit) <= room:
            yield unit, tone
        else:
            yield from units(unit, tone)


def _length(words: Pieces) -> int:
    return sum(cell_len(word) + 1 for word, _ in words) - 1

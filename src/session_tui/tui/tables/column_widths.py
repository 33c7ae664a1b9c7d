"""Columns as wide as what is in them, so that no name is cut."""

from msgspec.structs import replace
from rich.cells import cell_len

from session_tui.tui.tables.table import Column, Table

GAP = 2  # cells behind each column
MARGIN = 3  # cells before the first column, which `Column.least` counts
MEASURED = 150  # rows, so that a change shows as quickly in a long table
FEWEST = 12  # cells that a flexible column has at least
NEVER = 1_000_000  # cells; a column with this `least` is never shown


def widened(table: Table, room: int) -> Table:
    """The table with columns as wide as their longest cell, in `room` cells for all of them.

    Where they do not fit, a flexible column has room for its names (what stands before the first
    comma), up to half of all; what is left goes to the first column, then to the others, so titles
    and long texts may be cut. Where that does not fit either, the columns that only wide tables
    show are left out, the widest tables' first.
    """
    rows = [table.cells(each) for each in table.ids]
    shown = [at for at, column in enumerate(table.columns) if column.least <= room <= column.most]
    longest = {at: _longest(table.columns[at], [row[at].text for row in rows]) for at in shown}
    if sum(longest.values()) + GAP * len(longest) <= room:
        # Side by side, so that the eye finds the name that belongs to a text.
        fixed = (_fixed(column, longest.get(at)) for at, column in enumerate(table.columns))
        return replace(table, columns=tuple(fixed))
    needs = {at: _need(table.columns[at], [row[at].text for row in rows], room // 2) for at in shown}
    while sum(needs.values()) + GAP * len(needs) > room:
        spare = [at for at in needs if table.columns[at].least]
        if not spare:
            break
        del needs[max(spare, key=lambda at: table.columns[at].least)]
    # What is left goes to the columns that are cut, the first one first: it has the names.
    left = room - sum(needs.values()) - GAP * len(needs)
    for at in needs:
        more = max(0, min(left, longest[at] - needs[at]))
        needs[at], left = needs[at] + more, left - more
    return replace(table, columns=tuple(_sized(column, needs.get(at)) for at, column in enumerate(table.columns)))


def fitted(table: Table, room: int) -> Table:
    """The table of a narrow terminal: the same columns, none wider than what is in them.

    What a column does not need goes to those that are cut: first to names (all of a column with a
    width; of a flexible one what stands before the first comma), then to the other texts, the
    first column first. The first `MEASURED` rows count.
    """
    rows = [table.cells(each) for each in table.ids[:MEASURED]]
    shown = [at for at, column in enumerate(table.columns) if column.least <= room + MARGIN <= column.most]
    texts = {at: [row[at].text for row in rows] for at in shown}
    longest = {at: max(0, *map(cell_len, (table.columns[at].title, "", *texts[at]))) for at in shown}
    sizes = {at: min(longest[at], table.columns[at].width or FEWEST) for at in shown}
    left = room - sum(sizes.values()) - GAP * (len(sizes) - 1) - 1  # a margin behind the last
    names = {at: _need(table.columns[at], texts[at], room // 2) for at in shown}
    for wanted in ({at: min(names[at], longest[at]) for at in shown}, longest):
        for at in shown:
            more = max(0, min(left, wanted[at] - sizes[at]))
            sizes[at], left = sizes[at] + more, left - more
    return replace(table, columns=tuple(_fixed(column, sizes.get(at)) for at, column in enumerate(table.columns)))


def _need(column: Column, texts: list[str], most: int) -> int:
    if column.width:
        return _longest(column, texts)
    return min(most, _longest(column, [text.partition(",")[0] for text in texts]))


def _longest(column: Column, texts: list[str]) -> int:
    return max(column.width, *map(cell_len, (column.title, *texts)))


def _fixed(column: Column, width: int | None) -> Column:
    return replace(column, least=NEVER) if width is None else replace(column, width=max(1, width), least=0, most=NEVER)


def _sized(column: Column, need: int | None) -> Column:
    if need is None:
        return replace(column, least=NEVER)
    # A flexible column stays one: it takes what the others leave, in proportion to its need.
    return replace(column, width=need if column.width else 0, share=max(1, need), least=0, most=NEVER)

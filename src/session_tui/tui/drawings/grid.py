"""The power and support grid in cells: power up, support across, key players above the line."""

from collections.abc import Mapping

from rich.cells import cell_len

from session_tui.model import glyphs, judgements
from session_tui.model.analysis import is_key_player
from session_tui.model.judgements import Judgement
from session_tui.model.session import Stakeholder
from session_tui.model.stakeholder_map.changes import as_before
from session_tui.model.stakeholder_map.grid import Grid, arrow, grid
from session_tui.model.vocabulary import KEY_PLAYER_POWER
from session_tui.tui.drawings.canvas import Canvas, CanvasBuilder, Spot, fitted
from session_tui.tui.drawings.chart import label
from session_tui.tui.drawings.short_names import short_names
from session_tui.tui.tables.table import View

_LABEL = 9  # cells at the left for the power, and the sign of the key players' rows
_NARROWEST = 6  # cells of a column
_AIRY = 6  # that a column has at most beyond what its texts need
_UNKNOWN = "unjudged"  # fits a narrow column
COVERED = "Power and support are covered; f6 uncovers them."


def drawn(view: View, width: int, height: int) -> Canvas:
    """The grid at this width in cells. A row is as high as its people need, as far as `height`
    allows.
    """
    sheet = CanvasBuilder()
    if view.curtain:
        sheet.put(0, 1, COVERED, "muted")
        return sheet.canvas(width)
    people = {person.id: person for person in view.session.stakeholders}
    found = grid(people.values(), height - 2, as_before(view.past.last, view.session))
    # If there is room, an empty line after each row keeps the rows apart.
    airy = int(sum(found.heights.values()) + len(found.powers) + 2 <= height)
    columns = _columns(found, people, width - _LABEL)
    # With the sign of a move behind it a name has less room.
    rooms = {column - gap for _, column in columns for gap in (1, 3)}
    short = {room: short_names(people.values(), room) for room in rooms}
    sheet.put(0, 0, "Power", "muted")
    for support, (left, column) in zip(found.supports, columns, strict=True):
        tone = judgements.support_tone(support) or "muted"
        sheet.put(_LABEL + left, 0, fitted(_title(support), column - 1), tone)
    y = 1
    for power in found.powers:
        if power == KEY_PLAYER_POWER - 1:
            sheet.put(0, y, fitted("╌" * width, width), "muted")
            y += 1
        key = judgements.power_order(power) >= KEY_PLAYER_POWER
        sheet.put(
            0,
            y,
            _UNKNOWN if power is None else f"{power} {f'{glyphs.KEY_PLAYER} key' if key else ''}",
            "strong" if key else "muted",
        )
        for support, (left, column) in zip(found.supports, columns, strict=True):
            cell, x = (power, support), _LABEL + left
            for line, each in enumerate(found.shown(cell)):
                person = people[each]
                way = f" {arrow(found.moved[each], cell)}" if each in found.moved else ""
                name = short[column - 1 - len(way)][each] + way
                sheet.put(x, y + line, name, "strong" if is_key_player(person) else "", each)
                sheet.spots[each] = Spot(x, y + line, column - 1, 1)
            if more := found.more(cell):
                sheet.put(x, y + found.heights[power] - 1, fitted(f"and {more} more", column - 1), "muted")
        y += found.heights[power] + airy
    return sheet.canvas(width, y)


def _title(support: Judgement) -> str:
    called = _UNKNOWN if support is None else judgements.support_value(support)
    return f"{judgements.support_sign(support)} {called}"


def _columns(found: Grid, people: Mapping[str, Stakeholder], width: int) -> list[tuple[int, int]]:
    """The left edge and the width in cells of each column, the gap behind it among them.

    Each has room for its title, then for first names, then for whole names as far as the width
    allows. Where the titles have no room, all are equally wide.
    """
    widths = [cell_len(_title(support)) + 1 for support in found.supports]
    if sum(widths) > width:
        widths = [max(_NARROWEST, width // len(widths))] * len(widths)
    for wanted in (_wanted(found, people, whole=False), _wanted(found, people, whole=True)):
        for _ in range(width - sum(widths)):
            needy = [at for at, each in enumerate(widths) if each < wanted[at]]
            if needy:
                widths[min(needy, key=widths.__getitem__)] += 1
    airy = min(_AIRY, max(0, width - sum(widths)) // len(widths))
    widths = [each + airy for each in widths]
    return [(sum(widths[:at]), each) for at, each in enumerate(widths)]


def _wanted(found: Grid, people: Mapping[str, Stakeholder], *, whole: bool) -> list[int]:
    """The cells that the names in each column need, or the first names alone."""
    wanted = dict.fromkeys(found.supports, 0)
    for (_, support), ids in found.cells.items():
        for each in ids:
            name = label(people[each])
            needs = cell_len(name if whole else name.split(" ")[0]) + (3 if each in found.moved else 1)
            wanted[support] = max(wanted[support], needs)
    return [wanted[support] for support in found.supports]

"""The power and support grid in cells: power up, support across, key players above the line."""

from session_tui.model import glyphs, judgements
from session_tui.model.analysis import is_key_player
from session_tui.model.stakeholder_map.changes import as_before
from session_tui.model.stakeholder_map.grid import arrow, grid
from session_tui.model.vocabulary import KEY_PLAYER_POWER
from session_tui.tui.drawings.canvas import Canvas, CanvasBuilder, Spot, fitted
from session_tui.tui.drawings.chart import label
from session_tui.tui.tables.table import View

_LABEL = 9  # cells at the left for the power, and the sign of the key players' rows
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
    column = max(6, (width - _LABEL) // len(found.supports))
    sheet.put(0, 0, "Power", "muted")
    for number, support in enumerate(found.supports):
        called = _UNKNOWN if support is None else judgements.support_value(support)
        title = f"{judgements.support_sign(support)} {called}"
        sheet.put(_LABEL + number * column, 0, fitted(title, column - 1), judgements.support_tone(support) or "muted")
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
        for number, support in enumerate(found.supports):
            cell, x = (power, support), _LABEL + number * column
            for line, each in enumerate(found.shown(cell)):
                person = people[each]
                way = f" {arrow(found.moved[each], cell)}" if each in found.moved else ""
                name = fitted(label(person), column - 1 - len(way)).rstrip() + way
                sheet.put(x, y + line, name, "strong" if is_key_player(person) else "", each)
                sheet.spots[each] = Spot(x, y + line, column - 1, 1)
            if more := found.more(cell):
                sheet.put(x, y + found.heights[power] - 1, fitted(f"and {more} more", column - 1), "muted")
        y += found.heights[power] + airy
    return sheet.canvas(width, y)

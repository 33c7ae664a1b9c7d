"""The power and support grid: rows of power, columns of support, each person in one cell."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from session_tui.model.session import Stakeholder

POWERS = (5, 4, 3, 2, 1)
SUPPORTS = (-2, -1, 0, 1, 2)
Cell = tuple[int, int]  # power, support

_ARROWS = {
    (1, 0): "↑", (-1, 0): "↓", (0, 1): "→", (0, -1): "←",
    (1, 1): "↗", (1, -1): "↖", (-1, 1): "↘", (-1, -1): "↙",
}  # fmt: skip


class Grid(Struct, frozen=True):
    """The grid of a map.

    `cells` are the ids in each cell, in their order; `heights` the number of text lines of each
    row of power; `moved` the earlier cell of each person who changed it. A cell with more people
    than lines shows one fewer, and the number of the others (`more`).
    """

    cells: Mapping[Cell, tuple[str, ...]]
    heights: Mapping[int, int]
    moved: Mapping[str, Cell]

    def shown(self, cell: Cell) -> tuple[str, ...]:
        """The ids that have a line in this cell."""
        ids, room = self.cells.get(cell, ()), self.heights[cell[0]]
        return ids if len(ids) <= room else ids[: room - 1]

    def more(self, cell: Cell) -> int:
        """The number of people in this cell without a line."""
        return len(self.cells.get(cell, ())) - len(self.shown(cell))


def grid(people: Iterable[Stakeholder], room: int, before: Mapping[str, Stakeholder] | None = None) -> Grid:
    """The grid in `room` lines (at least five). `before` are the people of the last session, by
    their id of now.

    If there are too few lines, the rows with more power get theirs first.
    """
    cells: dict[Cell, list[str]] = {}
    moved: dict[str, Cell] = {}
    for person in people:
        here = (person.power, person.support)
        cells.setdefault(here, []).append(person.id)
        was = (before or {}).get(person.id)
        if was is not None and (was.power, was.support) != here:
            moved[person.id] = (was.power, was.support)
    wanted = {power: max([1, *(len(found) for (p, _), found in cells.items() if p == power)]) for power in POWERS}
    heights = dict.fromkeys(POWERS, 1)
    spare = max(0, room - len(POWERS))
    for power in POWERS:
        more = min(spare, wanted[power] - 1)
        heights[power] += more
        spare -= more
    return Grid({cell: tuple(found) for cell, found in cells.items()}, heights, moved)


def arrow(from_: Cell, to: Cell) -> str:
    """The direction of a move: → for more support, ↑ for more power, ↗ for both."""
    up, right = to[0] - from_[0], to[1] - from_[1]
    return _ARROWS.get(((up > 0) - (up < 0), (right > 0) - (right < 0)), "")

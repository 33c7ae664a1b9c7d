"""The power and support grid: rows of power, columns of support, each person in one cell."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from session_tui.model import glyphs
from session_tui.model.judgements import Judgement, change
from session_tui.model.session import Stakeholder

POWERS = (5, 4, 3, 2, 1)
SUPPORTS = (-2, -1, 0, 1, 2)
Cell = tuple[Judgement, Judgement]  # power, support


class Grid(Struct, frozen=True):
    """The grid of a map.

    `cells` are the ids in each cell, in their order; `heights` the number of text lines of each
    row of power; `moved` the earlier cell of each person who moved in a direction. A cell with
    more people than lines shows one fewer, and the number of the others (`more`). `powers` and
    `supports` are the rows and columns; the last ones are None where a judgement is missing.
    """

    cells: Mapping[Cell, tuple[str, ...]]
    heights: Mapping[Judgement, int]
    moved: Mapping[str, Cell]
    powers: tuple[Judgement, ...] = POWERS
    supports: tuple[Judgement, ...] = SUPPORTS

    def shown(self, cell: Cell) -> tuple[str, ...]:
        """The ids that have a line in this cell."""
        ids, room = self.cells.get(cell, ()), self.heights[cell[0]]
        return ids if len(ids) <= room else ids[: room - 1]

    def more(self, cell: Cell) -> int:
        """The number of people in this cell without a line."""
        return len(self.cells.get(cell, ())) - len(self.shown(cell))


def grid(people: Iterable[Stakeholder], room: int, before: Mapping[str, Stakeholder] | None = None) -> Grid:
    """The grid in `room` lines (at least one a row). `before` are the people of the last
    session, by their id of now.

    If there are too few lines, the rows with more power get theirs first.
    """
    cells: dict[Cell, list[str]] = {}
    moved: dict[str, Cell] = {}
    for person in people:
        here = (person.power, person.support)
        cells.setdefault(here, []).append(person.id)
        was = (before or {}).get(person.id)
        if was is not None and arrow((was.power, was.support), here):
            moved[person.id] = (was.power, was.support)
    powers: tuple[Judgement, ...] = (*POWERS, *([None] if any(power is None for power, _ in cells) else ()))
    supports: tuple[Judgement, ...] = (*SUPPORTS, *([None] if any(support is None for _, support in cells) else ()))
    wanted = {power: max([1, *(len(found) for (p, _), found in cells.items() if p == power)]) for power in powers}
    heights = dict.fromkeys(powers, 1)
    spare = max(0, room - len(powers))
    for power in powers:
        more = min(spare, wanted[power] - 1)
        heights[power] += more
        spare -= more
    return Grid({cell: tuple(found) for cell, found in cells.items()}, heights, moved, powers, supports)


def arrow(from_: Cell, to: Cell) -> str:
    """The direction of a move: → for more support, ↑ for more power, ↗ for both.

    A first judgement, and one taken back, have no direction.
    """
    return glyphs.MOVES.get((change(from_[0], to[0]), change(from_[1], to[1])), "")

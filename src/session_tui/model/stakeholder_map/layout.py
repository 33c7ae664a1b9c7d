"""The layout of the organisation chart: the position of each card, for the terminal and for files.

The tidy tree is that of Buchheim, Jünger and Leipert, "Improving Walker's Algorithm to Run in
Linear Time" (Graph Drawing 2002), for cards of different widths. It is written without recursion,
so a chain of a thousand people does not reach Python's limit. Cards of one depth have the same
top.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from session_tui.model.session import Stakeholder

Size = tuple[int, int]  # width and height, in the caller's units: terminal cells, or units of a picture
_NUDGE = 1e-6  # positions are multiples of a half; rounding errors are far smaller than this


class Box(Struct, frozen=True):
    """A card: its upper left corner and its size, in the caller's units."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The column of the lines that end or begin at this card."""
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        """The first line below it."""
        return self.y + self.height


class Hierarchy(Struct, frozen=True):
    """The reporting lines as a forest, and all people by id.

    `roots` have no manager; `reports` are the ids that report to each manager. `circles` are
    circles of reporting lines, each cut above its first person in the list. `astray` are the
    references to ids that do not exist: the person's id, the field, the missing id.
    """

    people: Mapping[str, Stakeholder]
    roots: tuple[str, ...]
    reports: Mapping[str, tuple[str, ...]]
    circles: tuple[tuple[str, ...], ...] = ()
    astray: tuple[tuple[str, str, str], ...] = ()

    @property
    def alone(self) -> tuple[str, ...]:
        """The ids of people without a manager and without reports."""
        return tuple(root for root in self.roots if root not in self.reports)

    @property
    def influences(self) -> tuple[tuple[str, str], ...]:
        """Pairs of ids: the first influences the second.

        Each pair once, without pairs of one person and without ids that do not exist.
        """
        pairs = ((each, to) for each, person in self.people.items() for to in person.influences)
        return tuple(dict.fromkeys((each, to) for each, to in pairs if to in self.people and to != each))

    def walk(self, roots: Iterable[str]) -> Iterable[tuple[int, str]]:
        """Depth and id, each manager before their reports."""
        stack = [(0, root) for root in reversed(tuple(roots))]
        while stack:
            depth, each = stack.pop()
            yield depth, each
            stack += [(depth + 1, below) for below in reversed(self.reports.get(each, ()))]


class Layout(Struct, frozen=True):
    """The chart: a box for each id, the hierarchy, and the size of the whole."""

    boxes: Mapping[str, Box]
    hierarchy: Hierarchy
    width: int
    height: int

    @property
    def influences(self) -> tuple[tuple[str, str], ...]:
        """Pairs of ids: the first influences the second."""
        return self.hierarchy.influences


class Elbow(Struct, frozen=True):
    """The reporting line of one manager: from column `stem` down to line `bus`, across, then down
    at each column of `drops`.

    Columns are middles of boxes. `top` is the bottom of the manager's box, `bottom` the top of the
    boxes below.
    """

    boss: str
    stem: int
    top: int
    bus: int
    bottom: int
    drops: tuple[int, ...]


def hierarchy(people: Iterable[Stakeholder]) -> Hierarchy:
    """The forest of the reporting lines; of two entries with one id, the first counts."""
    known: dict[str, Stakeholder] = {}
    for person in people:
        known.setdefault(person.id, person)
    above = {each: person.reports_to for each, person in known.items() if person.reports_to in known}
    circles = _cut_circles(known, above)
    below: dict[str, list[str]] = {}
    for each, boss in above.items():
        below.setdefault(boss, []).append(each)
    astray = [
        (each, field, to)
        for each, person in known.items()
        for field, to in (
            ("reports_to", person.reports_to),
            *(("influences", to) for to in dict.fromkeys(person.influences)),
        )
        if to and to not in known
    ]
    roots = tuple(each for each in known if each not in above)
    return Hierarchy(known, roots, {boss: tuple(found) for boss, found in below.items()}, circles, tuple(astray))


def lay_out(people: Iterable[Stakeholder] | Hierarchy, sizes: Mapping[str, Size], gap: Size, wrap: int = 0) -> Layout:
    """The layout of all cards. `sizes` are by id; `gap` is the free space beside and below a card.

    Trees stand side by side in the order of the list. People without manager and reports stand in
    rows beside the trees if the width `wrap` has room for that, else below them, in rows as wide
    as the trees or `wrap`.
    """
    forest = people if isinstance(people, Hierarchy) else hierarchy(people)
    alone = set(forest.alone)
    trees = [root for root in forest.roots if root not in alone]
    order = list(forest.walk(trees))
    lefts = _tidy(forest, trees, sizes, gap[0])
    heights: list[int] = []
    for depth, each in order:
        heights += [0] * (depth + 1 - len(heights))
        heights[depth] = max(heights[depth], sizes[each][1])
    tops = [0, *accumulate(height + gap[1] for height in heights)]
    boxes = {each: Box(lefts[each], tops[depth], *sizes[each]) for depth, each in order}
    width = max((box.x + box.width for box in boxes.values()), default=0)
    beside = width + 2 * gap[0] if width else 0
    widest = max((sizes[each][0] for each in forest.alone), default=0)
    if width and beside + widest <= wrap:
        boxes |= _rows(forest.alone, sizes, gap, wrap, beside, 0)
    else:
        boxes |= _rows(forest.alone, sizes, gap, max(width, wrap), 0, tops[-1])
    width = max((box.x + box.width for box in boxes.values()), default=0)
    height = max((box.bottom for box in boxes.values()), default=0)
    return Layout({each: boxes[each] for each in forest.people}, forest, width, height)


def elbows(layout: Layout) -> tuple[Elbow, ...]:
    """The reporting lines of a layout, one for each manager."""
    found = []
    for boss, below in layout.hierarchy.reports.items():
        box, top = layout.boxes[boss], layout.boxes[below[0]].y
        drops = tuple(layout.boxes[each].middle for each in below)
        found.append(Elbow(boss, box.middle, box.bottom, top - 1, top, drops))
    return tuple(found)


def _cut_circles(known: Mapping[str, Stakeholder], above: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    """Remove the line of each circle's first person from `above`; return the circles."""
    circles, done = [], set[str]()
    order = {each: number for number, each in enumerate(known)}
    for first in known:
        path: list[str] = []
        here, seen = first, set[str]()
        while here in above and here not in done and here not in seen:
            seen.add(here)
            path.append(here)
            here = above[here]
        if here in seen:
            ring = path[path.index(here) :]
            start = ring.index(min(ring, key=order.__getitem__))
            ring = ring[start:] + ring[:start]
            circles.append(tuple(ring))
            del above[ring[0]]
        done.update(path)
    return tuple(circles)


def _rows(ids: Sequence[str], sizes: Mapping[str, Size], gap: Size, right: int, left: int, top: int) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    x, y, tallest = left, top, 0
    for each in ids:
        wide, high = sizes[each]
        if x > left and x + wide > right:
            x, y, tallest = left, y + tallest + gap[1], 0
        boxes[each] = Box(x, y, wide, high)
        x, tallest = x + wide + gap[0], max(tallest, high)
    return boxes


class _Node:
    """A card during the layout of its tree.

    `place` is relative to its siblings; `shift` is to be added to all cards below. `thread`,
    `ancestor` and `change` are named as in the paper; its "shift" is `share`.
    """

    __slots__ = ("ancestor", "below", "boss", "change", "half", "number", "place", "share", "shift", "thread")

    def __init__(self, half: float, boss: "_Node | None", number: int) -> None:
        self.half, self.boss, self.number = half, boss, number
        self.below: list[_Node] = []
        self.place = self.shift = self.change = self.share = 0.0
        self.thread: _Node | None = None
        self.ancestor = self


def _tidy(forest: Hierarchy, roots: Sequence[str], sizes: Mapping[str, Size], gap: int) -> dict[str, int]:
    """The left edge of each card in these trees, by id; the leftmost is 0.

    Free space is not spread between trees, and no tree reaches further left than the first. So a
    person who is added to a tree does not move the trees before it.
    """
    top = _Node(0.0, None, 0)
    nodes: dict[str, _Node] = {}
    begin = set(roots)
    for _, each in forest.walk(roots):
        boss = nodes.get(forest.people[each].reports_to, top) if each not in begin else top
        nodes[each] = _Node(sizes[each][0] / 2, boss, len(boss.below))
        boss.below.append(nodes[each])
    order = list(nodes.values())
    for node in reversed(order):  # each manager after their reports
        _spread(node.below, gap)
        _share_out(node.below)
    _spread(top.below, gap)
    lefts: dict[str, float] = {}
    offset = {id(top): 0.0}
    for each, node in nodes.items():
        above = offset[id(node.boss)]
        offset[id(node)] = above + node.shift
        lefts[each] = node.place + above - node.half
    moved = least = 0.0
    placed: dict[str, int] = {}
    for number, root in enumerate(roots):
        tree = [each for _, each in forest.walk((root,))]
        edge = min(lefts[each] for each in tree)
        least = edge if number == 0 else least
        moved = max(moved, least - edge)
        placed |= {each: int(lefts[each] + moved - least + _NUDGE) for each in tree}
    return placed


def _spread(row: list[_Node], gap: int) -> None:
    """Place the reports of one manager side by side, each above the middle of its own reports."""
    default = row[0] if row else None
    for number, node in enumerate(row):
        middle = (node.below[0].place + node.below[-1].place) / 2 if node.below else 0.0
        if number:
            left = row[number - 1]
            node.place = left.place + left.half + node.half + gap
            node.shift = node.place - middle if node.below else 0.0
        else:
            node.place = middle
        if number and default is not None:
            default = _push(node, row, gap, default)


def _push(node: _Node, row: list[_Node], gap: int, default: _Node) -> _Node:
    """Move a subtree right until it overlaps none on its left; compares the facing outlines."""
    inner_right = outer_right = node
    inner_left, outer_left = row[node.number - 1], row[0]
    in_right = out_right = node.shift
    in_left, out_left = inner_left.shift, outer_left.shift
    while (left := _rightmost(inner_left)) and (right := _leftmost(inner_right)):
        inner_left, inner_right = left, right
        outer_left = _leftmost(outer_left) or outer_left
        outer_right = _rightmost(outer_right) or outer_right
        outer_right.ancestor = node
        near = inner_left.place + in_left + inner_left.half + gap
        over = near - (inner_right.place + in_right - inner_right.half)
        if over > 0:
            _move(inner_left.ancestor if inner_left.ancestor.boss is node.boss else default, node, over)
            in_right += over
            out_right += over
        in_left += inner_left.shift
        in_right += inner_right.shift
        out_left += outer_left.shift
        out_right += outer_right.shift
    if (left := _rightmost(inner_left)) and not _rightmost(outer_right):
        outer_right.thread = left
        outer_right.shift += in_left - out_right
    if (right := _leftmost(inner_right)) and not _leftmost(outer_left):
        outer_left.thread = right
        outer_left.shift += in_right - out_left
        default = node
    return default


def _move(from_: _Node, node: _Node, by: float) -> None:
    """Move `node`, and record that the nodes between `from_` and it move by their share."""
    between = node.number - from_.number
    share = by / between
    node.share -= share
    node.change += by
    from_.share += share
    node.place += by
    node.shift += by


def _share_out(row: list[_Node]) -> None:
    moved = share = 0.0
    for node in reversed(row):
        node.place += moved
        node.shift += moved
        share += node.share
        moved += node.change + share


def _leftmost(node: _Node) -> _Node | None:
    return node.below[0] if node.below else node.thread


def _rightmost(node: _Node) -> _Node | None:
    return node.below[-1] if node.below else node.thread

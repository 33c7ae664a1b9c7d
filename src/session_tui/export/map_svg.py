"""The stakeholder map as one SVG picture: organisation chart, power and support grid, coverage.

The picture is built as a tree of elements, so that a name is always text and never a tag. It does
not contain what the detail `shared` excludes.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias
from xml.etree import ElementTree as Xml

from msgspec import Struct
from rich.cells import cell_len, set_cell_size

from session_tui.export.svg import COLOURS, Look, add_description, clean, style
from session_tui.model import judgements
from session_tui.model.analysis import called, is_key_player
from session_tui.model.session import Session, Stakeholder
from session_tui.model.stakeholder_map.changes import as_before, changes
from session_tui.model.stakeholder_map.description import faults
from session_tui.model.stakeholder_map.grid import arrow, grid
from session_tui.model.stakeholder_map.layout import Layout, elbows, hierarchy, lay_out
from session_tui.model.stakeholder_map.status import standing
from session_tui.model.vocabulary import COVERAGE_WORDS, KEY_PLAYER_POWER, ROLE_WORDS

Detail: TypeAlias = Literal["shared", "full"]

# Lengths are in CSS pixels. The width of a text cell is an upper estimate: the fonts of browsers
# are narrower.
_CELL, _LINE, _PAD = 7.3, 17, 9
_BOLD = 1.1  # width of bold text relative to other text
_NARROWEST, _WIDEST = 16, 36  # cells of a card's text
_GAP = (22, 46)
_GAP_PRINTED = (14, 24)
_WRAP, _WRAP_PRINTED = 900, 700
_MARGIN = 24
_COLUMN, _LABEL = 176, 76  # of the grid
_MOST_NOTES = 8  # sentences below the chart
_LARGE = 1100  # an HTML page shows a wider picture at its own size, in a box that scrolls
_COLUMN_OF_PAPER, _PAPER = 760, 1500  # a wider chart is printed over both columns, or not at all


class _Line(Struct, frozen=True):
    """A line of a card: its text and its CSS class."""

    text: str
    kind: str = "text"


def svg(session: Session, *, detail: Detail = "full", look: Look = "light", before: Session | None = None) -> str:
    """Return the picture as an SVG document, with the changes since the session `before`."""
    return _Picture(session, detail, before).document(look)


def inline(session: Session, *, detail: Detail, words: str) -> str:
    """Return the picture for an HTML page that has `INLINE_STYLE`; `words` describe the map."""
    return _Picture(session, detail, None).part("map", words)


def printed(session: Session, *, detail: Detail, words: str) -> str:
    """Return the chart for the page on paper: cards of two lines, with a table below it."""
    picture = _Picture(session, detail, None)
    picture.gap, picture.compact = _GAP_PRINTED, True
    return picture.part("printed-map", words)


class _Picture:
    def __init__(self, session: Session, detail: Detail, before: Session | None) -> None:
        self.session, self.full = session, detail == "full"
        self.before = as_before(before, session) if before is not None else None
        self.changes = changes(before, session) if before is not None else None
        self.forest = hierarchy(session.stakeholders)
        self.root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        self.gap, self.compact = _GAP, False
        self.width = 620.0
        self.y = float(_MARGIN)

    def document(self, look: Look) -> str:
        """Heading, chart, grid, coverage and legend, from top to bottom, with their CSS."""
        words = " · ".join(part for part in (self.session.account, self.session.zone, self.session.opportunity) if part)
        title = f"Stakeholder map: {words}"
        Xml.SubElement(self.root, "title").text = clean(title)
        Xml.SubElement(self.root, "style").text = style(COLOURS[look])
        ground = self._ground()
        self._say(title, "title", 20)
        if self.session.started_at:
            self._say(f"{self.session.started_at.astimezone():%d %b %Y}", "muted")
        if self.full and self.session.stakeholders:
            now = standing(self.session)
            self._say(f"Map {now.words}: {now.reason}.", "strong")
            if now.step:
                self._say(f"{now.step}.", "muted")
        self._body()
        self._measure(ground)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(self.root, encoding="unicode") + "\n"

    def part(self, key: str, words: str) -> str:
        """The picture without heading and CSS; `key` is its id in the page."""
        self.y = 0
        if self.compact:
            self.width = 0
        add_description(self.root, key, "Stakeholder map", words)
        ground = self._ground(f"{key}-tip")
        self._body()
        self._measure(ground)
        edge, wide, high = (
            _MARGIN - 1,
            round(self.width - _MARGIN + 2),
            round(self.y + (0 if self.compact else _MARGIN)),
        )
        self.root.attrib |= {"width": str(wide), "viewBox": f"{edge} 0 {wide} {high}"}  # the page has a margin
        if wide > (_PAPER if self.compact else _LARGE):
            self.root.attrib["class"] += " large"
        elif self.compact and wide > _COLUMN_OF_PAPER:
            self.root.attrib["class"] += " spanning"
        return Xml.tostring(self.root, encoding="unicode")

    def _ground(self, tip_id: str = "tip") -> Xml.Element:
        self.tip_id = tip_id
        tip = {"id": tip_id, "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "7", "markerHeight": "7"}
        marker = Xml.SubElement(self.root, "marker", {**tip, "orient": "auto"})
        Xml.SubElement(marker, "path", {"class": "accent", "d": "M0 0L8 4L0 8z"})
        return Xml.SubElement(self.root, "rect", {"class": "ground"})

    def _body(self) -> None:
        if not self.session.stakeholders:
            self._say("Nobody is on the map yet.", "muted")
            return
        self._chart()
        if self.full and not self.compact:
            self._grid()
            self._coverage()
        if not self.compact:
            self._legend()

    def _measure(self, ground: Xml.Element) -> None:
        size = (str(round(self.width + _MARGIN)), str(round(self.y + _MARGIN)))
        ground.attrib |= {"width": size[0], "height": size[1]}
        self.root.attrib |= {"width": size[0], "height": size[1], "viewBox": f"0 0 {size[0]} {size[1]}"}

    # ---- chart ----------------------------------------------------------------------------------

    def _chart(self) -> None:
        cards = {each: self._card(person) for each, person in self.forest.people.items()}
        layout = lay_out(
            self.forest,
            {each: _size(card) for each, card in cards.items()},
            self.gap,
            wrap=_WRAP_PRINTED if self.compact else _WRAP,
        )
        self.y += 1 if self.compact else 14
        group = self._group("Organisation chart", layout.width)
        for elbow in elbows(layout):
            level = elbow.bottom - self.gap[1] // 2
            ends = f"M{min(elbow.stem, *elbow.drops)} {level}H{max(elbow.stem, *elbow.drops)}"
            drops = "".join(f"M{x} {level}V{elbow.bottom}" for x in elbow.drops)
            Xml.SubElement(group, "path", {"class": "reports", "d": f"M{elbow.stem} {elbow.top}V{level}{ends}{drops}"})
        self._influences(group, layout)
        for each, card in cards.items():
            self._put_card(group, layout, each, card)
        self.y += layout.height + 10
        wrong = faults(self.forest)
        for sentence in wrong[:_MOST_NOTES]:
            self._say(sentence, "warn")
        if len(wrong) > _MOST_NOTES:
            self._say(f"And {len(wrong) - _MOST_NOTES} lines more that cannot be drawn.", "warn")
        if self.changes is not None and self.changes.gone:
            self._say(f"Gone since: {', '.join(called(person) for person in self.changes.gone)}.", "muted")

    def _card(self, person: Stakeholder) -> tuple[_Line, ...]:
        key = self.full and is_key_player(person)
        new = " (new)" if self.before is not None and person.id not in self.before else ""
        role = "" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role]
        what = " · ".join(part for part in (person.title, role) if part)
        lines = [_Line(f"{'◆ ' if key else ''}{called(person)}{new}", "strong"), _Line(what, "muted")]
        if self.compact:
            return (
                (lines[0], _Line(_stand(person), _tone(person.support)))
                if self.full
                else tuple(lines[: 2 if what else 1])
            )
        if self.full:
            lines.append(_Line(f"{_stand(person)}{self._way(person)}", _tone(person.support)))
        touch = "" if person.coverage == "unknown" else f" · {COVERAGE_WORDS[person.coverage]}"
        has = ", ".join(person.covered_by)
        lines.append(_Line(f"{has}{touch}" if has else f"nobody of ours{touch}", "text" if has else "warn"))
        return tuple(line for line in lines if line.text)

    def _way(self, person: Stakeholder) -> str:
        was = (self.before or {}).get(person.id)
        if was is None or (was.power, was.support) == (person.power, person.support):
            return ""
        way = arrow((was.power, was.support), (person.power, person.support))
        return f" {way} from {judgements.power_sign(was.power)} {judgements.support_sign(was.support)}" if way else ""

    def _put_card(self, group: Xml.Element, layout: Layout, each: str, card: tuple[_Line, ...]) -> None:
        box = layout.boxes[each]
        kind = "card unknown" if self.forest.people[each].name == "?" else "card"
        place = {"x": str(box.x), "y": str(box.y), "width": str(box.width), "height": str(box.height), "rx": "6"}
        Xml.SubElement(group, "rect", {"class": kind, **place})
        for number, line in enumerate(card):
            y = box.y + _PAD + (number + 1) * _LINE - 5
            _text(group, box.x + _PAD, y, line.text, line.kind, (box.width - 2 * _PAD) / _CELL)

    def _influences(self, group: Xml.Element, layout: Layout) -> None:
        """Add the dashed lines of influence, from card to card, below the cards."""
        for from_, to in layout.influences:
            if from_ == to:
                continue
            a, b = layout.boxes[from_], layout.boxes[to]
            right = b.x + b.width / 2 >= a.x + a.width / 2
            x1, x2 = (a.x + a.width, b.x) if right else (a.x, b.x + b.width)
            if abs(a.middle - b.middle) < (a.width + b.width) / 2:  # one above the other: round the side
                x2 = b.x + b.width if right else b.x
            y1, y2 = a.y + a.height / 2, b.y + b.height / 2
            bend = 34 if right else -34
            path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 + (bend if x2 > b.x else -34):g} {y2:g} {x2:g} {y2:g}"
            Xml.SubElement(group, "path", {"class": "influences", "d": path, "marker-end": f"url(#{self.tip_id})"})

    # ---- grid -----------------------------------------------------------------------------------

    def _grid(self) -> None:
        people = self.forest.people
        layout = grid(people.values(), 10_000, self.before)
        self.y += 22
        self._say("Power and support", "strong")
        self.y += 6
        group = self._group("Power and support grid", _LABEL + len(layout.supports) * _COLUMN)
        for number, support in enumerate(layout.supports):
            words = f"{judgements.support_sign(support)} {judgements.support_value(support)}"
            _text(group, _LABEL + number * _COLUMN + 8, 12, words, _tone(support))
        y = 20
        for power in layout.powers:
            height = layout.heights[power] * _LINE + 10
            key = " key" if judgements.power_order(power) >= KEY_PLAYER_POWER else ""
            for number, support in enumerate(layout.supports):
                x = _LABEL + number * _COLUMN
                place = {"x": str(x), "y": str(y), "width": str(_COLUMN), "height": str(height)}
                Xml.SubElement(group, "rect", {"class": f"cell{key}", **place})
                for line, each in enumerate(layout.shown((power, support))):
                    way = f" {arrow(layout.moved[each], (power, support))}" if each in layout.moved else ""
                    name = f"{called(people[each])}{way}"
                    _text(group, x + 8, y + (line + 1) * _LINE, name, "text", (_COLUMN - 16) / _CELL)
            _text(
                group,
                0,
                y + _LINE,
                f"{judgements.power_value(power)}{' ◆ key' if key else ''}",
                "strong" if key else "muted",
            )
            y += height
        self.y += y + 10

    # ---- coverage -------------------------------------------------------------------------------

    def _coverage(self) -> None:
        """Add the customer's people on the left, ours on the right, and lines between them."""
        people = list(self.forest.people.values())
        ours = list(dict.fromkeys(name for person in people for name in person.covered_by))
        self.y += 22
        self._say("Coverage: their people, ours, and who has whom", "strong")
        self.y += 4
        group = self._group("Coverage", 620)
        step, left, right = 22, 230, 390
        rows = {person.id: number * step + 14 for number, person in enumerate(people)}
        spread = max(step, (len(people) * step) / max(1, len(ours)))
        columns = {name: number * spread + spread / 2 + 3 for number, name in enumerate(ours)}
        lines = "".join(
            f"M{left} {rows[person.id] - 4:g}L{right} {columns[name] - 4:g}"
            for person in people
            for name in person.covered_by
        )
        if lines:
            Xml.SubElement(group, "path", {"class": "has", "d": lines})
        for person in people:
            bare = not person.covered_by
            key = "◆ " if self.full and is_key_player(person) else ""
            words = f"{key}{called(person)}{' · nobody' if bare else ''}"
            _text(group, 0, rows[person.id], words, "warn" if bare else "text", (left - 6) / _CELL)
        for name, y in columns.items():
            _text(group, right + 6, y, name, "text", 224 / _CELL)
        self.y += max(len(people) * step, len(ours) * spread) + 10

    # ---- words ----------------------------------------------------------------------------------

    def _legend(self) -> None:
        self.y += 12
        lines = ["Solid line: reports to. Dashed line: influences. Dashed card: somebody who has no name yet."]
        if self.full:
            lines.append("◆ key player: power 4 or 5. ++ mentor, + supporter, = neutral, - non-supporter, -- enemy.")
        if self.before is not None:
            lines.append("(new): not on the earlier map. An arrow: where somebody has moved since.")
        for words in lines:
            self._say(words, "muted")

    def _say(self, words: str, kind: str, height: float = _LINE) -> None:
        self.y += height
        _text(self.root, _MARGIN, self.y, words, kind)
        self.width = max(self.width, _MARGIN + cell_len(clean(words)) * _CELL)
        self.y += 3

    def _group(self, label: str, width: float) -> Xml.Element:
        place = {"transform": f"translate({_MARGIN} {self.y:g})", "role": "group", "aria-label": label}
        self.width = max(self.width, _MARGIN + width)
        return Xml.SubElement(self.root, "g", place)


def _stand(person: Stakeholder) -> str:
    support = f"{judgements.support_sign(person.support)} {judgements.support_value(person.support)}"
    return f"{judgements.power_words(person.power)} · {support}"


def _tone(support: int | None) -> str:
    return judgements.support_tone(support) or "text"


def _size(card: Iterable[_Line]) -> tuple[int, int]:
    lines = list(card)
    wanted = (cell_len(clean(line.text)) * (_BOLD if line.kind == "strong" else 1) for line in lines)
    cells = min(_WIDEST, max(_NARROWEST, *wanted))
    return round(cells * _CELL) + 2 * _PAD, len(lines) * _LINE + 2 * _PAD


def _text(parent: Xml.Element, x: float, y: float, words: str, kind: str, cells: float = 0) -> None:
    """Add a text with its baseline at `y`, cut with an ellipsis at `cells` (0: no limit)."""
    shown = clean(words)
    if cells and cell_len(shown) > cells + 0.5:
        shown = set_cell_size(shown, int(cells) - 1).rstrip() + "…"
    Xml.SubElement(parent, "text", {"class": kind, "x": f"{x:g}", "y": f"{y:g}"}).text = shown

"""The organisation chart in cells: cards and reporting lines. Influence is text on the cards, and
has no lines.
"""

from msgspec import Struct
from rich.cells import cell_len

from session_tui.model import glyphs, judgements
from session_tui.model.analysis import called, is_key_player, ours
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Stakeholder
from session_tui.model.stakeholder_map.changes import as_before, changes
from session_tui.model.stakeholder_map.description import faults
from session_tui.model.stakeholder_map.layout import Box, Elbow, Layout, elbows, hierarchy, lay_out
from session_tui.model.vocabulary import COVERAGE_WORDS, COVERAGES, ROLE_WORDS
from session_tui.tui.drawings.canvas import Canvas, CanvasBuilder, Spot, fitted
from session_tui.tui.tables import markers
from session_tui.tui.tables.table import View, Zoom, dots, shortener

MOST_NOTES = 3  # sentences below the chart
GAP = (2, 1)
NARROWEST, WIDEST = 13, 31  # cells of a card's text


class Form(Struct, frozen=True):
    """A form of card: `full` with all fields or with two lines, `framed` or without a frame."""

    zoom: Zoom
    full: bool
    framed: bool


FORMS = (Form("cards", True, True), Form("small", False, True), Form("names", False, False))


def chart(view: View, zoom: Zoom, width: int, height: int) -> Canvas | None:
    """The chart at this zoom; None if an indented list replaces it: it was requested, or no card
    fits.
    """
    people = view.session.stakeholders
    if not people or zoom == "lines":
        return None
    forest = hierarchy(people)
    notes = _notes(view, faults(forest))
    maker = Cards(view)
    forms = FORMS if zoom == "fit" else tuple(form for form in FORMS if form.zoom == zoom)
    for form in forms:
        make = maker.full if form.full else maker.short_card
        cards = {each: make(person) for each, person in forest.people.items()}
        frame = (4, 2) if form.framed else (0, 0)
        sizes = {each: (card.width + frame[0], len(card.lines) + frame[1]) for each, card in cards.items()}
        layout = lay_out(forest, sizes, GAP, wrap=width)
        if zoom != "fit" or (layout.width <= width and layout.height + len(notes) <= height):
            return _draw(layout, cards, notes, framed=form.framed)
    return None


class PersonCard(Struct, frozen=True):
    """The (text, tone) lines of a person's card, the name first; `width` is that of the text in
    cells.
    """

    lines: tuple[tuple[str, str], ...]
    width: int


class Cards:
    """Makes the cards of one view; shared values are computed once."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.people = {person.id: person for person in view.session.stakeholders}
        self.influences: dict[str, list[str]] = {}
        for each, to in hierarchy(view.session.stakeholders).influences:
            self.influences.setdefault(each, []).append(to)
        self.before = as_before(view.past.last, view.session) if view.past.last is not None else None
        self.short = shortener(ours(view.session, view.people))

    def full(self, person: Stakeholder) -> PersonCard:
        """Name, title, role, power, support, our people, and the people whom they influence."""
        view, hidden = self.view, self.view.curtain
        role = "" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role]
        title = "" if person.name == "?" else safe_text(person.title)  # for "?" the title is beside the name
        stand = "" if hidden else _stand(person, markers.sign(view, person, "power"))
        touch = "" if person.coverage == "unknown" else f" · {COVERAGE_WORDS[person.coverage]}"
        touch += markers.sign(view, person, "coverage", COVERAGES)
        has = "" if hidden else f"{self._has(person)}{touch}"
        influence = self._influenced(person)
        lines = (
            (" · ".join(part for part in (title, role) if part) or "role unknown", "muted"),
            (f"{stand}{self._moved(person)}".strip(), self._tone(person)),
            (has, "" if person.covered_by else "warn"),
            (influence, "accent"),
        )
        return _card((self._name(person), *(line for line in lines if line[0])))

    def short_card(self, person: Stakeholder) -> PersonCard:
        """Two lines: the name; title, support and our people."""
        title = "" if person.name == "?" else person.title  # for "?" the title is beside the name
        what = safe_text(title) or ("" if person.buying_role == "unknown" else ROLE_WORDS[person.buying_role])
        stand = "" if self.view.curtain else judgements.support_sign(person.support)
        first = " ".join(part for part in (what, stand + self._moved(person)) if part)
        under = " · ".join(part for part in (first, self._has(person), self._influenced(person)) if part)
        return _card((self._name(person), (under, self._tone(person))))

    def _name(self, person: Stakeholder) -> tuple[str, str]:
        key = is_key_player(person) and not self.view.curtain
        new = " new" if self.before is not None and person.id not in self.before else ""
        text = f"{f'{glyphs.KEY_PLAYER} ' if key else ''}{label(person)}{new}{markers.same(self.view, person)}"
        return text, "strong" if key else ""

    def _influenced(self, person: Stakeholder) -> str:
        """The first names of the people whom this person influences."""
        names = [_first(self.people[to]) for to in self.influences.get(person.id, ())]
        return f"{glyphs.INFLUENCES} {', '.join(names)}" if names else ""

    def _moved(self, person: Stakeholder) -> str:
        return "" if self.view.curtain else markers.sign(self.view, person, "support")

    def _has(self, person: Stakeholder) -> str:
        return "" if self.view.curtain else ", ".join(map(self.short, person.covered_by)) or "nobody"

    def _tone(self, person: Stakeholder) -> str:
        return "" if self.view.curtain else judgements.support_tone(person.support)


def _stand(person: Stakeholder, moved: str) -> str:
    """Power and support of a card; one fact where neither was judged."""
    if person.power is None and person.support is None:
        return f"? {judgements.NOT_JUDGED}"
    support = f"{judgements.support_sign(person.support)} {judgements.support_value(person.support)}"
    return f"{dots(person.power)}{moved} {support}"


def _card(lines: tuple[tuple[str, str], ...]) -> PersonCard:
    width = min(WIDEST, max(NARROWEST, *(cell_len(text) for text, _ in lines)))
    return PersonCard(lines, width + (width + 1) % 2)  # odd: a card has a middle cell, so lines are straight


def label(person: Stakeholder) -> str:
    """The short form of a name as safe text; a person without a name is `?` with the title."""
    return safe_text(person.name if person.name != "?" else f"? {person.title}".strip())


def _first(person: Stakeholder) -> str:
    return label(person).split(" ")[0]


def _notes(view: View, wrong: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The lines below the chart: reporting lines that cannot be drawn, and people who left since
    the last session.
    """
    notes = [(safe_text(sentence), "warn") for sentence in wrong[:MOST_NOTES]]
    if len(wrong) > MOST_NOTES:
        notes.append((f"And {len(wrong) - MOST_NOTES} lines more that cannot be drawn.", "warn"))
    if view.past.last is not None and (gone := changes(view.past.last, view.session).gone):
        notes.append((f"Gone since last time: {', '.join(safe_text(called(person)) for person in gone)}.", "muted"))
    return tuple(notes)


def _draw(layout: Layout, cards: dict[str, PersonCard], notes: tuple[tuple[str, str], ...], *, framed: bool) -> Canvas:
    sheet = CanvasBuilder()
    for elbow in elbows(layout):
        _elbow(sheet, elbow)
    for each, box in layout.boxes.items():
        _box(sheet, each, box, cards[each], framed=framed)
    for number, (words, tone) in enumerate(notes):
        sheet.put(0, layout.height + number, words, tone)
    return sheet.canvas(layout.width, layout.height)


def _box(sheet: CanvasBuilder, each: str, box: Box, card: PersonCard, *, framed: bool) -> None:
    sheet.spots[each] = Spot(box.x, box.y, box.width, box.height)
    if not framed:
        for number, (text, tone) in enumerate(card.lines):
            sheet.put(box.x, box.y + number, fitted(_centred(text, box.width), box.width), tone, each)
        return
    inner = box.width - 4
    label = f" {each} " if len(each) + 4 <= inner else ""
    sheet.put(box.x, box.y, f"╭{'─' * (box.width - 3 - len(label))}{label}─╮", "muted", each)
    for number, (text, tone) in enumerate(card.lines, start=1):
        sheet.put(box.x, box.y + number, "│ ", "muted", each)
        sheet.put(box.x + 2, box.y + number, fitted(text, inner), tone, each)
        sheet.put(box.x + 2 + inner, box.y + number, " │", "muted", each)
    sheet.put(box.x, box.bottom - 1, f"╰{'─' * (box.width - 2)}╯", "muted", each)


def _centred(text: str, width: int) -> str:
    return " " * max(0, (width - cell_len(text)) // 2) + text


def _elbow(sheet: CanvasBuilder, elbow: Elbow) -> None:
    """One manager's line: a stem if the card ends above the bus, then the bus with a drop to each
    card.
    """
    for y in range(elbow.top, elbow.bus):
        sheet.put(elbow.stem, y, "│", "muted")
    left, right = min(elbow.stem, *elbow.drops), max(elbow.stem, *elbow.drops)
    drops = set(elbow.drops)
    bus = "".join(_joint(x, elbow.stem, drops, left, right) for x in range(left, right + 1))
    sheet.put(left, elbow.bus, bus, "muted")


def _joint(x: int, stem: int, drops: set[int], left: int, right: int) -> str:
    """The character of a bus at column `x`, by its connections above, below, left and right."""
    up, down, west, east = x == stem, x in drops, x > left, x < right
    return {
        (True, True, False, False): "│",
        (True, True, True, True): "┼",
        (True, True, False, True): "├",
        (True, True, True, False): "┤",
        (True, False, True, True): "┴",
        (True, False, False, True): "╰",
        (True, False, True, False): "╯",
        (False, True, True, True): "┬",
        (False, True, False, True): "╭",
        (False, True, True, False): "╮",
    }.get((up, down, west, east), "─")

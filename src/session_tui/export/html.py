"""A session as one HTML page without outside parts: to read on any screen, to print, and to hand on.

It is laid out from the sheet, so it says what pane, `show` and Markdown say, in the same words. The browser is told to
load nothing at all: the page's one style is named by its hash, and scripts, pictures and fonts have no place in it.
"""

from base64 import b64encode
from datetime import date
from hashlib import sha256

from markupsafe import Markup
from msgspec import Struct

from session_tui.export import map_svg
from session_tui.export.formats import Setting, report_of
from session_tui.export.summary import Summary
from session_tui.export.svg import COLOURS, INLINE_STYLE, TIME_STYLE, time_chart
from session_tui.export.templates import render_template
from session_tui.model import dates
from session_tui.model.reports.session_report import Section
from session_tui.model.stakeholder_map.description import describe_map

_FIRST = ("When", "There")  # of the facts about the meeting; the others stand at the end

# Sections that are tables, with the heads of their columns: what it is, and what is looked for first.
_TABLES: dict[str, tuple[str, str]] = {
    "Action items": ("Action item, by owner", "Date"),
    "Riskiest assumptions": ("Assumption", "At stake"),
    "What was tested": ("Assumption", "Outcome"),
    "People": ("Person", "Role and standing"),
    "Changed since it ended": ("Change", "Date"),
}
_PICTURES = {"People": "map", "Time kept": "time"}


class Shown(Struct, frozen=True):
    """A section as the page has it: with heads it is a table, and with a picture that stands before it, or for it."""

    section: Section
    heads: tuple[str, ...]
    picture: Markup
    kind: str


def render(summary: Summary, setting: Setting) -> bytes:
    """The page, as UTF-8."""
    today = setting.now.date()
    told = report_of(summary, setting)
    return standalone(
        "page.html.jinja",
        TIME_STYLE,
        sheet=told,
        held_on=_held_on(summary),
        first=[each for each in told.about if each[0] in _FIRST],
        rest=[each for each in told.about if each[0] not in _FIRST],
        as_of=_day(today),
        full=summary.full,
        sections=[_shown(summary, section) for section in told.sections],
    )


def _shown(summary: Summary, section: Section) -> Shown:
    kind = _PICTURES.get(section.title, "")
    drawn = ""
    if kind == "map":
        words = " ".join(describe_map(summary, covered_up=not summary.full))
        drawn = map_svg.inline(summary, detail=summary.detail, words=words)
    elif kind == "time":
        drawn = time_chart(summary)
    # The pictures are built as trees of elements: their texts are text already.
    return Shown(section, _TABLES.get(section.title, ()), Markup(drawn), kind)


def _held_on(summary: Summary) -> str:
    return _day(summary.started_at.astimezone().date()) if summary.started_at else ""


def _day(day: date) -> str:
    """A date with its year: who is handed a page does not know when it was made."""
    return f"{dates.words(day, day)} {day.year:04}"


def standalone(template: str, pictures: str, picture: str = "", **values: object) -> bytes:
    """A page without outside parts, as UTF-8: its style sheet with what the `pictures` want, and the hash of it."""
    colours = {look: _variables(COLOURS[look]) for look in ("light", "dark")}
    style = Markup(render_template("page.css.jinja", pictures=Markup(INLINE_STYLE + pictures), **colours))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    # Pictures are built as trees of elements: their texts are text already.
    return render_template(template, style=style, style_hash=digest, picture=Markup(picture), **values).encode()


def _variables(colours: dict[str, str]) -> Markup:
    return Markup("".join(f"--{kind}:{colour};" for kind, colour in colours.items()))

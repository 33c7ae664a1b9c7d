"""A session as one self-contained HTML page: to read on any screen, to print, and to pass on.

It renders the session report, so its words are those of the reading pane, `show` and Markdown. A
content security policy forbids the browser to load anything: the one style sheet is allowed by its
hash; scripts, external images and fonts are not allowed.
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

_FIRST = ("When", "There")  # the facts at the top of the page; the others stand at the end

# The sections shown as tables, with their column headings: the entry, and the fact a reader looks
# for first.
_TABLES: dict[str, tuple[str, str]] = {
    "Action items": ("Action item, by owner", "Date"),
    "Riskiest assumptions": ("Assumption", "At stake"),
    "What was tested": ("Assumption", "Outcome"),
    "People": ("Person", "Role and standing"),
    "Changed since it ended": ("Change", "Date"),
}
_PICTURES = {"People": "map", "Time kept": "time"}


class Shown(Struct, frozen=True):
    """A section of the page; with `heads` it is a table, below its picture if it has one.

    `printed` is the picture on paper where it is another one.
    """

    section: Section
    heads: tuple[str, ...]
    picture: Markup
    kind: str
    printed: Markup


def render(summary: Summary, setting: Setting) -> bytes:
    """Return the page, as UTF-8."""
    today = setting.now.date()
    report = report_of(summary, setting)
    return standalone(
        "page.html.jinja",
        TIME_STYLE,
        report=report,
        held_on=_held_on(summary),
        first=[each for each in report.about if each[0] in _FIRST],
        rest=[each for each in report.about if each[0] not in _FIRST],
        as_of=_day(today),
        full=summary.full,
        sections=[_shown(summary, section) for section in report.sections],
    )


def _shown(summary: Summary, section: Section) -> Shown:
    kind = _PICTURES.get(section.title, "")
    picture = printed = ""
    if kind == "map":
        words = " ".join(describe_map(summary, covered_up=not summary.full))
        picture = map_svg.inline(summary, detail=summary.detail, words=words)
        printed = map_svg.printed(summary, detail=summary.detail, words=words)
    elif kind == "time":
        picture = time_chart(summary)
    # Pictures are built as trees of elements: their texts are escaped already.
    return Shown(section, _TABLES.get(section.title, ()), Markup(picture), kind, Markup(printed))


def _held_on(summary: Summary) -> str:
    return _day(summary.started_at.astimezone().date()) if summary.started_at else ""


def _day(day: date) -> str:
    """A date with its year: a reader of the page does not know when it was made."""
    return f"{dates.words(day, day)} {day.year:04}"


def standalone(template: str, pictures: str, picture: str = "", **values: object) -> bytes:
    """A self-contained page, as UTF-8; `pictures` is the additional CSS of its pictures."""
    colours = {look: _variables(COLOURS[look]) for look in ("light", "dark")}
    style = Markup(render_template("page.css.jinja", pictures=Markup(INLINE_STYLE + pictures), **colours))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    # Pictures are built as trees of elements: their texts are escaped already.
    return render_template(template, style=style, style_hash=digest, picture=Markup(picture), **values).encode()


def _variables(colours: dict[str, str]) -> Markup:
    return Markup("".join(f"--{kind}:{colour};" for kind, colour in colours.items()))

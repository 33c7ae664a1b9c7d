"""The export formats: their names, and `render`, which makes a document in any of them."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from msgspec import Struct

from session_tui.export.summary import Summary
from session_tui.model.configuration import Cadence, Person
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports.session_report import SessionReport, sheet


class Setting(Struct, frozen=True):
    """The values that a document needs beside the summary.

    `now` is aware, in the time zone of the dates in the document; `people` are our own, with their
    addresses; with `tasks` a calendar has tasks instead of events of a whole day; `later` are the
    sessions that continue this one, oldest first; `deal` is the session's deal in the pipeline.
    """

    now: datetime
    people: tuple[Person, ...] = ()
    tasks: bool = False
    later: tuple[Summary, ...] = ()
    cadence: Cadence = Cadence()
    deal: PipelineRow | None = None


class Format(Struct, frozen=True):
    """A format: the module that renders it, file suffix, media type, description."""

    module: str
    suffix: str
    media: str
    words: str


def report_of(summary: Summary, setting: Setting) -> SessionReport:
    """The session report of the summary, as in the reading pane."""
    return sheet(summary, setting.now.date(), setting.later, full=summary.full)


Render = Callable[[Summary, Setting], bytes]

# A renderer is imported when it is used: jinja2 and icalendar take longer to import than
# everything else together.
FORMATS: dict[str, Format] = {
    "md": Format("markdown", ".md", "text/markdown", "text, the map as a Mermaid chart"),
    "html": Format("html", ".html", "text/html", "one page to read, to print, to hand on"),
    "ics": Format("calendar", ".ics", "text/calendar", "each action on its day, and the next session"),
    "csv": Format("csv", ".csv", "text/csv", "the action items for a spreadsheet"),
    "crm": Format("crm", ".crm.csv", "text/csv", "next step, close date and phase for a CRM's import"),
    "json": Format("json", ".json", "application/json", "for a program (schemas/summary.json)"),
    "eml": Format("email", ".eml", "message/rfc822", "a draft to the owners, with text and HTML"),
}


def remarks(summary: Summary, name: str, setting: Setting) -> tuple[str, ...]:
    """What a document of this format cannot show, as sentences for the user who makes it."""
    module = import_module(f"session_tui.export.{FORMATS[name].module}")
    found: Callable[[Summary, Setting], tuple[str, ...]] | None = getattr(module, "remarks", None)
    return found(summary, setting) if found else ()


def render(summary: Summary, name: str, setting: Setting) -> bytes:
    """Render the document in the format of this name in `FORMATS`."""
    renderer: Render = import_module(f"session_tui.export.{FORMATS[name].module}").render
    return renderer(summary, setting)

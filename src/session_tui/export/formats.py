"""The documents a summary can become: their names, and the one way to make any of them."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from msgspec import Struct

from session_tui.export.summary import Summary
from session_tui.model.configuration import Cadence, Person
from session_tui.model.reports.session_report import SessionReport, sheet


class Setting(Struct, frozen=True):
    """What a document needs beside the summary.

    `now` is aware, in the zone in which its dates are told; `people` are ours, with their addresses; `events` asks a
    calendar for all-day events beside its tasks; `later` are the sessions that went on from this one, oldest first.
    """

    now: datetime
    people: tuple[Person, ...] = ()
    events: bool = False
    later: tuple[Summary, ...] = ()
    cadence: Cadence = Cadence()


class Format(Struct, frozen=True):
    """A kind of document: the module whose `render` makes it, how its file's name ends, its media type, what it is."""

    module: str
    suffix: str
    media: str
    words: str


def report_of(summary: Summary, setting: Setting) -> SessionReport:
    """The summary in words and their order, as the reading pane has a session."""
    return sheet(summary, setting.now.date(), setting.later, full=summary.full)


Render = Callable[[Summary, Setting], bytes]

# A renderer is loaded when it is asked for: jinja2 and icalendar take longer to load than all else together.
FORMATS: dict[str, Format] = {
    "md": Format("markdown", ".md", "text/markdown", "text, the map as a Mermaid chart"),
    "html": Format("html", ".html", "text/html", "one page to read, to print, to hand on"),
    "ics": Format("calendar", ".ics", "text/calendar", "each action a task, with its owner"),
    "csv": Format("csv", ".csv", "text/csv", "the action items for a spreadsheet"),
    "json": Format("json", ".json", "application/json", "for a program (schemas/summary.json)"),
    "eml": Format("email", ".eml", "message/rfc822", "a draft to the owners, with text and HTML"),
}


def render(summary: Summary, name: str, setting: Setting) -> bytes:
    """The document of this format, by its name in `FORMATS`."""
    made: Render = import_module(f"session_tui.export.{FORMATS[name].module}").render
    return made(summary, setting)

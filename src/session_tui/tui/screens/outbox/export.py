"""Export of a session, as a document or to an endpoint; its exact text is shown before."""

import asyncio
import contextlib
import errno
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll

from session_tui.context import AppContext
from session_tui.export.formats import FORMATS, Setting, remarks, render
from session_tui.export.summary import summarise
from session_tui.model import dates
from session_tui.model.configuration import Endpoint
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail
from session_tui.store import atomic, folders, pipeline
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.path_expansion import expanded
from session_tui.tui.key_order import BEHIND, start_worker
from session_tui.tui.screens.base import ListScreen
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import Field, PromptLine
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message, StatusLine
from session_tui.tui.widgets.table_view import TableView

if TYPE_CHECKING:
    from session_tui.outbox.service import PushService
    from session_tui.tui.outbox_worker import OutboxService

COLUMNS = (Column("Where to", 12), Column("What it is", share=1))
LONGEST = 400_000  # characters of a preview; a page is never so long
WIDE = 110
NAMES = {
    "md": "Markdown",
    "html": "HTML page",
    "ics": "Calendar",
    "csv": "Table",
    "crm": "CRM import",
    "json": "JSON",
    "eml": "E-mail",
}


class Way(Struct, frozen=True):
    """A way to export: a document by its format, or an endpoint."""

    name: str
    words: str
    format: str = ""
    endpoint: Endpoint | None = None


def ways(context: AppContext) -> dict[str, Way]:
    """Return the ways to export, endpoints first: they are few, and were set up to be used."""
    found = {}
    for number, each in enumerate(context.configuration.endpoints):
        kind = each.kind.replace("_", " ")
        found[f"e{number}"] = Way(each.name, f"{kind}{', after every session' if each.push_on_end else ''}", "", each)
    for name, each_format in FORMATS.items():
        found[name] = Way(NAMES[name], each_format.words, name)
    return found


class ExportScreen(ListScreen[str]):
    """The list of ways, and beside it the exact text. One key asks, another one sends."""

    CSS_PATH = Path(__file__).with_name("outbox.tcss")
    FOOT = ("move", "choose", "detail", "read_on", "help", "back")
    BINDINGS = [
        ("pagedown,space", "read_on(1)", "read on"),
        ("pageup", "read_on(-1)"),
        ("d", "detail", "shared, full"),
        ("enter", "choose", "write or send"),
        ("y", "yes", "yes"),
        ("o", "outbox", "outbox"),
        ("q", "back"),
    ]

    def __init__(
        self, session: Session, context: AppContext, outbox_service: "OutboxService", later: tuple[Session, ...] = ()
    ) -> None:
        super().__init__()
        self.session, self.context, self.outbox_service, self.later = session, context, outbox_service, later
        self.ways = ways(context)
        self.level: Detail = "shared"
        self._asked: tuple[Way, Detail] | None = None  # the open question; `_step` is "trust" or "send"
        self._step = ""

    def compose(self) -> ComposeResult:
        """Compose the title, the ways and the text, the message, the prompt line and the keys."""
        yield StatusLine(id="title")
        with Horizontal(id="middle"):
            yield TableView()
            with Vertical(id="leaving"):
                yield StatusLine(id="leaves")
                with VerticalScroll(id="preview"):
                    yield Paragraph(id="letter")
        yield from self.bottom(Message(), PromptLine("folder"))

    def on_mount(self) -> None:
        """Highlight the first way; a thread makes its exact text."""
        day = self.session.started_at
        when = dates.words(day.astimezone().date(), self.context.today) if day else self.session.id
        deal = " · ".join(each for each in (self.session.account, self.session.zone, when) if each)
        self.query_one("#title", StatusLine).say(("Send or export", "strong"), (f"   {deal}", "muted"))
        self.fill(Table(COLUMNS, tuple(self.ways), self._cells, ()))

    @property
    def way(self) -> Way:
        """The highlighted way."""
        return self.ways[self.highlighted]

    # ---- choosing and reading -------------------------------------------------------------------

    def highlight(self, key: str) -> None:
        """Highlight a way; an endpoint has its own detail."""
        if key != self.highlighted:
            self._forget()
        super().highlight(key)
        endpoint = self.way.endpoint
        if endpoint is not None:
            self.level = endpoint.detail
        self._show()

    def action_read_on(self, by: int) -> None:
        """Scroll the exact text by a page."""
        preview = self.query_one("#preview", VerticalScroll)
        preview.scroll_relative(y=by * max(1, preview.size.height - 2), animate=False)

    def action_detail(self) -> None:
        """Change between the shared and the full level of detail."""
        self._forget()
        self.level = "full" if self.level == "shared" else "shared"
        self._show()

    def _show(self) -> None:
        start_worker(self, partial(self._preview, self.way, self.level), exclusive=True, group=f"{BEHIND} preview")

    async def _preview(self, way: Way, level: Detail) -> None:
        try:
            text = await asyncio.to_thread(self._exact_text, way, level)
        except StoreError as error:
            text = str(error.faults[0])
            self.query_one("#leaves", StatusLine).say(("Nothing can leave this way.", "warn"))
        else:
            included = "no support, power, pain, notes, comments, commission" if level == "shared" else "all of it"
            size = f"{len(text.encode()) / 1000:.1f} KB · "
            self.query_one("#leaves", StatusLine).say(
                (size, "muted"), (f"{level}: {included}", "good" if level == "shared" else "warn")
            )
        self.query_one("#letter", Paragraph).update(Text.lines(_lines_of(text)))
        self.query_one("#preview", VerticalScroll).scroll_home(animate=False)

    def _exact_text(self, way: Way, level: Detail) -> str:
        if way.endpoint is not None:
            return self._post.build_message(self.session, way.endpoint, level, self._setting(level)).body
        return self._document(way, level).decode("utf-8", "replace")

    def _document(self, way: Way, level: Detail) -> bytes:
        return render(summarise(self.session, level), way.format, self._setting(level, way))

    def _setting(self, level: Detail, way: Way | None = None) -> Setting:
        """The values that a document needs besides the summary; only in a thread, since what goes
        back into the CRM is compared with the pipeline.
        """
        configuration = self.context.configuration
        later = tuple(summarise(each, level) for each in self.later)
        deal = None
        if way is not None and way.format == "crm":
            deal = pipeline.deal_of(self.session, self.context.places.pipeline, lambda: (self.session, *self.later))
        return Setting(
            self.context.now().astimezone(),
            configuration.people,
            later=later,
            cadence=configuration.cadence,
            deal=deal,
        )

    # ---- leaving --------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Ask for a document's folder, or for a yes to an endpoint."""
        way = self.way
        if way.endpoint is None:
            self.show_message(f"⏎ writes {self.session.id}{FORMATS[way.format].suffix} into this folder; esc does not.")
            self.ask("Folder", self._to_folder, self.query_one("#folder", Field).value or ".")
            return
        endpoint = replace(way.endpoint, detail=self.level)
        self.work(
            lambda: self._post.question(endpoint), partial(self._ask_yes, way, endpoint), group="ask", exclusive=True
        )

    def _ask_yes(self, way: Way, endpoint: Endpoint, question: str) -> None:
        if (way, endpoint.detail) != (self.way, self.level):
            return  # another way or detail was chosen meanwhile, and a yes would mean that
        self._asked, self._step = (way, endpoint.detail), "trust" if question else "send"
        if question:
            self.show_message(f"{question}  y says yes, and remembers it; esc: nothing leaves.")
        else:
            self.show_message(f"Send what stands here to {way.name}?  y sends it; esc: nothing leaves.")

    def action_yes(self) -> None:
        """Answer the open question with yes; without a question do nothing."""
        way = self.way
        if self._asked == (way, self.level) and way.endpoint is not None:
            work = self._trusted if self._step == "trust" else self._pushed
            self._asked, self._step = None, ""
            self.work(partial(work, replace(way.endpoint, detail=self.level)), self.show_message, group="answer")

    def _trusted(self, endpoint: Endpoint) -> str:
        """Trust an endpoint; in a thread. Sending takes another key, so a held key cannot send."""
        self._post.trust(endpoint)
        return f"{endpoint.name} may be used from now on. ⏎ asks before anything leaves."

    def _pushed(self, endpoint: Endpoint) -> str:
        """Put the session into the outbox and start sending; in a thread.

        Both in one task, so that leaving the screen does not stop it in between.
        """
        if endpoint.sync:
            self.outbox_service.sync_soon()
            return f"{endpoint.name} gets it by sync, which goes on in the background; you may leave at any time."
        message = self._post.push(self.session, endpoint, endpoint.detail, self._setting(endpoint.detail))
        self.outbox_service.wake()
        if message.state == "delivered":
            return f"{endpoint.name} has exactly this already."
        return f"On its way to {endpoint.name}; o shows the outbox, and you may leave at any time."

    @property
    def _post(self) -> "PushService":
        """The service; only in a thread, since its first use loads modules."""
        return self.outbox_service.push_service()

    def _to_folder(self, typed: str) -> None:
        """Write the document into the typed folder; an existing file is kept."""
        try:
            folder = expanded(typed or ".", self.context.environ)
        except StoreError as error:
            self.show_message(str(error.faults[0]))
            return
        way, level = self.way, self.level
        path = folder / f"{self.session.id}{FORMATS[way.format].suffix}"
        self.work(lambda: self._written(path, way, level), self.show_message, group="write")
        self.answered()

    def _written(self, path: Path, way: Way, level: Detail) -> str:
        """Write the document, and say what it cannot show; in a thread."""
        said = write_document(path, self._document(way, level))
        return " ".join((said, *remarks(summarise(self.session, level), way.format, self._setting(level, way))))

    def action_outbox(self) -> None:
        """Open the outbox."""
        from session_tui.tui.screens.outbox.outbox import OutboxScreen

        self.app.push_screen(OutboxScreen(self.context, self.outbox_service))

    def action_back(self) -> None:
        """Leave the open question first, then the prompt line, then the screen."""
        if self._asked:
            self._forget()
            self.show_message("Nothing left.")
            return
        if self.asking:
            self.show_message("")
        super().action_back()

    def _forget(self) -> None:
        if self._asked:
            self.show_message("")
        self._asked, self._step = None, ""

    def on_resize(self) -> None:
        """Put list and text side by side where there is room."""
        self.set_class(self.size.width >= WIDE, "-wide")

    def _cells(self, key: str) -> tuple[Cell, ...]:
        way = self.ways[key]
        return Cell(way.name, "accent" if way.endpoint else ""), Cell(way.words, "muted")


def write_document(path: Path, content: bytes) -> str:
    """Write a new file and return the message; in a thread. An existing file is kept."""
    try:
        if not path.parent.is_dir():
            try:
                folders.make(path.parent)
            except FileExistsError:  # a file has the folder's name; not an existing document
                raise NotADirectoryError(errno.ENOTDIR, "a file has this name") from None
        atomic.write(path, content, exclusive=True)
    except FileExistsError:
        return f"{path} is there already, and stays. Name another folder, or remove it first."
    except OSError as error:
        return str(from_os_error(error, path, "Name another folder."))
    except ValueError:  # a character that no path can hold
        return f"{path} can be no folder's name. Name another one."
    return f"Written: {path}"


def _lines_of(text: str) -> tuple[str, ...]:
    """Return a text made safe for the screen, its lines unchanged; JSON is indented."""
    if text.startswith("{"):
        import json

        with contextlib.suppress(ValueError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    cut = text[:LONGEST]
    return (*cut.splitlines(), *(("…",) if len(text) > LONGEST else ()))

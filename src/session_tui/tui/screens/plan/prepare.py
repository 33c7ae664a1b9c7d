"""The screen that prepares a session: attendees, owner, credit split, and the plan to read.

Each value is saved at once, in a session of status `prepared`. A rehearsal opens that session
without its clock.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message

from session_tui.context import AppContext
from session_tui.model import carry_forward, credit, glyphs, history, rebase
from session_tui.model.agenda import Agenda, questions, session_parts
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Put, Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.sentence import sentence
from session_tui.model.session import Session
from session_tui.store import agendas, new_session
from session_tui.store.deadline import SILENT
from session_tui.store.errors import StoreError
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths
from session_tui.store.plans.markdown import PlanAssumptions
from session_tui.tui.actions import key_words, keymap_of
from session_tui.tui.live import screen_text
from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.screens.plan.prepare_fields import FIELD_READERS, FIELDS, ON_DISK, plan_lines, text_of
from session_tui.tui.shutdown import Farewell
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import StatusLine

LOOK = 0.5  # seconds between two looks at the state of the disk


class PrepareScreen(BaseScreen[Farewell]):
    """A field a line, and the session's start below them. Its result is printed at the end."""

    CSS_PATH = Path(__file__).with_name("prepare.tcss")
    SAID = "#why"
    FOOT = ("start", "read", "rehearse", "take_over", "back")
    BINDINGS = [
        ("ctrl+r", "read", "read the plan"),
        ("ctrl+o", "take_over", "take its assumptions"),
        ("ctrl+l", "rehearse", "rehearse"),
        ("ctrl+t", "start", "start"),
        ("ctrl+z", "undo", "undo"),
        ("up", "app.focus_previous", "field above"),
        ("down", "app.focus_next", "field below"),
        Binding("escape", "back", "leave", priority=True),
        # A field has this key too, so it is active only after a refused leave.
        Binding("ctrl+x", "leave_without", "leave without what is not on disk", priority=True),
    ]

    def __init__(self, opened: OpenedSession, background: PriorSessions, context: AppContext, places: Paths) -> None:
        super().__init__()
        self.opened = opened
        self.background = background
        self.context = context
        self.places = places
        self.agenda: Agenda | None = None
        self.assumptions = PlanAssumptions()
        self._seen_disk: object = None  # the state of the disk as shown
        self._refused = False  # leaving waited for the disk without success

    class PreparationStored(Message):
        """The writer saved a value, or could not."""

    @property
    def session(self) -> Session:
        """The open session's newest value."""
        return self.opened.session

    def compose(self) -> ComposeResult:
        """Compose the heading, the fields, the session's start, the message and the keys."""
        yield Heading()
        with VerticalScroll(id="fields", can_focus=False):
            for key, label, hint in FIELDS:
                with Horizontal(classes="field"):
                    yield Paragraph(label, classes="label")
                    yield Field(
                        text_of(self.session, key), id=key, placeholder=hint, compact=True, select_on_focus=False
                    )
            yield Paragraph("", id="about")
        yield StatusLine(id="why")
        yield Footer()

    def on_mount(self) -> None:
        """Focus the attendees; the other fields may be right already."""
        self.opened.listen(self._stored)
        self.set_interval(LOOK, self._look_at_the_disk)
        first = self.query_one("#attendees", Field)
        first.focus()
        first.cursor_position = 0
        for remark in self.opened.notices:
            self.show_message(remark, "warn")
        self._show()
        self._look_up()

    # ---- fields ---------------------------------------------------------------------------------

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Take the field, and go to the next one."""
        if isinstance(event.input, Field) and self._take(event.input):
            self.focus_next()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take a field that loses the focus too, so that no typed text is lost."""
        if isinstance(event.widget, Field):
            self._take(event.widget)

    def _take(self, field: Field) -> bool:
        """Put a field's value into the session; a wrong value is reported, and False returned."""
        key, text = field.id or "", field.value.strip()
        if text == text_of(self.session, key):
            return True
        if key in ON_DISK:
            self._find(key, text)
            return True
        found = FIELD_READERS[key](text, self.session, self.context)
        if isinstance(found, Refusal):
            self.show_message(str(found), "warn")
            field.focus()
            return False
        return self._change(found)

    def _taken(self, then: Callable[[], None]) -> None:
        """Take the focused field, reading a plan or an agenda from disk, and then call `then`.

        A wrong value is reported, and `then` is not called.
        """
        field = self.focused
        if not isinstance(field, Field):
            then()
            return
        key, text = field.id or "", field.value.strip()
        if key in ON_DISK and text != text_of(self.session, key):
            self._find(key, text, then)
        elif self._take(field):
            then()

    def _find(self, key: str, text: str, then: Callable[[], None] | None = None) -> None:
        """Read an agenda or a plan from disk, in a thread."""
        look = partial(self._agenda if key == "agenda" else self._plan, text)
        self.work(look, partial(self._found, then), group=key)

    def _found(self, then: Callable[[], None] | None, puts: dict[str, Any]) -> None:
        if self._change(puts):
            self._look_up()
            if then is not None and self.is_current:  # a key that was pressed twice acts once
                then()

    def _agenda(self, text: str) -> dict[str, Any]:
        programme = agendas.find(text or agendas.STANDARD, self.places.agendas.path)
        return {"agenda": programme.name, "parts": session_parts(programme)}

    def _plan(self, text: str) -> dict[str, Any]:
        return {"plan": new_session.plan_of(Path(text), self.places) if text else None}

    def _change(self, values: dict[str, Any]) -> bool:
        puts = tuple(Put(key, "", getattr(self.session, key), value) for key, value in values.items())
        if self.session.clock:
            self.show_message("The clock has started; amend changes what the session is about.", "warn")
            return False
        fault = self.opened.change(Several(puts), self.context.now())
        if fault:
            self.show_message(str(fault), "warn")
            return False
        self.show_message("")
        self._show()
        return True

    # ---- what is shown --------------------------------------------------------------------------

    def _show(self) -> None:
        heading = self.query_one(Heading)
        heading.deal = (*screen_text.deal(self.session, history.past(self.background.chain)), "preparing")
        for key, _, _ in FIELDS:
            field = self.query_one(f"#{key}", Field)
            if not field.has_focus or not field.value:
                field.value = text_of(self.session, key)
        self.query_one("#about", Paragraph).update(Text.lines(self._about()))
        self._show_save_status()

    def _stored(self) -> None:
        # Called by the writer's thread: posting is all that may be done here.
        self.post_message(self.PreparationStored())

    def on_prepare_screen_preparation_stored(self) -> None:
        """Show the writer's state, and another program's changes."""
        if arrived := self.opened.arrived():
            self._show()
            self.show_message(rebase.words(arrived))
        self._show_save_status()

    def _show_save_status(self) -> None:
        heading = self.query_one(Heading)
        heading.save_status = self.opened.save_status
        heading.remark = screen_text.remark(self.opened)
        if trouble := self.opened.trouble or self.opened.draft_trouble:
            # Without the path, which would push the reason off a narrow screen.
            self.show_message(f"{glyphs.WARNING} {sentence(trouble.what)}. What is entered is kept here.", "bad")

    def _look_at_the_disk(self) -> None:
        # A disk that does not answer sends no message: the thread that could is waiting for it.
        disk = (self.opened.save_status, self.opened.trouble, self.opened.draft_trouble)
        if disk != self._seen_disk:
            self._seen_disk = disk
            self._show_save_status()

    def _about(self) -> list[str]:
        """Return lines about the session's start, and the missing parts of its preparation."""
        session = self.session
        lines = [*self.background.remarks]
        if promised := carry_forward.promises(session):
            key = key_words(next(iter(keymap_of(self.context).keys["promises"]), "/promises"))
            lines.append(f"Promised last time: {len(promised)} open; {key} in the session shows them.")
        lines.append(f"Credit split: {credit.words(session.credit_split)}.")
        if session.plan is None:
            lines.append("No plan yet. A plan that is read beforehand saves half the session.")
        else:
            lines += plan_lines(session)
            here = {name_key(each.text) for each in session.assumptions}
            if fresh := [text for text in self.assumptions.texts if name_key(text) not in here]:
                lines.append(
                    f"The plan lists {len(fresh)} assumptions that are not in the session: ^o takes them over."
                )
        if self.agenda and (asked := questions(self.agenda)):
            roles = ", ".join(dict.fromkeys(role for _, role, _ in asked))
            lines.append(f"The agenda has questions for readers of a plan who come as {roles}.")
        return lines

    def _look_up(self) -> None:
        self.work(self._look, self._looked, group="look", exclusive=True)

    def _look(self) -> tuple[Agenda | None, PlanAssumptions]:
        """Return the agenda and the plan's assumptions; in a thread."""
        try:
            agenda = agendas.of(self.session, self.places.agendas.path)
        except StoreError:
            agenda = None  # reported when the session is opened
        found = new_session.assumptions_of_plan(self.session, self.places)
        return agenda, PlanAssumptions((), str(found)) if isinstance(found, Fault) else found

    def _looked(self, found: tuple[Agenda | None, PlanAssumptions]) -> None:
        self.agenda, self.assumptions = found
        self._show()

    def failed(self, fault: Fault) -> None:
        """Show a warning; the field can be corrected here."""
        self.show_message(str(fault), "warn")

    # ---- keys -----------------------------------------------------------------------------------

    def action_read(self) -> None:
        """Open the plan; reading it to its end is put on record."""
        self._taken(self._read)

    def _read(self) -> None:
        if self.session.plan is None:
            self.show_message("Attach the plan first: its file's name, in the last field.", "warn")
            self.query_one("#plan", Field).focus()
            return
        self.work(self._open_plan, lambda found: self._show_plan(*found), group="plan")

    def _open_plan(self) -> tuple[Any, Path]:
        from session_tui.store.plans import files

        source = self.session.plan.source if self.session.plan else ""
        home = self.places.sessions.path.resolve().parent
        path = files.of_source(source, home, self.places.plans.path)
        if path is None:
            raise StoreError(Fault(source, "is not there any more", "Put it back, or attach another plan."))
        return files.open_plan(path, home), path

    def _show_plan(self, file: Any, path: Path) -> None:
        from session_tui.model.agenda import questions_for
        from session_tui.tui.screens.plan.screen import PlanScreen

        who = self.session.facilitator or self.places.configuration.name
        if not who:
            self.show_message("Who reads it? Put a name into Facilitator first.", "warn")
            self.query_one("#facilitator", Field).focus()
            return
        role = next((each.role for each in self.session.attendees if name_key(each.name) == name_key(who)), "")
        asked = questions_for(self.agenda, role or "facilitator") if self.agenda else ()
        screen = PlanScreen(file, path, who, role or "facilitator", asked, self.context, self.places.state.path)
        self.app.push_screen(screen, self._was_read)

    def _was_read(self, message: str | None) -> None:
        self.show_message(message or "")
        self._refresh()

    def _refresh(self) -> None:
        """Read the plan's readers, comments and version again."""
        plan = self.session.plan
        if plan is None:
            return

        def show(now: Any) -> None:
            if now is not None and now != plan:
                self._change({"plan": now})

        self.work(lambda: new_session.plan_now(plan, self.places), show, group="readers", exclusive=True)

    def action_take_over(self) -> None:
        """Copy the plan's assumptions into the session; one undo removes them."""
        edit = carry_forward.imported(self.session, self.assumptions.texts)
        if edit is None:
            self.show_message(self.assumptions.why_none or carry_forward.ALL_IMPORTED)
        elif fault := self.opened.change(edit, self.context.now()):
            self.show_message(str(fault), "warn")
        else:
            self._show()
            self.show_message(f"{len(edit.edits)} assumptions taken over; ^z takes them back.")

    def action_undo(self) -> None:
        """Take back the last change."""
        done = self.opened.undo(self.context.now())
        if isinstance(done, Fault):
            self.show_message(str(done), "warn")
            return
        for key, _, _ in FIELDS:
            self.query_one(f"#{key}", Field).value = text_of(self.session, key)
        self._show()
        self.show_message("Took back the last change.")

    def action_rehearse(self) -> None:
        """Open the session without its clock."""
        self._taken(partial(self._hold, wait=True))

    def action_start(self) -> None:
        """Open the session and start its clock."""
        self._taken(partial(self._hold, wait=False))

    def _hold(self, *, wait: bool) -> None:
        from session_tui.index.sessions import session_library
        from session_tui.tui.screens.live.screen import LiveScreen

        live = LiveScreen(
            self.opened,
            self.agenda,
            self.context,
            wait=wait,
            session_library=session_library(self.places),
            background=self.background,
        )
        # The live screen closes the session; nothing is left to do here then.
        self.app.push_screen(live, self.close)

    def go_back(self) -> None:
        """Wait in a thread until everything is on disk, then leave."""
        self._taken(self._leave)

    def put_down(self) -> None:
        """Take the focused field where its value is valid; the program ends."""
        field = self.focused
        if isinstance(field, Field) and field.id not in ON_DISK and not self.session.clock:
            self._take(field)

    def _leave(self) -> None:
        self.work(lambda: self.opened.close(timeout=5.0), self._came_to_disk, group="close")

    def _came_to_disk(self, on_disk: bool) -> None:
        if on_disk:
            self.close(Farewell(screen_text.farewell(self.opened, ended=False, places=self.places)))
            return
        if self.opened.given_up:
            self.close(Farewell(screen_text.not_on_disk(self.opened)))
            return
        self._refused = True
        what = self.opened.trouble.what if self.opened.trouble else SILENT
        self.show_message(f"Not left: {what}. ctrl+x leaves without what is not saved.", "bad")

    def action_leave_without(self) -> None:
        """Leave at once, with a message about the unsaved values."""
        self.opened.give_up()
        self._leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaving without saving needs a refused leave."""
        return self._refused if action == "leave_without" else super().check_action(action, parameters)

"""Preparing a session: who comes, who owns it, who shares the commission, and the plan that is read before.

What is entered is on disk at once, as a session of status `prepared`. Opened without its clock it is the rehearsal.
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
from session_tui.model import carry_forward, credit, dates, formats, history, plan_readers, rebase, session_commands
from session_tui.model.agenda import Agenda, questions, session_parts
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Put, Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.store import agendas, new_session
from session_tui.store.deadline import SILENT
from session_tui.store.errors import StoreError
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths
from session_tui.store.plans.markdown import PlanAssumptions
from session_tui.tui.actions import key_words
from session_tui.tui.exit_message import Farewell
from session_tui.tui.keymap import keymap_of
from session_tui.tui.live import screen_text
from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.heading import Heading
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import StatusLine

LOOK = 0.5  # seconds between two looks at what stands in the way of the disk
FIELDS = (
    ("agenda", "Agenda", "strategy-30"),
    ("attendees", "Attendees", "as in: Ben Okafor:account owner, Mei Tan:presales"),
    ("account_owner", "Account owner", "who answers for the account"),
    ("facilitator", "Facilitator", "who holds the session"),
    ("credit_split", "Credit split", "as in: Ben Okafor 70, Mei Tan 30"),
    ("phase", "Phase", "where the deal stands in the forecast"),
    ("amount", "Amount", "as in: 420000 EUR"),
    ("close_on", "Closes", "as in: 2026-12-18, eom, +3w"),
    ("plan", "Plan", "the account plan, a Markdown file in the plans folder"),
)
ON_DISK = ("plan", "agenda")  # fields whose values are looked for there


class PrepareScreen(BaseScreen[Farewell]):
    """A field a line; under them what the session begins with. Its result is what to say when it is left."""

    CSS_PATH = Path(__file__).with_name("prepare.tcss")
    SAID = "#why"
    FOOT = ("read", "take_over", "rehearse", "start", "back")
    BINDINGS = [
        ("ctrl+r", "read", "read the plan"),
        ("ctrl+o", "take_over", "take its assumptions"),
        ("ctrl+l", "rehearse", "rehearse"),
        ("ctrl+t", "start", "start"),
        ("ctrl+z", "undo", "undo"),
        ("up", "app.focus_previous", "field above"),
        ("down", "app.focus_next", "field below"),
        Binding("escape", "back", "leave", priority=True),
        # A field has this key, but where leaving was refused.
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
        self._seen_disk: object = None  # what was shown of it
        self._refused = False  # leaving waited for the disk, and in vain

    class Stored(Message):
        """The writer has news."""

    @property
    def session(self) -> Session:
        """The newest value; the open session is its one home."""
        return self.opened.session

    def compose(self) -> ComposeResult:
        """Which session, its fields, what it begins with, what was said, keys."""
        yield Heading()
        with VerticalScroll(id="fields", can_focus=False):
            for key, label, hint in FIELDS:
                with Horizontal(classes="field"):
                    yield Paragraph(label, classes="label")
                    yield Field(
                        _shown(self.session, key), id=key, placeholder=hint, compact=True, select_on_focus=False
                    )
            yield Paragraph("", id="about")
        yield StatusLine(id="why")
        yield Footer()

    def on_mount(self) -> None:
        """The attendees are the first question; everything else may be right already."""
        self.opened.listen(self._stored)
        self.set_interval(LOOK, self._look_at_the_disk)
        first = self.query_one("#attendees", Field)
        first.focus()
        first.cursor_position = 0
        for remark in self.opened.notices:
            self.tell(remark, "warn")
        self._show()
        self._look_up()

    # ---- fields ----------------------------------------------------------------------------------------------------

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Enter takes the field and goes on to the next."""
        if isinstance(event.input, Field) and self._take(event.input):
            self.focus_next()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Leaving a field takes it too: nothing typed is lost by walking away from it."""
        if isinstance(event.widget, Field):
            self._take(event.widget)

    def _take(self, field: Field) -> bool:
        """Put a field's value into the session; False, and said, where it is none."""
        key, text = field.id or "", field.value.strip()
        if text == _shown(self.session, key):
            return True
        if key in ON_DISK:
            self._find(key, text)
            return True
        found = _READERS[key](text, self.session, self.context)
        if isinstance(found, Refusal):
            self.tell(str(found), "warn")
            field.focus()
            return False
        return self._change(found)

    def _taken(self, then: Callable[[], None]) -> None:
        """Go on when the field that is typed in has been taken, a plan or agenda looked for; stay where it is none."""
        field = self.focused
        if not isinstance(field, Field):
            then()
            return
        key, text = field.id or "", field.value.strip()
        if key in ON_DISK and text != _shown(self.session, key):
            self._find(key, text, then)
        elif self._take(field):
            then()

    def _find(self, key: str, text: str, then: Callable[[], None] | None = None) -> None:
        """Agenda and plan are looked for on disk, off the event loop."""
        look = partial(self._agenda if key == "agenda" else self._plan, text)
        self.work(look, partial(self._found, then), group=key)

    def _found(self, then: Callable[[], None] | None, puts: dict[str, Any]) -> None:
        if self._change(puts):
            self._look_up()
            if then is not None and self.is_current:  # a key that was pressed twice goes on once
                then()

    def _agenda(self, text: str) -> dict[str, Any]:
        programme = agendas.find(text or agendas.STANDARD, self.places.agendas.path)
        return {"agenda": programme.name, "parts": session_parts(programme)}

    def _plan(self, text: str) -> dict[str, Any]:
        return {"plan": new_session.plan_of(Path(text), self.places) if text else None}

    def _change(self, values: dict[str, Any]) -> bool:
        puts = tuple(Put(key, "", getattr(self.session, key), value) for key, value in values.items())
        if self.session.clock:
            self.tell("The clock has started; amend changes what the session is about.", "warn")
            return False
        fault = self.opened.change(Several(puts), self.context.now())
        if fault:
            self.tell(str(fault), "warn")
            return False
        self.tell("")
        self._show()
        return True

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        heading = self.query_one(Heading)
        heading.deal = (*screen_text.deal(self.session, history.past(self.background.chain)), "preparing")
        for key, _, _ in FIELDS:
            field = self.query_one(f"#{key}", Field)
            if not field.has_focus or not field.value:
                field.value = _shown(self.session, key)
        self.query_one("#about", Paragraph).update(Text.lines(self._about()))
        self._show_lamp()

    def _stored(self) -> None:
        # Called by the writer's thread: posting is all that may be done here.
        self.post_message(self.Stored())

    def on_prepare_screen_stored(self) -> None:
        """A value is on disk, or could not be written, or another program changed the session."""
        if arrived := self.opened.arrived():
            self._show()
            self.tell(rebase.words(arrived))
        self._show_lamp()

    def _show_lamp(self) -> None:
        heading = self.query_one(Heading)
        heading.save_status = self.opened.save_status
        heading.remark = screen_text.remark(self.opened)
        if trouble := self.opened.trouble or self.opened.draft_trouble:
            # Without the path, which would push what matters off a narrow screen.
            self.tell(f"▲ {trouble.what[:1].upper()}{trouble.what[1:]}. What is entered is kept here.", "bad")

    def _look_at_the_disk(self) -> None:
        # Nobody tells that a disk does not answer: whoever could is waiting for it.
        disk = (self.opened.save_status, self.opened.trouble, self.opened.draft_trouble)
        if disk != self._seen_disk:
            self._seen_disk = disk
            self._show_lamp()

    def _about(self) -> list[str]:
        """What the session begins with, and what of the preparation is still missing."""
        session = self.session
        lines = [*self.background.remarks]
        if promised := carry_forward.promises(session):
            key = key_words(next(iter(keymap_of(self.context).keys["promises"]), "/promises"))
            lines.append(f"Promised last time: {len(promised)} open; {key} in the session shows them.")
        lines.append(f"Credit split: {credit.words(session.credit_split)}.")
        if session.plan is None:
            lines.append("No plan yet. A plan that is read beforehand saves half the session.")
        else:
            lines += _plan_lines(session)
            here = {name_key(each.text) for each in session.assumptions}
            if fresh := [text for text in self.assumptions.texts if name_key(text) not in here]:
                lines.append(
                    f"The plan lists {len(fresh)} assumptions that are not in the session: ^o takes them over."
                )
        if self.agenda and (asked := questions(self.agenda)):
            roles = ", ".join(dict.fromkeys(role for _, role, _ in asked))
            lines.append(f"Whoever reads the plan as {roles} finds questions for that role.")
        return lines

    def _look_up(self) -> None:
        self.work(self._look, self._looked, group="look", exclusive=True)

    def _look(self) -> tuple[Agenda | None, PlanAssumptions]:
        """The agenda's questions and the plan's assumptions, off the event loop."""
        try:
            agenda = agendas.of(self.session, self.places.agendas.path)
        except StoreError:
            agenda = None  # said when the session is opened
        found = new_session.assumptions_of_plan(self.session, self.places)
        return agenda, PlanAssumptions((), str(found)) if isinstance(found, Fault) else found

    def _looked(self, found: tuple[Agenda | None, PlanAssumptions]) -> None:
        self.agenda, self.assumptions = found
        self._show()

    def failed(self, fault: Fault) -> None:
        """What is not found, or cannot be read, can be mended here."""
        self.tell(str(fault), "warn")

    # ---- keys ------------------------------------------------------------------------------------------------------

    def action_read(self) -> None:
        """Open the plan; reading it to its end is put on record."""
        self._taken(self._read)

    def _read(self) -> None:
        if self.session.plan is None:
            self.tell("Attach the plan first: its file's name, in the last field.", "warn")
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
            self.tell("Who reads it? Put a name into Facilitator first.", "warn")
            self.query_one("#facilitator", Field).focus()
            return
        role = next((each.role for each in self.session.attendees if name_key(each.name) == name_key(who)), "")
        asked = questions_for(self.agenda, role or "facilitator") if self.agenda else ()
        screen = PlanScreen(file, path, who, role or "facilitator", asked, self.context, self.places.state.path)
        self.app.push_screen(screen, self._was_read)

    def _was_read(self, said: str | None) -> None:
        self.tell(said or "")
        self._refresh()

    def _refresh(self) -> None:
        """Readers, comments and version as they are now."""
        plan = self.session.plan
        if plan is None:
            return

        def show(now: Any) -> None:
            if now is not None and now != plan:
                self._change({"plan": now})

        self.work(lambda: new_session.plan_now(plan, self.places), show, group="readers", exclusive=True)

    def action_take_over(self) -> None:
        """The plan's assumptions become this session's; one undo takes them back."""
        edit = carry_forward.imported(self.session, self.assumptions.texts)
        if edit is None:
            self.tell(self.assumptions.why_none or carry_forward.ALL_IMPORTED)
        elif fault := self.opened.change(edit, self.context.now()):
            self.tell(str(fault), "warn")
        else:
            self._show()
            self.tell(f"{len(edit.edits)} assumptions taken over; ^z takes them back.")

    def action_undo(self) -> None:
        """Take back the last change."""
        done = self.opened.undo(self.context.now())
        if isinstance(done, Fault):
            self.tell(str(done), "warn")
            return
        for key, _, _ in FIELDS:
            self.query_one(f"#{key}", Field).value = _shown(self.session, key)
        self._show()
        self.tell("Took back the last change.")

    def action_rehearse(self) -> None:
        """The session without its clock."""
        self._taken(partial(self._hold, wait=True))

    def action_start(self) -> None:
        """The clock runs."""
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
        """Wait until everything is on disk, off the event loop, then go."""
        self._taken(self._leave)

    def put_down(self) -> None:
        """Left prepared as it is, because the program ends: the field that is typed in is taken where it can be."""
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
        self.tell(f"Not left: {what}. ctrl+x leaves without what is not saved.", "bad")

    def action_leave_without(self) -> None:
        """Go at once, with words for what is not on disk."""
        self.opened.give_up()
        self._leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaving without is there only where leaving was refused."""
        return self._refused if action == "leave_without" else super().check_action(action, parameters)


def _plan_lines(session: Session) -> list[str]:
    plan = session.plan
    assert plan is not None  # asked by the one caller
    read, before, missing = (
        plan_readers.read_by(plan),
        plan_readers.read_before(plan),
        plan_readers.not_read_by(session),
    )
    lines = [f"{plan.source}: read by {', '.join(read) or 'nobody yet'}."]
    if missing:
        lines.append(f"Not read by {', '.join(missing)}: session-tui read {plan.source}")
    if before:
        lines.append(f"Changed since {', '.join(before)} read it.")
    if plan.comments:
        many = len(plan.comments)
        lines.append(f"{formats.count(many, 'comment')} on it, private until opened in the session.")
    return lines


def _shown(session: Session, key: str) -> str:
    """A field's value as it is typed."""
    match key:
        case "attendees":
            return ", ".join(f"{each.name}:{each.role}" if each.role else each.name for each in session.attendees)
        case "credit_split":
            return credit.text(session.credit_split)
        case "amount":
            return f"{session.amount:.15g} {session.currency}".strip() if session.amount is not None else ""
        case "close_on":
            return session.close_on.isoformat() if session.close_on else ""
        case "plan":
            return session.plan.source if session.plan else ""
        case _:
            return str(getattr(session, key))


def _attendees(text: str, session: Session, context: AppContext) -> dict[str, Any] | Refusal:
    found = [session_commands.attendee_of(each) for each in text.split(",") if each.strip()]
    if any(each is None for each in found):
        return Refusal(
            "somebody there has no name", "Write names with commas between them: Ben Okafor, Mei Tan:presales."
        )
    return {"attendees": tuple(found)}


def _credit(text: str, session: Session, context: AppContext) -> dict[str, Any] | Refusal:
    shares = credit.read_for(session, text, context.people)
    return shares if isinstance(shares, Refusal) else {"credit_split": shares}


def _amount(text: str, session: Session, context: AppContext) -> dict[str, Any] | Refusal:
    number, _, currency = text.strip().partition(" ")
    try:
        amount = float(number.replace(",", "")) if number else None
    except ValueError:
        return Refusal(f"{number} is no amount", "Write a number and its currency: 420000 EUR.")
    if amount is not None and not -1e15 < amount < 1e15:
        return Refusal(f"{number} is no amount")
    return {"amount": amount, "currency": currency.strip().upper() or session.currency}


def _closes(text: str, session: Session, context: AppContext) -> dict[str, Any] | Refusal:
    day = dates.read(text, context.today) if text else None
    if text and day is None:
        return Refusal(f"{text} is no date", f"Write one of: {dates.KNOWN}.")
    return {"close_on": day}


def _named(key: str) -> Callable[[str, Session, AppContext], dict[str, Any] | Refusal]:
    def read(text: str, session: Session, context: AppContext) -> dict[str, Any] | Refusal:
        try:
            return {key: new_session.named(key.replace("_", " "), text)}
        except StoreError as error:
            return Refusal(error.faults[0].what, error.faults[0].do)

    return read


_READERS: dict[str, Callable[[str, Session, AppContext], dict[str, Any] | Refusal]] = {
    "attendees": _attendees,
    "account_owner": _named("account_owner"),
    "facilitator": _named("facilitator"),
    "credit_split": _credit,
    "phase": _named("phase"),
    "amount": _amount,
    "close_on": _closes,
}

"""The dialog that ends a session: read the actions out, decide, estimate the hours saved."""

from collections.abc import Mapping, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive

from session_tui.model import credit, edits, formats, glyphs, session_commands, session_end, session_value
from session_tui.model.analysis import ownerless
from session_tui.model.capture import Refusal
from session_tui.model.edits import Close, Edit, Put, Several
from session_tui.model.sanitize import one_line
from session_tui.model.session import ActionItem, find
from session_tui.model.timebox import clock_text
from session_tui.model.vocabulary import OUTCOME_WORDS, OUTCOMES
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.base import ASKED, Hinted
from session_tui.tui.screens.dialog import LiveListDialog, words
from session_tui.tui.screens.team.enemies_text import worth_asking
from session_tui.tui.tables import assumptions, closing
from session_tui.tui.tables.table import Table
from session_tui.tui.text import Text
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.table_view import TableView

READ_OUT, DECIDE, WORTH = "read-out", "decide", "worth"
STEPS = (READ_OUT, DECIDE, WORTH)
DAY, WEEK = 8, 40  # hours of work
SHARES_HINT = "as in: Ben Okafor 70, Mei Tan 30 (may stay empty)"
# The question about the owner of an entry, by the letter of its id.
ASKS: Mapping[str, str] = {
    "t": "Who does {}, by when? As in: ben due:fri.",
    "a": "Who tests {}, by when? As in: ben due:fri.",
    "s": "Who of ours has {}? As in: ben.",
}
# Behind the curtain, fields that hold a text already show dots until f6, or until they are
# emptied.
COVERED_FIELDS = ("headline", "condition", "credit")


# The first step has the screen's keys, the others those of the focused widget.
STEP_KEYS: Mapping[str, tuple[Hinted, ...]] = {
    READ_OUT: ("yes", "give", "decide", "back"),
    DECIDE: (
        KeyHint((("1–4", "outcome"),), "outcome"),
        KeyHint((("tab", "app.focus_next"), ("⏎", "next_question")), "next field"),
        "back",
    ),
    WORTH: (
        KeyHint((("0–9", "other_hours"),), "hours"),
        KeyHint((("d", f"worth({DAY})"),), f"a day, {DAY} h"),
        KeyHint((("w", f"worth({WEEK})"),), f"a week, {WEEK} h"),
        KeyHint((("e", "other_hours"),), "another number"),
        KeyHint((("⏎", "no_estimate"),), "end without an estimate"),
        "back",
    ),
}


# In the last field of the decision, enter leads to the next step.
LAST_FIELD_KEYS: tuple[Hinted, ...] = (
    KeyHint((("1–4", "outcome"),), "outcome"),
    KeyHint((("⏎", "next_question"),), "go on"),
    "back",
)


class Outcomes(Paragraph):
    """The four outcomes; a digit or the arrows choose."""

    can_focus = True
    BINDINGS = [
        *((str(n), f"choose({n - 1})", "choose") for n in range(1, len(OUTCOMES) + 1)),
        ("right,down", "move(1)", "next"),
        ("left,up", "move(-1)", "before"),
        ("enter", "app.focus_next", "go on"),
    ]
    chosen: reactive[int] = reactive(-1)

    class Chosen(Message):
        """Another outcome is marked; `conditional` is the one that has a condition."""

        def __init__(self, conditional: bool) -> None:
            super().__init__()
            self.conditional = conditional

    def watch_chosen(self, chosen: int) -> None:
        """Tell the screen, which asks for the condition."""
        self.post_message(self.Chosen(chosen >= 0 and OUTCOMES[chosen] == "pursue_if"))

    def render(self) -> Text:
        """Return the four outcomes, a line each, the chosen one marked."""
        text = Text()
        for number, outcome in enumerate(OUTCOMES):
            highlighted = number == self.chosen
            text.append(
                f"{glyphs.HIGHLIGHT if highlighted else ' '} {number + 1}  {OUTCOME_WORDS[outcome]}",
                "bold reverse" if highlighted else "",
            )
            text.append("\n" if number + 1 < len(OUTCOMES) else "")
        return text

    def action_choose(self, number: int) -> None:
        """Choose an outcome by its digit, and go to the headline."""
        self.chosen = number
        self.app.action_focus_next()

    def action_move(self, by: int) -> None:
        """Choose the next outcome, or the one before."""
        self.chosen = (self.chosen + by) % len(OUTCOMES) if self.chosen >= 0 else 0


class Hours(Paragraph):
    """One key estimates the hours saved, and ends the session."""

    can_focus = True
    BINDINGS = [
        *((str(n), f"screen.worth({n})", "hours") for n in range(10)),
        ("d", f"screen.worth({DAY})", "a day"),
        ("w", f"screen.worth({WEEK})", "a week"),
        ("e", "screen.other_hours", "another number"),
        ("enter", "screen.no_estimate", "no estimate"),
    ]


class EndScreen(LiveListDialog[Edit]):
    """Returns the edit that ends the session, or None.

    An owner and an owner's yes are saved at once, whether the session then ends or not.
    """

    KEEPS = ("help",)
    ENDS_THE_SESSION = True
    HELP_TITLE = "The session ends in three steps"
    HELP_ROWS = (
        ("y", "first the actions are read out; y is the owner's yes, y again takes it back"),
        ("g", "give the highlighted row a name, and an action its date"),
        ("⏎", "go on: names are asked for first; empty leaves a row without"),
        ("1–4 tab ⏎", "then decide: outcome, headline, credit; ⏎ goes on in the last field"),
        ("0–9 d w e", "at last about how many hours it will save; enter ends without"),
        ("esc", "a step back, and from the first to the session"),
    )
    BINDINGS = [("y", "yes", "its owner says yes"), ("g", "give", "give it a name"), ("enter", "decide", "go on")]
    step: reactive[str] = reactive(READ_OUT, bindings=True)
    _goes_on = False  # the question about an owner was asked by the key that goes on

    def __init__(self, live: LiveController) -> None:
        super().__init__(live)
        self._without: set[str] = set()  # entries that were asked about, and stay without a name

    def on_mount(self) -> None:
        """Choose the outcome that was typed, or chosen before the session was continued."""
        chosen = self.live.last_words.get("outcome")
        if chosen in OUTCOMES:
            self.query_one(Outcomes).chosen = OUTCOMES.index(chosen)

    def compose(self) -> ComposeResult:
        """Compose three steps, of which one is shown."""
        with Vertical():
            yield words("", "title")
            with Vertical(id=READ_OUT, classes="step"):
                yield from self.the_list()
                yield words("", "words bare")
            with Vertical(id=DECIDE, classes="step"):
                yield from self._riskiest()
                yield words("", "worth-asking")
                yield Outcomes(classes="words")
                yield from self._field(
                    "headline", "Headline", self.live.session.headline, "the session in one sentence"
                )
                condition = self.live.session.condition
                yield from self._field("condition", "Condition", condition, "what must be true before we go on")
                split = credit.text(self.live.session.credit_split)
                yield from self._field("credit", "Credit split", split, SHARES_HINT)
                if not self.live.session.facilitator:
                    yield from self._field("facilitator", "Facilitator", "", "who held this session (may stay empty)")
                yield Paragraph("", id="why")
            with Vertical(id=WORTH, classes="step"):
                yield words("", "words cost")
                yield Hours(Text("About how many hours will it save? A guess is fine."), classes="words")
            yield from self.bottom()

    def foot(self) -> Sequence[Hinted]:
        """Return the keys of the step."""
        if self.asking:
            return ASKED
        last = self.step == DECIDE and self.focused is self._fields()[-1]
        return LAST_FIELD_KEYS if last else STEP_KEYS[self.step]

    def _fields(self) -> list[Field]:
        """The fields of the decision that are shown, in their order."""
        asked = self.query_one("#condition-field").display
        every = self.query("#decide Input").results(Field)
        return [each for each in every if asked or each.id != "condition"]

    def words_for(self, action: str, words: str) -> str:
        """Return `stay` for the key that leads from the first step to the session."""
        return "stay" if action == "back" and self.step == READ_OUT else words

    def watch_step(self, step: str) -> None:
        """Show this step, and focus its first question."""
        for each in STEPS:
            self.query_one(f"#{each}").display = each == step
        number = STEPS.index(step) + 1
        title = {READ_OUT: "Read out what was agreed", DECIDE: "Decide", WORTH: "What it was worth"}[step]
        self.query_one(".title", Paragraph).update(Text(f"End the session · {title} ({number} of {len(STEPS)})"))
        if step == READ_OUT:
            self.set_focus(None)
        elif step == DECIDE:
            self._show_riskiest()
            self._ask_what_it_is_worth()
            self.query_one(Outcomes).focus()
        else:
            self.query_one(".cost", Paragraph).update(Text(self._cost()))
            self.query_one(Hours).focus()

    # ---- read out -------------------------------------------------------------------------------

    def table(self) -> Table:
        """Return the actions by owner and date, then the entries without an owner."""
        return closing.table(self.live.view())

    def show_list(self) -> None:
        """Show the list, and the number of entries without an owner or the owner's yes."""
        super().show_list()
        session = self.live.session
        still = [action for action in session.action_items if action.status == "open"]
        bare = len(ownerless(session, covered_up=self.live.curtain))
        asked = sum(1 for each in still if each.owner and not each.accepted_at)
        text = f"{bare} without a name. " if bare else "Nothing leaves this session without a name. "
        text += f"{asked} not said yes to." if asked else "Every owner has said yes." if still and not bare else ""
        self.query_one(".bare", Paragraph).update(Text(text.strip()))

    def action_yes(self) -> None:
        """Record the owner's yes, or remove it."""
        entry = find(self.live.session, self.highlighted)
        if self.step != READ_OUT or entry is None:
            return
        if not isinstance(entry, ActionItem) or not entry.owner:
            self.show_message("Nobody can say yes to it yet: g gives it a name.", "warn")
            return
        at = None if entry.accepted_at else self.live.now().replace(microsecond=0)
        if self.live.change(edits.change(entry, edits.settle(entry, accepted_at=at))):
            self.show_list()
            self.action_move(1)

    def action_give(self) -> None:
        """Ask for the owner of the highlighted row."""
        if self.step == READ_OUT and find(self.live.session, self.highlighted):
            self._goes_on = False
            self._ask_owner(self.highlighted)

    def action_decide(self) -> None:
        """Go on to the decision; first ask for the owners of the entries without one."""
        if self.step != READ_OUT:
            return
        self._goes_on = True
        self._without.clear()
        self._ask_next()

    def _ask_next(self) -> None:
        """Ask about the next entry without an owner; after the last one, decide."""
        if bare := self._unasked():
            self._ask_owner(bare[0])
        else:
            self.step = DECIDE

    def _unasked(self) -> list[str]:
        bare = ownerless(self.live.session, covered_up=self.live.curtain)
        return [each.id for each in bare if each.id not in self._without]

    def _ask_owner(self, entry_id: str) -> None:
        self.highlight(entry_id)
        self.ask(f"{entry_id}: who", partial(self._owner_typed, entry_id))
        without = "it stays as it is"
        if self._goes_on:
            more = len(self._unasked()) - 1
            without = f"the next, {more} more" if more else "go on"
        self.show_message(f"{ASKS[entry_id[0]].format(entry_id)} Empty: {without}.")

    def _owner_typed(self, entry_id: str, text: str) -> None:
        """Give the entry this owner, and ask about the next one without a name."""
        if not text:
            self.answered()
            if self._goes_on:
                self._without.add(entry_id)
                self._ask_next()
            return
        edit = closing.owner(entry_id, text, self.live.capture_context())
        if isinstance(edit, Refusal):
            self.show_message(str(edit), "warn")
        elif self.live.change(edit):
            self.answered()
            if self._goes_on:
                self._ask_next()

    def action_outcome(self) -> None:
        """Focus the four outcomes, where a digit chooses."""
        self.query_one(Outcomes).focus()

    async def action_next_question(self) -> None:
        """Do as enter does in a field and on the outcomes."""
        if isinstance(self.focused, Field):
            await self.focused.action_submit()
        else:
            self.focus_next()

    # ---- decide ---------------------------------------------------------------------------------

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Go to the next field, and from the last one to the next step."""
        if event.input.id == "answer":
            return  # the framework calls the prompt line's own handler too
        fields = self._fields()
        assert isinstance(event.input, Field)
        at = fields.index(event.input)
        if at + 1 < len(fields):
            fields[at + 1].focus()
        elif why := self._missing():
            self.query_one("#why", Paragraph).update(Text(why, "bold"))
        else:
            self.live.last_words["outcome"] = OUTCOMES[self.query_one(Outcomes).chosen]
            self.step = WORTH

    def covered_up(self, drawn: bool) -> None:
        """Cover our question about the customer, the riskiest assumptions and typed texts too."""
        super().covered_up(drawn)
        self._ask_what_it_is_worth()
        self._cover_riskiest()
        for field in self.query("#decide Input").results(Field):
            field.password = drawn and field.id in COVERED_FIELDS and bool(field.value)

    def _ask_what_it_is_worth(self) -> None:
        """Show the question that many enemies of teamwork raise; it needs no answer."""
        question = "" if self.live.curtain else worth_asking(self.live.enemies)
        line = self.query_one(".worth-asking", Paragraph)
        line.display = bool(question)
        line.update(Text(f"{glyphs.WARNING} {question}", "bold"))

    def on_outcomes_chosen(self, message: Outcomes.Chosen) -> None:
        """Ask for the condition where the outcome has one."""
        message.stop()
        self.query_one("#condition-field").display = message.conditional
        self._show_shares()  # in the place of a request to choose

    def _missing(self) -> str:
        if self.query_one(Outcomes).chosen < 0:
            self.query_one(Outcomes).focus()
            return "Choose an outcome first: 1 to 4."
        shares = self._shares()
        if isinstance(shares, Refusal):
            self.query_one("#credit", Field).focus()
            return str(shares)
        return ""

    def on_input_changed(self, event: Field.Changed) -> None:
        """Keep the field's text for the next time, and show whether the credit split adds up."""
        if event.input.id and event.input.id != "answer":
            self.live.last_words[event.input.id] = event.value
            event.input.password = event.input.password and bool(event.value)
        if event.input.id == "credit":
            self._show_shares()

    def _show_shares(self) -> None:
        """Show the credit split as it is understood; nothing while it is empty or covered."""
        field, shares = self.query_one("#credit", Field), self._shares()
        text = str(shares) if isinstance(shares, Refusal) else f"Credit split: {credit.words(shares)}."
        self.query_one("#why", Paragraph).update(Text("" if field.password or not field.value.strip() else text))

    # ---- what it was worth ----------------------------------------------------------------------

    def action_worth(self, hours: float) -> None:
        """End the session with this estimate."""
        self._end(hours)

    def action_no_estimate(self) -> None:
        """End the session without an estimate."""
        self._end(None)

    def action_other_hours(self) -> None:
        """Ask for a number of hours."""
        self.ask("Hours saved", self._typed_hours)

    def _typed_hours(self, text: str) -> None:
        found = session_commands.saved(text, self.live.session)
        if isinstance(found, Put) and found.new is not None:
            self._end(found.new.hours_saved)
        else:
            self.query_one(".cost", Paragraph).update(Text(str(found), "bold"))

    def go_back(self) -> None:
        """Go back a step, and from the first one to the session."""
        if self.step == READ_OUT:
            super().go_back()
        else:
            self.step = STEPS[STEPS.index(self.step) - 1]

    def _end(self, hours: float | None) -> None:
        session, now = self.live.session, self.live.now()
        shares = self._shares()
        if (refusal := session_end.why_not(session)) or isinstance(shares, Refusal):
            self.query_one(".cost", Paragraph).update(Text(str(refusal or shares), "bold"))
            return
        done: list[Edit] = []
        if name := self._text("facilitator"):
            done.append(Put("facilitator", "", session.facilitator, name))
        if shares != session.credit_split:
            done.append(Put("credit_split", "", session.credit_split, shares))
        chosen = OUTCOMES[self.query_one(Outcomes).chosen]
        headline, condition = self._text("headline"), self._text("condition")
        done.append(Close(now.replace(microsecond=0), chosen, headline, hours, condition))
        self.dismiss(Several(tuple(done)) if len(done) > 1 else done[0])

    def _shares(self) -> credit.Shares | Refusal:
        return credit.read_for(self.live.session, self._text("credit"), self.live.context.people)

    def _text(self, name: str) -> str:
        found = self.query(f"#{name}").results(Field)
        return next((one_line(each.value).strip() for each in found), "")

    def _field(self, name: str, label: str, value: str, hint: str) -> ComposeResult:
        with Horizontal(id=f"{name}-field", classes="field"):
            yield Paragraph(label, classes="label")
            text = self.live.last_words.get(name, value)
            covered = self.live.curtain and name in COVERED_FIELDS and bool(text)
            yield Field(text, id=name, placeholder=hint, compact=True, password=covered)

    def _riskiest(self) -> ComposeResult:
        table = assumptions.worst(self.live.session)
        if not table.ids:
            yield words(assumptions.finding(self.live.session) or "No assumption is on record.")
            return
        rows = TableView(id="riskiest")
        rows.display = not self.live.curtain
        rows.styles.height = len(table.ids) + 1
        rows.table = table
        yield rows

    def _show_riskiest(self) -> None:
        """Show who tests them now: the step before may have named a person."""
        for rows in self.query("#riskiest").results(TableView):
            rows.table = assumptions.worst(self.live.session)

    def _cover_riskiest(self) -> None:
        for rows in self.query("#riskiest"):
            rows.display = not self.live.curtain

    def _cost(self) -> str:
        many = session_value.people_there(self.live.session)
        spent = sum(part.spent for part in self.live.box.parts)
        people = formats.count(many, "person", "people")
        return f"{clock_text(spent)} spent by {people}: {many * spent / 3600:.1f} hours of the team."

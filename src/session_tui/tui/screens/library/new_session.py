"""Beginning or preparing a session from the home screen: the account is enough."""

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList

from session_tui.model.name_keys import name_key
from session_tui.model.similar_names import nearly
from session_tui.store import agendas
from session_tui.store.new_session import SessionRequest
from session_tui.tui.open_session import Asked
from session_tui.tui.screens.base import Hinted
from session_tui.tui.screens.dialog import Dialog, words
from session_tui.tui.widgets.field import Field
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message

FIELDS = (
    ("account", "Account", "the customer; this alone is needed"),
    ("opportunity", "Opportunity", "the deal; empty: as last time"),
    ("zone", "Zone", "division, region or site; empty: as last time"),
    ("attendees", "Attendees", "Ben Okafor:account owner, Mei Tan"),
    ("agenda", "Agenda", ""),
    ("until", "Ends at", "13:00, and pauses do not move it; empty: they do"),
)


class NewScreen(Dialog[Asked]):
    """Returns the typed values. Known accounts, zones and opportunities are suggested. Enter does
    what the dialog was opened for: it begins the session, or prepares it.

    An account that is nearly a known one is begun when enter (or ctrl+s) is pressed a second time.
    """

    SAID = "#why"
    FOOT = ("begin", "prepare", "take_or_next", "back")
    BINDINGS = [
        ("enter", "begin", "begin: the clock runs"),
        ("ctrl+s", "prepare", "prepare it"),
        ("tab", "take_or_next", "next field"),
    ]

    def __init__(
        self, folder: Path, known: dict[str, tuple[str, ...]], typed: dict[str, str], *, preparing: bool = False
    ) -> None:
        """`typed` fills the fields, and keeps their texts for the next time."""
        super().__init__()
        self.preparing = preparing
        self.folder = folder
        self.known = known
        self.typed = typed
        self.doubted = ""  # the new account that resembles a known one, as reported
        self.near: tuple[str, ...] = ()  # the known accounts that it resembles

    def compose(self) -> ComposeResult:
        """Compose the fields, one a line; enter begins from any of them."""
        names = agendas.names(self.folder)
        with Vertical():
            yield words("Prepare a session" if self.preparing else "A new session", "title")
            for key, label, hint in FIELDS:
                with Horizontal(classes="field last" if key == FIELDS[-1][0] else "field"):
                    yield Paragraph(label, classes="label")
                    begun = self.typed.get(key, agendas.STANDARD if key == "agenda" else "")
                    known = names if key == "agenda" else self.known.get(key, ())
                    suggester = SuggestFromList(known, case_sensitive=False) if known else None
                    yield Field(begun, id=key, placeholder=hint, compact=True, suggester=suggester)
            yield words(f"Agendas: {', '.join(names)}")
            yield words("What the last session left open is carried forward.", "words carried")
            yield from self.bottom(Message("why"))

    def foot(self) -> Sequence[Hinted]:
        """Return the keys; to prepare, enter is enough."""
        return tuple(each for each in super().foot() if each != "prepare" or not self.preparing)

    def words_for(self, action: str, words: str) -> str:
        """Return what enter does here."""
        return "prepare it: the clock stands" if action == "begin" and self.preparing else words

    def on_mount(self) -> None:
        """Focus the account."""
        self.query_one("#account", Field).focus()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Begin, or show which field is missing."""
        self.action_begin()

    def action_begin(self) -> None:
        """Begin it: the clock runs; or prepare it, where the dialog is for that."""
        self._answer(prepare=self.preparing)

    def action_prepare(self) -> None:
        """Prepare it: plan, attendees and credit split come next, and the clock is stopped."""
        self._answer(prepare=True)

    def action_take_or_next(self) -> None:
        """While an account is in doubt tab takes the known one; else it goes to the next field."""
        if not self.near:
            self.focus_next()
            return
        account = self.query_one("#account", Field)
        account.value = self.near[0]
        account.focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        """Remove the doubt about the earlier account."""
        if event.input.id == "account" and self.near and name_key(event.value) != name_key(self.doubted):
            self._doubt("", ())

    def go_back(self) -> None:
        """Leave; the typed texts are kept for the next time."""
        self._keep()
        super().go_back()

    def _keep(self) -> None:
        self.typed |= {key: self.query_one(f"#{key}", Field).value for key, _, _ in FIELDS}

    def _answer(self, *, prepare: bool) -> None:
        self._keep()
        typed = {key: value.strip() for key, value in self.typed.items()}
        if not typed["account"]:
            self.show_message("Which account? Type its name.")
            self.query_one("#account", Field).focus()
            return
        near = nearly(typed["account"], self.known.get("account", ()))
        if near and not (self.near and name_key(typed["account"]) == name_key(self.doubted)):
            self._doubt(typed["account"], near, "^s" if prepare and not self.preparing else "⏎")
            return
        request = SessionRequest(
            account=typed["account"],
            opportunity=typed["opportunity"] or None,
            zone=typed["zone"] or None,
            attendees=tuple(each.strip() for each in typed["attendees"].split(",") if each.strip()),
        )
        self.dismiss(Asked(request, typed["agenda"] or agendas.STANDARD, prepare, typed["until"]))

    def _doubt(self, account: str, near: tuple[str, ...], key: str = "") -> None:
        """Show which known accounts resemble this one, and the keys; () removes the sentence."""
        self.doubted, self.near = account, near
        known = f"{account} is new here, and nearly {' or '.join(near)}. "
        self.show_message(f"{known}{key} again begins a new account, tab takes {near[0]}." if near else "")
        self.query_one(".carried").display = not near  # 24 lines have no room for both
        self.call_after_refresh(self.query_one(self.SAID).scroll_visible, animate=False)

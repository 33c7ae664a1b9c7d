"""What a session on trial shows beside an ordinary one: the demo, and the tutor with its tasks."""

from collections.abc import Mapping
from datetime import datetime

from session_tui.model import clock_commands, glyphs, tutor
from session_tui.model.edits import Mark
from session_tui.model.session import Session
from session_tui.store.open_session import OpenedSession
from session_tui.tui.pieces import Pieces

Section = tuple[str, tuple[tuple[str, str], ...]]
Keys = Mapping[str, tuple[str, ...]]
SHOWN = ("undo", "next", "help", "leave", "map", "curtain")  # actions that a text may name

ALSO = "At any time: {map} draws the map, {curtain} covers what a partner must not see, {help} explains."


class Trial:
    """`opening` is the first sentence, `closing` what to do after the end, `first_choice` is
    highlighted there, `leaves` says where leaving leads. `again` is the command that goes on with
    a session that was left live; empty for the ordinary one.
    """

    first_choice = "leave"
    again = ""

    def __init__(self, opening: str, closing: str, keys: Keys, leaves: str = "") -> None:
        """`keys` are those of each action; an action without one is shown as its `/name`."""
        self.leaves = leaves
        self.opening, self.closing, self._keys = self._with_keys(opening, keys), closing, keys

    def begin(self, opened: OpenedSession, now: datetime) -> None:
        """Called once, when the clock of the session has started or goes on."""

    def strip(self, session: Session) -> Pieces:
        """The line above the preview; empty where the ordinary one stands."""
        return ()

    def sections(self, session: Session) -> tuple[Section, ...]:
        """The first sections of the side panel."""
        return ()

    def task(self, session: Session) -> str:
        """The next task as the line-by-line mode prints it; empty without one."""
        return ""

    @staticmethod
    def _with_keys(words: str, keys: Keys) -> str:
        """A text with a key in the place of each `{action}`."""
        shown = {name: keys[name][0] if keys.get(name) else f"/{name}" for name in SHOWN}
        return words.format(**shown)


class Demo(Trial):
    """The demo: a session on a sample account."""

    first_choice = "library"

    def sections(self, session: Session) -> tuple[Section, ...]:
        """What the demo is, and where it is taught."""
        lines = (
            ("A made-up account; nothing of yours is touched. Type what you like.", ""),
            ("session-tui tutor teaches it in five minutes.", "muted"),
        )
        return (("THE DEMO", lines),)


class Tutor(Trial):
    """The tutor: its tasks, ticked as the session shows them done."""

    again = "session-tui tutor"

    def begin(self, opened: OpenedSession, now: datetime) -> None:
        """Stop the clock that has just started: parts can be changed, and no time passes."""
        if [each.event for each in opened.session.clock] == ["start"]:
            mark = clock_commands.pause(opened.session, now)
            if isinstance(mark, Mark):
                opened.change(mark, now, undoable=False)

    def strip(self, session: Session) -> Pieces:
        """The next task with its number."""
        at = tutor.next_task(session)
        if at is None:
            return ((f"{glyphs.DONE} All tasks are done.", "good"),)
        return ((f"{at + 1} of {len(tutor.TASKS)}  ", "key"), (self._words(at), "accent"))

    def sections(self, session: Session) -> tuple[Section, ...]:
        """All tasks with their state."""
        now, lines = tutor.next_task(session), list[tuple[str, str]]()
        for at, done in enumerate(tutor.done(session)):
            sign, tone = (glyphs.DONE, "muted") if done else (glyphs.HIGHLIGHT, "accent") if at == now else ("·", "")
            lines.append((f"{sign} {at + 1} {self._words(at)}", tone))
        lines.append((self._with_keys(ALSO, self._keys), "muted"))
        return (("THE TUTOR: THE CLOCK STANDS", tuple(lines)),)

    def task(self, session: Session) -> str:
        """The next task with its number."""
        at = tutor.next_task(session)
        return "" if at is None else f"Task {at + 1} of {len(tutor.TASKS)}: {self._words(at)}."

    def _words(self, at: int) -> str:
        return self._with_keys(tutor.TASKS[at].words, self._keys)

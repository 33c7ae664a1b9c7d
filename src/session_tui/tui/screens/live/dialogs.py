"""Dialogs over a session: leave it, offered lines, a conflict on disk, the plan's comments."""

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import capture
from session_tui.model.diff import conflict_sentences
from session_tui.model.edits import Edit, Put, Several
from session_tui.model.session import Plan
from session_tui.store.open_session import OpenedSession
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.screen_text import open_cells
from session_tui.tui.screens.dialog import Dialog, escape, words
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph

MOST_OFFERED = 12  # lines that are shown
MOST_DIFFERENCES = 9  # lines; with the text below them they fill 24 lines


class LeaveScreen(Dialog[str]):
    """Asks how to leave. Returns `end`, `leave`, `without` (saving), or None."""

    KEEPS = ("leave",)  # its key goes back
    FOOT = ("end", "leave", "without", "back")
    BINDINGS = [
        ("e", "end", "end the session"),
        ("l", "leave", "leave"),
        ("x", "without", "leave without it"),
        escape("stay"),
    ]

    def __init__(self, live: LiveController, *, ending: bool = False) -> None:
        """`ending`: the window below leads through the end, which then is no answer here."""
        super().__init__()
        self.save_status = live.opened.save_status
        self.standing = live.action_state()
        self._ending = ending

    @property
    def _ends(self) -> bool:
        return not self.standing.read_only and self.standing.session.status in ("live", "prepared")

    def compose(self) -> ComposeResult:
        """Compose the ways to leave, each with its effect on the session."""
        with Vertical():
            yield words("Leave without ending the session?" if self._ending else "Leave this session?", "title")
            if not self._ends and self.save_status == "saved":
                yield words("Everything is on disk.")
            elif not self._ends and self.save_status == "saving":
                yield words("Not everything is on disk yet; leaving waits for it.")
            elif self.save_status == "not saved":
                yield words("Not everything is on disk: /elsewhere FOLDER saves it there. Leaving without it loses it.")
            if self._ends:
                if self._ending:
                    yield words("Stay: the end goes on where it was.")
                else:
                    yield words("End: outcome and headline are asked, and the session is held.")
                yield words(
                    "Leave it prepared: everything is kept, and its clock has not started. “run” starts it."
                    if self.standing.session.status == "prepared"
                    else "Leave it live: everything is kept, and “resume” goes on. The time you are away does not"
                    " count."
                )
            yield from self.bottom()

    def words_for(self, action: str, words: str) -> str:
        """Return the status that the session keeps, for the key that leaves it."""
        if action == "back" and self._ending:
            return "go on with the end"
        return f"leave it {self.standing.session.status}" if action == "leave" and self._ends else words

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`end` needs a session that has not ended, `without` a save that failed."""
        return {"end": self._ends and not self._ending, "without": self.save_status == "not saved"}.get(action, True)

    def action_end(self) -> None:
        """End it."""
        self.dismiss("end")

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss("leave")

    def action_without(self) -> None:
        """Leave, and lose the unsaved changes."""
        self.dismiss("without")


class PartScreen(Dialog[bool]):
    """Asks before a click moves the time to another part. Returns True to go there."""

    FOOT = ("go", "back")
    BINDINGS = [("enter,y", "go", "go there"), escape("stay")]

    def __init__(self, live: LiveController, index: int) -> None:
        super().__init__()
        self.live, self.index = live, index

    def compose(self) -> ComposeResult:
        """Compose the question, and what happens to the time."""
        parts, running = self.live.session.parts, self.live.box.running
        there, here = parts[self.index].title, parts[running].title
        forward = self.index > running
        with Vertical():
            yield words(f"Go on to {there}?" if forward else f"Return to {there}?", "title")
            yield words(f"The time of {here} stops; that of {there} {'begins' if forward else 'goes on'}.")
            yield from self.bottom()

    def action_go(self) -> None:
        """Go there."""
        self.dismiss(True)


class OfferScreen(Dialog[bool]):
    """Lines, shown before they become entries. Returns True to enter them."""

    FOOT = ("enter", "back")
    BINDINGS = [("enter", "enter", "enter them all; one undo takes them back"), escape("none of them")]

    def __init__(self, live: LiveController, lines: tuple[str, ...], edit: Edit, title: str) -> None:
        super().__init__()
        self.live = live
        self.lines = lines
        self.edit = edit
        self.heading = title

    def compose(self) -> ComposeResult:
        """Compose the entry of each line."""
        with Vertical():
            yield words(self.heading, "title")
            edits = self.edit.edits if isinstance(self.edit, Several) else (self.edit,)
            shown = []
            for edit in edits[:MOST_OFFERED]:
                look = capture.preview(edit, self.live.session, self.live.context.today, self.live.context.people)
                text = str(look)
                if self.live.curtain:
                    text = "  ".join((f"{look.verb} {look.id}", *open_cells(edit, look.cells)))
                shown.append(text if isinstance(edit, Put) else "a change")
            if len(edits) > MOST_OFFERED:
                shown.append(f"… and {len(edits) - MOST_OFFERED} more")
            yield words(shown)
            yield from self.bottom()

    def covered_up(self, drawn: bool) -> None:
        """Show the lines again, for the drawn or opened curtain."""
        self.refresh(recompose=True)

    def action_enter(self) -> None:
        """Enter the lines."""
        self.dismiss(True)


class ConflictScreen(Dialog[Literal["ours", "theirs"]]):
    """The choice after another program changed the file. Returns `ours`, `theirs`, or None."""

    FOOT = ("ours", "theirs", "back")
    BINDINGS = [
        ("o", "ours", "ours into the file"),
        ("t", "theirs", "take theirs"),
        escape("decide later"),
    ]

    def __init__(self, opened: OpenedSession) -> None:
        super().__init__()
        self.opened = opened
        self.theirs = opened.theirs()

    def compose(self) -> ComposeResult:
        """Compose the differences, a line each."""
        with Vertical():
            yield words("Two versions of this session", "title")
            if self.opened.conflict is None:
                yield words("Nobody else has changed the file.")
                yield from self.bottom()
                return
            if self.theirs is None:
                yield words("What somebody else wrote into the file is not a session any more. It is kept beside it.")
                yield from self.bottom()
                return
            lines = conflict_sentences(self.opened.session, self.theirs)
            shown = list(lines[:MOST_DIFFERENCES])
            if len(lines) > MOST_DIFFERENCES:
                shown.append(f"… and {len(lines) - MOST_DIFFERENCES} more")
            yield words(shown or "Both say the same.")
            later = f"session-tui merge {self.opened.session.id}"
            yield words(
                "Whichever you choose, the other one is kept beside the file."
                f" Decide later, and {later} puts both together, entry by entry."
            )
            yield from self.bottom()

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.close_covered()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choosing needs a conflict, and `theirs` a version that can be read."""
        if action in ("ours", "theirs") and self.opened.conflict is None:
            return False
        return action != "theirs" or self.theirs is not None

    def words_for(self, action: str, words: str) -> str:
        """Return other texts without a conflict, or where their version cannot be read."""
        if action == "back" and self.opened.conflict is None:
            return "back"
        return "keep ours; theirs stays beside it" if action == "ours" and self.theirs is None else words

    def action_ours(self) -> None:
        """Write our version into the file."""
        self.dismiss("ours")

    def action_theirs(self) -> None:
        """Keep their version in the file, and ours beside it."""
        self.dismiss("theirs")


class CommentsScreen(Dialog[None]):
    """The plan's comments, one at a time. They are private until the facilitator opens them."""

    FOOT = ("turn", "back")
    BINDINGS = [
        ("left,up,p", "turn(-1)", "before, next"),
        ("enter,right,down,n", "turn(1)", "before, next"),
        escape("back to the session"),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.at = 0

    def compose(self) -> ComposeResult:
        """Compose the quoted line, the author and the comment."""
        with Vertical():
            yield words("", "title")
            yield words("", "words quote")
            yield words("", "words said")
            yield from self.bottom()

    def on_mount(self) -> None:
        """Show the first comment."""
        self.action_turn(0)

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.close_covered()

    def action_turn(self, by: int) -> None:
        """Show another comment; the first and the last one are the ends."""
        comments = self.plan.comments
        self.at = min(max(0, self.at + by), len(comments) - 1)
        one = comments[self.at]
        title = f"Comment {self.at + 1} of {len(comments)} · {self.plan.source}, line {one.line}"
        who = one.author or "Somebody"
        for name, text in (
            (".title", title),
            (".quote", f"“{one.quote}”" if one.quote else ""),
            (".said", f"{who}: {one.text}"),
        ):
            self.query_one(name, Paragraph).update(Text(text))

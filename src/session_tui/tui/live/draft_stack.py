"""The drafts behind the capture line: the edited entry, the lines put aside, the edits
given up.
"""

from datetime import datetime

from session_tui.model.session import Session, find
from session_tui.store.drafts import Draft, Waiting


class DraftStack:
    """A stack of half-typed lines: each comes back in its turn, also after a restart."""

    def __init__(self, draft: Draft, session: Session) -> None:
        """Restore a saved draft. A line for an entry that no longer exists becomes an ordinary
        line.
        """
        self.editing = _known(draft.editing, session)
        self._waiting = [Waiting(each.line, _known(each.editing, session)) for each in draft.waiting]
        self._given_up = dict(draft.given_up)

    def put_aside(self, line: str) -> None:
        """Put this line aside, with the entry that it edits."""
        if line.strip() or self.editing:
            self._waiting.append(Waiting(line, self.editing))
        self.editing = ""

    def edit(self, entry_id: str, line: str, written: str) -> str:
        """Put `line` aside and return the line for an entry: the one given up before, or else
        `written`.
        """
        if self.editing:
            self._given_up[self.editing] = line
        else:
            self.put_aside(line)
        self.editing = entry_id
        return self._given_up.get(entry_id) or written

    def give_up(self, line: str) -> None:
        """Keep the typed text for the next edit of the same entry."""
        self._given_up[self.editing] = line

    def entered(self) -> None:
        """Forget the text kept for this entry: its edit was entered."""
        self._given_up.pop(self.editing, None)

    def come_back(self, *, covered: bool) -> str:
        """The line that was put aside last. Under the curtain an edit does not come back: it would
        show covered text.
        """
        self.editing = ""
        while self._waiting:
            back = self._waiting.pop()
            if not (covered and back.editing):
                self.editing = back.editing
                return back.line
            self._given_up[back.editing] = back.line
        return ""

    def draft(self, line: str, now: datetime) -> Draft:
        """The whole stack, to be saved."""
        return Draft(line, self.editing, now, tuple(self._waiting), dict(self._given_up))


def _known(entry_id: str, session: Session) -> str:
    return entry_id if entry_id and find(session, entry_id) else ""

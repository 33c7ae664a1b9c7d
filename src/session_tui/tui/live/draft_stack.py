"""What waits behind the capture line: the entry it stands for, lines put aside for another, edits given up."""

from datetime import datetime

from session_tui.model.session import Session, find
from session_tui.store.drafts import Draft, Waiting


class DraftStack:
    """Whatever is asked in between, each half-typed line comes back in its turn, and after a restart too."""

    def __init__(self, draft: Draft, session: Session) -> None:
        """As it was left; what stood for an entry that is no more is text like any other."""
        self.editing = _known(draft.editing, session)
        self._waiting = [Waiting(each.line, _known(each.editing, session)) for each in draft.waiting]
        self._given_up = dict(draft.given_up)

    def put_aside(self, line: str) -> None:
        """Another line takes the place of this one, which stands for what is edited."""
        if line.strip() or self.editing:
            self._waiting.append(Waiting(line, self.editing))
        self.editing = ""

    def edit(self, entry_id: str, line: str, written: str) -> str:
        """The line for an entry: as it was given up, or as it is `written`; `line` is kept."""
        if self.editing:
            self._given_up[self.editing] = line
        else:
            self.put_aside(line)
        self.editing = entry_id
        return self._given_up.get(entry_id) or written

    def give_up(self, line: str) -> None:
        """The entry stays as it was; what was typed of it comes back with the next edit of it."""
        self._given_up[self.editing] = line

    def entered(self) -> None:
        """The edit has become the entry."""
        self._given_up.pop(self.editing, None)

    def come_back(self, *, covered: bool) -> str:
        """The line that was put aside last. Under the curtain no edit comes back by itself: it shows."""
        self.editing = ""
        while self._waiting:
            back = self._waiting.pop()
            if not (covered and back.editing):
                self.editing = back.editing
                return back.line
            self._given_up[back.editing] = back.line
        return ""

    def draft(self, line: str, now: datetime) -> Draft:
        """All of it, to be kept."""
        return Draft(line, self.editing, now, tuple(self._waiting), dict(self._given_up))


def _known(entry_id: str, session: Session) -> str:
    return entry_id if entry_id and find(session, entry_id) else ""

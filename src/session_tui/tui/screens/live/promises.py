"""The actions promised last time; a key sets each done, dropped or later. Opened by a key only."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import capture, carry_forward, dates, glyphs
from session_tui.model.capture import Command, Refusal
from session_tui.model.edits import Put
from session_tui.model.sentence import capital
from session_tui.model.session import ActionItem, Parked, find, next_id
from session_tui.tui.screens.dialog import LiveListDialog, escape, lines, words
from session_tui.tui.tables import markers, promises
from session_tui.tui.tables.table import Table

MOST_NEWS = 3
_SETTLED = {
    "done": f"{glyphs.DONE} done",
    "dropped": f"{glyphs.NOT} dropped",
    "validated": f"{glyphs.DONE} true",
    "invalidated": f"{glyphs.NOT} wrong",
}


class PromisesScreen(LiveListDialog[None]):
    """A row for each promise; every key changes the session at once and can be undone."""

    FOOT = ("done", "drop", "date", "stands", "undo", "park", "act", "back")
    BINDINGS = [
        ("d", "done", "done"),
        ("x", "drop", "dropped"),
        ("m", "date", "another date"),
        ("p", "park", "park again"),
        ("a", "act", "make it an action"),
        ("enter", "stands", "it stands"),
        escape("to the session"),
    ]

    def compose(self) -> ComposeResult:
        """Compose the promises, and above them those that were settled since."""
        last = self.live.past.last
        with Vertical():
            began = last.started_at if last else None
            when = f" · {dates.words(began.astimezone().date(), self.live.context.today)}" if began else ""
            yield words(f"Promised last time{when}: letters answer here, esc goes back", "title")
            settled = carry_forward.news(last) if last else ()
            remarks, news = [*self.live.remarks], list[str]()
            if settled:
                more = f", and {len(settled) - MOST_NEWS} more" if len(settled) > MOST_NEWS else ""
                news = [f"Settled since{more}:", *map(_line, settled[:MOST_NEWS])]
            self.others = len(remarks) + len(news) + 14
            if remarks:
                yield words(remarks, "words" if not news else "remarks")
            if news:
                yield lines(news)
            yield from self.the_list()
            yield from self.bottom()

    def table(self) -> Table:
        """Return the promises in their present state."""
        return promises.table(self.live.view())

    def about(self, key: str) -> str:
        """Return the history of the date, or the result."""
        entry = find(self.live.session, key)
        if isinstance(entry, ActionItem) and entry.result:
            return f"What came of it: {entry.result}"
        return capital(markers.words(self.live.view(), key)) if entry else ""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a key does not fit an action or a parked line."""
        if action in ("done", "drop", "date") and self._action() is None:
            return "Only an action can be answered so: p parks this line again, a makes it an action."
        if action in ("park", "act") and self._parked() is None:
            return "Only what was parked can be parked again, or become an action."
        return super().why_not(action, parameters)

    def action_stands(self) -> None:
        """Keep it as it is, and go to the next one."""
        self.action_move(1)

    def action_done(self) -> None:
        """Ask for the result, and set it done."""
        self._settle("done", "What came of it")

    def action_drop(self) -> None:
        """Ask for the reason, and drop it."""
        self._settle("drop", "Why dropped")

    def action_date(self) -> None:
        """Ask for another date; the old one stays on record."""
        if action := self._action():
            self.ask("By when", lambda typed: self._changed(f"*{action.id} due:{typed.removeprefix('due:').strip()}"))

    def action_park(self) -> None:
        """Park the line in this session too."""
        if (parked := self._parked()) and self.live.park_again(parked.id):
            self._go_on()

    def action_act(self) -> None:
        """Make the parked line an action item; its owner and date come in the owners part."""
        if parked := self._parked():
            session = self.live.session
            new = ActionItem(id=next_id(session, "t"), text=parked.text, first_raised_in=session.id)
            if self.live.change(Put("action_items", new.id, None, new)):
                self.show_message(f"{new.id} added: {parked.text}")
                self._go_on()

    def _settle(self, word: str, label: str) -> None:
        if action := self._action():
            self.ask(label, lambda typed: self._changed(f"*{action.id} {word} {typed}"))

    def _changed(self, line: str) -> None:
        """Change the session by the capture line that the key stands for."""
        reading = capture.read(line, self.live.capture_context())
        if isinstance(reading, Refusal | Command):
            self.show_message(str(reading) if isinstance(reading, Refusal) else "That is not a date.", "warn")
        elif self.live.change(reading):
            self.answered()
            self._go_on()

    def _go_on(self) -> None:
        here = self.highlighted
        self.show_list()
        ids = self.table().ids
        if here in ids:
            self.action_move(1)
        elif ids:
            self.highlight(ids[0])

    def _action(self) -> ActionItem | None:
        entry = find(self.live.session, self.highlighted)
        return entry if isinstance(entry, ActionItem) else None

    def _parked(self) -> Parked | None:
        last = self.live.past.last
        return next((each for each in (last.parking_lot if last else ()) if f"~{each.id}" == self.highlighted), None)


def _line(each: carry_forward.News) -> str:
    result = f": {each.entry.result}" if each.entry.result else ""
    return f"{_SETTLED[each.entry.status]}  {each.entry.text}{result}"

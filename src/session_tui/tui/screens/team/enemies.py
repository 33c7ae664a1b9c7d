"""The enemies of teamwork, twenty habits on one page: a digit or a letter answers each.

Answers about me and about an account are each written at once, in a thread. About us nothing is
written before a person has finished; the next person at the keyboard sees no earlier answer.
"""

from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message as TextualMessage
from textual.reactive import reactive

from session_tui.model import formats, glyphs
from session_tui.model.fault import Fault
from session_tui.model.team.enemies import FREQUENCIES, FREQUENCY_WORDS, HABITS, Answer, Frequency, missing, read_answer
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.team.enemies import EnemiesFile
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.screens.base import BaseScreen, Hinted
from session_tui.tui.screens.dialog import escape
from session_tui.tui.screens.team import enemies_text as parts
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message, StatusLine

IDS = tuple(HABITS)
_TITLE = "Enemies of teamwork"
_WORDS = 32  # cells of a habit
_ANSWERS = KeyHint((("0-3 or n s o r", "say_how"),), "answer")
_TOGETHER = KeyHint((("t", "key('t')"),), "several in turn at one keyboard")
_WRITE = KeyHint((("w", "key('w')"),), "all have answered: write")


class Habits(Toned):
    """All twenty habits; the highlighted one shows the possible answers, the others theirs."""

    answers: reactive[Answer] = reactive(dict, layout=False)
    at: reactive[int] = reactive(0)

    def get_content_height(self, *_: object) -> int:
        """Return a line for each habit."""
        return len(IDS)

    class HabitClicked(TextualMessage):
        """A habit was clicked, or with `step` one of its answers."""

        def __init__(self, at: int, step: int | None) -> None:
            super().__init__()
            self.at, self.step = at, step

    def on_click(self, event: events.Click) -> None:
        """Post `HabitClicked`."""
        if event.y < len(IDS):
            x, step = event.x - _WORDS - 4, None
            for number, each in enumerate(FREQUENCIES if event.y == self.at else ()):
                width = len(f" {number} {FREQUENCY_WORDS[each]} ")
                if 0 <= x < width:
                    step = number
                x -= width
            self.post_message(self.HabitClicked(event.y, step))

    def render(self) -> Text:
        """Return the habits as lines."""
        text = Text(no_wrap=True, overflow="ellipsis")
        for number, habit in enumerate(IDS):
            text.append("\n" if number else "")
            self._line(text, number, habit)
        return text

    def _line(self, text: Text, number: int, habit: str) -> None:
        answer, highlighted = self.answers.get(habit), number == self.at
        sign = glyphs.HIGHLIGHT if highlighted else " "
        text.append(f" {sign} {HABITS[habit]:<{_WORDS}}", self.tone("strong" if highlighted else ""))
        if highlighted:
            for step, each in enumerate(FREQUENCIES):
                chosen = each == answer
                words = f"{step} {FREQUENCY_WORDS[each]}"
                text.append(f"[{words}]" if chosen else f" {words} ", self.tone("row" if chosen else "accent"))
        elif answer:
            text.append(f" {parts.bar(answer)}  ", self.tone("accent"))
            text.append(FREQUENCY_WORDS[answer], self.tone("muted" if answer == "not_seen" else ""))
        else:
            text.append(" ·", self.tone("muted"))


class EnemiesScreen(BaseScreen[str]):
    """Answers go into `given`: one that grows with each answer, or a batch of several people."""

    CSS_PATH = Path(__file__).with_name("enemies.tcss")
    BINDINGS = [
        ("up,k", "move(-1)", "move"),
        ("down,j", "move(1)", "move"),
        ("home", "edge(0)"),
        ("end", "edge(-1)"),
        ("backspace,delete", "take_back", "take back"),
        ("enter", "on", "next open"),
        escape("leave"),
    ]
    stage: reactive[str] = reactive("asking", init=False)

    def __init__(self, given: EnemiesFile | AnonymousBatch, title: str, *, together: bool = False) -> None:
        """`title` names the person or account, made safe for the terminal."""
        super().__init__()
        self.given = given
        self.us = isinstance(given, AnonymousBatch)
        self.many = together  # several people answer in turn
        self.title_words = title
        self.answers: Answer = {} if isinstance(given, AnonymousBatch) else dict(given.answers)
        self.leaving = False  # the warning about leaving is shown
        self.refused = False  # writing the finished answers failed

    # ---- what is shown --------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Compose the head, the habits or the card before and between them, the message, keys."""
        yield StatusLine(id="head")
        yield StatusLine(id="about")
        with VerticalScroll(id="asking", can_focus=False):
            yield Habits()
        with Vertical(id="between"):
            yield Paragraph(id="card")
        yield Message()
        yield Footer()

    def on_mount(self) -> None:
        """Show the habits; about us first a card on what is kept, and how an author may show."""
        self.query_one("#head", StatusLine).last_right = True
        if isinstance(self.given, EnemiesFile):
            self.show_message("  ".join(map(str, self.given.remarks)))
        self.habits.at = self._first_open()
        self.stage = "asking" if isinstance(self.given, EnemiesFile) else "before"
        self.show()

    @property
    def habits(self) -> Habits:
        """The list of habits."""
        return self.query_one(Habits)

    def watch_stage(self) -> None:
        """Show the new page."""
        self.show()

    def foot(self) -> Sequence[Hinted]:
        """Return the keys of the page."""
        if self.stage == "before":
            return ("on", "back") if self.many else ("on", _TOGETHER, "back")
        return ("on", _WRITE) if self.stage == "between" else (_ANSWERS, "move", "take_back", "on", "back")

    def words_for(self, action: str, words: str) -> str:
        """Return the effect of enter on this page."""
        if action != "on":
            return words
        begins = "the first person begins" if self.many else "answer alone"
        asked = "finish" if self.us else words
        return {"before": begins, "between": "the next person"}.get(self.stage, asked)

    def show(self) -> None:
        """Draw the page in its present state."""
        asking = self.stage == "asking"
        self.query_one("#asking").display = asking
        self.query_one("#about").display = asking
        self.query_one("#between").display = not asking
        self.habits.answers = dict(self.answers)
        self._show_head()
        self.query_one("#about", StatusLine).say((self._about(), "muted"))
        self.refresh_bindings()
        if not asking:
            self.query_one("#card", Paragraph).update(self._card())

    def _show_head(self) -> None:
        head, many, tone = self.query_one("#head", StatusLine), "", ""
        if self.stage == "asking":
            many = parts.done(self.answers)
        if isinstance(self.given, EnemiesFile) and self.answers:
            save_status, tone = ("saved", "good") if self.given.saved else ("not saved yet", "warn")
            many = f"{many} · {save_status}"
        room = self.app.size.width - len(_TITLE) - len(many) - 8
        title = Text(self.title_words)
        title.truncate(max(8, room), overflow="ellipsis")
        head.say((_TITLE, "strong"), (f"   {title.plain}", "muted"), (many, tone))

    def _about(self) -> str:
        if isinstance(self.given, AnonymousBatch):
            return "Without names. Nothing is written before all twenty are answered."
        if self.given.private:
            return "For you alone: it stays in your own folder, and is in no document."
        return "For the team, with your name; in no summary, in a session only counted."

    def _card(self) -> Text:
        assert isinstance(self.given, AnonymousBatch)
        text = Text()
        if self.stage == "between":
            many = len(self.given.waiting)
            text.append(f"{formats.count(many, 'answer is', 'answers are')} finished.", "bold")
            text.append("\n\n")
            text.append("Pass the keyboard on. All are written together as one file, in no order.")
            return text
        text.append("Which bad habits live in our house?", "bold")
        text.append("\n\n")
        text.append_text(Text.lines((parts.HOW, "", parts.WITHOUT_NAMES)))
        if self.given.repository:
            text.append("\n\n").append(parts.in_git(str(self.given.repository)), "bold")
        return text

    # ---- answering ------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Take letters and digits as answers."""
        typed = event.character or ""
        if not event.is_printable or not typed or typed in "jk":
            return
        event.stop()
        self.action_key(typed)

    def on_habits_habit_clicked(self, message: Habits.HabitClicked) -> None:
        """Highlight the clicked habit, or take the clicked answer."""
        if message.step is None:
            self._highlight(message.at)
        else:
            self.action_key(str(message.step))

    def action_say_how(self) -> None:
        """Show which keys answer."""
        self.show_message("0 not seen, 1 seen, 2 often, 3 rules, or n s o r.")

    def action_key(self, typed: str) -> None:
        """Carry out a letter or digit of this page."""
        if self.stage == "before":
            if typed == "t":
                self.many = True
                self._begin()
        elif self.stage == "between":
            if typed == "w":
                self._write()
        elif self.leaving and typed == "x":
            self.answers = {}
            self.go_back()
        else:
            self._answer(typed)

    def _answer(self, typed: str) -> None:
        self.leaving = False
        answer = read_answer(typed)
        if isinstance(answer, Fault):
            self.show_message(f"{typed} is not an answer: 0 not seen, 1 seen, 2 often, 3 rules, or n s o r.")
            return
        self._give(IDS[self.habits.at], answer)
        self._highlight(min(self.habits.at + 1, len(IDS) - 1))
        whole = f"All twenty are answered: ⏎ {'finishes' if self.us else 'leaves'}."
        self.show_message("" if missing(self.answers) else whole)

    def _give(self, habit: str, frequency: Frequency | None) -> None:
        if frequency is None:
            self.answers.pop(habit, None)
        else:
            self.answers[habit] = frequency
        if isinstance(self.given, EnemiesFile):
            self.given.give(habit, frequency)
            self.work(self.given.save, lambda _: self._show_head(), self._not_saved, group="saving")
        self.show()

    def _not_saved(self, fault: Fault) -> None:
        self.show_message(f"Not saved: {fault.words}")
        self._show_head()

    def action_take_back(self) -> None:
        """Remove the highlighted habit's answer."""
        if self.stage == "asking":
            self._give(IDS[self.habits.at], None)

    # ---- moving ---------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Highlight another habit."""
        if self.stage == "asking":
            self._highlight(min(max(0, self.habits.at + by), len(IDS) - 1))

    def action_edge(self, at: int) -> None:
        """Highlight the first habit or the last."""
        if self.stage == "asking":
            self._highlight(at % len(IDS))

    def _highlight(self, at: int) -> None:
        self.leaving = False
        self.habits.at = at
        scroll = self.query_one("#asking", VerticalScroll)
        top, height = scroll.scroll_offset.y, scroll.size.height
        if not top <= at < top + height:
            scroll.scroll_to(y=at if at < top else at - height + 1, animate=False)

    def _first_open(self) -> int:
        left = missing(self.answers)
        return IDS.index(left[0]) if left else 0

    # ---- finishing and leaving ------------------------------------------------------------------

    def action_on(self) -> None:
        """Begin, finish, or go to the next habit without an answer."""
        if self.stage in ("before", "between"):
            self._begin()
        elif left := missing(self.answers):
            self._highlight(self._first_open())
            many = f"{formats.count(len(left), 'is', 'are')} not answered yet"
            self.show_message(f"{many}; half an answer is written nowhere." if self.us else f"{many}; esc leaves.")
        elif isinstance(self.given, AnonymousBatch):
            self._finish(self.given)
        else:
            self._go()

    def _begin(self) -> None:
        self.answers = {}
        self.show_message("")
        self.stage = "asking"
        self._highlight(0)
        self.show()

    def _finish(self, given: AnonymousBatch) -> None:
        given.add(dict(self.answers))
        self.answers = {}  # the next person sees no earlier answer
        self._highlight(0)
        self.show_message("")
        self.stage = "between"
        self.show()
        if not self.many:
            self._write()

    def _write(self) -> None:
        assert isinstance(self.given, AnonymousBatch)
        self.work(self.given.write, lambda _: self._go(), self._not_written, group="saving", exclusive=True)

    def _not_written(self, fault: Fault) -> None:
        self.refused = True
        self.show_message(f"Not written: {fault.what}. w tries again; esc leaves, and keeps it elsewhere.")

    def go_back(self) -> None:
        """Warn before unfinished answers about us are lost; write the finished ones."""
        if self.us and self.stage == "asking" and self.answers:
            self.leaving = True
            self.show_message("Not finished, so nothing of it would be kept: x leaves, any answer goes on.")
        elif isinstance(self.given, AnonymousBatch) and self.given.waiting and not self.refused:
            self._write()
        else:
            self._go()

    def _go(self) -> None:
        self.close(parts.farewell(self.given))

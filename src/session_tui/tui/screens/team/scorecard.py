"""The scorecard: one practice at a time, two keys each, and at the end one's own gaps.

Every answer is written at once, in a thread, so that leaving, or a crash, loses none.
"""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from rich.table import Table as Grid
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from session_tui.model import formats, glyphs
from session_tui.model.fault import Fault
from session_tui.model.team.practices import (
    EXECUTION_WORDS,
    EXECUTIONS,
    MOST_IMPORTANT,
    Execution,
    Practice,
    Practices,
    Rating,
    rating_of,
)
from session_tui.model.team.scorecard import WORST, answered, gap, own_gaps
from session_tui.store.team.scorecards import ScorecardFile
from session_tui.tui.drawings import sparklines
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.screens.base import BaseScreen, Hinted
from session_tui.tui.screens.dialog import escape
from session_tui.tui.text import Text
from session_tui.tui.themes import DARK, TONES
from session_tui.tui.widgets.footer import Footer
from session_tui.tui.widgets.paragraph import Paragraph
from session_tui.tui.widgets.status_line import Message, StatusLine

_IMPORTANCE = {str(number % 10): number for number in range(1, MOST_IMPORTANT + 1)}
_EXECUTION: dict[str, Execution] = {each[0]: each for each in EXECUTIONS}
_ANSWERS: tuple[Hinted, ...] = (
    KeyHint((("1–9", "say_how"),), "importance"),
    KeyHint((("0", "answer('0')"),), "10"),
    KeyHint(tuple((key, f"answer('{key}')") for key in _EXECUTION), "how often"),
)
_BAR = 10  # cells


class ScorecardScreen(BaseScreen[str]):
    """One practice at a time. A digit rates its importance, a letter its frequency."""

    CSS_PATH = Path(__file__).with_name("scorecard.tcss")
    BINDINGS = [
        ("enter,right", "on", "skip"),
        ("left,backspace", "before", "back"),
        ("up", "scroll(-1)", "scroll"),
        ("down", "scroll(1)", "scroll"),
        escape("leave"),
    ]

    def __init__(self, given: ScorecardFile, asked: Practices) -> None:
        super().__init__()
        self.given = given
        self.practices = asked
        self.asked = asked.in_order()
        unrated = (at for at, each in enumerate(self.asked) if not self._whole(each))
        self.at = next(unrated, len(self.asked))

    # ---- what is shown --------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Compose the head, one practice or the end, the message and the keys."""
        yield StatusLine(id="head")
        with Vertical(id="asking"), Vertical(id="card"):
            yield StatusLine(id="level")
            yield Paragraph(id="practice")
            yield StatusLine(id="importance-asked")
            yield StatusLine(id="importance")
            yield StatusLine(id="execution-asked")
            yield StatusLine(id="execution")
            yield StatusLine(id="gap")
        with VerticalScroll(id="end", can_focus=False):
            yield Paragraph(id="gaps")
        yield Message()
        yield Footer()

    def on_mount(self) -> None:
        """Show the first practice without a rating."""
        self.query_one("#head", StatusLine).last_right = True
        for line in self.query("#card StatusLine").results(StatusLine):
            line.lead = ""
        self.show_message(" ".join(map(str, self.given.remarks)))
        self._show()

    @property
    def ended(self) -> bool:
        """Whether the last practice is passed."""
        return self.at >= len(self.asked)

    def foot(self) -> Sequence[Hinted]:
        """Return the keys of a practice, or those of the end."""
        return ("scroll", "before", "on") if self.ended else (*_ANSWERS, "on", "before", "back")

    def words_for(self, action: str, words: str) -> str:
        """Return `leave` for enter at the end."""
        return {"on": "leave", "before": "change an answer"}.get(action, words) if self.ended else words

    def _show(self) -> None:
        ended = self.ended
        self.query_one("#asking").display = not ended
        self.query_one("#end").display = ended
        self.refresh_bindings()
        self._show_head()
        if ended:
            self.query_one("#gaps", Paragraph).update(self._gaps())
        else:
            self._show_practice(self.asked[self.at])

    def _show_head(self) -> None:
        many, rated = len(self.asked), sum(map(self._whole, self.asked))
        card = self.given.card
        who = f"Scorecard {card.round}"
        name = f"   {card.name}"
        save_status = ("saved", "good") if self.given.saved else ("not saved yet", "warn")
        if not card.ratings:
            save_status = ("", "")
        bar = sparklines.bar(rated / many, many if many <= 20 else 20)
        self.query_one("#head", StatusLine).say(
            (who, "strong"), (name, "muted"), (f"   {bar} {rated} of {many} rated", ""), save_status
        )

    def _show_practice(self, practice: Practice) -> None:
        rating = self.given.card.rating(practice.id)
        importance, execution = (rating.importance, rating.execution) if rating else (None, None)
        place = f"{self.at + 1} of {len(self.asked)}"
        self.query_one("#level", StatusLine).say((practice.level.upper(), "key"), (f"   {place}", "muted"))
        self.query_one("#practice", Paragraph).update(Text(practice.text))
        waiting = "importance" if importance is None else "execution" if execution is None else ""
        for which, question in (("importance", "How important is it?"), ("execution", "How often do we do it?")):
            sign, tone = (f"{glyphs.HIGHLIGHT} ", "strong") if which == waiting else ("  ", "muted")
            self.query_one(f"#{which}-asked", StatusLine).say((f"{sign}{question}", tone))
        numbers = [_choice(str(number), number == importance) for number in _IMPORTANCE.values()]
        self.query_one("#importance", StatusLine).say(("   ", ""), *chain(*numbers))
        words = [_choice(f"{key} {each}", each == execution) for key, each in _EXECUTION.items()]
        self.query_one("#execution", StatusLine).say(("   ", ""), *chain(*words))
        self.query_one("#gap", StatusLine).say((self._gap_words(rating), "muted"))

    def _gap_words(self, rating: Rating | None) -> str:
        found = gap(rating) if rating else None
        if rating is None or rating.execution is None:
            return "  never: though we agree that we should"
        if found is None:
            return f"  {EXECUTION_WORDS[rating.execution]}"
        return f"  {EXECUTION_WORDS[rating.execution]}: a gap of {found} of {WORST}.  ⏎ goes on"

    def _gaps(self) -> Grid:
        tones = TONES.get(self.app.theme, TONES[DARK.name])
        own = own_gaps(self.given.card, self.practices)
        grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=False, show_edge=False)
        grid.add_column(width=_BAR)
        grid.add_column(justify="right", width=2)
        grid.add_column(overflow="fold")
        title = "Your gaps: importance times distance from consistently" if own else "Nothing is rated yet"
        grid.add_row("", "", Text(title, tones["strong"]))
        grid.add_row("", "", "")
        for practice, found in own:
            bar = Text(sparklines.bar(found / WORST, _BAR), tones["accent"])
            grid.add_row(bar, Text(str(found), tones["strong"]), Text(practice.text, tones["plain"]))
        for words in self._what_is_left(len(own)):
            grid.add_row("", "", "")
            grid.add_row("", "", Text(words, tones["muted"]))
        return grid

    def _what_is_left(self, rated: int) -> list[str]:
        left = len(self.asked) - rated
        gone = answered(self.given.card) - rated
        lines = []
        if left:
            lines.append(f"{left} of {len(self.asked)} not rated: ← leads back to them, or another day does.")
        if gone > 0:
            lines.append(f"{formats.count(gone, 'more answer stays', 'more answers stay')}: no longer asked, and kept.")
        lines.append("session-tui scorecard report shows everybody's, beside what the sessions say.")
        return lines

    # ---- answering ------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Take a digit or a letter as an answer; for other keys show which ones answer."""
        if not self.ended and event.is_printable and event.character:
            event.stop()
            self.action_answer(event.character)

    def on_status_line_piece_clicked(self, message: StatusLine.PieceClicked) -> None:
        """Take a clicked number or word as an answer."""
        key = message.words.strip(" []").removesuffix(str(MOST_IMPORTANT)) or "0"
        if message.line == "importance" and key in _IMPORTANCE:
            self.action_answer(key)
        elif message.line == "execution" and key[:1] in _EXECUTION:
            self.action_answer(key[:1])

    def action_say_how(self) -> None:
        """Show which keys rate the importance."""
        self.show_message("A digit says how important it is: 1 to 9, 0 for 10.")

    def action_answer(self, key: str) -> None:
        """Take this key as an answer."""
        if key in _IMPORTANCE:
            self._answer(_IMPORTANCE[key], None)
        elif key.lower() in _EXECUTION:
            self._answer(None, _EXECUTION[key.lower()])
        else:
            self.show_message(f"{key} is not an answer: 1 to 9, 0 for 10; n s o c say how often.")

    def _answer(self, importance: int | None, execution: Execution | None) -> None:
        practice = self.asked[self.at]
        before = self.given.card.rating(practice.id)
        was_whole = self._whole(practice)
        rating = rating_of(
            practice,
            importance or (before.importance if before else None),
            execution or (before.execution if before else None),
        )
        self.given.give(rating)
        self.show_message("")
        # With a new importance the frequency may change too, so only a letter goes on.
        if rating.whole and (execution is not None or not was_whole):
            self.at += 1
        self._show()
        self._save()

    def _save(self) -> None:
        def refused(fault: Fault) -> None:
            self.show_message(f"Not saved: {fault.words}")
            self._show_head()

        self.work(self.given.save, lambda _: self._show_head(), refused, group="saving")

    def _whole(self, practice: Practice) -> bool:
        rating = self.given.card.rating(practice.id)
        return rating is not None and rating.whole

    # ---- moving ---------------------------------------------------------------------------------

    def action_on(self) -> None:
        """Go to the next practice, and leave at the end."""
        if self.ended:
            self.go_back()
            return
        self.at += 1
        self.show_message("")
        self._show()

    def action_before(self) -> None:
        """Go to the practice before."""
        self.show_message("" if self.at else "This is the first.")
        self.at = max(0, self.at - 1)
        self._show()

    def action_scroll(self, by: int) -> None:
        """Scroll the end, which may be longer than the screen."""
        self.query_one("#end", VerticalScroll).scroll_relative(y=by, animate=False)

    def go_back(self) -> None:
        """Leave; the answers are on disk, or the caller of the screen writes them once more."""
        rated = sum(map(self._whole, self.asked))
        words = (
            f"{rated} of {len(self.asked)} rated; session-tui scorecard goes on, session-tui scorecard report shows."
        )
        self.close(words)


def _choice(words: str, chosen: bool) -> tuple[tuple[str, str], ...]:
    return (("[" if chosen else " ") + words + ("]" if chosen else " "), "row" if chosen else ""), (" ", "")

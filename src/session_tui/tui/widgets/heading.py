"""The first line of the screen: the deal, the end of the session, and the save status."""

from rich.cells import cell_len, set_cell_size
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from session_tui.model import glyphs
from session_tui.model.sanitize import safe_text
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned

_NARROW = 40
CURTAIN = f"{glyphs.CURTAIN} curtain"
_SAVE_SIGNS = {
    "saved": (glyphs.ON_DISK, "good"),
    "saving": (glyphs.UNDER_WAY, "accent"),
    "not saved": (glyphs.WARNING, "bad"),
    # Of a window that only reads:
    "following": (glyphs.FOLLOWS, "good"),
    "behind": (glyphs.WARNING, "bad"),
    "ended": (glyphs.ENDED, "muted"),
}


class Heading(Toned):
    """Shows as many of the deal's words as fit, and always the account."""

    deal: reactive[tuple[str, ...]] = reactive(())  # account first, then by importance
    hours: reactive[tuple[str, ...]] = reactive(())  # the end of the session first, then the time now
    save_status: reactive[str] = reactive("saved")  # a key of `_SAVE_SIGNS`
    remark: reactive[str] = reactive("")  # the text behind the save status, such as "read only"
    curtain: reactive[bool] = reactive(False)  # drawn
    waits: reactive[int] = reactive(0)  # the number of summaries that are not sent yet
    team: reactive[tuple[str, str]] = reactive(("", ""))  # how the team's server stands, and the tone of it

    class WordClicked(Message):
        """A word of the heading was clicked: `deal`, `hours`, `curtain` or `status`."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def on_click(self, event: Click) -> None:
        """Post `WordClicked` for the word under the mouse."""
        x = event.x
        for text, _, word in self._pieces():
            x -= cell_len(text)
            if x < 0:
                if word:
                    self.post_message(self.WordClicked(word))
                return

    def render(self) -> Text:
        """One line: the deal at the left, hours and save status at the right."""
        text = Text(no_wrap=True)
        for words, tone, _ in self._pieces():
            text.append(words, self.tone(tone))
        text.truncate(self.size.width)
        return text

    def _pieces(self) -> list[tuple[str, str, str]]:
        """Texts with their tones, and which word each is."""
        width = self.size.width - 2
        shape, tone = _SAVE_SIGNS[self.save_status]
        behind = (self.remark, f"{self.waits} to send" if self.waits else "", self.team[0])
        save_status = " · ".join((f"{shape} {self.save_status}", *filter(None, behind)))
        drawn = f"{CURTAIN}   " if self.curtain else ""
        deal, hours = [safe_text(words) for words in self.deal], list(self.hours)

        def line() -> tuple[str, str]:
            return " · ".join(deal), "".join(f"{hour}   " for hour in reversed(hours))

        left, times = line()
        room = width - cell_len(drawn) - cell_len(save_status) - 2
        while cell_len(left) + cell_len(times) > room and (len(deal) > 1 or hours):
            # Drop the time now first, then the less important words of the deal; account and save
            # status always stay.
            if len(hours) > 1 or (hours and len(deal) <= 1) or (hours and width < _NARROW):
                hours.pop()
            elif len(deal) > 2:
                deal.pop()
            else:
                break
            left, times = line()
        room = max(0, room - cell_len(times))
        if cell_len(left) > room:
            left = set_cell_size(left, room - 1) + "…" if room > 1 else ""
        account_end = min(len(left), len(deal[0]) if deal else 0)
        gap = max(1, width - cell_len(left) - cell_len(times) - cell_len(drawn) - cell_len(save_status))
        return [
            (" " + left[:account_end], "strong", "deal"),
            (left[account_end:], "muted", "deal"),
            (" " * gap, "", ""),
            (times, "muted", "hours"),
            (drawn, "accent", "curtain"),
            (save_status.removesuffix(self.team[0]), tone, "status"),
            (self.team[0], self.team[1], "team"),
        ]

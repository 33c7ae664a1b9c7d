"""The first line of the screen: the deal, the end of the session, and the save status."""

from rich.cells import cell_len, set_cell_size
from textual.reactive import reactive

from session_tui.model.sanitize import safe_text
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned

_NARROW = 40
CURTAIN = "▒ curtain"
_SAVE_SIGNS = {
    "saved": ("●", "good"),
    "saving": ("◐", "accent"),
    "not saved": ("▲", "bad"),
    # Of a window that only reads:
    "following": ("◉", "good"),
    "behind": ("▲", "bad"),
    "ended": ("■", "muted"),
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

    def render(self) -> Text:
        """One line: the deal at the left, hours and save status at the right."""
        width = self.size.width - 2
        shape, tone = _SAVE_SIGNS[self.save_status]
        behind = (self.remark, f"{self.waits} to send" if self.waits else "", self.team[0])
        save_status = " · ".join((f"{shape} {self.save_status}", *filter(None, behind)))
        drawn = f"{CURTAIN}   " if self.curtain else ""
        deal, hours = [safe_text(words) for words in self.deal], list(self.hours)

        def line() -> tuple[str, str]:
            return " · ".join(deal), "".join(f"{hour}   " for hour in reversed(hours)) + drawn + save_status

        left, right = line()
        while cell_len(left) + cell_len(right) + 2 > width and (len(deal) > 1 or hours):
            # Drop the time now first, then the less important words of the deal; account and save
            # status always stay.
            if len(hours) > 1 or (hours and len(deal) <= 1) or (hours and width < _NARROW):
                hours.pop()
            elif len(deal) > 2:
                deal.pop()
            else:
                break
            left, right = line()
        room = max(0, width - cell_len(right) - 2)
        if cell_len(left) > room:
            left = set_cell_size(left, room - 1) + "…" if room > 1 else ""
        account_end = min(len(left), len(deal[0]) if deal else 0)
        text = Text(" " + left + " " * max(1, width - cell_len(left) - cell_len(right)) + right, no_wrap=True)
        text.stylize(self.tone("strong"), 0, account_end + 1)
        text.stylize(self.tone("muted"), account_end + 1, len(text) - len(save_status) - len(drawn))
        text.stylize(self.tone("accent"), len(text) - len(save_status) - len(drawn), len(text) - len(save_status))
        text.stylize(self.tone(tone), len(text) - len(save_status))
        if self.team[0]:
            text.stylize(self.tone(self.team[1]), len(text) - len(self.team[0]))
        text.truncate(self.size.width)
        return text

"""The tones every drawn widget shares: one name for each meaning, its colours in the theme."""

from rich.style import Style
from textual.widget import Widget

from session_tui.tui.themes import DARK, TONES


class Toned(Widget):
    """A widget that draws its own text in tones; it never takes the focus from the capture line.

    Tones are looked up in the theme, not in component classes: Textual styles every component class of every widget
    at each change of a class, which was a third of the time to the first paint.
    """

    can_focus = False

    def tone(self, name: str) -> Style:
        """The style of a tone under the theme in force."""
        return toned(self.app.theme, name)


def toned(theme: str, name: str) -> Style:
    """The style of a tone under a theme; under one of the framework's own it is that of the dark one."""
    return TONES.get(theme, TONES[DARK.name])[name or "plain"]

"""The base of every widget that draws its own text in tones. A tone is a name for a meaning; its
colours are in the theme.
"""

from rich.style import Style
from textual.widget import Widget

from session_tui.tui.themes import DARK, TONES


class Toned(Widget):
    """A widget that draws its own text in tones; it never takes the focus from the capture line.

    Tones come from the theme, not from component classes: Textual styles every component class of
    every widget at each change of a class, which was a third of the time to the first paint.
    """

    can_focus = False

    def tone(self, name: str) -> Style:
        """The style of a tone under the theme in force."""
        return toned(self.app.theme, name)


def toned(theme: str, name: str) -> Style:
    """The style of a tone under a theme; the framework's own themes have the tones of the dark
    theme.
    """
    return TONES.get(theme, TONES[DARK.name])[name or "plain"]

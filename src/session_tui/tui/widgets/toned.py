"""The tones every drawn widget shares: one name for each meaning, its colours in the theme."""

from rich.style import Style
from textual.widget import Widget

TONES = ("plain", "muted", "strong", "good", "bad", "warn", "accent", "rule", "row", "key")


class Toned(Widget):
    """A widget that draws its own text in tones; it never takes the focus from the capture line."""

    COMPONENT_CLASSES = {f"tone--{tone}" for tone in TONES}

    can_focus = False

    def tone(self, name: str) -> Style:
        """The style of a tone under the theme in force."""
        return self.get_component_rich_style(f"tone--{name}" if name else "tone--plain")

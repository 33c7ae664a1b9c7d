"""The themes: dark, light and the terminal's own colours; the tones of drawn text, and the base of
the widgets that draw in them. A tone is a name for a meaning; its colours are in the theme.

The hues are from Okabe and Ito (Color Universal Design, 2008), lightened or darkened until text is
readable on the background. No meaning depends on hue alone.
"""

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme
from textual.widget import Widget

DARK = Theme(
    name="session-dark",
    primary="#56B4E9",
    secondary="#8FCBF0",
    accent="#F0B43C",
    warning="#F0B43C",
    error="#FF8A4C",
    success="#3CC79A",
    foreground="#E8EAED",
    background="#11161C",
    surface="#11161C",
    panel="#1C242D",
    dark=True,
    variables={
        "muted": "#98A4B0",
        "rule": "#3A4652",
        "row": "#263442",
        "input-cursor-background": "#E8EAED",
        "input-cursor-foreground": "#11161C",
    },
)

LIGHT = Theme(
    name="session-light",
    primary="#005F96",
    secondary="#00466E",
    accent="#8A5200",
    warning="#8A5200",
    error="#A83F00",
    success="#006B4F",
    foreground="#1A1F24",
    background="#FBFAF7",
    surface="#FBFAF7",
    panel="#EEECE6",
    dark=False,
    variables={
        "muted": "#5C6670",
        "rule": "#C9C6BD",
        "row": "#DDE8F1",
        "input-cursor-background": "#1A1F24",
        "input-cursor-foreground": "#FBFAF7",
    },
)

_TERMINAL = BUILTIN_THEMES["ansi-dark"]
ANSI = Theme(
    name="ansi",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        **_TERMINAL.variables,
        "muted": "ansi_default",
        "rule": "ansi_default",
        "row": "ansi_default",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
    },
)

THEMES = (DARK, LIGHT, ANSI)


def _tones(theme: Theme) -> dict[str, Style]:
    """The style of each tone. The background is the widget's own, except that of the highlighted
    row.
    """
    if theme.ansi:
        strong, muted = Style(bold=True), Style(dim=True)
        return {
            **dict.fromkeys(("plain", "good", "accent"), Style()),
            **dict.fromkeys(("strong", "bad", "warn", "key", "digits"), strong),
            **dict.fromkeys(("muted", "off"), muted),
            "row": Style(reverse=True, bold=True),
        }
    return {
        "plain": Style(color=theme.foreground),
        "muted": Style(color=theme.variables["muted"]),
        "off": Style(color=theme.variables["muted"], dim=True),
        "strong": Style(color=theme.foreground, bold=True),
        "digits": Style(color=theme.foreground, bold=True),  # the strongest contrast there is
        "good": Style(color=theme.success),
        "bad": Style(color=theme.error),
        "warn": Style(color=theme.warning, bold=True),
        "accent": Style(color=theme.primary),
        "key": Style(color=theme.primary, bold=True),
        "row": Style(color=theme.foreground, bgcolor=theme.variables["row"], bold=True),
    }


TONES = {theme.name: _tones(theme) for theme in THEMES}


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

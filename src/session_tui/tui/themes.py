"""The themes: dark and light ones, and the terminal's own colours; the tones of drawn text, and
the base of the widgets that draw in them. A tone is a name for a meaning; its colours are in the
theme.

The hues are from Okabe and Ito (Color Universal Design, 2008), lightened or darkened until text is
readable on the background. No meaning depends on hue alone.
"""

from collections.abc import Mapping

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme
from textual.widget import Widget

from session_tui.model.colours import ThemeFile, contrast


def _theme(name: str, *, dark: bool, **colours: str) -> Theme:
    """A theme of the framework from the colours of `ThemeFile`."""
    return Theme(
        name=name,
        primary=colours["accent"],
        secondary=colours["accent"],
        accent=colours["sign"],
        warning=colours["warning"],
        error=colours["bad"],
        success=colours["good"],
        foreground=colours["text"],
        background=colours["background"],
        surface=colours["background"],
        panel=colours["panel"],
        dark=dark,
        variables={
            "muted": colours["muted"],
            "rule": colours["rule"],
            "row": colours["row"],
            "text-disabled": colours["muted"],  # placeholders and suggestions of fields
            "input-cursor-background": colours["text"],
            "input-cursor-foreground": colours["background"],
        },
    )


COLOURS: dict[str, dict[str, str]] = {
    "session-dark": {
        "text": "#E8EAED", "background": "#11161C", "panel": "#1C242D", "row": "#263442", "rule": "#3A4652",
        "muted": "#98A4B0", "accent": "#56B4E9", "sign": "#F0B43C", "warning": "#F0B43C", "bad": "#FF8A4C",
        "good": "#3CC79A",
    },
    "session-light": {
        "text": "#1A1F24", "background": "#FBFAF7", "panel": "#EEECE6", "row": "#DDE8F1", "rule": "#C9C6BD",
        "muted": "#5C6670", "accent": "#005F96", "sign": "#8A5200", "warning": "#8A5200", "bad": "#A83F00",
        "good": "#006B4F",
    },
    "session-contrast": {
        "text": "#FFFFFF", "background": "#000000", "panel": "#1A1A1A", "row": "#14395C", "rule": "#8A8A8A",
        "muted": "#CFCFCF", "accent": "#7FD0FF", "sign": "#FFC94D", "warning": "#FFC94D", "bad": "#FFA37A",
        "good": "#63E6B8",
    },
    "session-paper": {
        "text": "#2B2115", "background": "#F5EEDD", "panel": "#EBE1CA", "row": "#E2D3AE", "rule": "#C7B68F",
        "muted": "#5A4E3C", "accent": "#0A4E7C", "sign": "#7A4600", "warning": "#7A4600", "bad": "#8F2D00",
        "good": "#00573E",
    },
}  # fmt: skip
_DARK = ("session-dark", "session-contrast")
DARK, LIGHT, CONTRAST, PAPER = (_theme(name, dark=name in _DARK, **each) for name, each in COLOURS.items())

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

THEMES = (DARK, LIGHT, CONTRAST, PAPER, ANSI)
WORDS: dict[str, str] = {
    "session-dark": "dark",
    "session-light": "light",
    "session-contrast": "black and white, strongest",
    "session-paper": "light, warm",
    "ansi": "the terminal's own colours",
}
# What is drawn on what: text in each tone on each background. What cannot be done now is dim, and
# no text to be read.
ON = ("background", "panel", "row")
TEXT = ("text", "muted", "accent", "sign", "warning", "bad", "good")


def own_theme(name: str, file: ThemeFile) -> Theme:
    """The theme of a file, and its tones."""
    base = file.base or DARK.name
    theme = _theme(name, dark=base in _DARK, **(COLOURS[base] | file.colours))
    TONES[name] = _tones(theme)
    return theme


def least_contrast(colours: Mapping[str, str]) -> tuple[float, str, str]:
    """The least contrast of all pairs, with the text and the background of that pair."""
    return min((contrast(colours[text], colours[on]), text, on) for text in TEXT for on in ON)


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
    _ground: Style | None = None

    @property
    def ground(self) -> Style:
        """`rich_style`, computed once for all lines that are drawn together: it asks every widget
        around this one.
        """
        if self._ground is None:
            self._ground = self.rich_style
        return self._ground

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw on the ground of now."""
        self._ground = None
        return super().render_lines(crop)

    def tone(self, name: str) -> Style:
        """The style of a tone under the theme in force."""
        return toned(self.app.theme, name)


def toned(theme: str, name: str) -> Style:
    """The style of a tone under a theme; the framework's own themes have the tones of the dark
    theme.
    """
    return TONES.get(theme, TONES[DARK.name])[name or "plain"]

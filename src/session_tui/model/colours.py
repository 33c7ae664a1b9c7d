"""The colours of a theme as a person writes them in a file, and the contrast of two colours."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import SCHEMA

Colour = Annotated[str, Meta(description="A colour as #RRGGBB; empty: that of the base.")]
READABLE = 4.5  # the least contrast of text with its background, WCAG 2.2, level AA
_HEX = lazy_pattern(r"#[0-9A-Fa-f]{6}")


class ThemeFile(Struct, frozen=True, kw_only=True):
    """A theme of one's own; what it does not name is as in the base."""

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    base: str = ""
    text: Colour = ""
    background: Colour = ""
    panel: Colour = ""
    row: Colour = ""
    rule: Colour = ""
    muted: Colour = ""
    accent: Colour = ""
    sign: Colour = ""
    warning: Colour = ""
    bad: Colour = ""
    good: Colour = ""

    @property
    def colours(self) -> dict[str, str]:
        """The named colours."""
        return {key: value for key, value in asdict(self).items() if value and key not in ("schema", "base")}


def theme_faults(theme: ThemeFile, bases: tuple[str, ...]) -> tuple[Fault, ...]:
    """Return a fault for each colour that is none, and for an unknown base."""
    faults = [
        Fault(key, f'"{value}" is no colour', "Write it as #RRGGBB, such as #11161C.")
        for key, value in theme.colours.items()
        if not _HEX.fullmatch(value)
    ]
    if theme.base and theme.base not in bases:
        faults.append(Fault("base", f'"{theme.base}" is not one of {", ".join(bases)}'))
    return tuple(faults)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours #RRGGBB, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

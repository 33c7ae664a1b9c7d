"""A round of the enemies of teamwork as one HTML page without outside parts, with a picture: a bar a habit."""

from collections.abc import Sequence

from msgspec import Struct

from session_tui.export.html import standalone
from session_tui.export.svg import bar, new_picture, svg_text, text
from session_tui.export.team.scorecard_page import INLINE_STYLE

_ROW = 54


class Bar(Struct, frozen=True):
    """A habit, how strong it is from 0 to 1, and how many said what of it."""

    habit: str
    strength: float
    said: str


def page(round_: str, heading: str, bars: Sequence[Bar], as_of: str) -> bytes:
    """The page, as UTF-8; `heading` says whom it is about and how many answered."""
    return standalone(
        "enemies.html.jinja", INLINE_STYLE, _picture(round_, bars), round=round_, heading=heading, as_of=as_of
    )


def _picture(round_: str, bars: Sequence[Bar]) -> str:
    told = " ".join(f"{each.habit}: {each.said}." for each in bars)
    root = new_picture("habits", f"Enemies of teamwork, round {round_}", told)
    for number, each in enumerate(bars):
        y = number * _ROW
        text(root, y + 14, each.habit, "strong")
        bar(root, "whole", y + 18, 1)
        bar(root, "gap", y + 18, each.strength)
        text(root, y + 44, each.said, "muted")
    return svg_text(root, _ROW * len(bars))

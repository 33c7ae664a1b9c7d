"""A round of the enemies of teamwork as one HTML page without outside parts, with a picture: a bar a habit."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from xml.etree import ElementTree as Xml

from markupsafe import Markup
from msgspec import Struct

from session_tui.deliver.drawing import clean, tell_as
from session_tui.deliver.gaps import INLINE_STYLE
from session_tui.deliver.page import style
from session_tui.deliver.templates import filled

_ROW, _BAR = 54, 12


class Bar(Struct, frozen=True):
    """A habit, how strong it is from 0 to 1, and how many said what of it."""

    habit: str
    strength: float
    said: str


def page(round_: str, heading: str, bars: Sequence[Bar], as_of: str) -> bytes:
    """The page, as UTF-8; `heading` says whom it is about and how many answered."""
    sheet = style(INLINE_STYLE)
    return filled(
        "habits.html.jinja",
        style=Markup(sheet),
        style_hash=b64encode(sha256(sheet.encode()).digest()).decode(),
        round=round_,
        heading=heading,
        # Built as a tree of elements: its texts are text already.
        picture=Markup(_picture(round_, bars)),
        as_of=as_of,
    ).encode()


def _picture(round_: str, bars: Sequence[Bar]) -> str:
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": "100%"})
    told = " ".join(f"{each.habit}: {each.said}." for each in bars)
    tell_as(root, "habits", f"Enemies of teamwork, round {round_}", told)
    for number, each in enumerate(bars):
        y = number * _ROW
        _text(root, y + 14, each.habit, "strong")
        for kind, long in (("whole", 1.0), ("gap", each.strength)):
            if long > 0:
                place = {"x": "0", "y": str(y + 18), "width": f"{100 * long:.2f}%", "height": str(_BAR)}
                Xml.SubElement(root, "rect", {"class": kind, **place})
        _text(root, y + 44, each.said, "muted")
    root.set("height", str(_ROW * len(bars)))
    return Xml.tostring(root, encoding="unicode")


def _text(root: Xml.Element, y: int, words: str, kind: str) -> None:
    line = Xml.SubElement(root, "text", {"x": "0", "y": str(y)})
    Xml.SubElement(line, "tspan", {"class": kind}).text = clean(words)

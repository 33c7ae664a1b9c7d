"""SVG pictures: colours, CSS, elements, descriptions; and the chart of the time used."""

from collections.abc import Mapping
from typing import Literal, TypeAlias
from xml.etree import ElementTree as Xml

from rich.cells import cell_len, set_cell_size

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Part, Session
from session_tui.model.timebox import clock_text
from session_tui.model.vocabulary import PART_WORDS

Look: TypeAlias = Literal["light", "dark"]

# The hues are from the palette of Okabe and Ito, as on the screen. No fact is shown by colour
# alone: a sign or a word stands beside it.
COLOURS: dict[Look, dict[str, str]] = {
    "light": {"ground": "#ffffff", "card": "#f6f7f9", "text": "#1b2430", "muted": "#5b6675", "rule": "#b9c1cb",
              "good": "#00664b", "bad": "#a33b00", "warn": "#8a5a00", "accent": "#005a94"},
    "dark": {"ground": "#11161d", "card": "#1c2530", "text": "#e8edf3", "muted": "#9aa6b5", "rule": "#4a5766",
             "good": "#3ccf9f", "bad": "#f2965c", "warn": "#f0b23e", "accent": "#5cb8f0"},
}  # fmt: skip

BAR = 12  # height of a bar, in pixels
_NOT_XML = lazy_pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return the text as safe text without characters that XML does not allow."""
    return _NOT_XML.sub("\ufffd", safe_text(text))


def new_picture(key: str, title: str, description: str) -> Xml.Element:
    """Begin a picture for an HTML page, as wide as the page allows; `svg_text` sets its height."""
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": "100%"})
    add_description(root, key, title, description)
    return root


def svg_text(root: Xml.Element, height: int) -> str:
    """Set the height (pixels) and return the picture as SVG text."""
    root.set("height", str(height))
    return Xml.tostring(root, encoding="unicode")


def text(root: Xml.Element, y: int, words: str, kind: str, beside: str = "") -> None:
    """Add a line of text with its baseline at `y`, and `beside` muted after it."""
    line = Xml.SubElement(root, "text", {"x": "0", "y": str(y)})
    Xml.SubElement(line, "tspan", {"class": kind}).text = clean(words)
    if beside:
        Xml.SubElement(line, "tspan", {"class": "muted", "dx": "8"}).text = clean(beside)


def bar(root: Xml.Element, kind: str, y: int, length: float, start: float = 0) -> None:
    """Add a bar; start and length are shares (0 to 1) of the picture's width."""
    if length > 0:
        place = {"x": f"{100 * start:.2f}%", "y": str(y), "width": f"{100 * length:.2f}%", "height": str(BAR)}
        Xml.SubElement(root, "rect", {"class": kind, **place})


def add_description(root: Xml.Element, key: str, title: str, description: str) -> None:
    """Add title and description for screen readers; `key` is unique in the page."""
    Xml.SubElement(root, "title", {"id": f"{key}-title"}).text = clean(title)
    Xml.SubElement(root, "desc", {"id": f"{key}-words"}).text = clean(description)
    root.attrib |= {"class": "picture", "aria-labelledby": f"{key}-title", "aria-describedby": f"{key}-words"}


def style(colours: Mapping[str, str], within: str = "") -> str:
    """The CSS rules of a picture; in an HTML page `within` is the selector before each of them."""
    fills = {f".{kind}": f"fill:{colours[kind]}" for kind in ("text", "muted", "good", "bad", "warn", "accent")}
    rules = {
        "text": "font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif",
        **fills,
        ".strong": f"fill:{colours['text']};font-weight:bold",
        ".title": f"fill:{colours['text']};font-weight:bold;font-size:15px",
        ".ground": f"fill:{colours['ground']}",
        ".card": f"fill:{colours['card']};stroke:{colours['rule']}",
        ".unknown": f"stroke:{colours['warn']};stroke-dasharray:5 3",
        ".reports": f"fill:none;stroke:{colours['muted']}",
        ".has": f"fill:none;stroke:{colours['rule']}",
        ".influences": f"fill:none;stroke:{colours['accent']};stroke-dasharray:4 3",
        ".cell": f"fill:none;stroke:{colours['rule']}",
        ".key": f"fill:{colours['card']}",
    }
    return "".join(f"{within}{selector}{{{rule}}}" for selector, rule in rules.items())


# In an HTML page the colours are CSS variables, so that one picture serves light and dark.
INLINE_STYLE = style({kind: f"var(--{kind})" for kind in COLOURS["light"]}, ".picture ")


# ---- chart of the time used ---------------------------------------------------------------------

_TIME_ROW = 42
_WIDEST_TITLE = 24  # cells, so that the row fits a telephone; the description has the whole title

TIME_STYLE = (
    ".picture .planned{fill:var(--card);stroke:var(--muted)}"
    ".picture .spent{fill:var(--accent)}.picture .over{fill:var(--warn)}"
)


def time_chart(session: Session) -> str:
    """The bars of planned, spent and overrun time, as SVG for a page with `TIME_STYLE`."""
    description = (f"{_title(part)}: {_words(part)}." for part in session.parts)
    root = new_picture("time", "Time spent of time planned, by part", " ".join(description))
    longest = max((max(60 * part.minutes, part.spent_seconds) for part in session.parts), default=1)
    for number, part in enumerate(session.parts):
        _time_row(root, number * _TIME_ROW, part, longest)
    return svg_text(root, _TIME_ROW * len(session.parts))


def _time_row(root: Xml.Element, y: int, part: Part, longest: int) -> None:
    title = clean(_title(part))
    if cell_len(title) > _WIDEST_TITLE:
        title = set_cell_size(title, _WIDEST_TITLE - 1).rstrip() + "…"
    text(root, y + 14, title, "strong", beside=_words(part))
    planned, spent = 60 * part.minutes, part.spent_seconds
    bar(root, "planned", y + 20, planned / longest)
    bar(root, "spent", y + 20, min(spent, planned) / longest)
    bar(root, "over", y + 20, (spent - planned) / longest, planned / longest)


def _title(part: Part) -> str:
    return part.title or PART_WORDS[part.kind]


def _words(part: Part) -> str:
    over = part.spent_seconds - 60 * part.minutes
    overrun = f", {clock_text(over)} over" if over > 0 else ""
    return f"{clock_text(part.spent_seconds)} of {part.minutes}:00{overrun}"

"""The texts of help that the full screen and the line-by-line mode share."""

from collections.abc import Mapping

from session_tui.model import glyphs
from session_tui.model.vocabulary import PartKind
from session_tui.tui.actions import key_words
from session_tui.tui.live.screen_text import GRAMMAR

# Each is one line at 80 columns.
SESSION = (
    ("type", "what is said, then enter: it is on disk. {next}: the next part"),
    ("map", "who decides, with what power, where they stand, who has them"),
    ("assume", "what must be true for us to win, and how well we know it"),
    ("act", "few and concrete: test an assumption, win a person"),
    ("own", "each action has one owner and a date, each person one of ours"),
    ("end", "{end}: pursue, on a condition, hold, or withdraw"),
)
# The rows of GRAMMAR that matter most in a part, by what is typed.
MARKS: Mapping[PartKind, tuple[str, ...]] = {
    "stakeholder_map": ("Ruth Vale, CFO", "role:approver", "!5", "++ + = - --", "cov:brief", "@ben", "to:ruth inf:mia"),
    "assumptions": ("!5", "%3", "@ben", "due:fri", "*a1 ok · *a1 wrong why"),
    "action_items": ("@ben", "due:fri", "for:ruth for:a1", "*t3 done · drop · yes"),
    "owners": ("@ben", "due:fri", "*t3 done · drop · yes", "*t3 @mia due:+3d"),
    "notes": ("s> a> t> n>", "=> ?>", "+>"),
}
PLAIN: Mapping[PartKind, str] = {
    "stakeholder_map": "Plain words are a person: name, title. Marks say the rest, in any order:",
    "assumptions": "Plain words are an assumption. Marks say the rest, in any order:",
    "action_items": "Plain words are an action. Marks say the rest, in any order:",
    "owners": "Marks alone go to the highlighted row, and the highlight moves on:",
    "notes": "Plain words are a note. Other entries begin with their sign:",
}
METHOD = "The line above what you type shows what it will become; tab takes a suggestion. Nothing moves on by itself."
NOTES = (
    f"^n is ctrl+n, ⏎ is enter. The save status is as on the disk; a row marked {glyphs.UNSAVED} is not there yet.",
    "Scroll the side panel with the mouse wheel; a click highlights a row.",
)


def session_lines(keys: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """A session in six lines, with the keys in force, or the `/name` where there is none."""
    shown = {
        "next": key_words(keys["next"][0]) if keys.get("next") else "/next",
        "end": f"{key_words(keys['leave'][0])}, then e" if keys.get("leave") else '/end OUTCOME "HEADLINE"',
    }
    return tuple((first, words.format(**shown)) for first, words in SESSION)


def marks_of(part: PartKind) -> tuple[tuple[str, str], ...]:
    """The rows of the grammar that matter most in a part."""
    return tuple(row for mark in MARKS[part] for row in GRAMMAR if row[0] == mark)

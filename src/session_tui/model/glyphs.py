"""The signs that the screens draw, each with its one meaning.

Screens, tables and drawings write no sign themselves: they use these names, so that a sign means
the same everywhere. The legend is made of this table.
"""

from msgspec import Struct


class Glyph(Struct, frozen=True):
    """`signs` are those of one meaning, such as the bars of a chart."""

    signs: str
    meaning: str


HIGHLIGHT = "▸"
RUNNING = "▶"
DONE = "✓"
NOT = "✗"
PASSED = "»"
OPEN = "□"
WARNING = "▲"
TIME = "◷"
ON_DISK = "●"
FOLLOWS = "◉"
UNDER_WAY = "◐"
UNSAVED = "◌"
ENDED = "■"
CURTAIN = "▒"
MUCH, LITTLE = "▮", "▯"
KEY_PLAYER = "◆"
INFLUENCES = "⇢"
MARKED = "⇄"
ROSE, FELL = "⇑", "⇓"
MOVES = {
    (1, 0): ROSE, (-1, 0): FELL, (0, 1): "⇒", (0, -1): "⇐",
    (1, 1): "⇗", (1, -1): "⇖", (-1, 1): "⇘", (-1, -1): "⇙",
}  # fmt: skip
SLIPPED = "↷"
SAME = "≡"
FULL, EMPTY = "▰", "▱"
PART, REST = "█", "░"
BARS = "▁▂▃▄▅▆▇█"
OUTCOMES = {"pursue": "⊕", "pursue_if": "⊙", "hold": "‖", "withdraw": "⊖", None: "·"}
LINE = "❯"
BLOCK = "▌"

# In the order of the legend: first what the live screen shows.
GLYPHS: tuple[Glyph, ...] = (
    Glyph(HIGHLIGHT, "the row to which keys and marks apply"),
    Glyph(RUNNING, "runs now: the part of the session, or a live session"),
    Glyph(DONE, "done, true, read, covered, or agreed to"),
    Glyph(NOT, "not any more, or not so: dropped, wrong, refused"),
    Glyph(PASSED, "a part that was passed over"),
    Glyph(OPEN, "still to do"),
    Glyph(WARNING, "needs a look: late, alone, risky, not saved, not readable"),
    Glyph(TIME, "it is time: a part ends, a session is due"),
    Glyph(ON_DISK, "everything is on disk"),
    Glyph(FOLLOWS, "this window shows what another one writes"),
    Glyph(UNDER_WAY, "under way: being saved, or waiting to be sent"),
    Glyph(UNSAVED, "a row that is not on disk yet"),
    Glyph(ENDED, "the session has ended"),
    Glyph(CURTAIN, "the curtain is drawn: what partners must not see is covered"),
    Glyph(MUCH + LITTLE, "how much, out of five: power, importance"),
    Glyph(KEY_PLAYER, "a key player: power 4 or 5"),
    Glyph(INFLUENCES, "influences"),
    Glyph("".join(MOVES.values()), "has moved since the last session: up is more power or a better value"),
    Glyph(SLIPPED, "the date was moved"),
    Glyph(SAME, "the same words as in the sessions before"),
    Glyph(FULL + EMPTY, "minutes of a part: spent, and left"),
    Glyph(PART + REST + BARS.replace(PART, ""), "a share or a value as a bar; of digits their lines"),
    Glyph(MARKED, "the session that is marked for a comparison"),
    Glyph(OUTCOMES["pursue"], "outcome: pursue"),
    Glyph(OUTCOMES["pursue_if"], "outcome: pursue on a condition"),
    Glyph(OUTCOMES["hold"], "outcome: hold"),
    Glyph(OUTCOMES["withdraw"], "outcome: withdraw"),
    Glyph(LINE, "the line to type in"),
    Glyph(BLOCK, "the place in the plan"),
)

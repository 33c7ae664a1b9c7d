"""Covers: scripts/recording.py.

The moving picture of README is a sound SVG without scripts or parts from elsewhere, and every row
of it is shown at some time.
"""

import re
import xml.etree.ElementTree as ET

import recording
import shots

PICTURE = (shots.PICTURES / "session.svg").read_text(encoding="utf-8")
ROW = '<text xml:space="preserve" fill="#fff" x="0" y="20">{}</text>'
WINDOW = '<svg><style></style><g class="terminal-1-matrix"></g></svg>'


def frame(seconds: float, first: str) -> recording.Frame:
    return recording.Frame(seconds, (ROW.format(first), *[""] * (recording.SIZE[1] - 1)))


def test_the_moving_picture_is_sound_and_needs_nothing_from_elsewhere() -> None:
    ET.fromstring(PICTURE)
    assert "<script" not in PICTURE
    assert set(re.findall(r"https?://[^\s\"<]*", PICTURE)) <= {
        "http://www.w3.org/2000/svg",
        "https://www.textualize.io",
    }
    assert len(PICTURE) < 500_000


def test_the_moving_picture_has_what_the_steps_type_and_stands_still_where_motion_is_not_wanted() -> None:
    for words in ("Ruth Vale, CFO", "The budget is approved", "No pilot before the CFO meeting"):
        assert words in PICTURE
    assert "prefers-reduced-motion" in PICTURE


def test_a_row_that_stands_is_in_the_picture_once_and_each_change_has_its_time() -> None:
    made = recording.moving(WINDOW, [frame(1, "one"), frame(1, "one"), frame(2, "two")])
    assert made.count(">one<") == made.count(">two<") == 1
    assert "@keyframes f0-2{0.000%{visibility:visible}50.000%{visibility:hidden}100%{visibility:hidden}}" in made
    assert "@keyframes f2-3{0%{visibility:hidden}50.000%{visibility:visible}100%{visibility:visible}}" in made


def test_a_row_that_never_changes_is_not_animated() -> None:
    made = recording.moving(WINDOW, [frame(1, "one"), frame(1, "one")])
    assert "@keyframes" not in made

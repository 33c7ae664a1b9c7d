"""Covers: session_tui.model.sanitize.

Text from outside cannot control a terminal, and takes one line in a file.
"""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_tui.model.sanitize import one_line, safe_text, typed

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
TURNING = [*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))]
HIDDEN = ["\u00ad", "\u200b", "\u200e", "\u200f", "\u061c", "\u2060", "\ufeff", "\U000e0041"]
BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
odd = st.text(
    alphabet=st.sampled_from([*CONTROLS, *TURNING, *HIDDEN, *"ab [;m", "\u200d", "\u0301", "🙂", "א"]), max_size=12
)


@pytest.mark.parametrize("character", [*CONTROLS, *TURNING, *HIDDEN])
def test_no_character_that_acts_or_hides_reaches_the_terminal(character: str) -> None:
    assert character not in safe_text(f"Ruth{character}Vale")
    assert safe_text(f"Ruth{character}Vale").startswith("Ruth")


@pytest.mark.parametrize("line_break", BREAKS)
def test_text_from_outside_stays_on_one_line(line_break: str) -> None:
    for clean in (safe_text, one_line):
        assert clean(f"one{line_break}two") == "one two"


@pytest.mark.parametrize(
    "sequence", ["\x1b[2J", "\x1b[31m", "\x1b]0;owned\x07", "\x1b]8;;http://x\x1b\\", "\x9b1A", "\x1bc", "\x1b"]
)
def test_escape_sequences_are_shown_as_text_and_stored_as_nothing_that_acts(sequence: str) -> None:
    shown, stored = safe_text(f"a{sequence}b"), one_line(f"a{sequence}b")
    assert "\ufffd" in shown
    assert all(unicodedata.category(c) != "Cc" for c in shown + stored)
    assert stored.startswith("a")
    assert stored.endswith("b")


def test_a_bidi_override_is_seen_to_have_been_there() -> None:
    assert safe_text("invoice\u202efdp.exe") == "invoice\ufffdfdp.exe"


@pytest.mark.parametrize(
    "name", ["Zoë Łuk", "Ренат", "東京 太郎", "می‌خواهم", "👩‍💻 Ada", "ن\u0651", "José", "[red]x[/red]"]
)
def test_what_scripts_and_emoji_need_stays(name: str) -> None:
    assert safe_text(name) == name
    assert one_line(name) == name


@given(odd)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(max_size=40))
def test_any_text_becomes_one_line_without_controls(text: str) -> None:
    for clean in (safe_text, one_line):
        found = clean(text)
        assert len(found.splitlines()) <= 1
        assert all(unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") for character in found)


def test_a_lone_surrogate_never_reaches_a_file() -> None:
    one_line("a\ud800b").encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], max_codepoint=0xDFFFF)))
@example("\U0002f800")  # it has another form, as a letter with a separate accent has
def test_text_without_controls_is_composed_and_else_stored_untouched(text: str) -> None:
    assert one_line(text) == typed(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("character", [*HIDDEN, *TURNING])
def test_what_only_hides_is_neither_taken_nor_stored(character: str) -> None:
    assert typed(f"Ruth{character}Vale") == one_line(f"Ruth{character}Vale") == "RuthVale"


def test_a_joiner_waits_in_a_field_for_its_letter_and_is_stored_only_between_letters() -> None:
    assert typed("می\u200c") == "می\u200c"
    assert one_line("می\u200c") == "می"
    assert one_line("می\u200cروم") == "می\u200cروم"

"""Covers: session_tui.tui.terminal_input and session_tui.tui.terminal_keys.

The same keys, however their bytes are cut into packets; answers of the terminal are no keys.
"""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from profiles import examples
from session_tui.tui.terminal_input import ESCAPE_WAIT, LETTER_WAIT
from session_tui.tui.terminal_keys import BytesLost, KeyReader

WAIT = 0.299  # seconds between two parts of one key: what is promised is 0.3

ANSWERS = (
    b"\x1b]11;rgb:1010/1010/1010\x1b\\",
    b"\x1b]10;rgb:ff/ff/ff\x07",
    b"\x1b]4;1;rgb:ff/00/00\x1b\\",
    b"\x1b[?62;22c",
    b"\x1b[>41;370;0c",
    b"\x1b[?12;2$y",
    b"\x1b[4;1$y",
    b"\x1b[24;80R",
    b"\x1b[1;2R",
    b"\x1b[8;24;80t",
    b"\x1b[?997;1n",
    b"\x1b[0n",
    b"\x1b[?0u",
    b"\x1bP>|XTerm(370)\x1b\\",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b]l\xc3\xa9 title\x1b\\",
)
KEYS = {
    b"a": "a",
    b"\r": "enter",
    b"\x0e": "ctrl+n",
    b"\x7f": "backspace",
    "é".encode(): "é",
    "東".encode(): "東",
    b"\x1b[D": "left",
    b"\x1bOD": "left",
    b"\x1b[1;5C": "ctrl+right",
    b"\x1bO5A": "ctrl+up",
    b"\x1b[3~": "delete",
    b"\x1b[Z": "shift+tab",
    b"\x1b[15~": "f5",
    b"\x1b[[A": "f1",
    b"\x1bOP": "f1",
    b"\x1b[127;2u": "backspace",
    b"\x1b[13;2u": "enter",
    b"\x1b[13;5u": "enter",
    b"\x1b[27;2;13~": "enter",
    b"\x1b[3;2~": "delete",
    b"\x1b[97:65;2;65u": "A",
    b"\x1b[97;66;97u": "a",  # caps lock held as well: a lock is no modifier
    b"\x1b[97;2u": "A",
    b"\x1b[0;;233u": "é",
    b"\x1b[57417;1u": "left",
    b"\x1b[27u": "escape",
}
LAYOUTS = {"Cyrillic": "т", "Greek": "ν", "Hebrew": "מ", "Arabic": "ى"}


def meant(found: list[Message]) -> list[object]:
    """What the messages say: keys by name, pastes by text, lost bytes by number."""
    said: list[object] = []
    for each in found:
        match each:
            case events.Key():
                said.append(each.key)
            case events.Paste():
                said.append(("paste", each.text))
            case BytesLost():
                said.append(("lost", each.count))
            case _:
                said.append(type(each).__name__)
    return said


def reads(*packets: bytes, apart: float = 0.0, kitty: bool = False) -> list[object]:
    """What packets mean that come so many seconds apart, and nothing after them."""
    reader, found, now = KeyReader(), list[Message](), 0.0
    reader.input.only_sequences = kitty
    for packet in packets:
        found += [*reader.tick(now), *reader.feed(packet, now)]
        now += apart
    return meant([*found, *reader.tick(now + 10)])


def lost(found: list[object]) -> tuple[list[object], int]:
    """The rest, and how many bytes were lost."""
    rest = [each for each in found if not (isinstance(each, tuple) and each[0] == "lost")]
    return rest, sum(each[1] for each in found if isinstance(each, tuple) and each[0] == "lost")


def cut(data: bytes, rng: random.Random) -> list[bytes]:
    at = sorted({0, *(rng.randrange(len(data)) for _ in range(rng.randrange(8))), len(data)})
    return [data[start:end] for start, end in pairwise(at)]


@pytest.mark.parametrize(("sequence", "key"), KEYS.items())
def test_each_key_is_itself_wherever_it_is_cut_and_300_ms_apart(sequence: bytes, key: str) -> None:
    assert reads(sequence) == [key]
    for at in range(1, len(sequence)):
        assert reads(sequence[:at], sequence[at:], apart=WAIT) == [key]
        assert reads(sequence[:at], sequence[at:], apart=9.0, kitty=True) == [key]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("locks", [0, 64, 128])
def test_ctrl_and_a_letter_of_another_layout_is_the_key_of_the_first(layout: str, locks: int) -> None:
    assert reads(f"\x1b[{ord(LAYOUTS[layout])}::110;{5 + locks}u".encode()) == ["ctrl+n"]
    assert reads(f"\x1b[{ord(LAYOUTS[layout])}::110;;{ord(LAYOUTS[layout])}u".encode()) == [LAYOUTS[layout]]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_of_the_terminal_is_nothing_wherever_it_is_cut(answer: bytes) -> None:
    assert reads(b"a" + answer + b"b") == ["a", "b"]
    for at in range(1, len(answer)):
        assert reads(b"a" + answer[:at], answer[at:] + b"b", apart=WAIT) == ["a", "b"]


@pytest.mark.parametrize("key", ["\x1b[97;5:3u", "\x1b[57441;2u", "\x1b[57358;1u", "\x1b[999~", "\x1b[1114112;5u"])
def test_a_key_let_go_a_modifier_alone_and_a_number_that_is_none_are_nothing(key: str) -> None:
    assert reads(key.encode()) == []


def test_escape_is_a_key_when_nothing_follows_it() -> None:
    reader = KeyReader()
    assert reader.feed(b"\x1b", 5.0) == []
    assert reader.deadline == 5.0 + ESCAPE_WAIT
    assert meant(reader.tick(5.0 + ESCAPE_WAIT)) == ["escape"]
    assert reads(b"\x1b", b"n", apart=LETTER_WAIT * 1.1) == ["escape", "n"]
    assert reads(b"\x1b\x1b[D") == ["escape", "left"]
    assert reads(b"\x1b", b"\xc3\xa9", apart=0.01) == ["alt+é"]


def test_where_every_key_is_a_sequence_a_bare_escape_waits_for_its_end() -> None:
    reader = KeyReader()
    assert reader.feed(b"\x1b[?29u\x1b", 0.0) == []
    assert reader.deadline is None
    assert meant(reader.feed(b"[D", 60.0)) == ["left"]


def test_the_end_of_a_paste_ends_it_wherever_it_is_cut() -> None:
    paste = b"\x1b[200~Ann \x1b[D\x1b]\r\nLee\x1b[201~x"
    for at in range(1, len(paste)):
        assert reads(paste[:at], paste[at:], apart=WAIT) == [("paste", "Ann \x1b[D\x1b]\r\nLee"), "x"]


def test_a_byte_that_is_no_text_is_lost_alone_and_counted() -> None:
    assert reads(b"\x1b[200~Zo\xeb Vale\xff\x1b[201~") == [("paste", "Zo Vale"), ("lost", 2)]
    assert reads(b"a\xffb") == ["a", "b", ("lost", 1)]
    for packets in ([b"\xc3\x1b[D\xa9"], [b"\xc3", b"\x1b[D\xa9"], [b"\xc3", b"\x1b[", b"D", b"\xa9"]):
        assert reads(*packets) == [("lost", 1), "left", ("lost", 1)]


def test_joiners_wide_spaces_and_new_signs_are_text_and_what_only_hides_is_not() -> None:
    assert reads("می\u200cم\u3000\U0001faea".encode()) == [
        *"می",
        ("paste", "\u200c"),
        "م",
        ("paste", "\u3000"),
        ("paste", "\U0001faea"),
    ]
    assert reads("a\u202e\u200b\u2060\U000e0041b".encode()) == ["a", "b"]
    assert reads(b"\x1b[0;;128105:8205:128187u") == ["woman", ("paste", "\u200d"), "personal_computer"]


def test_what_is_no_sequence_never_makes_the_keyboard_deaf() -> None:
    for begun in (b"\x1b[1;2", b"\x1b]11;rgb", b"\x1bP>|x", b"\x1b[M", b"\x1bO"):
        assert reads(begun + b"\r\r\r\rnext")[-4:] == [*"next"], begun


pieces = st.sampled_from(
    [*KEYS, *ANSWERS, b"\x1b[200~a\r\xe6\x9d\xb1\x1b[D\x1b[201~", b"\x1b[<0;3;4M", b"\x1b[I", b"\xff"]
)


@examples(300)
@given(st.lists(pieces, min_size=1, max_size=20), st.integers(0, 2**32), st.booleans())
def test_any_stream_means_the_same_however_it_is_cut(stream: list[bytes], seed: int, kitty: bool) -> None:
    data = b"".join(stream)
    whole, parts = reads(data, kitty=kitty), reads(*cut(data, random.Random(seed)), apart=0.29, kitty=kitty)
    assert lost(whole) == lost(parts)  # where between the letters it is said may differ


@examples(500)
@given(
    st.lists(st.one_of(st.binary(max_size=12), st.sampled_from([b"\x1b[", b"\x1b]", b"\x1bP", b"\x1bO", b"\x1b[9;"])))
)
def test_any_bytes_at_all_are_read(packets: list[bytes]) -> None:
    reads(*packets, apart=0.1)
    reads(b"".join(packets), kitty=True)

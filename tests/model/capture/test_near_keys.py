"""Covers: session_tui.model.capture.near_keys.

A word that is nearly a key stays text, and the preview says which key is near.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.model import capture
from session_tui.model.capture import Context, Refusal
from session_tui.model.capture.fields import PLACES
from session_tui.model.capture.lexer import KEYWORDS
from session_tui.model.capture.near_keys import nearest
from session_tui.model.edits import Put
from session_tui.model.session import ActionItem, Session, Stakeholder
from session_tui.model.vocabulary import PartKind

TODAY = date(2026, 11, 23)
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    stakeholders=(Stakeholder(id="s1", name="Ruth Vale"),),
    action_items=(ActionItem(id="t1", text="Call"),),
)
PARTS: dict[str, PartKind] = {"s": "stakeholder_map", "a": "assumptions", "t": "action_items"}
KEYS = [(letter, key) for letter in PARTS for key in PLACES[letter] if len(key) > 2 and key != "sign"]


def read(line: str, letter: str, editing: str = "") -> capture.Reading:
    context = Context(SESSION, PARTS[letter], datetime(2026, 11, 23, 9, tzinfo=UTC), TODAY, "", editing)
    return capture.read(line, context)


def remarks(line: str, letter: str, editing: str = "") -> tuple[str, ...]:
    reading = read(line, letter, editing)
    assert isinstance(reading, Put), str(reading)
    return capture.preview(reading, SESSION, TODAY).notes


@pytest.mark.parametrize(
    ("line", "letter", "remark"),
    [
        ("Ada rol:foo", "s", "rol: is text here; the key is role:"),
        ("Ada Role:foo", "s", "Role: is text here; the key is role:"),
        ("Ada pow:4", "s", "pow: is text here; the key is power:"),
        ("Ada reports:ruth", "s", "reports: is text here; the key is to:"),
        ("Ada support:2", "s", "support: is text here; the key is sup:"),
        ("It holds pow:h", "a", "pow: is text here; the key is power:"),
        ("It holds importance:4", "a", "importance: is text here; the key is power:"),
        ("Call duw:fri", "t", "duw: is text here; the key is due:"),
        ("Call owner:ben", "t", "owner: is text here; the key is @name"),
        ("Call due: fri", "t", "due: is text here; write its value right behind the colon"),
    ],
)
def test_the_preview_names_the_key_that_is_near(line: str, letter: str, remark: str) -> None:
    reading = read(line, letter)
    assert isinstance(reading, Put)
    assert line.split()[-1] in getattr(reading.new, "name", "") + getattr(reading.new, "text", "")  # it stays text
    assert remarks(line, letter) == (remark,)
    shown = capture.preview(reading, SESSION, TODAY)
    assert shown.urgent == 1, "it stands before the values, where a line may be cut"


@pytest.mark.parametrize("letter", PARTS)
@pytest.mark.parametrize(
    "text",
    [
        "Call at 10:30",
        "See https://example.org/a:b",
        "Ratio 3:1",
        "Acme: Nordics",
        "Plan:B holds",
        "Q3:",
        "rol\\:foo",
        "C:x",
        "http://x",
        "Ask due:",
    ],
)
def test_a_colon_in_a_text_is_no_mistake(text: str, letter: str) -> None:
    if not (text == "Ask due:" and letter == "s"):
        assert remarks(text, letter) == ()


def test_a_key_without_its_value_yet_is_no_mistake_while_it_is_typed() -> None:
    assert remarks("Call rol", "s") == remarks("Call role:", "s") == ()


def test_a_quoted_name_may_look_like_a_key() -> None:
    assert remarks('"rol:foo", CFO', "s") == ()


def test_an_edited_line_is_remarked_on_too() -> None:
    assert remarks("t> Call duw:fri", "t", "t1") == ("duw: is text here; the key is due:",)


def test_a_refused_change_names_the_key() -> None:
    refused = read("*t1 duw:fri", "t")
    assert isinstance(refused, Refusal)
    assert refused.do.startswith("Did you mean due:? ")


@examples(300)
@given(st.sampled_from(KEYS), st.data())
def test_each_key_with_one_slip_is_recognized(of: tuple[str, str], data: st.DataObject) -> None:
    letter, key = of
    at = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = [key[:at] + key[at + 1 :], key[:at] + other + key[at + 1 :], key[:at] + other + key[at:]]
    slips += [key[:at] + key[at + 1] + key[at] + key[at + 2 :]] if at + 1 < len(key) else []
    typed = data.draw(st.sampled_from([each for each in slips if len(each) > 1]))
    assert nearest(typed, PLACES[letter])
    if typed not in KEYWORDS:
        assert remarks(f"Ada {typed}:x", letter)

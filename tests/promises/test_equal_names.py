"""Covers: session_tui.model.name_keys across systems.

macOS, Windows and Linux share one folder, and no system sees two files for one name such as
"Café".
"""

import ast
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from program import HELD, Program, program
from session_tui.model import capture, person_names
from session_tui.model.analysis import ours
from session_tui.model.name_keys import INVISIBLE, beyond_ascii, composed, folded, name_key, visible
from session_tui.model.sanitize import one_line
from session_tui.model.session import ActionItem, Session, Stakeholder
from session_tui.store.new_session import named
from syntax_trees import nodes

pytestmark = pytest.mark.slow

__all__ = ["program"]

COMPOSED, APART = "Caf\u00e9 Nord", "Cafe\u0301 Nord"
HIDDEN, LOUD = "Caf\u00e9\u200b\u00ad No\ufeffrd", "CAF\u00c9  NORD"
SAME = [COMPOSED, APART, HIDDEN, LOUD]
SOURCE = Path(__file__).parents[2] / "src" / "session_tui"


@settings(deadline=None)
@given(st.text())
def test_a_key_is_one_for_all_forms_of_a_name_and_never_empty_for_a_name(text: str) -> None:
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    assert len({name_key(form) for form in forms}) == 1 or not text.strip()
    assert name_key(name_key(text)) == name_key(text)
    assert bool(name_key(text)) is bool(text)


def test_accents_and_what_is_visible_tell_names_apart() -> None:
    assert len({name_key(each) for each in SAME}) == 1
    names = ["Cafe Nord", COMPOSED, "Caf\u00e9Nord", "Caf\u00ea Nord", "\u0301\u0308", "\u0308", "\u200b", ""]
    assert len({name_key(each) for each in names}) == len(names)


def test_letters_that_show_nothing_do_not_keep_a_search_from_finding() -> None:
    assert folded("Ac\u200bme \u00c9") == "acme e"


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_letters_that_show_nothing_are_taken_out_of_any_text(text: str) -> None:
    shown = "".join(letter for letter in text if not re.match(f"[{INVISIBLE}]", letter))
    assert visible(text) == shown
    assert beyond_ascii(text) == "".join(letter for letter in text if letter > "\x7f")


def test_comparing_is_done_in_one_place() -> None:
    """Another `casefold` would be another notion of equal names."""
    for path in SOURCE.rglob("*.py"):
        # The last is about the forms of a letter, and compares no name.
        if path.name in ("name_keys.py", "person_names.py", "packed_sessions.py"):
            continue
        calls = [each for each in nodes(path.read_text(encoding="utf-8")) if isinstance(each, ast.Call)]
        assert not [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "casefold"], (
            path
        )


@pytest.mark.parametrize("first", [COMPOSED, APART])
@pytest.mark.parametrize("second", SAME)
def test_one_account_in_every_list_however_its_name_arrives(program: Program, first: str, second: str) -> None:
    program.hold(first, "--attendee", "Ren\u00e9e M\u00fcller:presales")
    program.hold(second, lines='*s1 !5\n/end hold "y"\n')
    assert json.loads(program.run("stats", "--json").out)["accounts"] == 1
    for wanted in (COMPOSED, APART, "caf\u00e9", "cafe"):
        assert len(json.loads(program.run("list", "--account", wanted, "--json").out)) == 2, wanted
    (action,) = json.loads(program.run("actions", "--account", second, "--json").out)
    assert action["owner"] == "Ben Okafor"
    assert program.run("gate", first).status == 0
    assert len(json.loads(program.run("history", second, "--json").out)["sessions"]) == 2
    texts = [path.read_text(encoding="utf-8") for path in program.sessions.glob("*.toml")]
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)


def test_what_a_file_says_keeps_its_bytes(program: Program) -> None:
    program.hold("North", lines=HELD.replace("Ann Lee", "Ren\u00e9e"))
    (path,) = program.sessions.glob("*.toml")
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8")
    before = path.read_bytes()
    assert program.run("done", f"{path.stem[-4:]}:t1").status == 0
    assert "Rene\u0301e".encode() in path.read_bytes() and "Rene\u0301e".encode() in before
    program.hold("North", lines='*s1 !5\n*s1 note:"met again"\n/end hold "y"\n')
    newest = max(program.sessions.glob("*.toml"), key=lambda each: each.stat().st_mtime_ns)
    assert newest.read_text(encoding="utf-8").count("[[stakeholders]]") == 1


def test_what_is_typed_is_composed_in_the_line_in_options_and_in_forms(program: Program) -> None:
    apart = unicodedata.normalize("NFD", "Ren\u00e9e M\u00fcller")
    program.hold("North", "--attendee", f"{apart}:presales", "--zone", apart, lines=HELD.replace("Ann Lee", apart))
    (path,) = program.sessions.glob("*.toml")
    text = path.read_text(encoding="utf-8")
    assert text.count("Ren\u00e9e M\u00fcller") >= 3 and unicodedata.is_normalized("NFC", text)
    assert one_line(apart) == composed(apart) == named("account", apart) == "Ren\u00e9e M\u00fcller"


def test_a_name_that_nobody_sees_names_nothing(program: Program) -> None:
    done = program.run("run", "\u200b\u2060", "--plain")
    assert done.status == 1 and "the account has no name" in done.err and not program.files()


@pytest.mark.parametrize("account", ["\u6771" * 200, "\u0301\u0308", unicodedata.normalize("NFD", "\uac00" * 200)])
def test_odd_names_are_accounts_like_any_other(program: Program, account: str) -> None:
    program.hold(account)
    assert len(json.loads(program.run("list", "--account", account, "--json").out)) == 1
    assert program.run("gate", account).status == 0


def test_a_colleague_is_one_in_the_line_and_an_owner_is_theirs_or_ours(session: Session) -> None:
    spelt = Stakeholder(id="s1", name="Ren\u00e9e", covered_by=("Ben Okafor", "BEN\u200b OKAFOR"))
    item = ActionItem(id="t1", text="Call", owner="Rene\u0301e")
    there = replace(session, stakeholders=(spelt,), action_items=(item,))
    assert ours(there) == ("Ben Okafor", "Mei Tan", "Ana Ruiz")
    assert capture.lookup.fits("rene\u0301e", ["Ren\u00e9e", "RENE\u0301E"]) == ("Ren\u00e9e",)


def test_who_is_forgotten_is_found_behind_letters_that_nobody_sees() -> None:
    name = person_names.Name("Ren\u00e9e M\u00fcller")
    for text in (
        "ask Rene\u0301e M\u200b\u00fcller today",
        "REN\u00c9E\u00a0M\u00dcLLER",
        "Ren\u00e9e\u200b M\u00fcller",
    ):
        assert name.in_(text) and "M" not in name.replaced(text, "x").replace("person", ""), text
    assert person_names.Name("Ann Lee").in_("met A\u200bnn L\u00adee") and not person_names.Name("Ann Lee").in_(
        "met Ann Leeson"
    )


def test_a_plan_is_found_however_its_name_is_composed(program: Program) -> None:
    plans = program.work / "plans"
    plans.mkdir()
    (plans / f"{APART}.md").write_text("# Plan\n\n- We win.\n", encoding="utf-8")
    program.hold("North", "--plan", f"{COMPOSED}.md", lines='/end hold "x"\n')
    (path,) = program.sessions.glob("*.toml")
    assert "sha256" in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(APART, COMPOSED), encoding="utf-8")
    program.hold("North", lines='/end hold "x"\n')
    newest = max(program.sessions.glob("*.toml"), key=lambda each: each.stat().st_mtime_ns)
    assert "sha256" in newest.read_text(encoding="utf-8")
    for name in (COMPOSED, APART, LOUD.replace("  ", " ")):
        done = program.run("read", name, "--as", "Ben", "--confirm")
        assert done.status == 0, done.err
    assert len([each for each in plans.iterdir() if each.suffix != ".md"]) == 1


def test_a_row_of_the_pipeline_is_the_account_of_the_sessions(program: Program) -> None:
    (program.work / "pipeline.csv").write_text(f"account,opportunity,phase\n{APART},Rollout,2\n", encoding="utf-8")
    program.hold(COMPOSED, "--opportunity", "Rollout")
    (path,) = program.sessions.glob("*.toml")
    assert 'phase = "2"' in path.read_text(encoding="utf-8")

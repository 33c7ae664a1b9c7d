"""Covers: session_tui.cli.doctor.

`doctor` checks the configured keys and the folders, and gives an exit status for scripts.
"""

import json

import pytest

from program import Program, program
from session_tui.model.key_names import fault_of
from session_tui.tui.actions import ACTIONS, configured_keys, sound_keys

__all__ = ["program"]

BAD = '[keys]\nnxt = ["ctrl+n"]\nback = ["contrl+r"]\npause = "x"\nundo = ["ctrl+a"]\nmore = ["f9"]\nless = ["f9"]\n'
SAID = (
    "keys.nxt: there is no action of this name. Did you mean next?",
    "keys.back: no keyboard has the key contrl+r. Write ctrl+r.",
    "keys.pause: x types text into the capture line, or edits it.",
    "keys.undo: ctrl+a edits the capture line.",
    "f9 already means",
)


def test_validate_says_what_is_wrong_with_keys_and_on_which_line(program: Program) -> None:
    path = program.configure(BAD)
    done = program.run("validate", str(path))
    assert done.status == 1
    for sentence in SAID:
        assert sentence in done.out
    assert f"{path}:3:7: keys.nxt" in done.out and f"{path}:4:8: keys.back" in done.out


def test_doctor_says_it_too_and_ends_with_1(program: Program) -> None:
    path = program.configure(BAD)
    done = program.run("doctor", "--json")
    faults = json.loads(done.out)["faults"]
    assert done.status == 1 and len(faults) == len(SAID)
    assert all(fault.startswith(f"{path}: keys.") for fault in faults)
    program.configure('[keys]\nnext = ["f8", "alt+n"]\nmore = ["ctrl+up", "f12"]\n')
    done = program.run("doctor", "--json")
    assert (done.status, json.loads(done.out)["faults"]) == (0, [])


@pytest.mark.parametrize(
    "key",
    [
        "ctrl+n",
        "f1",
        "f24",
        "alt+x",
        "ctrl+shift+n",
        "alt+enter",
        "ctrl+pageup",
        "up",
        "super+k",
        "ctrl+slash",
        "ctrl+question_mark",
        "shift+f5",
        "ctrl+]",
    ],
)
def test_a_key_that_keyboards_have_is_sound(key: str) -> None:
    assert fault_of(key) == ("", "")


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("contrl+r", "ctrl+r"), ("Ctrl+N", "ctrl+n"), ("shift+ctrl+n", "ctrl+shift+n"), ("ctrl-n", "ctrl+n"),
        ("F8", "f8"), ("control+x", "ctrl+x"), ("PgUp", "pageup"), ("f99", ""), ("ctrl+", ""), ("", ""),
        ("ctrl+nn", ""), ("f0", ""), ("ctrl+ctrl", ""), ("+", "+"),
    ],
)  # fmt: skip
def test_a_key_that_no_keyboard_has_is_told_with_the_right_one(key: str, right: str) -> None:
    what, do = fault_of(key)
    if key == "+":
        assert "types text" in what
        return
    assert "no keyboard has" in what and (f"Write {right}." == do if right else do.startswith("Write it as"))


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "X",
        "\u00e9",
        "space",
        "enter",
        "tab",
        "shift+tab",
        "backspace",
        "delete",
        "left",
        "home",
        "escape",
        "slash",
        "shift+x",
        "ctrl+h",
        "ctrl+i",
        "ctrl+j",
        "ctrl+m",
        "ctrl+a",
        "ctrl+left",
    ],
)
def test_a_key_that_shadows_typing_is_a_fault(key: str) -> None:
    assert "capture line" in fault_of(key)[0]


def test_the_keys_of_the_table_are_sound() -> None:
    every = {action.name: action.keys for action in ACTIONS}
    assert sound_keys(configured_keys(every)) == (every, ())


def test_doctors_json_has_values_and_no_sentences(program: Program) -> None:
    program.hold("North")
    (program.sessions / "2026-01-01-broken-xxxx.toml").write_text("no = ", encoding="utf-8")
    found = json.loads(program.run("doctor", "--json").out)
    assert found["holds"] == {"sessions": 2, "broken": 1, "newer": 0, "not_here": 0}
    assert found["writable"] is True and found["config"] is None and found["pipeline"] is None
    assert found["merge"] == [] and found["faults"] == [] and found["terminal"] is None
    assert found["system"] and found["python"].count(".") == 2
    assert program.run("--sessions", "none", "doctor").status == 1
    assert program.run("doctor").status == 0


def test_a_key_that_was_built_in_later_yields_to_a_configured_one() -> None:
    changed, faults = sound_keys({"more": ("f12",)})
    assert (changed["more"], changed["sort"], faults) == (("f12",), (), ())
    assert "sort" not in sound_keys({"more": ("ctrl+up",)})[0]


SYNC = """
[[endpoints]]
name = "team"
kind = "team_server"
url = "http://127.0.0.1:1/api/v1/sessions"
secret_env = "TEAM_TOKEN"
sync = {}
"""


@pytest.mark.parametrize(("mark", "name"), [(".git", "git"), (".stfolder", "Syncthing"), (".dropbox.cache", "Dropbox")])
def test_a_second_sync_program_on_the_folder_is_named_where_sync_is_on(program: Program, mark: str, name: str) -> None:
    (program.work / mark).mkdir()
    program.own(SYNC.format("false"))
    done = program.run("doctor", "--json")
    assert (done.status, json.loads(done.out)["faults"], json.loads(done.out)["sync"]) == (0, [], [])
    program.own(SYNC.format("true"))
    done = program.run("doctor", "--json")
    (fault,) = json.loads(done.out)["faults"]
    assert done.status == 1 and json.loads(done.out)["sync"] == ["team"]
    assert f"{name} keeps {program.work.resolve()} in step, and so does sync with team" in fault
    assert "sync         with team" in program.run("doctor").out


def test_one_sync_program_alone_is_no_fault(program: Program) -> None:
    program.own(SYNC.format("true"))
    done = program.run("doctor", "--json")
    assert (done.status, json.loads(done.out)["faults"]) == (0, [])

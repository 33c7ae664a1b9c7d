"""Covers: session_tui.model.tutor, with the modules called tutor or trial in the other layers.

The tutor's tasks are ticked by the session alone, and its file is none of the user's sessions.
"""

import re
from pathlib import Path

import pytest

from conftest import Clock
from driver import drawn, facilitating
from program import Program, program
from receiver import free_port
from session_tui.model import tutor
from session_tui.model.agenda import Agenda
from session_tui.store import locking
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import keys_in_force
from session_tui.tui.live.trial import Demo, Tutor
from session_tui.tui.screens.live.closing_screen import ClosingScreen

__all__ = ["program"]

KEYS = keys_in_force({})
TYPED = (
    "Ruth Vale, CFO", "Omar Haddad, CIO role:gate !4 ++", "oops", "/undo", "*ruth @mei", "/next",
    "Their budget holds !5 %2", "/next", "Send prices @ben due:fri", "/end pursue They want our price",
)  # fmt: skip
LINES = "".join(f"{line}\n" for line in TYPED)
FOLDER = Path("state") / "session-tui" / "tutor" / "sessions"


def tutor_of(keys: dict[str, tuple[str, ...]] = KEYS) -> Tutor:
    return Tutor("Do it.", "Next: begin one.", keys)


def files(program: Program) -> list[Path]:
    return sorted((program.home / ".local" / FOLDER).glob("*.toml"))


async def test_each_task_is_ticked_by_what_it_says_to_type_and_no_time_passes(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, trial=tutor_of()) as learner:
        assert "Do it." in learner.says("preview")
        for number, task in enumerate(tutor.TASKS, 1):
            strip = learner.says("promised")
            assert strip.startswith(f"{number} of {len(tutor.TASKS)}")
            assert tutor.next_task(learner.session) == number - 1
            if typed := re.search(r"(?:type|Type|it and say how:)  (.+?)(?:  |$)", task.words):
                await learner.enters(typed[1])
            for key in re.findall(r"ctrl\+\w", strip):
                await learner.presses(key)
            await learner.lets_pass(minutes=2)
        await learner.comes(ClosingScreen)
        assert "Next: begin one." in drawn(learner.app.screen)
        assert [part.spent_seconds for part in learner.session.parts] == [0, 0, 0, 0]
        await learner.left()


async def test_undo_makes_a_task_open_again_and_one_that_was_done_earlier_counts(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock, size=(120, 36), trial=tutor_of()) as learner:
        await learner.enters("t> Send prices @ben due:fri")
        assert "✓ 8" in learner.picture()
        assert learner.says("promised").startswith("1 of")
        await learner.presses("ctrl+z")
        assert "✓ 8" not in learner.picture()
        assert "✓ 3" in learner.picture(), "and that was the task of undo"


def test_every_task_is_whole_in_its_line_at_80_columns() -> None:
    for at in range(len(tutor.TASKS)):
        assert len(f" 9 of 9  {tutor_of()._words(at)}") <= 80


async def test_the_demo_says_first_what_to_type_and_at_its_end_what_is_next(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    words = Demo("Type  Nia Obi  and press enter. {help} explains.", "Next: the tutor.", KEYS)
    async with facilitating(opened, agenda, clock, size=(120, 36), trial=words) as learner:
        assert learner.says("preview") == "Type  Nia Obi  and press enter. ctrl+g explains."
        assert "THE DEMO" in learner.picture()
        await learner.enters('/end hold "later"')
        await learner.comes(ClosingScreen)
        assert "Next: the tutor." in learner.picture()
        assert "▸ To the library" in learner.picture()
        await learner.presses("escape", "enter")
        await learner.waits_for(lambda: learner.app.return_value is not None, "the farewell")


def test_line_by_line_the_tutor_prints_one_task_after_the_other(program: Program) -> None:
    done = program.run("tutor", "--plain", lines=LINES)
    assert done.status == 0, done.err
    assert re.findall(r"Task (\d) of 9", done.out) == list("123456789")
    assert "/undo takes it back" in done.out
    assert done.out.rstrip().endswith("session-tui opens the library.")
    assert list(program.sessions.iterdir()) == [], "it is none of the user's sessions"
    assert len(files(program)) == 1


def test_a_tutor_that_was_left_goes_on_until_another_is_asked_for(program: Program) -> None:
    first = program.run("tutor", "--plain", lines=f"{TYPED[0]}\n")
    assert "Go on with: session-tui tutor\n" in first.out
    assert "Next:" not in first.out, "there is more to do in it"
    second = program.run("tutor", "--plain", lines="/leave\n")
    assert "You go on with what you began" in second.out
    assert re.findall(r"Task (\d)", second.out) == ["2"]
    assert re.findall(r"Task (\d)", program.run("tutor", "--new", "--plain", lines="").out) == ["1"]
    assert len(files(program)) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('status = "live"', 'status = "li', "cannot be read"),
        ("schema = 1", "schema = 99", "newer version of this program"),
        ('kind = "owners"', 'kind = "notes"', "is of an older tutor"),
    ],
)
def test_a_file_that_cannot_be_gone_on_with_stays_and_one_sentence_says_so(
    program: Program, old: str, new: str, said: str
) -> None:
    program.run("tutor", "--plain", lines=f"{TYPED[0]}\n")
    (path,) = files(program)
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text, encoding="utf-8")
    done = program.run("tutor", "--plain", lines="/leave\n")
    assert done.status == 0
    assert [line for line in done.out.splitlines() if said in line and "it stays as it is" in line]
    assert "Task 1 of 9" in done.out
    assert path.read_text(encoding="utf-8") == text


def test_a_second_tutor_is_refused_while_the_first_is_open(program: Program) -> None:
    program.run("tutor", "--plain", lines=f"{TYPED[0]}\n")
    (path,) = files(program)
    hold = locking.hold(path, path.parent.parent / "state")
    try:
        done = program.run("tutor", "--plain", lines="/leave\n")
    finally:
        hold.release()
    assert done.status == 1
    assert "the tutor is open in another window" in done.err


@pytest.mark.parametrize("command", ["demo", "tutor"])
def test_a_trial_is_sent_to_nobody_at_its_end(program: Program, command: str) -> None:
    program.own(
        f'[[endpoints]]\nname = "crew"\nkind = "webhook"\nurl = "http://127.0.0.1:{free_port()}/"\npush_on_end = true\n'
    )
    done = program.run(command, "--plain", lines='/end hold "later"\n')
    assert done.status == 0, done.err
    assert "crew" not in done.out + done.err


async def test_a_trial_that_was_ended_by_mistake_goes_on(opened: OpenedSession, agenda: Agenda, clock: Clock) -> None:
    async with facilitating(opened, agenda, clock, trial=tutor_of()) as learner:
        await learner.enters('/end hold "later"')
        await learner.comes(ClosingScreen)
        await learner.presses("up", "up", "enter")
        assert learner.session.status == "live"


def test_a_person_who_was_typed_in_the_tutor_is_found_and_forgotten(program: Program) -> None:
    program.run("tutor", "--plain", lines=LINES)
    assert "tutor's session" in program.run("person", "Ruth Vale").out
    assert program.run("forget", "Ruth Vale", "--yes").status == 0
    assert "Ruth" not in files(program)[0].read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_one_sentence(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = program.work / "a file"
    blocked.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    demo = program.run("demo", "--plain")
    assert demo.status == 1 and "Name another folder in TMPDIR." in demo.err
    monkeypatch.setenv("SESSION_TUI_STATE", str(blocked))
    taught = program.run("tutor", "--plain")
    assert taught.status == 1 and len(taught.err.splitlines()) == 1

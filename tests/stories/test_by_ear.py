"""Covers: a session line by line, as a screen reader or a speech program says it.

Nothing is said by a sign alone, and the facilitator types hardly more lines than on the screen.
"""

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from conftest import Clock
from driver import facilitating
from program import Program
from session_tui.model.agenda import Agenda
from session_tui.model.session import LISTS, Session, entries, headline_text
from session_tui.store.open_session import OpenedSession
from session_tui.store.session_file import read_session

# What the facilitator of the full screen types: a line, or a key. The view keys are what an eye
# reads without a key; a listener asks for them.
TYPED = (
    "Ruth Vale, CFO role:app !5 - cov:brief @ben",
    "Mia Tran, COO role:dec !4 ++ to:ruth @mei",
    "Jan Kowal, Head of logistics !4 =",
    "?, Steering committee chair !5",
    "Otto Brandt, Dispatcher !2 +",
    "ctrl+n",
    "The budget is approved for this fiscal year !5 %2 @ben due:fri",
    "The CFO signs alone !4 %1",
    "Their IT can host it !3 %3",
    "=> No pilot before the CFO meeting",
    "ctrl+n",
    "Bring the CFO the payback model for:ruth due:fri",
    "Ask Mia to introduce us due:+1w for:s2",
    "Get the hosting sheet from their IT @mei due:+2w",
    "?> Renewal terms",
    "ctrl+n",
    "@ben",
    "@mei",
    "@ben",
    "@mei due:mon",
    "*t1 yes",
    "*t2 yes",
    '/end pursue "Winnable once the CFO has seen the payback."',
)
ASKED = {5: "/coverage", 10: "/where", 15: "/where", 20: "/where"}  # before which line a listener asks
SIGNS = "●○◆▲✓✗·→↑↓≡↷◌⇢▄█│─⏎"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    root = tmp_path / "program"
    root.mkdir()
    return Program(root, monkeypatch, capsys)


def heard() -> list[str]:
    """The same session for a listener: keys become names, and views are asked for."""
    lines: list[str] = []
    for at, line in enumerate(TYPED):
        lines += [ASKED[at]] if at in ASKED else []
        lines.append("/next" if line == "ctrl+n" else line)
    return lines


def content(session: Session) -> set[tuple[str, str, str]]:
    return {
        (letter, headline_text(each), getattr(each, "owner", ""))
        for letter in LISTS
        for each in entries(session, letter)
    }


def held_by_ear(program: Program, lines: list[str]) -> str:
    done = program.hold("Acme Freight", "--attendee", "Ben Okafor", "--attendee", "Mei Tan", lines="\n".join(lines))
    return done.out


async def test_a_listener_types_at_most_a_quarter_more_lines(
    opened: OpenedSession, agenda: Agenda, clock: Clock, program: Program
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        for line in TYPED:
            if line.startswith("ctrl+"):
                await facilitator.presses(line)
            else:
                await facilitator.enters(line)
        await facilitator.left()
    on_screen = facilitator.on_disk()
    out = held_by_ear(program, heard())
    assert "Held: pursue." in out
    path = next(program.sessions.glob("*.toml"))
    assert content(read_session(path.read_bytes())) == content(on_screen)
    assert len(heard()) <= 1.25 * len(TYPED)


def test_no_line_says_anything_by_a_sign_alone(program: Program) -> None:
    asked = ["/where", "/coverage", "/health", "/map", "/time", "/attendee"]
    asked += ["/help", "/palette", "/curtain", "/coverage"]
    lines = ["Ruth Vale", "/sort", "/undo", *heard()[:-1], "/find payback", *asked, "/find ruth", heard()[-1]]
    out = held_by_ear(program, lines)
    again = program.run("run", "Acme Freight", "--plain", lines="*s1 +\n*s2 @-mei\n/since\n/promises\n/coverage\n")
    for line in (out + again.out).splitlines():
        shown = line.split(": ", 1)[-1] if line.startswith(("`", "*", "+", "-", "!", "%")) else line
        assert not [sign for sign in SIGNS if sign in shown], line
        assert any(unicodedata.category(letter).startswith("L") for letter in line), line


def test_where_names_the_part_the_highlighted_entry_and_what_has_no_name(program: Program) -> None:
    lines = [
        "Ruth Vale, CFO !5 @ben",
        "?, COO !4",
        "/next",
        "/next",
        "Send the model",
        "/next",
        "/where",
        "/curtain",
        "/where",
    ]
    out = program.run("run", "Acme Freight", "--plain", lines="\n".join(lines)).out
    where = out[out.index("Highlighted") :]
    assert "Part 4 of 4: Owners" in out
    assert "Highlighted: t1 Send the model.\nWithout a name: t1 Send the model; s2 the unknown COO." in where
    assert "Without a name: t1 Send the model." in where.split("The curtain is drawn")[1]
    assert "s2" not in where.split("The curtain is drawn")[1]


def test_coverage_says_who_of_ours_has_whom_and_whom_nobody_has(program: Program) -> None:
    lines = ["Ruth Vale, CFO !5 @ben", "Mia Tran, COO !4 @ben @mei", "?, Chair !5", "Otto Brandt !2", "/coverage"]
    out = program.run(
        "run", "Acme Freight", "--plain", "--attendee", "Mei Tan", lines="\n".join([*lines, "/curtain", "/coverage"])
    ).out
    assert "Ben has 2: Ruth Vale, Mia Tran." in out.replace("ben", "Ben")
    assert "Nobody has the unknown Chair, a key player; Otto Brandt." in out
    assert "Who of ours has whom is covered; /curtain uncovers it." in out


def test_the_end_reads_out_who_does_what_by_when(program: Program) -> None:
    out = held_by_ear(program, heard())
    held = out[out.index("Held: pursue.") :].splitlines()
    assert held[1].startswith("Ben Okafor: t1 Bring the CFO the payback model, due ")
    assert held[1].endswith(", said yes.")
    assert not any(line.startswith("Next without a name") for line in held)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: nothing was spoken")
def test_a_speech_program_speaks_every_line(program: Program, tmp_path: Path) -> None:
    out = held_by_ear(program, heard())
    text, sound = tmp_path / "session.txt", tmp_path / "session.wav"
    text.write_text(out, encoding="utf-8")
    command = ["espeak-ng", "-v", "en", "-s", "260", "-w", str(sound), "-x", "-f", str(text)]
    spoken = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    # A word or more for each line; the file holds at least a second for each twelve words.
    assert len(spoken.split()) >= len(out.split())
    assert sound.stat().st_size > 20_000 * len(out.split()) / 12

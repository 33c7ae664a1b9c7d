"""Covers: the whole program in a real terminal.

The program in a real pseudo-terminal: started, used, killed, resumed, ended.
"""

import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_tui.store import session_file

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from terminal import Terminal

if sys.platform != "win32":
    import termios

TOP = Path(__file__).parents[2]


@contextmanager
def program(
    home: Path,
    *arguments: str,
    columns: int = 80,
    rows: int = 24,
    code: tuple[str, ...] = ("-m", "session_tui"),
    forked: bool = True,
) -> Iterator[Terminal]:
    """The program in a terminal; not `forked` where it is a matter of how it is loaded."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
        "SESSION_TUI_STATE": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": str(TOP / "src"),
    }
    command = [sys.executable, *code, "--sessions", str(home / "sessions"), *arguments]
    terminal = Terminal(command, columns, rows, environment, home, forked=forked)
    try:
        yield terminal
    finally:
        terminal.close()


def only_file(home: Path) -> Path:
    (path,) = (home / "sessions").glob("*.toml")
    return path


def test_killed_in_the_middle_resumed_with_the_half_typed_line_and_held(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme Freight", "--attendee", "Ben Okafor") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("Ruth Vale, CFO role:app !5 @ben\r")
        terminal.waits_for(lambda text: "added s1" in text and "● saved" in text)
        terminal.types("Mia Tr")
        terminal.waits_for(lambda text: "adds s2  Mia Tr" in text)
        terminal.rests(0.3)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    assert session_file.read(only_file(tmp_path).read_bytes()).session.stakeholders[0].covered_by == ("Ben Okafor",)
    with program(tmp_path, "resume") as terminal:
        terminal.waits_for(lambda text: "❯ Mia Tr" in text and "Ruth Vale, CFO" in text)
        terminal.types("an, COO ++\r")
        terminal.waits_for(lambda text: "Mia Tran, COO" in text and "++ mentor" in text)
        terminal.types('/end pursue "All in"\r')
        terminal.leaves()
        assert terminal.ends() == 0
    session = session_file.read(only_file(tmp_path).read_bytes()).session
    assert (session.status, session.headline) == ("held", "All in")
    assert [person.name for person in session.stakeholders] == ["Ruth Vale", "Mia Tran"]


def test_bytes_that_are_no_text_do_not_end_the_session(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("Ruth ")
        terminal.waits_for(lambda text: "adds s1  Ruth" in text)
        os.write(terminal.fd, b"\xff\xfe")
        terminal.rests(0.3)
        terminal.types("Vale\r")
        terminal.waits_for(lambda text: "added s1  Ruth Vale" in text)
        terminal.types("/end hold later\r")
        terminal.leaves()
        assert terminal.ends() == 0


def test_an_error_of_our_own_is_one_sentence_and_shows_nobody_the_session(tmp_path: Path) -> None:
    broken = (
        "from session_tui.tui.screens.live import dialogs; dialogs.words = None; "
        "from session_tui.cli import main; main()"
    )
    (tmp_path / "state").mkdir()
    kept = tmp_path / "state" / "last-error.txt"
    kept.write_text("of another day")
    kept.chmod(0o644)
    with program(tmp_path, "run", "Acme Freight", code=("-c", broken)) as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("Ruth Vale\r")
        terminal.waits_for(lambda text: "added s1" in text and "● saved" in text)
        terminal.types("\x11")
        assert terminal.ends() == 1
        said = "".join(terminal.text.split())  # wherever the terminal broke it
        assert "thisshouldnothavehappened(TypeError).Whatissavedstayssaved." in said
        assert "Traceback" not in said
        assert "locals" not in said
    assert session_file.read(only_file(tmp_path).read_bytes()).session.stakeholders[0].name == "Ruth Vale"
    assert "Traceback" in kept.read_text() and stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_closed_window_leaves_the_session_live_and_the_file_whole(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("Ruth Vale\r")
        terminal.waits_for(lambda text: "added s1" in text and "● saved" in text)
        terminal.hangs_up()
        terminal.ends()
    session = session_file.read(only_file(tmp_path).read_bytes()).session
    assert session.status == "live"
    assert session.stakeholders[0].name == "Ruth Vale"


def test_ctrl_q_and_ctrl_c_never_leave_at_once(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("\x11")
        terminal.waits_for(lambda text: "Leave this session?" in text)
        terminal.types("\x1b")
        terminal.waits_for(lambda text: "Leave this session?" not in text)
        terminal.types("\x03")
        terminal.rests()
        terminal.types("still here")
        terminal.waits_for(lambda text: "❯ still here" in text)


def test_the_home_screen_begins_a_session_and_shows_it_afterwards(tmp_path: Path) -> None:
    with program(tmp_path) as terminal:
        terminal.waits_for(lambda text: "No session yet." in text)
        terminal.types("n")
        terminal.waits_for(lambda text: "A new session" in text)
        terminal.types("Acme\r")
        terminal.waits_for(lambda text: "Stakeholder map" in text and "❯" in text)
        terminal.types("/end hold later\r")
        terminal.waits_for(lambda text: "What now" in text)
        terminal.rests()
        # The second enter comes before anything of the list can be on the screen: it waits for it,
        # and opens its row.
        terminal.types("/library\r\r")
        terminal.waits_for(lambda text: "y copy" in text and "Hold" in text)
        terminal.types("\x1b")
        terminal.waits_for(lambda text: "n new" in text and "1 session" in text and "Held." in text)
        terminal.types("q")
        assert terminal.ends() == 0


def test_resume_at_the_question_of_run(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("/leave now\r")
        assert terminal.ends() == 0
    with program(tmp_path, "run", "acme") as terminal:
        terminal.waits_for(lambda text: "r resume it" in text)
        terminal.types("r\r")
        terminal.waits_for(lambda text: "Stakeholder map" in text)
    assert len(list((tmp_path / "sessions").glob("*.toml"))) == 1


def test_show_is_laid_out_for_the_terminal_it_is_in(tmp_path: Path) -> None:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    with program(tmp_path, "show", "2026-11-09", columns=58, rows=150) as terminal:
        assert terminal.ends() == 0
        lines = [line.rstrip() for line in terminal.screen.display]
        assert lines[0] == "Acme Freight · EMEA"
        # Broken where we break it, with the words of an item under one another; not by the
        # terminal's edge.
        at = lines.index("  ✓ Collect freight cost per order for the last four")
        assert lines[at + 1] == "    quarters"
        bold = terminal.screen.buffer[0][0]
        assert bold.bold and bold.fg == "default", "weights, and no hues: the terminal's colours are its user's"


def test_y_hands_a_session_to_the_terminals_clipboard(tmp_path: Path) -> None:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    with program(tmp_path) as terminal:
        terminal.waits_for(lambda text: "Borealis Foods" in text)
        terminal.types("j\r")
        terminal.waits_for(lambda text: "Pursue on a condition." in text)
        terminal.types("y")
        terminal.waits_for(lambda text: "Copied as Markdown" in text)
        assert terminal.clipboard.startswith("# Borealis Foods · Nordics\n")
        terminal.types("qq")
        assert terminal.ends() == 0


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc to count the threads in")
def test_a_program_that_was_stopped_and_goes_on_has_one_thread_that_reads_the_keys(tmp_path: Path) -> None:
    def threads() -> int:
        return len(list(Path(f"/proc/{terminal.pid}/task").iterdir()))

    with program(tmp_path, "run", "Acme") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.rests(0.5, 2)  # what looks around after the first paint has begun its threads
        before = threads()
        for _ in range(3):
            os.kill(terminal.pid, signal.SIGSTOP)
            terminal.rests(0.02)
            os.kill(terminal.pid, signal.SIGCONT)
            terminal.rests(0.1)
        assert threads() <= before
        line = "the quick brown fox jumps over the lazy dog " * 4
        for letter in line:
            terminal.types(letter)
        terminal.types("\r")
        terminal.waits_for(lambda text: "added s1" in text and "● saved" in text)
    assert session_file.read(only_file(tmp_path).read_bytes()).session.stakeholders[0].name == line.strip()


def test_lines_typed_while_the_program_is_loaded_are_kept_and_the_terminal_is_left_as_it_was(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme", forked=False) as terminal:
        before = termios.tcgetattr(terminal.fd)
        terminal.types("Ruth Vale\rMia Tran\rTom")
        terminal.waits_for(lambda text: "adds s3  Tom" in text and "Mia Tran" in text and "● saved" in text)
        terminal.types("\x11l")
        assert terminal.ends() == 0
        assert termios.tcgetattr(terminal.fd) == before
    names = [person.name for person in session_file.read(only_file(tmp_path).read_bytes()).session.stakeholders]
    assert names == ["Ruth Vale", "Mia Tran"]


def test_a_program_that_is_ended_while_it_is_loaded_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme", forked=False) as terminal:
        before = termios.tcgetattr(terminal.fd)
        end = time.monotonic() + 20
        while termios.tcgetattr(terminal.fd) == before:
            assert time.monotonic() < end, "the terminal was not made ready"
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.ends() == -signal.SIGTERM
        assert termios.tcgetattr(terminal.fd) == before


def test_what_was_typed_before_a_question_was_asked_is_no_answer_to_it(tmp_path: Path) -> None:
    with program(tmp_path, "run", "Acme", forked=False) as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("/leave now\r")
        assert terminal.ends() == 0
    with program(tmp_path, "run", "Acme", forked=False) as terminal:
        terminal.types("n\r")
        terminal.waits_for(lambda text: "r resume it" in text)
        terminal.types("r\r")
        terminal.waits_for(lambda text: "Stakeholder map" in text)
    assert len(list((tmp_path / "sessions").glob("*.toml"))) == 1

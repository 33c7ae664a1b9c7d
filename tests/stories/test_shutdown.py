"""Covers: session_tui.tui.shutdown.

Every way to end leaves the terminal and the session intact; the program refuses to start without a
terminal.
"""

import os
import re
import signal
import subprocess
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
MODES = ("1049", "1000", "1003", "1006", "1015", "2004", "1004")


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    own = {"SESSION_TUI_STATE": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config"), "HOME": str(home)}
    return {**kept, **own, "PYTHONPATH": str(TOP / "src"), **more}


@contextmanager
def program(home: Path, *arguments: str, shell: str = "", forked: bool = True, **more: str) -> Iterator[Terminal]:
    """The program in a terminal; with `shell`, a line in which "$@" is the program."""
    command = [sys.executable, "-m", "session_tui", "--sessions", str(home / "sessions"), *arguments]
    command = ["bash", "-c", shell, "bash", *command] if shell else command
    terminal = Terminal(command, 80, 24, environment(home, **more), home, forked=forked)
    try:
        yield terminal
    finally:
        terminal.close()


def left_on(terminal: Terminal) -> list[str]:
    """The modes that were switched on last and not off again."""
    raw = bytes(terminal.written)
    found = [mode for mode in MODES if raw.rfind(f"\x1b[?{mode}h".encode()) > raw.rfind(f"\x1b[?{mode}l".encode())]
    if raw.rfind(b"\x1b[>29u") > raw.rfind(b"\x1b[<u"):
        found.append("keyboard")
    if raw.rfind(b"\x1b[?25l") > raw.rfind(b"\x1b[?25h"):
        found.append("cursor")
    return found


def echoes(terminal: Terminal) -> bool:
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)


def only_file(home: Path) -> Path:
    (path,) = (home / "sessions").glob("*.toml")
    return path


def plain(home: Path, *arguments: str, lines: bytes = b"", **more: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "session_tui", "--sessions", str(home / "sessions"), *arguments]
    return subprocess.run(
        command, input=lines, capture_output=True, timeout=30, cwd=home, env=environment(home, **more), check=False
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_saves_gives_the_terminal_back_and_the_lock_free(tmp_path: Path, number: signal.Signals) -> None:
    with program(tmp_path, "run", "North") as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("Ruth Vale\r")
        terminal.waits_for(lambda text: "added s1" in text)
        terminal.types("half")
        terminal.waits_for(lambda text: "adds s2  half" in text)
        asked = time.perf_counter()
        os.kill(terminal.pid, number)
        assert terminal.ends() == 128 + number
        took = time.perf_counter() - asked
        assert left_on(terminal) == []
        assert echoes(terminal)
        assert ("Go on with:" in terminal.text) is (number is not signal.SIGHUP)
        assert took < 3, "one second, and room for a busy machine"
    session = session_file.read(only_file(tmp_path).read_bytes()).session
    assert (session.status, [each.name for each in session.stakeholders]) == ("live", ["Ruth Vale"])
    with program(tmp_path, "resume") as terminal:
        terminal.waits_for(lambda text: "❯ half" in text and "read only" not in text)


@pytest.mark.parametrize("where", [(), ("prepare", "North")])
def test_the_library_and_preparing_end_as_well(tmp_path: Path, where: tuple[str, ...]) -> None:
    with program(tmp_path, *where) as terminal:
        terminal.waits_for(lambda text: "No session yet." in text or "rehearse" in text)
        terminal.types("Mei Tan")
        terminal.rests(0.3)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
        assert left_on(terminal) == []
        assert echoes(terminal)
    if where:
        assert session_file.read(only_file(tmp_path).read_bytes()).session.attendees[0].name == "Mei Tan"


@pytest.mark.parametrize("options", [(), ("--plain",)])
def test_a_terminal_that_is_gone_without_a_signal_ends_the_session(tmp_path: Path, options: tuple[str, ...]) -> None:
    with program(tmp_path, "run", "North", *options, shell="trap '' HUP; exec \"$@\"") as terminal:
        terminal.waits_for(lambda text: ("● saved" in text and "❯" in text) or "Part 1 of" in text)
        terminal.types("Ruth Vale\r")
        terminal.waits_for(
            lambda text: "Ruth Vale" in text and ("added s1" in text or "Added" in text or options != ())
        )
        terminal.rests(0.3)
        os.close(terminal.fd)
        end = time.perf_counter() + 10
        status = 0
        while not status and time.perf_counter() < end:
            pid, code = os.waitpid(terminal.pid, os.WNOHANG)
            status = code if pid else 0
            if pid:
                break
            time.sleep(0.02)
        else:
            raise AssertionError("it is still there")
        terminal.status, terminal.fd = status, os.open(os.devnull, os.O_RDWR)
    assert not options or os.waitstatus_to_exitcode(status) == 0
    assert options or os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    assert session_file.read(only_file(tmp_path).read_bytes()).session.stakeholders[0].name == "Ruth Vale"
    again = plain(tmp_path, "resume", "--plain", lines=b"Mia Tran\n/end hold later\n")
    assert again.returncode == 0, again.stderr


def test_stopped_and_continued_the_terminal_is_the_shells_and_then_ours_again(tmp_path: Path) -> None:
    with program(tmp_path, "run", "North", forked=False) as terminal:  # its parent is told that it stops
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.types("Ruth")
        terminal.waits_for(lambda text: "❯ Ruth" in text)
        for _ in range(2):
            os.kill(terminal.pid, signal.SIGTSTP)
            os.waitpid(terminal.pid, os.WUNTRACED)
            terminal.rests(0.2)
            assert left_on(terminal) == []
            assert echoes(terminal)
            terminal.screen.reset()
            assert "Ruth" not in terminal.text
            os.kill(terminal.pid, signal.SIGCONT)
            terminal.waits_for(lambda text: "❯ Ruth" in text and "North" in text and "● saved" in text)
            assert not echoes(terminal)
        terminal.types(" Vale\r")
        terminal.waits_for(lambda text: "added s1  Ruth Vale" in text)
        terminal.types("/end hold later\r")
        terminal.leaves()
        assert terminal.ends() == 0


@pytest.mark.parametrize("over_the_library", [False, True])
def test_what_the_disk_does_not_take_is_said_within_five_seconds(tmp_path: Path, over_the_library: bool) -> None:
    with program(tmp_path, *(() if over_the_library else ("run", "North"))) as terminal:
        if over_the_library:
            terminal.waits_for(lambda text: "No session yet." in text)
            terminal.types("nNorth\r")
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        (tmp_path / "sessions").rename(tmp_path / "gone")
        (tmp_path / "sessions").write_text("no folder any more")
        terminal.types("Ruth Vale\r")
        terminal.waits_for(lambda text: "not saved" in text)
        asked = time.perf_counter()
        os.kill(terminal.pid, signal.SIGTERM)
        while left_on(terminal):
            terminal.rests(0.02, 0.05)
            assert time.perf_counter() - asked < 2, "one second, and room for a busy machine"
        assert terminal.ends(6) == 1
        assert time.perf_counter() - asked < 6
        said = " ".join(terminal.text.split())
        assert "not on disk" in said
        assert "s1 Ruth Vale" in said


def test_lines_end_with_a_signal_and_what_was_entered_is_saved(tmp_path: Path) -> None:
    with program(tmp_path, "run", "North", "--plain") as terminal:
        terminal.waits_for(lambda text: "Part 1 of" in text)
        terminal.types("Ruth Vale\n")
        terminal.waits_for(lambda text: "s1" in text)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
        assert "Left live." in terminal.text
    assert plain(tmp_path, "resume", "--plain").returncode == 0


@pytest.mark.parametrize(
    ("shell", "more", "said"),
    [
        ('"$@" 2> errors.txt', {}, "standard error"),
        ('"$@" 2>&-', {}, "standard error"),
        ('"$@"', {"TERM": "dumb"}, "TERM=dumb"),
        ('"$@" <&-', {}, "this is none"),
        ('"$@" >&-', {}, "this is none"),
    ],
)
@pytest.mark.parametrize("command", [("run", "North"), ("prepare", "North"), ()])
def test_a_screen_that_cannot_be_seen_is_refused_before_anything_is_begun(
    tmp_path: Path, command: tuple[str, ...], shell: str, more: dict[str, str], said: str
) -> None:
    shell += " ; echo status $?"
    with program(
        tmp_path, *command, shell=f"export {' '.join(f'{a}={b}' for a, b in more.items()) or 'A=1'}; {shell}"
    ) as terminal:
        terminal.waits_for(lambda text: "status" in text)
        told = " ".join(terminal.text.split())
        assert said in told
        assert "status 1" in told
    assert not list(tmp_path.glob("sessions/*.toml"))


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_lines_on_a_closed_stream_begin_nothing(tmp_path: Path, closed: str) -> None:
    line = ["bash", "-c", f'"$@" {closed}', "bash", sys.executable, "-m", "session_tui", "run", "North", "--plain"]
    done = subprocess.run(line, capture_output=True, timeout=30, cwd=tmp_path, env=environment(tmp_path), check=False)
    assert done.returncode == 1
    assert b"it is closed" in done.stderr
    assert not list(tmp_path.rglob("*.toml"))


def test_what_prints_on_a_closed_stream_says_so(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    plain(tmp_path, "run", "North", "--plain", lines=b'Ann Lee\n/end hold "x"\n')
    for command in ("list", "list --json", "show latest", "doctor", "--help", "--version"):
        line = ["bash", "-c", f'"{sys.executable}" -m session_tui {command} >&-']
        done = subprocess.run(
            line, capture_output=True, timeout=30, cwd=tmp_path, env=environment(tmp_path), check=False
        )
        assert (command, done.returncode) == (command, 1)
        assert b"standard output" in done.stderr
        assert b"should not have happened" not in done.stderr


def test_a_reader_who_goes_away_keeps_no_session_from_its_end(tmp_path: Path) -> None:
    entries = "".join(f"Person {number}\n" for number in range(60))
    (tmp_path / "lines").write_text(f'{entries}/end hold "x"\n')
    line = ["bash", "-c", '"$@" < lines | head -2; exit ${PIPESTATUS[0]}', "bash", sys.executable, "-m", "session_tui"]
    line += ["--sessions", "sessions", "run", "North", "--plain"]
    done = subprocess.run(line, capture_output=True, timeout=30, cwd=tmp_path, env=environment(tmp_path), check=False)
    session = session_file.read(only_file(tmp_path).read_bytes()).session
    assert (done.returncode, session.status, len(session.stakeholders)) == (0, "held", 60)
    assert done.stderr.count(b"Nobody reads what is printed any more") == 1


LINES = 'Zoë Müller, CFO\n/end hold "für"\n'


@pytest.mark.parametrize(
    "lines",
    [
        LINES.encode(),
        b"\xef\xbb\xbf" + LINES.encode(),
        b"\xff\xfe" + LINES.encode("utf-16-le"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        b"\xff\xfe" + LINES.replace("\n", "\r\n").encode("utf-16-le"),
    ],
)
def test_lines_of_every_encoding_with_a_mark_are_read(tmp_path: Path, lines: bytes) -> None:
    done = plain(tmp_path, "run", "North", "--plain", lines=lines, LC_ALL="C")
    session = session_file.read(only_file(tmp_path).read_bytes()).session
    assert (done.returncode, session.stakeholders[0].name, session.headline) == (0, "Zoë Müller", "für")


@pytest.mark.parametrize(
    ("lines", "number"),
    [(LINES.encode("cp1252"), 1), (b"Ann\n" + LINES.encode("latin-1"), 2), (LINES.encode("utf-16-le"), 1)],
)
def test_lines_of_another_encoding_begin_nothing_and_the_first_is_named(
    tmp_path: Path, lines: bytes, number: int
) -> None:
    done = plain(tmp_path, "run", "North", "--plain", lines=lines)
    assert done.returncode == 1
    assert f"line {number} is not UTF-8 text".encode() in done.stderr
    assert not list(tmp_path.rglob("*.toml"))


def test_an_argument_that_is_no_text_is_a_wrong_usage(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "session_tui", "run", os.fsdecode(b"Zo\xeb"), "--plain"]
    done = subprocess.run(
        command, input=b"", capture_output=True, timeout=30, cwd=tmp_path, env=environment(tmp_path), check=False
    )
    assert done.returncode == 2
    assert b"Argument 2 is not UTF-8 text" in done.stderr
    assert not list(tmp_path.rglob("*.toml"))


def test_the_screen_is_as_large_as_the_terminal_whatever_is_exported(tmp_path: Path) -> None:
    with program(tmp_path, "run", "North", shell='export COLUMNS=60 LINES=20; exec "$@"') as terminal:
        terminal.waits_for(lambda text: "● saved" in text and "❯" in text)
        terminal.rests()
        rows = [int(row) for row in re.findall(rb"\x1b\[(\d+);\d+H", bytes(terminal.written))]
        assert max(rows) == 24
        assert "● saved" in terminal.text.splitlines()[0][60:]


def test_no_colour_in_a_pipe_is_no_colour_whatever_is_forced(tmp_path: Path) -> None:
    plain(tmp_path, "run", "North", "--plain", lines=b'Ann Lee\n/end hold "x"\n')
    assert b"\x1b" not in plain(tmp_path, "list", NO_COLOR="1", FORCE_COLOR="1").stdout
    assert b"\x1b" in plain(tmp_path, "list", FORCE_COLOR="1").stdout

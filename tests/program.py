"""The program called in this process, in its own home and folder, so that it is fast."""

import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from session_tui.cli import status

HELD = 'Ann Lee, CFO\n/next\n/next\nSend the model @"Ben Okafor" due:+3d\n/end hold "x"\n'


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


class Program:
    """`work` is the current folder, `home` the user's."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.home, self.work, self._patch, self._capture = root / "home", root / "work", patch, capture
        self.sessions = self.work / "sessions"
        self.home.mkdir()
        self.sessions.mkdir(parents=True)
        patch.chdir(self.work)
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(self.home))
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.delenv(f"XDG_{name}_HOME", raising=False)
        patch.setenv("SESSION_TUI_BEHIND", "0")
        patch.setenv("COLUMNS", "200")

    def run(self, *arguments: str, lines: str = "") -> Done:
        """Call the program; `lines` is what its standard input says."""
        said = self.home.parent / "lines"
        said.write_bytes(lines.encode())
        with said.open(encoding="utf-8") as standard_input:
            self._patch.setattr(sys, "stdin", standard_input)
            done = status(list(arguments))
        told = self._capture.readouterr()
        assert "should not have happened" not in told.err, told.err
        return Done(done, told.out, told.err)

    def hold(self, account: str, *options: str, lines: str = HELD) -> Done:
        """Hold a session line by line."""
        done = self.run("run", account, "--plain", *options, lines=lines)
        assert done.status == 0, done.err
        return done

    def configure(self, text: str) -> Path:
        """A configuration in the current folder, which another person may have written."""
        path = self.work / "session-tui.toml"
        path.write_text(f"schema = 1\n{text}", encoding="utf-8")
        return path

    def own(self, text: str) -> Path:
        """The user's own configuration."""
        path = self.home / ".config" / "session-tui" / "session-tui.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"schema = 1\n{text}", encoding="utf-8")
        return path

    def files(self) -> set[Path]:
        """All files of ours that are documents of a person's: sessions, readers, assessments."""
        root = self.home.parent
        return {each for each in root.rglob("*.toml") if "state" not in each.parts and each.name != "session-tui.toml"}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """Called by tests as they call the program."""
    return Program(tmp_path, monkeypatch, capsys)

"""Covers: cli/completion.py, cli/completion_values.py.

A shell completes values too: in the real shells, with names that a shell would read as more.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from program import Program, program
from session_tui.cli import COMMANDS, group, status
from session_tui.cli.arguments import PathArgument, TextArgument
from session_tui.cli.completion import SHELLS, TypedWord, behind_break, quoted, split
from session_tui.cli.completion_values import source_of
from terminal import Terminal

__all__ = ["program"]

TOP = Path(__file__).resolve().parents[2]
NASTY = 'Kranz & $(touch hacked) `touch hacked` "GmbH" it\'s!'
# A free text: what the user alone knows, or words of a search.
FREE = {
    "credit_split", "phase", "currency", "since", "until", "words", "due_before", "text", "day", "due", "only",
    "within", "wanted", "role", "name", "pipeline", "listen", "database", "behind_proxy", "label", "target",
    "rate", "metrics",
    "accounts", "names", "code", "url", "invitation", "endpoint",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The samples, a configuration with an endpoint, and an account that a shell would run."""
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    name = "2026-11-23-kranz-8z8z"
    text = f"schema = 1\nid = \"{name}\"\nstatus = \"prepared\"\nagenda = \"strategy-30\"\naccount = '''{NASTY}'''\n"
    (tmp_path / "sessions" / f"{name}.toml").write_text(text, encoding="utf-8")
    endpoint = '[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "https://team.example.com/hook"\n'
    person = '[[people]]\nname = "Ben Okafor"\n'
    own = tmp_path / ".config" / "session-tui" / "session-tui.toml"
    own.parent.mkdir(parents=True)
    own.write_text(f'schema = 1\nname = "Ana Ruiz"\n{endpoint}{person}', encoding="utf-8")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    """The environment of a shell that finds the program of this tree."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    gone = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return {name: value for name, value in os.environ.items() if name not in gone} | {
        "HOME": str(home),
        "PATH": path,
        "PS1": "$ ",
        "INPUTRC": os.devnull,
    }


class Asking:
    """The program called in this process as a shell's script calls it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.patch, self._capture = folder, patch, capture
        patch.chdir(folder)
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.delenv(f"XDG_{name}_HOME", raising=False)
        patch.setenv("HOME", str(folder))
        patch.setenv("_SESSION_TUI_COMPLETE", "fish_complete")

    def about(self, line: str) -> list[str]:
        """The candidates for a line, or the kind for files and folders."""
        self.patch.setenv("COMP_LINE", line)
        assert status([]) == 0
        printed = self._capture.readouterr()
        assert printed.err == ""
        rows = [row.split("\t") for row in printed.out.splitlines()]
        return [row[1] or row[0] for row in rows]


@pytest.fixture
def asking(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asking:
    """A shell that asks for values in the folder of samples."""
    return Asking(folder, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("session-tui sho", ["show"]),
        ("session-tui show 2m9x", ["2026-11-09-acme-freight-2m9x"]),
        ("session-tui run acme", ["Acme Freight"]),
        ("session-tui done 2m9x:t3", ["2m9x:t3"]),
        ("session-tui push --to ", ["team"]),
        ("session-tui endpoint test t", ["team"]),
        ("session-tui export latest --to md,h", ["md,html"]),
        ("session-tui run Acme --agenda ch", ["check-in-15"]),
        ("session-tui list --owner m", ["me", "Mei Tan"]),
        ("session-tui enemies --about us", ["us"]),
        ("session-tui list --outcome=pursue_", ["--outcome=pursue_if"]),
        ("session-tui export-schema conf", ["configuration"]),
        ("session-tui person ?", []),
        ("session-tui help sho", ["show"]),
        ("session-tui help pipeline ", ["check"]),
        ("session-tui help show ", []),
        ("session-tui validate ", ["file"]),
        ("session-tui export latest -o ", ["dir"]),
        ("session-tui nonsense ", []),
        ('session-tui show "', ["2026"]),
    ],
)
def test_values_complete(asking: Asking, line: str, first: list[str]) -> None:
    found = asking.about(line)
    assert [each[: len(want)] for each, want in zip(found, first, strict=False)] == first
    assert found or not first


def test_every_text_parameter_has_values_or_is_free() -> None:
    def walk(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
        for each in command.params:
            if isinstance(each.type, TextArgument) and source_of(path, each.name or "") is None:
                yield path, each.name or ""
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                yield from walk(below, f"{path} {name}")

    ctx = click.Context(group, resilient_parsing=True)
    commands = [(name, group.get_command(ctx, name)) for name in COMMANDS]
    missing = [each for name, command in commands if command for each in walk(command, name)]
    assert [each for each in missing if each[1] not in FREE] == []
    assert PathArgument.name == "path"


def test_a_folder_that_needs_a_yes_gives_no_values(asking: Asking) -> None:
    outside = asking.folder / "work"
    outside.mkdir()
    (outside / "session-tui.toml").write_text('schema = 1\nsessions = "../sessions"\n', encoding="utf-8")
    asking.patch.chdir(outside)
    assert asking.about("session-tui show ") == []


def test_completion_prints_the_script_of_each_shell(program: Program) -> None:
    for shell in SHELLS:
        done = program.run("completion", shell)
        assert done.status == 0 and "_session_tui_completion" in done.out
    assert program.run("completion", "tcsh").status == 2


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1))
def test_a_quoted_value_is_one_word_again(value: str) -> None:
    assert shlex.split(quoted(value, "")) == [value]
    assert split(f"x {quoted(value, '')}")[-1].value == value
    assert shlex.split(f"'{quoted(value, chr(39))}'") == [value]
    assert split(f'x "{quoted(value, chr(34))}')[-1].value == value


@given(st.text())
def test_any_line_is_split(line: str) -> None:
    assert split(line)


def test_bash_gets_what_stands_behind_its_word_break() -> None:
    assert behind_break("2m9x:t3", TypedWord("2m9x:t", "2m9x:t"), "=:") == "t3"
    assert behind_break("2m9x:t3", TypedWord("2m9x:t", "2m9x:t"), "") == "2m9x:t3"
    assert behind_break("--to=a:b", TypedWord("--to=a", "--to=a"), "=:") == "a:b"


BASH = [  # typed before the tab, and what stands there afterwards
    ("show 2m9", "show 2026-11-09-acme-freight-2m9x"),
    ("gate acm", "gate Acme\\ Freight"),
    ('gate "Acme F', 'gate "Acme Freight"'),
    ("endpoint test t", "endpoint test team"),
    ("done 2m9x:", "done 2m9x:t"),
    ("list --outcome=pursue_", "list --outcome=pursue_if"),
    ("gate Kra", "gate Kranz\\ \\&\\ \\$\\(touch"),
]


def completed(shell: list[str], home: Path, typed: str, wanted: str, *, setup: str, key: str = "\t") -> str:
    """The screen of a shell after a tab, once the wanted text is there."""
    terminal = Terminal(shell, 160, 30, environment(home), cwd=home)
    try:
        terminal.types(f"{setup}; echo re''ady\r")
        terminal.waits_for(lambda text: "ready" in text.replace("re''ady", ""))
        terminal.types(typed + key)
        terminal.waits_for(lambda text: wanted in text)
        return terminal.text
    finally:
        terminal.close()


def interactive(name: str, *options: str) -> list[str]:
    """The command of a shell; the test is skipped where it is not here."""
    shell = shutil.which(name)
    if shell is None:
        pytest.skip(f"{name} is not here")
    return [shell, *options]


@pytest.mark.slow  # starts a shell and the program
def test_bash_completes_values(folder: Path) -> None:
    terminal = Terminal(interactive("bash", "--norc", "-i"), 160, 30, environment(folder), cwd=folder)
    try:
        terminal.types('eval "$(session-tui completion bash)"\r')
        for typed, wanted in BASH:
            terminal.types(f"\x15clear\rsession-tui {typed}\t")
            terminal.waits_for(lambda text, wanted=wanted: f"session-tui {wanted}" in text)  # type: ignore[misc]
    finally:
        terminal.close()


@pytest.mark.slow  # starts a shell and the program
def test_a_completed_name_is_run_as_a_word_and_never_as_a_command(folder: Path) -> None:
    terminal = Terminal(interactive("bash", "--norc", "-i"), 160, 30, environment(folder), cwd=folder)
    try:
        terminal.types("eval \"$(session-tui completion bash)\"; echo re''ady\r")
        terminal.waits_for(lambda text: "ready" in text.replace("re''ady", ""))
        for typed in ("session-tui gate Kra", 'session-tui gate "Kra', "session-tui gate 'Kra"):
            terminal.types(f"clear\r{typed}\t")
            terminal.waits_for(lambda text: "GmbH" in text)
            terminal.types("\r")
            terminal.waits_for(lambda text: "no session" in text or "No session" in text or "never" in text)
            assert not (folder / "hacked").exists()
    finally:
        terminal.close()


@pytest.mark.slow  # starts a shell and the program
def test_zsh_completes_values(folder: Path) -> None:
    setup = 'autoload -U compinit; compinit -u -D; eval "$(session-tui completion zsh)"'
    completed(interactive("zsh", "-f", "-i"), folder, "session-tui gate acm", "gate Acme\\ Freight", setup=setup)


@pytest.mark.slow  # starts a shell and the program
def test_fish_completes_values(folder: Path) -> None:
    setup = "session-tui completion fish | source"
    completed(interactive("fish", "--private"), folder, "session-tui gate Acm", "gate Acme\\ Freight", setup=setup)

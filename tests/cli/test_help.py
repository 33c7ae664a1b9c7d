"""Covers: cli/help.py, cli/command_group.py, cli/command_help.py, and exit status 2.

Every command has its group and an example, a mistyped word gets the nearest, and wrong usage is 2.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from program import Program, program
from session_tui.cli import COMMANDS, group
from session_tui.cli.command_help import EXAMPLES, GROUPS, grouped

__all__ = ["program"]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand that is not hidden, with its path."""

    def walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        if not command.hidden:
            yield path, command
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                yield from walk(f"{path} {name}", below)

    ctx = click.Context(group, resilient_parsing=True)
    for name in COMMANDS:
        command = group.get_command(ctx, name)
        assert command is not None
        yield from walk(name, command)


def test_every_command_has_one_group_and_an_example() -> None:
    named = [name for _, _, names in GROUPS for name in names]
    assert sorted(named) == sorted(COMMANDS), "GROUPS of cli/command_help.py"
    paths = {path for path, _ in commands()}
    assert paths | {""} == set(EXAMPLES), "EXAMPLES of cli/command_help.py"


def test_a_command_without_a_group_is_shown_all_the_same() -> None:
    assert grouped([*COMMANDS, "new"])[-1] == ("More", "", ["new"])


@pytest.mark.parametrize("line", [line for rows in EXAMPLES.values() for line, _ in rows])
def test_every_example_can_be_called(line: str) -> None:
    words = shlex.split(line.removeprefix('eval "$(').removesuffix(')"'), posix=True)
    words = words[1 : next((at for at, word in enumerate(words) if word in ("|", ">", "&&")), len(words))]
    context = click.Context(group, resilient_parsing=True)
    command: click.Command = group
    while words and isinstance(command, click.Group) and (below := command.get_command(context, words[0])):
        command, words = below, words[1:]
    with command.make_context("session-tui", words) as made:
        assert made.command is command


def test_every_help_shows_its_example(program: Program) -> None:
    for path, _ in commands():
        done = program.run("help", *path.split())
        assert done.status == 0 and EXAMPLES[path][0][0] in done.out, path
        assert done.out == program.run(*path.split(), "--help").out
        assert "...\n" not in done.out.partition("\n\n")[2], "a summary is cut"
    assert all(title in program.run("--help").out for title, _, _ in GROUPS)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("lst",), "Did you mean list?"),
        (("shwo",), "Did you mean show?"),
        (("endpoint", "tset"), "test"),
        (("help", "exprot"), "Did you mean export"),
        (("list", "--outcom", "hold"), "--outcome"),
    ],
)
def test_a_mistyped_word_gets_the_nearest(program: Program, words: tuple[str, ...], meant: str) -> None:
    done = program.run(*words)
    assert done.status == 2 and meant in done.err


@pytest.mark.parametrize("words", ["value --since x", "serve --port x", "sync --nope"])
def test_an_option_unlike_all_others_gets_no_far_one(program: Program, words: str) -> None:
    done = program.run(*words.split())
    assert done.status == 2 and "No such option" in done.err and "Did you mean" not in done.err


WRONG = [
    "list --since gestern",
    "list --until gestern",
    "actions --due-before gestern",
    "done {id}:t1 --on gestern",
    "done {id}:t1 --on +3d",
    "assign {id}:t1 --due gestern",
    "export latest --to pdf",
    "export latest --to ,",
    "map latest -o x.pdf",
    "map latest --since {other}",
    "scorecard --as Ann --round ../x --plain",
    "enemies --about us --round ../x --plain",
    "run Acme --agenda nonsense --plain",
    "prepare Acme --agenda nonsense --plain",
    "compare latest latest",
    "amend latest --account=",
    "handover ben --to ann --only 99",
    "frobnicate",
    "endpoint frobnicate",
    "help frobnicate",
    "help show list",
    "show",
    "list --outcome x",
    "list --json --csv",
    "completion tcsh",
    "export-schema nonsense",
]


def test_every_wrong_usage_has_exit_status_2(program: Program) -> None:
    program.hold("Acme")
    program.hold("Borealis")
    first, second = sorted((path.stem for path in program.sessions.glob("*.toml")), key=lambda id: "acme" in id)
    files = {path: path.read_bytes() for path in Path(program.work).rglob("*") if path.is_file()}
    for line in WRONG:
        done = program.run(*shlex.split(line.format(id=second[-4:], other=second)))
        assert done.status == 2, (line, done, first)
    assert files == {path: path.read_bytes() for path in Path(program.work).rglob("*") if path.is_file()}

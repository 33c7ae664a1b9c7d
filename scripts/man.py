"""Write the man page from the tables of the command line: `make man`.

The page is in the repository, so that a package has it without a build step; a test compares it.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from session_tui.cli import COMMANDS, group
from session_tui.cli.command_help import EXAMPLES, grouped

PAGE = Path(__file__).resolve().parent.parent / "docs" / "session-tui.1"

STATUSES = (
    ("0", "done"),
    ("1", "failed; a sentence on standard error says what happened and what to do"),
    ("2", "wrong usage"),
    ("3", "the answer is no (gate)"),
)
VARIABLES = (
    ("SESSION_TUI_SESSIONS", "the folder of the sessions"),
    ("SESSION_TUI_CONFIG", "the configuration file"),
    ("SESSION_TUI_STATE", "the folder for locks, half-typed lines and the outbox"),
    ("NO_COLOR", "no colours"),
    ("COLUMNS", "the width of tables"),
    ("PAGER", "shows what is longer than the terminal; empty or unset: it is printed"),
    ("VISUAL, EDITOR", "the editor for long texts"),
)
FILES = (
    ("session-tui.toml", "the configuration: here, in a folder above, or in your configuration folder"),
    ("sessions/ID.toml", "one session"),
    ("agendas/NAME.toml", "an agenda of your own"),
)


def escaped(text: str) -> str:
    """A text of which troff takes no letter for a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return f"\\&{text}" if text.startswith(".") else text


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a docstring or an epilog; behind a backspace lines stay as they are."""
    for block in text.strip().split("\n\n"):
        lines = [line.strip() for line in block.splitlines()]
        if lines and lines[0] == "\b":
            yield "\n".join((".nf", *map(escaped, lines[1:]), ".fi"))
        else:
            yield escaped(" ".join(lines))


def rows(command: click.Command, context: click.Context) -> Iterator[str]:
    """The options of a command."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and (row := parameter.get_help_record(context)):
            yield f".TP\n\\fB{escaped(row[0])}\\fR\n{escaped(' '.join(row[1].split()))}"


def examples(path: str) -> Iterator[str]:
    """The examples of a command."""
    for line, words in EXAMPLES.get(path, ()):
        yield f".TP\n\\fB{escaped(line)}\\fR\n{escaped(words)}"


def described(path: str, command: click.Command) -> Iterator[str]:
    """A command and its subcommands: how it is called, what it does, options, examples."""
    context = click.Context(command, info_name=path, resilient_parsing=True)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS {escaped(path)}\n\\fBsession\\-tui {escaped(path)}\\fR {escaped(usage)}"
    for text in (command.help, command.epilog):
        for paragraph in paragraphs(text or ""):
            yield f".PP\n{paragraph}"
    yield from rows(command, context)
    if path in EXAMPLES:
        yield ".PP\nExamples:" if len(EXAMPLES[path]) > 1 else ".PP\nExample:"
    yield from examples(path)
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            if not below.hidden:
                yield from described(f"{path} {name}", below)


def page() -> str:
    """The man page."""
    context = click.Context(group, info_name="session-tui", resilient_parsing=True)
    lines = [
        '.\\" Made by scripts/man.py from the tables of the command line: make man',
        '.TH SESSION\\-TUI 1 "" "session\\-tui" "User Commands"',
        ".SH NAME\nsession\\-tui \\- hold a timeboxed strategy session on a deal",
        ".SH SYNOPSIS\n\\fBsession\\-tui\\fR [\\fIOPTIONS\\fR] [\\fICOMMAND\\fR] [\\fIARGS\\fR]...",
        ".SH DESCRIPTION",
        *(f".PP\n{each}" for each in paragraphs(group.help or "")),
        ".SH OPTIONS",
        *rows(group, context),
    ]
    for title, _, names in grouped(COMMANDS):
        lines.append(f".SH {escaped(title).upper()}")
        for name in names:
            command = group.get_command(context, name)
            assert command is not None
            lines += described(name, command)
    for title, table in (("EXIT STATUS", STATUSES), ("ENVIRONMENT", VARIABLES), ("FILES", FILES)):
        lines.append(f".SH {title}")
        lines += [f".TP\n\\fB{escaped(name)}\\fR\n{escaped(words)}" for name, words in table]
    lines.append(".SH EXAMPLES")
    lines += examples("")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)

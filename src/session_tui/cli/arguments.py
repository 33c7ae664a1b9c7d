"""Types of the options and arguments: paths, names, people and days.

Shells of Windows do not expand `~`, and a name from a file name of a Mac may be decomposed.
`prepared` gives every text option and argument of a command the type that composes it.
"""

import os
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from session_tui.model.name_keys import composed

if TYPE_CHECKING:
    from pathlib import Path

    from session_tui.context import AppContext


class PathArgument(click.ParamType["Path"]):
    """A file or folder; `~` and `$HOME` at its beginning are expanded on every system.

    `-` stays `-`.
    """

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Path":
        """The expanded path; `StoreError` where its beginning cannot be expanded."""
        from session_tui.store.path_expansion import expanded

        return expanded(value, os.environ)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """The values of the parameter, else files, else folders."""
        from session_tui.cli.completion_values import candidates

        return candidates(ctx, param, incomplete)


class TextArgument(click.types.StringParamType):
    """A text in composed form (NFC)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The composed text."""
        return composed(super().convert(value, param, ctx))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """The values of the parameter that the table of completions names."""
        from session_tui.cli.completion_values import candidates

        return candidates(ctx, param, incomplete)


class PersonArgument(TextArgument):
    """The name of a person; `me` is the name in the configuration."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The composed name; `StoreError` for `me` where the configuration has no name."""
        name = super().convert(value, param, ctx)
        return own_name(ctx.obj) if ctx is not None and name.strip().lower() == "me" else name


def own_name(context: "AppContext") -> str:
    """The user's name in the configuration; `StoreError` where it has none."""
    name = context.places.configuration.name.strip()
    if not name:
        from session_tui.model.fault import Fault
        from session_tui.store.errors import StoreError

        what = "the configuration does not say who you are"
        raise StoreError(Fault("", what, 'Write name = "Your Name" into session-tui.toml.'))
    return name


PATH = PathArgument()
PERSON = PersonArgument()
TEXT = TextArgument()


def day_of(
    text: str | None, option: str, today: date, read: Callable[[str, date], date | None], known: str
) -> date | None:
    """The day of an option; `WrongUsage` with the accepted forms where it is not a date."""
    if not text:
        return None
    found = read(text, today)
    if found is None:
        from session_tui.model.fault import Fault
        from session_tui.store.errors import WrongUsage

        raise WrongUsage(Fault(option, f"{text} is not a date", f"Known are {known}."))
    return found


def round_named(text: str) -> str:
    """The round of `--round`; empty for none. `WrongUsage` where it is no valid round."""
    from session_tui.model.team.practices import ROUND, is_quarter, is_round

    if text and not is_round(text):
        from session_tui.model.fault import Fault
        from session_tui.store.errors import WrongUsage

        raise WrongUsage(Fault("--round", f"{text} is not {ROUND}"))
    return text.upper() if is_quarter(text) else text


def prepared(command: click.Command, path: str) -> click.Command:
    """Give the command of this path, and its subcommands, their examples in the help, and every
    text parameter the composing type.
    """
    for param in command.params:
        if type(param.type) is click.types.StringParamType:
            param.type = TEXT
    command.format_epilog = partial(_write_epilog, command, path)  # type: ignore[method-assign]
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            prepared(below, f"{path} {name}")
    return command


def _write_epilog(command: click.Command, path: str, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    from session_tui.cli.command_help import write_epilog

    write_epilog(command, path, ctx, formatter)


def check_arguments(arguments: list[str]) -> None:
    """`click.UsageError` where an argument is not UTF-8: it could be neither stored nor
    printed.
    """
    for number, argument in enumerate(arguments, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise click.UsageError(f"Argument {number} is not UTF-8 text: {argument!a}.")

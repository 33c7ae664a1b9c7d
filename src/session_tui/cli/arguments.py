"""What is typed behind a command: paths, names and days, each through one door.

Shells of Windows leave `~` as it is, and a name may come decomposed from a file name of a Mac. `prepared` gives every
option and argument of a command the type that takes care of it.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from session_tui.model.name_keys import composed


class PathArgument(click.ParamType[Path]):
    """A file or folder; `~` and `$HOME` at its beginning are the user's home, on every system. `-` stays `-`."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; `StoreError` where its beginning is not known here."""
        from session_tui.store.path_expansion import expanded

        return expanded(value, os.environ)


class TextArgument(click.types.StringParamType):
    """A name or a text: however its accents arrive, it is one text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, composed (NFC)."""
        return composed(super().convert(value, param, ctx))


PATH = PathArgument()
TEXT = TextArgument()


def day_of(
    text: str | None, option: str, today: date, read: Callable[[str, date], date | None], known: str
) -> date | None:
    """The day an option names; `StoreError` with what is known where it names none."""
    if not text:
        return None
    found = read(text, today)
    if found is None:
        from session_tui.model.fault import Fault
        from session_tui.store.errors import StoreError

        raise StoreError(Fault(option, f"{text} is no date", f"Known are {known}."))
    return found


def round_named(text: str) -> str:
    """The round that --round names, none for none; `StoreError` where it is no round."""
    from session_tui.model.team.practices import ROUND, is_quarter, is_round

    if text and not is_round(text):
        from session_tui.model.fault import Fault
        from session_tui.store.errors import StoreError

        raise StoreError(Fault("--round", f"{text} is not {ROUND}"))
    return text.upper() if is_quarter(text) else text


def prepared(command: click.Command) -> click.Command:
    """The command, and those below it, with every text that is taken composed."""
    for param in command.params:
        if type(param.type) is click.types.StringParamType:
            param.type = TEXT
    if isinstance(command, click.Group):
        for below in command.commands.values():
            prepared(below)
    return command


def check_arguments(arguments: list[str]) -> None:
    """`click.UsageError` where an argument is no UTF-8: it could be neither stored nor shown."""
    for number, argument in enumerate(arguments, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise click.UsageError(f"Argument {number} is not UTF-8 text: {argument!a}.")

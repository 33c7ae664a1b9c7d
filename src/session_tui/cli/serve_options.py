"""What the commands of `serve` share: where the data are, and what is missing of the extra."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from session_tui.cli.command_context import CommandContext
from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError

VARIABLE = "SESSION_TUI_DATABASE"
HELP_DATA = "The folder of the team's data; your own state folder has one."
HELP_DATABASE = "postgresql://USER@HOST:PORT/NAME instead of a file."
_DATA = "team-server"  # in the state folder


def folder(context: CommandContext, data: Path | None) -> Path:
    """The data folder: what `--data` says, else the one in the state folder."""
    return (data if data is not None else context.found.state.path / _DATA).absolute()


def database(option: str, environ: Mapping[str, str]) -> str:
    """The database's address: the option, else the environment's."""
    return without_password(option, "--database") or environ.get(VARIABLE, "")


def without_password(option: str, name: str) -> str:
    """The option's value. A password stands in no option, because every user of a machine sees
    those.
    """
    if re.match(r"[\w+]+://[^?@]*:[^?]*@|.*[?&]\w*password=", option):
        what = f"A password is not given on the command line: {VARIABLE} takes the whole URL, PGPASSFILE names a file."
        raise click.BadParameter(what, param_hint=name)
    return option


def not_installed(error: ImportError) -> NoReturn:
    """Refuse where a package of the extra is missing."""
    what = f"the server's packages are not installed ({error.name})"
    raise StoreError(Fault("session-tui serve", what, 'pip install "session-tui[server]" adds them.')) from None

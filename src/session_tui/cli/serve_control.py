"""How a command of `serve` asks the server that runs on the same data folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.serve_options import HELP_DATA, folder, not_installed
from session_tui.store.errors import StoreError

ROLES = ("administrator", "coach", "facilitator", "member", "viewer")
MEANING = "What its holder may see and do."

data_option: Callable[..., Any] = click.option("--data", type=PATH, help=HELP_DATA)


def ask(context: CommandContext, data: Path | None, command: str, **about: Any) -> dict[str, Any]:
    """What the running server answers; `StoreError`. `data` is `--data` of the command, which may
    stand before the command's name as well.
    """
    try:
        from session_tui.server import control
    except ImportError as error:
        not_installed(error)
    try:
        return control.ask(folder(context, data or _before()), command, about)
    except control.ControlError as error:
        raise StoreError(error.fault) from None


def _before() -> Path | None:
    """The `--data` of a group that the command is in."""
    ctx = click.get_current_context(silent=True)
    while ctx is not None:
        if isinstance(found := ctx.params.get("data"), Path):
            return found
        ctx = ctx.parent
    return None

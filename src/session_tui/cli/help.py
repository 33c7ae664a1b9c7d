"""`help`: how the program, or one of its commands, is called."""

from typing import Any

import click

from session_tui.cli.command_group import no_such_command
from session_tui.cli.output import write_document


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """The commands below those that stand there already."""
    at = click.Context(ctx.find_root().command, resilient_parsing=True, obj=ctx.obj)
    for word in ctx.params.get("words") or ():
        found = at.command.get_command(at, word) if isinstance(at.command, click.Group) else None
        if found is None:
            return []
        at = click.Context(found, parent=at, resilient_parsing=True)
    return at.command.shell_complete(at, incomplete) if isinstance(at.command, click.Group) else []


@click.command(name="help", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="[COMMAND]...", shell_complete=_complete)
@click.pass_context
def help_(ctx: click.Context, words: tuple[str, ...]) -> int:
    """How COMMAND is called; left out: all commands. The same as `COMMAND --help`."""
    # A context that only looks: no command begins anything for it.
    at = click.Context(ctx.find_root().command, info_name="session-tui", resilient_parsing=True, obj=ctx.obj)
    at.help_option_names = ctx.help_option_names
    for word in words:
        if not isinstance(at.command, click.Group):
            raise click.UsageError(f"{at.command_path} has no commands of its own.", ctx)
        found = at.command.get_command(at, word)
        if found is None:
            no_such_command(ctx, word, at.command.list_commands(at))
        at = click.Context(found, info_name=word, parent=at, resilient_parsing=True)
    write_document(f"{at.get_help()}\n")
    return 0


COMMANDS: dict[str, click.Command] = {"help": help_}

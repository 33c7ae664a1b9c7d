"""A group of commands: a mistyped name gets the nearest ones, and help cuts no line."""

from typing import Any, NoReturn

import click

_WHOLE = 1_000  # letters of a summary; click would cut it at 45


class CommandGroup(click.Group):
    """A group that suggests the names nearest to an unknown one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The called command; `click.UsageError` with the nearest names where there is none."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            no_such_command(ctx, name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """The commands that begin like this, with their whole summary; else the options."""
        from click.shell_completion import CompletionItem

        rows = [row for row in self.summaries(ctx) if row[0].startswith(incomplete)]
        return [CompletionItem(name, help=words) for name, words in rows] or click.Command.shell_complete(
            self, ctx, incomplete
        )

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """The name and the summary of each command that is not hidden."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, one.get_short_help_str(_WHOLE)) for name, one in commands if one and not one.hidden]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(self.summaries(ctx))


def no_such_command(ctx: click.Context, name: str, known: list[str]) -> NoReturn:
    """Raise `click.UsageError` with the known names nearest to this one."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known) or [each for each in known if name and each.startswith(name)][:3]
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise click.UsageError(f"No such command '{name}'.{meant}", ctx)


def without_far_options(error: click.NoSuchOption) -> click.NoSuchOption:
    """The error with those of its suggestions whose letters are near to the unknown option's.

    click compares the hyphens too: for it `--json` is near to `--since`.
    """
    from difflib import get_close_matches

    names = {each.lstrip("-"): each for each in error.possibilities or ()}
    near = [names[each] for each in get_close_matches(error.option_name.lstrip("-"), names)]
    return click.NoSuchOption(error.option_name, possibilities=near, ctx=error.ctx)

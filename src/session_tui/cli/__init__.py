"""The command line. This module alone turns an exception into a sentence and an exit status.

0 done; 1 it failed, said in one line with what to do; 2 wrong usage; 3 the answer is no.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import click

from session_tui import __version__
from session_tui.cli.output import guard, say

# Name: the module that holds it, and its line in the help. Nothing is imported before it is called.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("holding", "Hold a session on an account."),
    "prepare": ("preparing", "Prepare a session: who comes, the plan, the credit split."),
    "resume": ("holding", "Go on with a session that was left live."),
    "demo": ("holding", "Try it on a sample account; nothing of yours is touched."),
    "list": ("finding", "The sessions in the folder, newest first; filters find some."),
    "search": ("finding", "Words in all sessions, the best first."),
    "show": ("reading", "One session, to read."),
    "actions": ("following", "What was promised over all sessions, by owner and date."),
    "done": ("following", "An action is done, with its result."),
    "reopen": ("following", "An action is open again."),
    "assign": ("following", "Give an action an owner, or another date."),
    "beliefs": ("looking_back", "What was believed of an account, and what turned out true."),
    "history": ("looking_back", "How an account went, or one person: outcomes, support, time."),
    "compare": ("looking_back", "Two sessions side by side."),
    "stats": ("looking_back", "All sessions in figures."),
    "people": ("handing_over", "Our people: who covers whom, their load, whose leaving breaks what."),
    "handover": ("handing_over", "What one of ours holds; --to hands it over, with a brief; --undo."),
    "export": ("exporting", "A session as documents: Markdown, HTML, calendar, CSV, JSON, e-mail draft."),
    "push": ("sending", "Send a session's summary to the endpoints of the configuration."),
    "outbox": ("sending", "What was pushed, and how it went; retry, drop."),
    "endpoint": ("sending", "The endpoints: test one, trust one, store its secret."),
    "map": ("mapping", "The stakeholder map: in words, or as a picture."),
    "due": ("discipline", "The deals whose session is due, and why."),
    "gate": ("discipline", "Was this deal reviewed? 0 is yes, 3 is no."),
    "brief": ("reviewing", "One page about an account, for whoever prepares or takes over."),
    "value": ("reviewing", "What the sessions cost and saved, and where the minutes went."),
    "scorecard": ("assessing", "How well we work as a team: rate the practices; report lays the record beside."),
    "enemies": ("enemies", "Which habits keep us, a customer or me from working as a team; report shows them."),
    "read": ("planning", "Read an account plan, comment on it, and put it on record."),
    "cancel": ("mending", "Say that a session does not take place."),
    "merge": ("merging", "Put two versions of a session together: a conflicted copy, git's marks."),
    "person": ("persons", "All that the files hold about one person."),
    "forget": ("persons", "Put a mark in the place of a person's name, for good."),
    "amend": ("mending", "Put a wrong account, zone or opportunity right."),
    "validate": ("mending", "Check files; every fault with its place."),
    "doctor": ("looking", "What the program found, and why."),
    "export-schema": ("looking", "The JSON Schemas of the files."),
}


class Families(click.Group):
    """Loads a command's module when the command is called, so that `--version` and `list` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table, which is that of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module imported now."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module = import_module(f"session_tui.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=Families, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--sessions", type=click.Path(path_type=Path), help="The folder of the sessions.")
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
@click.version_option(__version__, message="session-tui %(version)s")
@click.pass_context
def group(ctx: click.Context, sessions: Path | None, config: Path | None) -> None:
    """Hold a timeboxed strategy session on a deal, every entry on disk at once.

    Without a command the home screen opens.
    """
    from session_tui.cli.where import Where

    ctx.obj = Where(sessions, config)
    if ctx.invoked_subcommand is None:
        from session_tui.cli.holding import home

        ctx.exit(home(ctx.obj))


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    # What is imported stays: looking through it for garbage again and again is a tenth of the time to the first paint.
    gc.set_threshold(100_000, 20, 100)
    guard()
    sys.exit(status(arguments))


def status(arguments: list[str] | None = None) -> int:
    """Run the program; every exception becomes a sentence on standard error and a status."""
    out = sys.stdout
    try:
        result: Any = group.main(arguments, prog_name="session-tui", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Stopped; nothing was lost.", err=True)
        return 1
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit:
        if sys.stdout is out:
            raise
        return _nobody_reads()  # click has seen it first: it pacifies the stream, and would leave with status 1
    except Exception as error:  # noqa: BLE001 - the last place: no traceback reaches a user
        return _said(error)
    return result if isinstance(result, int) else 0


def _nobody_reads() -> int:
    """Whoever read our output has gone (`session-tui list | head`): nothing is left to say, or to say it to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _said(error: Exception) -> int:
    from session_tui.store.trouble import StoreError

    if isinstance(error, StoreError):
        for fault in error.faults:
            place = f"{fault.line}:{fault.column}: " if fault.line and not fault.where.count(":") else ""
            say(f"session-tui: {place}{fault!s}", err=True)
        return 1
    from session_tui.cli.where import keep_traceback

    kept = keep_traceback(error)
    words = f"session-tui: this should not have happened ({type(error).__name__}). What is saved stays saved."
    say(words + (f" Details: {kept}" if kept else ""), err=True)
    return 1

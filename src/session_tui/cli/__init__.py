"""The command line. Only this module turns an exception into a message and an exit status.

Statuses: 0 done; 1 failed, with one line about what to do; 2 wrong usage; 3 the answer is no.
"""

import gc
import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

import click

from session_tui import __version__
from session_tui.cli.arguments import PATH
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import echo, print_error, print_faults
from session_tui.cli.streams import GuardedStream, OutputError, speak_utf8
from session_tui.tui import raw_mode

if TYPE_CHECKING:
    from pathlib import Path

    from session_tui.cli.command_context import CommandContext

_PATIENCE = 0.5  # seconds for threads that are about to end

# Command name: its module, and its line in the help. A module is imported only when its command is
# called.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Hold a session on an account."),
    "prepare": ("prepare", "Prepare a session: who comes, the plan, the credit split."),
    "resume": ("resume", "Go on with a session that was left live."),
    "present": ("resume", "A window for the shared screen: it follows a session, curtain and all."),
    "demo": ("trial", "Try it on a sample account; nothing of yours is touched."),
    "tutor": ("trial", "Learn it in five minutes: a real session with nine tasks."),
    "list": ("list_command", "The sessions in the folder, newest first; filters find some."),
    "search": ("list_command", "Words in all sessions, the best first."),
    "show": ("show", "One session, to read."),
    "actions": ("actions", "What was promised over all sessions, by owner and date."),
    "done": ("done", "Actions are done, with their result."),
    "reopen": ("done", "Actions are open again."),
    "assign": ("done", "Give actions an owner, or another date."),
    "beliefs": ("history", "What was believed of an account, and what turned out true."),
    "history": ("history", "How an account went, or one person: outcomes, support, time."),
    "compare": ("history", "Two sessions side by side."),
    "stats": ("history", "All sessions in figures."),
    "people": ("handover", "Our people: who covers whom, their load, whose leaving breaks what."),
    "handover": ("handover", "What one of ours holds; --to hands it over, with a brief; --undo."),
    "export": ("export", "Sessions as documents: Markdown, HTML, calendar, CSV, JSON, e-mail draft."),
    "push": ("push", "Send the summaries of sessions to the endpoints of the configuration."),
    "sync": ("sync", "Bring the sessions here and on a team server in step."),
    "join": ("join", "Join a team: a token, and its server as an endpoint."),
    "outbox": ("outbox", "What was pushed, and how it went; retry, drop."),
    "endpoint": ("endpoint", "The endpoints: test one, trust one, store its secret."),
    "serve": ("serve", "The team server: keeps the sessions of a team; token, backup, restore, check, copy."),
    "trust": ("doctor", "Say yes to the folders that a configuration from elsewhere names."),
    "map": ("map_command", "The stakeholder map: in words, or as a picture."),
    "due": ("due", "The deals whose session is due, and why."),
    "pipeline": ("pipeline", "How the CRM's export is read: pipeline check FILE."),
    "import": ("import_command", "An account's people from a CRM's export: import contacts FILE."),
    "gate": ("due", "Was this deal reviewed? 0 is yes, 3 is no."),
    "brief": ("brief", "One page about an account, to prepare for it or take it over."),
    "value": ("brief", "What the sessions cost and saved, and where the minutes went."),
    "scorecard": ("scorecard", "How well we work as a team: rate the practices; report lays the record beside."),
    "enemies": ("enemies", "Which habits keep us, a customer or me from working as a team; report shows them."),
    "read": ("read", "Read an account plan, comment on it, and put it on record."),
    "cancel": ("maintenance", "Say that sessions do not take place."),
    "reopen-session": ("maintenance", "Open a session again that was ended by mistake."),
    "merge": ("merge", "Put two versions of a session together: a conflicted copy, git's marks."),
    "person": ("privacy", "All that the files hold about one person."),
    "forget": ("privacy", "Put a mark in the place of a person's name, for good."),
    "amend": ("maintenance", "Put a wrong account, zone or opportunity right."),
    "remove": ("remove", "Remove sessions: they are in no list, and kept for 90 days."),
    "restore": ("remove", "Bring removed sessions back; without ID, show which."),
    "validate": ("maintenance", "Check files; every fault with its place."),
    "doctor": ("doctor", "What the program found, and why."),
    "help": ("help", "How a command is called."),
    "completion": ("completion", "The script with which a shell completes commands, options and values."),
    "export-schema": ("doctor", "The JSON Schemas of the files."),
}


# Commands whose output may be longer than a terminal, and that ask nothing.
PAGED = frozenset(
    (
        "list",
        "search",
        "show",
        "actions",
        "beliefs",
        "history",
        "compare",
        "stats",
        "people",
        "map",
        "due",
        "brief",
        "value",
        "outbox",
        "validate",
        "doctor",
        "pipeline",
        "export-schema",
        "completion",
        "help",
    )
)
ON_SCREEN = ("run", "resume", "present", "demo", "tutor")  # open the full screen, unless they refuse to


class LazyCommandGroup(CommandGroup):
    """Imports a command's module only when the command is called, so that `--version` and `list`
    start quickly.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The command names in the order of the table, the most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name; imports its module."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        if cmd_name in ON_SCREEN and "--plain" not in sys.argv and not ctx.resilient_parsing:
            raw_mode.begin()
        module = import_module(f"session_tui.cli.{COMMANDS[cmd_name][0]}")
        from session_tui.cli.arguments import prepared

        return prepared(module.COMMANDS[cmd_name], cmd_name)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """The lines of the table of commands, without importing them."""
        return [(name, words) for name, (_, words) in COMMANDS.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in groups, each with a line to try."""
        from session_tui.cli.command_help import grouped

        longest = max(map(len, COMMANDS))
        for title, line, names in grouped(COMMANDS):
            with formatter.section(f"{title} ({line})" if line else title):
                formatter.write_dl([(name.ljust(longest), COMMANDS[name][1]) for name in names])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, and where more help is."""
        from session_tui.cli.command_help import write_epilog

        write_epilog(self, "", ctx, formatter)
        formatter.write_paragraph()
        formatter.write("session-tui help COMMAND explains one. Exit status: 0 done, 1 failed, 2 wrong usage, 3 no.\n")


@click.group(
    cls=LazyCommandGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--sessions", type=PATH, help="The folder of the sessions.")
@click.option("--config", type=PATH, help="The configuration file.")
@click.version_option(__version__, message="session-tui %(version)s")
@click.pass_context
def group(ctx: click.Context, sessions: "Path | None", config: "Path | None") -> None:
    """Hold a timeboxed strategy session on a deal, every entry on disk at once.

    Without a command the home screen opens.
    """
    ctx.obj = _context(sessions, config, ctx.invoked_subcommand or "")
    if ctx.invoked_subcommand in PAGED and os.environ.get("PAGER"):
        from session_tui.cli.pager import page

        if end := page(os.environ):
            ctx.call_on_close(end)
    if ctx.invoked_subcommand is None:
        raw_mode.begin()
        from session_tui.cli.trial import home

        ctx.exit(home(ctx.obj))


def _context(sessions: "Path | None", config: "Path | None", command: str = "") -> "CommandContext":
    """The context of this call: the system's environment, clocks and random numbers."""
    import random

    from session_tui.cli.command_context import CommandContext
    from session_tui.context import steady_clock, utc_now

    rng = random.SystemRandom()
    return CommandContext(utc_now, rng, os.environ, sessions, config, command=command, find_steady=steady_clock)


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    # Imported modules stay in memory: scanning them for garbage again and again takes a tenth of
    # the time to the first paint.
    gc.set_threshold(100_000, 20, 100)
    from session_tui.cli.streams import fill_closed_streams

    fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        speak_utf8(stream)
    try:
        ended = status(arguments)
    finally:
        raw_mode.end()
    _end(ended)


def _end(result: int) -> None:
    """Exit with this status, without waiting for threads that are blocked by a disk that does not
    respond.
    """
    end = time.monotonic() + _PATIENCE
    for each in threading.enumerate():
        if each is not threading.main_thread() and not each.daemon:
            each.join(max(0.0, end - time.monotonic()))
            if each.is_alive():
                with suppress(OSError, ValueError):
                    sys.stdout.flush()
                    sys.stderr.flush()
                os._exit(result)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # the terminal is gone; Python would flush again, and exit with 120
            _redirect_to_null(stream)
    # The system takes the memory back: scanning all of it for garbage once more takes 5 to 50 ms.
    gc.freeze()
    sys.exit(result)


def status(arguments: list[str] | None = None) -> int:
    """Run the program; every exception becomes a sentence on standard error and a status."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = GuardedStream(out), GuardedStream(err, quiet=True)
    try:
        return _status(arguments)
    finally:
        sys.stdout, sys.stderr = out, err


def _status(arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in (given[: given.index("--")] if "--" in given else given)
    try:
        from session_tui.cli.arguments import check_arguments

        check_arguments(given)
        if instruction := os.environ.get("_SESSION_TUI_COMPLETE"):
            from session_tui.cli.completion import answer

            return answer(group, instruction, os.environ, _context)
        result: Any = group.main(arguments, prog_name="session-tui", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            from session_tui.cli.command_group import without_far_options

            error = without_far_options(error)
        if as_json:
            print_error(error.format_message(), f"{_called(error)} --help says what is right.", error.exit_code)
        else:
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        if as_json:
            print_error("Stopped; nothing was lost.", "", 1)
        else:
            echo("Stopped; nothing was lost.", err=True)
        return 1
    except BrokenPipeError:
        return _reader_gone()
    except OutputError as error:
        return _not_printed(error, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the last place: no traceback reaches a user
        return _report_error(error, as_json=as_json)
    return result if isinstance(result, int) else 0


def _reader_gone() -> int:
    """The reader of standard output has closed it (`session-tui list | head`): end quietly."""
    _redirect_to_null(sys.stdout)
    return 0


def _called(error: click.ClickException) -> str:
    """The command that an error of usage is about, as it is typed."""
    return error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "session-tui"


def _not_printed(error: OutputError, *, as_json: bool) -> int:
    """Report that standard output could not be written, for example onto a full disk.

    Saved changes stay saved.
    """
    from pathlib import Path

    from session_tui.store.errors import from_os_error

    _redirect_to_null(sys.stdout)
    what = from_os_error(OSError(error.number, os.strerror(error.number)), Path())
    words = f"standard output: {what.what}. Not all of it was printed; what is saved stays saved."
    if as_json:
        print_error(words, "", 1)
    else:
        echo(f"session-tui: {words}", err=True)
    return 1


def _redirect_to_null(stream: TextIO) -> None:
    """Redirect the stream to the null device, so that its last flush cannot fail again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _report_error(error: Exception, *, as_json: bool) -> int:
    from session_tui.store.errors import StoreError, WrongUsage

    if isinstance(error, StoreError) and as_json:
        number = 2 if isinstance(error, WrongUsage) else 1
        found = [": ".join(filter(None, (fault.where, fault.what))) for fault in error.faults]
        print_error("; ".join(found), " ".join(dict.fromkeys(f.do for f in error.faults if f.do)), number)
        return number
    if isinstance(error, StoreError):
        places = (
            f"{fault.line}:{fault.column}: " if fault.line and not fault.where.count(":") else ""
            for fault in error.faults
        )
        print_faults((f"{at}{fault.words}" for at, fault in zip(places, error.faults, strict=True)), "session-tui: ")
        return 2 if isinstance(error, WrongUsage) else 1
    from session_tui.store.errors import keep_report

    kept = keep_report(error)
    words = f"this should not have happened ({type(error).__name__}). What is saved stays saved."
    details = f"Details: {kept}" if kept else ""
    if as_json:
        print_error(words, details, 1)
    else:
        echo(f"session-tui: {words} {details}".rstrip(), err=True)
    return 1

"""`export`: a session as documents, written beside each other or printed."""

import sys
from pathlib import Path

import click
from msgspec.structs import replace

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, write_document
from session_tui.cli.prompt import confirm
from session_tui.cli.sessions import all_sessions, find
from session_tui.export.formats import FORMATS, Setting, remarks, render
from session_tui.export.summary import summarise
from session_tui.model.fault import Fault
from session_tui.model.formats import plural
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail
from session_tui.store import atomic, folders, pipeline, session_file, session_folder, toml
from session_tui.store.errors import StoreError, WrongUsage, from_os_error

_KNOWN = "\n".join(f"  {name:<5} {each.words}" for name, each in FORMATS.items())


@click.command(
    help=f"""Each session ID as documents: what was settled, for those who were not there.

What is shared has no support, power, pain, notes and comments, nor what follows from them, and
no commission and hours saved.

\b
{_KNOWN}"""
)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--to", "formats", multiple=True, default=("md",), metavar="NAMES", help="md,html,ics,csv,crm,json,eml")
@click.option("--detail", type=click.Choice(["shared", "full"]), default="shared", show_default=True)
@click.option("-o", "--output", type=PATH, default=Path(), help="A folder; - prints one.")
@click.option("--tasks", is_flag=True, help="In a calendar tasks instead of events of a whole day.")
@click.option("--events", is_flag=True, hidden=True)  # was needed for what is now the default
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.pass_obj
def export(
    context: CommandContext,
    ids: tuple[str, ...],
    formats: tuple[str, ...],
    detail: Detail,
    output: Path,
    tasks: bool,
    events: bool,
    force: bool,
) -> int:
    """Each session ID as documents."""
    if tasks and events:
        raise click.UsageError("Choose one of --tasks and --events.")
    wanted = _format_names(formats)
    paths = tuple(dict.fromkeys(find(context, id) for id in ids))
    if str(output) == "-" and len(wanted) * len(paths) > 1:
        raise click.UsageError("One document at a time can be printed: choose one ID, and one format with --to.")
    # All documents are made before the first is written: a failure leaves nothing behind.
    made: dict[Path, bytes] = {}
    for path in paths:
        session = session_file.read(toml.read_bytes(path), path).session
        summary = summarise(session, detail)
        setting = setting_of(context, session, detail, tasks=tasks)
        if "crm" in wanted:
            place = context.places.pipeline
            setting = replace(setting, deal=pipeline.deal_of(session, place, lambda: all_sessions(context)))
        for name in wanted:
            for remark in remarks(summary, name, setting):
                echo(remark, err=True)
            made[output / f"{path.stem}{FORMATS[name].suffix}"] = render(summary, name, setting)
    if str(output) == "-":
        write_document(next(iter(made.values())))
    else:
        _write(made, output, force=force)
    return 0


def setting_of(context: CommandContext, session: Session, detail: Detail, *, tasks: bool = False) -> Setting:
    """The values that documents need besides the summary: moment, configuration, and the later
    history of the session.
    """
    configuration = context.places.configuration
    later = tuple(summarise(each, detail) for each in session_folder.after(context.sessions, session))
    return Setting(context.now().astimezone(), configuration.people, tasks, later, configuration.cadence)


def _format_names(formats: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for each in formats for name in each.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        what = f"{', '.join(unknown)} is not a format" if unknown else "no format is named"
        raise WrongUsage(Fault("--to", what, f"Known are {', '.join(FORMATS)}."))
    return names


def _write(made: dict[Path, bytes], folder: Path, *, force: bool) -> None:
    try:
        folders.make(folder)
    except OSError as error:
        raise StoreError(from_os_error(error, folder, "Choose another folder with -o.")) from error
    there = [path for path in made if path.exists()] if not force else []
    if there:
        names = ", ".join(path.name for path in there)
        if not sys.stdin.isatty() or not confirm(f"{names} {_are(there)} there already. Write over?"):
            raise StoreError(Fault(names, f"{_are(there)} there already, and nothing was written", "--force does it."))
    for path, content in made.items():
        try:
            atomic.write(path, content)
        except OSError as error:
            raise StoreError(from_os_error(error, path, "Choose another folder with -o.")) from error
        echo(str(path))


def _are(paths: list[Path]) -> str:
    return plural(len(paths), "is", "are")


COMMANDS: dict[str, click.Command] = {"export": export}

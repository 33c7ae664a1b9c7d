"""`map`: the stakeholder map as a picture, or in words."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from session_tui.cli import sessions
from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, write_document
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.store import atomic, session_file, toml
from session_tui.store.errors import StoreError, WrongUsage, from_os_error

if TYPE_CHECKING:
    from session_tui.export.map_svg import Detail
    from session_tui.export.svg import Look

KINDS = (".svg", ".mmd", ".png")
SCALE = 2  # dots of a PNG for each unit, enough for screens of high density


@click.command("map")
@click.argument("id")
@click.option("-o", "--output", type=PATH, help=f"A file: {', '.join(KINDS)}; - prints the SVG.")
@click.option("--since", "earlier", metavar="ID", help="Mark what changed since this session.")
@click.option(
    "--detail",
    type=click.Choice(["full", "shared"]),
    default="full",
    show_default=True,
    help="shared: the chart alone, without support, power and map status.",
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def map_(
    context: CommandContext,
    id: str,
    output: Path | None,
    earlier: str | None,
    detail: "Detail",
    theme: "Look",
    force: bool,
) -> int:
    """The stakeholder map of session ID: in words, or as a picture with -o."""
    session = _session(context, id)
    before = _session(context, earlier) if earlier else None
    if before is not None and name_key(before.account) != name_key(session.account):
        what = f"is about {before.account}, not {session.account}"
        raise WrongUsage(Fault(before.id, what, "--since takes a session on the same account."))
    from session_tui.model.stakeholder_map.description import faults
    from session_tui.model.stakeholder_map.layout import hierarchy

    if output is None:
        return _in_words(context, session, before, full=detail == "full")
    for sentence in faults(hierarchy(session.stakeholders)):
        echo(sentence, err=True)
    if str(output) == "-":
        from session_tui.export.map_svg import svg

        write_document(svg(session, detail=detail, look=theme, before=before))
        return 0
    if output.suffix.lower() not in KINDS:
        raise WrongUsage(Fault(str(output), "it is not a kind of picture", f"End its name in {', '.join(KINDS)}."))
    if before is not None and output.suffix.lower() == ".mmd":
        # A chart without marks must not look like one without changes.
        echo("What changed is not marked in a flowchart: .svg marks it, and without -o it is printed.", err=True)
    content = _content(output.suffix.lower(), session, before, detail, theme)
    try:
        atomic.write(output, content, exclusive=not force)
    except FileExistsError:
        raise StoreError(Fault(str(output), "there is such a file already", "--force writes over it.")) from None
    except OSError as error:
        raise StoreError(from_os_error(error, output)) from error
    echo(str(output))
    return 0


def _content(
    kind: str,
    session: Session,
    before: Session | None,
    detail: "Detail",
    theme: "Look",
) -> bytes:
    if kind == ".mmd":
        from session_tui.export.markdown import mermaid

        return mermaid(session, full=detail == "full").encode()
    from session_tui.export.map_svg import svg

    drawn = svg(session, detail=detail, look=theme, before=before)
    if kind == ".svg":
        return drawn.encode()
    try:
        import resvg_py
    except ImportError:
        from session_tui.store.installation import here

        do = f"{here().adding('resvg-py', 'png')} brings it; .svg needs nothing."
        raise StoreError(Fault("", "a PNG needs a renderer that is not installed", do)) from None
    return bytes(resvg_py.svg_to_bytes(svg_string=drawn, zoom=SCALE))


def _in_words(context: CommandContext, session: Session, before: Session | None, *, full: bool) -> int:
    from session_tui.model import history
    from session_tui.model.stakeholder_map.changes import changes
    from session_tui.model.stakeholder_map.description import describe_changes, describe_map

    chain, _ = sessions.before(context, session)
    lines = list(describe_map(session, history.past(chain), covered_up=not full))
    if before is not None and full:
        lines += ["", *describe_changes(changes(before, session), before, context.today)]
    elif before is not None:
        echo("What changed is left out by --detail shared: it tells support and power.", err=True)
    for line in lines:
        echo(line)
    return 0


def _session(context: CommandContext, id: str) -> Session:
    path = sessions.find(context, id)
    return session_file.read(toml.read_bytes(path), path).session


COMMANDS: dict[str, click.Command] = {"map": map_}

"""`serve`: the team server; its commands ask the one that runs.

The package `server` and what it needs are loaded here alone, when the command runs.
"""

import shlex
import sys
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.output import echo
from session_tui.cli.serve_audit import COMMANDS as AUDIT_COMMANDS
from session_tui.cli.serve_data import COMMANDS as DATA_COMMANDS
from session_tui.cli.serve_join import COMMANDS as JOIN_COMMANDS
from session_tui.cli.serve_options import HELP_DATA, HELP_DATABASE, folder, not_installed
from session_tui.cli.serve_options import database as database_of
from session_tui.cli.serve_people import COMMANDS as PEOPLE_COMMANDS
from session_tui.store.errors import StoreError

DEFAULT_LISTEN = "127.0.0.1:8765"
_HELP_RATE = "Requests of a token in a minute, and ten times as many at once; 0 is no limit."
_HELP_METRICS = "Where Prometheus reads /metrics; a port alone is one of this machine."


@click.group(invoke_without_command=True)
@click.option("--data", type=PATH, help=HELP_DATA)
@click.option("--listen", default=DEFAULT_LISTEN, show_default=True, help="ADDRESS:PORT; port 0 is any free one.")
@click.option("--database", default="", metavar="URL", help=HELP_DATABASE)
@click.option("--tls-cert", type=PATH, help="A certificate, to listen beyond this machine.")
@click.option("--tls-key", type=PATH, help="Its key.")
@click.option("--behind-proxy", default="", metavar="ADDRESS", help="A proxy with TLS stands before the server.")
@click.option("--rate", type=click.IntRange(0), default=1200, show_default=True, help=_HELP_RATE)
@click.option("--metrics", default="", metavar="ADDRESS:PORT", help=_HELP_METRICS)
@click.pass_context
def serve(
    ctx: click.Context,
    data: Path | None,
    listen: str,
    database: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: str,
    rate: int,
    metrics: str,
) -> int:
    """Keep the sessions of a team, for `push` of everyone in it. Ends on SIGTERM.

    What it needs is in the extra `server`: pip install "session-tui[server]".
    """
    if ctx.invoked_subcommand is not None:
        return 0
    try:
        from session_tui.server.process import Options, ServeError, serve
    except ImportError as error:
        not_installed(error)
    host, port = _address(listen, "--listen")
    options = Options(
        data=folder(ctx.obj, data),
        host=host,
        port=port,
        certificate=tls_cert,
        key=tls_key,
        proxy=behind_proxy,
        database=database_of(database, ctx.obj.environ),
        rate=rate,
        environ=ctx.obj.environ,
        metrics=_address(metrics if ":" in metrics else f"127.0.0.1:{metrics}", "--metrics") if metrics else None,
        invites=sys.stdout.isatty(),
    )

    def announce(url: str, invitation: str) -> None:
        _announce(url, invitation, options.data)

    try:
        serve(options, ctx.obj.now, ctx.obj.rng, announce)
    except ServeError as error:
        raise StoreError(error.fault) from None
    return 0


def _announce(url: str, invitation: str, data: Path) -> None:
    echo(f"listening on {url}")
    sys.stdout.flush()
    if sys.stdout.isatty():
        _first_steps(url, invitation, shlex.quote(str(data)))
        sys.stdout.flush()


def _first_steps(url: str, invitation: str, data: str) -> None:
    """What to do first, on the terminal alone: an invitation stands in no pipe and in no log."""
    if invitation:
        echo(f"\nInvitation for the first administrator, for 15 minutes and once: {invitation}")
        echo(f"Join with it: session-tui join {url} --invitation {invitation}")
        echo(f"Later, or another: session-tui serve invite NAME --role administrator --data {data}")
    else:
        echo(f"\nInvite a user: session-tui serve invite NAME --role facilitator --data {data}")
    echo("Ctrl+C ends the server.")


def _address(text: str, option: str) -> tuple[str, int]:
    """Host and port of an option."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or int(port[:6]) > 65535:
        raise click.BadParameter(f"{text!r} is not ADDRESS:PORT, such as {DEFAULT_LISTEN}.", param_hint=option)
    return host.removeprefix("[").removesuffix("]"), int(port)


for each in (*PEOPLE_COMMANDS, *JOIN_COMMANDS, *AUDIT_COMMANDS, *DATA_COMMANDS):
    serve.add_command(each)

COMMANDS = {"serve": serve}

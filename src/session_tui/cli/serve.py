"""`serve`: the team server; its commands ask the one that runs.

The package `server` and what it needs are loaded here alone, when the command runs.
"""

import shlex
import sys
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.serve_data import COMMANDS as DATA_COMMANDS
from session_tui.cli.serve_options import HELP_DATA, HELP_DATABASE, folder, not_installed
from session_tui.cli.serve_options import database as database_of
from session_tui.store.errors import StoreError

ROLES = ("administrator", "coach", "facilitator", "member", "viewer")
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
    )
    try:
        serve(options, ctx.obj.now, ctx.obj.rng, lambda url: _announce(url, options.data))
    except ServeError as error:
        raise StoreError(error.fault) from None
    return 0


@serve.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What its holder may see and do.")
@click.option("--label", default="", help="What the token is for.")
@click.option("--data", type=PATH, help=HELP_DATA)
@click.pass_obj
def token(context: CommandContext, name: str, role: str, label: str, data: Path | None) -> int:
    """Ask the running server for a token for NAME, and print it. It is shown this once."""
    try:
        from session_tui.server import control
    except ImportError as error:
        not_installed(error)
    try:
        found = control.ask(folder(context, data), "token", {"name": name, "role": role, "label": label})
    except control.ControlError as error:
        raise StoreError(error.fault) from None
    echo(str(found["token"]))
    return 0


def _announce(url: str, data: Path) -> None:
    echo(f"listening on {url}")
    sys.stdout.flush()
    if sys.stdout.isatty():
        given = f"session-tui serve token NAME --role facilitator --data {shlex.quote(str(data))}"
        echo(f"A token for a user: {given}\nCtrl+C ends the server.", err=True)


def _address(text: str, option: str) -> tuple[str, int]:
    """Host and port of an option."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or int(port[:6]) > 65535:
        raise click.BadParameter(f"{text!r} is not ADDRESS:PORT, such as {DEFAULT_LISTEN}.", param_hint=option)
    return host.removeprefix("[").removesuffix("]"), int(port)


for each in DATA_COMMANDS:
    serve.add_command(each)

COMMANDS = {"serve": serve}

"""`endpoint`: the endpoints of the configuration; `test`, `trust` and `secret` for one of them."""

import sys

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import echo
from session_tui.cli.prompt import ask, confirm
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.sentence import sentence
from session_tui.outbox.sender import over_http
from session_tui.outbox.service import PushService
from session_tui.store.errors import StoreError


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.pass_context
def endpoint(ctx: click.Context) -> int:
    """The endpoints of the configuration: where a summary may go, and what stands in the way."""
    if ctx.invoked_subcommand is not None:
        return 0
    push_service = PushService(ctx.obj)
    if not push_service.endpoints:
        echo("No endpoint. [[endpoints]] in session-tui.toml names one; docs/guide/endpoints.md shows how.", err=True)
    for each in push_service.endpoints:
        line = f"{each.name}: {each.kind}, {each.detail}{', at the end of every session' if each.push_on_end else ''}"
        try:
            push_service.check(each)
            state = "ready"
        except StoreError as error:
            fault = error.faults[0]
            state = f"{sentence(fault.what)}. {fault.do}".strip()
        echo(f"{line}; {state}")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def test(context: CommandContext, name: str) -> int:
    """Send a harmless test message to endpoint NAME, and explain what came back."""
    from session_tui.outbox.messages import build_test_message
    from session_tui.outbox.response import outcome

    push_service = PushService(context)
    found = push_service.endpoint_named(name)
    ask_for_trust(push_service, found)
    if push_service.question(found):
        push_service.check(found)
    message = build_test_message(found, context.now())
    request = push_service.request(message)
    if isinstance(request, Fault):
        raise StoreError(request)
    response = over_http(request)
    if 200 <= response.status < 300:
        push_service.outbox.switch_on(message.url)
        signed = " It was signed." if any(key.lower() == "webhook-signature" for key, _ in request.headers) else ""
        echo(f"{name}: the test arrived ({response.status}).{signed}")
        return 0
    raise StoreError(Fault(f'endpoint "{name}"', outcome(message, response), _advice(response.status)))


@endpoint.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Say yes without being asked, as in a script.")
@click.pass_obj
def trust(context: CommandContext, name: str, yes: bool) -> int:
    """Say yes to endpoint NAME, which came with a folder: to its address, its kind and its
    secret's name.
    """
    push_service = PushService(context)
    found = push_service.endpoint_named(name)
    question = push_service.question(found)
    if not question:
        echo(f"{name} needs no yes, or has it.")
        return 0
    echo(question, err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault(name, "there is no terminal to ask at", "--yes answers for you."))
        confirm("Yes?", abort=True)
    push_service.trust(found)
    echo(f"{name} may be used from now on, as long as it stays what it is.")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def secret(context: CommandContext, name: str) -> int:
    """Store the secret of endpoint NAME in the system's keyring, or say which variable to set."""
    from session_tui.outbox.secrets import keep_secret

    found = PushService(context).endpoint_named(name)
    if not found.secret_keyring and found.secret_env:
        echo(f"{name} reads its secret from the environment: set {found.secret_env}.")
        return 0
    value = ""
    if found.secret_keyring:
        at_terminal = sys.stdin.isatty()
        value = ask("Secret", hide_input=True) if at_terminal else sys.stdin.readline().strip()
    keep_secret(found, value)
    echo(f"The keyring has it as {found.secret_keyring}.")
    return 0


def _advice(status: int) -> str:
    """What the user can do about a response with this status."""
    if status in (401, 403):
        return "Is the secret the one that the receiver knows? session-tui endpoint secret sets it."
    if status in (404, 410):
        return "Is the address in the configuration still the right one?"
    if status in (408, 425, 429) or status >= 500 or status == 0:
        return "A summary would wait in the outbox, and be tried again."
    return "The receiver says why; a summary would be rejected the same way."


def ask_for_trust(push_service: PushService, endpoint: Endpoint) -> None:
    """Ask the user, at a terminal, whether an endpoint that needs trust may be used; remember a
    yes.
    """
    question = push_service.question(endpoint)
    if question and sys.stdin.isatty() and confirm(question):
        push_service.trust(endpoint)


COMMANDS: dict[str, click.Command] = {"endpoint": endpoint}

"""Reading a session. Data goes to standard output; the screen is not loaded."""

import json
from typing import Any

import click
import msgspec

from session_tui.cli.shelves import before, find
from session_tui.cli.where import Where, now
from session_tui.model import telling
from session_tui.model.clean import harmless
from session_tui.store import document, toml


@click.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="The session with the keys of its file.")
@click.option("--map", "as_map", is_flag=True, help="The stakeholder map in about ten lines of plain words.")
@click.pass_obj
def show(where: Where, id: str, as_json: bool, as_map: bool) -> int:
    """One session: ID, the beginning of it, or `latest`."""
    path = find(where, id)
    found = document.read(toml.read_bytes(path), path)
    if as_json:
        print_json(_over(msgspec.to_builtins(found.session), msgspec.to_builtins(found.tables)))
    elif as_map:
        from session_tui.model import history
        from session_tui.model.map.telling import tell

        chain, _ = before(where, found.session)
        for line in tell(found.session, history.past(chain)):
            click.echo(harmless(line))
    else:
        for line in telling.session_lines(found.session, now().astimezone().date()):
            click.echo(line)
    return 0


def print_json(value: Any) -> None:
    r"""JSON as ASCII with \u escapes: a terminal that gets it has nothing to obey."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True, default=str))


def _over(full: Any, raw: Any) -> Any:
    """All keys with their defaults, and above them what the file has, keys this program does not know included."""
    if isinstance(full, dict) and isinstance(raw, dict):
        return {
            key: _over(full.get(key), raw[key]) if key in raw else full[key]
            for key in (*full, *(k for k in raw if k not in full))
        }
    if isinstance(full, list) and isinstance(raw, list) and len(full) == len(raw):
        return [_over(one, other) for one, other in zip(full, raw, strict=True)]
    return raw


COMMANDS: dict[str, click.Command] = {"show": show}

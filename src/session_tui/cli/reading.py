"""Reading sessions: list and show. Data goes to standard output; neither loads the screen."""

import json
import os
import sys
from typing import Any

import click
import msgspec

from session_tui.cli.where import Where, now
from session_tui.model import telling
from session_tui.model.clean import harmless
from session_tui.store import document, shelf, toml
from session_tui.store.shelf import Row


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--limit", type=click.IntRange(min=1), help="So many at most.")
@click.pass_obj
def list_(where: Where, as_json: bool, limit: int | None) -> int:
    """The sessions in the folder, newest first."""
    rows = shelf.rows(where.sessions)[:limit]
    if as_json:
        print_json([as_data(row) for row in rows])
        return 0
    if not rows:
        click.echo(harmless(f"No session in {where.sessions} yet. session-tui run ACCOUNT begins one."), err=True)
        return 0
    from rich.table import Table as Grid
    from rich.text import Text

    from session_tui.cli.printing import Output

    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    longest = max(len(row.id) for row in rows)
    for title in ("Session", "Account", "Zone", "Status", "Outcome", "Open"):
        # The id is what other commands are given, so it alone is never cut.
        grid.add_column(title, overflow="ellipsis", no_wrap=True, min_width=longest if title == "Session" else None)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in _cells(row)))
    # Whoever reads from a pipe wants whole lines, whatever the terminal's width.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1000
    Output(width).print(grid)
    return 0


@click.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="The session with the keys of its file.")
@click.option("--map", "as_map", is_flag=True, help="The stakeholder map in about ten lines of plain words.")
@click.pass_obj
def show(where: Where, id: str, as_json: bool, as_map: bool) -> int:
    """One session: ID, the beginning of it, or `latest`."""
    path = shelf.find(where.sessions, id)
    found = document.read(toml.read_bytes(path), path)
    if as_json:
        print_json(_over(msgspec.to_builtins(found.session), msgspec.to_builtins(found.tables)))
    elif as_map:
        from session_tui.model import history
        from session_tui.model.map.telling import tell

        chain, _ = shelf.before(where.sessions, found.session)
        for line in tell(found.session, history.past(chain)):
            click.echo(harmless(line))
    else:
        for line in telling.session_lines(found.session, now().astimezone().date()):
            click.echo(line)
    return 0


def as_data(row: Row) -> dict[str, Any]:
    """A row of `list --json`; a broken file has the same keys, null, and its error."""
    session = row.session
    keys = ("id", "account", "zone", "opportunity", "status", "started_at", "outcome", "open_actions")
    if session is None:
        return dict.fromkeys(keys) | {"path": _path(row), "error": harmless(str(row.fault))}
    values = (
        session.id,
        session.account,
        session.zone,
        session.opportunity,
        session.status,
        session.started_at.isoformat() if session.started_at else None,
        session.outcome,
        sum(1 for action in session.action_items if action.status == "open"),
    )
    return dict(zip(keys, values, strict=True)) | {"path": _path(row), "error": None}


def print_json(value: Any) -> None:
    r"""JSON as ASCII with \u escapes: a terminal that gets it has nothing to obey."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True, default=str))


def _path(row: Row) -> str:
    return str(row.path).encode("utf-8", "replace").decode()


def _cells(row: Row) -> tuple[str, ...]:
    session = row.session
    if session is None:
        return (row.id, f"▲ {harmless(str(row.fault))}", "", "broken", "", "")
    still = sum(1 for action in session.action_items if action.status == "open")
    cells = (session.id, session.account, session.zone, session.status, session.outcome or "", str(still or ""))
    return tuple(map(harmless, cells))


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


COMMANDS: dict[str, click.Command] = {"list": list_, "show": show}

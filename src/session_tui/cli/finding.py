"""Finding sessions: `list` with its filters, and `search`, both over the index."""

import csv
import io
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import click

from session_tui.cli.reading import print_json
from session_tui.cli.shelves import library
from session_tui.cli.where import Where, now
from session_tui.library.looking import Card
from session_tui.library.searching import Hit
from session_tui.model import dates
from session_tui.model.clean import harmless, one_line
from session_tui.model.fault import Fault
from session_tui.model.words import OUTCOMES
from session_tui.store.trouble import StoreError

KEYS = ("id", "account", "zone", "opportunity", "status", "started_at", "outcome", "open_actions", "path", "error")
HIT_KEYS = ("session_id", "account", "field", "snippet", "score")
_STATES = ("prepared", "live", "held", "cancelled")


@click.command(name="list")
@click.option("--account", metavar="NAME", help="This account; a part of its name is enough.")
@click.option("--zone", metavar="NAME", help="This zone.")
@click.option("--owner", metavar="NAME", help="Somebody who owns the account, or an action there.")
@click.option("--since", metavar="DATE", help="Begun on this day or later: 2026-11-01, -30d, mon.")
@click.option("--until", metavar="DATE", help="Begun on this day or before.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Ended with this outcome.")
@click.option("--status", type=click.Choice(_STATES), help="In this state.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.option("--limit", type=click.IntRange(min=1), help="So many at most.")
@click.pass_obj
def list_(where: Where, /, as_json: bool, as_csv: bool, limit: int | None, **filters: str | None) -> int:
    """The sessions in the folder, newest first."""
    wanted = _filter(filters)
    with library(where) as index:
        cards = []
        for card in index.cards():
            if wanted(card):
                cards.append(card)
                if limit is not None and len(cards) == limit:
                    break
    if as_json:
        print_json([_data(where, card) for card in cards])
        return 0
    if as_csv:
        print_csv(KEYS, ([_data(where, card)[key] for key in KEYS] for card in cards))
        return 0
    if not cards:
        none = f"No session in {where.sessions} yet. session-tui run ACCOUNT begins one."
        if any(filters.values()):
            none = f"No session in {where.sessions} is like that. Fewer filters find more."
        click.echo(harmless(none), err=True)
        return 0
    _table(("Session", "Account", "Zone", "Status", "Outcome", "Open"), map(_cells, cards))
    for card in cards:
        if card.merge:
            click.echo(harmless(f"{card.name}.toml: {card.fault}"), err=True)
    return 0


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="So many at most.")
@click.pass_obj
def search(where: Where, words: tuple[str, ...], as_json: bool, as_csv: bool, limit: int) -> int:
    """Sessions in which all WORDS stand, the best first.

    A word may be the beginning of one; "words in quotes" stand together; people:ruth looks in one field: account,
    headline, people, assumptions, actions, decisions, parked, notes.
    """
    from session_tui.library.searching import search as look

    with library(where) as index:
        hits = list(look(index, " ".join(_quoted(word) for word in words), limit))
    rows = [(h.session.id, h.session.account, h.field, h.snippet, round(h.score, 3)) for h in hits]
    if as_json:
        print_json([dict(zip(HIT_KEYS, row, strict=True)) for row in rows])
    elif as_csv:
        print_csv(HIT_KEYS, rows)
    elif not hits:
        click.echo("Nothing found. Fewer words, or beginnings of words, find more.", err=True)
    else:
        _print_hits(hits)
    return 0


def print_csv(keys: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A header and a line a row; a cell that a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    for row in rows:
        writer.writerow([_safe("" if cell is None else str(cell)) for cell in row])
    click.echo(out.getvalue(), nl=False)


def _safe(text: str) -> str:
    return (
        f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(text) else harmless(one_line(text))
    )


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _filter(filters: dict[str, str | None]) -> Any:
    """Whether a card is wanted."""
    today = now().astimezone().date()
    since, until = (
        day_of(filters[key], f"--{key}", today, dates.read_past, dates.KNOWN_PAST) for key in ("since", "until")
    )
    account, zone, owner = ((filters[key] or "").casefold() for key in ("account", "zone", "owner"))

    def wanted(card: Card) -> bool:
        day = card.started_at.astimezone().date() if card.started_at else None
        return (
            (not account or account in card.account.casefold())
            and (not zone or zone == card.zone.casefold())
            and (not owner or any(owner in each.casefold() for each in card.owners))
            and (since is None or (day is not None and day >= since))
            and (until is None or (day is not None and day <= until))
            and filters["outcome"] in (None, card.outcome)
            and filters["status"] in (None, card.status)
        )

    return wanted


def day_of(
    text: str | None, option: str, today: date, read: Callable[[str, date], date | None], known: str
) -> date | None:
    """The day an option names; `StoreError` with what is known where it names none."""
    if not text:
        return None
    found = read(text, today)
    if found is None:
        raise StoreError(Fault(option, f"{harmless(text)} is no date", f"Known are {known}."))
    return found


def _quoted(word: str) -> str:
    """What the shell took for one argument is one phrase."""
    return f'"{word}"' if " " in word and ":" not in word else word


def _data(where: Where, card: Card) -> dict[str, Any]:
    path = harmless(str(where.sessions / os.fsdecode(card.file)))
    if card.fault is not None:
        return dict.fromkeys(KEYS) | {"path": path, "error": harmless(str(card.fault))}
    started = card.started_at.isoformat() if card.started_at else None
    values = (card.id, card.account, card.zone, card.opportunity, card.status, started, card.outcome, card.open_actions)
    return dict(zip(KEYS, (*values, path, None), strict=True))


def _cells(card: Card) -> tuple[str, ...]:
    if card.merge:
        # The id is what `merge` is given; the whole sentence stands below, where it takes no column its room.
        return (card.merge, "▲ two versions", "", "to merge", "", "")
    if card.fault is not None:
        return (card.name, f"▲ {harmless(str(card.fault))}", "", "broken", "", "")
    return (
        card.name,
        harmless(card.account),
        harmless(card.zone),
        card.status,
        (card.outcome or "").replace("_", " "),
        str(card.open_actions or ""),
    )


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    from session_tui.cli.printing import Output

    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    found = list(rows)
    for number, title in enumerate(titles):
        # The id is what other commands are given, so it alone is never cut.
        longest = max(len(row[0]) for row in found) if number == 0 else None
        grid.add_column(title, overflow="ellipsis", no_wrap=True, min_width=longest)
    for row in found:
        grid.add_row(*(Text(cell) for cell in row))
    Output(_width()).print(grid)


def _print_hits(hits: list[Hit]) -> None:
    """Two lines a session: which, and what it says, what was found in bold."""
    from rich.text import Text

    from session_tui.cli.printing import Output

    out = Output(_width())
    today = now().astimezone().date()
    for hit in hits:
        one = hit.session
        when = _when(one.started_at, today)
        head = Text(one.id, "bold")
        head.append(
            f"  {harmless(one.account)}{f' · {harmless(one.opportunity)}' if one.opportunity else ''}{when}", ""
        )
        text = Text(f"  {hit.field}: ", "dim")
        at = 0
        for start, end in hit.marks:
            text.append(harmless(hit.snippet[at:start]), "not dim")
            text.append(harmless(hit.snippet[start:end]), "not dim bold")
            at = end
        text.append(harmless(hit.snippet[at:]), "not dim")
        out.print(head)
        out.print(text)


def _when(moment: datetime | None, today: date) -> str:
    return f" · {dates.words(moment.astimezone().date(), today)}" if moment else ""


def _width() -> int | None:
    """Whoever reads from a pipe wants whole lines, whatever the terminal's width."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1000


COMMANDS: dict[str, click.Command] = {"list": list_, "search": search}

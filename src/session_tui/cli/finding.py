"""Finding sessions: `list` with its filters, and `search`, both over the index."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import click

from session_tui.cli.output import say, write_out
from session_tui.cli.reading import choose_one, print_json
from session_tui.cli.shelves import library, say_broken
from session_tui.cli.where import Where, now
from session_tui.library.looking import Card
from session_tui.library.searching import Hit
from session_tui.model import dates
from session_tui.model.fault import Fault
from session_tui.model.words import OUTCOMES
from session_tui.store.trouble import StoreError

KEYS = ("id", "account", "zone", "opportunity", "status", "started_at", "outcome", "open_actions", "path", "error")
HIT_KEYS = ("session_id", "account", "field", "snippet", "score")
_ROOMY = 100  # columns, from which status and outcome have a column each
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
    choose_one(as_json=as_json, as_csv=as_csv)
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
        say(none, err=True)
        return 0
    _print_cards(cards)
    for card in cards:
        if card.merge:
            say(f"{card.name}.toml: {card.fault}", err=True)
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

    choose_one(as_json=as_json, as_csv=as_csv)
    with library(where) as index:
        say_broken(index)
        hits = list(look(index, " ".join(_quoted(word) for word in words), limit))
    rows = [(h.session.id, h.session.account, h.field, h.snippet, float(f"{h.score:.6g}")) for h in hits]
    if as_json:
        print_json([dict(zip(HIT_KEYS, row, strict=True)) for row in rows])
    elif as_csv:
        print_csv(HIT_KEYS, rows)
    elif not hits:
        say(f"Nothing found. {_hint(words)}", err=True)
    else:
        _print_hits(hits)
    return 0


def _hint(words: Iterable[str]) -> str:
    """What finds more; a field that is none is the likeliest reason."""
    from session_tui.library.looking import FIELDS

    asked = [word.partition(":")[0] for word in words if ":" in word]
    none = next((each for each in asked if each.isalpha() and each.casefold() not in FIELDS), "")
    if none:
        return f"{none}: is no field; fields are {', '.join(FIELDS)}."
    return "Fewer words, or beginnings of words, find more."


def print_csv(keys: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A header and a line a row, in which a spreadsheet computes nothing."""
    from session_tui.deliver.table import csv_text

    write_out(csv_text(keys, rows))


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
        raise StoreError(Fault(option, f"{text} is no date", f"Known are {known}."))
    return found


def _quoted(word: str) -> str:
    """What the shell took for one argument is one phrase."""
    return f'"{word}"' if " " in word and ":" not in word else word


def _data(where: Where, card: Card) -> dict[str, Any]:
    path = str(where.sessions / os.fsdecode(card.file))
    if card.fault is not None:
        return dict.fromkeys(KEYS) | {"path": path, "error": str(card.fault)}
    started = card.started_at.isoformat() if card.started_at else None
    values = (card.id, card.account, card.zone, card.opportunity, card.status, started, card.outcome, card.open_actions)
    return dict(zip(KEYS, (*values, path, None), strict=True))


def _cells(card: Card) -> tuple[str, ...]:
    if card.merge:
        # The id is what `merge` is given; the whole sentence stands below, where it takes no column its room.
        return (card.merge, "▲ two versions", "", "to merge", "", "")
    if card.fault is not None:
        return (card.name, f"▲ {card.fault!s}", "", "broken", "", "")
    return (
        card.name,
        card.account,
        card.zone,
        card.status,
        (card.outcome or "").replace("_", " "),
        str(card.open_actions or ""),
    )


def _print_cards(cards: Iterable[Card]) -> None:
    from rich.cells import cell_len
    from rich.table import Table as Grid

    from session_tui.cli.printing import Output
    from session_tui.tui.text import Text

    out = Output(_width())
    titles: tuple[str, ...] = ("Session", "Account", "Zone", "Status", "Outcome", "Open")
    rows: list[tuple[str, ...]] = [_cells(card) for card in cards]
    if out.width < _ROOMY:
        # A session that has no outcome yet has its status in that place.
        titles, rows = titles[:3] + titles[4:], [(*row[:3], row[4] or row[3], row[5]) for row in rows]
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False, pad_edge=False)
    longest = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    # The id is what other commands are given; it and the short words are never cut, names are.
    room = max(16, out.width - sum(longest) + sum(longest[1:3]) - 2 * len(titles))
    zone = min(longest[2], max(room - longest[1], room * 2 // 5))
    widths = [longest[0], min(longest[1], room - zone), zone, *longest[3:]]
    for title, width in zip(titles, widths, strict=True):
        grid.add_column(title, overflow="ellipsis", no_wrap=True, width=width)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    out.print(grid)


def _print_hits(hits: list[Hit]) -> None:
    """Two lines a session: which, and what it says, what was found in bold."""
    from rich.padding import Padding

    from session_tui.cli.printing import Output
    from session_tui.tui.text import Text

    out = Output(_width())
    today = now().astimezone().date()
    for hit in hits:
        one = hit.session
        when = dates.words(one.started_at.astimezone().date(), today) if one.started_at else one.status
        about = " · ".join(filter(None, (when, one.account, one.zone, one.opportunity)))
        out.print(Text.assemble((one.id, "bold"), f"  {about}"), no_wrap=True, overflow="ellipsis")
        text = Text.assemble((f"{hit.field}: ", "dim"))
        at = 0
        for start, end in hit.marks:
            text.append(hit.snippet[at:start])
            text.append(hit.snippet[start:end], "bold")
            at = end
        text.append(hit.snippet[at:])
        out.print(Padding(text, (0, 0, 0, 2), expand=False))


def _width() -> int | None:
    """Whoever reads from a pipe wants whole lines, whatever the terminal's width."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1000


COMMANDS: dict[str, click.Command] = {"list": list_, "search": search}

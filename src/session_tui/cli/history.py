"""`beliefs`, `history`, `compare` and `stats`: assumptions, an account over time, two sessions,
all sessions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import click
import msgspec

from session_tui.cli.arguments import PERSON
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json, screen_fault, width
from session_tui.cli.sessions import account_named, find, library, print_left_out
from session_tui.cli.table import Cell, TableColumn, table
from session_tui.model import dates, formats, judgements
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.reports import account_history, comparison
from session_tui.model.reports import stats as figures
from session_tui.model.reports.account_history import HistoryReport
from session_tui.model.reports.assumption_history import AssumptionHistory, Trust, trust
from session_tui.model.reports.assumption_history import beliefs as beliefs_of
from session_tui.model.session import Session
from session_tui.model.vocabulary import BELIEF_SIGNS, BELIEF_WORDS, EVIDENCE_WORDS, OUTCOME_WORDS
from session_tui.store import session_file, toml
from session_tui.store.errors import StoreError, WrongUsage, resolve
from session_tui.tui import raw_mode

_ROOMY = 100  # columns
_TRUST_TITLES = ("True", "Wrong", "Turned out true", "Untested yet")


@click.command()
@click.argument("account", required=False)
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one an assumption.")
@click.option("--screen", is_flag=True, help="To read on the full screen.")
@click.pass_obj
def beliefs(context: CommandContext, account: str | None, as_json: bool, as_csv: bool, screen: bool) -> int:
    """What was believed of ACCOUNT, and what turned out true; and over all accounts, how far
    evidence can be trusted.

    Without ACCOUNT the second alone.
    """
    choose_one(as_json=as_json, as_csv=as_csv, screen=screen)
    if screen and not account:
        raise click.UsageError("Say which ACCOUNT, with --screen.")
    with library(context) as index:
        print_left_out(index)
        account = account_named(index, account) if account else None
        sessions = tuple(index.sessions(account)) if account else ()
        found = beliefs_of(sessions)
        by_evidence = trust(index.sessions())
    if as_json:
        print_json(
            {
                "account": account,
                "assumptions": msgspec.to_builtins(found),
                "trust": [msgspec.to_builtins(each) | {"share": each.share} for each in by_evidence],
            }
        )
    elif as_csv:
        keys = ("account", "zone", "opportunity", "id", "text", "first_raised_in", "raised", "status", "held_with",
                "result", "tested_by", "due", "settled")  # fmt: skip
        print_csv(keys, ([getattr(each, key) for key in keys] for each in found))
    elif screen and account and not screen_fault():
        raw_mode.begin()
        from session_tui.cli.launch import back_screen

        return back_screen(context, "Beliefs", account)
    else:
        _print_beliefs(account, found, by_evidence, context.today)
    return 0


@click.command()
@click.argument("account", required=False)
@click.option("--person", type=PERSON, metavar="NAME", help="One of their people, or of ours, over all accounts.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one a session.")
@click.option("--screen", is_flag=True, help="To read on the full screen.")
@click.pass_obj
def history(
    context: CommandContext, account: str | None, person: str | None, as_json: bool, as_csv: bool, screen: bool
) -> int:
    """How ACCOUNT went: sessions and outcomes, everybody's support over time, time kept."""
    choose_one(as_json=as_json, as_csv=as_csv, screen=screen)
    if bool(account) == bool(person):
        raise click.UsageError("Say an ACCOUNT, or --person NAME.")
    with library(context) as index:
        print_left_out(index)
        if account:
            account = account_named(index, account)
            found = account_history.of_account(index.sessions(account), account)
        else:
            do = "A part of the name of a person on a map, or in a session, is enough."
            person = resolve(
                person or "", account_history.people_of(index.sessions()), "{} is on no map, and was in no session", do
            )
            found = account_history.of_person(index.sessions(), person)
        if not found.sessions and account:
            raise StoreError(Fault("", f"no session on {account} was held yet"))
    if as_json:
        print_json(msgspec.to_builtins(found))
    elif as_csv:
        keys = list(account_history.HeldSession.__struct_fields__)
        print_csv(keys, ([getattr(each, key) for key in keys] for each in found.sessions))
    elif screen and account and not screen_fault():
        raw_mode.begin()
        from session_tui.cli.launch import back_screen

        return back_screen(context, "History", account)
    else:
        _print_history(account, found, context.today)
    return 0


@click.command()
@click.argument("older")
@click.argument("newer")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one a fact.")
@click.option("--screen", is_flag=True, help="Side by side on the full screen.")
@click.pass_obj
def compare(context: CommandContext, older: str, newer: str, as_json: bool, as_csv: bool, screen: bool) -> int:
    """Two sessions side by side: what is new, what is gone, what moved. OLDER and NEWER are put in
    order by time.
    """
    choose_one(as_json=as_json, as_csv=as_csv, screen=screen)
    first, second = sorted((_session(context, older), _session(context, newer)), key=_when)
    if first.id == second.id:
        raise WrongUsage(Fault("", f"{first.id} is compared with itself", "Name two sessions."))
    today = context.today
    if as_json:
        print_json([msgspec.to_builtins(each) for each in comparison.compare(first, second)])
    elif as_csv:
        print_csv(("kind", "name", "what", "fact", "was", "now"), _facts(comparison.compare(first, second)))
    elif screen and not screen_fault():
        raw_mode.begin()
        from session_tui.cli.launch import compare_screen

        return compare_screen(context, first, second)
    else:
        differences = comparison.compare(first, second, partial(dates.words, today=today))
        _print_compared(first, second, differences, today)
    return 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one an owner.")
@click.pass_obj
def stats(context: CommandContext, as_json: bool, as_csv: bool) -> int:
    """All sessions in figures: outcomes, time kept, what became of what was promised and
    believed.
    """
    choose_one(as_json=as_json, as_csv=as_csv)
    today = context.today
    with library(context) as index:
        print_left_out(index)
        found = figures.stats(index.sessions(), today)
    if as_json:
        print_json(msgspec.to_builtins(found))
    elif as_csv:
        keys = ("owner", "on_time", "late", "undated", "dropped", "open", "overdue", "slips")
        print_csv(keys, ([getattr(each, key) for key in keys] for each in found.owners))
    elif not found.held:
        echo(f"No session was held yet in {context.sessions}. session-tui run ACCOUNT begins one.", err=True)
    else:
        _print_stats(found)
    return 0


# ---- printing -----------------------------------------------------------------------------------


def _print_beliefs(
    account: str | None, found: Sequence[AssumptionHistory], by_evidence: Sequence[Trust], today: date
) -> None:
    from session_tui.tui.drawings import sparklines

    if account:
        echo(account)
        if found:
            _print_believed(found, today)
        else:
            echo("No assumption is on record for this account.")
        echo()
    echo("Over all accounts, of what was held with this evidence and tested:")
    rows = [
        (
            f"{each.evidence} {EVIDENCE_WORDS[each.evidence]}",
            str(each.true),
            str(each.wrong),
            sparklines.share(each),
            str(each.untested),
        )
        for each in by_evidence
    ]
    numbers = [TableColumn(title, right=title != "Turned out true") for title in _TRUST_TITLES]
    table([TableColumn("Evidence"), *numbers], rows)


def _print_believed(found: Sequence[AssumptionHistory], today: date) -> None:
    if width() >= _ROOMY:
        titles = ("Raised", "Evidence", "Now", "Tested by")
        columns = [TableColumn(), TableColumn("Assumption", "fold"), *map(TableColumn, titles)]
    else:
        columns = [
            TableColumn(),
            TableColumn("Assumption", "fold"),
            TableColumn("Evidence", "fold"),
            TableColumn("Now", "fold"),
        ]
    table(columns, (_believed(each, today, roomy=len(columns) > 4) for each in found))


def _believed(each: AssumptionHistory, today: date, *, roomy: bool) -> tuple[Cell, ...]:
    from session_tui.tui.drawings import sparklines

    raised = dates.words(each.raised, today) if each.raised else ""
    now_ = f"{BELIEF_WORDS[each.status]}{f' {dates.words(each.settled, today)}' if each.settled else ''}"
    sign, text = BELIEF_SIGNS[each.status], each.text + (f": {each.result}" if each.result else "")
    if roomy:
        return (sign, text, raised, sparklines.steps(each), now_, each.tested_by or "nobody")
    # Without room for a column each, person and moment stand below the assumption.
    about = "; ".join(filter(None, (raised and f"raised {raised}", f"tested by {each.tested_by or 'nobody'}")))
    return (sign, [text, (about, "dim")], sparklines.steps(each), now_)


def _print_history(account: str | None, found: HistoryReport, today: date) -> None:
    from session_tui.tui.drawings import sparklines

    if account:
        echo(account)
    several = len({name_key(one.account) for one in found.sessions}) > 1
    rows = [
        (
            dates.words(one.day, today) if one.day else "",
            one.account if several else " · ".join(filter(None, (one.zone, one.opportunity))),
            OUTCOME_WORDS[one.outcome] if one.outcome else "",
            f"{one.spent_minutes:.0f} of {one.planned_minutes}" if one.spent_minutes else "",
            one.headline,
        )
        for one in found.sessions
    ]
    titles = ("Session", "Account" if several else "Deal", "Outcome", "Minutes", "Headline")
    shown = range(5) if width() >= _ROOMY or several else (0, 2, 3, 4)
    columns = [*(TableColumn(titles[at]) for at in shown[:-1]), TableColumn(titles[4], "fold")]
    table(columns, ([row[at] for at in shown] for row in rows))
    if len(found.sessions) > 1:
        echo(f"\nTime kept  {sparklines.kept(found.sessions)}  (▄ as planned, █ twice as long)")
    if found.people:
        echo()
        people = [
            (
                sparklines.support(line, found.sessions),
                formats.person(line.name, line.title),
                sparklines.support_words(line),
                judgements.power_value(line.now.power),
                ", ".join(line.covered_by) or "nobody",
            )
            for line in found.people
        ]
        others = map(TableColumn, ("From → to", "Power", "Covered by"))
        table([TableColumn("Support"), TableColumn("Person", "fold"), *others], people)


def _print_compared(older: Session, newer: Session, found: Iterable[comparison.Compared], today: date) -> None:
    def called(one: Session) -> str:
        when = dates.words(one.started_at.astimezone().date(), today) if one.started_at else one.status
        return f"{one.account}, {when} ({one.id})"

    echo(f"{called(older)}\n".rstrip())
    echo(f"→ {called(newer)}")
    if name_key(older.account) != name_key(newer.account):
        echo("These are two accounts: whatever they share, they share by name.", err=True)
    for kind in found:
        if not kind.pairs and not kind.same:
            continue
        same = f"{kind.same} as before" if kind.same else ""
        echo(f"\n{kind.title}{f'  ({same})' if same else ''}")
        for pair in kind.pairs:
            was = dict(pair.was)
            if pair.what == "changed":
                facts = [f"{key}: {was[key]} → {value}" for key, value in pair.now]
            else:
                facts = [f"{key} {value}" for key, value in pair.was or pair.now]
            sign = {"new": "+", "gone": "-", "changed": "~"}[pair.what]
            room = "      " if pair.name else "    "
            echo(f"  {sign} {pair.name or facts.pop(0)}")
            # Each moved entry has a line for each fact; new and removed entries share one line.
            for fact in facts if pair.what == "changed" else filter(None, ["; ".join(facts)]):
                echo(f"{room}{fact}")


def _facts(found: Iterable[comparison.Compared]) -> Iterator[tuple[str, ...]]:
    for kind in found:
        for pair in kind.pairs:
            was, now_ = dict(pair.was), dict(pair.now)
            for fact in {**was, **now_}:
                yield kind.title, pair.name, pair.what, fact, was.get(fact, ""), now_.get(fact, "")


def _print_stats(found: figures.Stats) -> None:
    from session_tui.tui.drawings.sparklines import bars

    words = {**OUTCOME_WORDS, "none": "without an outcome"}
    ended = ", ".join(f"{many} {words[name]}" for name, many in found.outcomes.items())
    minutes = f"{found.spent_minutes:.0f} minutes for {found.planned_minutes} planned"
    kept = f"{found.on_time} of {found.timed} within their minutes; {minutes}"
    months = list(found.months.items())
    others = ((found.prepared, "prepared"), (found.live, "live"), (found.cancelled, "cancelled"))
    lines = [
        ("Held", f"{found.held} on {formats.count(found.accounts, 'account')}: {ended}"),
        ("Others", ", ".join(f"{many} {state}" for many, state in others if many) or "none"),
        ("Months", f"{bars(many for _, many in months)}  {months[0][0]} to {months[-1][0]}" if months else ""),
        (
            "Time kept",
            kept if found.timed else "no session has its minutes on record",
        ),
        ("Assumptions", f"{found.tested} of {found.assumptions} tested"),
        ("Key players", f"{found.uncovered} of {found.key_players} covered by nobody{_unjudged(found.unjudged)}"),
        ("Recognised", formats.times(found.recognitions)),
    ]
    for name, value in lines:
        echo(f"{name:<12} {value}")
    if found.owners:
        echo()
        rows = [
            (
                each.owner or "nobody's",
                # Each action stands in one column: the overdue ones are not among the others.
                *(str(number or "") for number in (each.on_time, each.late, each.undated)),
                *(str(number or "") for number in (each.open - each.overdue, each.overdue, each.dropped)),
                f"{each.slips}×" if each.slips else "",
            )
            for each in found.owners
        ]
        titles = ("On time", "Late", "No date", "Still in time", "Overdue", "Dropped", "Slipped")
        table([TableColumn("Owner"), *(TableColumn(title, right=True) for title in titles)], rows)


def _unjudged(many: int) -> str:
    return f"; {formats.count(many, 'person', 'people')} not judged" if many else ""


def _session(context: CommandContext, wanted: str) -> Session:
    path = find(context, wanted)
    return session_file.read(toml.read_bytes(path), path).session


def _when(one: Session) -> tuple[bool, str]:
    return one.started_at is None, one.started_at.isoformat() if one.started_at else one.id


COMMANDS: dict[str, Callable[..., Any]] = {"beliefs": beliefs, "history": history, "compare": compare, "stats": stats}

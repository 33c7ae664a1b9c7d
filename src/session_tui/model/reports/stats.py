"""All sessions in figures: number, outcomes, use of time, results of actions and assumptions."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from session_tui.model.analysis import covered, is_key_player
from session_tui.model.history import day_of
from session_tui.model.name_keys import name_key
from session_tui.model.reports import action_tracking
from session_tui.model.session import Session


class FollowThrough(Struct, frozen=True):
    """An owner's actions by result; `slips` counts the moves to a later date."""

    owner: str
    on_time: int = 0
    late: int = 0
    undated: int = 0
    dropped: int = 0
    open: int = 0
    overdue: int = 0
    slips: int = 0


class Stats(Struct, frozen=True):
    """The figures of held sessions; `on_time` of the `timed` ones took no longer than planned."""

    held: int
    prepared: int
    live: int
    cancelled: int
    accounts: int
    outcomes: Mapping[str, int]
    months: Mapping[str, int]
    timed: int
    on_time: int
    planned_minutes: int
    spent_minutes: float
    assumptions: int
    tested: int
    key_players: int
    uncovered: int
    unjudged: int
    recognitions: int
    owners: tuple[FollowThrough, ...]


def stats(sessions: Iterable[Session], today: date) -> Stats:
    """Compute the figures in one pass; key players are from each deal's newest session."""
    states: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    months: dict[str, int] = {}
    accounts: set[str] = set()
    deals: set[tuple[str, str, str]] = set()
    believed: set[tuple[str, str]] = set()
    minutes: list[tuple[int, float]] = []
    figures = {"tested": 0, "key": 0, "bare": 0, "unjudged": 0, "thanks": 0}

    def counted() -> Iterable[Session]:
        """Count each session while `follow` reads it, so that they are never all in memory."""
        for one in sessions:
            states[one.status] = states.get(one.status, 0) + 1
            if one.status == "held":
                count(one)
            yield one

    def count(one: Session) -> None:
        figures["thanks"] += len(one.recognitions)
        outcome = one.outcome or "none"
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        accounts.add(name_key(one.account))
        if (day := day_of(one)) is not None:
            month = f"{day:%Y-%m}"
            months[month] = months.get(month, 0) + 1
        spent = sum(part.spent_seconds for part in one.parts) / 60
        if one.clock and spent:
            minutes.append((sum(part.minutes for part in one.parts), spent))
        deal = (name_key(one.account), name_key(one.zone), name_key(one.opportunity))
        if deal not in deals:
            deals.add(deal)
            key = [person for person in one.stakeholders if is_key_player(person)]
            figures["key"] += len(key)
            figures["unjudged"] += sum(person.power is None for person in one.stakeholders)
            figures["bare"] += sum(not covered(person) for person in key)
        for each in one.assumptions:
            who = (each.first_raised_in or one.id, each.id)
            if who not in believed:
                believed.add(who)
                figures["tested"] += each.status != "untested"

    actions = action_tracking.follow(counted())
    return Stats(
        states.get("held", 0),
        states.get("prepared", 0),
        states.get("live", 0),
        states.get("cancelled", 0),
        len(accounts),
        dict(sorted(outcomes.items())),
        dict(sorted(months.items())),
        len(minutes),
        sum(round(spent) <= planned for planned, spent in minutes),  # rounded as on the screen
        sum(planned for planned, _ in minutes),
        round(sum(spent for _, spent in minutes), 1),
        len(believed),
        figures["tested"],
        figures["key"],
        figures["bare"],
        figures["unjudged"],
        figures["thanks"],
        _owners(actions, today),
    )


def _owners(actions: Iterable[action_tracking.TrackedAction], today: date) -> tuple[FollowThrough, ...]:
    names: dict[str, str] = {}
    by_key: dict[str, dict[str, int]] = {}
    for action in actions:
        item = action.item
        key = name_key(item.owner)
        names.setdefault(key, item.owner)
        counts = by_key.setdefault(key, {})
        counts["slips"] = counts.get("slips", 0) + action.slips
        what = _when_done(action) if item.status == "done" else item.status
        counts[what] = counts.get(what, 0) + 1
        if action.overdue(today):
            counts["overdue"] = counts.get("overdue", 0) + 1
    owners = [FollowThrough(names[key], **counts) for key, counts in by_key.items()]
    return tuple(sorted(owners, key=lambda each: name_key(each.owner)))


def _when_done(action: action_tracking.TrackedAction) -> str:
    item = action.item
    if item.due is None or item.done_on is None:
        return "undated"
    return "on_time" if item.done_on <= item.due else "late"

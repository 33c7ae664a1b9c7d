"""The comparison of two sessions: the new, removed and changed entries of the later one."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Literal, TypeAlias, cast

from msgspec import Struct

from session_tui.model import diff, formats, judgements
from session_tui.model.analysis import map_status
from session_tui.model.session import ActionItem, Assumption, Entry, Session, Stakeholder, find, headline_text
from session_tui.model.vocabulary import (
    BELIEF_WORDS,
    COVERAGE_WORDS,
    EVIDENCE_WORDS,
    OUTCOME_WORDS,
    ROLE_WORDS,
)

What: TypeAlias = Literal["new", "gone", "changed", "same"]
Day: TypeAlias = Callable[[date], str]
Facts: TypeAlias = tuple[tuple[str, str], ...]


class Pair(Struct, frozen=True):
    """An entry in both sessions, with the facts that differ, or in one, with all facts."""

    what: What
    name: str
    was: Facts = ()
    now: Facts = ()


class Compared(Struct, frozen=True):
    """The pairs of one kind that differ; `same` counts the unchanged entries."""

    title: str
    pairs: tuple[Pair, ...]
    same: int


def compare(older: Session, newer: Session, day: Day = date.isoformat) -> tuple[Compared, ...]:
    """Compare two sessions, in the order of a session report; `day` formats a date.

    Entries are matched by their identity, people also by name if neither session continues the
    other.
    """
    return (
        _kind("Deal", [(_deal(older, day), _deal(newer, day))]),
        _kind("People", _entries(older, newer, "s", _person)),
        _kind("Assumptions", _entries(older, newer, "a", partial(_assumption, day))),
        _kind("Action items", _entries(older, newer, "t", partial(_action, day))),
        _kind("Decisions", _entries(older, newer, "d", _text)),
        _kind("Parking lot", _entries(older, newer, "p", _text)),
        _kind("Recognition", _entries(older, newer, "r", _text)),
    )


_Both: TypeAlias = tuple[Facts | None, Facts | None]


def _kind(title: str, entries: Iterable[_Both]) -> Compared:
    pairs, same = [], 0
    for before, after in entries:
        name = dict(after or before or ()).get("name", "")
        if before is None:
            pairs.append(Pair("new", name, (), _filled(after or ())))
        elif after is None:
            pairs.append(Pair("gone", name, _filled(before), ()))
        elif before == after:
            same += 1
        else:
            left, right = dict(before), dict(after)
            keys = [each for each in right if left.get(each) != right[each] and each != "name"]
            if not keys:  # only the name differs
                keys = ["name"]
            pairs.append(
                Pair(
                    "changed",
                    name,
                    tuple((each, left.get(each, "") or "nothing") for each in keys),
                    tuple((each, right[each] or "nothing") for each in keys),
                )
            )
    order = ("changed", "new", "gone")
    return Compared(title, tuple(sorted(pairs, key=lambda pair: order.index(pair.what))), same)


def _filled(facts: Facts) -> Facts:
    return tuple((key, value) for key, value in facts if value and key != "name")


def _entries(older: Session, newer: Session, letter: str, facts: Callable[[Session, object], Facts]) -> Iterable[_Both]:
    """The facts of each entry in both sessions."""
    for was, now in diff.pairs_by_identity(older, newer, letter):
        # Entries settled in the earlier session are not carried on: their absence is no
        # difference.
        if now is None and getattr(was, "status", "open") not in ("open", "untested"):
            continue
        yield facts(older, was) if was else None, facts(newer, now) if now else None


def _text(one: Session, entry: object) -> Facts:
    return (("name", headline_text(cast(Entry, entry))),)


def _deal(one: Session, day: Day) -> Facts:
    minutes = sum(part.spent_seconds for part in one.parts) / 60
    return (
        ("outcome", OUTCOME_WORDS[one.outcome] if one.outcome else one.status),
        ("headline", one.headline),
        ("phase", one.phase),
        ("amount", formats.amount(one.amount, one.currency)),
        ("close date", day(one.close_on) if one.close_on else ""),
        ("account owner", one.account_owner),
        ("map", map_status(one) or judgements.NOT_JUDGED),
        ("minutes", f"{minutes:.0f}" if minutes else ""),
    )


def _person(one: Session, person: object) -> Facts:
    assert isinstance(person, Stakeholder)
    above = find(one, person.reports_to)
    # A manager without a known name is shown by title.
    boss = ""
    if isinstance(above, Stakeholder):
        boss = formats.person(above.name, above.title) if above.name == "?" else above.name
    return (
        ("name", formats.person(person.name, person.title)),
        ("buying role", ROLE_WORDS[person.buying_role] if person.buying_role != "unknown" else ""),
        ("power", judgements.power_value(person.power)),
        ("support", judgements.support_value(person.support)),
        ("coverage", COVERAGE_WORDS[person.coverage] if person.coverage != "unknown" else ""),
        ("covered by", ", ".join(person.covered_by)),
        ("reports to", boss),
        ("pain", person.pain),
        ("note", person.note),
    )


def _assumption(day: Day, one: Session, assumption: object) -> Facts:
    assert isinstance(assumption, Assumption)
    return (
        ("name", assumption.text),
        ("status", BELIEF_WORDS[assumption.status]),
        ("result", assumption.result),
        ("importance", str(assumption.importance)),
        ("evidence", f"{assumption.evidence}, {EVIDENCE_WORDS[assumption.evidence]}"),
        ("tested by", assumption.tested_by),
        ("due", day(assumption.due) if assumption.due else ""),
    )


def _action(day: Day, one: Session, action: object) -> Facts:
    assert isinstance(action, ActionItem)
    return (
        ("name", action.text),
        ("status", action.status),
        ("result", action.result),
        ("owner", action.owner),
        ("due", day(action.due) if action.due else ""),
    )

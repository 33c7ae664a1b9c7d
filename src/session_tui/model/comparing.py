"""Two sessions side by side: what the later one has that the earlier had not, what is gone, and what moved."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model import history
from session_tui.model.findings import map_status
from session_tui.model.folding import name_key
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.model.words import (
    BELIEF_WORDS,
    COVERAGE_WORDS,
    EVIDENCE_WORDS,
    OUTCOME_WORDS,
    ROLE_WORDS,
    SUPPORT_WORDS,
)

What: TypeAlias = Literal["new", "gone", "changed", "same"]
Day: TypeAlias = Callable[[date], str]
Facts: TypeAlias = tuple[tuple[str, str], ...]


class Pair(Struct, frozen=True):
    """One thing in both: `was` and `now` are the facts in which they differ, all of them where one has it alone."""

    what: What
    name: str
    was: Facts = ()
    now: Facts = ()


class Compared(Struct, frozen=True):
    """One kind of thing, its differences first; `same` counts what did not change."""

    title: str
    pairs: tuple[Pair, ...]
    same: int


def compare(older: Session, newer: Session, day: Day = date.isoformat) -> tuple[Compared, ...]:
    """What differs, in the order in which a session is read; entries are the same by their identity, people also by
    name where two sessions did not begin one from the other. `day` writes a date.
    """
    return (
        _kind("Deal", [("", _deal(older, day))], [("", _deal(newer, day))]),
        _kind("People", *_entries(older, newer, "stakeholders", _person)),
        _kind("Assumptions", *_entries(older, newer, "assumptions", partial(_assumption, day))),
        _kind("Action items", *_entries(older, newer, "action_items", partial(_action, day))),
        _kind("Decisions", *(_texts(one.decisions) for one in (older, newer))),
        _kind("Parking lot", *(_texts(one.parking_lot) for one in (older, newer))),
        _kind("Recognition", *(_texts(one.recognitions) for one in (older, newer))),
    )


_Named: TypeAlias = tuple[str, Facts]


def _kind(title: str, older: Iterable[_Named], newer: Iterable[_Named]) -> Compared:
    was, now = dict(older), dict(newer)
    pairs, same = [], 0
    for key in dict.fromkeys((*now, *was)):
        before, after = was.get(key), now.get(key)
        name = dict(after or before or ()).get("name", "")
        if before is None:
            pairs.append(Pair("new", name, (), _said(after or ())))
        elif after is None:
            pairs.append(Pair("gone", name, _said(before), ()))
        elif before == after:
            same += 1
        else:
            left, right = dict(before), dict(after)
            keys = [each for each in right if left.get(each) != right[each] and each != "name"]
            if not keys:  # another name alone
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


def _said(facts: Facts) -> Facts:
    return tuple((key, value) for key, value in facts if value and key != "name")


def _entries(
    older: Session, newer: Session, field: str, told: Callable[[Session, object], Facts]
) -> tuple[list[_Named], list[_Named]]:
    """The entries of both under keys that are the same for the same thing."""
    here = {history.identity(newer, each) for each in getattr(newer, field)}
    # What the earlier session settled is not carried: that it is gone is no news.
    was = {
        who: told(older, each)
        for each in getattr(older, field)
        if (who := history.identity(older, each)) in here or getattr(each, "status", "open") in ("open", "untested")
    }
    now = {history.identity(newer, each): told(newer, each) for each in getattr(newer, field)}
    # Begun apart, the same person has two identities: the name then says that it is one.
    names = {name_key(dict(facts)["name"]): who for who, facts in was.items() if who not in now}
    left = [(f"{who}", facts) for who, facts in was.items()]
    right = []
    for who, facts in now.items():
        other = names.pop(name_key(dict(facts)["name"]), who) if who not in was else who
        right.append((f"{other}", facts))
    return left, right


def _texts(found: Iterable[object]) -> list[_Named]:
    texts = [str(getattr(each, "text", "")) for each in found]
    return [(name_key(text), (("name", text),)) for text in texts]


def _deal(one: Session, day: Day) -> Facts:
    amount = f"{one.amount:,.0f} {one.currency}".strip() if one.amount is not None else ""
    minutes = sum(part.spent_seconds for part in one.parts) / 60
    return (
        ("outcome", OUTCOME_WORDS[one.outcome] if one.outcome else one.status),
        ("headline", one.headline),
        ("phase", one.phase),
        ("amount", amount),
        ("close date", day(one.close_on) if one.close_on else ""),
        ("account owner", one.account_owner),
        ("map", map_status(one)),
        ("minutes", f"{minutes:.0f}" if minutes else ""),
    )


def _named(person: Stakeholder) -> str:
    return f"{person.name}, {person.title}" if person.title else person.name


def _person(one: Session, person: object) -> Facts:
    assert isinstance(person, Stakeholder)
    above = next((each for each in one.stakeholders if each.id == person.reports_to), None)
    # Whom nobody can name yet is told by the title.
    boss = "" if above is None else _named(above) if above.name == "?" else above.name
    return (
        ("name", _named(person)),
        ("buying role", ROLE_WORDS[person.buying_role] if person.buying_role != "unknown" else ""),
        ("power", str(person.power)),
        ("support", SUPPORT_WORDS[person.support]),
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

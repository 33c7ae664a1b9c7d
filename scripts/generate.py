"""Make a folder of sessions like those a company has after years: accounts, people, words and
dates of all kinds.

`python scripts/generate.py FOLDER 10000` writes so many. The same number always gives the same
files: chance is seeded,
and the last day is fixed. Sessions of a deal are a chain: each carries forward what the one
before left open.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "src")]

from msgspec.structs import replace  # noqa: E402 - the path has to be set first

from session_tui.model.session import (  # noqa: E402
    ActionItem,
    Assumption,
    Attendee,
    Clock,
    Decision,
    LastIds,
    Note,
    Parked,
    Part,
    Session,
    Stakeholder,
    Value,
)
from session_tui.model.vocabulary import OUTCOMES, ActionStatus, AssumptionStatus, PartKind  # noqa: E402
from session_tui.store import session_file  # noqa: E402

LAST_DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHAIN = 5  # sessions a deal
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
OURS = ("Ben Okafor", "Mei Tan", "Ana Ruiz", "Ida Solheim", "Tom Achterberg", "Priya Dasgupta", "Ola Nyström")
FIRST = ("Ruth", "Mia", "Jonas", "Sana", "Lena", "Kofi", "Yara", "Łukasz", "Zoë", "Mehmet", "Søren", "Inès")
LAST = ("Vale", "Tran", "Pell", "Oduya", "Brok", "Anand", "Ferrow", "Lindqvist", "Marais", "Osei", "Çelik", "Núñez")
STEMS = ("Acme", "Borealis", "Candor", "Delvan", "Estuary", "Fennick", "Galtier", "Harrow", "Ilmar", "Juniper")
TRADES = ("Freight", "Foods", "Rail", "Paper", "Textiles", "Clinics", "Energy", "Marine", "Glass", "Seeds")
PLACES = ("North", "South", "Øresund", "Valley", "Coast", "Lakes", "Alpine", "Delta", "Plains", "Harbour")
ZONES = ("EMEA", "Nordics", "Americas", "Asia Pacific", "")
DEALS = ("Transport management", "Warehouse renewal", "Order portal", "Route planning", "Data platform", "Field work")
PHASES = ("qualification", "evaluation", "negotiation", "contract")
TITLES = ("CFO", "COO", "Head of transport", "IT architect", "Head of procurement", "Plant manager", "VP operations")
PARTS: tuple[tuple[PartKind, str, int, int], ...] = (
    ("stakeholder_map", "Stakeholder map", 10, 4),
    ("assumptions", "Assumptions", 8, 3),
    ("action_items", "Action items", 7, 3),
    ("owners", "Owners", 5, 3),
)
_TESTED: tuple[AssumptionStatus, ...] = ("untested", "untested", "validated", "invalidated")
_DONE: tuple[ActionStatus, ...] = ("open", "open", "done")
WHAT = ("the payback model", "the security annex", "the pilot in one depot", "the carrier interface", "the rate table",
        "the tender rules", "the steering committee", "the reference visit", "the migration plan", "the service level",
        "the budget for next year", "the licence terms", "the training of dispatchers", "the audit report")  # fmt: skip
VERBS = ("Agree", "Walk through", "Send", "Ask finance about", "Check with procurement", "Prepare", "Rehearse")
MUST = ("is approved before the quarter ends", "wins the CFO", "cannot be copied by the incumbent", "costs no jobs",
        "takes less than eight weeks", "needs no board decision", "matters more than the price")  # fmt: skip
PAINS = ("Freight cost per order up {} % in a year", "{} missed deliveries in the last peak season", "",
         "{} systems that do not agree on the stock", "Dispatchers lose {} hours a week on the phone", "")  # fmt: skip
NOTES = ("Reads every annex herself", "Was at the incumbent before", "Prefers to be called in the morning", "", "", "")


def sessions(seed: int = 7) -> Iterator[Session]:
    """Sessions without end, deal by deal, each deal a chain."""
    rng = Random(seed)
    number = 0
    while True:
        account = f"{rng.choice(STEMS)} {rng.choice(TRADES)} {rng.choice(PLACES)}"
        first = _first(rng, number, account)
        yield first
        yield from islice(_following(rng, first, number), CHAIN - 1)
        number += CHAIN


def write(folder: Path, many: int) -> list[Path]:
    """So many files in a folder that is there."""
    paths = []
    for one in islice(sessions(), many):
        path = folder / f"{one.id}.toml"
        path.write_bytes(session_file.new(one).content())
        paths.append(path)
    return paths


def _first(rng: Random, number: int, account: str) -> Session:
    began = LAST_DAY - timedelta(days=30 * CHAIN + rng.randrange(2_000), hours=rng.randrange(7))
    name = _id(began, account, number)
    ours = rng.sample(OURS, 3)
    people = tuple(_stakeholder(rng, at, name, ours) for at in range(1, rng.randint(4, 7)))
    beliefs = tuple(_assumption(rng, at, name, ours, began) for at in range(1, rng.randint(4, 6)))
    actions = tuple(_action(rng, at, name, ours, began) for at in range(1, rng.randint(4, 7)))
    return Session(
        id=name,
        status="held",
        agenda="strategy-30",
        account=account,
        zone=rng.choice(ZONES),
        opportunity=f"{rng.choice(DEALS)} {rng.randint(1, 40)}",
        phase=rng.choice(PHASES),
        amount=float(rng.randrange(20, 900) * 1000),
        currency="EUR",
        close_on=(began + timedelta(days=rng.randint(30, 200))).date(),
        account_owner=ours[0],
        facilitator=ours[2],
        attendees=tuple(map(_attendee, ours, ("account owner", "presales", "facilitator"))),
        value=Value(people=3, minutes=30.0, hours_saved=float(rng.randint(2, 9))),
        last_ids=LastIds(s=len(people), a=len(beliefs), t=len(actions), d=1, p=1, n=1),
        stakeholders=people,
        assumptions=beliefs,
        action_items=actions,
        **_held(rng, began),
    )


def _following(rng: Random, one: Session, number: int) -> Iterator[Session]:
    """What went on from it: people stay, what was settled goes, and new things come."""
    while True:
        number += 1
        began = (one.started_at or LAST_DAY) + timedelta(days=rng.randint(7, 28))
        name, ids = _id(began, one.account, number), one.last_ids
        ours = [each.name for each in one.attendees]
        new = _action(rng, ids.t + 1, name, ours, began), _assumption(rng, ids.a + 1, name, ours, began)
        one = replace(
            one,
            id=name,
            previous=one.id,
            last_ids=replace(ids, a=ids.a + 1, t=ids.t + 1),
            assumptions=(*(each for each in one.assumptions if each.status == "untested"), new[1]),
            action_items=(*(each for each in one.action_items if each.status == "open"), new[0]),
            **_held(rng, began),
        )
        yield one


def _held(rng: Random, began: datetime) -> dict[str, Any]:
    """What every session has of its own: its times, its end, and what was said in it."""
    moments = [began + timedelta(minutes=sum(minutes for _, _, minutes, _ in PARTS[:at])) for at in range(5)]
    events = [Clock(at=moment, event="part", part=part) for part, moment in enumerate(moments[1:4], 2)]
    return {
        "started_at": began,
        "ended_at": moments[4],
        "outcome": rng.choice(OUTCOMES),
        "headline": f"{rng.choice(WHAT).capitalize()} {rng.choice(MUST)}; {rng.choice(WHAT)} is next.",
        "parts": tuple(
            Part(kind=kind, title=title, minutes=minutes, floor_minutes=floor, spent_seconds=minutes * 60)
            for kind, title, minutes, floor in PARTS
        ),
        "clock": (
            Clock(at=began, event="start", part=1), *events, Clock(at=moments[4], event="end")
        ),
        "decisions": (Decision(id="d1", text=f"No price before {rng.choice(WHAT)} is agreed", at=moments[1]),),
        "parking_lot": (Parked(id="p1", text=f"{rng.choice(WHAT).capitalize()}, if the date slips", at=moments[2]),),
        "notes": (Note(id="n1", text=f"They asked twice about {rng.choice(WHAT)}", at=moments[3]),),
    }  # fmt: skip


def _stakeholder(rng: Random, at: int, name: str, ours: list[str]) -> Stakeholder:
    return Stakeholder(
        id=f"s{at}",
        name=f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        title=rng.choice(TITLES),
        buying_role=rng.choice(("approver", "decision_maker", "evaluator", "user", "influencer")),
        power=rng.randint(1, 5),
        support=rng.randint(-2, 2),
        coverage=rng.choice(("none", "brief", "multiple", "in_depth")),
        covered_by=(rng.choice(ours),),
        reports_to=f"s{at - 1}" if at > 1 else "",
        influences=("s1",) if at > 2 else (),
        pain=rng.choice(PAINS).format(rng.randint(2, 19)),
        note=rng.choice(NOTES),
        first_raised_in=name,
    )


def _assumption(rng: Random, at: int, name: str, ours: list[str], began: datetime) -> Assumption:
    status = rng.choice(_TESTED)
    return Assumption(
        id=f"a{at}",
        text=f"{rng.choice(WHAT).capitalize()} {rng.choice(MUST)}",
        importance=rng.randint(1, 5),
        evidence=rng.randint(1, 5),
        status=status,
        result="" if status == "untested" else f"Heard from {rng.choice(FIRST)} {rng.choice(LAST)}",
        tested_by=rng.choice(ours),
        due=(began + timedelta(days=rng.randint(3, 20))).date(),
        note=rng.choice(NOTES),
        first_raised_in=name,
    )


def _action(rng: Random, at: int, name: str, ours: list[str], began: datetime) -> ActionItem:
    status = rng.choice(_DONE)
    return ActionItem(
        id=f"t{at}",
        text=f"{rng.choice(VERBS)} {rng.choice(WHAT)} with {rng.choice(FIRST)} {rng.choice(LAST)}",
        owner=rng.choice(ours),
        due=(began + timedelta(days=rng.randint(3, 20))).date(),
        status=status,
        result="" if status == "open" else f"{rng.randint(2, 50)} pages, and one question left",
        accepted_at=began + timedelta(minutes=25),
        about=("s1",),
        done_on=None if status == "open" else (began + timedelta(days=5)).date(),
        note=rng.choice(NOTES),
        first_raised_in=name,
    )


def _attendee(name: str, role: str) -> Attendee:
    return Attendee(name=name, role=role)


def _id(began: datetime, account: str, number: int) -> str:
    end = ""
    for _ in range(4):
        number, digit = divmod(number, len(ALPHABET))
        end = ALPHABET[digit] + end
    slug = "-".join(account.lower().replace("ø", "o").split())
    return f"{began:%Y-%m-%d}-{slug}-{end}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(f"{len(write(target, int(sys.argv[2])))} sessions in {target}")

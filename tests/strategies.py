"""Hypothesis strategies over small alphabets, so that values collide often."""

from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.session import ActionItem, Assumption, Decision, Note, Parked, Part, Session, Stakeholder
from session_tui.model.vocabulary import BUYING_ROLES, COVERAGES

# Every character of the grammar, quotes, escapes, spaces of several kinds, controls, wide and
# right-to-left text.
PIECES = [
    *'@:!%+=->*/?,"\\.; ',
    *("++", "--", "due:fri", "role:app", "!5", "%2", "s>", "=>", "a1", "*s1", "for:a1", "to:s1", "pain:", "note:", '"'),
    *("ben", "Ruth", "x", "7", "ł", "東", "🙂", "\u202e", "\x1b[31m", "\u00a0", "\t", "\n", "\u0301", "א"),
]
# A byte stands for each: hypothesis draws a number of bytes at once, and a list one by one, which
# took most of the time of a property of sessions.
texts = st.binary(max_size=8).map(lambda drawn: "".join(PIECES[each % len(PIECES)] for each in drawn))
words = texts.filter(lambda text: bool(text.strip()) and any(c.isalnum() for c in text))
ids = st.sampled_from(["s1", "s2", "s3", "a1", "a2"])
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda m: m.replace(tzinfo=UTC, microsecond=0))

stakeholders = st.builds(
    Stakeholder,
    id=st.just("s1"),
    name=words,
    title=texts,
    buying_role=st.sampled_from(BUYING_ROLES),
    power=st.none() | st.integers(1, 5),
    support=st.none() | st.integers(-2, 2),
    coverage=st.sampled_from(COVERAGES),
    covered_by=st.lists(words, max_size=2, unique=True).map(tuple),
    reports_to=st.sampled_from(["", "s2", "s9"]),
    influences=st.lists(st.sampled_from(["s2", "s3", "s9"]), max_size=2, unique=True).map(tuple),
    pain=texts,
    note=texts,
    first_raised_in=st.just("2026-11-09-acme-freight-2m9x"),
)
assumptions = st.builds(
    Assumption,
    id=st.just("a1"),
    text=words,
    importance=st.integers(1, 5),
    evidence=st.integers(1, 5),
    status=st.sampled_from(["untested", "validated", "invalidated"]),
    result=texts,
    tested_by=st.one_of(st.just(""), words),
    due=st.none() | days,
    note=texts,
)
actions = st.builds(
    ActionItem,
    id=st.just("t1"),
    text=words,
    owner=st.one_of(st.just(""), words),
    due=st.none() | days,
    status=st.sampled_from(["open", "done", "dropped"]),
    result=texts,
    accepted_at=st.none() | moments,
    about=st.lists(st.sampled_from(["s1", "s9", "a1", "a7"]), max_size=2, unique=True).map(tuple),
    note=texts,
)
plain_entries = st.one_of(
    st.builds(Decision, id=st.just("d1"), text=words, at=moments),
    st.builds(Parked, id=st.just("p1"), text=words, at=moments),
    st.builds(Note, id=st.just("n1"), text=words, at=moments),
)
entries = st.one_of(stakeholders, assumptions, actions, plain_entries)
parts = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=4).map(
    lambda found: tuple(Part(kind="notes", minutes=m, floor_minutes=min(m, f)) for m, f in found)
)


Numbered = TypeVar("Numbered", bound=Struct)


def _numbered(letter: str, found: list[Numbered]) -> tuple[Numbered, ...]:
    return tuple(replace(entry, id=f"{letter}{number}") for number, entry in enumerate(found, start=1))


sessions = st.builds(
    lambda people, beliefs, promises: Session(
        id="2026-11-16-acme-freight-2m9x",
        status="held",
        agenda="strategy-30",
        account="Acme Freight",
        stakeholders=_numbered("s", people),
        assumptions=_numbered("a", beliefs),
        action_items=_numbered("t", promises),
    ),
    st.lists(stakeholders, max_size=6),
    st.lists(assumptions, max_size=4),
    st.lists(actions, max_size=4),
)

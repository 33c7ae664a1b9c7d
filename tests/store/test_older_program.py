"""Covers: session_tui.store.session_file, session_tui.model.session.

A program of the version before this one opens the files that this one writes: each word it reads
is a word that it knew, and each new key is optional.
"""

from datetime import UTC, datetime, timedelta

from msgspec.structs import fields, replace

from export.samples import WHOLE
from session_tui.model import edits
from session_tui.model.edits import Close, Reopen
from session_tui.model.session import Clock, Part, Session
from session_tui.store import session_file, toml

# The words and keys of the version before.
EVENTS = frozenset(["start", "part", "pause", "go_on", "minutes", "extend", "away", "end"])
CLOCK = frozenset(["at", "event", "part", "minutes", "until", "counts", "wall_step"])
STATUSES = frozenset(["prepared", "live", "held", "cancelled"])
OUTCOMES = frozenset(["pursue", "pursue_if", "hold", "withdraw"])
KEYS = frozenset(
    [
        "schema",
        "id",
        "status",
        "agenda",
        "account",
        "zone",
        "opportunity",
        "phase",
        "amount",
        "currency",
        "close_on",
        "account_owner",
        "facilitator",
        "previous",
        "started_at",
        "ended_at",
        "outcome",
        "headline",
        "plan",
        "attendees",
        "credit_split",
        "value",
        "parts",
        "last_ids",
        "clock",
        "stakeholders",
        "assumptions",
        "action_items",
        "decisions",
        "parking_lot",
        "notes",
        "recognitions",
        "changes",
    ]
)
# Keys of this version, which the one before keeps as it found them.
NEW = frozenset({"condition", "crm_id", "crm_url", "ends_at"})
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def reopened() -> Session:
    session = replace(
        WHOLE,
        status="live",
        ended_at=None,
        parts=(Part(kind="notes", minutes=30),),
        clock=(Clock(at=START, event="start", part=1),),
    )
    for edit in (
        Close(START + timedelta(minutes=5), "pursue_if", "We go", condition="the CFO signs"),
        Reopen(START + timedelta(minutes=7)),
    ):
        after = edits.apply(session, edit)
        assert isinstance(after, Session)
        session = after
    return session


def test_a_file_has_no_word_that_the_version_before_does_not_know() -> None:
    tables = toml.parse(session_file.new(reopened()).content())
    assert tables["schema"] == 1
    assert tables["status"] in STATUSES
    assert tables.get("outcome", "hold") in OUTCOMES
    assert {each["event"] for each in tables["clock"]} <= EVENTS
    assert {key for each in tables["clock"] for key in each} <= CLOCK
    assert set(tables) <= KEYS | NEW


def test_every_new_key_may_be_missing() -> None:
    defaults = {each.name: each.default for each in fields(Session) if each.name in NEW}
    assert set(defaults) == NEW, "it is a key, with a default"
    assert not any(defaults.values())
    assert set(Session.__struct_fields__) == KEYS | NEW

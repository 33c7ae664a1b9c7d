"""Covers: session_tui.model.sync.planner, session_tui.model.sync.ledger.

Each row of the table: what is here, what was agreed and what the server has decide one step.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from msgspec.structs import replace

from profiles import examples
from session_tui.model.session import ActionItem, ChangeAfter, Clock, LastIds, Session
from session_tui.model.sync.content import Content, content_of_tables, digest
from session_tui.model.sync.ledger import KNOWN, Agreed, agreed_below, agreed_gone, agreed_on
from session_tui.model.sync.planner import (
    FEW_REMOVALS,
    MOST_REMOVALS,
    Head,
    HeadState,
    Local,
    LocalState,
    SyncStep,
    is_mass_removal,
    needs_chain,
    plan,
)
from session_tui.model.sync.revision import revision
from team_contents import full_content, member_edit, plain, seeds

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
PREPARED = Session(
    id="2026-11-16-acme-freight-2m9x",
    status="prepared",
    agenda="strategy-30",
    account="Acme Freight",
    last_ids=LastIds(t=1),
    action_items=(ActionItem(id="t1", text="Bring the payback model"),),
)
ROW = ChangeAfter(at=AT, entry="t1", field="owner", to="Mei Tan")
LATER_ROW = replace(ROW, field="status", to="done")


def content(**values: Any) -> Content:
    return plain(content_of_tables(msgspec.to_builtins(replace(PREPARED, **values))))


FIRST, MINE, THEIRS = content(), content(zone="EMEA"), content(headline="Go on")
R1 = revision("", digest(FIRST))
R2 = revision(R1, digest(THEIRS))
LOST = revision(R1, digest(MINE))
GONE = revision(R1, "")
NONE = Local("missing")


def here(file: Content = FIRST) -> Local:
    return Local("here", file)


def head(name: str, there: Content, state: HeadState = "here") -> Head:
    return Head(name, digest(there), state)


def done(step: SyncStep) -> tuple[str, ...]:
    return (step.action, *step.notices)


AGREED = Agreed(R1, FIRST)


def test_a_session_that_one_side_alone_has_goes_to_the_other() -> None:
    assert plan(NONE, None, head(R1, FIRST)) == SyncStep("write")
    assert plan(here(), None, None) == SyncStep("put", ours=FIRST)
    assert plan(NONE, None, None) == SyncStep("nothing")


def test_equal_contents_are_agreed_without_a_version() -> None:
    assert plan(here(), None, head(R1, FIRST)) == SyncStep("agree", ours=FIRST)
    assert plan(here(), AGREED, head(R1, FIRST)) == SyncStep("nothing")


def test_without_a_version_before_both_they_are_merged_without_a_base() -> None:
    assert plan(here(MINE), None, head(R1, THEIRS)) == SyncStep("merge", theirs=R1, ours=MINE)


def test_what_one_side_changed_goes_to_the_other() -> None:
    assert plan(here(MINE), AGREED, head(R1, FIRST)) == SyncStep("put", parent=R1, ours=MINE)
    assert plan(here(), AGREED, head(R2, THEIRS), (R2, R1)) == SyncStep("write")


def test_what_both_changed_is_merged_over_the_agreed_version() -> None:
    assert plan(here(MINE), AGREED, head(R2, THEIRS), (R2, R1)) == SyncStep("merge", base=R1, theirs=R2, ours=MINE)


def test_only_a_version_in_the_servers_chain_is_a_base() -> None:
    agreed = Agreed(LOST, MINE, known=(R1,))
    rolled_back = plan(here(MINE), agreed, head(R1, FIRST))
    assert rolled_back == SyncStep("put", parent=R1, ours=MINE, notices=("server behind",))
    gone_on = plan(here(MINE), agreed, head(R2, THEIRS), (R2, R1))
    assert gone_on == SyncStep("merge", base=R1, theirs=R2, ours=MINE, notices=("server behind",))
    filled_by_others = plan(here(MINE), agreed, head("f" * 64, THEIRS), ("f" * 64,))
    assert filled_by_others == SyncStep("merge", theirs="f" * 64, ours=MINE, notices=("server behind",))


def test_an_emptied_server_is_given_back_what_it_lost() -> None:
    assert plan(here(), AGREED, None) == SyncStep("put", ours=FIRST, notices=("server behind",))
    assert done(plan(NONE, AGREED, None)) == ("back", "came back")


@pytest.mark.parametrize("there", [head(R1, FIRST), head(R2, THEIRS)])
def test_a_missing_file_is_no_removal(there: Head) -> None:
    assert plan(NONE, AGREED, there, (R2, R1)) == SyncStep("back", ours=FIRST, notices=("came back",))


def test_a_removal_moves_the_file_of_those_who_changed_nothing() -> None:
    removed = head(GONE, FIRST, "removed")
    assert plan(here(), AGREED, removed, (GONE, R1)) == SyncStep("move", ours=FIRST, notices=("removed",))
    assert plan(here(), None, removed, (GONE, R1)) == SyncStep("move", ours=FIRST, notices=("removed",))
    assert plan(NONE, AGREED, removed, (GONE, R1)) == SyncStep("agree", ours=FIRST)


def test_a_change_wins_over_a_removal_that_had_not_seen_it() -> None:
    assert done(plan(here(MINE), AGREED, head(GONE, FIRST, "removed"), (GONE, R1))) == ("put", "change won")
    # What was removed had more than ours: it comes back too.
    gone = revision(R2, "")
    step = plan(here(MINE), AGREED, head(gone, THEIRS, "removed"), (gone, R2, R1))
    assert step == SyncStep("merge", parent=gone, base=R1, theirs=R2, ours=MINE, notices=("change won",))
    # A rolled back server was asked to remove an earlier version.
    lost = plan(here(MINE), Agreed(LOST, MINE, known=(R1,)), head(GONE, FIRST, "removed"), (GONE, R1))
    assert done(lost) == ("put", "change won")


def test_a_removal_here_is_sent_where_the_user_had_seen_what_is_there() -> None:
    mine = Local("removed", FIRST)
    assert plan(mine, AGREED, head(R1, FIRST)) == SyncStep("delete", parent=R1, ours=FIRST)
    assert done(plan(mine, AGREED, head(R2, THEIRS), (R2, R1))) == ("back", "change won")
    assert plan(mine, None, head(R1, FIRST)) == SyncStep("delete", parent=R1, ours=FIRST, late=True)
    assert plan(mine, None, None) == SyncStep("nothing")


def test_a_removal_that_the_server_has_nothing_to_remove_for_is_remembered_without_it() -> None:
    mine = Local("removed", MINE)
    assert plan(mine, AGREED, None) == SyncStep("agree", ours=FIRST)
    gone = agreed_gone(AGREED)
    for local in (mine, NONE):
        assert plan(local, gone, None) == SyncStep("nothing")
        # It is shown again: as it was known it is removed there; with a change it comes back.
        assert plan(local, gone, head(R1, FIRST)) == SyncStep("delete", parent=R1, ours=local.file or FIRST, late=True)
        assert done(plan(local, gone, head(R2, THEIRS), (R2, R1))) == ("back", "change won")
        assert plan(local, gone, head(GONE, FIRST, "removed"), (GONE, R1)).action == "agree"
    assert plan(here(), gone, head(R1, FIRST)) == SyncStep("agree", ours=FIRST)
    assert plan(here(MINE), gone, head(R2, THEIRS), (R2, R1)).action == "merge"


def test_a_server_that_forgot_a_removal_is_told_again() -> None:
    removed = Agreed(GONE, FIRST, known=(R1,), removed=True)
    for local in (NONE, Local("removed", FIRST)):
        assert plan(local, removed, head(R1, FIRST)) == SyncStep("delete", parent=R1, ours=FIRST)
        again = revision("", digest(FIRST) + "0")
        assert plan(local, removed, head(again, FIRST), (again,)).action == "delete"


def test_a_restored_session_comes_back_everywhere() -> None:
    removed = Agreed(GONE, FIRST, known=(R1,), removed=True)
    assert plan(here(), removed, head(GONE, FIRST, "removed")) == SyncStep(
        "put", parent=GONE, ours=FIRST, notices=("restored",)
    )
    back = revision(GONE, digest(FIRST))
    assert plan(Local("removed", FIRST), removed, head(back, FIRST), (back, GONE, R1)) == SyncStep(
        "write", notices=("restored",)
    )
    # Also after the server was put back to the moment of the removal.
    beyond = Agreed(back, FIRST, known=(GONE, R1))
    assert done(plan(here(), beyond, head(GONE, FIRST, "removed"))) == ("put", "restored")


def test_an_old_copy_of_a_held_session_is_no_edit() -> None:
    held = content(status="held", changes=(ROW,))
    agreed = Agreed(R2, content(status="held", changes=(ROW, LATER_ROW)), known=(R1,))
    step = plan(here(held), agreed, head(R2, agreed.content))
    assert step == SyncStep("back", ours=agreed.content, keep=True, notices=("old copy",))
    # It went on from there: nothing of either is taken for removed.
    edited = content(status="held", changes=(ROW, replace(ROW, entry="t2")))
    assert plan(here(edited), agreed, head(R2, agreed.content)).action == "mend"
    # A copy from before the end.
    clock = (Clock(at=AT, event="start"), Clock(at=AT, event="end"))
    ended = Agreed(R2, content(status="held", clock=clock), known=(R1,))
    assert plan(here(content(status="live", clock=clock[:1])), ended, head(R2, ended.content)).action == "back"


def test_a_file_in_which_a_person_was_forgotten_is_no_old_copy() -> None:
    agreed = Agreed(R2, content(status="held", changes=(ROW, LATER_ROW)), known=(R1,))
    forgotten = content(status="held", changes=(replace(ROW, to="person-7k3q2m"), LATER_ROW))
    assert plan(here(forgotten), agreed, head(R2, agreed.content)) == SyncStep("put", parent=R2, ours=forgotten)


def test_a_file_in_which_a_merge_numbered_an_entry_anew_is_no_old_copy() -> None:
    agreed = Agreed(R2, content(status="held", changes=(ROW, LATER_ROW)), known=(R1,))
    renumbered = content(status="held", changes=(replace(ROW, entry="t2"), LATER_ROW))
    assert plan(here(renumbered), agreed, head(R2, agreed.content)) == SyncStep("put", parent=R2, ours=renumbered)


def test_less_in_a_prepared_session_is_an_edit() -> None:
    agreed = Agreed(R2, MINE, known=(R1,))
    assert plan(here(FIRST), agreed, head(R2, MINE)) == SyncStep("put", parent=R2, ours=FIRST)


@pytest.mark.parametrize(
    ("state", "there", "notice"),
    [
        ("open", "here", "open"),
        ("unreadable", "here", "unreadable"),
        ("here", "newer", "newer"),
        ("here", "hidden", "hidden"),
    ],
)
def test_what_cannot_be_synced_is_left_alone_and_said(state: LocalState, there: HeadState, notice: str) -> None:
    assert done(plan(Local(state, MINE), AGREED, head(R2, THEIRS, there), (R2, R1))) == ("leave", notice)


@examples(200)
@given(seeds)
def test_no_step_leaves_less_than_there_was(rnd: Any) -> None:
    """Whatever is here, agreed and there: a file moves away only where the server says that it
    was removed, and the server removes only what was explicitly removed here.
    """
    contents = [full_content(rnd, newer=False)]
    contents += [member_edit(rnd, contents[0], "Ana"), member_edit(rnd, contents[0], "Ben")]
    names = [R1, R2, LOST, GONE]
    local = Local(rnd.choice(["here", "missing", "removed"]), rnd.choice(contents))
    local = NONE if local.state == "missing" else local
    base = rnd.choice(
        [None, Agreed(rnd.choice(["", *names]), rnd.choice(contents), tuple(rnd.sample(names, 2)), rnd.random() < 0.3)]
    )
    there = rnd.choice([None, head(rnd.choice(names), rnd.choice(contents), rnd.choice(["here", "removed"]))])
    chain = (there.revision, *rnd.sample(names, 2)) if there is not None and needs_chain(local, base, there) else ()
    step = plan(local, base, there, chain)
    if step.action == "move":
        assert there is not None and there.state == "removed" and local.state == "here"
    if step.action == "delete":
        assert there is not None and there.state == "here"
        assert local.state == "removed" or (base is not None and base.removed)
        # Unasked only where both sides had agreed on the session, or on its removal.
        assert step.late or (base is not None and (base.revision or not base.removed))
    if there is None:
        assert step.action in ("nothing", "put", "back", "mend") or (
            step.action == "agree" and local.state == "removed"
        )


def test_many_removals_at_once_are_asked() -> None:
    assert not is_mass_removal(FEW_REMOVALS, 10)
    assert is_mass_removal(FEW_REMOVALS + 1, 10)
    assert not is_mass_removal(MOST_REMOVALS, 10_000)
    assert is_mass_removal(MOST_REMOVALS + 1, 10_000)


def test_the_ledger_remembers_what_went_into_the_file() -> None:
    first = agreed_on(None, R1, FIRST)
    second = agreed_on(first, R2, THEIRS, (R2, R1))
    assert second.knows(R1) and second.knows(R2) and not second.knows(LOST)
    # The server lost R2: it is in the file, and not in what the server has.
    below = agreed_below(LOST, MINE, (LOST, R1))
    assert below.knows(R1) and not below.knows(R2)
    many = first
    for number in range(3 * KNOWN):
        many = agreed_on(many, f"{number:064x}", FIRST)
    assert len(many.known) == KNOWN and many.knows(f"{3 * KNOWN - 2:064x}")

"""Covers: session_tui.model.sync.lens.

What is shared of a session and what is private are two sides of it: changing the one never touches
the other.
"""

from random import Random
from typing import Any

import pytest
from hypothesis import example, given

from conftest import EXAMPLE
from profiles import examples
from session_tui.model.session import LISTS
from session_tui.model.sync.content import Content, content_of_tables, encoded, replaced, seen
from session_tui.model.sync.shape import Table
from session_tui.store import toml
from team_contents import CANARY, PRIVATE, full_content, plain, seeds, shared_edit

ID = "2026-11-23-acme-freight-7k3q"
MIA = {"id": "s1", "name": "Mia Tran", "title": "COO", "power": 4, "support": -2, "note": "She decides alone"}
JONAS = {"id": "s2", "name": "Jonas Pell", "reports_to": "s3"}
RUTH = {"id": "s3", "name": "Ruth Vale"}


def tables(**values: Any) -> Table:
    return {"id": ID, "status": "held", "agenda": "strategy-30", "account": "Acme Freight"} | values


def content(**values: Any) -> Content:
    return plain(content_of_tables(tables(**values)))


def shared(**values: Any) -> Content:
    return plain(content_of_tables(tables(**values), "shared"))


@example(rnd=Random(2399))  # two equal rows, the second with a key of a newer program
@examples(500)
@given(seeds)
def test_what_was_not_changed_comes_back_as_it_was(rnd: Random) -> None:
    full = full_content(rnd)
    assert replaced(full, seen(full, "shared")).content == full


@examples(500)
@given(seeds)
def test_what_others_changed_is_what_they_see(rnd: Random) -> None:
    full = full_content(rnd)
    theirs = shared_edit(rnd, full, may_remove=False)
    made = replaced(full, theirs)
    assert made.kept == () and seen(made.content, "shared") == theirs


@examples(500)
@given(seeds)
def test_the_second_of_two_changes_is_as_if_it_were_the_only_one(rnd: Random) -> None:
    full = full_content(rnd, newer=False)
    after = replaced(full, shared_edit(rnd, full, may_remove=False)).content
    # Made of the first, because ids that were given stay given.
    second = shared_edit(rnd, after, may_remove=False)
    assert replaced(after, second).content == replaced(full, second).content


@examples(500)
@given(seeds)
def test_a_shared_change_removes_nothing_private_anywhere(rnd: Random) -> None:
    full = full_content(rnd)
    theirs = shared_edit(rnd, full)
    made = replaced(full, theirs)
    for name in LISTS.values():
        after = {row["id"]: row for row in made.content.session.get(name, ())}
        there = {row["id"] for row in theirs.session.get(name, ())}
        for row in full.session.get(name, ()):
            private = {key: row[key] for key in row.keys() & PRIVATE}
            if private or name == "notes":
                assert private.items() <= after[row["id"]].items()
            if name != "notes":
                assert (row["id"] in after) == (row["id"] in there or bool(private))
                assert (row["id"] in made.kept) == (row["id"] not in there and bool(private))
    for key in ("notes", "newer"):
        assert made.content.session.get(key) == full.session.get(key)
    if "plan" in made.kept:
        assert made.content.session["plan"] == full.session["plan"]
    assert plain(content_of_tables(made.content.session)) == made.content  # canonical still


@examples(500)
@given(seeds)
def test_a_shared_content_has_nothing_private_and_no_key_that_is_not_known(rnd: Random) -> None:
    told = seen(full_content(rnd), "shared")
    assert plain(content_of_tables(told.session, "shared")) == told
    said = encoded(told)
    for word in (b'"power":', b'"support":', b'"pain":', b'"note":', b'"notes"', b'"comments"', b'"newer"'):
        assert word not in said
    for row in told.session.get("changes", ()):
        assert row["field"] not in ("power", "support", "pain", "note") and row["entry"] != "n1"


def test_a_canary_in_every_private_place_stays_with_us() -> None:
    private = {"pain": CANARY, "note": CANARY, "newer": {"deep": [CANARY]}}
    full = content(
        newer=CANARY,
        plan={"source": "plans/acme.md", "comments": [{"line": 1, "text": CANARY}], "newer": CANARY},
        stakeholders=[MIA | private],
        assumptions=[{"id": "a1", "text": "x", "note": CANARY}],
        action_items=[{"id": "t1", "text": "x", "note": CANARY}],
        decisions=[{"id": "d1", "text": "x", "newer": CANARY}],
        notes=[{"id": "n1", "text": CANARY}],
        last_ids={"n": 1},
        changes=[
            {"at": "2026-11-24T09:00:00Z", "entry": entry, "field": field, "from": CANARY, "to": CANARY}
            for entry, field in (("s1", "power"), ("s1", "pain"), ("a1", "note"), ("n1", "text"))
        ],
    )
    assert encoded(full).count(CANARY.encode()) > 10
    said = encoded(seen(full, "shared"))
    assert CANARY.encode() not in said and b"last_ids" not in said and b"changes" not in said


def test_a_private_key_in_a_shared_body_is_left_out_and_overwrites_nothing() -> None:
    body = shared(stakeholders=[MIA | {"support": 2, "note": CANARY}], notes=[{"id": "n1", "text": CANARY}])
    assert body == shared(stakeholders=[{"id": "s1", "name": "Mia Tran", "title": "COO"}])
    made = replaced(content(stakeholders=[MIA]), body).content
    assert made.session["stakeholders"] == [MIA] and "notes" not in made.session


def test_an_entry_with_a_judgement_stays_where_it_stood_and_its_removal_is_told() -> None:
    full = content(stakeholders=[JONAS, MIA, RUTH])
    made = replaced(full, shared(stakeholders=[{"id": "s2", "name": "Jonas Pell"}, RUTH]))
    assert made.kept == ("s1",)
    assert [row["id"] for row in made.content.session["stakeholders"]] == ["s2", "s1", "s3"]


def test_an_entry_without_a_judgement_goes() -> None:
    made = replaced(content(stakeholders=[JONAS, RUTH]), shared(stakeholders=[RUTH]))
    assert made.kept == () and made.content.session["stakeholders"] == [RUTH]


def test_an_entry_that_stays_leads_no_more_to_one_that_went() -> None:
    mia = MIA | {"reports_to": "s3", "influences": ["s2", "s3"]}
    full = content(stakeholders=[mia, JONAS | {"reports_to": ""}, RUTH])
    made = replaced(full, shared(stakeholders=[{"id": "s2", "name": "Jonas Pell"}]))
    assert made.content.session["stakeholders"][0] == MIA | {"influences": ["s2"]}


def test_a_person_who_was_not_judged_is_judged_no_more_by_a_shared_change() -> None:
    full = content(stakeholders=[MIA, JONAS])
    renamed = shared(stakeholders=[{"id": "s1", "name": "Mia Tran-Berg"}, JONAS])
    rows = replaced(full, renamed).content.session["stakeholders"]
    assert (rows[0]["power"], rows[0]["support"]) == (4, -2)
    assert not {"power", "support"} & rows[1].keys()


def test_an_id_is_never_given_twice_whatever_a_shared_body_says() -> None:
    full = content(last_ids={"t": 7, "n": 2})
    made = replaced(full, shared(last_ids={"t": 5, "d": 1}))
    assert made.content.session["last_ids"] == {"t": 7, "n": 2, "d": 1}


def test_a_plan_with_questions_stays() -> None:
    plan = {"source": "plans/acme.md", "comments": [{"line": 3, "text": "Who told us?"}]}
    made = replaced(content(plan=plan), shared())
    assert made.kept == ("plan",) and made.content.session["plan"] == plan


def test_a_full_body_replaces_everything_and_the_first_shared_one_is_taken_as_it_is() -> None:
    full = content(stakeholders=[MIA])
    assert replaced(full, content()).content == content()
    first = replaced(None, shared(stakeholders=[RUTH]))
    assert first.content == content(stakeholders=[RUTH])


@pytest.mark.parametrize("detail", ["full", "shared"])
def test_the_example_goes_there_and_back(detail: Any) -> None:
    full = plain(content_of_tables(toml.parse(EXAMPLE.read_bytes())))
    assert seen(full, "shared") != full
    assert replaced(full, seen(full, detail)).content == full


def test_neither_version_is_changed_in_place() -> None:
    full, theirs = content(stakeholders=[MIA, JONAS, RUTH]), shared(stakeholders=[{"id": "s2", "name": "J"}])
    before = (encoded(full), encoded(theirs))
    replaced(full, theirs)
    assert (encoded(full), encoded(theirs)) == before

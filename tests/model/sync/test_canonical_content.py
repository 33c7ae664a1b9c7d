"""Covers: session_tui.model.sync.content, canonical, limits, revision and inventory.

Equal sessions have equal bytes whatever wrote them; a body that is not a session is refused with a
sentence.
"""

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given

from conftest import DATA
from export.samples import WHOLE
from profiles import examples
from session_tui.export.summary import summarise
from session_tui.model.fault import Fault
from session_tui.model.session import LISTS
from session_tui.model.sync import inventory, limits
from session_tui.model.sync.content import (
    Content,
    content_of,
    content_of_tables,
    digest,
    encoded,
    replaced,
    seen,
    session_of,
)
from session_tui.model.sync.revision import Version, etag, idempotency_key, named_by, next_version, revision
from session_tui.model.vocabulary import Detail
from session_tui.outbox.kinds import team_server
from session_tui.store import session_file, toml
from team_contents import full_content, plain, seeds

VECTORS = json.loads((DATA / "sync" / "contents.json").read_text(encoding="utf-8"))
SESSION = {
    "id": "2026-11-09-acme-freight-2m9x",
    "status": "held",
    "agenda": "strategy-30",
    "account": "Acme Freight",
}


def body(**values: Any) -> dict[str, Any]:
    return {"schema": 1, "detail": "full", "session": SESSION | values}


def fault(given: Any) -> Fault:
    found = content_of(given)
    assert isinstance(found, Fault)
    return found


# ---- the canonical form -------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["contents"], ids=lambda vector: vector["name"])
def test_a_body_has_the_bytes_and_the_digest_of_the_examples(vector: dict[str, Any]) -> None:
    found = plain(content_of(vector["body"]))
    assert encoded(found).decode() == vector["bytes"]
    assert digest(found) == vector["digest"] == hashlib.sha256(vector["bytes"].encode()).hexdigest()


@examples(300)
@given(seeds)
def test_the_canonical_bytes_are_a_body_of_the_same_content(rnd: Random) -> None:
    full = full_content(rnd)
    for each in (full, seen(full, "shared")):
        assert content_of(msgspec.json.decode(encoded(each))) == each


@examples(300)
@given(seeds)
def test_the_order_of_keys_and_written_defaults_change_nothing(rnd: Random) -> None:
    full = full_content(rnd)

    def told_otherwise(value: Any, key: str = "") -> Any:
        if isinstance(value, list):
            rows = [told_otherwise(each, key) for each in value]
            return rnd.sample(rows, len(rows)) if key == "changes" else rows
        if not isinstance(value, dict):
            return value
        said = {name: told_otherwise(each, name) for name, each in value.items()}
        if "id" in value and key in ("stakeholders", "assumptions", "action_items"):
            said = {"note": "", "first_raised_in": ""} | said
        return dict(rnd.sample(list(said.items()), len(said)))

    assert digest(plain(content_of_tables(told_otherwise(full.session)))) == digest(full)


@examples(200)
@given(seeds)
def test_a_session_written_to_its_file_and_read_again_has_the_same_content(rnd: Random) -> None:
    full = full_content(rnd, newer=False)
    read = session_file.read(session_file.new(session_of(full)).content()).tables
    # A file of a person who was not judged says so by the absence of these two, which a value may
    # fill.
    told = {row["id"]: row for row in full.session.get("stakeholders", ())}
    for row in read.get("stakeholders", ()):
        for key in {"power", "support"} - told[row["id"]].keys():
            row.pop(key, None)
    assert content_of_tables(read) == full


@pytest.mark.parametrize("detail", ["full", "shared"])
def test_what_todays_push_sends_is_the_content_of_the_file(detail: Detail) -> None:
    tables = session_file.new(WHOLE).tables
    pushed = plain(content_of(msgspec.json.decode(team_server.body(summarise(WHOLE, detail)))))
    assert pushed == seen(plain(content_of_tables(tables)), detail)


def test_times_of_a_file_and_of_a_body_are_the_same() -> None:
    text = "id = '2026-11-09-acme-freight-2m9x'\nstatus = 'held'\nagenda = 'a'\naccount = 'b'\n"
    text += "started_at = 2026-11-09T10:00:00+01:00\nclose_on = 2026-11-27\nnewer = [07:30:00, inf, 2026-11-27]\n"
    found = plain(content_of_tables(toml.parse(text.encode()))).session
    assert (found["started_at"], found["close_on"]) == ("2026-11-09T09:00:00Z", "2026-11-27")
    assert found["newer"] == ["07:30:00", "inf", "2026-11-27"]
    east = datetime(2026, 11, 9, 10, tzinfo=timezone(timedelta(hours=1)))
    assert plain(content_of(body(started_at=east))).session["started_at"] == "2026-11-09T09:00:00Z"
    assert session_of(plain(content_of(body(started_at="2026-11-09T10:00:00+01:00")))).started_at == datetime(
        2026, 11, 9, 9, tzinfo=UTC
    )


def test_what_is_not_told_or_not_judged_is_not_there() -> None:
    people: list[dict[str, Any]] = [
        {"id": "s1", "name": "Mia Tran", "power": 3, "support": 0},
        {"id": "s2", "name": "Jonas Pell"},
    ]
    full = plain(content_of(body(stakeholders=people)))
    assert full.session["stakeholders"] == people
    assert seen(full, "shared").session["stakeholders"] == [{"id": each["id"], "name": each["name"]} for each in people]


# ---- what is not a session ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "It is not an object with the keys schema, detail and session"),
        ([], "It is not an object with the keys schema, detail and session"),
        (
            {"schema": 1, "detail": "full", "session": []},
            "It is not an object with the keys schema, detail and session",
        ),
        (body() | {"detail": "all"}, "detail: it is not one of shared, full"),
        (body() | {"schema": True}, "schema: it is not a whole number from 1 on"),
        (body(schema="1"), "schema: it is not a whole number from 1 on"),
        (body(account=""), "account: expected `str` of length >= 1"),
        (body(account=None), "account: expected `str`, got `null`"),
        (body(started_at="2026-11-09T09:00:00"), "started_at: expected `datetime` with a timezone component"),
        (body(started_at="0001-01-01T00:00:00+14:00"), "date value out of range"),
        (body(close_on="0001-01-01"), "0001-01-01 is not in the years 2 to 9988"),
        (body(id="../../etc/passwd"), 'id: "../../etc/passwd" is not of the form DATE-ACCOUNT-XXXX'),
        (body(decisions=[{"id": "d1", "text": "x"}] * 2), 'decisions[2].id: "d1" stands in decisions[1] already'),
        (body(newer=2**64), "1.845e+19 is not a whole number of 64 bits"),
    ],
)
def test_a_body_that_is_no_session_is_refused_with_its_place(given: Any, said: str) -> None:
    assert str(fault(given)) == said


def test_rows_are_counted_from_one_in_a_fault() -> None:
    people = [{"id": "s1", "name": "Mia Tran"}, {"id": "s2", "name": "Jonas Pell", "power": 9}]
    assert fault(body(stakeholders=people)).where == "stakeholders[2].power"


def test_a_body_of_a_newer_schema_is_told_from_a_faulty_one() -> None:
    assert fault(body() | {"schema": 2}).kind == "newer" and fault(body(schema=2, status="new")).kind == "newer"


ODD: list[Any] = [None, True, -1, 0, 3.5, 1e300, 2**70, "", "x", "2026-11-09", "9999-12-31T23:59:59-14:00", [], {}]
ODD += [[None], [{}], [[[]]], {"": None}, {"id": 1}, {"id": "s1"}, [{"id": "s1", "name": "x"}] * 2, ["s1", "s1"]]


def spoiled(rnd: Random, value: Any) -> Any:
    """The value with something odd in one or more places: a value of another kind, a key too many,
    one too few.
    """
    if rnd.random() < 0.03:
        return rnd.choice(ODD)
    if isinstance(value, list):
        rows = [spoiled(rnd, each) for each in value]
        return rows + rows[:1] if rnd.random() < 0.03 else rows
    if not isinstance(value, dict):
        return value
    found = {key: spoiled(rnd, each) for key, each in value.items() if rnd.random() > 0.01}
    return found | ({rnd.choice(["newer", "at", "n", "power", ""]): rnd.choice(ODD)} if rnd.random() < 0.05 else {})


@examples(800)
@given(seeds)
def test_any_body_is_a_content_that_can_be_laid_over_others_or_a_fault(rnd: Random) -> None:
    full = full_content(rnd)
    found = content_of(spoiled(rnd, msgspec.json.decode(encoded(rnd.choice([full, seen(full, "shared")])))))
    if isinstance(found, Fault):
        assert found.what
        return
    for one, other in ((full, found), (found, full)):
        made = replaced(one, seen(other, "shared")).content
        assert content_of(msgspec.json.decode(encoded(made))) == made
    assert content_of(msgspec.json.decode(encoded(found))) == found
    assert next_version(None, seen(found, "full")).content


def test_a_body_that_is_nested_too_deep_is_refused() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert str(fault(body(newer=deep))) == "tables and lists stand more than 64 deep inside each other"


@pytest.mark.parametrize("name", [*LISTS.values(), "changes"])
def test_a_session_of_too_many_entries_is_refused_and_one_at_the_limit_is_not(name: str) -> None:
    most = limits.CHANGES if name == "changes" else limits.ENTRIES
    letter = next((each for each, called in LISTS.items() if called == name), "")
    rows: list[Any] = [{"id": f"{letter}{n}", "name": "x", "text": "x"} for n in range(1, most + 2)]
    if name == "changes":
        rows = [{"at": "2026-11-09T09:00:00Z", "entry": "s1", "field": "title", "to": f"{n}"} for n in range(most + 1)]
    assert isinstance(content_of(body(**{name: rows[:most]})), Content)
    said = str(fault(body(**{name: rows})))
    assert said.startswith(f"{name}: there are {most + 1:,} ") and f"has at most {most:,}. Nothing was sent" in said


def test_a_session_of_too_many_attendees_is_refused() -> None:
    rows = [{"name": f"p{number}"} for number in range(limits.ENTRIES + 1)]
    assert isinstance(content_of(body(attendees=rows[1:])), Content)
    assert str(fault(body(attendees=rows))).startswith("attendees: there are 501 attendees; a session that a team")


@pytest.mark.parametrize(
    ("name", "key"), [("stakeholders", "covered_by"), ("stakeholders", "influences"), ("action_items", "about")]
)
def test_an_entry_that_names_too_many_is_refused(name: str, key: str) -> None:
    """Two such lists take a time of their square to be put together."""
    first: dict[str, Any] = {"id": "s1" if name == "stakeholders" else "t1", "name": "x", "text": "x"}
    named = ["s1"] * limits.ENTRIES
    assert isinstance(content_of(body(**{name: [first | {key: named if key == "covered_by" else []}]})), Content)
    found = fault(body(**{name: [first, first | {key: [*named, "s1"]}]}))
    assert found.where == f"{name}[2].{key}" and "at most 500" in found.what


def test_a_session_of_sixty_thousand_entries_is_refused_at_once() -> None:
    given = body(decisions=[{"id": f"d{number}", "text": "x"} for number in range(60_000)])
    began = time.process_time()
    assert fault(given).where == "decisions"
    assert time.process_time() - began < 0.05


# ---- revisions ----------------------------------------------------------------------------------


def test_a_chain_has_the_revisions_of_the_examples() -> None:
    parent = None
    for link in VECTORS["chain"]:
        parent = next_version(parent, plain(content_of(link["body"])))
        assert (etag(parent, "full"), etag(parent, "shared")) == (link["etag"], link["shared_etag"])


def chain(*found: dict[str, Any]) -> list[Version]:
    versions: list[Version] = []
    for each in found:
        versions.append(next_version(versions[-1] if versions else None, plain(content_of(each))))
    return versions


def test_a_private_note_gives_no_shared_reader_another_version() -> None:
    first, noted, said = chain(body(), body(notes=[{"id": "n1", "text": "x"}]), body(headline="x"))
    assert first.revision != noted.revision
    assert etag(first, "shared") == etag(noted, "shared") != etag(said, "shared")


def test_a_content_that_comes_back_has_a_revision_and_a_key_of_its_own() -> None:
    first, other, again = chain(body(), body(zone="EMEA"), body())
    assert first.content == again.content and first.revision != again.revision
    assert again.revision == revision(other.revision, again.content)
    keys = {idempotency_key("x", parent, first.content) for parent in ("", other.revision)}
    assert len(keys) == 2 and all(key.startswith("msg_") and len(key) == 36 for key in keys)


def test_the_same_content_again_is_no_version() -> None:
    first, again = chain(body(zone=""), body())
    assert first is again


def test_an_etag_names_its_revision() -> None:
    (first,) = chain(body())
    assert named_by(etag(first, "full")) == (first.revision, "full")
    assert named_by(f" {etag(first, 'shared')} ") == (first.shared_revision, "shared")
    for other in ("", "*", '"7"', f"W/{etag(first, 'full')}", first.revision):
        assert named_by(other) is None


# ---- many sessions ------------------------------------------------------------------------------


def test_the_digest_over_sessions_is_that_of_the_examples_in_any_order() -> None:
    vector = VECTORS["inventory"]
    found = inventory.buckets(dict(reversed(vector["contents"].items())))
    assert found == vector["buckets"] and inventory.root(found) == vector["root"]
    assert inventory.short(inventory.root(found)) == vector["short"]


def test_a_difference_is_found_by_root_bucket_and_session() -> None:
    ours = {f"2026-11-09-acme-freight-{number:04}": digest(plain(content_of(body()))) for number in range(1000)}
    changed, missing = "2026-11-09-acme-freight-0007", "2026-11-09-acme-freight-0400"
    theirs = {key: value for key, value in ours.items() if key != missing} | {changed: "0" * 64}
    one, two = inventory.buckets(ours), inventory.buckets(theirs)
    assert inventory.root(one) != inventory.root(two)
    found = inventory.differing(one, two)
    assert set(found) == {inventory.bucket_of(changed), inventory.bucket_of(missing)}
    listed = [
        {key: value for key, value in side.items() if inventory.bucket_of(key) in found} for side in (ours, theirs)
    ]
    assert inventory.differing(*listed) == (changed, missing)

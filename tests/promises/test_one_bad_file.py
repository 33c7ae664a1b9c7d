"""Covers: every reader of files.

With any bytes in one file, every command and every screen's store still serves all the other
files.
"""

import random

import pytest

from hostile import BAD, COMMANDS, GOOD, NEXT, STATUSES, World, ask, session
from session_tui.index.index import Index
from session_tui.store import session_file, toml
from session_tui.store.errors import StoreError

pytestmark = pytest.mark.slow

INPUTS = 2_000  # make bench tries 100,000
SHARES = 8
EVERY = 20  # inputs, one of which is asked a command as well: 15 ms, where the store takes 5


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def test_without_the_bad_file_every_command_answers(world: World) -> None:
    for arguments, fact in COMMANDS:
        with world.with_file("notes.txt", b""):
            status, said = world.says(*arguments)
        assert status in STATUSES.get(arguments, (0, 1)) and fact in said, (arguments, said)
    assert world.unforeseen() == ""


# Twenty seconds in all, on two cores: so many inputs are what it takes to meet each kind of fault
# in each kind of file.
@pytest.mark.parametrize("share", range(SHARES))
def test_any_bytes_in_any_one_file_take_down_nothing_but_that_file(world: World, share: int) -> None:
    said = [
        ask(world, seed, command=seed % EVERY == 0)
        for seed in range(share * INPUTS // SHARES, (share + 1) * INPUTS // SHARES)
    ]
    assert list(filter(None, said)) == []


# ---- cases of other people's files, each a row of its own ---------------------------------------

CASES = {
    "brackets without an end": ("x = " + "[" * 1_000 + "]" * 1_000, "more than 64 deep"),
    "brackets just too deep": ("a.b.c = " + "[" * 70 + "]" * 70, "more than 64 deep"),
    "inline tables": ("x = " + "{a = " * 500 + "1" + "}" * 500, "more than 64 deep"),
    "a dotted key": (".".join(["a"] * 2_000) + " = 1", "more than 64 deep"),
    "late in the west": ("x = 9999-12-31T23:59:59-14:00", "is not of the years 2 to 9988"),
    "early in the east": ("x = 0001-01-01T00:00:00+14:00", "is not of the years 2 to 9988"),
    "early once it is in UTC": ("x = 0002-01-01T00:00:00+23:59", "is not of the years 2 to 9988"),
    "65 bits": ("x = 18446744073709551616", "whole number of more than 64 bits"),
    "a name in Latin-1": ("x = 'caf\udce9'", "not UTF-8 text"),
    "zero bytes": ("x = 1\0", "it holds zero bytes"),
    "carriage returns": ("x = 1\ry = 2", "carriage return alone"),
    "git's marks": ("<<<<<<< HEAD\n=======\n>>>>>>> theirs", "git left two versions"),
}


@pytest.mark.parametrize(("extra", "what"), CASES.values(), ids=CASES)
def test_a_session_that_cannot_be_read_is_a_row_that_says_why(world: World, extra: str, what: str) -> None:
    head, rest = session(BAD, "Bad Ltd").split("\n", 1)
    content = f"{head}\n{extra}\n{rest}".encode("utf-8", "surrogateescape")
    with world.with_file(f"sessions/{BAD}.toml", content):
        status, said = world.says("list")
        assert status == 0 and what.split()[0] in said and said.count("Good Ltd") == 2
        status, said = world.says("list", "--json")
        assert what in said
        status, said = world.says("run", "Good Ltd", "--plain", "--new")
        assert status == 0, said
        for command in ("doctor", "due", "stats"):
            assert world.says(command)[0] == 0
        with pytest.raises(StoreError, match=what):
            session_file.read(content, world.sessions / f"{BAD}.toml")
    assert world.unforeseen() == ""


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize("at", ["9999-12-31T23:30:00Z", "0001-01-01T00:30:00Z", "9988-12-31T23:30:00Z"])
def test_a_time_at_the_end_of_the_calendar_is_survived_in_every_zone(
    world: World, zone: str, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        text = session(BAD, "Late").replace("2026-11-23T09:", at[:11] + at[11:14])
        with world.with_file(f"sessions/{BAD}.toml", text.encode()):
            for arguments in (("list",), ("show", BAD), ("show", GOOD), ("due",), ("stats",), ("brief", "Late")):
                assert "should not have" not in world.says(*arguments)[1], arguments
            assert world.says("list")[1].count("Good Ltd") == 2
    finally:
        monkeypatch.undo()
        time.tzset()
    assert world.unforeseen() == ""


def test_what_the_index_says_of_a_file_is_what_opening_it_says(world: World) -> None:
    """The quick way of the index and the careful way of opening agree, whatever the bytes are."""
    from mutations import mutated

    rng, path = random.Random(7), world.sessions / f"{BAD}.toml"
    base = session(BAD, "Bad Ltd").encode()
    for _ in range(300):
        content = mutated(base, path.name, rng)
        answers = []
        for read in (session_file.read, session_file.read_session):
            try:
                read(content, path)
                answers.append("")
            except StoreError as error:
                answers.append(error.faults[0].what)
        assert bool(answers[0]) == bool(answers[1]), content


def test_a_broken_pipeline_costs_the_brief_nothing_but_the_deal(world: World) -> None:
    with world.with_file("pipeline.csv", "account,opportunity\nMüller,x\n".encode("cp850")):
        status, said = world.says("brief", "Good Ltd")
        assert status == 0 and "Ruth Vale" in said and "CSV UTF-8" in said
        assert world.says("brief", "Good Ltd", "--pipeline", "pipeline.csv")[0] == 1
        assert world.says("scorecard", "report")[0] == 0


@pytest.mark.parametrize(
    "name", ["assessments/2026-Q4-scorecard-mei-tan-bbbb.toml", "assessments/2026-Q4-enemies-dddd.toml"]
)
def test_a_person_is_found_and_forgotten_beside_a_broken_assessment(world: World, name: str) -> None:
    with world.with_file(name, b"x = 9999-12-31T23:59:59-14:00\n"):
        assert "Good Ltd" in world.says("person", "Ruth Vale")[1]
        world.says("forget", "Ruth Vale", "--yes")
        assert b"Ruth Vale" not in (world.sessions / f"{GOOD}.toml").read_bytes()


def test_a_broken_agenda_is_told_by_doctor_with_its_place(world: World) -> None:
    with world.with_file("agendas/strategy-30.toml", b'schema = 1\nname = "x"\nx = 9999-12-31T23:59:59-14:00\n'):
        assert "strategy-30.toml:3:5: x: 9999-12-31" in world.says("doctor", "--json")[1]
        status, said = world.says("run", "Good Ltd", "--plain", "--new")
        assert status == 1 and "strategy-30.toml:3:5" in said


def test_a_broken_readers_file_is_told_with_its_place(world: World) -> None:
    with world.with_file("plans/good.readers.toml", b"schema = 1\nx = " + b"[" * 1_000):
        status, said = world.says("read", "good", "--confirm", "--as", "Ola Berg")
        assert status == 1 and "good.readers.toml:2:" in said and "64 deep" in said


def test_an_unknown_key_of_any_value_that_is_read_is_written_again(world: World) -> None:
    from mutations import STRANGE

    kept, told = 0, []
    for value in STRANGE:
        text = session(BAD, "Bad Ltd").replace('account = "Bad', f'strange = {value}\naccount = "Bad')
        try:
            there = session_file.read(text.encode())
        except StoreError as error:
            told.append(error.faults[0])
            continue
        after = there.with_session(session_file.read(session(NEXT, "Bad Ltd").encode()).session).content()
        assert repr(toml.parse(after)["strange"]) == repr(toml.parse(text.encode())["strange"]), value
        kept += 1
    assert all(fault.line for fault in told)
    assert kept > 30  # invalid TOML and values out of bounds are reported


def test_two_byte_order_marks_are_a_fault() -> None:
    with pytest.raises(StoreError, match="second byte order mark"):
        toml.parse(b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n")


def test_a_file_that_breaks_the_index_is_a_row_once_and_read_again_when_it_changes(world: World) -> None:
    with world.with_file(f"sessions/{BAD}.toml", b"x = " + b"[" * 1_000):
        with Index(world.sessions, world.state / "cache") as index:
            assert index.refresh() > 0 and index.refresh() == 0
        (world.sessions / f"{BAD}.toml").write_text(session(BAD, "Bad Ltd"), encoding="utf-8")
        with Index(world.sessions, world.state / "cache") as index:
            index.refresh()
            assert BAD in {card.id for card in index.cards() if card.fault is None}


def test_the_latest_to_be_read_is_the_latest_that_can_be_and_a_change_is_refused(world: World) -> None:
    with world.with_file(f"sessions/{BAD}.toml", b"x = "):
        status, said = world.says("show", "latest")
        assert status == 0 and NEXT in said and "1 session file is broken" in said
        for arguments in (("cancel", "latest"), ("done", f"{BAD[-4:]}:t1"), ("amend", "latest", "--zone", "x")):
            status, said = world.says(*arguments)
            assert status == 1 and f"{BAD}.toml:1:" in said, arguments

"""Covers: session_tui.store.privacy.erase, with session_tui.outbox.sync.

A forgotten person stays forgotten where the sessions are kept in step: here, there, and with a
colleague.
"""

import contextlib
import re
import shutil
import sqlite3
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from session_tui.model.person_names import Name
from session_tui.outbox.sync.erasure import forget_in_ledgers
from session_tui.store import removed_sessions, session_removal
from session_tui.store.privacy import erase, report
from sync_members import NOW, LocalServer, TeamMember, member, session_text

pytest_plugins = ["team_fixtures"]

TOP = Path(__file__).resolve().parents[2]
NAME, PAIN = "Ruth Vale", "Freight cost per order up 11 % in a year"
HELD, OTHER = "2026-11-09-acme-freight-2m9x", "2026-10-26-acme-freight-t4c1"


def forget(one: TeamMember) -> None:
    """As `session-tui forget` does."""
    about = report.find(one.context.places, NAME, whole=True)
    mark = erase.mark(about, one.state, lambda many: b"k" * many)
    assert forget_in_ledgers(one.state, Name(NAME), lambda: mark)
    assert [each.fault for each in erase.forget(about, mark, one.state, NOW + timedelta(hours=1)) if each.fault] == []


def saying(one: TeamMember) -> list[str]:
    return [path.name for path in one.root.rglob("*.toml*") if b"Ruth Vale" in path.read_bytes()]


def ledger(one: TeamMember) -> str:
    """All that the member's ledger keeps."""
    (path,) = (one.state / "sync").glob("*.db")
    return "".join(contents_of(path, "agreed"))


def remains(path: Path) -> str:
    """All that can be read of contents in the bytes of a ledger, deleted ones too."""
    found = ""
    for each in (path, path.with_name(f"{path.name}-wal")):
        raw = each.read_bytes() if each.exists() else b""
        for begin in re.finditer(b"\x78\x01", raw):
            stream = zlib.decompressobj()
            with contextlib.suppress(zlib.error):
                found += stream.decompress(raw[begin.start() :]).decode(errors="replace")
    return found


def deleted_without_care(path: Path) -> None:
    """A row that is deleted, as an SQLite does it that does not write over what it deletes."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("INSERT INTO conflicts SELECT 'other', revision, name, bytes, body FROM conflicts")
        database.execute("DELETE FROM conflicts WHERE id = 'other'")


def contents_of(path: Path, table: str) -> list[str]:
    """The contents in a table of a ledger."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [zlib.decompress(body).decode() for (body,) in database.execute(f"SELECT body FROM {table}")]


def test_a_forgotten_person_does_not_come_back_from_the_server(server: LocalServer, tmp_path: Path) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    shutil.copytree(TOP / "sessions", ana.sessions, dirs_exist_ok=True)
    # A change after the end, which is on record with the name.
    ana.edit(
        HELD,
        "[last_ids]",
        '[[changes]]\nat = 2026-11-10T09:00:00Z\nentry = "t1"\nfield = "text"\n'
        'from = "Ask Ruth Vale"\nto = "Ask Ruth Vale again"\n\n[last_ids]',
    )
    assert ana.sync().in_step and ben.sync().in_step
    session_removal.remove(ana.path(OTHER), ana.state, NOW)
    assert ana.sync().removed == 1 and ben.sync().removed == 1
    assert saying(ben)
    forget(ana)
    assert saying(ana) == []
    assert NAME not in ledger(ana) and PAIN not in ledger(ana), "not even until the next sync"
    done = ana.sync()
    assert (done.status, done.waits) == (0, ()), done
    assert saying(ana) == []
    assert ben.sync().in_step
    assert [name for name in saying(ben) if not removed_sessions.place(ben.sessions / name).exists()] == []
    assert ana.texts().keys() == ben.texts().keys()
    assert PAIN not in "".join(ben.texts().values())
    assert NAME not in ledger(ana)


def test_a_colleague_who_changed_the_session_meanwhile_brings_the_name_back_nowhere(
    server: LocalServer, tmp_path: Path
) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    shutil.copy(TOP / "sessions" / f"{HELD}.toml", ana.path(HELD))
    ana.edit(
        HELD,
        "[last_ids]",
        '[[changes]]\nat = 2026-11-10T09:00:00Z\nentry = "t1"\nfield = "text"\n'
        'from = "Ask Ruth Vale"\nto = "Ask Ruth Vale again"\n\n[last_ids]',
    )
    assert ana.sync().in_step and ben.sync().in_step
    forget(ana)
    ben.edit(HELD, 'zone = "EMEA"', 'zone = "Nordics"')
    assert ben.sync().sent == 1
    done = ana.sync()
    assert (done.merged, done.waits, done.in_step) == (1, (), True), done
    assert saying(ana) == [] and 'zone = "Nordics"' in ana.texts()[HELD]
    assert ben.sync().in_step and saying(ben) == []


def test_a_version_that_waits_to_be_merged_is_forgotten_in_the_ledger_too(server: LocalServer, tmp_path: Path) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    shutil.copy(TOP / "sessions" / f"{HELD}.toml", ana.path(HELD))
    assert ana.sync().in_step and ben.sync().in_step
    for one in (ana, ben):
        one.edit(HELD, 'zone = "EMEA"', f'zone = "{one.name}"')
    ana.sync()
    assert ben.sync().waits[0].asks == ("zone",)
    (path,) = (ben.state / "sync").glob("*.db")
    forget(ben)
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT id FROM conflicts").fetchall() == []
    assert ben.sync().status == 3, "it waits on"


@pytest.mark.parametrize("server_was", ["as it was", "put back", "emptied"])
def test_a_ledger_in_which_a_person_was_forgotten_still_tells_what_both_sides_held(
    server: LocalServer, tmp_path: Path, server_was: str
) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    empty = server.snapshot()
    for each in (HELD, OTHER):
        shutil.copy(TOP / "sessions" / f"{each}.toml", ana.path(each))
    assert ana.sync().in_step and ben.sync().in_step
    yesterday = server.snapshot()
    ana.edit(HELD, 'zone = "EMEA"', 'zone = "Nordics"')
    assert ana.sync().in_step and ben.sync().in_step
    forget(ana)
    ana.path(OTHER).unlink()  # by hand
    if server_was != "as it was":
        server.restore(yesterday if server_was == "put back" else empty)
    done = ana.sync()
    assert (done.status, done.waits) == (0, ()), done
    assert [session for notice, session in done.notices if notice == "came back"] == [OTHER]
    said = {session for notice, session in done.notices if notice == "server behind"}
    assert said == {"as it was": set(), "put back": {HELD}, "emptied": {HELD, OTHER}}[server_was]
    assert saying(ana) == []
    if server_was == "emptied":  # no version before both is known there: Ben is asked
        assert all(each.asks for each in ben.sync().waits) and ana.sync().in_step
        return
    assert ben.sync().in_step and ana.sync().in_step
    assert NAME not in "".join(ben.texts().values())
    assert all('zone = "Nordics"' in each.texts()[HELD] for each in (ana, ben))


def test_a_person_who_is_forgotten_on_one_account_stays_in_the_ledger_of_the_others(
    server: LocalServer, tmp_path: Path
) -> None:
    ana = member(tmp_path, server, "ana")
    shutil.copy(TOP / "sessions" / f"{HELD}.toml", ana.path(HELD))
    assert ana.sync().in_step
    assert forget_in_ledgers(ana.state, Name(NAME), lambda: "person-1", "Borealis Foods")
    assert NAME in ledger(ana)
    assert forget_in_ledgers(ana.state, Name(NAME), lambda: "person-1", "ACME freight")
    assert NAME not in ledger(ana) and "person-1" in ledger(ana)


def test_a_colleague_who_removed_the_session_meanwhile_is_not_overruled_by_a_mark(
    server: LocalServer, tmp_path: Path
) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    shutil.copy(TOP / "sessions" / f"{HELD}.toml", ana.path(HELD))
    assert ana.sync().in_step and ben.sync().in_step
    session_removal.remove(ben.path(HELD), ben.state, NOW)
    assert ben.sync().removed == 1
    forget(ana)
    assert ana.sync().removed == 1 and not ana.path(HELD).exists()
    assert saying(ana) == [] and NAME not in ledger(ana)


def test_a_server_that_others_filled_again_brings_no_forgotten_person_back_unasked(
    server: LocalServer, tmp_path: Path
) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    empty = server.snapshot()
    shutil.copy(TOP / "sessions" / f"{HELD}.toml", ana.path(HELD))
    assert ana.sync().in_step and ben.sync().in_step
    ana.edit(HELD, 'zone = "EMEA"', 'zone = "Nordics"')
    assert ana.sync().in_step and ben.sync().in_step
    forget(ana)
    before = ana.texts()
    server.restore(empty)
    assert ben.sync().sent == 1
    done = ana.sync()
    assert done.status == 3 and done.waits[0].asks and ana.texts()[HELD] == before[HELD]


def test_a_forgotten_person_is_in_no_copy_that_sync_kept_and_in_no_ledger(server: LocalServer, tmp_path: Path) -> None:
    ana, ben = (member(tmp_path, server, name) for name in ("ana", "ben"))
    many = range(2, 14)

    def written(ask: str) -> None:
        rows = "".join(f'[[action_items]]\nid = "t{n}"\ntext = "{ask} {n}"\n\n' for n in many)
        text = session_text(HELD).replace("t = 1", "t = 13").replace("[last_ids]", f"{rows}[last_ids]")
        ana.path(HELD).write_text(text.replace("plays golf", NAME), encoding="utf-8")

    def taken(*numbers: int) -> None:
        text = ana.texts()[HELD]
        for number in numbers:
            text = re.sub(rf'\[\[action_items\]\]\nid = "t{number}"\n(?:.+\n)*\n', "", text)
        ana.path(HELD).write_text(text, encoding="utf-8")
        assert ana.sync().in_step and ben.sync().in_step

    for ask in ("Ask Ruth Vale", "Bring it to Ruth Vale"):
        written(ask)
        assert ana.sync().in_step and ben.sync().in_step
        taken(2, 3, 4, 5)
        taken(6, 7, 8, 9)  # by parts
        written(ask)
        assert ana.sync().in_step and ben.sync().in_step
        taken(*many)  # at once
        ben.now += timedelta(hours=2)
    written("Ask Ruth Vale")
    assert ana.sync().in_step and ben.sync().in_step
    taken(2)
    kept = {name.removeprefix(f"{HELD}.toml.") for name in saying(ben)}
    assert kept >= {"before-sync", "before-sync-2", "before-losses", "before-losses-2"}, kept
    (path,) = (ben.state / "sync").glob("*.db")
    assert any(NAME in text for text in contents_of(path, "conflicts")), "the file before the losses"
    deleted_without_care(path)
    assert NAME in remains(path), "in rows, and in what was deleted"
    forget(ben)
    assert saying(ben) == []
    assert NAME not in "".join((*contents_of(path, "conflicts"), *contents_of(path, "agreed")))
    assert NAME not in remains(path), "not even in what was deleted before"
    assert ben.sync().in_step and saying(ben) == []

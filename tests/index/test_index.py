"""Covers: session_tui.index.index and session_tui.index.scanner.

The index is derived from the files and can be deleted: its answers match them, and a damaged index
stops nothing.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from conftest import EXAMPLE, START
from session_tui.index import database, scanner
from session_tui.index.index import WORTH_HELPERS, Index
from session_tui.index.scanner import ScannerProcess, scan_file
from session_tui.model.session import Session
from session_tui.store import session_file, session_folder
from session_tui.store.errors import StoreError

OLD = 1_700_000_000  # a time of a file that leaves no doubt
BLOBS = (*(("files", each) for each in ("name", "look", "digest", "card")), ("wholes", "whole"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def sample() -> Session:
    return session_file.read(EXAMPLE.read_bytes()).session


def written(folder: Path, number: int, *, old: bool = True, **values: object) -> Path:
    """A session's file, each a day before the one with the number below."""
    began = START - timedelta(days=number)
    one = replace(sample(), id=f"{began:%Y-%m-%d}-acme-freight-{number:04}", started_at=began, ended_at=began, **values)
    path = folder / f"{one.id}.toml"
    path.write_bytes(session_file.new(one).content())
    if old:
        os.utime(path, (OLD, OLD))
    return path


def rows(folder: Path, cache: Path) -> tuple[session_folder.SessionFile, ...]:
    with Index(folder, cache) as index:
        index.refresh()
        return tuple(index.rows())


def test_it_says_what_the_files_say_newest_first(folder: Path, cache: Path) -> None:
    for number in (3, 1, 2):
        written(folder, number)
    (folder / "2026-11-30-acme-freight-9999.toml").write_text("nonsense", encoding="utf-8")
    (folder / "notes.txt").write_text("not a session", encoding="utf-8")
    assert rows(folder, cache) == session_folder.rows(folder)
    assert rows(folder, cache) == session_folder.rows(folder)  # and again, from the index alone


def test_what_changed_came_or_went_is_seen_and_nothing_else_is_read(folder: Path, cache: Path) -> None:
    first, second, third = (written(folder, number) for number in (1, 2, 3))
    rows(folder, cache)
    old = second.read_bytes()
    second.write_bytes(old.replace(b'account = "Acme Freight"', b'account = "Acme Rail"'))
    first.unlink()
    fourth = written(folder, 4)
    with Index(folder, cache) as index:
        assert index.refresh() == 3
        assert [row.path for row in index.rows()] == [second, third, fourth]
        assert [row.path for row in index.rows("acme rail")] == [second]


def test_a_change_in_the_moment_of_reading_is_found_although_size_and_time_are_the_same(
    folder: Path, cache: Path
) -> None:
    path = written(folder, 1, old=False)
    look = path.stat()
    rows(folder, cache)
    path.write_bytes(path.read_bytes().replace(b"Acme Freight", b"Acme Railway"))
    os.utime(path, ns=(look.st_atime_ns, look.st_mtime_ns))
    assert path.stat().st_size == look.st_size
    (row,) = rows(folder, cache)
    assert row.session is not None and row.session.account == "Acme Railway"


def test_what_another_program_brought_up_to_date_is_another_version_all_the_same(folder: Path, cache: Path) -> None:
    with Index(folder, cache) as index, Index(folder, cache) as other:
        index.refresh()
        before = index.version
        index.refresh()
        assert index.version == before
        written(folder, 1)
        assert other.refresh() == 1
        assert index.refresh() == 0, "nothing is left to be read"
        assert index.version != before


def test_a_touched_file_is_no_change(folder: Path, cache: Path) -> None:
    path = written(folder, 1)
    rows(folder, cache)
    os.utime(path, (OLD + 1, OLD + 1))
    with Index(folder, cache) as index:
        assert index.refresh() == 0


def test_an_index_that_was_cut_in_half_overwritten_or_of_another_layout_is_made_anew(folder: Path, cache: Path) -> None:
    for number in range(1, 30):
        written(folder, number)
    expected = rows(folder, cache)
    (path,) = cache.glob("*.sqlite")
    whole = path.read_bytes()
    for broken in (
        whole[: len(whole) // 2],
        b"no database at all" * 100,
        b"",
        whole[:4096] + b"\xff" * (len(whole) - 4096),
    ):
        path.write_bytes(broken)
        assert rows(folder, cache) == expected
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE files")
        other.execute("CREATE TABLE files (of TEXT, another TEXT)")
        other.execute("PRAGMA user_version = 7")
    other.close()
    assert rows(folder, cache) == expected


def test_damage_met_in_the_middle_of_an_answer_is_mended_and_nothing_comes_twice(folder: Path, cache: Path) -> None:
    for number in range(1, 40):
        written(folder, number)
    expected = rows(folder, cache)
    with Index(folder, cache) as index:
        index.refresh()
        answer = index.rows()
        got = [next(answer) for _ in range(5)]
        index._database.execute("UPDATE wholes SET whole = x'c1' WHERE id % 2")  # no msgpack begins so
        got += answer
    assert tuple(got) == expected


def test_sessions_that_damage_took_out_of_the_index_are_found_again(folder: Path, cache: Path) -> None:
    """A page that says it is empty is no damage to SQLite, and would be an answer without them."""
    for number in range(3):
        written(folder, number, old=True)
    (folder / "2026-01-01-bad-efgh.toml").write_bytes(b"x = ")
    with Index(folder, cache) as index:
        index.refresh()
    for ask in (
        lambda index: index.sessions(),
        lambda index: index.sessions("Acme Freight"),
        lambda index: [row for row in index.rows() if row.session],
    ):
        (path,) = cache.glob("*.sqlite")
        connection = sqlite3.connect(path)
        connection.execute("DELETE FROM wholes")
        connection.commit()
        connection.close()
        with Index(folder, cache) as index:
            index.refresh()
            assert len(list(ask(index))) == 3


def cut(rng: Random, value: bytes) -> bytes:
    return value[: rng.randrange(len(value))]


def overwritten(rng: Random, value: bytes) -> bytes:
    at, many = rng.randrange(len(value)), rng.randint(1, 40)
    return value[:at] + bytes(rng.choice(b"\x00aZ\xc0\xff") for _ in value[at : at + many]) + value[at + many :]


def reworded(_: Random, value: bytes) -> bytes:
    """It can be decoded as before."""
    return value.replace(b"Acme", b"Adme")


def emptied(_: Random, value: bytes) -> bytes:
    return value[:0]


ANSWERS: dict[str, Callable[[Index], object]] = {
    "cards": lambda index: list(index.cards()),
    "an account's cards": lambda index: list(index.cards("Acme Freight")),
    "accounts": lambda index: index.accounts(),
    "left out": lambda index: list(index.left_out()),
    "sessions": lambda index: list(index.sessions()),
    "rows": lambda index: list(index.rows()),
    "a row": lambda index: index.row_named(f"{START - timedelta(days=2):%Y-%m-%d}-acme-freight-0002"),
    "packed": lambda index: dict(index.complete()),
    "matching": lambda index: [each for _, each in index.matching("acme", 10)],
    "matching cards": lambda index: list(index.matching_cards("acme")),
}


@pytest.mark.parametrize("change", [cut, overwritten, reworded, emptied])
@pytest.mark.parametrize("ask", ANSWERS)
def test_a_damaged_value_changes_no_answer(
    folder: Path, cache: Path, change: Callable[[Random, bytes], bytes], ask: str
) -> None:
    """SQLite reports nothing of it, and often the value can be decoded still."""
    for number in range(4):
        written(folder, number)
    (folder / "2026-01-01-bad-efgh.toml").write_bytes(b"x = ")
    with Index(folder, cache) as index:
        index.refresh()
        expected = ANSWERS[ask](index)
    (path,) = cache.glob("*.sqlite")
    for seed in range(3):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            rng = Random(seed)
            for table, column in BLOBS:
                some = connection.execute(f"SELECT id, {column} FROM {table} WHERE {column} <> x''").fetchall()
                values = [(change(rng, value), id) for id, value in some if rng.random() < 0.7]
                connection.executemany(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE id = ?", values)
        with Index(folder, cache) as index:
            index.refresh()
            assert ANSWERS[ask](index) == expected


def test_where_the_cache_cannot_be_written_it_works_and_says_so(folder: Path, tmp_path: Path) -> None:
    written(folder, 1)
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    with Index(folder, tmp_path / "a-file") as index:
        index.refresh()
        assert len(tuple(index.rows())) == 1
        assert "cannot be kept" in index.remark and "slower" in index.remark


def test_a_disk_that_is_full_while_indexing_is_said_and_the_answer_is_whole(folder: Path, cache: Path) -> None:
    pytest.importorskip("resource")
    for number in range(1, 60):
        written(folder, number)
    code = (
        "import sys; from pathlib import Path; from session_tui.index.index import Index\n"
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "with Index(Path(sys.argv[1]), Path(sys.argv[2])) as index:\n"
        "    index.refresh(); print(len(list(index.rows()))); print(index.remark)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(cache)], capture_output=True, text=True, timeout=60, check=True
    )
    many, remark = done.stdout.splitlines()
    assert (many, "cannot be kept" in remark) == ("59", True)


def test_a_folder_that_disappears_is_said_and_what_was_known_of_it_stays(folder: Path, cache: Path) -> None:
    written(folder, 1)
    rows(folder, cache)
    folder.rename(folder.with_name("away"))
    with Index(folder, cache) as index:
        with pytest.raises(StoreError, match="the folder is gone; 1 session was in it"):
            index.refresh()
        assert index.count() == 1
    folder.with_name("away").rename(folder)
    assert len(rows(folder, cache)) == 1


def test_a_folder_that_never_was_has_no_sessions(folder: Path, cache: Path) -> None:
    assert rows(folder / "nowhere", cache) == ()


def test_links_in_a_circle_folders_and_huge_files_are_entries_with_their_error(folder: Path, cache: Path) -> None:
    written(folder, 1)
    (folder / "2026-01-01-a-aaaa.toml").symlink_to(folder / "2026-01-02-b-bbbb.toml")
    (folder / "2026-01-02-b-bbbb.toml").symlink_to(folder / "2026-01-01-a-aaaa.toml")
    (folder / "2026-01-03-c-cccc.toml").symlink_to(folder / "nowhere")
    (folder / "2026-01-04-d-dddd.toml").mkdir()
    with (folder / "2026-01-05-e-eeee.toml").open("wb") as huge:
        huge.truncate(500 * 1024 * 1024)
    with Index(folder, cache) as index:
        index.refresh()
        faults = {card.name: str(card.fault) for card in index.cards() if card.fault}
        assert len(faults) == 5 and index.count(broken=True) == 5 and index.count() == 6
        assert "circle" in faults["2026-01-01-a-aaaa"]
        assert "500 MB is too large" in faults["2026-01-05-e-eeee"]
        assert [row.path for row in index.rows()] == [row.path for row in session_folder.rows(folder)]


def test_a_name_that_is_not_utf_8_is_an_entry_like_any_other(folder: Path, cache: Path) -> None:
    name = os.fsencode(folder) + b"/2026-01-01-caf\xe9-aaaa.toml"
    try:
        with open(name, "wb") as file:  # noqa: PTH123 - a name in bytes
            file.write(b"broken")
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    with Index(folder, cache) as index:
        index.refresh()
        (card,) = index.cards()
        assert card.name == "2026-01-01-caf\N{REPLACEMENT CHARACTER}-aaaa" and card.fault is not None
        assert card.path_in(folder).exists()


def test_two_files_with_one_id_are_both_there_and_one_says_what_is_wrong(folder: Path, cache: Path) -> None:
    path = written(folder, 1)
    path.with_name(f"{path.stem} (1).toml").write_bytes(path.read_bytes())
    with Index(folder, cache) as index:
        index.refresh()
        sound, other = sorted(index.rows(), key=lambda row: row.session is None)
        assert sound.path == path and "A conflicted copy of" in str(other.fault)


def test_two_programs_at_once_both_have_all(folder: Path, cache: Path) -> None:
    for number in range(1, 200):
        written(folder, number)
    counts: list[int] = []
    barrier = threading.Barrier(3)

    def one() -> None:
        barrier.wait(30)
        counts.append(len(rows(folder, cache)))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [199, 199, 199]


def test_the_index_is_for_its_owner_alone(folder: Path, cache: Path) -> None:
    written(folder, 1)
    rows(folder, cache)
    if os.name == "posix":
        (path,) = cache.glob("*.sqlite")
        assert (path.stat().st_mode & 0o077, cache.stat().st_mode & 0o077) == (0, 0)


def test_many_files_are_read_by_helpers_and_give_the_same(folder: Path, cache: Path) -> None:
    text = session_file.new(sample()).content().decode()
    for number in range(WORTH_HELPERS + 10):
        name = f"2026-01-01-acme-freight-{number:04}"
        path = folder / f"{name}.toml"
        path.write_text(text.replace(sample().id, name), encoding="utf-8")
        os.utime(path, (OLD, OLD))
    told: list[tuple[int, int]] = []
    with Index(folder, cache) as index:
        index.refresh(lambda done, of: told.append((done, of)))
        assert tuple(index.rows()) == session_folder.rows(folder)
    assert told[-1] == (WORTH_HELPERS + 10, WORTH_HELPERS + 10) and len(told) > 3


def test_a_helper_that_dies_costs_time_and_nothing_else(folder: Path) -> None:
    name = os.fsencode(written(folder, 1).name)
    helper = ScannerProcess(folder)
    try:
        assert helper._process is not None
        helper._process.kill()
        helper._process.wait()
        helper.start([name])
        (found,) = helper.result()
    finally:
        helper.close()
    assert found.whole == scan_file(folder, name).whole


def test_without_full_text_search_everything_else_works(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("session_tui.index.index._TEXTS", "CREATE VIRTUAL TABLE texts USING no_such_module(a)")
    written(folder, 1)
    with Index(folder, cache) as index:
        index.refresh()
        assert not index.searchable and len(tuple(index.rows())) == 1


def test_a_card_and_a_row_say_what_the_file_says(folder: Path, cache: Path) -> None:
    path = written(folder, 1)
    with Index(folder, cache) as index:
        index.refresh()
        (card,) = index.cards()
        assert (card.account, card.status, card.outcome) == ("Acme Freight", "held", "pursue_if")
        assert card.open_actions == sum(each.status == "open" for each in sample().action_items)
        assert set(card.owners) >= {each.owner for each in sample().action_items if each.owner}
        row = index.row(card)
        assert row is not None and row.path == path and row.session == session_file.read(path.read_bytes()).session


def test_another_program_that_keeps_it_busy_is_said(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_TIMEOUT", 0.05)
    rows(folder, cache)
    written(folder, 1)
    (path,) = cache.glob("*.sqlite")
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with Index(folder, cache) as index, pytest.raises(StoreError, match="another program is busy"):
            index.refresh()
    finally:
        other.close()
    assert len(rows(folder, cache)) == 1


def test_what_is_looked_into_is_plain_data_with_the_words_folded(folder: Path) -> None:
    found = scan_file(folder, os.fsencode(written(folder, 1, account="Łódź Øre").name))
    assert found.account == "łódź øre"
    assert found.texts[scanner.FIELDS.index("account")].startswith("lodz ore")

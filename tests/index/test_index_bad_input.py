"""Covers: session_tui.index.

Damaged or changing files in a folder stop no scan and add no false result.
"""

import itertools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli.test_commands import Shell
from conftest import EXAMPLE
from index.test_index import OLD, rows, written
from session_tui.index.index import Index
from session_tui.index.search import search
from session_tui.store import atomic, session_folder
from session_tui.store.errors import StoreError

OTHERS = 20_000
# What is opened below a folder while its index is brought up to date, by the interpreter's own
# account of it.
OPENED = """
import sys
from pathlib import Path
from session_tui.index.index import Index
folder = sys.argv[1]
def tell(event, given):
    if event == "open" and str(given[0]).startswith(folder + "/"):
        print(Path(given[0]).name)
sys.addaudithook(tell)
with Index(Path(folder), Path(sys.argv[2])) as index:
    index.refresh()
    print(index.count(), index.count(broken=True))
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def opened(folder: Path, cache: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(folder), str(cache)], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.splitlines()


def test_of_many_other_files_none_is_opened(folder: Path, cache: Path) -> None:
    path = written(folder, 1)
    for number in range(OTHERS):
        ending = (".txt", ".toml.bak", ".tmp", "")[number % 4]
        os.close(os.open(f"{folder}/{number}{ending}", os.O_CREAT | os.O_WRONLY))
    (folder / ".hidden.toml").write_text("not for us", encoding="utf-8")
    assert opened(folder, cache) == [path.name, "1 0"]


def test_a_file_of_500_mb_is_refused_by_its_size_and_never_opened(folder: Path, cache: Path) -> None:
    with (folder / "2026-01-05-e-eeee.toml").open("wb") as huge:
        huge.truncate(500 * 1024 * 1024)
    assert opened(folder, cache) == ["1 1"]
    with Index(folder, cache) as index:
        (card,) = index.cards()
        assert "500 MB is too large for a file of this program" in str(card.fault)


def test_a_file_that_changes_while_it_is_read_is_read_as_it_stands_in_the_end(folder: Path, cache: Path) -> None:
    """One writer changes it in place, so that half of it may be read; another replaces it."""
    path, other = written(folder, 1), written(folder, 2)
    versions = [path.read_bytes(), path.read_bytes().replace(b"Acme Freight", b"Acme Railway")]
    replaced = [other.read_bytes(), other.read_bytes().replace(b"Acme Freight", b"Acme Shipping Lines")]
    over = threading.Event()

    def write() -> None:
        for number in range(300):
            path.write_bytes(versions[number % 2])
            atomic.write(other, replaced[number % 2])
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        assert len(rows(folder, cache)) == 2
    writer.join(60)
    found = rows(folder, cache)
    assert found == session_folder.rows(folder)
    assert [row.session and row.session.account for row in found] == ["Acme Railway", "Acme Shipping Lines"]


def test_files_that_go_while_others_are_read_are_gone_with_the_next_look(folder: Path, cache: Path) -> None:
    paths = [written(folder, number) for number in range(1, 520)]

    def take_away(done: int, of: int) -> None:
        if done < of:
            for path in paths[:100]:
                path.unlink(missing_ok=True)

    with Index(folder, cache) as index:
        index.refresh(take_away)
        index.refresh()
        assert tuple(index.rows()) == session_folder.rows(folder)
        assert index.count() == len(paths) - 100


def test_a_time_from_another_age_is_a_time_like_any_other(folder: Path, cache: Path) -> None:
    for number, year in enumerate((-60, -1, 1_000)):
        path = written(folder, number)
        seconds = year * 31_556_952
        os.utime(path, (seconds, seconds))
    assert rows(folder, cache) == session_folder.rows(folder)
    path.write_bytes(path.read_bytes().replace(b"Acme Freight", b"Acme Railway"))
    assert rows(folder, cache) == session_folder.rows(folder)


def test_programs_that_index_one_folder_at_once_all_answer_in_full(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.sessions.mkdir()
    for number in range(300):
        written(shell.sessions, number)
    command = [sys.executable, "-m", "session_tui", "list", "--json"]
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=shell.environment)
        for _ in range(3)
    ]
    said = [program.communicate(timeout=60)[0] for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0]
    answers = [json.loads(each) for each in said]
    assert [len(answer) for answer in answers] == [300, 300, 300] and answers[0] == answers[1] == answers[2]


def test_without_full_text_search_lists_and_filters_work_and_search_says_why_it_does_not(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two Pythons over one folder, one without it: neither undoes what the other made."""
    written(folder, 1, account="Acme Rail")
    written(folder, 2)

    def asked(*, searchable: bool) -> None:
        with Index(folder, cache) as index:
            changed.append(index.refresh())
            assert index.searchable == searchable
            assert len(tuple(index.rows("acme rail"))) == 1 and len(tuple(index.cards())) == 2
            if searchable:
                assert len(list(search(index, "rail"))) == 1
            else:
                with pytest.raises(StoreError, match=r"no full-text search \(FTS5\)"):
                    next(search(index, "rail"))
            assert not index.remark

    changed: list[int] = []
    for _ in range(2):
        asked(searchable=True)
        with monkeypatch.context() as without:
            without.setattr("session_tui.index.index._TEXTS", "CREATE VIRTUAL TABLE texts USING no_such_module(a)")
            asked(searchable=False)
    assert changed == [2, 2, 0, 0]


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 4096, b"\xff\xfe" * 500, b"[" * 100_000, EXAMPLE.read_bytes()[:3000]]
)
def test_what_is_no_session_is_an_entry_with_its_reason(folder: Path, cache: Path, content: bytes) -> None:
    written(folder, 1)
    (folder / "2026-01-05-e-eeee.toml").write_bytes(content)
    os.utime(folder / "2026-01-05-e-eeee.toml", (OLD, OLD))
    with Index(folder, cache) as index:
        index.refresh()
        sound, broken = index.cards()
        assert sound.fault is None and broken.fault is not None
        assert index.count(broken=True) == 1
        assert len(list(itertools.islice(index.sessions(), 5))) == 1

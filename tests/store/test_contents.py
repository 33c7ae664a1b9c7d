"""Covers: session_tui.store.contents.

One agenda is listed once, whatever files sync programs, editors and git leave beside it.
"""

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA, EXAMPLE
from model.test_conflict_names import ID, NAMES
from session_tui.index.index import Index
from session_tui.store import agendas, paths, session_folder
from session_tui.store.contents import contents, copies_of, session_names
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.privacy import search
from session_tui.store.team import enemies, scorecards
from session_tui.store.validate import faults_beside as faults
from session_tui.store.validate import faults_in

AGENDA = (DATA / "valid" / "agenda.toml").read_bytes().replace(b'name = "', b'name = "short', 1)
MARKS = b"<<<<<<< HEAD\nminutes = 30\n=======\nminutes = 25\n>>>>>>> 1a2b3c4 (other)\n"
SUFFIXES = [stem.removeprefix(ID) for stem, _ in NAMES]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("sessions", "agendas", "plans", "assessments"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SESSION_TUI_STATE", str(tmp_path / "state"))
    return tmp_path


def found(here: Path) -> Paths:
    return paths.find(here, {"SESSION_TUI_STATE": str(here / "state")})


# ---- copies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_copy_and_a_lock_are_no_agendas_and_doctor_and_validate_name_both(here: Path, suffix: str) -> None:
    folder = here / "agendas"
    (folder / "short.toml").write_bytes(AGENDA)
    before = agendas.names(folder)
    copy = folder / f"short{suffix}.toml"
    copy.write_bytes(AGENDA + b"\n")
    (folder / ".#short.toml").symlink_to("ola@laptop.4711:1764000000")
    (folder / "#short.toml#").write_bytes(AGENDA)
    assert agendas.names(folder) == before
    (told,) = faults(found(here))
    assert told.where == copy.name and "a conflicted copy of short.toml" in told.what
    (fault,) = faults_in(copy)
    assert fault.what == told.what and (fault.line, fault.column) == (1, 1)
    assert [each.what for each in agendas.copies("short", folder)] == [told.what]


def test_an_equal_copy_is_said_to_be_equal(here: Path) -> None:
    for name in ("short.toml", "short (1).toml"):
        (here / "agendas" / name).write_bytes(AGENDA)
    (told,) = faults(found(here))
    assert told.what.endswith("named as by OneDrive or Google Drive, and the same byte for byte")


def test_an_agenda_that_is_only_called_like_a_copy_is_one(here: Path) -> None:
    folder = here / "agendas"
    (folder / "short.toml").write_bytes(AGENDA)
    (folder / "short 2.toml").write_bytes(AGENDA.replace(b'name = "short', b'name = "longer'))
    assert {"short", "short 2"} <= set(agendas.names(folder)) and not faults(found(here))
    assert not faults_in(folder / "short 2.toml")


def test_a_copy_that_is_all_there_is_says_so_where_the_agenda_is_wanted(here: Path) -> None:
    (here / "agendas" / "short (Ola's conflicted copy 2026-11-21).toml").write_bytes(AGENDA)
    with pytest.raises(StoreError, match=r"a conflicted copy of short.toml, .*which is not there. Call it short.toml"):
        agendas.find("short", here / "agendas")


def test_a_copy_of_the_configuration_is_told_by_every_command(here: Path) -> None:
    (here / "session-tui.toml").write_bytes(b"schema = 1\n")
    (here / "session-tui.sync-conflict-20261124-101500-ABCDEFG.toml").write_bytes(b'schema = 1\nname = "Ola"\n')
    (told,) = found(here).faults
    assert "a conflicted copy of session-tui.toml, named as by Syncthing" in str(told)


def test_what_a_copy_of_a_scorecard_answers_counts_and_it_is_told(here: Path) -> None:
    folder, name = here / "assessments", "2026-Q4-scorecard-ola-berg-7k3q"
    head = 'schema = 1\nkind = "scorecard"\nround = "2026-Q4"\nname = "Ola Berg"\n'
    row = '\n[[ratings]]\nid = "{}"\nlevel = "account"\ntext = "x"\nimportance = 5\nexecution = "often"\n'
    (folder / f"{name}.toml").write_text(head + row.format("one") + row.format("two"), encoding="utf-8")
    (folder / f"{name} (conflicted copy).toml").write_text(head + row.format("three"), encoding="utf-8")
    (folder / f".#{name}.toml").symlink_to("nowhere")
    read = scorecards.scorecards(folder)
    assert [{each.id for each in card.ratings} for card in read.cards] == [{"one", "two", "three"}]
    more = head + row.format("three") + row.format("four") + row.format("five")
    (folder / f"{name} (conflicted copy).toml").write_text(more, encoding="utf-8")
    growing = scorecards.answers(folder, "Ola Berg", "2026-Q4", here / "state", random.Random(1))
    assert growing.path.name == f"{name}.toml"
    (told,) = read.faults
    assert f"a conflicted copy of {name}.toml" in told.what and f"{name}.toml counts" in told.what


kinds = st.sampled_from(["", *SUFFIXES, ".bak", "#", "~"])


@given(st.sets(st.tuples(st.sampled_from(["short", "a b", "practices", "x.readers", ".#short"]), kinds), max_size=6))
def test_every_file_that_is_not_hidden_is_one_thing_or_a_copy_of_one(
    tmp_path_factory: pytest.TempPathFactory, names: set[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    every = {f"{base}{suffix}.toml" for base, suffix in names}
    for name in every:
        (folder / name).write_bytes(b"")
    there = contents(folder)
    told = [path.name for path in there.files] + [each.path.name for each in there.copies]
    assert sorted(told) == sorted(name for name in every if not name.startswith("."))
    bases = {base for base, _ in names if (folder / f"{base}.toml").exists() and base[0] != "."}
    assert bases <= {path.stem for path in there.files}
    for each in there.copies:
        assert each.of.name not in {copy.path.name for copy in there.copies}
    for base in bases:
        beside = {each.path.name for each in copies_of(folder / f"{base}.toml")}
        assert {each.path.name for each in there.copies if each.of.stem == base} <= beside


# ---- git's marks --------------------------------------------------------------------------------


def test_git_s_marks_in_any_file_are_named_as_such(here: Path) -> None:
    agenda = here / "agendas" / "strategy-30.toml"
    agenda.write_bytes(b'schema = 1\nname = "strategy-30"\n' + MARKS)
    (here / "plans" / "good.readers.toml").write_bytes(b"schema = 1\n" + MARKS)
    (here / "assessments" / "2026-Q4-scorecard-ola-7k3q.toml").write_bytes(b"schema = 1\n" + MARKS)
    with pytest.raises(StoreError, match=r"strategy-30.toml:3:1: git left two versions of this file in it"):
        agendas.find("strategy-30", here / "agendas")
    told = [each.where for each in faults(found(here)) if each.what.startswith("git left two versions")]
    assert told == ["strategy-30.toml:3:1", "good.readers.toml:2:1", "2026-Q4-scorecard-ola-7k3q.toml:2:1"]
    assert [each.line for each in faults_in(agenda)] == [3]
    (here / "session-tui.toml").write_bytes(MARKS)
    unread = found(here).unread
    assert unread is not None and unread.what == "git left two versions of this file in it, between its marks"


def test_git_s_marks_within_a_text_make_no_second_version(folder: Path) -> None:
    phase = f'phase = """\n{MARKS.decode()}"""'
    text = re.sub(r"(?m)^phase = .*$", lambda _: phase, EXAMPLE.read_text(encoding="utf-8"), count=1)
    path = folder / EXAMPLE.name
    path.write_text(text, encoding="utf-8")
    row = session_folder.row(path)
    assert row.session is not None and "<<<<<<< HEAD" in row.session.phase
    path.write_bytes(path.read_bytes() + b"\nbroken =\n")  # what is wrong is elsewhere
    assert session_folder.row(path).standing == "broken"


# ---- a newer version, and what is not here ------------------------------------------------------


def test_a_new_word_of_a_newer_version_is_no_fault(folder: Path, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("schema = 1", "schema = 2")
    path = folder / EXAMPLE.name
    path.write_text(text.replace('outcome = "', 'outcome = "escalate-', 1), encoding="utf-8")
    row = session_folder.row(path)
    assert row.standing == "newer" and row.fault is not None
    assert "written by a newer version of this program (schema 2; this one knows 1)" in row.fault.what
    assert [each.what for each in faults_in(path)] == [row.fault.what]
    with Index(folder, tmp_path / "cache") as index:
        index.refresh()
        assert [card.standing for card in index.cards()] == ["newer"]


def test_what_icloud_keeps_elsewhere_is_a_row_that_says_so(folder: Path, tmp_path: Path) -> None:
    place = folder / f".{EXAMPLE.name}.icloud"
    place.write_bytes(b"bplist00\xd3\x01\x02")
    for name in (".#x.toml", ".x.toml", ".toml.icloud", ".notes.txt.icloud"):
        (folder / name).write_bytes(b"")
    (row,) = session_folder.rows(folder)
    assert (row.id, row.standing) == (ID, "not here") and row.fault is not None and row.fault.kind == "not here"
    with pytest.raises(StoreError, match=f"{ID}: this file is not on this machine"):
        session_folder.find(folder, ID[-4:])
    with Index(folder, tmp_path / "cache") as index:
        index.refresh()
        assert [(card.name, card.standing) for card in index.cards()] == [(ID, "not here")]
        (folder / EXAMPLE.name).write_bytes(EXAMPLE.read_bytes())
        index.refresh()
        assert [card.standing for card in index.cards()] == [""]
    assert session_folder.find(folder, ID[-4:]).name == EXAMPLE.name


def test_the_names_of_a_folder_are_told_in_the_order_of_their_bytes() -> None:
    names = [b"b.toml", b".a.toml", b"a.toml", b".b.toml.icloud", b".c.toml.icloud", b"c.txt", b"\xff.toml"]
    assert session_names(names) == [b".c.toml.icloud", b"a.toml", b"b.toml", b"\xff.toml"]
    assert os.fsencode(os.fsdecode(b"\xff.toml")) == b"\xff.toml"


def test_copies_of_answers_and_practices_are_told_by_what_reads_them(here: Path) -> None:
    folder = here / "assessments"
    name = "account-acme-freight-enemies-2026-Q4-7k3q"
    content = (DATA / "valid" / f"{name}.toml").read_bytes()
    (folder / f"{name}.toml").write_bytes(content)
    (folder / f"{name} (1).toml").write_bytes(content + b"\n")
    reports, told = enemies.reports_about(folder, "Acme Freight")
    assert len(reports) == 1 and reports[0].many == 1
    assert [each.where for each in told] == [f"{name} (1).toml"]
    (folder / "practices (conflicted copy).toml").write_bytes(b"")
    assert [each.where for each in scorecards.scorecards(folder).faults] == ["practices (conflicted copy).toml"]
    me = here / "state" / "me"
    me.mkdir(parents=True)
    (me / "enemies 2.toml").write_bytes((DATA / "valid" / "enemies.toml").read_bytes())
    growing = enemies.about_me(me, "2026-Q4", here / "state")
    assert [each.where for each in growing.remarks] == ["enemies 2.toml"]


def test_whoever_is_forgotten_is_looked_for_in_copies_of_readers_too(here: Path) -> None:
    copy = here / "plans" / "good.readers (Ida's conflicted copy 2026-11-21).toml"
    copy.write_bytes(b'schema = 1\n\n[[readers]]\nname = "Ida Lund"\n')
    (here / "sessions" / f".{EXAMPLE.name}.icloud").write_bytes(b"bplist00")
    looked = search.look(found(here), "Ida Lund")
    assert [(each.path.name, each.sort) for each in looked.files] == [(copy.name, "readers")]
    assert looked.remarks == (f"Not looked into: {ID} is not on this machine.",)

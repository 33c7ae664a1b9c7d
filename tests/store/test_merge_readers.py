"""Covers: session_tui.store.merge_readers.

Readers and their comments from two machines are found and merged, and no content is lost.
"""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import START
from session_tui.cli import status
from session_tui.model.plan_readers import together
from session_tui.model.session import PlanComment, Reader, Readers
from session_tui.store import conflict_files, merge_readers, paths
from session_tui.store.errors import StoreError
from session_tui.store.merge_readers import conflicting_versions, look, write
from session_tui.store.paths import Paths
from session_tui.store.plans import files

COPY = "good.readers (Ida's conflicted copy 2026-11-21).toml"
OLA = b'schema = 1\r\nteam = "north"\r\n\r\n[[readers]]\r\nname = "Ola Berg"\r\nread_at = 2026-11-20 09:00:00+00:00\r\n'
IDA = b"""schema = 1
machine = "ida"

[[readers]]
name = "Ida Lund"
read_at = 2026-11-20 10:00:00+00:00
badge = 7

[[comments]]
line = 3
quote = "They have a budget"
author = "Ida Lund"
text = "Who told us so?"
"""
BOTH = b'schema = 1\n<<<<<<< HEAD\n[[readers]]\nname = "Ola"\n=======\n[[readers]]\nname = "Ida"\n>>>>>>> 1a2b3c4 (x)\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("sessions", "plans"):
        (tmp_path / name).mkdir()
    (tmp_path / "plans" / "good.md").write_bytes(b"# Plan\n\n- They have a budget\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SESSION_TUI_STATE", str(tmp_path / "state"))
    return tmp_path


def test_one_reader_is_one_however_the_name_is_composed() -> None:
    """The versions come from two machines, and a Mac may have given one of them."""
    one, other = (
        Readers(readers=(Reader(name=name, read_at=START, sha256="1"),)) for name in ("Zo\u00eb", "ZOE\u0308")
    )
    assert together(one, other).readers == one.readers


@pytest.fixture
def readers(home: Path) -> Path:
    path = home / "plans" / "good.readers.toml"
    path.write_bytes(OLA)
    path.with_name(COPY).write_bytes(IDA)
    return path


def found(home: Path) -> Paths:
    return paths.find(home, {"SESSION_TUI_STATE": str(home / "state")})


def names(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


def test_all_that_both_say_is_in_one_file_and_what_was_replaced_is_kept(readers: Path, state: Path) -> None:
    said = write(look(readers), state)
    assert said[0] == "The 2 versions of good.readers.toml are one now."
    there = files.readers(readers.with_name("good.md"))
    assert [each.name for each in there.readers] == ["Ola Berg", "Ida Lund"]
    assert [each.text for each in there.comments] == ["Who told us so?"]
    content = readers.read_bytes()
    assert b'team = "north"\r\n' in content and b'machine = "ida"\r\n' in content and b"badge = 7\r\n" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    kept = {"good.readers.toml.before-merge": OLA, f"{COPY}.merged": IDA}
    assert names(readers.parent) == {"good.md", readers.name, *kept}
    assert all(readers.with_name(name).read_bytes() == there for name, there in kept.items())
    assert conflicting_versions(readers) == ()


def test_it_is_told_by_read_gate_doctor_and_merge(
    readers: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    do = "session-tui merge good.readers.toml puts them together."
    (home / "sessions" / "2026-11-23-good-abcd.toml").write_bytes(
        b'schema = 1\nid = "2026-11-23-good-abcd"\nstatus = "held"\nagenda = "strategy-30"\naccount = "Good"\n'
        b'started_at = 2026-11-24T09:00:00Z\noutcome = "pursue"\n\n[plan]\nsource = "plans/good.md"\n'
    )
    for arguments in (
        ["read", "good", "--confirm", "--as", "Mia"],
        ["gate", "Good", "--within", "3650"],
        ["doctor"],
    ):
        status(arguments)
        told = capsys.readouterr()
        assert COPY in told.out + told.err and do in told.out + told.err
    assert status(["merge"]) == 0 and capsys.readouterr().out == "good.readers.toml\n"
    assert status(["merge", "plans/good.readers.toml", "--plain"]) == 0
    assert "Ida Lund on line 3: Who told us so?" in capsys.readouterr().out
    assert COPY in names(readers.parent)
    assert status(["merge", "good.md", "--keep", "both"]) == 0
    assert COPY not in names(readers.parent) and status(["merge"]) == 0
    assert [each.name for each in files.readers(home / "plans" / "good.md").readers] == ["Ola Berg", "Mia", "Ida Lund"]


def test_git_s_two_versions_of_readers_are_told_and_put_together(home: Path, state: Path) -> None:
    path = home / "plans" / "good.readers.toml"
    path.write_bytes(BOTH)
    with pytest.raises(StoreError, match=r"good.readers.toml:2:1: git left two versions .* merge good.readers.toml"):
        files.add_reader(path.with_name("good.md"), Reader(name="Mia"), state)
    assert path.read_bytes() == BOTH
    write(look(path), state)
    assert [each.name for each in files.readers(path.with_name("good.md")).readers] == ["Ola", "Ida"]
    assert path.with_name(f"{path.name}.before-merge").read_bytes() == BOTH


def test_forty_equal_copies_go_at_once_and_the_file_stays_as_it_is(home: Path, state: Path) -> None:
    path = home / "plans" / "good.readers.toml"
    path.write_bytes(IDA)
    for number in range(1, 41):
        path.with_name(f"good.readers ({number}).toml").write_bytes(IDA)
    assert write(look(path), state)[-1].endswith("was the same, byte for byte.")
    assert names(path.parent) == {"good.md", path.name} and path.read_bytes() == IDA


def test_a_copy_that_is_all_there_is_becomes_the_file(home: Path, state: Path) -> None:
    path = home / "plans" / "good.readers.toml"
    path.with_name(COPY).write_bytes(IDA)
    assert merge_readers.waiting(found(home)) == (path,)
    write(look(path), state)
    assert path.read_bytes() == IDA and COPY not in names(path.parent)


def test_a_version_that_is_broken_newer_or_changed_meanwhile_stops_it_and_nothing_is_written(
    readers: Path, state: Path
) -> None:
    copy = readers.with_name(COPY)
    for content, words in ((b"readers = 1\n", "not a list"), (b'schema = 2\nreaders = "x"\n', "newer version")):
        copy.write_bytes(content)
        with pytest.raises(StoreError, match=words):
            look(readers)
    copy.write_bytes(IDA)
    before = look(readers)
    copy.write_bytes(IDA + b"\n")
    with pytest.raises(StoreError, match="changed meanwhile"):
        write(before, state)
    assert names(readers.parent) == {"good.md", readers.name, COPY}


people = st.builds(
    Reader,
    name=st.sampled_from(["Ola", "ola", "Ida"]),
    read_at=st.sampled_from([None, START]),
    sha256=st.sampled_from("ab"),
)
asked = st.builds(PlanComment, line=st.integers(1, 2), text=st.sampled_from(["x", "y"]))
records = st.builds(Readers, readers=st.lists(people, max_size=4).map(tuple), comments=st.lists(asked).map(tuple))


@given(st.lists(records, min_size=1, max_size=3))
def test_together_loses_nobody_and_no_comment_and_again_changes_nothing(versions: list[Readers]) -> None:
    every = together(*versions)
    assert {c for v in versions for c in v.comments} == set(every.comments)
    known = {(each.name.casefold(), each.sha256) for each in every.readers}
    assert known == {(each.name.casefold(), each.sha256) for v in versions for each in v.readers}
    assert len(known) == len(every.readers)
    newest = {(e.name.casefold(), e.sha256) for v in versions for e in v.readers if e.read_at}
    assert all(each.read_at for each in every.readers if (each.name.casefold(), each.sha256) in newest)
    assert together(every, *versions) == every


# ---- whose --------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false", *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("way", ["rebase", "rebase --apply", "merge", "cherry-pick", "worktree"])
def test_ours_and_theirs_say_whose_where_git_swaps_them(tmp_path: Path, way: str) -> None:
    path = tmp_path / "x.toml"

    def commit(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", text.strip())

    git(tmp_path, "init", "-q", "-b", "main")
    commit("a = 0\n")
    git(tmp_path, "switch", "-qc", "mine")
    commit("a = 1\n")
    git(tmp_path, "switch", "-q", "main")
    commit("a = 2\n")
    if way == "cherry-pick":
        git(tmp_path, "cherry-pick", "mine")
    elif way == "worktree":
        git(tmp_path, "worktree", "add", str(tmp_path / "tree"), "mine")
        path = tmp_path / "tree" / "x.toml"
        git(path.parent, "rebase", "main")
    else:
        git(tmp_path, "switch", "-q", "mine")
        git(tmp_path, *way.split(), "main")
    both = conflict_files.sides_in(path.read_bytes())
    assert both is not None
    ours, theirs = conflict_files.whose(both, path)
    if way in ("merge",):
        assert (ours, theirs) == ("git: HEAD", "git: main")
    elif way == "cherry-pick":
        assert ours == "git: HEAD, what is there now" and theirs.endswith("(a = 1), a commit put on top of it")
    else:
        assert ours.endswith(", the others' (you rebase onto it)") and "a = 2" in both.ours
        assert theirs.endswith(", your own") and "a = 1" in both.theirs

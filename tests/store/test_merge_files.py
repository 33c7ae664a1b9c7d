"""Covers: session_tui.store.merge.

Two versions in real files are found, described and merged, and no content is lost.
"""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import EXAMPLE, START
from model.test_merge import small
from posix_only import full_disk
from profiles import examples
from promises.test_files_are_safe import conflicted
from promises.test_nothing_is_lost import eventually
from session_tui.index.index import Index
from session_tui.model import edits
from session_tui.model.merge.merge import compare, left, merged
from session_tui.model.merge.points import Choice
from session_tui.model.session import ActionItem, Decision, LastIds, Session, Stakeholder
from session_tui.store import merge, session_file, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.merge import MergeInput, SessionVersion
from session_tui.store.open_session import OpenedSession, open_session
from session_tui.store.validate import faults_in
from store.test_session_file import changed_lines

ID = EXAMPLE.stem
COPY = f"{ID} (Ana's conflicted copy 2026-11-24).toml"


def sample() -> Session:
    return session_file.read(EXAMPLE.read_bytes()).session


def plain(session: Session) -> bytes:
    return session_file.new(session).content()


def person(number: int, name: str, **values: Any) -> Stakeholder:
    return Stakeholder(id=f"s{number}", name=name, **values)


def with_people(*more: Stakeholder) -> Session:
    return replace(sample(), stakeholders=(*sample().stakeholders, *more))


@pytest.fixture
def path(folder: Path) -> Path:
    path = folder / f"{ID}.toml"
    path.write_bytes(plain(with_people(person(9, "Otto Berg"))))
    return path


@pytest.fixture
def copy(path: Path) -> Path:
    copy = path.with_name(COPY)
    theirs = with_people(person(9, "Sana Oduya"))
    copy.write_bytes(
        plain(replace(theirs, action_items=(*theirs.action_items, ActionItem(id="t9", text="See Sana", about=("s9",)))))
    )
    return copy


def put_together(found: MergeInput, state: Path, keep: Choice = "ours") -> tuple[str, ...]:
    choices = found.merge.defaults | {point.key: keep for point in left(found.merge, found.merge.defaults)}
    return merge.write(found, choices, state)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


# ---- equal --------------------------------------------------------------------------------------


def test_forty_equal_copies_are_said_to_be_equal_and_settled_at_once(path: Path, state: Path) -> None:
    content = path.read_bytes()
    for number in range(1, 41):
        path.with_name(f"{ID} ({number}).toml").write_bytes(content)
    found = merge.look(path, state)
    assert found.settled and len(found.equal) == 40 and not found.more and not found.merge.points
    assert merge.write(found, {}, state) == ("40 copies were the same, byte for byte, and are gone.",)
    assert names(path.parent) == {path.name} and path.read_bytes() == content


def test_copies_that_equal_either_version_go_with_it(path: Path, copy: Path, state: Path) -> None:
    path.with_name(f"{ID} (1).toml").write_bytes(path.read_bytes())
    path.with_name(f"{ID} (2).toml").write_bytes(copy.read_bytes())
    theirs = copy.read_bytes()
    found = merge.look(path, state)
    assert not found.settled and len(found.equal) == 2 and not found.more
    said = put_together(found, state)
    assert said[-1] == "2 copies were the same, byte for byte, and are gone."
    assert not session_folder.row(path).merge and not session_folder.waiting(path.parent)
    assert theirs in {each.read_bytes() for each in path.parent.glob("*.merged")}


def test_an_equal_copy_that_was_changed_meanwhile_stays(path: Path, state: Path) -> None:
    other = path.with_name(f"{ID} (1).toml")
    other.write_bytes(path.read_bytes())
    found = merge.look(path, state)
    other.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(StoreError, match="changed meanwhile"):
        merge.write(found, {}, state)
    assert names(path.parent) == {path.name, other.name}


def test_a_link_to_the_session_is_no_copy_of_it(path: Path, state: Path) -> None:
    true = path.with_name(f"{ID} (1).toml")
    path.rename(true)
    path.symlink_to(true.name)
    with pytest.raises(StoreError, match="there is one version"):
        merge.look(path, state)


# ---- described ----------------------------------------------------------------------------------


def test_a_conflicted_copy_is_a_row_that_says_what_it_is_and_what_to_do(copy: Path, tmp_path: Path) -> None:
    row = session_folder.row(copy)
    assert row.merge == ID
    assert str(row.fault) == (
        f"A conflicted copy of {ID}, named as by Dropbox. session-tui merge {ID} puts both together."
    )
    assert row.fault is not None
    assert faults_in(copy) == (replace(row.fault, line=1, column=1),)
    with Index(copy.parent, tmp_path / "cache") as index:
        index.refresh()
        assert tuple(index.rows()) == session_folder.rows(copy.parent)
        assert [card.merge for card in index.cards() if card.fault] == [ID]
        assert len(list(index.sessions())) == 1, "it is not counted twice"


def test_a_copy_that_cannot_be_read_is_told_too(copy: Path) -> None:
    copy.write_text("half a fi", encoding="utf-8")
    assert "conflicted copy" in str(session_folder.row(copy).fault) and "cannot be read" in str(
        session_folder.row(copy).fault
    )


def test_two_files_with_one_id_are_said_and_the_index_follows_when_one_goes(path: Path, tmp_path: Path) -> None:
    other = path.with_name("2026-11-20-other-0000.toml")
    other.write_bytes(path.read_bytes())
    assert "two files have one id" in str(session_folder.row(other).fault)
    with pytest.raises(StoreError, match="two files have one id"):
        open_session(other, tmp_path / "state")
    with Index(path.parent, tmp_path / "cache") as index:
        index.refresh()
        assert tuple(index.rows()) == session_folder.rows(path.parent)
        path.unlink()
        index.refresh()
        assert tuple(index.rows()) == session_folder.rows(path.parent)
        assert "is not what the file is called" in str(next(index.rows()).fault)


def test_an_id_finds_the_session_and_not_the_copy_of_it(copy: Path) -> None:
    assert session_folder.find(copy.parent, "2026-11-23-acme").name == f"{ID}.toml"
    assert session_folder.find(copy.parent, COPY.removesuffix(".toml")) == copy
    assert merge.locate(copy.parent, COPY.removesuffix(".toml")).name == f"{ID}.toml"


def test_every_session_with_two_versions_waits(copy: Path) -> None:
    kept = copy.with_name("2026-11-09-acme-freight-2m9x.toml.ours")
    kept.write_bytes(b"")
    assert session_folder.waiting(copy.parent) == (ID, "2026-11-09-acme-freight-2m9x")


# ---- merged -------------------------------------------------------------------------------------


def test_a_copy_is_merged_and_what_was_replaced_is_kept_under_names_that_are_said(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    before, other = path.read_bytes(), copy.read_bytes()
    said = "\n".join(put_together(merge.look(path, state), state))
    merged = session_file.read(path.read_bytes(), path).session
    assert [each.name for each in merged.stakeholders[-2:]] == ["Otto Berg", "Sana Oduya"]
    assert merged.action_items[-1].about == (merged.stakeholders[-1].id,) == ("s10",)
    assert names(path.parent) == {path.name, f"{path.name}.before-merge", f"{COPY}.merged"}
    assert path.with_name(f"{path.name}.before-merge").read_bytes() == before
    assert path.with_name(f"{COPY}.merged").read_bytes() == other
    for name in names(path.parent):
        assert name in said
    assert "To undo it, rename what is kept: without .before-merge and .merged at the end." in said
    assert [row.fault for row in session_folder.rows(path.parent)] == [None]


def test_only_the_lines_of_the_merge_change(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    before = path.read_bytes()
    put_together(merge.look(path, state), state)
    gone = [line for line in changed_lines(before, path.read_bytes()) if line.startswith("-")]
    assert gone == ["-s = 2", "-t = 1"], "what is added apart, the highest ids given are others"


def test_unknown_keys_of_both_survive(path: Path, state: Path) -> None:
    ours = session_file.read(path.read_bytes()).content().decode()
    copy = path.with_name(f"{ID}-DESKTOP-7K2.toml")
    extra = '[crm]\nours = 1\nboth = "here"\n'
    path.write_text(ours.replace('name = "Otto Berg"', 'name = "Otto Berg"\nmood = "good"') + extra, encoding="utf-8")
    theirs = (
        ours.replace('name = "Otto Berg"', 'name = "Sana Oduya"\nmood = "bad"') + '[crm]\ntheirs = 2\nboth = "there"\n'
    )
    copy.write_text(theirs.replace('role = "account owner"', 'role = "account owner"\nbadge = 7', 1), encoding="utf-8")
    put_together(merge.look(path, state), state)
    after = session_file.read(path.read_bytes())
    assert after.tables["crm"] == {"ours": 1, "both": "here", "theirs": 2}
    moods = {row["name"]: row.get("mood") for row in after.tables["stakeholders"]}
    assert (moods["Otto Berg"], moods["Sana Oduya"]) == ("good", "bad")
    assert next(row.get("badge") for row in after.tables["attendees"]) == 7


def test_ours_of_a_conflict_is_merged(path: Path, state: Path) -> None:
    kept = path.with_name(f"{path.name}.ours")
    kept.write_bytes(plain(with_people(person(10, "Mia Berg"))))
    found = merge.look(path, state)
    assert (found.ours.name, found.theirs.name) == (f"{path.name}.ours", path.name)
    put_together(found, state)
    there = [each.name for each in session_file.read(path.read_bytes()).session.stakeholders]
    assert {"Otto Berg", "Mia Berg"} <= {*there}
    assert names(path.parent) == {path.name, f"{path.name}.before-merge", f"{path.name}.ours.merged"}


def test_a_conflict_that_was_left_for_later_is_merged_once_the_session_is_closed(
    opened: OpenedSession, state: Path
) -> None:
    conflicted(opened)
    path = opened.path
    assert opened.close()
    assert session_folder.waiting(path.parent) == (opened.session.id,)
    put_together(merge.look(path, state), state)
    there = {each.name for each in session_file.read(path.read_bytes(), path).session.stakeholders}
    assert there == {"Ruth", "Rudi", "Mia"}
    again = open_session(path, state)
    assert again.notices == () and again.close()


def test_ours_that_was_merged_waits_no_more(path: Path, state: Path) -> None:
    path.with_name(f"{path.name}.ours-2").write_bytes(plain(with_people(person(10, "Mia Berg"))))
    assert session_folder.waiting(path.parent) == (ID,)
    put_together(merge.look(path, state), state)
    assert session_folder.waiting(path.parent) == ()


def test_a_copy_alone_becomes_the_session(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    path.unlink()
    content = copy.read_bytes()
    assert merge.locate(copy.parent, "7k3q") == path
    put_together(merge.look(path, state), state)
    assert session_file.read(path.read_bytes()).session == session_file.read(content).session
    assert names(path.parent) == {path.name, f"{COPY}.merged"}


def test_of_three_versions_two_are_merged_and_the_third_is_said(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    path.with_name(f"{ID} 2.toml").write_bytes(plain(with_people(person(9, "Mia Berg"))))
    said = put_together(merge.look(path, state), state)
    assert any("1 more version is there" in each for each in said)
    put_together(merge.look(path, state), state)
    there = [each.name for each in session_file.read(path.read_bytes()).session.stakeholders]
    assert {"Otto Berg", "Sana Oduya", "Mia Berg"} <= {*there}
    assert session_folder.waiting(path.parent) == ()


# ---- refused ------------------------------------------------------------------------------------


def test_a_copy_is_merged_beside_an_open_screen_which_takes_it_in(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    opened = open_session(path, state)
    put_together(merge.look(path, state), state)
    there = session_file.read(path.read_bytes()).session
    eventually(lambda: opened.session == there, "taken in")
    assert opened.conflict is None and opened.close()


def test_ours_that_an_open_screen_writes_is_not_merged_until_it_is_closed(opened: OpenedSession, state: Path) -> None:
    conflicted(opened)
    before = names(opened.path.parent)
    with pytest.raises(StoreError, match="open in another window"):
        merge.look(opened.path, state)
    assert names(opened.path.parent) == before
    assert opened.close()
    put_together(merge.look(opened.path, state), state)


def test_a_file_that_changed_meanwhile_is_not_overwritten(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    found = merge.look(path, state)
    newer = path.read_bytes().replace(b"Otto Berg", b"Otto Burg")
    path.write_bytes(newer)
    with pytest.raises(StoreError, match="changed meanwhile"):
        put_together(found, state)
    assert path.read_bytes() == newer and names(path.parent) == {path.name, COPY}


def test_a_file_that_came_back_meanwhile_is_not_overwritten(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    content = path.read_bytes()
    path.unlink()
    found = merge.look(path, state)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="changed meanwhile"):
        put_together(found, state)
    assert path.read_bytes() == content and names(path.parent) == {path.name, COPY}


def test_a_copy_is_never_opened_to_be_changed(copy: Path, state: Path) -> None:
    with pytest.raises(StoreError, match=f"session-tui merge {ID}"):
        open_session(copy, state)


def test_where_nothing_can_be_written_both_files_stay_as_they_are(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    found, before = merge.look(path, state), (path.read_bytes(), copy.read_bytes())
    with full_disk(100), pytest.raises(StoreError, match="may not grow"):
        put_together(found, state)
    assert (path.read_bytes(), copy.read_bytes()) == before and names(path.parent) == {path.name, COPY}


def test_one_version_alone_and_one_that_cannot_be_read_are_sentences(path: Path, state: Path) -> None:
    with pytest.raises(StoreError, match="one version of this session"):
        merge.look(path, state)
    path.with_name(COPY).write_bytes(path.read_bytes().replace(b"power = 5", b"power = 7"))
    with pytest.raises(StoreError, match=r"Ana's conflicted copy.*power: 7 is not between"):
        merge.look(path, state)


def test_what_is_not_decided_is_not_written(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    copy.write_bytes(copy.read_bytes().replace(b'headline = "', b'headline = "Not '))
    found = merge.look(path, state)
    with pytest.raises(StoreError, match="1 thing to decide"):
        merge.write(found, found.merge.defaults, state)


def test_what_was_chosen_waits_until_a_version_is_another_one(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    found = merge.look(path, state)
    merge.keep(found, {"s9": "theirs", "nothing": "ours"}, state)
    assert merge.kept(merge.look(path, state), state) == {"s9": "theirs"}
    copy.write_bytes(copy.read_bytes().replace(b"Sana", b"Sara"))
    assert merge.kept(merge.look(path, state), state) == {}


@examples(100)
@given(small, small, st.data())
def test_what_is_written_is_what_was_chosen_and_a_second_merge_changes_nothing(
    ours: Session, theirs: Session, data: st.DataObject
) -> None:
    path = Path(f"{ours.id}.toml")
    mine, other = (session_file.read(plain(one) + b"[strange]\nkey = 1\n") for one in (ours, theirs))
    versions = (SessionVersion("ours", path, mine), SessionVersion("theirs", path, other))
    found = MergeInput(path, *versions, compare(mine.session, other.session), {})
    choices = {point.key: data.draw(st.sampled_from(point.choices)) for point in found.merge.points}
    written = session_file.read(merge.result(found, choices).content())
    assert written.session == merged(found.merge, choices)
    assert written.tables["strange"] == {"key": 1}
    again = compare(written.session, written.session)
    assert again.points == () and merged(again, {}) == written.session


# ---- git ----------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str, fails: bool = False) -> None:
    who = ["-c", "user.name=Ana Ruiz", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, timeout=30)
    assert (done.returncode != 0) == fails, done.stderr + done.stdout


def test_git_shows_a_rewrite_as_the_lines_that_were_changed(folder: Path, state: Path) -> None:
    path = folder / f"{ID}.toml"
    path.write_bytes(session_file.read(EXAMPLE.read_bytes()).content())
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "A session")
    opened = open_session(path, state)
    assert opened.change(edits.Put("zone", "", opened.session.zone, "DACH"), START) is None
    assert opened.change(edits.add(person(3, "Sana Oduya")), START) is None
    assert opened.close()
    changed = subprocess.run(["git", "diff", "-U0"], cwd=folder, capture_output=True, text=True, timeout=30).stdout
    gone = [line for line in changed.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert gone == ['-zone = "EMEA"', "-s = 2"]


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_a_real_conflict_of_git_is_told_and_merged(folder: Path, state: Path, style: str) -> None:
    path = folder / f"{ID}.toml"
    path.write_bytes(plain(sample()))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "merge.conflictStyle", style)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "A session")
    git(folder, "checkout", "-qb", "ana")
    path.write_bytes(
        plain(
            replace(
                with_people(person(9, "Sana Oduya", power=5)), zone="DACH", decisions=(Decision(id="d9", text="Wait"),)
            )
        )
    )
    git(folder, "commit", "-qam", "Sana")
    git(folder, "checkout", "-q", "main")
    path.write_bytes(plain(replace(with_people(person(9, "Otto Berg")), zone="EMEA north")))
    git(folder, "commit", "-qam", "Otto")
    git(folder, "merge", "ana", fails=True)
    marked = path.read_bytes()
    assert b"<<<<<<< HEAD" in marked

    row = session_folder.row(path)
    assert row.merge == ID and "git left two versions" in str(row.fault)
    (fault,) = faults_in(path)
    assert marked.splitlines()[fault.line - 1] == b"<<<<<<< HEAD"
    with pytest.raises(StoreError, match=f"session-tui merge {ID}"):
        open_session(path, state)

    found = merge.look(path, state)
    assert (found.ours.name, found.theirs.name) == ("git: HEAD", "git: ana")
    assert [point.key for point in left(found.merge, found.merge.defaults)] == ["zone"]
    said = put_together(found, state, "theirs")
    merged = session_file.read(path.read_bytes(), path).session
    assert merged.zone == "DACH" and merged.decisions == (Decision(id="d9", text="Wait"),)
    assert [each.name for each in merged.stakeholders[-2:]] == ["Otto Berg", "Sana Oduya"]
    assert path.with_name(f"{path.name}.before-merge").read_bytes() == marked
    assert any("git add" in each for each in said)
    git(folder, "add", path.name)
    git(folder, "commit", "-qm", "Both")


def test_last_ids_are_the_highest_of_both(copy: Path, state: Path) -> None:
    path = copy.with_name(f"{ID}.toml")
    for each, ids in ((path, LastIds(s=12, a=3, t=3)), (copy, LastIds(s=9, a=20, t=9))):
        each.write_bytes(plain(replace(session_file.read(each.read_bytes()).session, last_ids=ids)))
    put_together(merge.look(path, state), state)
    last = session_file.read(path.read_bytes()).session.last_ids
    assert (last.s, last.a, last.t) == (13, 20, 9)

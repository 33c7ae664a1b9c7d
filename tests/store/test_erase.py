"""Covers: session_tui.store.privacy.erase.

A person is erased in every file, under its lock; all other content stays the same.
"""

import os
import stat
from pathlib import Path

import pytest

from conftest import START
from forgotten import BOREALIS, DELIVERED, NAME, NOVEMBER, OCTOBER, PAIN, REMOVED, WAITING, saying, where, world
from posix_only import full_disk, not_root
from session_tui.index import index
from session_tui.model import person_names
from session_tui.outbox.store import Outbox
from session_tui.store import drafts, session_file, toml
from session_tui.store.errors import StoreError
from session_tui.store.open_session import open_session
from session_tui.store.paths import Paths
from session_tui.store.privacy import erase, report, search
from session_tui.store.privacy.erase import Done


@pytest.fixture
def there(tmp_path: Path) -> Paths:
    return world(tmp_path)


def forget(there: Paths, name: str = NAME, account: str = "") -> tuple[str, list[Done]]:
    about = report.find(there, name, account, whole=True)
    mark = erase.mark(about, there.state.path, lambda many: b"k" * many)
    done = erase.forget(about, mark, there.state.path, START)
    index.drop(there.sessions.path, there.cache.path)
    return mark, done


def left(done: list[Done]) -> list[str]:
    return [f"{each.place.trace.path.name}: {each.fault}" for each in done if each.fault]


def test_afterwards_no_file_says_the_name_or_what_was_noted(there: Paths, tmp_path: Path) -> None:
    assert len(saying(tmp_path, NAME, "ruth-vale")) > 18
    mark, done = forget(there)
    assert left(done) == []
    assert saying(tmp_path, NAME, "ruth-vale", PAIN, "golf") == []
    assert person_names.MARK.fullmatch(mark)
    for path in there.sessions.path.glob("*.toml*"):
        session_file.read(path.read_bytes())
    assert not report.find(there, NAME).found


def test_a_removed_session_forgets_too_and_stays_as_old_as_it_is(there: Paths) -> None:
    path = there.sessions.path / "removed" / f"{REMOVED}.toml"
    drafts.write(there.state.path / "drafts", there.sessions.path / path.name, drafts.Draft("*s3 pain:slow"))
    os.utime(path, (START.timestamp(), START.timestamp()))
    assert NAME in path.read_text(encoding="utf-8")
    mark, done = forget(there)
    assert left(done) == []
    for each in (path, path.with_name(f"{path.name}.before")):
        content = each.read_text(encoding="utf-8")
        assert mark in content and NAME not in content and PAIN not in content
    assert path.stat().st_mtime == START.timestamp()
    # Its half-typed line was about the person with this id there.
    assert "slow" not in drafts.read(there.state.path / "drafts", there.sessions.path / path.name).line


def test_nothing_else_is_changed(there: Paths, tmp_path: Path) -> None:
    path = there.sessions.path / f"{NOVEMBER}.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    untouched = there.sessions.path / f"{BOREALIS}.toml"
    before, times = path.read_text(encoding="utf-8"), untouched.stat().st_mtime_ns
    was = path.read_bytes()
    mark, _ = forget(there)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert untouched.stat().st_mtime_ns == times
    assert b"\r\n" in was and path.read_bytes().count(b"\r\n") == was.count(b"\r\n")
    assert path.read_text(encoding="utf-8") == before.replace(NAME, mark).replace(PAIN, "")


def test_comments_stay_with_the_mark_in_the_name_s_place(there: Paths, tmp_path: Path) -> None:
    mark, _ = forget(there)
    kept = (there.sessions.path / f"{NOVEMBER}.toml.before").read_text(encoding="utf-8")
    assert kept.startswith(f"# told by {mark}\n\nschema = 1\n")
    readers = (tmp_path / "plans" / "acme.readers.toml").read_text(encoding="utf-8")
    assert readers.startswith(f"# {mark} asked for this\n# {mark}\n")


def test_the_mark_is_the_same_over_files_runs_and_machines_and_no_guess_gives_it(there: Paths) -> None:
    mark, _ = forget(there)
    paths = [there.sessions.path / f"{each}.toml" for each in (OCTOBER, NOVEMBER)]
    assert all(f'name = "{mark}"' in path.read_text(encoding="utf-8") for path in paths)
    paths[0].write_text(paths[0].read_text(encoding="utf-8").replace(mark, NAME), encoding="utf-8")
    about = report.find(there, NAME)
    (there.state.path / "forget.key").unlink()  # another machine, to which the other sessions came marked already
    assert erase.mark(about, there.state.path, lambda many: b"j" * many) == mark
    other = report.find(there, "Ben Okafor")
    marks = {
        erase.mark(other, there.state.path / "a", lambda many: b"a" * many),
        erase.mark(other, there.state.path / "b", lambda many: b"b" * many),
    }
    assert len(marks) == 2
    assert stat.S_IMODE((there.state.path / "a" / "forget.key").stat().st_mode) == 0o600


def test_a_session_that_is_open_is_left_and_the_rest_is_done_and_again_finishes(there: Paths, tmp_path: Path) -> None:
    path = there.sessions.path / f"{NOVEMBER}.toml"
    opened = open_session(path, there.state.path)
    mark, done = forget(there)
    faults = left(done)
    # Its kept copies and its draft are written by the program that has it open.
    assert (
        f"{path.name}: {path.name}: it is open in another window. Close it there. Run the command again then." in faults
    )
    assert {each.split(": ")[0] for each in faults} == {
        path.name,
        *(each.name for each in path.parent.glob(f"{path.name}.*")),
        f"{drafts.key(path)}.json",
    }
    assert f"sessions/{OCTOBER}.toml" not in saying(tmp_path, NAME)
    opened.close()
    again, done = forget(there)
    assert (again, left(done)) == (mark, [])
    assert saying(tmp_path, NAME, PAIN) == []


def test_what_was_noted_before_anybody_knew_the_name_goes_too_and_a_second_time_finds_it(there: Paths) -> None:
    first = there.sessions.path / "2026-10-12-acme-freight-8hfq.toml"
    text = first.read_text(encoding="utf-8")
    at = text.index("note", text.index('name = "?"'))
    first.write_text(text[:at] + 'note = "Never on time"' + text[text.index("\n", at) :], encoding="utf-8")
    opened = open_session(first, there.state.path)
    mark, done = forget(there)
    assert [each.split(": ")[0] for each in left(done)] == [first.name]
    opened.close()
    assert forget(there)[0] == mark
    assert "Never on time" not in first.read_text(encoding="utf-8")
    assert 'name = "?"' in first.read_text(encoding="utf-8")


def test_a_broken_file_is_left_and_told_and_a_newer_one_too(there: Paths, tmp_path: Path) -> None:
    broken, newer = there.sessions.path / f"{NOVEMBER}.toml", there.sessions.path / f"{OCTOBER}.toml"
    broken.write_text(broken.read_text(encoding="utf-8") + "\nx = = 1\n", encoding="utf-8")
    newer.write_text(newer.read_text(encoding="utf-8").replace("schema = 1", "schema = 9"), encoding="utf-8")
    contents = broken.read_bytes(), newer.read_bytes()
    _, done = forget(there)
    said = left(done)
    assert len(said) == 2 and any("it is broken, line" in each for each in said)
    assert any("a newer version of this program wrote it (schema 9)" in each for each in said)
    assert (broken.read_bytes(), newer.read_bytes()) == contents
    assert saying(tmp_path, NAME) == [f"sessions/{OCTOBER}.toml", f"sessions/{NOVEMBER}.toml"]


@not_root
def test_a_folder_that_is_read_only_is_told_and_its_files_stay(there: Paths) -> None:
    there.sessions.path.chmod(0o500)
    try:
        _, done = forget(there)
    finally:
        there.sessions.path.chmod(0o700)
    assert all("it may not be written" in each for each in left(done)) and left(done)


def test_a_full_disk_is_told_and_every_file_stays_whole(there: Paths) -> None:
    before = {path: path.read_bytes() for path in there.sessions.path.rglob("*.toml*")}
    about = report.find(there, NAME, whole=True)
    mark = erase.mark(about, there.state.path, lambda many: b"k" * many)
    with full_disk(1024):
        done = erase.forget(about, mark, there.state.path, START)
    assert any("It is as it was. Run the command again then." in each for each in left(done))
    assert {path: path.read_bytes() for path in there.sessions.path.rglob("*.toml*")} == before
    assert left(forget(there)[1]) == []


def test_a_file_that_cannot_be_replaced_is_told_and_the_rest_is_done(there: Paths, tmp_path: Path) -> None:
    scores = next((tmp_path / "assessments").iterdir())
    (tmp_path / "elsewhere.toml").write_bytes(scores.read_bytes())
    scores.unlink()
    scores.symlink_to(tmp_path / "elsewhere.toml")
    _, done = forget(there)
    assert left(done) == [f"{scores.name}: {scores.name}: it is a link. Look at what it leads to."]
    assert (tmp_path / "elsewhere.toml").read_text(encoding="utf-8").count(NAME) == 1


def test_what_waits_goes_without_the_name_and_of_what_arrived_only_that_stays(there: Paths) -> None:
    mark, _ = forget(there)
    outbox = Outbox(there.state.path / "outbox")
    waiting, delivered = outbox.find(WAITING).message, outbox.find(DELIVERED).message
    assert waiting is not None and delivered is not None
    assert waiting.body == f'{{"stakeholders":[{{"name":"{mark}","pain":"","note":""}}],"text":"*{mark}*: "}}'
    assert (delivered.body, delivered.state) == ("", "delivered")


def test_a_draft_keeps_the_line_without_what_it_says_about_them(there: Paths) -> None:
    mark, _ = forget(there)
    draft = drafts.read(there.state.path / "drafts", there.sessions.path / f"{NOVEMBER}.toml")
    assert draft.line == f"{mark}, CFO !5"
    assert draft.given_up == {"s3": f"{mark}, CFO !5", "a1": "as she said"}
    assert draft.waiting[0].line == "*s3"


def test_a_file_s_name_that_has_theirs_has_the_mark(there: Paths, tmp_path: Path) -> None:
    mark, _ = forget(there)
    (scores,) = (tmp_path / "assessments").iterdir()
    assert scores.name == f"2026-Q4-scorecard-{mark}-7k3q.toml"
    assert toml.parse(scores.read_bytes())["name"] == mark


def test_answers_that_wait_in_the_state_folder_lose_the_name_in_the_file_s_name_too(there: Paths) -> None:
    kept = there.state.path / "scorecards" / "2026-Q3-scorecard-ruth-vale-7k3q.toml"
    about_acme = there.state.path / "enemies" / "account-acme-freight-enemies-2026-Q4-7k3q.toml"
    for path in (kept, about_acme):
        path.parent.mkdir()
        path.write_text(f'schema = 1\nround = "2026-Q3"\nname = "{NAME}"\n', encoding="utf-8")
    mark, _ = forget(there)
    assert [each.name for each in kept.parent.iterdir()] == [f"2026-Q3-scorecard-{mark}-7k3q.toml"]
    assert toml.parse(about_acme.read_bytes())["name"] == mark


def test_in_one_account_alone_the_other_person_of_that_name_stays(there: Paths, tmp_path: Path) -> None:
    other = there.sessions.path / f"{BOREALIS}.toml"
    text = other.read_text(encoding="utf-8")
    name = session_file.read(other.read_bytes()).session.stakeholders[0].name
    other.write_text(text.replace(name, NAME), encoding="utf-8")
    about = report.find(there, NAME)
    assert about.accounts == ("Acme Freight", "Borealis Foods") and about.two
    content = other.read_bytes()
    _, done = forget(there, account="acme")
    assert left(done) == [] and other.read_bytes() == content
    said = report.out_of_reach(report.find(there, NAME, "acme"), there)
    assert any("not about Acme Freight" in each for each in said)
    assert not any(
        each.startswith(("sessions/2026-11-09", "state/drafts", "state/outbox")) for each in saying(tmp_path, NAME)
    )


def test_a_part_fits_one_or_is_refused_with_those_it_fits(there: Paths) -> None:
    assert report.find(there, "vale").name.text == NAME
    path = there.sessions.path / f"{BOREALIS}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Ana Ruiz", "Ruth Stone"), encoding="utf-8")
    with pytest.raises(StoreError, match=r"ruth fits 2 people: Ruth Stone, Ruth Vale\. Write the whole name"):
        report.find(there, "ruth")
    with pytest.raises(StoreError, match="nobody can name"):
        report.find(there, "?")


def test_what_cannot_be_reached_is_said(there: Paths, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "acme.md").write_text("Ruth Vale\nand ruth vale\n", encoding="utf-8")
    (tmp_path / "plans" / "acme.md").write_text("Ask Ruth Vale\n", encoding="utf-8")
    said = "\n".join(report.out_of_reach(report.find(there, NAME), there))
    assert f"Git's history in {tmp_path} keeps" in said
    assert "1 session went to team (hooks.borealis.example) already: ask there." in said
    assert "out/acme.md says the name 2 times" in said and "plans/acme.md says the name once" in said
    forget(there)
    assert saying(tmp_path, NAME) == ["out/acme.md", "plans/acme.md"]


def test_words_of_the_name_alone_are_counted_and_left(there: Paths) -> None:
    path = there.sessions.path / f"{NOVEMBER}.toml"
    text = path.read_text(encoding="utf-8").replace("A pilot in one depot", "Ask Ruth for a pilot")
    path.write_text(text, encoding="utf-8")
    assert report.find(there, NAME).alone == (("Ruth", 1),)
    forget(there)
    assert "Ask Ruth for a pilot" in path.read_text(encoding="utf-8")


def test_what_a_crash_left_half_written_goes_once_nobody_writes_it(there: Paths) -> None:
    beside = there.sessions.path / f".{NOVEMBER}.toml.x1y2.tmp"
    beside.write_text(f'name = "{NAME}', encoding="utf-8")
    os.utime(beside, (START.timestamp() - 5, START.timestamp() - 5))
    assert "it was written a moment ago" in left(forget(there)[1])[0]
    os.utime(beside, (START.timestamp() - 500, START.timestamp() - 500))
    assert left(forget(there)[1]) == [] and not beside.exists()


def test_looking_touches_nothing(there: Paths, tmp_path: Path) -> None:
    def looks() -> dict[str, tuple[int, bytes]]:
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = looks()
    assert report.find(where(tmp_path), NAME).places
    assert looks() == before
    assert search.shown(there.sessions.path / "x.toml", there) == "sessions/x.toml"

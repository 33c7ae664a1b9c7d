"""Covers: outbox/sync/ and outbox/synced_folder.py: what is removed or emptied.

A removal reaches every server before its file goes for good; much that goes at once waits for a
yes; what is emptied leaves a copy.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from session_tui.cli.sync import print_report
from session_tui.outbox.sync.ledger_file import LedgerFile
from session_tui.outbox.synced_folder import unsent_removals
from session_tui.store import removed_sessions, session_removal
from sync_members import LocalServer, TeamMember, in_step, member, session_id, session_text, write

pytest_plugins = ["team_fixtures"]

ONE, TWO, THREE = map(session_id, (1, 2, 3))


LONG = timedelta(days=91)


def swept(member: TeamMember) -> tuple[str, ...]:
    """As the program does it, after long enough."""
    needed = partial(unsent_removals, member.context.places)
    return session_removal.sweep(member.sessions, member.state, datetime.now(UTC) + LONG, needed)


def test_a_removal_that_the_server_has_not_had_is_kept_until_it_has(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, ONE, TWO)
    assert swept(ana) == ()
    removed_sessions.move(ana.path(TWO), ana.state, ana.now)
    assert swept(ana) == (), "no sync yet: what the server knows is not known"
    write(ana, TWO)
    in_step(ana, ben)
    for each in (ONE, TWO):
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    write(ana, THREE)
    removed_sessions.move(ana.path(THREE), ana.state, ana.now)
    assert swept(ana) == (THREE,), "the server never had the third one"
    report = ana.sync()
    assert report.removed == 2 and report.notices == () and ana.texts() == {}
    assert ben.sync().removed == 2
    assert swept(ana) == (ONE, TWO) == swept(ben)
    in_step(ana, ben)
    assert ana.texts() == ben.texts() == {}


@pytest.mark.parametrize("broken", ["ledger", "new ledger", "configuration", "nothing"])
def test_what_cannot_be_known_of_a_removal_keeps_its_file(ana: TeamMember, broken: str) -> None:
    write(ana, ONE)
    ana.sync()
    removed_sessions.move(ana.path(ONE), ana.state, ana.now)
    ana.sync()
    (path,) = (ana.state / "sync").glob("*.db")
    if broken == "ledger":
        path.write_bytes(b"no database " * 100)
    if broken == "new ledger":
        path.unlink()
        LedgerFile(path).close()
    if broken == "configuration":
        ana.config.write_text("sync = = true", encoding="utf-8")
        ana.context = ana.fresh_context()
    assert swept(ana) == (() if broken != "nothing" else (ONE,))


@pytest.mark.parametrize("why", ["not shown", "lost"])
def test_a_removed_file_goes_after_its_time_where_the_server_shows_no_such_session(
    server: LocalServer, ana: TeamMember, ben: TeamMember, why: str
) -> None:
    empty = server.snapshot()
    write(ana, ONE, TWO)
    in_step(ana, ben)
    all_there = server.snapshot()
    if why == "not shown":
        server.narrow("Ana", "Another Account")
    else:
        server.restore(empty)
    for each in (ONE, TWO):
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    assert swept(ana) == (), "the server has not been asked since"
    assert ana.sync().status == 0
    server.requests.clear()
    assert ana.sync().in_step and len(server.requests) == 1, "and it is asked no more"
    assert swept(ana) == (ONE, TWO)
    # It is shown again: removed is removed, but for what a colleague has changed since.
    server.narrow("Ana", None)
    server.restore(all_there)
    ben.edit(TWO, "COO", "CEO")
    assert ben.sync().in_step
    report = ana.sync()
    assert (report.removed, report.notices) == (1, (("change won", TWO),))
    in_step(ana, ben)
    assert set(ana.texts()) == {TWO} == set(ben.texts()) and "CEO" in ana.texts()[TWO]


@pytest.mark.parametrize("files", ["there", "gone"])
@pytest.mark.parametrize("why", ["not shown", "lost"])
def test_many_removals_that_come_late_wait_for_a_yes(
    server: LocalServer, ana: TeamMember, ben: TeamMember, why: str, files: str
) -> None:
    sessions = [session_id(number) for number in range(12)]
    empty = server.snapshot()
    write(ana, *sessions)
    in_step(ana, ben)
    all_there = server.snapshot()
    if why == "not shown":
        server.narrow("Ana", "Another Account")
    else:
        server.restore(empty)
    for each in sessions:
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    assert ana.sync().status == 0
    if files == "gone":
        assert len(swept(ana)) == 12
    server.narrow("Ana", None)
    server.restore(all_there)
    for report in (ana.sync(dry_run=True), ana.sync(), ana.sync()):
        assert set(report.late_removals) == set(sessions)
        assert (report.waiting, report.removals, report.emptied, report.removed, report.status) == (12, 0, (), 0, 3)
    assert ben.sync().in_step and len(ben.texts()) == 12
    assert ana.sync(remove=True).removed == 12
    assert ben.sync(remove=True).in_step and ben.texts() == {}


def test_removals_that_come_late_one_by_one_are_many_within_an_hour(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    sessions = [session_id(number) for number in range(5)]
    write(ana, *sessions)
    in_step(ana, ben)
    all_there = server.snapshot()
    server.narrow("Ana", "Another Account")
    for each in sessions:
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    ana.sync()
    server.narrow("Ana", None)
    few = all_there | {
        name: [row for row in all_there[name] if row.get("session") in (None, *sessions[:3])] for name in all_there
    }
    server.restore(few)
    assert ana.sync().removed == 3, "a few never ask"
    server.restore(all_there)
    assert set(ana.sync().late_removals) == set(sessions[3:]), "and the first three are told again"


def test_the_command_names_removals_that_come_late_and_what_keeps_one(
    server: LocalServer, ana: TeamMember, capsys: pytest.CaptureFixture[str]
) -> None:
    sessions = [session_id(number) for number in range(5)]
    write(ana, *sessions)
    ana.sync()
    server.narrow("Ana", "Another Account")
    for each in sessions:
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    ana.sync()
    server.narrow("Ana", None)
    print_report(ana.sync(), dry_run=False)
    said = capsys.readouterr().out
    assert "5 wait for you" in said and f"{sessions[0]}, " in said and "removed by the team" not in said
    assert "removed here, and shown by the server again" in said
    # What the user wants to keep after all comes back, and is sent for all.
    removed_sessions.restore(ana.path(sessions[0]), ana.state)
    report = ana.sync(remove=True)
    assert report.in_step and report.removed == 4 and set(ana.texts()) == {sessions[0]}


def test_a_removal_that_a_role_may_not_do_keeps_its_file_and_waits(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    mei = member(tmp_path, server, "Mei", "member")
    write(ana, ONE)
    in_step(ana, mei)
    removed_sessions.move(mei.path(ONE), mei.state, mei.now)
    assert mei.sync().waiting == 1 and swept(mei) == ()
    removed_sessions.move(ana.path(ONE), ana.state, ana.now)
    ana.sync()
    assert mei.sync().status == 0 and swept(mei) == (ONE,)


def test_where_nothing_is_synced_removed_files_go_after_their_time(ana: TeamMember) -> None:
    text = ana.config.read_text(encoding="utf-8").replace("sync = true", "sync = false")
    ana.config.write_text(text, encoding="utf-8")
    ana.context = ana.fresh_context()
    write(ana, ONE)
    removed_sessions.move(ana.path(ONE), ana.state, ana.now)
    assert swept(ana) == (ONE,)


def test_many_removals_wait_for_a_yes(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    sessions = [session_id(number) for number in range(30)]
    write(ana, *sessions)
    in_step(ana, ben)
    for each in sessions[:25]:
        removed_sessions.move(ana.path(each), ana.state, ana.now)
    ana.sync()
    report = ben.sync()
    assert (report.removals, report.waiting, report.removed, report.status) == (25, 25, 0, 3)
    assert len(ben.texts()) == 30
    assert ben.sync(remove=True).removed == 25
    assert ben.sync().in_step and len(ben.texts()) == 5


def test_removals_that_come_one_by_one_are_many_within_an_hour(ana: TeamMember, ben: TeamMember) -> None:
    sessions = [session_id(number) for number in range(30)]
    write(ana, *sessions)
    in_step(ana, ben)
    moved = 0
    for each in sessions:
        removed_sessions.move(ana.path(each), ana.state, ana.now)
        ana.sync()
        report = ben.sync()
        moved += report.removed
        if report.removals:
            break
    assert moved == 3 and report.status == 3 and len(ben.texts()) == 27
    ben.now += timedelta(hours=2)
    assert ben.sync().removed == 1


CHANGE = """
[[changes]]
at = 2026-11-{day} 09:00:00+00:00
by = "Ana"
entry = "s1"
field = "title"
from = "COO"
to = "{to}"
"""

ACTIONS = "".join(f'[[action_items]]\nid = "t{number}"\ntext = "Ask {number}"\n\n' for number in range(2, 12))


def with_actions(session: str) -> str:
    text = session_text(session).replace("t = 1", "t = 11").replace('"prepared"', '"held"')
    return text.replace("[last_ids]", f"{ACTIONS}[last_ids]")


def emptied(text: str, day: int) -> str:
    """As a program with a stolen token may write it: all entries gone, with a row on record."""
    top, last = text[: text.index("[[stakeholders]]")], text[text.index("[last_ids]") :]
    return top + CHANGE.format(day=day, to="").replace('"title"', '"name"') + last


def test_sessions_that_lose_most_of_their_entries_wait_for_a_yes_where_they_are_many(
    ana: TeamMember, ben: TeamMember
) -> None:
    sessions = [session_id(number) for number in range(12)]
    for each in sessions:
        ana.path(each).write_text(with_actions(each), encoding="utf-8")
    in_step(ana, ben)
    ben.edit(ONE, "COO", "CFO")  # a merge loses no more than a copy
    before = ben.texts()
    for each in sessions:
        ana.path(each).write_text(emptied(ana.texts()[each], 20), encoding="utf-8")
    assert ana.sync().sent == 12
    for report in (ben.sync(dry_run=True), ben.sync(), ben.sync()):
        assert (report.waiting, report.received, report.status) == (12, 0, 3)
        assert set(report.emptied) == set(sessions)
    assert ben.texts() == before
    assert ben.sync(remove=True).in_step
    assert all("Ask 5" not in text for text in ben.texts().values())
    for each in sessions:
        assert (ben.sessions / f"{each}.toml.before-sync").read_text(encoding="utf-8") == before[each]


def test_few_emptied_sessions_come_with_a_copy_which_merge_brings_back(ana: TeamMember, ben: TeamMember) -> None:
    ana.path(ONE).write_text(with_actions(ONE), encoding="utf-8")
    in_step(ana, ben)
    ana.path(ONE).write_text(emptied(ana.texts()[ONE], 20), encoding="utf-8")
    ana.sync()
    report = ben.sync()
    assert report.notices == (("emptied", ONE),) and report.status == 0
    kept = ben.sessions / f"{ONE}.toml.before-sync"
    kept.rename(ben.sessions / f"{ONE} (conflicted copy).toml")  # as the guide says
    done = ben.run("merge", ONE, "--keep", "ours")
    assert done.returncode == 0, done.stderr
    in_step(ben, ana)
    assert all("Ask 5" in each.texts()[ONE] and "Mia Tran" in each.texts()[ONE] for each in (ana, ben))

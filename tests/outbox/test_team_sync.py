"""Covers: outbox/sync/ against the server's application, with real files.

What a member writes arrives at all; nothing is deleted because it is missing somewhere; a sync
with nothing to do is one request; what a user has to decide waits, and is settled by `merge`.
"""

import threading
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import func, select

from session_tui.export.formats import Setting
from session_tui.outbox.service import PushService
from session_tui.outbox.sync import team_sync
from session_tui.outbox.sync.proof import SyncProof
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.sync.team_sync import TeamSync
from session_tui.server.tables import heads
from session_tui.store import locking, removed_sessions, session_file
from sync_members import LOCAL, VARIABLE, LocalServer, TeamMember, in_step, member, session_id, session_text, write

pytest_plugins = ["team_fixtures"]

ONE, TWO, THREE = map(session_id, (1, 2, 3))


def proof(member: TeamMember) -> SyncProof:
    return TeamSync(member.context, member.endpoint, send=member.send).proof()


def test_what_one_writes_all_have_and_private_sides_stay_with_those_who_see_them(
    tmp_path: Path, server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    mei = member(tmp_path, server, "Mei", "member")
    write(ana, ONE, TWO)
    first = ana.sync()
    assert (first.sent, first.there, first.here, first.status) == (2, 2, 2, 0)
    assert ben.sync().received == 2 and mei.sync().received == 2
    assert "plays golf" in ben.texts()[ONE] and "plays golf" not in mei.texts()[ONE]
    mei.edit(ONE, "COO", "CEO")
    in_step(mei, ana, ben)
    for each in (ana, ben):
        assert "CEO" in each.texts()[ONE] and "plays golf" in each.texts()[ONE] and "power = 4" in each.texts()[ONE]


def test_a_sync_with_nothing_to_do_is_one_request(server: LocalServer, ana: TeamMember) -> None:
    write(ana, ONE)
    ana.sync()
    server.requests.clear()
    report = ana.sync()
    assert report.in_step and server.requests == [("GET", "/api/v1/digest")]


def test_both_sides_of_an_edit_are_kept(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "COO", "CEO")
    ben.edit(ONE, "Build the", "Make the")
    ana.sync()
    assert ben.sync().merged == 1
    in_step(ana, ben)
    assert all("CEO" in each.texts()[ONE] and "Make the" in each.texts()[ONE] for each in (ana, ben))


def test_a_missing_file_comes_back_and_a_removed_one_goes_everywhere(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE, TWO)
    in_step(ana, ben)
    ben.path(ONE).unlink()
    assert ("came back", ONE) in ben.sync().notices
    assert ben.path(ONE).exists()
    removed_sessions.move(ben.path(ONE), ben.state, ben.now)
    assert ben.sync().removed == 1
    report = ana.sync()
    assert report.removed == 1 and ("removed", ONE) in report.notices
    assert removed_sessions.place(ana.path(ONE)).exists() and not ana.path(ONE).exists()
    removed_sessions.restore(ana.path(ONE), ana.state)
    in_step(ana, ben)
    assert ben.path(ONE).exists()


@pytest.mark.parametrize("restored", ["yesterday", "emptied"])
def test_a_server_that_was_put_back_is_given_what_it_lost(
    server: LocalServer, ana: TeamMember, ben: TeamMember, restored: str
) -> None:
    empty = server.snapshot()
    write(ana, ONE)
    in_step(ana, ben)
    yesterday = server.snapshot()
    ana.edit(ONE, "COO", "CEO")
    write(ben, TWO)
    in_step(ana, ben)
    before = ana.digests()
    server.restore(yesterday if restored == "yesterday" else empty)
    in_step(ana, ben)
    assert ana.digests() == ben.digests() == before


def test_a_session_open_in_a_window_is_left_alone(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "COO", "CEO")
    ana.sync()
    lock = locking.session(ben.path(ONE), ben.state)
    report = ben.sync()
    assert (report.waiting, report.status) == (1, 3) and "open in a window" in report.waits[0].sentence
    assert "COO" in ben.texts()[ONE]
    lock.release()
    assert ben.sync().received == 1


def test_what_both_changed_is_asked_and_settled_by_merge(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "COO", "CEO")
    ben.edit(ONE, "COO", "CFO")
    ana.sync()
    report = ben.sync()
    assert report.status == 3 and f"session-tui merge {ONE}" in report.waits[0].sentence
    copies = [path for path in ben.sessions.glob("*.toml") if path.stem != ONE]
    assert [path.name for path in copies] == [f"{ONE} (team conflict {copies[0].stem[-9:-1]}).toml"]
    assert "CEO" in copies[0].read_text() and "CFO" in ben.texts()[ONE]
    assert ben.sync().status == 3, "it waits on"
    copies[0].unlink()
    assert ben.sync().status == 3 and copies[0].exists(), "that the copy is gone settles nothing"
    done = ben.run("merge", ONE, "--keep", "ours")
    assert done.returncode == 0, done.stderr
    assert ben.sync().sent == 1
    in_step(ana, ben)
    assert "CFO" in ana.texts()[ONE]


def test_a_merge_of_before_settles_no_later_conflict(ana: TeamMember, ben: TeamMember) -> None:
    """The ledger was lost after the merge, so the same version is asked about once more."""
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "COO", "CEO")
    ben.edit(ONE, "COO", "CFO")
    ana.sync()
    assert ben.sync().status == 3
    assert ben.run("merge", ONE, "--keep", "ours").returncode == 0
    ben.forget_state()
    assert ben.sync().status == 3
    (copy,) = (path for path in ben.sessions.glob("*.toml") if path.stem != ONE)
    copy.unlink()
    assert ben.sync().status == 3, "nobody merged it this time"
    ana.sync()
    assert "CEO" in ana.texts()[ONE] and "CFO" in ben.texts()[ONE]


def test_a_lost_ledger_costs_nothing(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE, TWO)
    in_step(ana, ben)
    before = ana.digests()
    for each in (ana, ben):
        each.forget_state()
    in_step(ana, ben)
    assert ana.digests() == ben.digests() == before


@pytest.mark.parametrize("at", [0, 100, 4096, 20_000])
def test_a_broken_ledger_costs_nothing(ana: TeamMember, ben: TeamMember, at: int) -> None:
    write(ana, ONE, TWO)
    in_step(ana, ben)
    before = ana.digests()
    for each in (ben.state / "sync").glob("*.db"):
        content = bytearray(each.read_bytes())
        content[at : at + 200] = b"\xff" * 200
        each.write_bytes(content)
    in_step(ana, ben)
    assert ana.digests() == ben.digests() == before
    ana.edit(ONE, "COO", "CEO")
    in_step(ana, ben)
    assert ben.digests() == ana.digests() != before


def test_a_dry_run_changes_nothing_on_either_side(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    ana.sync()
    write(ben, TWO)
    report = ben.sync(dry_run=True)
    assert (report.sent, report.received) == (1, 1)
    assert set(ben.texts()) == {TWO}
    assert server.rows(select(func.count()).select_from(heads)) == [(1,)]


def test_a_stopped_sync_goes_on_the_next_time(server: LocalServer, ana: TeamMember) -> None:
    write(ana, *(session_id(number) for number in range(20)))
    stop = threading.Event()

    def report(done: int, of: int) -> None:
        if done == 5:
            stop.set()

    first = ana.sync(stop=stop, report=report)
    assert first.stopped is not None and (first.sent, first.status) == (5, 1)
    assert ana.sync().sent == 15
    assert ana.sync().in_step


@pytest.mark.slow
def test_a_first_download_of_thousands_takes_few_requests(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, *(session_id(number) for number in range(210)))
    assert ana.sync().sent == 210
    server.requests.clear()
    report = ben.sync()
    assert report.in_step and report.received == 210
    # The digest, the inventory, a page of 200 each, the digest: 10,000 take 55.
    assert len(server.requests) == 1 + 1 + 2 + 1


def test_who_holds_the_same_has_the_same_line_and_a_difference_is_named_in_three_requests(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, *(session_id(number) for number in range(20)))
    in_step(ana, ben)
    lines = {proof(ana).line, proof(ben).line}
    assert len(lines) == 1 and lines.pop().startswith("20 sessions, full, ")
    ben.edit(ONE, "COO", "CEO")
    server.requests.clear()
    found = proof(ben)
    assert (found.differs, found.status) == ({ONE: "other content on the server"}, 3)
    assert len(server.requests) <= 3 and found.line != proof(ana).line
    ben.sync()
    assert proof(ben).line != proof(ana).line, "Ana has not had it yet"
    assert proof(ana).differs == {ONE: "other content on the server"}
    in_step(ana, ben)
    assert proof(ben).line == proof(ana).line


def test_what_a_member_removes_waits_for_a_facilitator(tmp_path: Path, server: LocalServer, ana: TeamMember) -> None:
    mei = member(tmp_path, server, "Mei", "member")
    write(ana, ONE)
    in_step(ana, mei)
    removed_sessions.move(mei.path(ONE), mei.state, mei.now)
    report = mei.sync()
    assert report.status == 3 and "session-tui restore" in report.waits[0].sentence
    assert ana.sync().in_step and ana.path(ONE).exists()
    removed_sessions.restore(mei.path(ONE), mei.state)
    in_step(ana, mei)


def test_who_may_only_read_keeps_his_edits_and_is_told(tmp_path: Path, server: LocalServer, ana: TeamMember) -> None:
    coach = member(tmp_path, server, "Tom", "coach")
    write(ana, ONE, TWO)
    ana.sync()
    coach.sync()
    coach.edit(ONE, "COO", "CEO")
    coach.edit(TWO, "COO", "CFO")
    server.requests.clear()
    report = coach.sync()
    assert report.status == 3 and len(report.waits) == 2 and "reads, and does not write" in report.waits[0].sentence
    assert sum(method == "PUT" for method, _ in server.requests) == 1, "the others are not even tried"
    assert "CEO" in coach.texts()[ONE]
    ana.edit(ONE, "Build the", "Make the")
    ana.sync()
    coach.sync()
    assert "Make the" in coach.texts()[ONE] and "CEO" in coach.texts()[ONE]


def test_a_server_at_another_address_keeps_its_ledger(server: LocalServer, ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    for each in (ana, ben):
        text = each.config.read_text(encoding="utf-8")
        each.config.write_text(text.replace("127.0.0.1:9/", "127.0.0.1:99/"), encoding="utf-8")
        each.context = each.fresh_context()
    ana.edit(ONE, "COO", "CEO")
    assert ana.sync().sent == 1, "without the ledger it would be asked"


def test_what_one_may_see_no_more_stays_here_and_is_said_once(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    mei = member(tmp_path, server, "Mei", "member")
    write(ana, ONE)
    ana.path(TWO).write_text(session_text(TWO, "Borealis Foods"), encoding="utf-8")
    in_step(ana, mei)
    server.narrow("Mei", "Borealis Foods")
    report = mei.sync()
    assert ("hidden", ONE) in report.notices and report.hidden == 1 and report.status == 0
    assert set(mei.texts()) == {ONE, TWO}
    server.requests.clear()
    assert mei.sync().in_step and len(server.requests) == 1
    mei.edit(ONE, "COO", "CEO")
    assert mei.sync().status == 0
    server.narrow("Mei", None)
    in_step(mei, ana)
    assert "CEO" in ana.texts()[ONE]


def test_a_message_about_a_session_that_the_server_does_not_take_is_not_called_delivered(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    ben = member(tmp_path, server, "Ben")
    server.narrow("Ben", "Borealis Foods")
    for each, account in ((ONE, "Acme Freight"), (TWO, "Borealis Foods")):
        text = session_text(each, account).replace('status = "prepared"', 'status = "held"')
        ben.path(each).write_text(text, encoding="utf-8")
    push = PushService(ben.context)
    for each in (ONE, TWO):
        session = session_file.read_session(ben.path(each).read_bytes(), ben.path(each))
        push.outbox.put(push.build_message(session, ben.endpoint, "full", Setting(ben.now.astimezone())))
    report = ben.sync()
    assert report.stopped is None and report.hidden == 1
    assert {each.session: each.state for each in push.outbox.sound()} == {ONE: "waiting", TWO: "delivered"}


@pytest.mark.parametrize("keep", ["ours", "theirs"])
def test_a_key_of_a_newer_program_that_both_changed_is_chosen_by_merge(
    ana: TeamMember, ben: TeamMember, keep: str
) -> None:
    write(ana, ONE)
    for old in ('agenda = "strategy-30"', 'name = "Mia Tran"'):
        ana.edit(ONE, old, f'{old}\nnewer = "first"')
    in_step(ana, ben)
    for each in (ana, ben):
        text = each.texts()[ONE]
        assert text.count('newer = "first"') == 2
        each.path(ONE).write_text(text.replace('newer = "first"', f'newer = "{each.name}"'), encoding="utf-8")
    ana.sync()
    report = ben.sync()
    assert report.waits[0].asks == ("newer", "stakeholders.s1.newer")
    shown = ben.run("merge", ONE, "--plain")
    assert shown.returncode == 0 and "newer: to decide" in shown.stdout, (shown.stdout, shown.stderr)
    done = ben.run("merge", ONE, "--keep", keep)
    assert done.returncode == 0, done.stderr
    in_step(ben, ana)
    kept = "Ben" if keep == "ours" else "Ana"
    assert all(each.texts()[ONE].count(f'newer = "{kept}"') == 2 for each in (ana, ben))


CHANGE = """
[[changes]]
at = 2026-11-{day} 09:00:00+00:00
by = "Ana"
entry = "s1"
field = "title"
from = "COO"
to = "{to}"
"""


def test_an_old_copy_that_git_or_a_sync_program_put_back_is_brought_up_to_date_and_kept(
    ana: TeamMember, ben: TeamMember
) -> None:
    held = session_text(ONE).replace('"prepared"', '"held"')
    ana.path(ONE).write_text(held, encoding="utf-8")
    in_step(ana, ben)
    old = ben.path(ONE).read_bytes()
    ana.edit(ONE, "COO", "CEO")
    with ana.path(ONE).open("a", encoding="utf-8") as file:
        file.write(CHANGE.format(day=20, to="CEO"))
    in_step(ana, ben)
    assert "CEO" in ben.texts()[ONE]
    ben.path(ONE).write_bytes(old)
    report = ben.sync()
    assert report.notices == (("old copy", ONE),) and report.status == 0
    assert "CEO" in ben.texts()[ONE] and "CEO" in ana.texts()[ONE]
    assert (ben.sessions / f"{ONE}.toml.before-sync").read_bytes() == old


def test_two_syncs_of_one_folder_come_one_after_the_other(server: LocalServer, ana: TeamMember) -> None:
    write(ana, *(session_id(number) for number in range(12)))
    reports: list[SyncReport] = []
    threads = [threading.Thread(target=lambda: reports.append(ana.sync())) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.sent for each in reports) == [0, 0, 12]
    assert all(each.in_step for each in reports)


def test_a_sync_that_another_keeps_waiting_gives_up_with_a_sentence(
    ana: TeamMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_sync, "PATIENCE", 0.1)
    write(ana, ONE)
    ana.sync()
    (lock,) = (FileLock(path) for path in (ana.state / "sync").glob("*.lock"))
    with lock:
        report = ana.sync()
    assert report.status == 1 and "Another window has been syncing" in str(report.stopped)


@pytest.mark.parametrize("what", ["folder", "lock"])
def test_a_state_folder_that_cannot_be_used_is_a_sentence(ana: TeamMember, what: str) -> None:
    write(ana, ONE)
    state = ana.state / "sync"
    if what == "folder":
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text("a file", encoding="utf-8")
    else:
        assert ana.sync().in_step
        (lock,) = state.glob("*.lock")
        lock.unlink()
        lock.mkdir()
    report = ana.sync()
    assert report.stopped is not None and str(state) in str(report.stopped) and report.status == 1
    if what == "folder":
        assert (stopped := proof(ana).stopped) is not None and str(state) in str(stopped)
    assert set(ana.texts()) == {ONE}


def test_an_endpoint_that_is_no_team_server_is_refused(ana: TeamMember) -> None:
    text = ana.config.read_text(encoding="utf-8").replace("team_server", "webhook")
    ana.config.write_text(text, encoding="utf-8")
    ana.context = ana.fresh_context()
    assert "is no team server" in str(ana.sync().stopped)


def test_a_configuration_that_came_with_a_folder_needs_a_yes(ana: TeamMember) -> None:
    write(ana, ONE)
    del ana.environment["SESSION_TUI_CONFIG"]
    ana.context = ana.fresh_context()
    report = ana.sync()
    assert report.status == 1 and "endpoint trust team" in str(report.stopped)
    assert ana.run("endpoint", "trust", "team", "--yes").returncode == 0
    assert ana.sync().sent == 1


def test_who_may_see_more_or_less_than_before_loses_nothing(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    mei = TeamMember(tmp_path, "Mei", LOCAL, server.token("Mei", "member"), "full", server.send)
    write(ana, ONE)
    in_step(ana, mei)
    assert "plays golf" not in mei.texts()[ONE], "a member sees what is shared, whatever the endpoint says"
    for role in ("facilitator", "member"):
        mei.environment[VARIABLE] = server.token("Mei", role)
        mei.context = mei.fresh_context()
        in_step(mei, ana)
        assert "plays golf" in mei.texts()[ONE]
    mei.edit(ONE, "COO", "CEO")
    in_step(mei, ana)
    assert "plays golf" in ana.texts()[ONE] and "CEO" in ana.texts()[ONE]


def test_a_facilitator_whose_endpoint_shares_less_removes_too(
    tmp_path: Path, server: LocalServer, ana: TeamMember
) -> None:
    tom = TeamMember(tmp_path, "Tom", LOCAL, server.token("Tom", "facilitator"), "shared", server.send)
    write(ana, ONE, TWO)
    in_step(ana, tom)
    assert "plays golf" not in tom.texts()[ONE]
    removed_sessions.move(tom.path(ONE), tom.state, tom.now)
    assert tom.sync().removed == 1
    assert ana.sync().removed == 1
    in_step(ana, tom)
    removed_sessions.restore(ana.path(ONE), ana.state)
    in_step(ana, tom)
    assert "plays golf" in ana.texts()[ONE] and tom.path(ONE).exists()


def test_a_copy_that_a_user_edited_is_neither_replaced_nor_taken_away(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "COO", "CEO")
    ben.edit(ONE, "COO", "CFO")
    ana.sync()
    ben.sync()
    (copy,) = (path for path in ben.sessions.glob("*.toml") if path.stem != ONE)
    copy.write_text(copy.read_text().replace("CEO", "Chief"), encoding="utf-8")
    ben.forget_state()
    assert ben.sync().status == 3
    assert "Chief" in copy.read_text()
    ben.edit(ONE, "CFO", "CEO")
    assert ben.sync().status == 0
    assert "Chief" in copy.read_text()


def test_a_sync_that_rests_after_each_session_comes_to_its_end(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, *(session_id(number) for number in range(20)))
    in_step(ana)
    rests: list[float] = []

    def rest() -> float:
        rests.append(0.001)
        return rests[-1]

    report = TeamSync(ben.context, ben.endpoint, send=ben.send, rest=rest).run()
    assert report.in_step and report.received == 20 and len(rests) >= 20


def test_a_sync_that_rests_can_be_stopped_meanwhile(ana: TeamMember) -> None:
    write(ana, ONE, TWO)
    stop = threading.Event()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    report = TeamSync(ana.context, ana.endpoint, send=ana.send, rest=lambda: 600.0).run(stop=stop)
    timer.join()
    assert report.stopped is not None and "stopped" in str(report.stopped)

"""Covers: outbox/sync/ and model/sync/ with a server that was put back to an earlier state.

After one sync each the server holds everything again. A member who syncs before others lacks what
only theirs had, because no machine that could be asked has it, and a sentence says so. After one
more sync each all hold the same.
"""

import json
import sqlite3
from collections.abc import Generator, Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from session_tui.model.sync.settlement import Effect, Remember, Settlement, settle
from session_tui.model.vocabulary import Detail
from session_tui.outbox.sync.team_state import standing_of
from session_tui.store import removed_sessions
from sync_members import (
    VARIABLE,
    LocalServer,
    Snapshot,
    TeamMember,
    in_step,
    local_server,
    member,
    session_id,
    write,
)
from sync_simulation import Killed
from team_server import TeamServer

pytest_plugins = ["team_fixtures"]

ONE, TWO, THREE, FOUR = map(session_id, (1, 2, 3, 4))
SAYS = "was put back to an earlier state"


@pytest.fixture
def mei(tmp_path: Path, server: LocalServer) -> TeamMember:
    return member(tmp_path, server, "Mei")


def each_sends_one(server: LocalServer, members: Sequence[TeamMember], yesterday: Snapshot) -> None:
    """Each sends a session that none of the others has fetched when the server is put back."""
    for each, session in zip(members, (TWO, THREE, FOUR), strict=True):
        write(each, session)
        assert each.sync().in_step
        server.restore(yesterday)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_sync_each_gives_the_server_everything_and_a_member_who_lacks_something_is_told(
    server: LocalServer, ana: TeamMember, ben: TeamMember, mei: TeamMember, order: tuple[int, ...]
) -> None:
    write(ana, ONE)
    in_step(ana, ben, mei)
    each_sends_one(server, (ana, ben, mei), server.snapshot())
    members = [(ana, ben, mei)[number] for number in order]
    for number, each in enumerate(members, 1):
        report = each.sync()
        assert report.in_step and len(each.texts()) == 1 + number, "with what those had who synced before"
        assert SAYS in report.put_back_sentence and "put back" in standing_of([report]).explained()
    assert report.there == 4 and set(members[-1].texts()) == {ONE, TWO, THREE, FOUR}
    for each in members[:-1]:
        assert each.sync().in_step
    assert ana.digests() == ben.digests() == mei.digests()


def test_where_all_had_everything_one_sync_each_is_enough(
    server: LocalServer, ana: TeamMember, ben: TeamMember, mei: TeamMember
) -> None:
    empty = server.snapshot()
    write(ana, ONE, TWO)
    write(ben, THREE)
    in_step(ana, ben, mei)
    before = ana.digests()
    server.restore(empty)
    for each in (mei, ana, ben):
        assert each.sync().in_step and each.digests() == before


def test_a_removal_that_the_server_forgot_shows_that_it_was_put_back(server: LocalServer, ana: TeamMember) -> None:
    write(ana, ONE)
    ana.sync()
    yesterday = server.snapshot()
    removed_sessions.move(ana.path(ONE), ana.state, ana.now)
    ana.sync()
    server.restore(yesterday)
    report = ana.sync()
    assert report.removed == 1 and report.put_back == ana.now


def test_of_another_server_at_the_same_endpoint_no_earlier_state_is_claimed(tmp_path: Path, ana: TeamMember) -> None:
    write(ana, ONE)
    assert ana.sync().in_step
    with local_server(tmp_path / "another") as another:
        ana.environment[VARIABLE] = another.token("Ana", "facilitator")
        ana.context, ana.send = ana.fresh_context(), another.send
        report = ana.sync()
        assert report.in_step and report.sent == 1
        # What is known is that versions are lacking; both reasons for it are named.
        assert "lacked versions that were synced before" in report.put_back_sentence
        assert "or is another one" in report.put_back_sentence
        assert "The server was put back" not in report.put_back_sentence
        assert "is a new one" in standing_of([report]).explained()


def test_it_is_said_for_a_day(server: LocalServer, ana: TeamMember) -> None:
    empty = server.snapshot()
    write(ana, ONE)
    assert ana.sync().put_back is None
    server.restore(empty)
    assert ana.sync().put_back == ana.now
    found = ana.now
    ana.now += timedelta(hours=23)
    assert ana.sync().put_back == found
    ana.now += timedelta(hours=2)
    report = ana.sync()
    assert report.put_back is None and report.put_back_sentence == "" and report.in_step


def test_what_one_may_see_no_more_is_no_loss_of_the_server(server: LocalServer, ana: TeamMember) -> None:
    write(ana, ONE)
    ana.sync()
    server.narrow("Ana", "Another Account")
    ana.edit(ONE, "COO", "CEO")
    report = ana.sync()
    assert report.put_back is None and report.notices == (("hidden", ONE),)


def test_the_sentence_survives_a_kill_before_anything_was_remembered(server: LocalServer, ana: TeamMember) -> None:
    empty = server.snapshot()
    write(ana, ONE, TWO)
    ana.sync()
    server.restore(empty)

    def killed(detail: Detail) -> Generator[Effect, Any, Settlement]:
        steps = settle(detail)
        answer: Any = None
        while not isinstance(effect := steps.send(answer), Remember):
            answer = yield effect
        raise Killed

    with pytest.raises(Killed):
        ana.sync(settling=killed)
    report = ana.sync()
    assert report.put_back == ana.now and report.in_step


def test_a_ledger_of_before_is_read_and_gets_what_it_lacks(server: LocalServer, ana: TeamMember) -> None:
    empty = server.snapshot()
    write(ana, ONE)
    ana.sync()
    (path,) = (ana.state / "sync").glob("*.db")
    with sqlite3.connect(path) as ledger:
        ledger.execute("DROP TABLE remarks")
    server.restore(empty)
    report = ana.sync()
    assert report.put_back == ana.now and report.sent == 1 and report.notices == (("server behind", ONE),)


@pytest.mark.slow
def test_the_command_says_it_and_its_json_has_the_moment(tmp_path: Path) -> None:
    # A server as a process, because the data are put back by hand as an administrator does it.
    with TeamServer(tmp_path / "server") as server:
        ana = TeamMember(tmp_path, "Ana", server.url, server.token("Ana", "facilitator"))
        write(ana, ONE)
        assert json.loads(ana.run("sync", "--json").stdout)["endpoints"][0]["put_back"] is None
        with sqlite3.connect(server.data / "team.db") as data:
            for table in ("heads", "revisions", "receipts"):
                data.execute(f"DELETE FROM {table}")
        done = ana.run("sync")
        assert done.returncode == 0 and SAYS in done.stdout and "sync again" in done.stdout, done.stdout
        again = ana.run("sync", "--json")
        assert again.returncode == 0 and json.loads(again.stdout)["endpoints"][0]["put_back"] is not None

"""Covers: outbox/sync/ and model/sync/losses.py: a session that others empty by parts.

By halves, by words that are written over, in many sessions: a copy holds what went, and much that
goes at once waits for a yes. What is usual leaves no copy.
"""

import contextlib
import re
import sqlite3
import zlib
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from session_tui.model.person_names import Name
from session_tui.model.sync.settlement import Effect, Settlement, WriteFile, settle
from session_tui.model.vocabulary import Detail
from session_tui.outbox.sync.erasure import forget_in_ledgers
from session_tui.outbox.sync.ledger_file import LedgerFile
from sync_members import LocalServer, TeamMember, in_step, session_id, session_text
from sync_simulation import Killed

pytest_plugins = ["team_fixtures"]

ONE = session_id(1)
ACTIONS = 12
_ACTION = re.compile(r'\[\[action_items\]\]\nid = "t([0-9]+)"\n(?:.+\n)*\n')


def write(member: TeamMember, session: str) -> None:
    """A prepared session with one person and twelve actions."""
    more = "".join(f'[[action_items]]\nid = "t{n}"\ntext = "Ask for proof {n}"\n\n' for n in range(2, ACTIONS + 1))
    text = session_text(session).replace("t = 1", f"t = {ACTIONS}").replace("[last_ids]", f"{more}[last_ids]")
    member.path(session).write_text(text, encoding="utf-8")


def take(member: TeamMember, session: str, *numbers: int) -> None:
    """Take these actions out, as an editor does."""
    text = member.path(session).read_text(encoding="utf-8")
    after = _ACTION.sub(lambda found: "" if int(found[1]) in numbers else found[0], text)
    assert after != text
    member.path(session).write_text(after, encoding="utf-8")


def write_over(member: TeamMember, session: str) -> None:
    text = member.path(session).read_text(encoding="utf-8")
    member.path(session).write_text(re.sub(r'(text|name|title|note|owner) = "[^"]*"', r'\1 = "x"', text))


def copies(member: TeamMember) -> list[str]:
    return sorted(path.name.partition(".toml.")[2] for path in member.sessions.glob("*.toml.*"))


def actions(member: TeamMember, name: str) -> int:
    return (member.sessions / name).read_text(encoding="utf-8").count("[[action_items]]")


def rows_of_losses(member: TeamMember) -> list[str]:
    """The contents that the member's ledger keeps for them."""
    (path,) = (member.state / "sync").glob("*.db")
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        return [zlib.decompress(row[0]).decode() for row in ledger.execute("SELECT body FROM conflicts")]


def actions_of(rows: list[str]) -> list[int]:
    return [row.count("Ask for proof") for row in rows]


def test_a_session_that_is_emptied_by_halves_is_noticed_and_a_copy_holds_all_of_it(
    ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    take(ana, ONE, *range(2, 7))
    ana.sync()
    report = ben.sync()
    assert report.notices == () and copies(ben) == []
    ben.edit(ONE, "COO", "CFO")  # his own edit in between, and the others' are put together
    take(ana, ONE, *range(7, 11))
    ana.sync()
    ben.now += timedelta(days=6)
    report = ben.sync()
    assert report.notices == (("emptied by parts", ONE),) and report.merged == 1
    assert copies(ben) == ["before-losses", "before-sync"]
    assert actions(ben, f"{ONE}.toml.before-losses") == 12 and actions(ben, f"{ONE}.toml.before-sync") == 7
    assert actions(ben, f"{ONE}.toml") == 3
    # As the guide says: a merge with the copy brings all back, for all.
    (ben.sessions / f"{ONE}.toml.before-losses").rename(ben.sessions / f"{ONE} (conflicted copy).toml")
    done = ben.run("merge", ONE, "--keep", "ours")
    assert done.returncode == 0, done.stderr
    in_step(ben, ana)
    assert actions(ana, f"{ONE}.toml") == 12 and "CFO" in ana.texts()[ONE]
    # From the copy on it is counted anew.
    take(ana, ONE, 2, 3)
    ana.sync()
    assert ben.sync().notices == ()
    assert len(rows_of_losses(ben)) == 1 and "Ask for proof 3" in rows_of_losses(ben)[0]
    take(ana, ONE, *range(7, 10))
    ana.sync()
    assert ben.sync().notices == (), "five of fourteen since the copy"


def test_titles_that_a_colleague_changes_to_and_fro_leave_no_copy_and_ask_nothing(
    ana: TeamMember, ben: TeamMember
) -> None:
    sessions = [session_id(number) for number in range(6)]
    people = "".join(f'[[stakeholders]]\nid = "s{n}"\nname = "Mia"\ntitle = "CFO"\n\n' for n in range(2, 8))
    for each in sessions:
        text = session_text(each).replace("s = 1", "s = 7").replace("[[action_items]]", f"{people}[[action_items]]")
        ana.path(each).write_text(text, encoding="utf-8")
    in_step(ana, ben)
    titles = ("CFO", "Chief Financial Officer")
    for number in range(1, 7):
        for each in sessions:
            ana.edit(each, f'title = "{titles[(number - 1) % 2]}"', f'title = "{titles[number % 2]}"')
        ana.sync()
        report = ben.sync()
        assert (report.received, report.notices, report.emptied, report.status) == (6, (), (), 0), number
        assert len(rows_of_losses(ben)) == 6 * (number % 2)
    assert copies(ben) == []


def test_a_version_that_takes_all_at_once_after_a_loss_of_a_word_is_no_emptying_by_parts(
    ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "Ask for proof 2", "Ask for 2")
    in_step(ana, ben)
    assert len(rows_of_losses(ben)) == 1
    take(ana, ONE, *range(1, 13))
    ana.sync()
    assert ben.sync().notices == (("emptied", ONE),) and copies(ben) == ["before-sync"]
    assert actions(ben, f"{ONE}.toml.before-sync") == 12


def test_the_copy_of_before_the_losses_has_what_came_after_the_first_of_them(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    take(ana, ONE, *range(4, 13))
    in_step(ana, ben)
    take(ana, ONE, 2)
    in_step(ana, ben)
    more = "".join(f'[[action_items]]\nid = "t{n}"\ntext = "Ask for more {n}"\n\n' for n in range(13, 21))
    ben.edit(ONE, "[last_ids]", f"{more}[last_ids]")
    ben.edit(ONE, "t = 12", "t = 20")
    in_step(ben, ana)
    for part in (range(13, 17), range(17, 20)):
        take(ana, ONE, *part)
        ana.sync()
        report = ben.sync()
    assert report.notices == (("emptied by parts", ONE),)
    assert actions(ben, f"{ONE}.toml.before-losses") == 11, "of the first and of the later ones"


def test_losses_noted_under_a_clock_that_is_ahead_count_no_more_and_go(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    now, ben.now = ben.now, ben.now.replace(year=2099)
    take(ana, ONE, *range(2, 7))
    ana.sync()
    ben.sync()
    assert len(rows_of_losses(ben)) == 1
    ben.now = now
    take(ana, ONE, *range(7, 10))
    ana.sync()
    assert ben.sync().notices == () and copies(ben) == []
    assert actions_of(rows_of_losses(ben)) == [6], "the file before the loss of today alone"
    ben.now = now.replace(year=2099)
    take(ana, ONE, 10)
    in_step(ana, ben)
    ben.now = now
    ana.edit(ONE, "plays golf", "plays golf and tennis")
    in_step(ana, ben)
    assert rows_of_losses(ben) == []


def test_many_sessions_that_are_emptied_by_halves_wait_for_a_yes(ana: TeamMember, ben: TeamMember) -> None:
    sessions = [session_id(number) for number in range(10)]
    for each in sessions:
        write(ana, each)
    in_step(ana, ben)
    for number, part in enumerate((range(2, 7), range(7, 11))):
        before = ben.texts()
        for each in sessions:
            take(ana, each, *part)
        ana.sync()
        for report in (ben.sync(dry_run=True), ben.sync(), ben.sync()):
            assert len(report.emptied) == (10 if number else 0), "and none of them is taken before it is asked"
        assert (ben.texts() == before) is bool(number)
    assert ben.sync(remove=True).in_step and copies(ben) == ["before-losses"] * 10 + ["before-sync"] * 10


@pytest.mark.parametrize("many", [1, 10])
def test_texts_that_are_written_over_are_lost_too(ana: TeamMember, ben: TeamMember, many: int) -> None:
    sessions = [session_id(number) for number in range(many)]
    for each in sessions:
        write(ana, each)
    in_step(ana, ben)
    before = ben.texts()
    for each in sessions:
        write_over(ana, each)
    ana.sync()
    report = ben.sync()
    if many > 1:
        assert set(report.emptied) == set(sessions) and ben.texts() == before
        assert ben.sync(remove=True).in_step
    else:
        assert report.notices == (("emptied", sessions[0]),)
    for each in sessions:
        assert (ben.sessions / f"{each}.toml.before-sync").read_text(encoding="utf-8") == before[each]


def test_what_went_more_than_a_week_ago_counts_no_more(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    take(ana, ONE, *range(2, 7))
    ana.sync()
    ben.sync()
    ben.now += timedelta(days=8)
    take(ana, ONE, *range(7, 10))
    ana.sync()
    assert ben.sync().notices == () and copies(ben) == []
    assert len(rows_of_losses(ben)) == 1
    ben.now += timedelta(days=8)
    ana.edit(ONE, "[last_ids]", '[[notes]]\nid = "n1"\ntext = "Met the board"\n\n[last_ids]')
    ana.sync()
    assert ben.sync().received == 1 and rows_of_losses(ben) == []


def test_what_a_member_takes_away_leaves_no_copy_with_that_member(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    for number, part in enumerate((range(1, 5), range(5, 9), range(9, 13))):
        take(ben, ONE, *part)
        ana.edit(ONE, "plays golf", f"plays golf, {number} times a week")
        ana.sync()
        in_step(ben, ana)
    assert copies(ben) == []


def test_a_kill_between_counting_and_writing_counts_nothing_twice(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    ana.edit(ONE, "Ask for proof", "Ask for x")  # a word of four, in most entries
    ana.sync()

    def killed(detail: Detail) -> Generator[Effect, Any, Settlement]:
        steps = settle(detail)
        answer: Any = None
        while not isinstance(effect := steps.send(answer), WriteFile):
            answer = yield effect
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            ben.sync(settling=killed)
    report = ben.sync()
    assert (report.received, report.notices, copies(ben)) == (1, (), [])


def test_a_forgotten_person_is_in_no_row_of_losses(ana: TeamMember, ben: TeamMember) -> None:
    write(ana, ONE)
    ana.edit(ONE, "Ask for proof 2", "Ask Ruth Vale")
    in_step(ana, ben)
    take(ana, ONE, 2, 3)
    in_step(ana, ben)
    assert "Ruth Vale" in rows_of_losses(ben)[0], "the file before the losses"
    assert forget_in_ledgers(ben.state, Name("Ruth Vale"), lambda: "person-7k3q2m")
    assert rows_of_losses(ben) == []
    assert ben.sync().in_step


def test_a_program_that_does_not_count_losses_reads_the_ledger_as_before(
    server: LocalServer, ana: TeamMember, ben: TeamMember
) -> None:
    write(ana, ONE)
    in_step(ana, ben)
    take(ana, ONE, 2)
    in_step(ana, ben)
    (path,) = (ben.state / "sync").glob("*.db")
    ledger = LedgerFile(path)
    assert ledger.losses(ONE, ben.now) is not None
    # All that it asks: rows by a session's id, and those that are agreed.
    assert ledger.conflict(ONE) is None and set(ledger.rows()) == {ONE}
    ledger.close()

"""Covers: session_tui.cli.prepare, cli.run and session_tui.cli.brief.

prepare, run, brief and value as real processes: what is carried, what is refused, and that no old
file changes.
"""

import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import Shell
from cli.test_due_and_gate import configure, hold
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Parked,
    Session,
    Stakeholder,
    Value,
)
from session_tui.store import session_file

PLAN = "# Acme\n\n## Assumptions\n- The budget is approved\n- Operations will be the sponsor\n"
FIELD: dict[str, Any] = {"zone": "EMEA", "opportunity": "Pumps"}
ENTRIES: dict[str, Any] = {
    "stakeholders": (Stakeholder(id="s1", name="Ruth Vale", power=5, buying_role="approver", support=-1),),
    "assumptions": (Assumption(id="a1", text="Budget"), Assumption(id="a2", text="Time", status="validated")),
    "action_items": (ActionItem(id="t1", text="Call Ruth", owner="Ben Okafor", due=date(2026, 1, 9)),),
    "parking_lot": (Parked(id="p1", text="Renewal"),),
}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def fingerprints(shell: Shell) -> dict[str, tuple[str, int]]:
    """What stands in each file, and when it was written."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in shell.sessions.iterdir()
    }


def newest(shell: Shell, *known: str) -> Session:
    """The one session that is not among those known."""
    (path,) = [path for path in shell.sessions.glob("*.toml") if path.stem not in known]
    return session_file.read(path.read_bytes()).session


def test_a_run_carries_the_last_session_forward_and_changes_no_old_file(shell: Shell) -> None:
    old = hold(shell, 20)
    last = hold(shell, 7, **FIELD, **ENTRIES)
    before = fingerprints(shell)
    lines = "/promises\n*t1 done She was there\n/park p1\n/end hold later\n"
    done = shell.run("run", "Acme Freight", "--plain", lines=lines)
    after = fingerprints(shell)
    assert {name: after[name] for name in before} == before
    assert "Carried forward from" in done.stdout
    assert "Promised: t1 Call Ruth; owner: Ben Okafor" in done.stdout + done.stderr
    held = newest(shell, old, last)
    assert (held.zone, held.opportunity, held.previous) == ("EMEA", "Pumps", last)
    assert [(each.id, each.status, each.first_raised_in) for each in held.action_items] == [("t1", "done", last)]
    assert [each.text for each in held.parking_lot] == ["Renewal"]


def test_zones_and_opportunities_are_never_mixed(shell: Shell) -> None:
    last = hold(shell, 7, **FIELD, **ENTRIES)
    done = shell.run("run", "Acme Freight", "--zone", "APAC", "--plain", lines="/end hold later\n")
    assert "Nothing carried forward: earlier sessions are about EMEA, Pumps." in done.stdout
    assert newest(shell, last).stakeholders == ()


@pytest.mark.parametrize("previous", ["", None])
def test_previous_names_another_session_or_none(shell: Shell, previous: str | None) -> None:
    older = hold(shell, 20, **FIELD, **ENTRIES)
    last = hold(shell, 7, **FIELD)
    done = shell.run(
        "run", "Acme Freight", "--previous", older if previous is None else "", "--plain", lines="/end hold later\n"
    )
    assert done.returncode == 0, done.stderr
    assert [each.id for each in newest(shell, older, last).stakeholders] == (["s1"] if previous is None else [])


def test_a_session_on_another_account_is_not_carried_forward(shell: Shell) -> None:
    other = hold(shell, 7, "Borealis Foods", **ENTRIES)
    done = shell.run("run", "Acme Freight", "--previous", other, "--plain", lines="/end hold later\n")
    assert done.returncode == 1
    assert f"{other}: is about Borealis Foods" in done.stderr
    assert newest(shell).id == other, "nothing was begun"


def test_two_sessions_on_one_day_both_stand_and_it_is_said(shell: Shell) -> None:
    first = shell.run("run", "Acme Freight", "--plain", lines="Ruth Vale\n/end hold later\n")
    assert first.returncode == 0
    one = newest(shell)
    second = shell.run("run", "Acme Freight", "--plain", lines="/end hold later\n")
    assert f"A session on this account was held today already: {one.id}." in second.stdout
    two = newest(shell, one.id)
    assert two.previous == one.id
    assert [each.name for each in two.stakeholders] == ["Ruth Vale"]


def test_a_previous_session_that_was_deleted_is_said_and_its_entries_stay(shell: Shell) -> None:
    old = hold(shell, 20, **FIELD, **ENTRIES)
    done = shell.run("run", "Acme Freight", "--plain", lines="/leave now\n")
    live = newest(shell, old)
    (shell.sessions / f"{old}.toml").unlink()
    done = shell.run("resume", live.id, "--plain", lines="/promises\n/end hold later\n")
    assert f"The session before, {old}, is not there any more" in done.stdout
    assert done.returncode == 0
    assert [each.id for each in newest(shell).action_items] == ["t1"]


def test_a_clock_that_was_set_back_is_said(shell: Shell) -> None:
    ahead = hold(shell, -3, **FIELD, **ENTRIES)
    done = shell.run("run", "Acme Freight", "--plain", lines="/end hold later\n")
    assert f"The clock of this machine is behind: {ahead} began" in done.stdout
    assert newest(shell, ahead).action_items, "and everything is carried"


def test_a_broken_last_session_is_passed_over_and_left_as_it_is(shell: Shell) -> None:
    older = hold(shell, 20, **FIELD, **ENTRIES)
    broken = shell.sessions / "2026-11-20-acme-freight-b0b0.toml"
    broken.write_bytes(b"schema = 1\nid = [")
    done = shell.run("run", "Acme Freight", "--plain", lines="/end hold later\n")
    assert done.returncode == 0
    assert broken.read_bytes() == b"schema = 1\nid = ["
    assert newest(shell, older, broken.stem).previous == older


def plan(shell: Shell, content: bytes = PLAN.encode(), name: str = "acme.md") -> Path:
    (shell.home / "plans").mkdir(exist_ok=True)
    path = shell.home / "plans" / name
    path.write_bytes(content)
    return path


def test_a_session_is_prepared_asked_again_started_by_run_and_held(shell: Shell) -> None:
    configure(shell, 'schema = 1\nname = "Ana Ruiz"\n')
    last = hold(shell, 7, **FIELD, **ENTRIES)
    plan(shell)
    first = shell.run("prepare", "Acme Freight", "--plan", "acme", "--attendee", "Mei Tan:presales", "--plain")
    assert first.returncode == 0, first.stderr
    made = newest(shell, last)
    assert (made.status, made.clock, made.facilitator) == ("prepared", (), "Ana Ruiz")
    assert "The plan assumes: The budget is approved" in first.stdout
    again = shell.run("prepare", "Acme Freight", "--credit", "Mei 60, Ana 30", "--take-assumptions", "--plain")
    assert "adds up to 90 %, not 100" in again.stdout
    made = newest(shell, last)
    assert [each.name for each in made.credit_split] == ["Mei Tan", "Ana Ruiz"]
    assert [each.text for each in made.assumptions] == [
        "Budget",
        "The budget is approved",
        "Operations will be the sponsor",
    ]
    rehearsal = shell.run("resume", made.id, "--plain", lines="Mia Tran\n")
    assert newest(shell, last).clock == (), rehearsal.stderr
    shell.run("read", "acme", "--confirm")
    done = shell.run("run", "Acme Freight", "--plain", lines='/end pursue "Go"\n')
    held = newest(shell, last)
    assert (held.id, held.status, held.headline) == (made.id, "held", "Go"), done.stderr
    assert held.plan is not None
    assert [each.name for each in held.plan.readers] == ["Ana Ruiz"], "as it is when the session begins"


def test_a_prepared_session_lets_go_of_what_was_settled_and_tells_a_newer_session(shell: Shell) -> None:
    last = hold(shell, 7, **FIELD, **ENTRIES)
    shell.run("prepare", "Acme Freight", "--plain")
    made = newest(shell, last)
    path = shell.sessions / f"{last}.toml"
    path.write_text(path.read_text().replace('status = "open"', 'status = "done"'))
    newer = hold(shell, 1, **FIELD)
    done = shell.run("prepare", "Acme Freight", "--plain")
    assert "1 settled since this session was prepared" in done.stdout + done.stderr
    assert f"{newer} was held since this session was prepared" in done.stdout + done.stderr
    assert newest(shell, last, newer).id == made.id
    assert newest(shell, last, newer).action_items == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00\x9f plan", "UTF-8"),
        (b"# x\n" * 5_000_000, "2 MB"),
        (None, "folder"),
        ("link", "leaves the plans folder"),
    ],
    ids=["not UTF-8", "20 MB", "a folder", "a link out of the plans folder"],
)
def test_a_plan_that_is_none_is_a_sentence_and_nothing_is_begun(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory, content: bytes | str | None, said: str
) -> None:
    if content is None:
        (shell.home / "plans" / "acme.md").mkdir(parents=True)
    elif content == "link":
        there = tmp_path_factory.mktemp("elsewhere") / "secret.md"
        there.write_text("# secret")
        (shell.home / "plans").mkdir()
        (shell.home / "plans" / "acme.md").symlink_to(there)
    else:
        assert isinstance(content, bytes)
        plan(shell, content)
    done = shell.run("prepare", "Acme Freight", "--plan", "acme.md", "--plain")
    assert done.returncode == 1
    assert said in done.stderr
    assert list(shell.sessions.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [("--credit", "Ben seventy"), ("--attendee", ":presales"), ("--amount", "nan"), ("--zone", "x" * 300)],
)
def test_what_cannot_be_is_a_sentence_and_nothing_is_begun(shell: Shell, wrong: tuple[str, str]) -> None:
    done = shell.run("prepare", "Acme Freight", *wrong, "--plain")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(shell.sessions.iterdir()) == []


def test_prepare_without_a_terminal_says_what_to_do(shell: Shell) -> None:
    done = shell.run("prepare", "Acme Freight")
    assert done.returncode == 1
    assert "--plain" in done.stderr


def test_phase_amount_and_close_date_come_from_the_pipeline_where_nobody_said_otherwise(shell: Shell) -> None:
    last = hold(shell, 7, **FIELD, phase="evaluation")
    (shell.home / "pipeline.csv").write_text(
        "opportunity;account;phase;amount;close_on\nPumps;ACME freight;closing;420.000,50;31.12.2026\n"
    )
    shell.run("prepare", "Acme Freight", "--phase", "contract", "--plain")
    made = newest(shell, last)
    assert (made.phase, made.amount, made.close_on) == ("contract", 420000.5, date(2026, 12, 31))


def test_a_brief_is_markdown_in_which_a_name_is_never_a_mark(shell: Shell) -> None:
    hold(shell, 20, **FIELD, headline="First")
    person = Stakeholder(id="s1", name="*Ruth* <b>Vale</b> \x1b[31m", power=5, buying_role="approver", support=-1)
    last = hold(shell, 7, zone="APAC", opportunity="Valves", headline="# Last", stakeholders=(person,))
    (shell.home / "pipeline.csv").write_text("account,opportunity,phase\nAcme Freight,Valves,closing\n")
    done = shell.run("brief", "acme freight")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\\*Ruth\\* \\<b\\>Vale" in done.stdout
    assert done.stdout.index("Last") < done.stdout.index("First"), "the newest first, over all zones"
    assert "Valves: the phase is closing now; the last session had none." in done.stdout
    found = json.loads(shell.run("brief", "Acme Freight", "--json").stdout)
    assert found["people"][0]["since"] == (datetime.now(UTC) - timedelta(days=7)).astimezone().date().isoformat()
    assert found["sessions"][0]["id"] == last


def test_a_brief_says_what_changed_in_the_pipeline_in_sentences(shell: Shell) -> None:
    hold(shell, 7, account="Acme Freight", opportunity="Pumps", phase="proposal", close_on=date(2026, 12, 18))
    (shell.home / "pipeline.csv").write_text(
        "account,opportunity,phase,close_on\nAcme Freight,Pumps,closing,2027-01-08\n"
        "Acme Freight,Valves,proposal,\nAcme Freight,Belts,Closed Won,\n"
    )
    page = shell.run("brief", "acme").stdout.replace("\\", "")
    assert "Pumps: the phase is closing now; it was proposal." in page
    assert re.search(r"Pumps: the close date is Fri 8 Jan.* now; it was Fri 18 Dec", page)
    assert "Valves is in the pipeline, and no session was held on it yet." in page
    assert "Belts" not in page, "a closed deal that needs no session"
    changes = json.loads(shell.run("brief", "acme", "--json").stdout)["pipeline"]
    assert {"opportunity": "Valves", "field": "reviewed", "was": "never", "now": "in the pipeline"} in changes


def test_a_session_on_the_whole_account_was_on_each_of_its_deals(shell: Shell) -> None:
    hold(shell, 7, account="Acme Freight")
    (shell.home / "pipeline.csv").write_text("account,opportunity,phase\nAcme Freight,Valves,proposal\n")
    assert "no session was held" not in shell.run("brief", "acme").stdout


def test_the_only_open_deal_of_the_pipeline_is_what_the_first_session_is_about(shell: Shell) -> None:
    (shell.home / "pipeline.csv").write_text(
        "Account Name,Opportunity Name,Stage,Amount,Close Date,Owner,Opportunity ID,Currency\n"
        "Acme Freight,Pumps,Proposal,420000,2026-12-31,Ben Okafor,006A1,EUR\n"
        "Acme Freight,Belts,Closed Won,1000,2025-12-31,Mei Tan,006A2,EUR\n"
    )
    done = shell.run("prepare", "Acme Freight", "--plain")
    made = newest(shell)
    assert (made.opportunity, made.phase, made.amount) == ("Pumps", "Proposal", 420000)
    assert (made.close_on, made.account_owner, made.crm_id) == (date(2026, 12, 31), "Ben Okafor", "006A1")
    assert "On Pumps, the only open deal of the pipeline." in done.stdout + done.stderr


def test_of_several_open_deals_none_is_chosen_for_a_first_session(shell: Shell) -> None:
    (shell.home / "pipeline.csv").write_text("account,opportunity,phase\nAcme Freight,Pumps,a\nAcme Freight,Valves,a\n")
    done = shell.run("prepare", "Acme Freight", "--plain")
    assert newest(shell).opportunity == ""
    assert "2 open deals" in done.stdout + done.stderr


def test_a_brief_says_every_assumption_once(shell: Shell) -> None:
    due = date(2026, 1, 2)
    beliefs = tuple(
        Assumption(id=f"a{n}", text=f"Belief {n}", importance=6 - n if n < 6 else 1, due=due) for n in range(1, 8)
    )
    hold(shell, 7, assumptions=beliefs)
    page = shell.run("brief", "acme").stdout
    assert all(page.count(each.text) == 1 for each in beliefs)
    assert page.index("## Other assumptions due") < page.index("Belief 6")


def test_a_brief_on_an_account_without_a_session_says_which_there_are(shell: Shell) -> None:
    hold(shell, 7)
    done = shell.run("brief", "Nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is: Acme Freight." in done.stderr
    (shell.home / "pipeline.csv").write_text("account\nacme freight\nBorealis Foods\nBorealis Foods\n")
    assert "There is: Acme Freight, Borealis Foods." in shell.run("brief", "Nobody").stderr


def test_value_reports_the_return_and_says_what_is_an_estimate(shell: Shell) -> None:
    assert "No session was held yet" in shell.run("value").stderr
    hold(shell, 20, value=Value(people=4, minutes=30, hours_saved=10.0))
    hold(shell, 7, "Borealis Foods", value=Value(people=4, minutes=30))
    done = shell.run("value")
    assert "5.0 times" in done.stdout
    assert "an estimate, made in 1 of 2 sessions" in done.stdout
    found = json.loads(shell.run("value", "--json").stdout)
    assert found["total"] == {
        "sessions": 2,
        "estimated": 1,
        "hours_invested": 4.0,
        "hours_saved": 10.0,
        "ratio": 5.0,
        "hours_estimated": 2.0,
        "without_cost": 0,
    }
    assert found["accounts"]["Borealis Foods"]["ratio"] is None


def test_credit_and_hours_are_said_line_by_line(shell: Shell) -> None:
    lines = "/attendee Mei Tan\n/credit Mei 60, Ben Okafor 40\n/saved 8 h\n/saved many\n/credit half\n/end pursue x\n"
    done = shell.run("run", "Acme Freight", "--plain", lines=lines)
    assert done.returncode == 1, "two lines were refused"
    held = newest(shell)
    assert [(each.name, each.percent) for each in held.credit_split] == [("Mei Tan", 60), ("Ben Okafor", 40)]
    assert held.value is not None
    assert held.value.hours_saved == 8

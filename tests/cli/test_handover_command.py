"""Covers: session_tui.cli.handover.

Hand-over and people from a shell: all that one of ours holds, handed over and taken back, and what
is refused.
"""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.test_commands import TOP, Shell
from promises.test_nothing_is_lost import eventually
from session_tui.model.session import Session
from session_tui.store import session_file
from session_tui.store.open_session import open_session

LATEST = "2026-11-09-acme-freight-2m9x"
KEYS = ["number", "handle", "kind", "text", "account", "zone", "opportunity", "due", "key_player", "sessions"]


@pytest.fixture
def team(tmp_path: Path) -> Shell:
    shutil.copytree(TOP / "sessions", tmp_path / "sessions")
    return Shell(tmp_path)


def read(shell: Shell, name: str = LATEST) -> Session:
    return session_file.read((shell.sessions / f"{name}.toml").read_bytes()).session


def held(shell: Shell, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shell.run("handover", name, "--json").stdout)
    return found


def brief(shell: Shell) -> str:
    (path,) = shell.home.glob("handover-*.md")
    return path.read_text(encoding="utf-8")


def test_everything_somebody_holds_is_listed_with_the_documented_keys(team: Shell) -> None:
    found = held(team, "ben")
    assert all(list(row) == KEYS for row in found)
    assert [row["kind"] for row in found] == [
        "account",
        *["stakeholder"] * 3,
        *["assumption"] * 2,
        *["action"] * 2,
        "credit",
    ]
    rows = list(csv.DictReader(io.StringIO(team.run("handover", "ben", "--csv").stdout)))
    assert [row["handle"] for row in rows] == [row["handle"] for row in found]


def test_the_open_actions_are_those_that_actions_shows(team: Shell) -> None:
    for name in ("Ben Okafor", "Mei Tan", "Tom Adeyemi"):
        owed = json.loads(team.run("actions", "--owner", name, "--open", "--json").stdout)
        mine = [row for row in held(team, name) if row["kind"] == "action"]
        assert sorted(row["text"] for row in mine) == sorted(row["text"] for row in owed)


def test_handed_over_nobody_holds_it_but_the_receiver_and_changes_say_so(team: Shell) -> None:
    done = team.run("handover", "ben", "--to", "mei")
    assert done.returncode == 0 and "handover --undo takes it back" in done.stderr
    assert held(team, "ben") == []
    session = read(team)
    assert session.account_owner == "Mei Tan"
    assert [(share.name, share.percent) for share in session.credit_split] == [("Mei Tan", 100)]
    assert session.stakeholders[1].covered_by == ("Mei Tan",)  # once, although both covered him
    assert next(each for each in session.action_items if each.id == "t7").accepted_at is None  # Mei has not said yes
    rows = {(row.entry, row.field): (row.from_, row.to) for row in session.changes}
    assert rows["session", "account_owner"] == ("Ben Okafor", "Mei Tan")
    assert rows["session", "credit_split"] == ("Ben Okafor 70, Mei Tan 30", "Mei Tan 100")
    assert rows["t7", "owner"] == ("Ben Okafor", "Mei Tan") and rows["s2", "covered_by"][1] == "Mei Tan"
    assert "account owner Ben Okafor → Mei Tan" in team.run("show", LATEST).stdout
    assert team.run("validate", f"sessions/{LATEST}.toml").returncode == 0


def test_undo_takes_the_whole_of_it_back_to_the_letter(team: Shell) -> None:
    before = {path.name: path.read_text().partition("[[changes]]")[0].rstrip() for path in team.sessions.iterdir()}
    team.run("handover", "mei", "--to", "tom")
    assert team.run("handover", "--undo").returncode == 0
    after = {path.name: path.read_text().partition("[[changes]]")[0].rstrip() for path in team.sessions.iterdir()}
    assert after == before
    again = team.run("handover", "--undo")
    assert again.returncode == 1 and "no hand-over to take back" in again.stderr


def test_undo_leaves_alone_what_somebody_changed_since_and_says_so(team: Shell) -> None:
    team.run("handover", "ben", "--to", "mei")
    assert team.run("assign", "2m9x:t7", "tom").returncode == 0
    undone = team.run("handover", "--undo")
    assert undone.returncode == 0 and f"{LATEST}:t7: it was changed meanwhile, and is left alone" in undone.stderr
    owners = {each.id: each.owner for each in read(team).action_items}
    assert owners["t7"] == "Tom Adeyemi" and owners["t3"] == "Ben Okafor"


def test_undo_reaches_the_session_that_was_begun_since(team: Shell) -> None:
    team.run("handover", "ben", "--to", "mei")
    run = team.run("run", "Acme Freight", "--zone", "EMEA", "--plain", lines='/end hold "later"\n')
    assert run.returncode == 0
    (newest,) = {path.stem for path in team.sessions.glob("*acme-freight*")} - {
        path.stem for path in (TOP / "sessions").iterdir()
    }
    assert read(team, newest).account_owner == "Mei Tan"
    assert team.run("handover", "--undo").returncode == 0
    session = read(team, newest)
    assert session.account_owner == "Ben Okafor"
    assert session.stakeholders[0].covered_by == ("Ben Okafor",)
    assert {each.owner for each in session.action_items} == {"Ben Okafor", "Mei Tan"}


def test_a_prepared_session_is_handed_over_with_the_one_it_follows(team: Shell) -> None:
    assert team.run("prepare", "Acme Freight", "--zone", "EMEA", "--plain").returncode == 0
    many = len(held(team, "ben"))
    assert many == 9  # the same things, in two files
    assert "in 2 sessions" in team.run("handover", "ben", "--to", "mei").stdout
    assert held(team, "ben") == []


def test_the_brief_tells_the_whole_story_and_nothing_in_it_is_markup(team: Shell) -> None:
    path = team.sessions / f"{LATEST}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Reads every security annex", "<b>*Reads*</b> every"))
    team.run("handover", "ben", "--to", "mei")
    text = brief(team)
    for told in (
        "# Hand-over from Ben Okafor to Mei Tan",
        "hold. No access to the CFO since the first meeting",
        "Ruth Vale, CFO",
        "non-supporter",
        "The budget is approved for this fiscal year: evidence 2, somebody told us",
        "Get 30 minutes with Ruth Vale before the committee: Mei Tan (you), due ",
        "Get an introduction to Ruth Vale through Mia (Ben Okafor) was done",
        "Operations will sponsor the project turned out true",
        r"\<b\>\*Reads\*\</b\>",
    ):
        assert told in text


def test_a_brief_is_never_written_over_a_file_that_is_there(team: Shell) -> None:
    team.run("handover", "ben", "--to", "mei")
    (first,) = team.home.glob("handover-*.md")
    first.write_text("mine", encoding="utf-8")
    team.run("handover", "--undo")
    team.run("handover", "ben", "--to", "mei")
    assert first.read_text(encoding="utf-8") == "mine"
    assert len(list(team.home.glob("handover-*.md"))) == 2


def test_some_rows_go_to_one_and_others_to_another(team: Shell) -> None:
    assert team.run("handover", "ben", "--to", "mei", "--only", "1,2m9x:s3").returncode == 0
    assert len(held(team, "ben")) == 7
    assert read(team).account_owner == "Mei Tan"
    assert team.run("handover", "ben", "--to", "ana").returncode == 0
    assert held(team, "ben") == []
    wrong = team.run("handover", "mei", "--to", "ana", "--only", "99")
    assert wrong.returncode == 2 and "99 names no row" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("handover", "okafor"), "okafor may be Ben Okafor, Lin Okafor. Write more of the name."),
        (("handover", "zoe"), "none of our people is called zoe. session-tui people shows them."),
        (("handover", "ben", "--to", "okafor"), "okafor may be Ben Okafor, Lin Okafor. Write more of the name."),
        (("handover", "ben", "--to", "ben"), "Ben Okafor has it already. Name somebody else."),
        (("handover", "ben", "--to", "ruth"), "Ruth Vale is one of the customer's people, on the map of Acme Freight."),
        (("handover", "ben", "--to", ""), "no name is given"),
        (("people", "okafor"), "okafor may be Ben Okafor, Lin Okafor. Write more of the name."),
        (("handover", "--resume"), "no hand-over was interrupted"),
    ],
)
def test_a_name_that_fits_nobody_or_two_is_refused_and_nothing_is_written(
    team: Shell, arguments: tuple[str, ...], said: str
) -> None:
    config = 'schema = 1\n[[people]]\nname = "Ben Okafor"\n[[people]]\nname = "Lin Okafor"\n'
    (team.home / "session-tui.toml").write_text(config, encoding="utf-8")
    before = {path: path.read_bytes() for path in team.sessions.iterdir()}
    done = team.run(*arguments)
    assert done.returncode in (1, 2) and said in done.stderr
    assert {path: path.read_bytes() for path in team.sessions.iterdir()} == before
    assert not list(team.home.glob("handover-*.md"))


def test_a_new_colleague_may_take_over_and_is_said_to_be_new(team: Shell) -> None:
    done = team.run("handover", "ben", "--to", "Lin Berg")
    assert done.returncode == 0 and "Lin Berg is new" in done.stderr
    assert len(held(team, "lin")) == 9


def test_a_new_colleague_who_differs_by_an_accent_is_said_to_be_beside_another(team: Shell) -> None:
    done = team.run("handover", "ben", "--to", "Meí Tan")
    assert done.returncode == 0
    assert "Meí Tan is new: nobody of that name stood in a session. There is Mei Tan." in done.stderr


def test_who_was_forgotten_hands_over_by_the_mark_and_takes_nothing_over(team: Shell) -> None:
    assert team.run("forget", "Ben Okafor", "--yes").returncode == 0
    mark = next(each["name"] for each in json.loads(team.run("people", "--json").stdout) if "person-" in each["name"])
    refused = team.run("handover", "mei", "--to", mark)
    assert refused.returncode == 1 and f"{mark} is the mark of a person who was forgotten" in refused.stderr
    assert len(held(team, mark)) == 9 and team.run("handover", mark, "--to", "mei").returncode == 0
    assert held(team, mark) == []


def test_a_session_that_cannot_be_written_waits_and_the_rest_is_done(team: Shell) -> None:
    path = team.sessions / f"{LATEST}.toml"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"schema = 1", b"schema = 2", 1))
    done = team.run("handover", "mei", "--to", "tom")
    assert done.returncode == 1 and f"{LATEST}: this session is read-only: written by a newer version" in done.stderr
    assert "--resume goes on, --undo takes it back" in done.stderr
    assert any(row["account"] == "Acme Freight" for row in held(team, "mei"))
    assert not any(row["account"] == "Borealis Foods" for row in held(team, "mei"))
    path.write_bytes(before)
    assert team.run("handover", "--resume").returncode == 0
    assert held(team, "mei") == []


def test_a_session_that_is_open_is_handed_over_and_its_screen_takes_it_in(team: Shell) -> None:
    opened = open_session(team.sessions / f"{LATEST}.toml", team.home / "state")
    assert team.run("handover", "mei", "--to", "tom").returncode == 0
    there = session_file.read(opened.path.read_bytes()).session
    eventually(lambda: opened.session == there, "taken in")
    assert opened.conflict is None and opened.close()


def test_a_session_that_went_meanwhile_keeps_nobody_from_taking_the_rest_back(team: Shell) -> None:
    team.run("handover", "mei", "--to", "tom")
    (team.sessions / f"{LATEST}.toml").unlink()
    done = team.run("handover", "--undo")
    assert done.returncode == 0 and "this session is gone" in done.stderr


def test_a_folder_for_briefs_that_cannot_be_is_said_before_anything_is_changed(team: Shell) -> None:
    (team.home / "file").write_text("", encoding="utf-8")
    before = (team.sessions / f"{LATEST}.toml").read_bytes()
    done = team.run("handover", "ben", "--to", "mei", "-o", "file")
    assert done.returncode == 1 and "Choose another folder with -o" in done.stderr
    assert (team.sessions / f"{LATEST}.toml").read_bytes() == before
    assert "interrupted" not in team.run("handover", "ben").stderr


def test_people_tells_who_is_the_only_contact_of_a_key_player(team: Shell) -> None:
    found = {row["name"]: row for row in json.loads(team.run("people", "--json").stdout)}
    assert found["Ben Okafor"]["only_contact_of"] == ["Ruth Vale", "Mia Tran"]
    assert found["Ben Okafor"]["accounts"] == ["Acme Freight · EMEA"]
    ruth = next(row for row in found["Ben Okafor"]["covers"] if row["stakeholder"] == "Ruth Vale")
    assert ruth["role"] == "account owner" and ruth["buying_role"] == "approver" and ruth["only_contact"]
    assert found["Ana Ruiz"]["load"] == 0
    rows = list(csv.DictReader(io.StringIO(team.run("people", "--csv").stdout)))
    assert {row["zone"] for row in rows if row["account"] == "Acme Freight"} == {"EMEA"}


def test_a_journal_that_cannot_be_read_is_said_and_another_hand_over_goes_on(team: Shell) -> None:
    team.run("handover", "ben", "--to", "mei")
    (journal,) = (team.home / "state" / "handovers").glob("*.toml")
    whole = journal.read_text(encoding="utf-8")
    journal.write_text("no journal", encoding="utf-8")
    before = (team.sessions / f"{LATEST}.toml").read_bytes()
    said = "the journal of a hand-over cannot be read"
    listed = team.run("handover", "mei")
    assert listed.returncode == 0 and said in listed.stderr
    for which in ("--undo", "--resume"):  # it may be the one that is meant
        done = team.run("handover", which)
        assert done.returncode == 1 and said in done.stderr
    assert (team.sessions / f"{LATEST}.toml").read_bytes() == before
    journal.rename(old := journal.with_name("2026-01-01T000000Z-001.toml"))
    done = team.run("handover", "mei", "--to", "ana")
    assert done.returncode == 0 and said in done.stderr
    assert held(team, "mei") == []
    old.write_text(whole.replace('"done"', '"going"'), encoding="utf-8")  # mended, it is found again
    assert "was interrupted" in team.run("handover", "ana").stderr


def test_what_the_customer_promised_is_nothing_of_ours(team: Shell) -> None:
    path = team.sessions / f"{LATEST}.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index('id = "t7"')
    path.write_text(text[:at] + text[at:].replace('owner = "Ben Okafor"', 'owner = "Mia Tran"', 1), encoding="utf-8")
    assert sum(row["kind"] == "action" for row in held(team, "ben")) == 1
    assert "none of our people is called mia" in team.run("handover", "mia").stderr


def test_usage_that_says_too_little_or_too_much_is_wrong(team: Shell) -> None:
    for arguments in ((), ("ben", "--only", "1"), ("ben", "--undo"), ("--undo", "--resume"), ("--undo", "--to", "mei")):
        assert team.run("handover", *arguments).returncode == 2
    assert held(team, "ben") != []


@pytest.mark.parametrize("options", [("--json",), ("--csv",), ()])
def test_an_empty_folder_has_no_people(shell_home: Shell, options: tuple[str, ...]) -> None:
    assert shell_home.run("people", *options).returncode == 0


@pytest.fixture
def shell_home(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)

"""Covers: session_tui.store.errors.resolve in every command.

Every command and option finds an account, a person or an endpoint by the same rules.
"""

import json

import pytest

from program import HELD, Program, program
from session_tui.model.similar_names import match, nearly

__all__ = ["program"]

HOLD = '/end hold "x"\n'


@pytest.fixture
def two(program: Program) -> Program:
    program.hold("Acme Freight", "--attendee", "Ben Okafor:presales", "--opportunity", "Rollout")
    program.hold("Borealis Foods", lines=HELD.replace("Ben Okafor", "Lin Okafor").replace("Ann Lee", "Mia Tran"))
    return program


@pytest.mark.parametrize(
    ("typed", "name", "several", "near"),
    [
        ("acme FREIGHT", "Acme Freight", (), ()),
        ("acme", "Acme Freight", (), ()),
        ("lodz", "\u0141\u00f3d\u017a Rail", (), ()),
        ("ben", "Ben", (), ()),
        ("rail", "", ("Acme Rail", "\u0141\u00f3d\u017a Rail"), ()),
        ("acmee", "", (), ("Acme Freight", "Acme Rail")),
        ("Acme Fright", "", (), ("Acme Freight",)),
        ("zzz", "", (), ()),
        ("", "", (), ()),
        ("\u200b", "", (), ()),
    ],
)
def test_a_part_is_enough_two_are_named_and_else_the_nearest_are_offered(
    typed: str, name: str, several: tuple[str, ...], near: tuple[str, ...]
) -> None:
    known = ("Acme Freight", "Acme Rail", "\u0141\u00f3d\u017a Rail", "Ben", "Bence", "ACME  freight")
    found = match(typed, known if typed != "acme" else known[:1])
    assert (found.name, found.several, tuple(sorted(found.near))) == (name, several, near)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Acme Fright", 1),
        ("acme", 1),
        ("Acme Freigth Ltd", 1),
        ("ACME  FREIGHT", 0),
        ("Borealis", 0),
        ("Plant 2", 0),
        ("me", 0),
        ("\u0301\u0308", 0),
        ("\u200b", 0),
    ],
)
def test_a_new_name_is_nearly_a_known_one_where_it_may_be_a_slip(typed: str, found: int) -> None:
    assert len(nearly(typed, ("Acme Freight", "Plant 1"))) == found


@pytest.mark.parametrize(
    ("command", "part", "slip"),
    [
        (("list", "--json", "--account"), "acme", "acmee"),
        (("actions", "--json", "--account"), "acme", "Acme Fright"),
        (("value", "--json", "--account"), "acme", "Acme Fright"),
        (("history", "--json"), "acme", "Acme Fright"),
        (("beliefs", "--json"), "acme", "Acme Fright"),
        (("brief", "--json"), "acme", "Acme Fright"),
        (("gate", "--json"), "acme", "Acme Fright"),
        (("gate", "acme", "--json", "--opportunity"), "roll", "Rolout"),
        (("person", "Ann Lee", "--json", "--in"), "acme", "Acme Fright"),
        (("enemies", "--as", "Ben", "--plain", "--about"), "acme", "Acme Fright"),
        (("list", "--json", "--owner"), "ben", "Ben Okafur"),
        (("actions", "--json", "--owner"), "ben", "Ben Okafur"),
        (("history", "--json", "--person"), "ann", "Ann Leee"),
        (("people", "--json"), "ben", "Ben Okafur"),
        (("handover", "--json"), "ben", "Ben Okafur"),
    ],
)
def test_every_command_takes_a_part_and_offers_the_nearest(
    two: Program, command: tuple[str, ...], part: str, slip: str
) -> None:
    found = two.run(*command, part)
    assert found.status == 0, found.err
    assert "Borealis" not in found.out and ("[]" not in found.out[:4])
    done = two.run(*command, slip)
    assert (done.status, done.out) == (2, "") and "Did you mean " in done.err


@pytest.mark.parametrize(
    "command", [("list", "--account"), ("gate",), ("brief",), ("history",), ("value", "--account")]
)
def test_two_that_fit_are_named(two: Program, command: tuple[str, ...]) -> None:
    done = two.run(*command, "e")
    assert (done.status, done.out) == (2, "") and "e may be Acme Freight, Borealis Foods. Write more" in done.err
    for owner in (("list", "--owner", "okafor"), ("actions", "--owner", "okafor"), ("people", "okafor")):
        assert "okafor may be Ben Okafor, Lin Okafor" in two.run(*owner).err


def test_the_gate_says_never_held_of_a_new_deal_and_of_no_slip(two: Program) -> None:
    assert two.run("gate", "Zebra").status == 3
    (two.work / "pipeline.csv").write_text("account,opportunity\nCobalt Mining,Pit\n", encoding="utf-8")
    done = two.run("gate", "cobalt", "--opportunity", "pit")
    assert (done.status, done.out) == (3, "never held\n")
    assert two.run("gate", "Cobolt Mining").status == 2


@pytest.mark.parametrize("command", ["run", "prepare"])
def test_a_name_that_is_nearly_a_known_one_begins_no_account_in_a_script(two: Program, command: str) -> None:
    before = two.files()
    for slip in ("Acme Fright", "acme", "Cafe"):
        if slip == "Cafe":
            two.hold("Caf\u00e9")
            before = two.files()
        done = two.run(command, slip, "--plain", lines=HOLD)
        assert done.status == 2 and "is new here, and nearly" in done.err and "--new-account" in done.err
    assert two.files() == before
    assert two.run(command, "Acme Fright", "--plain", "--new-account", lines=HOLD).status == 0
    assert two.run(command, "ACME freight", "--plain", lines=HOLD).status == 0
    assert len(two.files()) == len(before) + 2


def test_an_endpoint_is_named_by_a_part_and_the_nearest_is_offered(two: Program) -> None:
    two.own('[[endpoints]]\nname = "team-chat"\nkind = "webhook"\nurl = "https://hooks.example/x"\n')
    assert two.run("push", "--to", "chat", "--preview").status == 0
    done = two.run("push", "--to", "team-caht", "--preview")
    assert (done.status, done.out) == (2, "") and "Did you mean team-chat?" in done.err


def test_figures_count_an_account_once(two: Program) -> None:
    two.run("run", "acme freight", "--plain", lines=HOLD)
    assert json.loads(two.run("stats", "--json").out)["accounts"] == 2

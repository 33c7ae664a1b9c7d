"""Covers: session_tui.cli.import_command, session_tui.store.contacts, model.crm.contacts.

An account's people go from a CRM's export into its next session, each once.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.test_commands import Shell
from session_tui.model.crm.cell import person_key
from session_tui.model.crm.contacts import import_of
from session_tui.model.session import Session, Stakeholder
from session_tui.store import contacts, session_file
from session_tui.store.errors import StoreError

HEAD = "First Name,Last Name,Title,Account Name,Email,Buying Role\n"
PEOPLE = HEAD + (
    "Ruth,Vale,CFO,Acme Freight,ruth@example.com,Decision Maker\n"
    "Mia,Tran,Head of IT,Acme Freight,,\n"
    "ruth,VALE,,Acme Freight,,\n"
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "contacts.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def only_session(shell: Shell) -> Session:
    (path,) = shell.sessions.glob("*.toml")
    return session_file.read(path.read_bytes()).session


def test_people_come_into_a_prepared_session_each_once(shell: Shell) -> None:
    done = shell.run("import", "contacts", "contacts.csv", "--yes")
    assert done.returncode == 0, done.stderr
    session = only_session(shell)
    assert (session.account, session.status) == ("Acme Freight", "prepared")
    found = [(each.id, each.name, each.title, each.buying_role) for each in session.stakeholders]
    assert found == [
        ("s1", "Ruth Vale", "CFO", "decision_maker"), ("s2", "Mia Tran", "Head of IT", "unknown"),
    ]  # fmt: skip
    assert "+ Ruth Vale, CFO (decision maker)" in done.stdout
    assert "= ruth VALE (line 4) is there already" in done.stdout
    again = shell.run("import", "contacts", "contacts.csv", "--yes")
    assert (again.returncode, "no person to add" in again.stdout) == (0, True)
    assert only_session(shell) == session


def test_more_people_come_into_the_session_that_is_ready(shell: Shell) -> None:
    shell.run("import", "contacts", "contacts.csv", "--yes")
    (shell.home / "more.csv").write_text("Name;Kunde\nHaddad, Noor;Acme Freight\nVale, Ruth;acme  freight\n")
    assert shell.run("import", "contacts", "more.csv", "--yes").returncode == 0
    session = only_session(shell)
    assert [each.name for each in session.stakeholders] == ["Ruth Vale", "Mia Tran", "Noor Haddad"]
    assert session.stakeholders[2].id == "s3"


def test_nothing_is_taken_without_a_yes(shell: Shell) -> None:
    done = shell.run("import", "contacts", "contacts.csv")
    assert (done.returncode, "--yes takes them" in done.stderr) == (1, True)
    assert "+ Ruth Vale" in done.stdout
    assert not list(shell.sessions.glob("*.toml"))


def test_of_several_accounts_one_is_named(shell: Shell) -> None:
    (shell.home / "all.csv").write_text(PEOPLE + "Ola,Berg,,Borealis Foods,,\n", encoding="utf-8")
    done = shell.run("import", "contacts", "all.csv", "--yes")
    assert (done.returncode, "people of 2 accounts" in done.stderr) == (1, True)
    done = shell.run("import", "contacts", "all.csv", "--account", "Borealis Foods", "--yes")
    assert [each.name for each in only_session(shell).stakeholders] == ["Ola Berg"]
    assert "3 contacts of other accounts left out" in done.stdout


def test_a_part_of_the_accounts_name_is_enough(shell: Shell) -> None:
    shell.run("import", "contacts", "contacts.csv", "--yes")
    (shell.home / "more.csv").write_text("Name\nNoor Haddad\n")
    done = shell.run("import", "contacts", "more.csv", "--account", "acme", "--yes")
    assert done.returncode == 0, done.stderr
    session = only_session(shell)
    assert (session.account, session.stakeholders[-1].name) == ("Acme Freight", "Noor Haddad")


def test_a_part_that_two_accounts_have_is_refused_with_both(shell: Shell) -> None:
    (shell.home / "all.csv").write_text("Name,Account\nRuth Vale,Acme Freight\nOla Berg,Acme Foods\n")
    done = shell.run("import", "contacts", "all.csv", "--account", "acme", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "acme may be Acme Foods, Acme Freight" in done.stderr
    assert "Write more of the name." in done.stderr
    assert not list(shell.sessions.glob("*.toml"))
    done = shell.run("import", "contacts", "all.csv", "--account", "freight", "--yes")
    assert (done.returncode, only_session(shell).account) == (0, "Acme Freight"), done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"Phone,Email\n1,a@example.com\n", "no column for names"),
        (b"Name\nRuth Vale\n", "does not say whose people"),
        (b"Name,Account\nK\x94ln,Acme\n", "not UTF-8"),
    ],
)
def test_a_file_without_people_is_a_sentence(shell: Shell, content: bytes, words: str) -> None:
    (shell.home / "bad.csv").write_bytes(content)
    done = shell.run("import", "contacts", "bad.csv", "--yes")
    assert (done.returncode, words in done.stderr) == (1, True), done.stderr


def test_a_large_file_a_folder_and_a_pipe_are_refused_unread(shell: Shell) -> None:
    with (shell.home / "big.csv").open("wb") as big:
        big.truncate(2**40)  # with a hole: it takes no room, and reading it would take minutes
    names = {"big.csv": "larger than 20 MB", ".": "it is a folder", "gone.csv": "no such file"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(shell.home / "pipe")
        names["pipe"] = "not an ordinary file"
    for name, words in names.items():
        with pytest.raises(StoreError, match=words):
            contacts.read(shell.home / name)


def test_a_line_without_a_name_is_named_and_the_others_are_taken(shell: Shell) -> None:
    (shell.home / "gaps.csv").write_text("Name,Account\n-,Acme\n?,Acme\nRuth Vale,Acme\n", encoding="utf-8")
    done = shell.run("import", "contacts", "gaps.csv", "--yes")
    assert (done.returncode, "gaps.csv:2: the line has no name" in done.stderr) == (1, True)
    assert [each.name for each in only_session(shell).stakeholders] == ["Ruth Vale"]


FOOTER = """
"Confidential Information - Do Not Distribute"
"Copyright (c) 2026 Example, Inc."
"""


def test_a_footer_and_headings_again_are_no_people_and_no_failure(shell: Shell) -> None:
    (shell.home / "report.csv").write_text(PEOPLE + HEAD + "Noor,Haddad,,Acme Freight,,\n" + FOOTER, encoding="utf-8")
    done = shell.run("import", "contacts", "report.csv", "--yes")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "report.csv:5: the line has the headings again",
        'report.csv:8: "Confidential Information - Do Not Dis..." is no person: it is a footer',
        'report.csv:9: "Copyright (c) 2026 Example, Inc." is no person: it is a footer',
    ]
    assert [each.name for each in only_session(shell).stakeholders] == ["Ruth Vale", "Mia Tran", "Noor Haddad"]


@pytest.mark.parametrize(
    ("lines", "names", "left_out"),
    [
        ("Name,Title\nRuth Vale\nMia Tran,\n\nNoor Haddad\n", ["Ruth Vale", "Mia Tran", "Noor Haddad"], []),
        ("Name,Title\nRuth Vale,CFO\nMia Tran,\n", ["Ruth Vale", "Mia Tran"], []),
        ("Name,Title\nRuth Vale,CFO\nAs of today\n", ["Ruth Vale"], ["As of today"]),
        ("Name,Title\nRuth Vale,CFO\n,\nOpen people,\nBy Ben,\n", ["Ruth Vale"], ["Open people", "By Ben"]),
        ("Name,Title\nRuth Vale\nCopyright 2026 Example\n", ["Ruth Vale"], ["Copyright 2026 Example"]),
        ("Name,Title\nRuth Vale,\nTotal: 12,\n3 contacts,\n", ["Ruth Vale"], ["Total: 12", "3 contacts"]),
        ("Name,Title\nTotal Khan,\nMia Page,\nRuth Stand,\n", ["Total Khan", "Mia Page", "Ruth Stand"], []),
        ("Name\nRuth Vale\nGenerated by Example CRM\n", ["Ruth Vale"], ["Generated by Example CRM"]),
    ],
)
def test_only_a_footer_is_left_out_and_each_is_said_with_its_text(
    tmp_path: Path, lines: str, names: list[str], left_out: list[str]
) -> None:
    (tmp_path / "people.csv").write_text(lines, encoding="utf-8")
    found = contacts.read(tmp_path / "people.csv")
    assert ([each.name for each in found.contacts], found.faults) == (names, ())
    assert [each.what.split('"')[1] for each in found.remarks] == left_out


@given(st.lists(st.text("abcdefghij ", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=5), st.data())
def test_people_without_any_second_cell_are_all_taken(
    tmp_path_factory: pytest.TempPathFactory, people: list[str], data: st.DataObject
) -> None:
    ends = [data.draw(st.sampled_from(["\n", ",\n", ",,\n\n", "\n,,\n"])) for _ in people]
    file = tmp_path_factory.mktemp("any") / "contacts.csv"
    file.write_text("Name,Title,Account\n" + "".join(map("".join, zip(people, ends, strict=True))), encoding="utf-8")
    found = contacts.read(file)
    assert [each.name for each in found.contacts] == [" ".join(name.split()) for name in people]
    assert not found.remarks


def test_a_contact_of_several_accounts_belongs_to_each(shell: Shell) -> None:
    line = "Noor,Haddad,,Acme Holding; Acme Freight,,BUDGET_HOLDER;DECISION_MAKER\n"
    (shell.home / "lists.csv").write_text(PEOPLE + line, encoding="utf-8")
    done = shell.run("import", "contacts", "lists.csv", "--account", "Acme Freight", "--yes")
    assert (done.returncode, "other accounts" in done.stdout) == (0, False)
    assert [(each.name, each.buying_role) for each in only_session(shell).stakeholders][2:] == [
        ("Noor Haddad", "approver")
    ]


def test_a_role_that_is_none_of_ours_is_said(shell: Shell) -> None:
    (shell.home / "roles.csv").write_text(PEOPLE + "Noor,Haddad,,Acme Freight,,Champion\n", encoding="utf-8")
    assert "  role unknown here: Champion\n" in shell.run("import", "contacts", "roles.csv", "--yes").stdout


def test_a_degree_makes_no_other_person(shell: Shell) -> None:
    names = '"Vale, Ruth",A\n"Ruth Vale, MBA",A\n"Dr. Ruth Vale",A\n"Ruth Vale, Jr.",A\n'
    (shell.home / "names.csv").write_text("Name,Company\n" + names, encoding="utf-8")
    assert shell.run("import", "contacts", "names.csv", "--yes").returncode == 0
    assert [each.name for each in only_session(shell).stakeholders] == ["Ruth Vale", "Ruth Vale, Jr."]


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6), st.lists(st.text(max_size=12), max_size=6))
def test_any_names_give_people_with_new_ids_and_no_person_twice(
    tmp_path_factory: pytest.TempPathFactory, there: list[str], names: list[str]
) -> None:
    file = tmp_path_factory.mktemp("any") / "contacts.csv"
    quoted = (name.replace('"', '""').replace("\0", "") for name in names)
    file.write_text("Name,Title\n" + "".join(f'"{name}",x\n' for name in quoted), "utf-8", "replace", newline="")
    people = tuple(Stakeholder(id=f"s{number}", name=name) for number, name in enumerate(there, 1))
    session = Session(id="a", status="prepared", agenda="b", account="c", stakeholders=people)
    added = import_of(session, contacts.read(file).contacts).added
    keys = [person_key(each.name) for each in added]
    assert len(set(keys)) == len(keys) and not set(keys) & {person_key(name) for name in there}
    assert len({each.id for each in (*people, *added)}) == len(people) + len(added)

"""Covers: session_tui.export, session_tui.cli.output.

What the commands print for other programs is read by libraries that are not ours.
"""

import csv
import email
import io
from collections.abc import Iterator
from email import policy
from html.parser import HTMLParser
from typing import Any

import click
import pytest
import vobject
from icalendar import Calendar
from markdown_it import MarkdownIt

from cli.test_json_schemas import ACME, NEWER, answer, fill
from program import Program, program
from session_tui.cli import group

__all__ = ["program"]
NASTY = 'a, "b"; c\\nd | <b>*e*</b> =1+1'
# Every command with --csv.
TABLES = (
    "list", "search payback", "actions", "people", "beliefs acme", "history acme", f"compare {ACME} {NEWER}",
    "stats", "handover ben", "outbox", "due --pipeline export.csv", "person Ben",
    "forget Ruth+Vale --everywhere --dry-run",
    "scorecard report --round 2026-Q4", "enemies report --about us --round 2026-Q4",
)  # fmt: skip
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Balanced(HTMLParser):
    """Whether the elements of a page close in their order, and what would be loaded or run."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "link", "object") or any(name.startswith("on") for name, _ in attrs):
            self.wrong.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of a picture that has no end of its own."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


@pytest.fixture
def full(program: Program) -> Program:
    """Sessions, ratings and a message that waits; texts with every mark of the formats."""
    fill(program)
    path = program.sessions / f"{NEWER}.toml"
    text = path.read_text(encoding="utf-8")
    nasty = NASTY.replace("\\", "\\\\").replace('"', '\\"')
    assert text.count("Build the payback model with Jonas") == 1
    path.write_text(text.replace("Build the payback model with Jonas", nasty), encoding="utf-8")
    program.run("push", ACME)
    return program


def printed(program: Program, words: str) -> str:
    done = program.run(*(word.replace("+", " ") for word in words.split()))
    assert done.status in (0, 1) and done.out, done
    return done.out


def rows(text: str) -> list[list[str]]:
    """The rows of a CSV, by the rules of RFC 4180."""
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in found} == {len(found[0])}
    assert len(set(found[0])) == len(found[0])
    return found


def test_every_table_of_values_is_read_row_by_row(full: Program) -> None:
    answer(full)
    for words in TABLES:
        found = rows(printed(full, f"{words} --csv"))
        assert len(found) > 1, words
        assert [cell for row in found for cell in row if cell[:1] in "=+@\t\r" and cell] == [], words
    assert any(NASTY in cell for row in rows(printed(full, "actions --csv")) for cell in row)
    for kind in ("csv", "crm"):
        assert len(rows(printed(full, f"export {NEWER} --to {kind} -o -").removeprefix("\ufeff"))) > 1


def test_every_command_with_csv_is_in_the_list() -> None:
    def walk(path: str, command: click.Command) -> Iterator[str]:
        context = click.Context(command)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                if (below := command.get_command(context, name)) is not None:
                    yield from walk(f"{path} {name}".strip(), below)
        if any("--csv" in each.opts for each in command.params):
            yield path

    missing = [path for path in walk("", group) if not any(f"{each} ".startswith(f"{path} ") for each in TABLES)]
    assert missing == []


@pytest.mark.parametrize("words", ["due --ics", "due --ics --tasks", f"export {NEWER} --to ics -o -"])
def test_a_calendar_is_read_alike_by_two_libraries(words: str, full: Program) -> None:
    made = printed(full, words)
    calendar: Any = Calendar.from_ical(made)
    one = sorted(str(each.get("SUMMARY")) for each in calendar.walk() if each.name in ("VEVENT", "VTODO"))
    other = vobject.readOne(made)
    two = sorted(each.summary.value for each in other.getChildren() if each.name in ("VEVENT", "VTODO"))
    assert one == two and len(one) > 1
    assert words.startswith("due") or any(NASTY in each for each in one)
    assert max(len(line.encode()) for line in made.splitlines()) <= 75


def test_a_calendar_of_nothing_is_one_too(program: Program) -> None:
    made = printed(program, "due --ics")
    assert vobject.readOne(made).name == "VCALENDAR"
    assert Calendar.from_ical(made).walk("VEVENT") == []


@pytest.mark.parametrize(
    "words",
    [
        f"export {NEWER} --to html --detail full -o -",
        "scorecard report --round 2026-Q4 --html",
        "enemies report --about us --round 2026-Q4 --html",
    ],
)
def test_a_page_closes_what_it_opens_and_loads_nothing(words: str, full: Program) -> None:
    answer(full)
    page = Balanced(printed(full, words))
    assert (page.open, page.wrong) == ([], [])


@pytest.mark.parametrize("words", [f"show {NEWER} --markdown", f"export {NEWER} --to md --detail full -o -"])
def test_markdown_has_a_text_as_a_text(words: str, full: Program) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(printed(full, words))
    inner = [child for token in tokens for child in (token.children or ())]
    assert not any(token.type.startswith("html") for token in (*tokens, *inner))
    assert any(NASTY in "".join(child.content for child in token.children or ()) for token in tokens)


def test_a_draft_is_a_message_with_both_parts(full: Program) -> None:
    message = email.message_from_string(printed(full, f"export {NEWER} --to eml -o -"), policy=policy.default)
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    plain, page = (part.get_content() for part in message.walk() if not part.is_multipart())
    assert NASTY in plain and message.defects == []
    assert Balanced(page).wrong == []

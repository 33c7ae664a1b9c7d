"""Covers: recognitions in model.session and session_tui.model.capture.

`+>` records a recognition of a colleague in any part; files without one stay without one.
"""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from session_tui.export.formats import Setting, render
from session_tui.export.summary import summarise
from session_tui.model import edits
from session_tui.model.capture import parser
from session_tui.model.capture.formatter import write
from session_tui.model.capture.preview import preview
from session_tui.model.capture.result import Context, Refusal
from session_tui.model.edits import Put
from session_tui.model.reports.stats import stats
from session_tui.model.session import LastIds, Recognition, Session
from session_tui.model.vocabulary import PartKind
from session_tui.store import session_file

NOW = datetime(2026, 11, 25, 9, 5, 10, 500_000, tzinfo=UTC)
BARE = Session(id="2026-11-25-acme-7k3q", status="live", agenda="strategy-30", account="Acme")


def entered(line: str, session: Session = BARE, part: PartKind = "assumptions") -> Session:
    edit = parser.read(line, Context(session, part, NOW, NOW.date()))
    assert isinstance(edit, Put | edits.Several), edit
    after = edits.apply(session, edit)
    assert isinstance(after, Session)
    return after


@pytest.mark.parametrize("part", ["stakeholder_map", "assumptions", "action_items", "owners", "notes"])
def test_whoever_is_recognised_stands_in_the_file_with_time_and_part(part: PartKind) -> None:
    after = entered("+> Mei for the finance reference @ben due:fri", part=part)
    thanks = Recognition(
        id="r1", text="Mei for the finance reference @ben due:fri", at=NOW.replace(microsecond=0), part=part
    )
    assert after.recognitions == (thanks,)
    text = session_file.new(after).content().decode()
    assert '[[recognitions]]\nid = "r1"\ntext = "Mei for the finance reference @ben due:fri"\n' in text
    assert "r = 1" in text
    assert session_file.read(text.encode()).session == after


def test_a_file_without_recognitions_is_the_file_it_always_was() -> None:
    text = session_file.new(replace(BARE, last_ids=LastIds(s=2))).content().decode()
    assert "[last_ids]\ns = 2\na = 0\nt = 0\nd = 0\np = 0\nn = 0\n" in text
    assert "r = " not in text
    assert "recognitions" not in text


def test_it_is_removed_and_its_id_is_not_given_again() -> None:
    gone = entered("*r1 remove", entered("+> Mei for the reference"))
    assert gone.recognitions == ()
    assert entered("+> Ben too", gone).recognitions[0].id == "r2"


def test_the_line_that_edits_it_gives_it_again_and_marks_alone_are_refused() -> None:
    session = entered("+> Mei, *twice*")
    (thanks,) = session.recognitions
    context = Context(session, "notes", NOW, NOW.date(), editing="r1")
    edit = parser.read(write(thanks), context)
    assert isinstance(edit, Put) and edit.new == thanks
    assert isinstance(parser.read("*r1 @ben", Context(session, "notes", NOW, NOW.date())), Refusal)
    assert isinstance(parser.read("+> ", Context(session, "notes", NOW, NOW.date())), Refusal)
    assert isinstance(parser.read("*r1 done", Context(session, "notes", NOW, NOW.date())), Refusal)


def test_the_preview_says_what_it_becomes() -> None:
    edit = parser.read("+> Mei for the reference", Context(BARE, "owners", NOW, NOW.date()))
    assert str(preview(edit, BARE, NOW.date())) == "adds r1  recognition · Mei for the reference"


def test_nobody_is_thanked_in_secret_and_stats_count_it() -> None:
    session = replace(entered("+> Mei for the reference"), status="held")
    assert b"Mei for the reference" in render(summarise(session, "shared"), "md", Setting(NOW))
    assert stats([session], date(2026, 11, 26)).recognitions == 1

"""Covers: session_tui.model.carried_judgements.

Judgements that came along and may never have been made are offered, and taken back one by one.
"""

from session_tui.model import capture, edits
from session_tui.model.capture import Refusal
from session_tui.model.carried_judgements import carried_judgements, taken_back
from session_tui.model.session import Session, Stakeholder

EARLIER = "2026-11-09-acme-0001"
SESSION = Session(
    id="2026-11-23-acme-0002",
    status="live",
    agenda="a",
    account="Acme",
    stakeholders=(
        Stakeholder(id="s1", name="Ruth Vale", power=3, support=0, first_raised_in=EARLIER),
        Stakeholder(id="s2", name="Mia Tran", power=5, support=0, first_raised_in=EARLIER),
        Stakeholder(id="s3", name="Otto Lind", power=3, support=0, first_raised_in="2026-11-23-acme-0002"),
    ),
)


def test_only_carried_values_that_were_once_the_default_are_offered() -> None:
    found = carried_judgements(SESSION)
    assert [each.words for each in found] == ["Ruth Vale: power 3", "Ruth Vale: neutral", "Mia Tran: neutral"]


def test_one_is_taken_back_and_the_others_stay() -> None:
    edit = taken_back("2", SESSION)
    assert not isinstance(edit, Refusal)
    after = edits.apply(SESSION, edit)
    assert isinstance(after, Session)
    assert (after.stakeholders[0].power, after.stakeholders[0].support) == (3, None)
    assert after.stakeholders[1:] == SESSION.stakeholders[1:]
    inverse = edits.inverse(edit)
    assert inverse is not None
    undone = edits.apply(after, inverse)
    assert isinstance(undone, Session) and undone.stakeholders == SESSION.stakeholders


def test_a_number_that_is_not_on_the_list_is_refused() -> None:
    assert "There is no 9 on the list" in str(taken_back("9", SESSION))
    assert isinstance(taken_back("", Session(id="x", status="live", agenda="a", account="A")), Refusal)


def test_a_prefix_that_was_unique_keeps_its_meaning() -> None:
    from datetime import UTC, date, datetime

    context = capture.Context(SESSION, "stakeholder_map", datetime(2026, 11, 23, tzinfo=UTC), date(2026, 11, 23))
    assert capture.read("/u", context) == capture.Command("undo")
    assert capture.read("/unj", context) == capture.Command("unjudged")

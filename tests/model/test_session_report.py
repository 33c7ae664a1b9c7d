"""Covers: session_tui.model.reports.session_report.

A session as a document to read: the order of its parts and their wording.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import DATA
from session_tui.model.reports.report_items import Item
from session_tui.model.reports.session_report import NOBODY, Section, SessionReport, sheet
from session_tui.model.session import ActionItem, Assumption, ChangeAfter, Session, Stakeholder
from session_tui.store import session_file, session_folder

SAMPLES = DATA.parent.parent / "sessions"
TODAY = date(2026, 11, 23)
BASE = Session(id="2026-11-16-acme-0001", status="held", agenda="a", account="Acme Freight")


def sample(name: str) -> Session:
    return session_file.read((SAMPLES / f"{name}.toml").read_bytes()).session


def section(made: SessionReport, title: str) -> Section:
    return next(each for each in made.sections if each.title == title)


def found(made: SessionReport, title: str) -> list[Item]:
    return [item for group in section(made, title).groups for item in group.items]


def test_how_it_ended_comes_first_then_promises_beliefs_and_the_rest() -> None:
    made = sheet(sample("2026-11-09-acme-freight-2m9x"), TODAY)
    assert (made.account, made.verdict) == ("Acme Freight · EMEA", "Hold")
    assert made.headline.startswith("No access to the CFO")
    assert dict(made.about)["When"] == "Mon 9 Nov, 09:00 to 09:30; 31 minutes, 30 planned"
    assert "Mei Tan (presales)" in dict(made.about)["There"]
    assert [each.title for each in made.sections] == [
        "Action items",
        "Riskiest assumptions",
        "Decisions",
        "People",
        "Parking lot",
        "Changed since it ended",
        "Time kept",
    ]


def test_actions_stand_under_their_owner_by_date_and_what_nobody_has_comes_first() -> None:
    actions = (
        ActionItem(id="t1", text="Late", owner="Mei Tan", due=date(2026, 11, 20)),
        ActionItem(id="t2", text="Done", owner="mei tan", status="done", done_on=date(2026, 11, 2)),
        ActionItem(id="t3", text="Later", owner="Ben Okafor", due=date(2026, 12, 1)),
        ActionItem(id="t4", text="Whose?"),
        ActionItem(id="t5", text="Soon", owner="Mei Tan", due=date(2026, 11, 10)),
        ActionItem(id="t6", text="Settled", owner="Tom", status="dropped"),
    )
    actions_ = section(sheet(replace(BASE, action_items=actions), TODAY), "Action items")
    assert [(group.title, [item.id for item in group.items]) for group in actions_.groups] == [
        (NOBODY, ["t4"]),
        ("Mei Tan", ["t5", "t1", "t2"]),
        ("Ben Okafor", ["t3"]),
        ("Tom", ["t6"]),
    ]
    assert actions_.remark == "4 open, 2 overdue, 1 without an owner, 1 done, 1 dropped"


def test_overdue_is_said_in_words_and_by_a_sign() -> None:
    def of(due: date | None) -> Item:
        action = ActionItem(id="t1", text="Call", owner="Mei Tan", due=due)
        return found(sheet(replace(BASE, action_items=(action,)), TODAY), "Action items")[0]

    assert (of(date(2026, 11, 20)).lead, of(date(2026, 11, 20)).sign) == ("due Fri 20 Nov, 3 days overdue", "▲")
    assert of(date(2026, 11, 22)).lead == "due Sun 22 Nov, 1 day overdue"
    assert (of(TODAY).lead, of(TODAY).sign) == ("due Mon 23 Nov, today", "□")
    assert of(date(2026, 11, 24)).lead == "due Tue 24 Nov, tomorrow"
    assert of(date(2026, 11, 30)).lead == "due Mon 30 Nov"
    assert of(None).lead == "no date"


def test_untested_assumptions_stand_by_risk_and_tested_ones_with_their_results() -> None:
    beliefs = (
        Assumption(id="a1", text="Small", importance=1, evidence=5, tested_by="Ben"),
        Assumption(id="a2", text="Large", importance=5, evidence=1),
        Assumption(id="a3", text="Wrong", status="invalidated", result="They bought elsewhere", tested_by="Mei"),
    )
    made = sheet(replace(BASE, assumptions=beliefs), TODAY)
    assert [item.id for item in found(made, "Riskiest assumptions")] == ["a2", "a1"]
    assert "nobody tests it" in found(made, "Riskiest assumptions")[0].facts
    (tested,) = found(made, "What was tested")
    assert (tested.lead, tested.sign) == ("turned out wrong", "✗")
    assert tested.more == ("result: They bought elsewhere",)


def test_where_people_stand_is_said_by_word_and_sign_key_players_first() -> None:
    people = (
        Stakeholder(id="s1", name="Sana", power=2, support=0),
        Stakeholder(id="s2", name="Ruth Vale", title="CFO", power=5, support=-1, coverage="brief", reports_to="s1"),
    )
    ruth, sana = found(sheet(replace(BASE, stakeholders=people), TODAY), "People")
    assert (ruth.text, ruth.sign, ruth.lead) == ("Ruth Vale, CFO", "-", "non-supporter")
    assert ruth.facts == ("power 5, key player", "coverage brief", "covered by nobody", "reports to Sana")
    assert sana.sign == "="


def test_changes_name_what_was_changed_and_say_values_as_people_do() -> None:
    at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    changes = (
        ChangeAfter(at=at, by="Mei Tan", entry="t1", field="due", from_="2026-11-16", to="2026-11-18"),
        ChangeAfter(at=at, entry="s9", field="support", from_="", to="2"),
        ChangeAfter(at=at, entry="t1", field="due", from_="soon", to="whenever"),
        ChangeAfter(at=at, entry="t1", field="entry", to="there"),
    )
    action = ActionItem(id="t1", text="Call")
    told = found(sheet(replace(BASE, action_items=(action,), changes=changes), TODAY), "Changed since it ended")
    assert [item.text for item in told] == [
        "Call: due Mon 16 Nov → Wed 18 Nov",
        "support not judged → mentor",
        "Call: due soon → whenever",
        "Call: added",
    ]
    assert told[0].facts == ("by Mei Tan",)


def test_what_became_of_promises_and_beliefs_later_is_told_and_nothing_is_overdue_then() -> None:
    session = sample("2026-10-20-borealis-foods-w5ne")
    later = session_folder.after(SAMPLES, session)
    assert [each.id[:10] for each in later] == ["2026-11-03", "2026-11-17"]
    made = sheet(session, TODAY, later)
    facts = {
        item.id: " · ".join((item.lead, *item.facts, *item.more))
        for s in made.sections
        for item in found(made, s.title)
    }
    assert "later done Fri 30 Oct" in facts["t1"], "settled in the session after it, and not carried to the last one"
    assert "later dropped" in facts["t3"]
    assert "later turned out wrong" in facts["a3"]
    assert "later result: A second bidder was invited" in facts["a3"]
    assert "overdue" not in " ".join(facts.values())
    assert section(made, "Action items").remark == "3 open then"
    assert dict(made.about)["Latest"] == later[-1].id
    # A session on its own cannot know.
    assert "overdue" in section(sheet(session, TODAY), "Action items").remark


def test_a_session_that_names_itself_or_a_circle_ends_the_chain(tmp_path: Path) -> None:
    ids = ["2026-11-16-acme-0001", "2026-11-17-acme-0002", "2026-11-18-acme-0003"]
    for number, name in enumerate(ids):
        text = f'schema = 1\nid = "{name}"\nstatus = "held"\nagenda = "a"\naccount = "Acme Freight"\n'
        (tmp_path / f"{name}.toml").write_text(f'{text}previous = "{ids[number - 1]}"\n')
    (tmp_path / "2026-11-19-acme-0004.toml").write_text("broken")
    assert [each.id for each in session_folder.after(tmp_path, BASE)] == ids[1:]


@pytest.mark.parametrize(("status", "counts"), [("held", 1), ("live", 1), ("prepared", 0), ("cancelled", 0)])
def test_only_what_was_begun_tells_what_became_of_the_one_before(tmp_path: Path, status: str, counts: int) -> None:
    name = "2026-11-17-acme-0002"
    text = f'schema = 1\nid = "{name}"\nstatus = "{status}"\nagenda = "a"\naccount = "Acme Freight"\n'
    (tmp_path / f"{name}.toml").write_text(f'{text}previous = "{BASE.id}"\n')
    assert len(session_folder.after(tmp_path, BASE)) == counts


def test_a_session_with_nothing_in_it_says_what_it_is() -> None:
    assert sheet(replace(BASE, status="prepared"), TODAY).verdict == "Prepared, not begun"
    assert sheet(BASE, TODAY).sections == ()

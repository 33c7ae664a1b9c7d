"""Covers: session_tui.model.curtain, and what the faces draw behind it.

What the curtain covers has no effect on anything that is drawn while it is drawn.
"""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import START, Clock
from driver import Facilitator, facilitating
from session_tui.model import capture
from session_tui.model.agenda import Agenda, RoleQuestion
from session_tui.model.curtain import covered_past, covered_session
from session_tui.model.edits import Put
from session_tui.model.history import Past, past
from session_tui.model.session import ChangeAfter, Note, Plan, PlanComment, Session, Stakeholder
from session_tui.model.stakeholder_map.description import describe_map
from session_tui.model.vocabulary import COVERAGES, PartKind
from session_tui.store.drafts import Draft
from session_tui.store.open_session import OpenedSession, open_session
from session_tui.tui import tables
from session_tui.tui.drawings import chart, grid
from session_tui.tui.live import screen_text
from session_tui.tui.screens.live import side_panel, windows
from session_tui.tui.screens.live.dialogs import PartScreen
from session_tui.tui.tables import closing, markers, promises
from session_tui.tui.tables.table import ZOOMS, MapView, Table, View
from strategies import sessions

TODAY = date(2026, 11, 16)
KINDS: tuple[PartKind, ...] = get_args(PartKind)
LOOKS: tuple[MapView, ...] = ("table", "map", "grid", "coverage")

# The values of a person that the curtain covers, written here a second time on purpose.
private = st.fixed_dictionaries(
    {
        "power": st.integers(1, 5),
        "support": st.integers(-2, 2),
        "coverage": st.sampled_from(COVERAGES),
        "covered_by": st.sampled_from([(), ("Ben Okafor",), ("Ben Okafor", "Mei Tan")]),
        "pain": st.sampled_from(["", "Bad debts"]),
        "note": st.sampled_from(["", "hates us"]),
    }
)


@st.composite
def alike(draw: st.DrawFn) -> tuple[tuple[Session, Past], tuple[Session, Past]]:
    """Two sessions with their pasts that differ only in what the curtain covers."""
    session, before = draw(sessions), replace(draw(sessions), id="2026-10-01-acme-freight-2m9x")
    return (_other(draw, session, before), _other(draw, session, before))


def _other(draw: st.DrawFn, session: Session, before: Session) -> tuple[Session, Past]:
    def people(of: Session) -> tuple[Stakeholder, ...]:
        return tuple(replace(each, **draw(private)) for each in of.stakeholders)

    comments = (PlanComment(line=1, text="why?"),) * draw(st.integers(0, 1))
    moved = ChangeAfter(at=START, entry="t1", field="due", from_="2026-11-01", to="2026-12-01")
    last = replace(
        before,
        stakeholders=people(before),
        outcome=draw(st.sampled_from(["pursue", "hold", None])),
        headline=draw(st.sampled_from(["", "They stall"])),
        amount=draw(st.sampled_from([None, 10.0])),
        phase=draw(st.sampled_from(["", "Offer"])),
    )
    return replace(
        session,
        stakeholders=people(session),
        plan=Plan(source="plans/a.md", comments=comments),
        notes=(Note(id="n1", text=draw(st.sampled_from(["Secret", "Other"]))),),
        headline=draw(st.sampled_from(["", "We stall"])),
        changes=(moved,) * draw(st.integers(0, 1)),
    ), past([last])


def _drawn(session: Session, before: Past) -> list[object]:
    """All that a face draws from these two behind the curtain."""
    session, before = covered_session(session), covered_past(before)
    found: list[object] = [screen_text.deal(session, before), screen_text.promised(session, TODAY, ("f5",))]
    found += [side_panel.sections(session, before, TODAY, True)]
    found += [describe_map(session, before, covered_up=True, coverage=False)]
    for look in LOOKS:
        view = View(session, TODAY, (), True, look, ("EMEA",), before)
        made = [tables.table(kind, view) for kind in KINDS]
        found += map(_text, [*made, closing.table(view), promises.table(view)])
        found += [markers.words(view, each) for each in made[0].ids]
        found += [chart.chart(view, zoom, 100, 30) for zoom in ZOOMS] if look == "map" else []
        found += [grid.drawn(view, 100, 30)] if look == "grid" else []
    return found


def _text(table: Table) -> tuple[object, ...]:
    return table.columns, table.empty, table.finding, [(each, table.cells(each)) for each in table.ids]


@pytest.mark.slow
@given(alike())
def test_what_the_curtain_covers_has_no_effect_on_what_is_drawn(
    pair: tuple[tuple[Session, Past], tuple[Session, Past]],
) -> None:
    ours, theirs = pair
    assert _drawn(*ours) == _drawn(*theirs)


@pytest.mark.slow
@given(sessions)
def test_behind_the_curtain_there_is_no_finding_and_every_entry_keeps_its_row(session: Session) -> None:
    view = View(covered_session(session), TODAY, curtain=True)
    for kind in KINDS:
        assert not tables.table(kind, view).finding
    assert len(tables.table("stakeholder_map", view).ids) == len(session.stakeholders)


async def test_the_heading_names_the_curtain_while_it_is_drawn(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    for size in ((80, 24), (40, 12), (200, 60)):
        async with facilitating(opened, agenda, clock, size=size) as facilitator:
            assert "▒ curtain" not in facilitator.picture()
            await facilitator.presses("f6")
            assert "▒ curtain" in facilitator.picture().split("\n")[0]
            assert "● saved" in facilitator.picture().split("\n")[0]
            await facilitator.presses("f6")
            assert "▒ curtain" not in facilitator.picture()


async def test_the_curtain_stays_drawn_when_the_session_is_opened_again(
    opened: OpenedSession, agenda: Agenda, clock: Clock, state: Path
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.presses("f6")
        await facilitator.types("half typed")
    again = open_session(opened.path, state)
    async with facilitating(again, agenda, clock) as facilitator:
        assert "▒ curtain" in facilitator.picture() and facilitator.line == "half typed"
        await facilitator.presses("f6")
    third = open_session(opened.path, state)
    async with facilitating(third, agenda, clock) as facilitator:
        assert "▒ curtain" not in facilitator.picture()


async def test_an_edit_that_was_open_is_not_shown_again_behind_the_curtain(
    opened: OpenedSession, agenda: Agenda, clock: Clock, state: Path
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("Ruth Vale, CFO !5 pain:debts")
        opened.keep_draft(Draft("Ruth Vale, CFO !5 pain:debts", "s1", clock()))
        opened.keep_curtain(True)
    again = open_session(opened.path, state)
    async with facilitating(again, agenda, clock) as facilitator:
        assert facilitator.line == "" and facilitator.live.editing == ""
        assert "debts" not in facilitator.picture()


async def test_the_curtain_covers_the_questions_and_how_it_was_last_time(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    first = replace(agenda.parts[0], questions=(RoleQuestion(role="Account manager", text="Who fears us?"),))
    asking = replace(agenda, parts=(first, *agenda.parts[1:]))
    last = replace(
        opened.session,
        id="2026-10-01-acme-freight-2m9x",
        outcome="hold",
        headline="They stall and hide",
        status="held",
        started_at=START,
    )
    async with facilitating(opened, asking, clock, size=(160, 40)) as facilitator:
        facilitator.live.past = past([last])
        facilitator.live.refresh()
        await facilitator.enters("Ruth Vale, CFO !5")
        for shown in ("They stall", "Who fears us?", "Nobody has Ruth", "nobody"):
            assert shown in facilitator.picture(), shown
        await facilitator.presses("f6")
        for covered in ("They stall", "Who fears us?", "Nobody has Ruth", "nobody"):
            assert covered not in facilitator.picture(), covered


SINCE = "power from 2 to 5"  # of the page of changes


async def _drawn_inside(facilitator: Facilitator, above: str) -> str:
    """What is shown of the windows after the curtain was drawn in them, and after each is left."""
    if above:
        await facilitator.presses(above)
    await facilitator.presses("f6")
    assert facilitator.live.curtain
    shown = facilitator.picture()
    for _ in range(3):
        if facilitator.app.screen is not facilitator.screen and facilitator.app.return_value is None:
            await facilitator.presses("escape")
            shown += facilitator.picture()
    return shown


def _last_time(session: Session) -> Past:
    person = replace(session.stakeholders[0], note="zqbefore", power=2, support=2)
    last = replace(session, id="2026-10-01-acme-freight-2m9x", status="held", started_at=START, outcome="hold")
    return past([replace(last, stakeholders=(person,), headline="zqheadline")])


@pytest.mark.parametrize(
    ("name", "private", "above"),
    [
        ("help", "zqpain", ""),
        ("help", "zqpain", "ctrl+q"),
        ("help", "zqpain", "w"),
        ("words", "", ""),
        ("legend", "", ""),
        ("theme", "", ""),
        ("theme", "", "ctrl+q"),
        ("promises", "", ""),
        ("health", "nobody of ours has", ""),
        ("health", "nobody of ours has", "ctrl+g"),
        ("since", SINCE, ""),
        ("since", SINCE, "ctrl+g"),
        ("comments", "zqcomment", ""),
        ("comments", "zqcomment", "ctrl+q"),
        ("attendee", "", ""),
        ("end", "", ""),
        ("leave", "", "ctrl+p"),
        ("offer", "zqnote", ""),
        ("offer", "zqnote", "ctrl+g"),
        ("paste", "zqnote", ""),
        ("paste", "zqnote", "ctrl+p"),
        ("part", "", ""),
        ("part", "", "ctrl+q"),
        ("palette", "", ""),
        ("palette", "", "ctrl+q"),
    ],
)
async def test_the_curtain_drawn_in_a_window_covers_it_and_those_below(
    opened: OpenedSession, agenda: Agenda, clock: Clock, name: str, private: str, above: str
) -> None:
    """Private words begin with zq: of the person, the plan's comment, and the last session."""
    async with facilitating(opened, agenda, clock, size=(160, 50)) as facilitator:
        live, app, pain = facilitator.live, facilitator.app, f"zqpain {'and more ' * 12}"
        plan = Plan(source="plans/a.md", comments=(PlanComment(line=1, quote="zqline", text="zqcomment"),))
        assert opened.change(Put("plan", "", None, plan), clock()) is None
        await facilitator.enters(f'Ruth Vale, CFO !5 + pain:"{pain}" note:"zqnote {pain}"')
        live.past = _last_time(opened.session)
        edit = capture.read('Mia Tran !4 note:"zqnote"', live.capture_context())
        assert isinstance(edit, Put)
        match name:
            case "offer":
                windows.offer(app, live, ("Mia Tran",), edit, "Lines")
            case "paste":
                text = 'Mia Tran !4 note:"zqnote"\nPia Berg !2 pain:"zqpain"'
                windows.paste(app, live, text, lambda _: None, lambda: None)
            case "part":
                app.push_screen(PartScreen(live, 1))
            case "palette":
                await facilitator.presses("ctrl+p")
            case _:
                assert windows.open_window(app, live, name)
        await facilitator.rests()
        assert private in facilitator.picture()
        shown = await _drawn_inside(facilitator, above)
        assert "zq" not in shown and (not private or private not in shown)


async def test_the_curtain_covers_what_was_typed_at_the_end_before_it_was_drawn(
    opened: OpenedSession, agenda: Agenda, clock: Clock
) -> None:
    async with facilitating(opened, agenda, clock) as facilitator:
        await facilitator.enters("/end pursue")
        await facilitator.presses("enter", "enter", *"Ruth", "space", *"stalls")
        assert "Ruth stalls" in facilitator.picture()
        await facilitator.presses("f6")
        assert "Ruth stalls" not in facilitator.picture() and "•••" in facilitator.picture()
        await facilitator.presses("escape", "escape")
        await facilitator.enters("/end")
        await facilitator.presses("enter", "enter")
        assert "Ruth stalls" not in facilitator.picture() and "•••" in facilitator.picture()
        await facilitator.presses("f6")
        assert "Ruth stalls" in facilitator.picture()

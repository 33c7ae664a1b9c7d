"""Covers: session_tui.export.calendar.

Two libraries read the calendar alike, a second import updates it, and every text stays text.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from export.samples import AT, PEOPLE, PRIVATE, SETTING, WHOLE, hostile
from profiles import examples
from session_tui.export.calendar import due_calendar, remarks, render
from session_tui.export.formats import Setting
from session_tui.export.summary import summarise
from session_tui.model.configuration import Cadence, Person
from session_tui.model.reports import cadence
from session_tui.model.reports.cadence import Owed, next_due
from session_tui.model.sanitize import safe_text
from session_tui.model.session import ActionItem, ChangeAfter, Session

TASKS = replace(SETTING, tasks=True)


def read(made: bytes) -> dict[str, Any]:
    """The calendar's entries by their UID, by the library that made it."""
    calendar: Any = Calendar.from_ical(made)
    found = {str(each["uid"]): each for each in calendar.subcomponents}
    assert len(found) == len(calendar.subcomponents)
    return found


def entry(session: Session, ending: str, setting: Setting = TASKS) -> Any:
    made = read(render(summarise(session, "shared"), setting))
    (found,) = (each for uid, each in made.items() if uid.split("@")[0].endswith(ending))
    return found


def sequence(session: Session, ending: str) -> int:
    return int(entry(session, ending)["sequence"])


def changed(session: Session, at: datetime, **values: Any) -> Session:
    """The first action with other values, changed after the session."""
    first, *others = session.action_items
    row = ChangeAfter(at=at, entry=first.id, field="due")
    return replace(session, action_items=(replace(first, **values), *others), changes=(*session.changes, row))


def test_every_action_is_a_task_with_its_date_its_state_and_its_owners_address() -> None:
    meet, ask = entry(WHOLE, "-t1"), entry(WHOLE, "-t3")
    assert (str(meet["summary"]), meet["due"].dt, str(meet["status"])) == (
        "Meet the CFO",
        date(2026, 11, 20),
        "NEEDS-ACTION",
    )
    assert str(meet["attendee"]) == "mailto:ben@example.com"
    assert meet["attendee"].params["CN"] == "Ben Okafor"
    assert "Acme Freight · EMEA · Transport management" in meet["description"]
    assert "For Ruth Vale" in meet["description"]
    assert (str(ask["status"]), int(ask["percent-complete"])) == ("COMPLETED", 100)
    assert "Result: They answered" in ask["description"]
    assert "attendee" not in entry(WHOLE, "-t4")
    assert "Owner: Mei Tan (was not there)" in entry(WHOLE, "-t2")["description"]


def test_a_test_of_an_assumption_with_a_date_and_a_name_is_a_task_too() -> None:
    assert str(entry(WHOLE, "-a1")["summary"]) == "Test: The budget is there"
    assert not any(uid.split("@")[0].endswith("-a2") for uid in read(render(summarise(WHOLE, "shared"), SETTING)))


def test_importing_again_updates_and_never_goes_back() -> None:
    began = WHOLE.ended_at
    assert began is not None
    later = changed(WHOLE, began + timedelta(days=1), due=date(2026, 11, 27))
    done = changed(later, began + timedelta(days=3), status="done", done_on=date(2026, 11, 19))
    nxt = Session(
        id="2026-11-23-acme-freight-0002",
        status="held",
        agenda="strategy-30",
        account="Acme Freight",
        previous=WHOLE.id,
        started_at=began + timedelta(days=7),
        action_items=(replace(WHOLE.action_items[0], first_raised_in=WHOLE.id, due=date(2026, 12, 4)),),
    )
    chain = [WHOLE, later, done, nxt]
    assert len({str(entry(each, "-t1")["uid"]) for each in chain}) == 1
    numbers = [sequence(each, "-t1") for each in chain]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < 2**31 for number in numbers)


@examples(40)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["due", "status", "owner"])), min_size=1, max_size=6))
def test_every_change_counts_also_two_in_one_second(steps: list[tuple[int, str]]) -> None:
    at, session, numbers = WHOLE.ended_at, WHOLE, [sequence(WHOLE, "-t1")]
    assert at is not None
    for seconds, field in steps:
        at += timedelta(seconds=seconds)
        row = ChangeAfter(at=at, entry="t1", field=field)
        session = replace(session, changes=(*session.changes, row))
        numbers.append(sequence(session, "-t1"))
    assert all(earlier < later for earlier, later in pairwise(numbers))


def next_session(**values: Any) -> Session:
    """The session a week later that carried the first action on, to another date."""
    assert WHOLE.ended_at is not None
    carried = replace(WHOLE.action_items[0], first_raised_in=WHOLE.id, due=date(2026, 12, 4))
    return replace(
        Session(
            id="2026-11-23-acme-freight-0002",
            status="held",
            agenda="strategy-30",
            account="Acme Freight",
            previous=WHOLE.id,
            started_at=WHOLE.ended_at + timedelta(days=7),
            action_items=(carried, ActionItem(id="t9", text="Its own")),
        ),
        **values,
    )


def test_an_older_session_that_is_exported_last_undoes_nothing() -> None:
    began = WHOLE.ended_at
    assert began is not None
    nxt = next_session()
    old = changed(WHOLE, began + timedelta(days=9), note="touched later than the next session")
    setting = replace(TASKS, later=(summarise(nxt, "shared"),))
    assert entry(old, "-t1", setting)["due"].dt == date(2026, 12, 4)
    assert int(entry(old, "-t1", setting)["sequence"]) == sequence(nxt, "-t1")


def test_what_is_only_prepared_leaves_what_it_carries_to_the_session_before() -> None:
    prepared = next_session(status="prepared", started_at=None)
    made = read(render(summarise(prepared, "shared"), TASKS))
    assert [str(each["summary"]) for each in made.values()] == ["Its own"]
    assert "in the calendar of the session before, not in this one." in remarks(summarise(prepared, "shared"), TASKS)[0]
    (gone,) = read(render(summarise(replace(prepared, status="cancelled"), "shared"), TASKS)).values()
    assert str(gone["status"]) == "CANCELLED"


def test_a_session_that_is_owed_no_more_is_taken_out() -> None:
    setting = replace(TASKS, cadence=Cadence(every_days=14))
    (due,) = (e for e in read(render(summarise(WHOLE, "shared"), setting)).values() if "is due" in e["summary"])
    left = summarise(replace(WHOLE, outcome="withdraw"), "shared")
    (none,) = (e for e in read(render(left, setting)).values() if "is due" in e["summary"])
    assert (str(due["status"]), str(none["status"])) == ("NEEDS-ACTION", "CANCELLED")
    assert str(due["uid"]) == str(none["uid"])
    events = replace(setting, tasks=False)
    (due,) = (e for e in read(render(summarise(WHOLE, "shared"), events)).values() if "is due" in e["summary"])
    (none,) = (e for e in read(render(left, events)).values() if "is due" in e["summary"])
    assert (str(due["status"]), str(none["status"])) == ("CONFIRMED", "CANCELLED")
    assert str(due["uid"]) == str(none["uid"])


def test_an_odd_address_is_one_address() -> None:
    odd = replace(SETTING, people=(Person(name="Ben Okafor", email="a%0d%0ab@example.com"),))
    assert str(entry(WHOLE, "-t1", odd)["attendee"]) == "mailto:a%250d%250ab@example.com"
    tagged = replace(SETTING, people=(Person(name="Ben Okafor", email="ben+deals@example.com"),))
    assert str(entry(WHOLE, "-t1", tagged)["attendee"]) == "mailto:ben+deals@example.com"


def test_events_of_a_whole_day_are_the_default_and_keep_nobody_from_other_appointments() -> None:
    days = list(read(render(summarise(WHOLE, "shared"), SETTING)).values())
    assert {each.name for each in days} == {"VEVENT"}
    assert {str(each["summary"]) for each in days} == {
        "Meet the CFO",
        "Build the payback model",
        "Test: The budget is there",
    }
    assert all(str(each["transp"]) == "TRANSPARENT" for each in days)
    assert all(each["dtend"].dt - each["dtstart"].dt == timedelta(days=1) for each in days)
    (said,) = remarks(summarise(WHOLE, "shared"), SETTING)
    assert said.startswith("1 open action without a date is not in the calendar")  # t4
    assert remarks(summarise(WHOLE, "shared"), TASKS) == ()
    tasks = read(render(summarise(WHOLE, "shared"), TASKS)).values()
    assert {each.name for each in tasks} == {"VTODO"}
    assert len(tasks) == 5


@pytest.mark.parametrize("setting", [SETTING, TASKS], ids=["events", "tasks"])
def test_what_is_still_to_come_reminds_at_nine_the_day_before(setting: Setting) -> None:
    made = read(render(summarise(WHOLE, "shared"), setting)).values()
    reminded = {str(each["summary"]): each.subcomponents for each in made}
    (alarm,) = reminded["Build the payback model"]
    assert alarm.name == "VALARM"
    assert (str(alarm["action"]), alarm["trigger"].dt) == ("DISPLAY", timedelta(hours=-15))
    assert reminded["Meet the CFO"] == []  # its day is over
    done = changed(WHOLE, AT, status="done", due=date(2026, 12, 1))
    assert entry(done, "-t1", setting).subcomponents == []


def test_who_is_named_is_invited_by_an_organizer() -> None:
    setting = replace(SETTING, cadence=Cadence(every_days=14))
    calendar = read(render(summarise(WHOLE, "shared"), setting)).values()
    (due,) = (each for each in calendar if "is due" in each["summary"])
    assert (due.name, due["dtstart"].dt) == ("VEVENT", date(2026, 11, 30))
    assert str(due["organizer"]) == "mailto:ana@example.com"
    assert str(due["attendee"]) == "mailto:ben@example.com"
    assert len(due.subcomponents) == 1
    for each in (*calendar, *read(render(summarise(WHOLE, "shared"), replace(TASKS, people=PEOPLE[:1]))).values()):
        assert ("attendee" in each) == ("organizer" in each)
    alone = entry(WHOLE, "-t1", replace(TASKS, people=PEOPLE[:1]))  # the facilitator has no address
    assert str(alone["organizer"]) == str(alone["attendee"]) == "mailto:ben@example.com"


def test_the_next_session_is_on_the_day_from_which_it_is_owed() -> None:
    rules = Cadence(weekday="monday", every_days=14)
    setting = replace(TASKS, cadence=rules)
    made = read(render(summarise(WHOLE, "shared"), setting))
    (due,) = (each for each in made.values() if "is due" in each["summary"])
    assert (str(due["summary"]), due["due"].dt) == ("Strategy session on Acme Freight is due", date(2026, 11, 23))
    # Once the next session was held, its own calendar says when.
    later = replace(setting, later=(summarise(WHOLE, "shared"),))
    assert not any("is due" in each["summary"] for each in read(render(summarise(WHOLE, "shared"), later)).values())


@pytest.mark.parametrize(
    ("rules", "day"),
    [
        (Cadence(), None),
        (Cadence(weekday="monday"), date(2026, 11, 23)),  # held on a Monday: owed on the next
        (Cadence(weekday="tuesday"), date(2026, 11, 17)),
        (Cadence(every_days=3), date(2026, 11, 19)),
        (Cadence(weekday="monday", every_days=3), date(2026, 11, 19)),
    ],
)
def test_the_day_in_the_calendar_is_the_day_on_which_due_first_says_so(rules: Cadence, day: date | None) -> None:
    assert next_due(WHOLE, rules) == day
    quiet = replace(WHOLE, action_items=())
    if day is not None:
        assert cadence.owed([quiet], None, rules, day - timedelta(days=1)) == ()
        assert [each.due_on for each in cadence.owed([quiet], None, rules, day)] == [day]
    assert next_due(replace(WHOLE, outcome="withdraw"), rules) is None


def test_what_is_due_over_all_accounts_is_a_calendar() -> None:
    owed = [Owed("Acme Freight", "", "", "", date(2026, 11, 20), ("no session since Monday",))]
    (event,) = read(due_calendar(owed, SETTING)).values()
    assert (event.name, event["dtstart"].dt) == ("VEVENT", SETTING.now.date())  # where it is seen
    assert "Due since 2026-11-20" in event["description"]
    (due,) = read(due_calendar(owed, TASKS)).values()
    assert (str(due["summary"]), due["due"].dt) == ("Strategy session on Acme Freight is due", date(2026, 11, 20))
    mine = read(
        render(summarise(replace(WHOLE, opportunity=""), "shared"), replace(TASKS, cadence=Cadence(every_days=3)))
    )
    assert str(due["uid"]) in mine


@examples(40)
@given(session=hostile())
def test_every_text_stays_a_text_and_two_libraries_read_the_same(session: Session) -> None:
    # A file may hold any text as an id, but none twice.
    actions = tuple(replace(each, id=f"{each.id}{number}") for number, each in enumerate(session.action_items))
    session = replace(session, action_items=actions)
    for setting in (SETTING, TASKS):
        made = render(summarise(session, "full"), setting)
        assert all(len(line) <= 75 for line in made.split(b"\r\n"))
        assert b"\n" not in made.replace(b"\r\n", b"")
        found = read(made)
        wanted = {safe_text(each.text) for each in session.action_items if setting.tasks or each.due}
        assert wanted <= {str(each["summary"]) for each in found.values()}
        other = vobject.readOne(made.decode("utf-8"))
        theirs = [*getattr(other, "vtodo_list", []), *getattr(other, "vevent_list", [])]
        assert {each.uid.value: each.summary.value for each in theirs} == {
            uid: str(each["summary"]) for uid, each in found.items()
        }


def test_what_is_shared_has_no_word_of_what_stays_with_us() -> None:
    made = render(summarise(WHOLE, "shared"), replace(SETTING, cadence=Cadence(weekday="friday"))).decode().casefold()
    assert [word for word in PRIVATE if word in made] == []


def test_an_id_written_by_hand_still_makes_a_uid() -> None:
    odd = ActionItem(id="t1\r\nX-EVIL:1", text="Call")
    made = render(summarise(replace(WHOLE, action_items=(odd,)), "shared"), TASKS)
    assert b"X-EVIL" not in made
    assert len(read(made)) == 2


def test_the_clock_of_a_session_from_before_there_was_any_or_far_ahead_is_a_number_still() -> None:
    for year in (1999, 9999):
        at = datetime(year, 1, 1, tzinfo=UTC)
        one = replace(WHOLE, started_at=at, ended_at=at, clock=(), changes=())
        assert 0 <= sequence(one, "-t1") < 2**31

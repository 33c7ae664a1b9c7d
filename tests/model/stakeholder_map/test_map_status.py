"""Covers: session_tui.model.stakeholder_map.

What the map says: its status and the smallest step up, health checks, what changed, and all of it
in words.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from msgspec.structs import replace

from profiles import examples
from session_tui.model import edits, history
from session_tui.model.analysis import map_status
from session_tui.model.session import Decision, Note, Session, Stakeholder
from session_tui.model.stakeholder_map import health
from session_tui.model.stakeholder_map.changes import changes
from session_tui.model.stakeholder_map.description import EMPTY, describe_changes, describe_map
from session_tui.model.stakeholder_map.grid import POWERS, arrow, grid
from session_tui.model.stakeholder_map.status import standing
from strategies import sessions

BASE = Session(id="2026-11-16-acme-0001", status="held", agenda="a", account="Acme Freight")


def people(*found: Stakeholder) -> Session:
    return replace(BASE, stakeholders=found)


def who(number: int, name: str = "", **more: object) -> Stakeholder:
    """A well covered neutral person with these values."""
    base = Stakeholder(
        id=f"s{number}",
        name=name or f"Person {number}",
        power=3,
        support=0,
        coverage="multiple",
        covered_by=("Ben Okafor",),
    )
    return replace(base, **more)


RUTH = who(1, "Ruth Vale", power=5, buying_role="approver", support=-1)
MIA = who(2, "Mia Tran", power=4, buying_role="influencer", support=2, covered_by=("Mei Tan",))


def test_the_step_up_names_the_one_who_is_won_with_the_least() -> None:
    otto = who(3, "Otto Lind", power=4, support=0)
    red = standing(people(RUTH, otto))
    assert (red.status, red.step) == ("red", "Winning Otto Lind (neutral now) makes it amber")
    amber = standing(people(RUTH, otto, MIA))
    assert (amber.status, amber.step) == ("amber", "Winning Ruth Vale, approver (non-supporter now) makes it green")
    assert standing(people(MIA)).step.startswith("Find out which key player decides")
    assert standing(people(who(1))).step == "Find out who has power 4 or 5"
    assert standing(people(replace(RUTH, support=1))).step == ""


def test_the_step_up_says_nothing_that_the_map_denies() -> None:
    """A decision maker may have no power; an unknown person has to be found before being won."""
    dora = who(3, "Dora Lee", buying_role="decision_maker", support=1)
    assert (
        standing(people(MIA, dora)).step == "Find out which key player decides or approves: none is on the map as such"
    )
    unknown = who(4, "?", title="CFO", power=5, buying_role="approver")
    step = "Finding and winning the unknown CFO, approver (neutral now) makes it green"
    assert standing(people(unknown)).step == standing(people(MIA, unknown)).step == step


LIFTS: tuple[dict[str, object], ...] = (
    {"support": 1},
    {"support": 0},
    {"coverage": "brief"},
    {"covered_by": ("Ben Okafor",)},
)


@given(sessions)
@examples(100)
def test_the_step_up_keeps_its_word(session: Session) -> None:
    now = standing(session)
    for goal in ("amber", "green"):
        if now.step.endswith(f"makes it {goal}"):
            lifted = [
                people(*(replace(each, **lift) if each.id == one.id else each for each in session.stakeholders))
                for one in session.stakeholders
                if one.name in now.step or one.title in now.step
                for lift in LIFTS
            ]
            assert goal in {map_status(each) for each in lifted}


@given(sessions)
@examples(300)
def test_no_serious_warning_stands_beside_green(session: Session) -> None:
    """Some people, well covered and for us, make green likely."""
    won = tuple(
        replace(each, power=5, support=1, covered_by=each.covered_by or ("Ben Okafor",)) if at % 2 else each
        for at, each in enumerate(session.stakeholders)
    )
    for one in (session, replace(session, stakeholders=won)):
        if map_status(one) == "green":
            kinds = {check.kind for check in health.checks(one)}
            serious = {"uncovered", "approver never met", "nobody decides", "nobody decides for us"}
            assert not kinds & (serious | {"deciders not judged"})


GREEN = (
    Stakeholder(
        id="s1",
        name="Ruth Vale",
        buying_role="approver",
        power=5,
        support=1,
        coverage="brief",
        covered_by=("Ben Okafor",),
    ),
)


@pytest.mark.parametrize(
    ("found", "status", "reason"),
    [
        ((), None, "no key player (power 4 or 5) is on it yet"),
        ((who(1, power=None),), None, "no key player (power 4 or 5) is on it yet; 1 of 1 not judged"),
        ((who(1),), "red", "no key player (power 4 or 5) is on it yet"),
        ((who(1, "Otto", power=5, support=None),), None, "where Otto stands is unknown; 1 of 1 not judged"),
        ((who(1, power=5), who(2, power=4, support=None)), "red", "none of 2 key players is known to support us;"),
        (GREEN, "green", "1 of 1 key players for us, one of them decides or approves"),
        ((*GREEN, who(2, power=None, support=None)), "green", "approves; 1 of 2 not judged"),
        ((*GREEN, who(2, support=None, power=3)), "green", "decides or approves"),
        (
            (*GREEN, who(2, "Mia", buying_role="decision_maker", support=-1)),
            "amber",
            "Mia, decision maker, is against us",
        ),
        (
            (*GREEN, who(2, "Mia", buying_role="decision_maker", coverage="unknown")),
            "amber",
            "nothing says that we have met Mia, decision maker",
        ),
        ((*GREEN, who(2, "Mia", buying_role="approver", coverage="none")), "amber", "we have not met Mia, approver"),
        ((*GREEN, who(2, "?", buying_role="approver", coverage="unknown")), "green", "approves"),
        ((*GREEN, who(2, "Mia", power=4, covered_by=())), "amber", "nobody of ours has Mia, a key player"),
    ],
)
def test_a_colour_stands_where_it_was_judged(found: tuple[Stakeholder, ...], status: str | None, reason: str) -> None:
    now = standing(people(*found))
    assert now.status == status
    assert reason in now.reason


def test_where_nobody_who_decides_is_judged_nothing_is_held_against_them() -> None:
    session = people(who(1, "Otto", buying_role="approver", support=None), who(2), who(3))
    (check,) = [each for each in health.checks(session) if each.kind == "deciders not judged"]
    assert (check.about, check.saw) == (("s1",), "nobody has judged where Otto stands")


def test_a_person_who_is_not_judged_has_a_place_in_the_grid_and_no_arrow() -> None:
    unknown = who(1, power=None, support=None)
    found = grid((unknown, who(2)), 10, {"s1": who(1)})
    assert found.shown((None, None)) == ("s1",) and found.moved == {}
    assert (found.powers[-1], found.supports[-1]) == (None, None)
    assert grid((who(2),), 10).powers == POWERS, "no empty row"


@pytest.mark.parametrize(
    ("kind", "found", "about"),
    [
        ("uncovered", (replace(RUTH, covered_by=()),), ("s1",)),
        ("approver never met", (replace(RUTH, coverage="none"),), ("s1",)),
        ("approver never met", (replace(RUTH, coverage="unknown"),), ("s1",)),
        ("claimed", (who(1, support=1, coverage="none"),), ("s1",)),
        ("unknown", (who(1, "?", title="CFO", buying_role="approver"),), ("s1",)),
        ("nobody decides", (who(1), who(2), who(3)), ()),
        ("nobody decides for us", (RUTH, who(2), who(3)), ("s1",)),
        ("single thread", (who(1), who(2, covered_by=()), who(3, covered_by=())), ("s1",)),
        ("single thread of ours", (who(1), who(2), who(3)), ("s1", "s2", "s3")),
        ("too good", (who(1, support=1), who(2), who(3)), ()),
    ],
)
def test_what_is_not_well_is_seen_and_answered_by_an_action_about_those_it_is_about(
    kind: str, found: tuple[Stakeholder, ...], about: tuple[str, ...]
) -> None:
    session = people(*found)
    (check,) = [each for each in health.checks(session) if each.kind == kind]
    assert check.about == about
    edit = health.answer(session, check)
    assert edit is not None
    after = edits.apply(session, edit)
    assert isinstance(after, Session)
    (action,) = after.action_items
    assert (action.text, action.about, action.first_raised_in) == (check.offer, about, session.id)
    assert health.answer(after, check) is None, "and not twice"


def test_who_is_covered_but_was_never_met_is_no_second_thread() -> None:
    met = who(1, "Otto Lind", coverage="in_depth")
    unmet = (who(number, covered_by=("Mei Tan",), coverage="none") for number in (2, 3))
    (check,) = [each for each in health.checks(people(met, *unmet)) if each.kind == "single thread"]
    assert (check.about, check.saw) == (("s1",), "all our contact goes through Otto Lind")


def test_two_people_with_one_name_have_an_answer_each() -> None:
    session = people(*(who(number, "?", power=5, covered_by=()) for number in (1, 2)))
    first, second = health.checks(session)
    edit = health.answer(session, first)
    assert first.offer == second.offer and edit is not None
    after = edits.apply(session, edit)
    assert isinstance(after, Session)
    assert health.answered(after, first) is not None and health.answered(after, second) is None


def test_a_map_that_is_well_or_only_begun_is_left_alone() -> None:
    well = (replace(RUTH, support=1), replace(MIA, support=-1), who(3))
    assert health.checks(people(*well)) == ()
    assert health.checks(people(who(1))) == ()
    assert health.checks(people()) == ()


def test_a_map_on_which_nothing_changed_in_three_sessions_is_stale() -> None:
    one = people(RUTH, MIA, who(3, support=1))
    two, three = (replace(one, id=f"2026-11-{day}-acme-000{day}") for day in (23, 30))
    raised = tuple(replace(each, first_raised_in=one.id) for each in one.stakeholders)
    two, three = replace(two, stakeholders=raised), replace(three, stakeholders=raised)
    assert "stale" in {each.kind for each in health.checks(three, history.past((two, one)))}
    moved = replace(three, stakeholders=(replace(raised[0], support=0), *raised[1:]))
    (check,) = [each for each in health.checks(moved, history.past((two, one))) if each.kind == "stale"]
    assert check.about == ("s2",), "the key player of whom nothing new is known"


def test_what_changed_is_who_came_went_and_moved_with_the_notes_that_say_why() -> None:
    before = people(RUTH, MIA, who(3, "Otto Lind"), who(4, "?", title="Chair"))
    after = replace(
        people(
            replace(RUTH, id="s7", support=1, note="Saw the payback model", first_raised_in="elsewhere"),
            replace(MIA, reports_to="s7"),
            who(4, "Edda Holm", title="Chair"),
            who(5, "Lena Brok"),
        ),
        id="2026-11-23-acme-0002",
        decisions=(Decision(id="d1", text="Ruth, not Otto, signs"),),
    )
    after = replace(
        after,
        stakeholders=tuple(
            each if each.first_raised_in or each.id == "s5" else replace(each, first_raised_in=before.id)
            for each in after.stakeholders
        ),
    )
    found = changes(before, after)
    assert [each.name for each in found.come] == ["Lena Brok"]
    assert [each.name for each in found.gone] == ["Otto Lind"]
    moved = {each.person.name: {one.field: (one.was, one.now) for one in each.moved} for each in found.changed}
    assert moved == {
        "Ruth Vale": {"support": ("non-supporter", "supporter")},
        "Mia Tran": {"reports to": ("nobody on the map", "Ruth Vale")},
        "Edda Holm": {"name": ("?", "Edda Holm")},
    }
    assert found.changed[0].why == ("Saw the payback model", "Ruth, not Otto, signs")
    told = "\n".join(
        describe_changes(found, replace(before, started_at=datetime(2026, 11, 16, tzinfo=UTC)), date(2026, 11, 23))
    )
    assert "Ruth Vale: support from non-supporter to supporter (better). Why: Saw the payback model" in told


def later(*found: Stakeholder, **more: object) -> Session:
    """The session after, with everybody carried forward."""
    carried = tuple(replace(each, first_raised_in=BASE.id) for each in found)
    return replace(BASE, id="2026-11-23-acme-0002", stakeholders=carried, **more)


def test_a_manager_whose_name_was_found_has_moved_nobody() -> None:
    mia = replace(MIA, reports_to="s3")
    found = changes(people(mia, who(3, "?", title="CFO")), later(mia, who(3, "Ruth Vale", title="CFO")))
    assert [each.person.name for each in found.changed] == ["Ruth Vale"]


def test_whoever_reports_to_another_who_has_the_same_name_has_moved() -> None:
    both = who(3, "Jo Berg"), who(4, "Jo Berg")
    found = changes(people(replace(MIA, reports_to="s3"), *both), later(replace(MIA, reports_to="s4"), *both))
    assert [[each.field for each in one.moved] for one in found.changed] == [["reports to"]]


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Mia Tran", "Mia's own target is December", True),
        ("Mia Tran", "Asked Mrs Tran’s office", True),
        ("Mia Tran", "„Mia“ was there", True),
        ("Jan de Vries", "Les salaires de la maison", False),
        ("Jan de Vries", "de Vries signs", True),
        ("王芳", "昨天王芳說好", True),
        ("Al Ng", "Also among others", False),
        ("mia", "mia said yes", True),
    ],
)
def test_a_note_says_why_where_it_names_the_person(name: str, text: str, named: bool) -> None:
    noted = later(who(1, name, support=1), notes=(Note(id="n1", text=text),))
    (change,) = changes(people(who(1, name)), noted).changed
    assert change.why == ((text,) if named else ())


def test_of_two_with_one_id_the_first_is_compared() -> None:
    found = changes(people(who(1, "A"), who(1, "B")), later(who(1, "A", support=1), who(1, "B", power=5)))
    assert (found.come, found.gone, len(found.changed), found.same) == ((), (), 1, 0)


@given(sessions)
@examples(60)
def test_nothing_changed_between_a_map_and_itself(session: Session) -> None:
    found = changes(session, session)
    assert (found.come, found.gone, found.changed, found.same) == ((), (), (), len(session.stakeholders))


def test_the_grid_has_everybody_once_or_says_how_many_more() -> None:
    crowd = [who(number, power=5, support=2) for number in range(9)]
    tight = grid(crowd, 7)
    assert (len(tight.shown((5, 2))), tight.more((5, 2))) == (2, 7)
    roomy = grid(crowd, 40)
    assert (len(roomy.shown((5, 2))), roomy.more((5, 2))) == (9, 0)
    assert sum(tight.heights.values()) == 7
    assert list(tight.heights) == list(POWERS)


def test_an_arrow_points_where_somebody_went() -> None:
    moved = grid([who(1, power=4, support=1)], 9, {"s1": who(1, power=4, support=-1)}).moved
    assert arrow(moved["s1"], (4, 1)) == "⇒"
    assert [arrow((3, 0), to) for to in ((5, 0), (3, -2), (5, 2), (1, -1))] == ["⇑", "⇐", "⇗", "⇙"]


def test_the_map_of_sixty_people_is_told_in_about_ten_lines() -> None:
    found = (
        who(n, power=n % 5 + 1, support=n % 5 - 2, reports_to=f"s{n // 4}" if n else "", covered_by=("Ben",)[: n % 2])
        for n in range(60)
    )
    crowd = people(*found)
    told = describe_map(crowd)
    assert 6 <= len(told) <= 14
    assert all(len(line) < 1500 for line in told)
    assert told[0].startswith("Map amber:")
    assert describe_map(people()) == (EMPTY,)


def test_what_could_not_be_drawn_is_counted_where_it_is_too_much_to_tell() -> None:
    told = " ".join(describe_map(people(*(who(n, reports_to=f"s{n}") for n in range(40)))))
    assert told.count("reports to themselves") == 12 and "And 28 more." in told


def test_words_name_an_influence_once_and_none_upon_oneself() -> None:
    told = " ".join(
        describe_map(people(replace(RUTH, influences=("s1", "s2", "s2")), replace(MIA, influences=("s2",))))
    )
    assert "Ruth Vale influences Mia Tran." in told and "Mia Tran influences" not in told


def test_under_the_curtain_the_order_of_names_does_not_say_who_has_power() -> None:
    low, high = who(1, "Otto Lind", power=1, covered_by=()), who(2, "Ruth Vale", power=5, covered_by=())
    assert any("Nobody has Ruth Vale, Otto Lind." in line for line in describe_map(people(low, high)))
    assert any("Nobody has Otto Lind, Ruth Vale." in line for line in describe_map(people(low, high), covered_up=True))


def test_under_the_curtain_the_words_have_no_power_support_or_status() -> None:
    told = " ".join(describe_map(people(RUTH, MIA, who(3, "?", title="CFO")), covered_up=True))
    for word in ("Map ", "power", "mentor", "supporter", "enemy", "Look at"):
        assert word not in told
    assert "Ruth Vale" in told


@given(sessions)
@examples(100)
def test_any_map_can_be_told_and_checked(session: Session) -> None:
    assert describe_map(session)
    health.checks(session)

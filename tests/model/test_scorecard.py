"""Covers: session_tui.model.team.scorecard and session_tui.model.team.practices.

What an answer is, what a round reports, and where metrics and answers differ.
"""

from datetime import date

import pytest

from session_tui.model.fault import Fault
from session_tui.model.team import scorecard
from session_tui.model.team.metrics import Figure
from session_tui.model.team.practices import (
    Execution,
    Practice,
    Practices,
    Rating,
    Scorecard,
    is_round,
    read_answer,
    round_of,
)

OWNER = Practice(id="owner", level="account", text="Each account has an owner", record=("accounts_with_owner",))
REWARDED = Practice(id="rewarded", level="individual", text="People are rewarded")
ASKED = Practices(practices=(OWNER, REWARDED))


def rated(practice: Practice, importance: int | None, execution: Execution | None) -> Rating:
    return Rating(id=practice.id, level=practice.level, text=practice.text, importance=importance, execution=execution)


def card(name: str, *ratings: Rating, of: str = "2026-Q4") -> Scorecard:
    return Scorecard(kind="scorecard", round=of, name=name, ratings=ratings)


def figure(many: int, of: int) -> Figure:
    return Figure("accounts_with_owner", many, of)


def test_a_gap_is_importance_times_the_distance_from_consistently() -> None:
    gaps = [scorecard.gap(rated(OWNER, 10, each)) for each in ("never", "sometimes", "often", "consistently")]
    assert gaps == [30, 20, 10, 0]
    assert scorecard.gap(rated(OWNER, 10, None)) is None
    assert scorecard.gap(rated(OWNER, None, "never")) is None


def test_a_practice_rated_consistently_with_a_record_of_30_percent_contradicts_it() -> None:
    cards = [card("Ana Ruiz", rated(OWNER, 9, "consistently")), card("Mei Tan", rated(OWNER, 9, "sometimes"))]
    told = scorecard.report("2026-Q4", cards, ASKED, [figure(3, 10)])
    (found,) = told.contradictions
    assert (found.practice, found.execution, found.names, found.figure.share) == (
        OWNER,
        "consistently",
        ("Ana Ruiz",),
        0.3,
    )


@pytest.mark.parametrize(
    ("execution", "many", "contradicts"),
    [
        ("consistently", 2, False),
        ("consistently", 1, True),
        ("often", 1, False),
        ("often", 0, True),
        ("never", 0, False),
    ],
)
def test_one_step_between_opinion_and_record_is_no_contradiction(
    execution: Execution, many: int, contradicts: bool
) -> None:
    told = scorecard.report("2026-Q4", [card("Ana Ruiz", rated(OWNER, 5, execution))], ASKED, [figure(many, 3)])
    assert bool(told.contradictions) is contradicts


def test_a_record_of_nothing_contradicts_nobody() -> None:
    told = scorecard.report("2026-Q4", [card("Ana Ruiz", rated(OWNER, 9, "consistently"))], ASKED, [figure(0, 0)])
    assert told.contradictions == ()


def test_the_farthest_from_the_record_is_the_first() -> None:
    cards = [card("Ana Ruiz", rated(OWNER, 1, "often")), card("Mei Tan", rated(OWNER, 1, "consistently"))]
    told = scorecard.report("2026-Q4", cards, ASKED, [figure(0, 10)])
    assert [each.execution for each in told.contradictions] == ["consistently", "often"]


def test_levels_and_spread_are_those_of_the_people_who_rated() -> None:
    cards = [
        card("Ana Ruiz", rated(OWNER, 10, "never"), rated(REWARDED, 4, "often")),
        card("Mei Tan", rated(OWNER, 10, "consistently"), rated(REWARDED, 4, "often")),
    ]
    told = scorecard.report("2026-Q4", cards, ASKED, [])
    assert told.levels == {"individual": 4.0, "account": 15.0}
    assert [each.practice.id for each in told.judged] == ["rewarded", "owner"]  # by level
    assert [(each.practice.id, each.spread) for each in told.differing] == [("owner", 30)]


def test_half_a_rating_counts_nowhere_and_is_told_as_left() -> None:
    told = scorecard.report("2026-Q4", [card("Ana Ruiz", rated(OWNER, 10, None))], ASKED, [])
    assert told.judged == () and told.unfinished == (("Ana Ruiz", 2),)


def test_a_practice_that_was_removed_is_told_by_the_text_the_rating_kept() -> None:
    gone = Practice(id="gone", level="opportunity", text="We toast every win")
    told = scorecard.report("2026-Q4", [card("Ana Ruiz", rated(gone, 6, "never"))], ASKED, [])
    assert [(each.practice.text, each.asked, each.gap) for each in told.judged] == [("We toast every win", False, 18)]


def test_the_trend_ends_with_the_round_that_is_asked_for() -> None:
    cards = [
        card("Ana Ruiz", rated(OWNER, 10, "never"), of="2026-Q2"),
        card("Ana Ruiz", rated(OWNER, 10, "sometimes"), rated(REWARDED, 2, "often"), of="2026-Q3"),
        card("Ana Ruiz", rated(OWNER, 10, "often"), of="2026-Q4"),
    ]
    told = scorecard.report("2026-Q3", cards, ASKED, [])
    assert told.rounds == ("2026-Q2", "2026-Q3")
    assert {each.level: each.gaps for each in told.trend} == {
        None: (30.0, 11.0),
        "individual": (None, 2.0),
        "account": (30.0, 20.0),
    }


def test_rounds_stand_in_the_order_of_their_numbers() -> None:
    assert scorecard.in_rounds(["r10", "r9", "r9"]) == ("r9", "r10")
    assert scorecard.in_rounds(["2027-Q1", "2026-Q4"]) == ("2026-Q4", "2027-Q1")


def test_of_two_files_of_one_person_nothing_is_lost_and_one_voice_counts() -> None:
    full = card("Ana Ruiz", rated(OWNER, 9, "often"), rated(REWARDED, 3, None))
    other = card("ana  ruiz", rated(REWARDED, 5, "never"))
    again = card("Ana Ruiz", rated(OWNER, 1, "never"), of="2026-Q4")
    cards, double = scorecard.one_each([("b.toml", full), ("c.toml", other), ("d.toml", again)])
    assert [each.ratings for each in cards] == [(rated(OWNER, 9, "often"), rated(REWARDED, 5, "never"))]
    assert double == (("b.toml", "c.toml"), ("b.toml", "d.toml"))


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("8 often", (8, "often")),
        ("8o", (8, "often")),
        ("o 8", (8, "often")),
        ("10,C", (10, "consistently")),
        ("n", (None, "never")),
        ("7", (7, None)),
    ],
)
def test_an_answer_is_a_number_and_a_word_in_any_order(typed: str, means: tuple[int | None, Execution | None]) -> None:
    assert read_answer(typed) == means


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("11", "11 is not between 1 and 10"),
        ("0 o", "0 is not between 1 and 10"),
        ("-3", "-3 is not between 1 and 10"),
        ("always", "always is not an answer here"),
        ("8 9", "9 is not an answer here"),
        ("8.5", "8.5 is not an answer here"),
        ("9" * 5000, f"{'9' * 20} is not between 1 and 10"),
    ],
)
def test_an_answer_out_of_range_is_a_sentence(typed: str, what: str) -> None:
    found = read_answer(typed)
    assert isinstance(found, Fault) and found.what == what


def test_a_round_is_the_quarter_and_its_name_can_be_a_files() -> None:
    assert [round_of(date(2026, month, 1)) for month in (1, 3, 4, 11)] == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4"]
    assert is_round("kick-off-2") and not any(map(is_round, ("", "-x", "a/b", "..", "a b", "ä", "x" * 41)))

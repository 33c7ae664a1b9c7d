"""Covers: session_tui.model.team.enemies.

The report on answers, and what two reports together must not reveal.
"""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.fault import Fault
from session_tui.model.team.enemies import (
    FEWEST,
    FREQUENCIES,
    HABITS,
    Answer,
    Frequency,
    Theirs,
    about_account,
    first_day,
    missing,
    read_answer,
    report,
    shown,
    strange,
)


def all_of(said: Frequency) -> Answer:
    return dict.fromkeys(HABITS, said)


def theirs(name: str, round_: str = "2026-Q4", account: str = "Acme Freight", **answers: Frequency) -> Theirs:
    return Theirs(kind="enemies", about="account", account=account, round=round_, name=name, answers=answers)


def test_the_list_has_the_twenty_habits_of_the_field() -> None:
    assert len(HABITS) == 20
    assert list(HABITS.values())[:2] == ["personal agendas", "no compromise"]
    assert HABITS["internal_competition_and_silos"] == "internal competition and silos"


def test_a_report_says_how_many_saw_a_habit_and_how_often_the_strongest_first() -> None:
    told = report("2026-Q4", ({"cynicism": "rules", "no_trust": "not_seen"}, {"cynicism": "seen", "no_trust": "seen"}))
    first, second = told.habits
    assert (first.id, first.counts, first.share, first.weight) == ("cynicism", (0, 1, 0, 1), 1.0, 2.0)
    assert (second.id, second.share, second.weight, second.lives) == ("no_trust", 0.5, 0.5, False)
    assert [each.id for each in told.living] == ["cynicism"]


@given(
    first=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 3)),
    more=st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 3)), max_size=4),
)
def test_no_report_has_fewer_than_three_and_none_differs_from_the_last_by_one_or_two(
    first: dict[str, int], more: list[dict[str, int]]
) -> None:
    counted: dict[str, int] = {}
    for there in (first, *more):
        # A file whose number of answers changed is another file.
        named = {f"{file}{many}": many for file, many in there.items()}
        now = shown(named, counted)
        if now is None:
            continue
        assert now <= named.keys()
        after = {file: named[file] for file in now}
        assert sum(after.values()) >= FEWEST
        apart = sum({**counted, **after}[file] for file in counted.keys() ^ after.keys())
        assert apart == 0 or apart >= FEWEST
        counted = after


def test_a_fourth_answer_waits_for_two_more() -> None:
    three = {"a": 1, "b": 1, "c": 1}
    assert shown({"a": 1, "b": 1}, {}) is None
    assert shown(three, {}) == frozenset("abc")
    assert shown({**three, "d": 1}, three) == frozenset("abc")
    assert shown({**three, "d": 1, "e": 1}, three) == frozenset("abc")
    assert shown({**three, "d": 1, "e": 1, "f": 1}, three) == frozenset("abcdef")
    assert shown({**three, "d": 3}, three) == frozenset("abcd")  # three at one keyboard


def test_a_report_of_four_is_not_followed_by_one_of_three() -> None:
    four = dict.fromkeys("abcd", 1)
    for left in combinations("abcd", 3):
        assert shown(dict.fromkeys(left, 1), four) is None


def test_a_person_counts_once_a_round_and_another_account_never() -> None:
    files = (
        theirs("Ana Ruiz", cynicism="rules", no_trust="seen"),
        theirs("ana  ruiz", cynicism="not_seen", insecurity="often"),
        theirs("Ben Okafor", account="ACME freight", cynicism="often"),
        theirs("Mei Tan", account="Borealis Foods", cynicism="rules"),
    )
    (told,) = about_account("Acme Freight", files)
    by_id = {each.id: each.counts for each in told.habits}
    assert told.many == 2
    assert by_id == {"cynicism": (0, 0, 1, 1), "no_trust": (0, 1, 0, 0), "insecurity": (0, 0, 1, 0)}


def test_a_habit_of_a_newer_list_is_named_and_not_counted() -> None:
    answer: Answer = {"cynicism": "seen", "ghosting": "rules"}
    assert strange([answer]) == ("ghosting",)
    assert [each.id for each in report("2026-Q4", (answer,)).habits] == ["cynicism"]
    assert len(missing(answer)) == 19 and not missing(all_of("seen"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("0", "not_seen"), ("3", "rules"), ("n", "not_seen"), ("not seen", "not_seen"), ("S", "seen"), ("oft", "often")],
)
def test_a_digit_or_the_beginning_of_a_word_answers(typed: str, said: str) -> None:
    assert read_answer(typed) == said


@pytest.mark.parametrize("typed", ["4", "-1", "x", "seen often", "33", ""])
def test_anything_else_is_refused_with_what_can_be_said(typed: str) -> None:
    said = read_answer(typed)
    assert isinstance(said, Fault) and said.do.startswith("Write 0 not seen")
    assert len(FREQUENCIES) == 4


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-Q4", date(2026, 10, 1)),
        ("2026-Q1", date(2026, 1, 1)),
        ("2026", date(2026, 1, 1)),
        ("2026-11", date(2026, 11, 1)),
        ("2026-112", date(2026, 1, 1)),
        ("kick-off", date(2000, 1, 1)),
    ],
)
def test_a_round_begins_on_a_day_that_its_name_alone_tells(name: str, day: date) -> None:
    assert first_day(name) == day

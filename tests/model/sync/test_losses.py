"""Covers: session_tui.model.sync.losses.

What versions of others take away is counted by entries and words, and added up; what is usual is
not much.
"""

from random import Random

import pytest

from session_tui.model.sync.content import Content, content_of_tables
from session_tui.model.sync.losses import Losses, is_emptied, lost, with_version
from team_contents import plain

BASE = {"id": "2026-11-16-acme-freight-2m9x", "status": "prepared", "agenda": "strategy-30", "account": "Acme Freight"}
R1, R2, R3 = ("1" * 64, "2" * 64, "3" * 64)


def session(actions: dict[int, str], people: int = 0, **more: str) -> Content:
    return plain(
        content_of_tables(
            BASE
            | {
                "action_items": [{"id": f"t{number}", "text": text} for number, text in actions.items()],
                "stakeholders": [{"id": f"s{number}", "name": "Mia"} for number in range(1, people + 1)],
            }
            | more
        )
    )


def many(actions: int, people: int = 0) -> Content:
    return session(dict.fromkeys(range(1, actions + 1), "Ask"), people)


@pytest.mark.parametrize(
    ("before", "after", "emptied"),
    [
        ((4, 4), (0, 0), True),
        ((4, 5), (0, 4), True),
        ((4, 4), (0, 4), False),  # a half may go
        ((3, 0), (0, 0), False),  # a few may go
        ((0, 0), (0, 0), False),
    ],
)
def test_a_session_is_emptied_that_loses_most_of_its_entries(
    before: tuple[int, int], after: tuple[int, int], emptied: bool
) -> None:
    losses = with_version(None, many(*before), many(*after), R1)
    assert is_emptied(losses, many(*before)) is emptied


def test_halves_are_added_up_and_the_file_before_the_first_is_known() -> None:
    first = with_version(None, many(10), many(6), R1)
    assert first is not None and not is_emptied(first, many(10))
    second = with_version(first, many(6), many(2), R2)
    assert second is not None and is_emptied(second, many(6)) and second.earlier == many(10)


def test_what_the_user_takes_away_does_not_count() -> None:
    first = with_version(None, many(20), many(16), R1)
    second = with_version(first, many(6), many(5), R2)  # ten went by the user's hand in between
    assert second is not None and sum(second.shares.values()) == 5 and not is_emptied(second, many(6))


def test_texts_that_are_written_over_are_lost_by_their_words() -> None:
    before = session(dict.fromkeys(range(1, 7), "Bring the payback model to Mia"))
    wiped = session(dict.fromkeys(range(1, 7), "x"))
    assert is_emptied(with_version(None, before, wiped, R1), before)
    # In two steps of a third of the words each, too.
    half = session(dict.fromkeys(range(1, 7), "Bring the x x to Mia"))
    most = session(dict.fromkeys(range(1, 7), "x x x x to Mia"))
    first = with_version(None, before, half, R1)
    assert not is_emptied(first, before) and is_emptied(with_version(first, half, most, R2), half)


def test_what_is_added_or_said_in_more_words_loses_nothing() -> None:
    before = session({1: "Bring the model"}, 1, headline="Go on")
    after = session({1: "Bring the payback model to Mia, by Friday", 2: "New"}, 3, headline="Go on, on a condition")
    assert lost(before, after) == {} and with_version(None, before, after, R1) is None


def test_a_text_without_spaces_between_its_words_is_no_single_word() -> None:
    before, after = session({1: "東京の顧客に確認する"}), session({1: "大阪の顧客に確認する"})
    assert 0 < lost(before, after)["t1"] < 0.3


def test_an_entry_that_comes_back_is_not_lost() -> None:
    first = with_version(None, many(10), many(6), R1)
    back = with_version(first, many(6), many(10), R2)
    assert back is None
    third = with_version(back, many(10), many(6), R3)
    assert third is not None and sum(third.shares.values()) == 4


def titled(title: str) -> Content:
    """Five people of one title, in a session of nothing else."""
    rows = [{"id": f"s{number}", "name": "Mia", "title": title} for number in range(1, 6)]
    return plain(content_of_tables(BASE | {"stakeholders": rows}))


def test_a_text_that_is_changed_to_and_fro_is_lost_no_more_than_it_lacks_now() -> None:
    short, long = titled("CFO"), titled("Chief Financial Officer")
    known, before = None, short
    for number in range(1, 9):
        after = (short, long)[number % 2]
        known = with_version(known, before, after, f"{number:064x}")
        assert (known is None) is (after == short) and not is_emptied(known, before), number
        before = after


def test_entries_that_others_add_and_remove_again_and_again_are_lost_once() -> None:
    known, before = None, session({1: "Ask"} | dict.fromkeys(range(2, 9), "Old words"))
    for number in range(1, 12):
        rows = {1: "x"} | dict.fromkeys(range(2, 9), "Old words") | ({20: "New"} if number % 2 else {})
        after = session(rows)
        known = with_version(known, before, after, f"{number:064x}")
        assert known is not None and sum(known.shares.values()) <= 2, number
        before = after


def test_what_the_user_wrote_anew_is_not_lost_with_what_stood_there() -> None:
    first = with_version(None, many(20), many(19), R1)
    mine = session(dict.fromkeys(range(1, 20), "CFO"))  # all by the user's hand
    theirs = session(dict.fromkeys(range(1, 20), "CEO"))
    second = with_version(first, mine, theirs, R2)
    assert second is not None and second.shares == {"t20": 1.0}


def test_what_the_user_brings_back_and_others_take_again_is_lost_once() -> None:
    first = with_version(None, many(10), many(6), R1)
    again = with_version(first, many(10), many(6), R2)
    assert again is not None and again.shares == dict.fromkeys(("t7", "t8", "t9", "t10"), 1.0)


def test_entries_that_came_after_the_first_loss_are_lost_too_and_the_earlier_file_has_them() -> None:
    first = with_version(None, many(2), session({1: "x", 2: "Ask"}), R1)
    grown = session({1: "x", 2: "Ask"} | dict.fromkeys(range(3, 21), "Plan"))
    second = with_version(first, grown, session({1: "x", 2: "Ask"} | dict.fromkeys(range(3, 13), "Plan")), R2)
    assert second is not None and not is_emptied(second, grown)
    third = with_version(second, session({1: "x", 2: "Ask"} | dict.fromkeys(range(3, 13), "Plan")), many(5), R3)
    assert third is not None and is_emptied(third, grown)
    assert third.earlier == session({1: "Ask", 2: "Ask"} | dict.fromkeys(range(3, 21), "Plan"))


def test_a_version_that_was_counted_is_not_counted_again() -> None:
    first = with_version(None, many(10), many(6), R1)
    assert with_version(first, many(10), many(6), R1) == first


def test_nothing_that_went_is_more_than_once_lost() -> None:
    known = Losses(many(5), R1, {"t1": 0.9})  # more than is missing
    after = with_version(known, many(5), many(0), R2)
    assert after is not None and after.shares == dict.fromkeys(("t1", "t2", "t3", "t4", "t5"), 1.0)


WORDS = ("ask", "bring", "payback", "model", "freight", "cost", "order", "budget", "board", "risk", "pilot", "legal")


def said(rnd: Random, least: int = 4, most: int = 9) -> list[str]:
    return rnd.choices(WORDS, k=rnd.randrange(least, most))


def usual_edit(rnd: Random, rows: dict[int, list[str]]) -> None:
    """What a colleague does to a session: more words in most cases; some words, or a whole entry,
    for others; an entry more or less.
    """
    key, what = rnd.choice(sorted(rows)), rnd.random()
    if what < 0.6:
        rows[key] = rows[key] + said(rnd, 1, 4)
    elif what < 0.75:
        rows[max(rows) + 1] = said(rnd)
    elif what < 0.88:
        rows[key] = [rnd.choice(WORDS), *rows[key][1:]]
    elif what < 0.95:
        rows[key] = said(rnd)
    elif len(rows) > 1:
        del rows[key]


def test_where_the_user_changes_nothing_it_is_lost_what_is_missing_now() -> None:
    for seed in range(60):
        rnd = Random(seed)
        rows = {number: said(rnd) for number in range(1, 8)}
        known, before = None, session({key: " ".join(words) for key, words in rows.items()})
        kept = [dict(rows)]
        for number in range(20):
            if rnd.random() < 0.4:
                rows = dict(rnd.choice(kept))  # as it was before
            else:
                usual_edit(rnd, rows)
            kept.append(dict(rows))
            after = session({key: " ".join(words) for key, words in rows.items()})
            known = with_version(known, before, after, f"{number:064x}")
            missing = lost(known.earlier, after) if known is not None else {}
            assert missing == pytest.approx(dict(known.shares) if known is not None else {}), (seed, number)
            before = after


def test_a_week_of_usual_edits_of_others_is_no_emptying() -> None:
    for seed in range(40):
        rnd = Random(seed)
        rows = {number: said(rnd) for number in range(1, rnd.randrange(6, 30))}
        known, before = None, session({key: " ".join(words) for key, words in rows.items()})
        for number in range(10):
            usual_edit(rnd, rows)
            after = session({key: " ".join(words) for key, words in rows.items()})
            known = with_version(known, before, after, f"{number:064x}")
            assert not is_emptied(known, before), (seed, number)
            before = after

"""Covers: session_tui.outbox.retry.

What becomes of a parcel after each answer, for any answers: pauses grow, three days are the end, a no is a no.
"""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import START
from messages import message
from session_tui.model.fault import Fault
from session_tui.outbox import retry
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Answer

DAYS = timedelta(days=3)
CHANCES = st.floats(0, 1, exclude_max=True)
LATER = st.sampled_from([0, 408, 425, 429, 500, 502, 503, 504, 599])


def tried(one: OutboxMessage, answer: Answer, now: datetime, rng: float = 0.5) -> OutboxMessage:
    return retry.after(retry.trying(one, now, rng), answer, now, rng)


def wants(value: str, status: int = 429) -> Answer:
    return Answer(status, "", (("retry-after", value),))


@given(st.lists(st.tuples(LATER, CHANCES), min_size=1, max_size=400))
@example([(0, 0.0)] * 60)  # a pause that doubled so often would be longer than any duration can be
def test_pauses_grow_and_vary_within_their_bounds_and_nothing_waits_beyond_three_days(
    answers: list[tuple[int, float]],
) -> None:
    one, now, last = message(), START, timedelta(0)
    for number, (status, rng) in enumerate(answers, 1):
        one = tried(one, Answer(status, "nobody listens"), now, rng)
        assert one.attempts == number
        if one.state == "failed":
            assert now >= START + DAYS
            assert one.next_at is None
            assert one.reason.startswith("given up after three days: ")
            return
        assert one.state == "waiting"
        assert one.next_at is not None and one.next_at <= START + DAYS
        assert one.next_at.microsecond == 0
        waits = one.next_at - now
        span = min(timedelta(hours=1), timedelta(seconds=10) * 2 ** min(number - 1, 10))
        assert waits <= span + timedelta(seconds=1)
        if one.next_at < START + DAYS:
            assert waits >= span / 2
            assert waits >= min(last, timedelta(minutes=30))
        last, now = waits, one.next_at


def test_three_days_of_failures_are_given_up_after_one_last_try() -> None:
    one, now = message(), START
    while one.state == "waiting":
        one = tried(one, Answer(503), now)
        now = one.next_at or now
    assert one.state == "failed"
    assert now == START + DAYS
    assert 70 < one.attempts < 120


def test_one_that_nobody_could_try_for_a_week_is_tried_before_it_is_given_up() -> None:
    late = START + timedelta(days=7)
    assert retry.is_due(message(), late)
    assert tried(message(), Answer(200), late).state == "delivered"
    assert tried(message(), Answer(500), late).state == "failed"


@given(st.integers(0, 10**12), CHANCES)
def test_seconds_that_the_receiver_asks_for_are_obeyed_up_to_a_day(seconds: int, rng: float) -> None:
    one = tried(message(), wants(str(seconds)), START, rng)
    assert one.next_at == START + timedelta(seconds=min(max(seconds, 1), 86400))


@given(st.integers(-(10**6), 10**6), CHANCES)
def test_a_date_that_the_receiver_asks_for_is_obeyed_and_one_that_passed_is_now(seconds: int, rng: float) -> None:
    asked = START + timedelta(seconds=seconds)
    one = tried(message(), wants(format_datetime(asked, usegmt=True), 503), START, rng)
    assert one.next_at == min(max(asked, START + timedelta(seconds=1)), START + timedelta(days=1))


@pytest.mark.parametrize(
    "date", ["Mon, 23 Nov 2026 09:10:00 GMT", "Monday, 23-Nov-26 09:10:00 GMT", "Mon Nov 23 09:10:00 2026"]
)
def test_all_three_ways_to_write_a_date_are_read(date: str) -> None:
    assert retry.retry_after(wants(date), START) == datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "+3", "٣", "Mon, 99 Nov 2026 09:10:00 GMT", "1e3", "0x10"])
def test_what_is_no_time_is_our_own_pause(value: str) -> None:
    assert retry.retry_after(wants(value), START) is None
    one = tried(message(), wants(value), START, 0)
    assert one.next_at == START + timedelta(seconds=5)


@given(st.text(max_size=60))
def test_whatever_the_receiver_asks_for_it_is_between_a_second_and_a_day_away(value: str) -> None:
    asked = retry.retry_after(wants(value), START)
    assert asked is None or timedelta(seconds=1) <= asked - START <= timedelta(days=1)


def test_who_is_asked_to_wait_beyond_three_days_gives_up_rather_than_disobey() -> None:
    now = START + DAYS - timedelta(hours=1)
    assert tried(message(), wants("3600"), now).next_at == START + DAYS
    assert tried(message(), wants("3601"), now).state == "failed"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_the_receiver_took_is_delivered_with_the_version_it_names(status: int) -> None:
    one = tried(message(reason="earlier"), Answer(status, "", (("etag", '"v7"'),)), START)
    assert (one.state, one.etag, one.reason, one.next_at, one.last_at) == ("delivered", '"v7"', "", None, START)


@pytest.mark.parametrize("etag", ["\x1b[31m", "ž", "x" * 501, "a\nb"])
def test_a_version_that_cannot_be_given_back_to_the_letter_is_none(etag: str) -> None:
    assert tried(message(), Answer(200, "", (("etag", etag),)), START).etag == ""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 413, 422, 451])
def test_a_no_is_a_no_and_has_its_reason(status: int) -> None:
    one = tried(message(), Answer(status, "", (("location", "https://x.example/\x1b[31m"),)), START)
    assert (one.state, one.next_at) == ("rejected", None)
    assert f"({status})" in one.reason
    assert one.reason.isprintable()


def test_gone_is_a_no_for_good() -> None:
    one = tried(message(), Answer(410), START)
    assert retry.gone(Answer(410))
    assert one.state == "rejected"
    assert "gone for good" in one.reason


def test_while_it_is_sent_it_is_on_record_as_waiting_with_its_try() -> None:
    one = retry.trying(message(), START + timedelta(milliseconds=500), 0)
    assert (one.state, one.attempts, one.last_at) == ("waiting", 1, START)
    assert one.next_at == START + timedelta(seconds=6)


def test_what_may_not_be_sent_waits_with_the_reason_and_is_given_up_like_any_other() -> None:
    fault = Fault("team", "its secret is missing", "Set SESSION_TUI_SECRET.")
    one = retry.held_back(message(), fault, START)
    assert (one.state, one.attempts, one.reason) == ("waiting", 0, str(fault))
    assert one.next_at == START + timedelta(minutes=15)
    assert retry.held_back(message(), fault, START + DAYS).state == "failed"


def test_a_change_is_not_told_before_what_it_changes() -> None:
    held, updated = message("b"), message("a", type="session.updated")
    elsewhere = message("c", url="https://acme.example/y")
    assert retry.heads([updated, held, elsewhere]) == (held, elsewhere)
    assert retry.heads([updated, replace(held, state="delivered")]) == (updated,)


def test_what_something_newer_has_overtaken_is_known() -> None:
    old, new = message("old", state="failed"), message("new", type="session.updated", state="delivered")
    assert retry.overtaken(old, [old, new])
    assert not retry.overtaken(new, [old, new])
    assert not retry.overtaken(old, [old, replace(new, state="waiting")])
    assert not retry.overtaken(old, [old, replace(new, session="another")])


def test_again_makes_all_due_but_what_was_delivered() -> None:
    now = START + timedelta(days=9)
    for state in ("waiting", "failed", "rejected"):
        assert retry.is_due(retry.again(message(state=state, next_at=None), now), now)
    done = message(state="delivered", next_at=None)
    assert retry.again(done, now) == done

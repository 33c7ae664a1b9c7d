"""Covers: agendas/ and sessions/.

The agendas and samples of the program keep their promises to their readers.
"""

from pathlib import Path

import pytest

from session_tui.model import timebox
from session_tui.model.agenda import questions_for
from session_tui.model.session import ActionItem, Assumption, Decision, Note, Parked, Session, Stakeholder, entries
from session_tui.store import agendas, session_file
from session_tui.store.validate import faults_in

TOP = Path(__file__).resolve().parent.parent
AGENDAS = sorted((TOP / "agendas").glob("*.toml"))
SAMPLES = sorted((TOP / "sessions").glob("*.toml"))


def sample(path: Path) -> Session:
    return session_file.read(path.read_bytes(), path).session


FOLLOWING = [(sample(path), sample(path.with_stem(before))) for path in SAMPLES if (before := sample(path).previous)]


@pytest.mark.parametrize("path", [*AGENDAS, *SAMPLES], ids=lambda path: path.stem)
def test_everything_shipped_passes_validate(path: Path) -> None:
    assert faults_in(path) == ()


def test_the_standard_agenda_is_ten_eight_seven_and_five_minutes() -> None:
    standard = agendas.find(agendas.STANDARD, TOP / "agendas")
    assert [part.minutes for part in standard.parts] == [10, 8, 7, 5]
    assert [part.kind for part in standard.parts] == ["stakeholder_map", "assumptions", "action_items", "owners"]


@pytest.mark.parametrize("path", AGENDAS, ids=lambda path: path.stem)
def test_an_agenda_is_called_what_its_file_is_called_and_asks_something_in_every_part(path: Path) -> None:
    agenda = agendas.read(path)
    assert agenda.name == path.stem
    assert all(part.prompts and part.floor_minutes for part in agenda.parts)


@pytest.mark.parametrize("path", AGENDAS, ids=lambda path: path.stem)
def test_no_question_of_an_agenda_takes_a_plan_for_granted(path: Path) -> None:
    for part in agendas.read(path).parts:
        asked = (*part.prompts, *(each.text for each in part.questions))
        assert [text for text in asked if "plan" in text.casefold().split()] == []


@pytest.mark.parametrize("name", ["strategy-30", "deep-dive-60"])
@pytest.mark.parametrize("role", ["facilitator", "account owner", "presales", "manager"])
def test_whoever_reads_a_plan_for_a_session_is_asked_something_of_their_own(name: str, role: str) -> None:
    assert len(questions_for(agendas.find(name, TOP / "agendas"), role)) >= 2


def test_the_samples_are_two_accounts_held_at_least_twice() -> None:
    held = [one.account for one in map(sample, SAMPLES) if one.status == "held"]
    assert sorted(set(held)) == ["Acme Freight", "Borealis Foods"]
    assert all(held.count(account) >= 2 for account in held)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_written_as_the_program_writes(path: Path) -> None:
    assert session_file.new(sample(path)).content() == path.read_bytes()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_time_a_sample_says_was_spent_is_what_its_clock_says(path: Path) -> None:
    one = sample(path)
    if one.status == "prepared":
        assert not one.clock
        return
    assert one.started_at and one.ended_at
    assert (one.started_at, one.ended_at) == (one.clock[0].at, one.clock[-1].at)
    computed = timebox.spent_seconds(one.parts, one.clock, one.ended_at)
    assert tuple(part.spent_seconds for part in one.parts) == computed


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_was_said_in_a_sample_was_said_while_it_ran(path: Path) -> None:
    one = sample(path)
    said: list[Decision | Parked | Note] = [*one.decisions, *one.parking_lot, *one.notes]
    moments = [entry.at for entry in said]
    moments += [action.accepted_at for action in one.action_items if action.first_raised_in == one.id]
    for moment in moments:
        assert moment is None or (one.started_at and one.ended_at and one.started_at < moment < one.ended_at)


@pytest.mark.parametrize(("one", "before"), FOLLOWING, ids=lambda one: one.id)
def test_a_sample_carries_forward_what_the_one_before_left_open(one: Session, before: Session) -> None:
    assert one.account == before.account and one.zone == before.zone
    open_before: list[Stakeholder | Assumption | ActionItem] = [
        *before.stakeholders,
        *(assumption for assumption in before.assumptions if assumption.status == "untested"),
        *(action for action in before.action_items if action.status == "open"),
    ]
    carried: list[Stakeholder | Assumption | ActionItem] = [*one.stakeholders, *one.assumptions, *one.action_items]
    here = {(entry.first_raised_in, entry.id) for entry in carried}
    assert {(entry.first_raised_in, entry.id) for entry in open_before} <= here


@pytest.mark.parametrize(("one", "before"), FOLLOWING, ids=lambda one: one.id)
def test_a_sample_gives_no_id_again_that_the_one_before_gave(one: Session, before: Session) -> None:
    for letter in "satdpn":
        highest = getattr(one.last_ids, letter)
        given_before = getattr(before.last_ids, letter)
        numbers = [int(entry.id[1:]) for entry in entries(one, letter)]
        assert highest == max([given_before, *numbers])
        new = [
            int(entry.id[1:]) for entry in entries(one, letter) if getattr(entry, "first_raised_in", one.id) == one.id
        ]
        assert all(number > given_before for number in new)

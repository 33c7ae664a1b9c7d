"""Covers: session_tui.model.sync.planner, settlement, ledger and content_merge together.

A team syncs with everything that goes wrong. In the end all agree and nothing that was written is
lost; and each rule of the design is missed where it is left out.
"""

from typing import Any

import pytest

from session_tui.model.sync.settlement import Planner
from sync_mutants import a_missing_file_is_a_removal, base_is_what_was_agreed_last, late_removals_are_not_counted
from sync_simulation import Faults, simulate

RUNS = 60
UNTIL_FOUND = 400  # seeds after which a mutant counts as not found


@pytest.mark.slow
@pytest.mark.parametrize("members", [3, 4, 5])
def test_all_agree_and_nothing_is_lost_whatever_goes_wrong(members: int) -> None:
    wrong = {seed: fault for seed in range(RUNS // 3) if (fault := simulate(seed, members=members))}
    assert wrong == {}


def seeds_until_found(**how: Any) -> int | None:
    return next((seed for seed in range(UNTIL_FOUND) if simulate(seed, **how)), None)


@pytest.mark.parametrize(
    "mutant", [base_is_what_was_agreed_last, a_missing_file_is_a_removal, late_removals_are_not_counted]
)
def test_a_planner_with_a_rule_left_out_is_found(mutant: Planner) -> None:
    assert seeds_until_found(plan=mutant) is not None


def test_a_ledger_written_before_the_file_is_found() -> None:
    assert seeds_until_found(faults=Faults(remembered_first=True)) is not None


def test_a_server_that_ignores_the_condition_is_found() -> None:
    assert seeds_until_found(faults=Faults(no_condition=True)) is not None


def test_a_removed_file_that_goes_before_the_server_had_its_removal_is_found() -> None:
    assert seeds_until_found(faults=Faults(swept_early=True)) is not None

"""Covers: outbox/sync/, store/session_content.py and store/removed_sessions.py together.

A team of real folders syncs with the server's application while everything goes wrong: edits,
files deleted by hand, lost answers, kills between any two steps, a server that is put back or
emptied, lost state folders. In the end all hold the same, nothing that was written is lost, and a
sync is one request. Each rule of the design is missed where it is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from session_tui.model.sync.settlement import Planner
from sync_file_simulation import simulate
from sync_members import local_server
from sync_mutants import a_missing_file_is_a_removal, base_is_what_was_agreed_last
from sync_simulation import Faults

RUNS, LOT = 300, 60
UNTIL_FOUND = 300  # seeds after which a mutant counts as not found
Simulate = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulate]:
    folder = tmp_path_factory.mktemp("simulation")
    with local_server(folder / "server") as server:
        tokens = {"full": server.token("Ana", "facilitator"), "shared": server.token("Mei", "facilitator")}
        yield lambda seed, **how: simulate(seed, folder, server, tokens, **how)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, RUNS, LOT))
def test_all_hold_the_same_and_nothing_is_lost_whatever_goes_wrong(run: Simulate, first: int) -> None:
    wrong = {seed: fault for seed in range(first, first + LOT) if (fault := run(seed))}
    assert wrong == {}, "by the seed of the run"


def found(run: Simulate, first: int, **how: Any) -> bool:
    """Whether some seed shows a fault; a run that cannot go on counts. `first` is near a seed that
    does, which saves time alone.
    """
    for seed in range(first, first + UNTIL_FOUND):
        try:
            if run(seed, **how):
                return True
        except AssertionError:
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize(("mutant", "first"), [(base_is_what_was_agreed_last, 10), (a_missing_file_is_a_removal, 50)])
def test_a_planner_with_a_rule_left_out_is_found(run: Simulate, mutant: Planner, first: int) -> None:
    assert found(run, first, plan=mutant)


@pytest.mark.slow
def test_a_ledger_written_before_the_file_is_found(run: Simulate) -> None:
    assert found(run, 80, faults=Faults(remembered_first=True))


@pytest.mark.slow
def test_a_server_that_ignores_the_condition_is_found(run: Simulate) -> None:
    assert found(run, 30, faults=Faults(no_condition=True))

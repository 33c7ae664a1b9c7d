"""Covers: session_tui.tui.exit_message.

What the library says of a session that was just left.
"""

from session_tui.outbox.message import PushResult
from session_tui.tui.exit_message import Farewell, with_pushes

QUEUED = PushResult("On its way to crm.")
FAILED = PushResult('Not pushed: endpoint "team": it came with this folder', queued=False)


def test_that_a_session_went_to_nobody_is_said_before_where_it_is_kept() -> None:
    left = with_pushes("Held. /s/one.toml", (QUEUED, FAILED))
    assert left.text == f"Held. /s/one.toml\n{QUEUED}\n{FAILED}"
    assert left.news == FAILED.text


def test_where_nothing_failed_the_first_line_is_said() -> None:
    assert with_pushes("Held. /s/one.toml", (QUEUED,)).news == "Held. /s/one.toml"
    assert Farewell("Prepared: x.\n/s/one.toml").news == "Prepared: x."
    # A deal may be called like the beginning of a sentence of ours.
    assert Farewell("Left live.\nNot pushed: to anybody").news == "Left live."

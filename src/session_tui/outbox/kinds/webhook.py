"""The message for a webhook: JSON with the event, its moment and the summary
(`schemas/summary.json`).
"""

from datetime import datetime

import msgspec

from session_tui.export.json import contract_of
from session_tui.export.summary import Summary
from session_tui.outbox.message import Kind

LARGEST = 1024 * 1024  # bytes; a session with 60 people and 60 actions has about 60 KB


def body(summary: Summary, kind: Kind, at: datetime) -> str:
    """The message of one session."""
    return _message(kind, at, contract_of(summary))


def test_body(text: str, at: datetime) -> str:
    """A test message with this text alone."""
    return _message("test", at, {"message": text})


def _message(kind: Kind, at: datetime, data: dict[str, object]) -> str:
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()

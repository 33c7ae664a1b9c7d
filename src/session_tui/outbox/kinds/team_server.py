"""The message for a team server: the whole session, by its id; docs/team-server.md is the
contract.
"""

from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from session_tui.export.summary import Summary
from session_tui.model.session import SCHEMA, Session
from session_tui.model.vocabulary import PRIVATE
from session_tui.store import session_file
from session_tui.store.toml import Table

LARGEST = 1024 * 1024  # bytes; a session with 60 people and 60 actions has about 60 KB


def body(summary: Summary) -> str:
    """The session with the keys of its file.

    Keys that the level of detail excludes are missing, not empty.
    """
    values: dict[str, Any] = {name: getattr(summary, name) for name in Session.__struct_fields__}
    session = session_file.fresh(Session(**values), sparse=True)
    if not summary.full:
        _without_private(session)
    return msgspec.json.encode({"schema": SCHEMA, "detail": summary.detail, "session": session}).decode()


def session_url(url: str, session: str) -> str:
    """The URL of one session below the server's URL."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{quote(session, safe='')}").geturl()


def _without_private(session: Table) -> None:
    for name in ("stakeholders", "assumptions", "action_items"):
        for row in session.get(name, ()):
            for key in PRIVATE & row.keys():
                del row[key]

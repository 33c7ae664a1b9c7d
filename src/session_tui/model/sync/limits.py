"""How much a session may hold where it is shared by a team: a merge of more would keep every
client busy.
"""

from typing import Any

from session_tui.model.fault import Fault
from session_tui.model.session import LISTS

ENTRIES = 500  # of one kind
CHANGES = 2000


def exceeded(session: Any) -> Fault | None:
    """The first limit that a session's tables exceed; counts alone, before anything is computed
    from the tables.
    """
    if not isinstance(session, dict):
        return None
    for name, most in (*((name, ENTRIES) for name in LISTS.values()), ("changes", CHANGES)):
        rows = session.get(name)
        if isinstance(rows, list) and len(rows) > most:
            said = name.replace("_", " ")
            what = f"there are {len(rows):,} {said}; a session that a team shares has at most {most:,}"
            return Fault(name, what, "Nothing was sent or changed. Go on in a new session on this account.")
    return None

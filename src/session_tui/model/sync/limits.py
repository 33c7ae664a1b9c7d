"""How much a session may hold where it is shared by a team: a merge of more would keep every
client busy.
"""

from typing import Any

from session_tui.model.fault import Fault
from session_tui.model.session import LISTS

ENTRIES = 500  # of one kind; attendees; names and ids in one entry
CHANGES = 2000
_MOST = {**dict.fromkeys(LISTS.values(), ENTRIES), "attendees": ENTRIES, "changes": CHANGES}
_LISTS_OF_AN_ENTRY = ("covered_by", "influences", "about")
_DO = "Nothing was sent or changed. Go on in a new session on this account."


def exceeded(session: Any) -> Fault | None:
    """The first limit that a session's tables exceed; counts alone, before anything is computed
    from the tables.
    """
    if not isinstance(session, dict):
        return None
    for name, most in _MOST.items():
        rows = session.get(name)
        if isinstance(rows, list) and len(rows) > most:
            said = name.replace("_", " ")
            what = f"there are {len(rows):,} {said}; a session that a team shares has at most {most:,}"
            return Fault(name, what, _DO)
        for number, row in enumerate(rows if isinstance(rows, list) and name != "changes" else (), 1):
            for key in _LISTS_OF_AN_ENTRY if isinstance(row, dict) else ():
                value = row.get(key)
                if isinstance(value, list) and len(value) > ENTRIES:
                    what = f"there are {len(value):,} of them; an entry that a team shares has at most {ENTRIES:,}"
                    return Fault(f"{name}[{number}].{key}", what, _DO)
    return None

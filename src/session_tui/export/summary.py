"""The summary: the part of a session that leaves the program. Every document and request is made
from it alone.

A summary does not contain what its level of detail excludes, so no renderer can reveal it by
mistake.
"""

from datetime import UTC, datetime

from msgspec.structs import asdict, replace

from session_tui.model.analysis import were_there
from session_tui.model.dates import file_moment
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail, is_private_change


class Summary(Session, frozen=True, kw_only=True):
    """A session as it leaves the program.

    With the detail `shared` it has no support, power, pain, note, comment or condition, nothing
    computed from them, no credit split and no hours saved. Power and support are then None, which
    with `full` means not judged, so code that shows a person must check `full` first. `absent` are
    the names of the owners of open actions who did not attend.
    """

    detail: Detail
    absent: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """The summary contains the whole session."""
        return self.detail == "full"


def summarise(session: Session, detail: Detail) -> Summary:
    """Return the summary of a session at a level of detail."""
    present = were_there(session)
    owners = dict.fromkeys(each.owner for each in session.action_items if each.owner and each.status == "open")
    absent = tuple(name for name in owners if present and name_key(name) not in present)
    values = asdict(session if detail == "full" else _shared(session))
    return Summary(**values, detail=detail, absent=absent)


def _shared(session: Session) -> Session:
    """The session without the private fields, notes and comments."""
    plan = session.plan
    return replace(
        session,
        condition="",
        plan=replace(plan, comments=()) if plan is not None else None,
        credit_split=(),
        value=replace(session.value, hours_saved=None) if session.value is not None else None,
        stakeholders=tuple(replace(each, power=None, support=None, pain="", note="") for each in session.stakeholders),
        assumptions=tuple(replace(each, note="") for each in session.assumptions),
        action_items=tuple(replace(each, note="") for each in session.action_items),
        notes=(),
        last_ids=replace(session.last_ids, n=0),
        changes=tuple(each for each in session.changes if not is_private_change(each.entry, each.field)),
    )


def moment_of(summary: Summary) -> datetime:
    """The time (UTC) of the end of the session or of its last change, the later of the two."""
    moments = (summary.started_at, summary.ended_at, *(c.at for c in summary.clock), *(c.at for c in summary.changes))
    # A session file written by hand may have no times; its id begins with the date.
    known = [each for each in moments if each is not None]
    return file_moment(max(known, default=_day(summary.id)))


def _day(session: str) -> datetime:
    try:
        return datetime.fromisoformat(session[:10]).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)

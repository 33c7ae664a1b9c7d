"""The summary: what of a session leaves the program. Every document and every request is made from it alone.

What a level of detail leaves out is not hidden in a summary, it is not there: so no renderer can tell it by mistake.
"""

from datetime import UTC, datetime

from msgspec.structs import asdict, replace

from session_tui.model.analysis import were_there
from session_tui.model.dates import file_moment
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import Detail, is_private_change

_NOBODY = Stakeholder(id="", name="?")


class Summary(Session, frozen=True, kw_only=True):
    """A session as it leaves the program.

    With `shared` there is no support, power, pain, note or comment in it, and nothing that was computed from them;
    power and support then have a value that says nothing, and whoever draws a person asks `full` first. `absent` are
    the owners of open actions who were not in the room, by name.
    """

    detail: Detail
    absent: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """All that the session says is in it."""
        return self.detail == "full"


def summarise(session: Session, detail: Detail) -> Summary:
    """The summary of a session at a level of detail."""
    there = were_there(session)
    owners = dict.fromkeys(each.owner for each in session.action_items if each.owner and each.status == "open")
    absent = tuple(name for name in owners if there and name_key(name) not in there)
    values = asdict(session if detail == "full" else _shared(session))
    return Summary(**values, detail=detail, absent=absent)


def _shared(session: Session) -> Session:
    """The session without what stays with us, wherever it stands."""
    plan = session.plan
    return replace(
        session,
        plan=replace(plan, comments=()) if plan is not None else None,
        stakeholders=tuple(
            replace(each, power=_NOBODY.power, support=_NOBODY.support, pain="", note="")
            for each in session.stakeholders
        ),
        assumptions=tuple(replace(each, note="") for each in session.assumptions),
        action_items=tuple(replace(each, note="") for each in session.action_items),
        notes=(),
        last_ids=replace(session.last_ids, n=0),
        changes=tuple(each for each in session.changes if not is_private_change(each.entry, each.field)),
    )


def moment_of(summary: Summary) -> datetime:
    """When what is told of happened: the session's end or its last change, whichever is later."""
    moments = (summary.started_at, summary.ended_at, *(c.at for c in summary.clock), *(c.at for c in summary.changes))
    # A session written by hand may have none of them; its id begins with its day.
    known = [each for each in moments if each is not None]
    return file_moment(max(known, default=_day(summary.id)))


def _day(session: str) -> datetime:
    try:
        return datetime.fromisoformat(session[:10]).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)

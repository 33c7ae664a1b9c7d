"""Sending what was held or changed to the endpoints that want it; their machinery is loaded where there is one."""

import os

from session_tui.cli.output import say
from session_tui.cli.where import Where, now
from session_tui.model.session import Session
from session_tui.store.places import Places


def at_end(places: Places, session: Session) -> tuple[str, ...]:
    """Push a session that was just held to the endpoints that want it, behind this process; what is to be said."""
    from session_tui.deliver.pushing import Post

    results = Post(places, os.environ, now).at_end(session)
    return (*map(str, results), *left_behind(places)) if results else ()


def send_on(where: Where, *sessions: Session) -> None:
    """Held sessions were changed: the endpoints that were given them at their end are told, behind this process."""
    if not where.places.configuration.endpoints:
        return
    from session_tui.deliver.pushing import Post

    post = Post(where.places, os.environ, now)
    said = [str(each) for session in sessions if session.status == "held" for each in post.changed(session)]
    # One process for all of them: a hand-over changes hundreds at once.
    for each in dict.fromkeys((*said, *(left_behind(where.places) if said else ()))):
        say(each, err=True)


def left_behind(places: Places) -> tuple[str, ...]:
    """What waits is sent when we have ended; said where it is not."""
    from session_tui.deliver.pushing import send_behind

    fault = send_behind(places, os.environ)
    return (str(fault),) if fault else ()

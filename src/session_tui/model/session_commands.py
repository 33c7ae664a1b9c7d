"""The `/name` commands that change a session: the edit of each, and the sentence that confirms it.

The full screen and the line-by-line mode both use this module.
"""

import re
from datetime import datetime, timedelta

from msgspec.structs import replace

from session_tui.model import attendance, capture, clock_commands, credit, edits, fixed_end, session_end, timebox
from session_tui.model.analysis import ours, standing_on
from session_tui.model.capture import namesakes
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Close, Edit, EntryReplacement, FixEnd, Mark, Put, Reopen
from session_tui.model.fault import Fault
from session_tui.model.session import Assumption, Clock, Session, Value, find
from session_tui.model.timebox import clock_text
from session_tui.model.vocabulary import OUTCOME_WORDS

_STEPS = {
    "next": clock_commands.next_part,
    "back": clock_commands.back,
    "pause": clock_commands.pause,
    "go_on": clock_commands.go_on,
    "less": clock_commands.less,
    "more": clock_commands.more,
}


def edit_for(name: str, arguments: str, session: Session, now: datetime) -> Edit | Refusal:
    """The edit of a command that changes the session, or why it cannot be done."""
    if name in _STEPS:
        return _or_refusal(_STEPS[name](session, now))
    match name:
        case "extend":
            minutes = arguments.removesuffix("minutes").removesuffix("min").strip()
            if not re.fullmatch("[0-9]{1,4}", minutes):
                return Refusal("by how many minutes", "/extend 5 makes the session five minutes longer.")
            return _or_refusal(clock_commands.extend(session, now, int(minutes)))
        case "count" | "skip":
            return _or_refusal(clock_commands.answer_gap(session, name == "count"))
        case "remove":
            entry = find(session, arguments)
            return (
                edits.remove(session, entry) if entry else Refusal(f"there is no {arguments or 'entry without an id'}")
            )
        case "credit":
            shares = credit.read_for(session, arguments)
            return shares if isinstance(shares, Refusal) else Put("credit_split", "", session.credit_split, shares)
        case "saved":
            return saved(arguments, session)
        case "end":
            return session_end.close(arguments, session, now)
        case _:
            return Refusal(f"/{name} does nothing here")


def saved(arguments: str, session: Session) -> Edit | Refusal:
    """The edit that records how many hours the decisions will save, by estimate."""
    hours = arguments.strip().removesuffix("hours").removesuffix("h").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", hours):
        return Refusal("how many hours", "/saved 8 says that what was decided saves about eight hours.")
    return Put("value", "", session.value, replace(session.value or Value(), hours_saved=float(hours)))


_DONE = {"adds": "added", "changes": "changed", "removes": "removed", "keeps": "unchanged"}


def confirmation(
    before: Session,
    edit: Edit,
    after: Session,
    now: datetime,
    wall_ahead: timedelta = timedelta(),
    people: tuple[str, ...] = (),
    *,
    spoken: bool = False,
) -> str:
    """One sentence that confirms an edit, for the message line of the screen and for print.

    `wall_ahead` is how far the computer's clock is ahead of session time, `people` are our people
    in the configuration. `spoken`: the sentence is to be heard, so no value is a sign alone.
    """
    match edit:
        case Mark(event):
            return _clock_confirmation(event, after, now, wall_ahead)
        case FixEnd():
            return fixed_end.confirmation(timebox.of(after, now), wall_ahead)
        case Close(outcome=outcome, headline=headline):
            return f"Held: {OUTCOME_WORDS[outcome]}." + (f" {headline}" if headline else "")
        case Reopen():
            return "Live again. The time since the end is not counted; /count counts it."
        case Put(_, id_, old, new) if id_ and isinstance(new, Assumption) and new.status == "invalidated":
            actions = standing_on(after, id_)
            if actions and (not isinstance(old, Assumption) or old.status != "invalidated"):
                texts = "; ".join(f"{each.id} {each.text}" for each in actions[:4])
                return f"{id_} is wrong. On it stood: {texts}."
        case Put("credit_split"):
            known = (*ours(before, people), *(each.name for each in before.credit_split))
            return f"Credit split {credit.words(after.credit_split)}." + namesakes.doubtful(
                (each.name for each in after.credit_split), known
            )
        case Put("value", _, _, Value(hours_saved=hours)) if hours is not None:
            return f"About {hours:g} hours saved, an estimate."
        case Put("attendees", _, old, new):
            came = (each.name for each in new if each not in old)
            known = (*ours(before, people), *(each.name for each in before.stakeholders))
            return attendance.confirmation(old, new) + namesakes.doubtful(came, known)
        case Put("facilitator", _, _, name):
            return f"{name} runs the session." + namesakes.doubtful((name,), ours(before, people))
        case EntryReplacement(shown=shown, notes=notes):
            # The table shows the values, and what fell away stands nowhere else.
            space = " " if spoken else "  "
            change = confirmation(before, shown, after, now, people=people, spoken=spoken)
            return f"{'; '.join(reversed(notes))}.{space}{change}"
    made = capture.preview(edit, before, now.astimezone().date(), people, entered=True, spoken=spoken)
    done = replace(made, verb=_DONE.get(made.verb, made.verb))
    return done.spoken() if spoken else str(done)


def _clock_confirmation(mark: Clock, after: Session, now: datetime, wall_ahead: timedelta) -> str:
    box = timebox.of(after, now)
    title = after.parts[box.running].title if 0 <= box.running < len(after.parts) else ""
    left = f"{clock_text(box.remaining)} left" if box.remaining >= 0 else f"{clock_text(box.remaining)} over"
    match event := mark.event:
        case "start" | "part":
            return f"{title}: {left}."
        case "pause":
            return f"Paused; {fixed_end.words(box, wall_ahead) or 'the end moves with the pause'}."
        case "go_on":
            return f"Going on with {title}: {left}."
        case "minutes" | "extend":
            end = timebox.later(box.end, wall_ahead.total_seconds()) if event == "extend" and box.end else None
            ends = f", the session ends {end.astimezone():%H:%M}" if end else ""
            return f"{title}: {left}{ends}."
        case "away":
            return "The time away counts as session time." if mark.counts else "The time away does not count."
        case _:
            return ""


def _or_refusal(result: Mark | Fault) -> Edit | Refusal:
    return Refusal(result.what, result.do) if isinstance(result, Fault) else result

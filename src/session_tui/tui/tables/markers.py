"""Changes since the last session: signs for the table's cells, and words for the highlighted row
and the panel.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from session_tui.model import dates, formats, glyphs, judgements
from session_tui.model.diff import deal_changes
from session_tui.model.history import Past
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder, find
from session_tui.model.vocabulary import COVERAGE_WORDS, EVIDENCE_WORDS
from session_tui.tui.tables.table import Column, View

UP, DOWN, SLIPPED, SAME = glyphs.ROSE, glyphs.FELL, glyphs.SLIPPED, glyphs.SAME
ROOM = 2  # cells for a sign behind a value


def columns(view: View, columns: tuple[Column, ...], *signed: str) -> tuple[Column, ...]:
    """The columns, with room for a sign in the `signed` ones if there was an earlier session."""
    if view.past.last is None:
        return columns
    return tuple(
        Column(each.title, each.width + ROOM if each.width else 0, each.share, each.least, each.most)
        if each.title in signed
        else each
        for each in columns
    )


def sign(view: View, entry: Stakeholder | Assumption, field: str, scale: Sequence[Any] = ()) -> str:
    """An arrow up or down if this field has changed since the last session, else empty. `scale` is
    the order of values that are not numbers. The first judgement of a person is no move.
    """
    before = view.past.before(view.session, entry)
    if before is None or type(before) is not type(entry):
        return ""
    was, now = getattr(before, field), getattr(entry, field)
    if was == now or was is None or now is None:
        return ""
    rank: Callable[[Any], Any] = scale.index if scale else lambda value: value
    return f" {UP if rank(now) > rank(was) else DOWN}"


def slipped(view: View, action: ActionItem) -> str:
    """`↷2` if the date of an action was moved to a later day twice; empty if never."""
    many = view.past.slips(view.session, action)
    return f" {SLIPPED}{many}" if many else ""


def same(view: View, entry: Stakeholder | Assumption | ActionItem) -> str:
    """The sign of an entry that has not changed for three sessions, else empty."""
    return f" {SAME}" if view.past.same_story(view.session, entry) else ""


def words(view: View, entry_id: str) -> str:
    """A row's past in words: its old values, its moved dates, or that it has not changed for three
    sessions.
    """
    entry = find(view.session, entry_id)
    if not isinstance(entry, Stakeholder | Assumption | ActionItem):
        return ""
    parts = list(_was(view, entry))
    if isinstance(entry, ActionItem) and (many := view.past.slips(view.session, entry)):
        days = ", ".join(dates.short(day, view.today) for day in view.past.due_dates(view.session, entry))
        parts.append(f"date moved on {formats.times(many)}: {days}")
    if view.past.same_story(view.session, entry):
        parts.append("the same story again: unchanged for three sessions")
    return "; ".join(parts)


def _was(view: View, entry: Stakeholder | Assumption | ActionItem) -> tuple[str, ...]:
    before = view.past.before(view.session, entry)
    was: tuple[tuple[bool, str], ...]
    match entry, before:
        case Stakeholder(), Stakeholder():
            was = (
                (entry.support != before.support, f"support was {judgements.support_value(before.support)}"),
                (entry.power != before.power, f"power was {judgements.power_value(before.power)}"),
                (entry.coverage != before.coverage, f"coverage was {COVERAGE_WORDS[before.coverage]}"),
            )
        case Assumption(), Assumption():
            was = ((entry.evidence != before.evidence, f"evidence was {EVIDENCE_WORDS[before.evidence]}"),)
        case _:
            return ()
    return tuple(text for differs, text in was if differs)


def deal(session: Session, past: Past, today: date) -> tuple[tuple[str, str], ...]:
    """The changes of the deal since the last session: pairs of a name and `was → is`."""
    last = past.last
    if last is None:
        return ()
    changes = deal_changes(last, session, partial(dates.short, today=today))
    return tuple((name, f"{was} → {now}") for name, was, now in changes if was)

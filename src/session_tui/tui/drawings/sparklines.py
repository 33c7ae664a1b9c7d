"""Charts of one line, in text: how somebody's support went, how well time was kept, when sessions were held.

Never by colour alone, and never alone: the words for the first and the last value stand beside them.
"""

from collections.abc import Iterable, Sequence

from session_tui.model.reports.account_history import HeldSession, SupportHistory, SupportPoint
from session_tui.model.reports.assumption_history import AssumptionHistory, Trust
from session_tui.model.vocabulary import SUPPORT_WORDS

_BARS = "▁▂▃▄▅▆▇█"
_SUPPORT = {-2: "▁", -1: "▂", 0: "▄", 1: "▆", 2: "█"}
GAP = "·"  # not on the map in that session
OUTCOME_SIGNS = {"pursue": "▶", "pursue_if": "▷", "hold": "‖", "withdraw": "×", None: "·"}


def support(line: SupportHistory, sessions: Sequence[HeldSession]) -> str:
    """A bar a session, the higher the more for us; a dot where the person was not on the map."""
    at = {point.session_id: point.support for point in line.points}
    return "".join(_SUPPORT[at[one.id]] if one.id in at else GAP for one in sessions)


def support_words(line: SupportHistory) -> str:
    """From where to where: `non-supporter → supporter`, or where they always stood."""
    first, last = line.points[0].support, line.points[-1].support
    now = SUPPORT_WORDS[last]
    return now if first == last else f"{SUPPORT_WORDS[first]} → {now}"


def support_word(point: SupportPoint) -> str:
    """Where somebody stood in one session."""
    return SUPPORT_WORDS[point.support]


def kept(sessions: Iterable[HeldSession]) -> str:
    """A bar a session: in the middle as long as planned, up to twice that at the top."""
    found = []
    for one in sessions:
        if not one.planned_minutes or not one.spent_minutes:
            found.append(GAP)
        else:
            found.append(_BARS[max(0, min(7, round(one.spent_minutes / one.planned_minutes * 4) - 1))])
    return "".join(found)


def steps(belief: AssumptionHistory) -> str:
    """The evidence it had, each change once: `1 → 2`."""
    found: list[int] = []
    for seen in belief.seen:
        if not found or found[-1] != seen.evidence:
            found.append(seen.evidence)
    return " → ".join(map(str, found))


def share(each: Trust) -> str:
    """What turned out true, and whether that says something."""
    if each.share is None:
        return "none tested"
    return f"{each.share:.0%}" if each.enough else f"{each.share:.0%}, of too few to say"


def bars(values: Iterable[float]) -> str:
    """A bar a value, the highest the greatest; one of nothing has the lowest."""
    found = list(values)
    top = max(found, default=0) or 1
    return "".join(_BARS[round(each / top * 7)] for each in found)


def bar(share: float, width: int = 10) -> str:
    """A share of one as a bar that is full at one; whatever is more than nothing has a cell."""
    full = max(min(round(share * width), width), 1 if share > 0 else 0)
    return "█" * full + "░" * (width - full)


def level(share: float) -> str:
    """A share of one as the height of one cell."""
    return _BARS[max(0, min(7, round(share * 7)))]


def timeline(sessions: Sequence[HeldSession], width: int) -> tuple[str, str, str]:
    """The sessions on one line by their days, each by the sign of its outcome; and the days of both its ends."""
    days = [one.day for one in sessions if one.day is not None]
    if not days or width < 24:
        return "", "", ""
    first, last = min(days), max(days)
    span = max(1, (last - first).days)
    cells = ["─"] * width
    for one in sessions:
        if one.day is not None:
            cells[round((one.day - first).days / span * (width - 1))] = OUTCOME_SIGNS[one.outcome]
    return "".join(cells), f"{first:%d %b %Y}", f"{last:%d %b %Y}" if last != first else ""

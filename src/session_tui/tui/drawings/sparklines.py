"""Charts of one line as text: a person's support over time, how well sessions kept their time, the
days of the sessions.

No meaning depends on colour alone, and the words for the first and the last value are beside each
chart.
"""

from collections.abc import Iterable, Sequence

from session_tui.model import glyphs, judgements
from session_tui.model.reports.account_history import HeldSession, SupportHistory, SupportPoint
from session_tui.model.reports.assumption_history import AssumptionHistory, Trust

_BARS = glyphs.BARS
_SUPPORT: dict[int | None, str] = {
    **{support: glyphs.BARS[at] for support, at in ((-2, 0), (-1, 1), (0, 3), (1, 5), (2, 7))},
    None: "?",
}
GAP = "·"  # a session in which the person was not on the map


def support(line: SupportHistory, sessions: Sequence[HeldSession]) -> str:
    """A bar for each session, higher for more support; a question mark if it was not
    judged, a dot if the person was not on the map.
    """
    at = {point.session_id: point.support for point in line.points}
    return "".join(_SUPPORT[at[one.id]] if one.id in at else GAP for one in sessions)


def support_words(line: SupportHistory) -> str:
    """The first and the last support, `non-supporter → supporter`; one word if they are equal."""
    first, last = line.points[0].support, line.points[-1].support
    now = judgements.support_value(last)
    return now if first == last else f"{judgements.support_value(first)} → {now}"


def support_word(point: SupportPoint) -> str:
    """A person's support in one session, in words."""
    return judgements.support_value(point.support)


def kept(sessions: Iterable[HeldSession]) -> str:
    """A bar for each session: half high if it lasted as long as planned, full at twice the
    planned time or more.
    """
    signs = []
    for one in sessions:
        if not one.planned_minutes or not one.spent_minutes:
            signs.append(GAP)
        else:
            signs.append(_BARS[max(0, min(7, round(one.spent_minutes / one.planned_minutes * 4) - 1))])
    return "".join(signs)


def steps(belief: AssumptionHistory) -> str:
    """The changes of the evidence: `1 → 2`."""
    changes: list[int] = []
    for seen in belief.seen:
        if not changes or changes[-1] != seen.evidence:
            changes.append(seen.evidence)
    return " → ".join(map(str, changes))


def share(each: Trust) -> str:
    """The share of assumptions that turned out true, with a remark if they are too few."""
    if each.share is None:
        return "none tested"
    return f"{each.share:.0%}" if each.enough else f"{each.share:.0%}, of too few to say"


def bars(values: Iterable[float]) -> str:
    """A bar for each value, scaled to the greatest; 0 has the lowest bar."""
    heights = list(values)
    top = max(heights, default=0) or 1
    return "".join(_BARS[round(each / top * 7)] for each in heights)


def bar(share: float, width: int = 10) -> str:
    """A share from 0 to 1 as a bar of `width` cells; one above 0 has at least one full cell."""
    full = max(min(round(share * width), width), 1 if share > 0 else 0)
    return glyphs.PART * full + glyphs.REST * (width - full)


def level(share: float) -> str:
    """A share from 0 to 1 as a bar in one cell."""
    return _BARS[max(0, min(7, round(share * 7)))]


def timeline(sessions: Sequence[HeldSession], width: int) -> tuple[str, str, str]:
    """A line with the sign of each session's outcome at its day, and the days of both ends; empty
    texts if `width` is below 24.
    """
    days = [one.day for one in sessions if one.day is not None]
    if not days or width < 24:
        return "", "", ""
    first, last = min(days), max(days)
    span = max(1, (last - first).days)
    cells = ["─"] * width
    for one in sessions:
        if one.day is not None:
            cells[round((one.day - first).days / span * (width - 1))] = glyphs.OUTCOMES[one.outcome]
    return "".join(cells), f"{first:%d %b %Y}", f"{last:%d %b %Y}" if last != first else ""

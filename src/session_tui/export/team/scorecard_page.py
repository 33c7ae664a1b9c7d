"""A round of scorecards as one HTML page without outside parts: what the record says otherwise, and the gaps."""

from session_tui.export.html import standalone
from session_tui.export.team import scorecard_charts
from session_tui.model.team.scorecard import ScorecardReport


def page(report: ScorecardReport, contradictions: tuple[str, ...], heading: str, as_of: str) -> bytes:
    """The page, as UTF-8; `contradictions` and `heading` are the report's own sentences."""
    return standalone(
        "gaps.html.jinja",
        scorecard_charts.INLINE_STYLE,
        scorecard_charts.picture(report),
        round=report.round,
        heading=heading,
        contradictions=contradictions,
        record=report.record,
        as_of=as_of,
    )

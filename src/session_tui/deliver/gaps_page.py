"""A round of scorecards as one HTML page without outside parts: what the record says otherwise, and the gaps."""

from session_tui.deliver import gaps
from session_tui.deliver.page import standalone
from session_tui.model.scorecard import Report


def page(report: Report, contradictions: tuple[str, ...], heading: str, as_of: str) -> bytes:
    """The page, as UTF-8; `contradictions` and `heading` are the report's own sentences."""
    return standalone(
        "gaps.html.jinja",
        gaps.INLINE_STYLE,
        gaps.picture(report),
        round=report.round,
        heading=heading,
        contradictions=contradictions,
        record=report.record,
        as_of=as_of,
    )

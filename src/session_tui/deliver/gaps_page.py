"""A round of scorecards as one HTML page without outside parts: what the record says otherwise, and the gaps."""

from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup

from session_tui.deliver import gaps
from session_tui.deliver.page import style
from session_tui.deliver.templates import filled
from session_tui.model.scorecard import Report


def page(report: Report, contradictions: tuple[str, ...], heading: str, as_of: str) -> bytes:
    """The page, as UTF-8; `contradictions` and `heading` are the report's own sentences."""
    sheet = style(gaps.INLINE_STYLE)
    return filled(
        "gaps.html.jinja",
        style=Markup(sheet),
        style_hash=b64encode(sha256(sheet.encode()).digest()).decode(),
        round=report.round,
        heading=heading,
        contradictions=contradictions,
        # Built as a tree of elements: its texts are text already.
        picture=Markup(gaps.picture(report)),
        record=report.record,
        as_of=as_of,
    ).encode()

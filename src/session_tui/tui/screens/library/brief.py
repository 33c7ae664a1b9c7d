"""One page about an account, to read before a session or a hand-over."""

from collections.abc import Iterator
from datetime import date

from session_tui.export.brief import sections
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports.account_brief import brief
from session_tui.model.session import Session
from session_tui.tui.screens.text_page import PageScreen


class BriefScreen(PageScreen):
    """The page, or that there is nothing to tell yet."""

    def __init__(
        self, account: str, sessions: tuple[Session, ...], deals: tuple[PipelineRow, ...], today: date
    ) -> None:
        super().__init__()
        self.found = brief(account, sessions, deals, today)
        self.account, self.today = account, today

    def lines(self) -> Iterator[str]:
        """The account, then a section each; lines of a section are indented."""
        yield self.account
        if self.found is None:
            yield "  No session on this account was held yet. n begins one, p prepares it."
            return
        for title, found in sections(self.found, self.today):
            yield ""
            yield title
            for each in found:
                yield f"  • {each}"

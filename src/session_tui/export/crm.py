"""The deal of a session as a CSV line that the import wizards of CRMs map by its headings.

It goes back into the CRM: the next step, the close date and the phase of the record.
"""

from datetime import date

from session_tui.export.csv import csv_text
from session_tui.export.formats import Setting
from session_tui.export.summary import Summary
from session_tui.model.crm.cell import web_address
from session_tui.model.diff import deal_changes
from session_tui.model.session import ActionItem

# The English headings of the CRMs themselves, so that a wizard maps them without help.
KEYS = (
    "Record ID", "Account Name", "Opportunity Name", "Stage", "Amount", "Currency", "Close Date", "Opportunity Owner",
    "Next Step", "Next Step Owner", "Next Step Due", "Last Session", "Link",
)  # fmt: skip
LONGEST_STEP = 255  # characters; a longer text is refused by the field of Salesforce


def render(summary: Summary, setting: Setting) -> bytes:
    """Return a heading and one line: UTF-8 with a byte order mark, CRLF line ends, ISO dates."""
    action = next_step(summary)
    held = summary.started_at.astimezone(setting.now.tzinfo).date() if summary.started_at else None
    row = (
        _record(summary, setting)[0],
        summary.account,
        summary.opportunity,
        summary.phase,
        summary.amount,
        summary.currency,
        summary.close_on,
        summary.account_owner,
        _step(action) if action else "",
        action.owner if action else "",
        action.due if action else None,
        held,
        web_address(_record(summary, setting)[1]),
    )
    return csv_text(KEYS, [row], "\r\n").encode("utf-8-sig")


def remarks(summary: Summary, setting: Setting) -> tuple[str, ...]:
    """Sentences for the user: where the CRM has newer values, which the import would replace, and
    where no record of it is known.
    """
    found = [] if _record(summary, setting)[0] else ["No record ID is known: an import may make a second deal."]
    said = (
        [
            f"{name} {was or 'none'} where the pipeline has {now}"
            for name, was, now in deal_changes(summary, setting.deal)
        ]
        if setting.deal is not None
        else []
    )
    if said:
        words = f"The file has the session's values: {'; '.join(said)}. Leave out those columns in the import."
        found.append(words)
    return tuple(found)


def _record(summary: Summary, setting: Setting) -> tuple[str, str]:
    """Id and address of the CRM's record: the session's own, else those of the pipeline's line."""
    if summary.crm_id or setting.deal is None:
        return summary.crm_id, summary.crm_url
    return setting.deal.crm_id, summary.crm_url or setting.deal.crm_url


def next_step(summary: Summary) -> ActionItem | None:
    """The open action that is due first; without dates the first one, None without any."""
    open_actions = [each for each in summary.action_items if each.status == "open"]
    return min(open_actions, key=lambda each: each.due or date.max, default=None)


def _step(action: ActionItem) -> str:
    text = " ".join(action.text.split())
    return text if len(text) <= LONGEST_STEP else f"{text[: LONGEST_STEP - 1]}…"

"""The account brief as sections of lines (for the screen) and as Markdown."""

from datetime import date

from session_tui.export.markdown import escaped
from session_tui.model import dates, formats, judgements
from session_tui.model.reports.account_brief import (
    NEVER_REVIEWED,
    AccountBrief,
    OpenAssumption,
    PastSession,
    PipelineChange,
    Promise,
    SupportNow,
)
from session_tui.model.vocabulary import EVIDENCE_WORDS, OUTCOME_WORDS, ROLE_WORDS

Sections = tuple[tuple[str, tuple[str, ...]], ...]


def sections(brief: AccountBrief, today: date) -> Sections:
    """(title, lines) of each section, as raw text: the output makes it safe.

    An assumption that is both risky and due stands among the riskiest alone, with its date.
    """
    more_due = tuple(each for each in brief.due if each not in brief.riskiest)
    all_sections = (
        ("Last sessions", tuple(_held(each, today) for each in brief.sessions)),
        ("What changed in the pipeline", tuple(_moved(each, today) for each in brief.pipeline)),
        ("People", tuple(_standing(each, today) for each in brief.people)),
        ("Riskiest assumptions", tuple(_belief(each, today) for each in brief.riskiest)),
        ("Other assumptions due", tuple(_belief(each, today) for each in more_due)),
        ("Open actions", tuple(_promise(each, today) for each in brief.actions)),
    )
    return tuple(each for each in all_sections if each[1])


def markdown(brief: AccountBrief, today: date) -> str:
    """One page of Markdown, with all texts escaped."""
    lines = [f"# {escaped(brief.account)}: brief of {today.isoformat()}"]
    for title, entries in sections(brief, today):
        lines += ["", f"## {title}", *(f"- {escaped(each)}" for each in entries)]
    return "\n".join(lines) + "\n"


def _held(each: PastSession, today: date) -> str:
    when = dates.words(each.day, today) if each.day else each.id
    where = " · ".join(word for word in (each.zone, each.opportunity) if word)
    outcome = OUTCOME_WORDS[each.outcome] if each.outcome else "no outcome"
    return f"{when}{f' ({where})' if where else ''}: {outcome}. {each.headline}".strip()


def _moved(each: PipelineChange, today: date) -> str:
    deal = each.opportunity or "the account"
    if (each.field, each.was, each.now) == NEVER_REVIEWED:
        return f"{deal} is in the pipeline, and no session was held on it yet."
    was, now = (_day_in_words(text, today) if each.field == "close date" else text for text in (each.was, each.now))
    return f"{deal}: the {each.field} is {now} now; {f'it was {was}' if was else 'the last session had none'}."


def _day_in_words(text: str, today: date) -> str:
    return dates.words(date.fromisoformat(text), today) if text else ""


def _standing(each: SupportNow, today: date) -> str:
    who = f"{each.name}, {each.title}" if each.title else each.name
    facts = [ROLE_WORDS[each.buying_role], judgements.stand(each.power, each.support)]
    facts.append(f"since {dates.words(each.since, today)}" if each.since else "")
    facts.append(f"covered by {', '.join(each.covered_by)}" if each.covered_by else "covered by nobody")
    zone = f" [{each.zone}]" if each.zone else ""
    return f"{who}{zone}: " + ", ".join(fact for fact in facts if fact)


def _belief(each: OpenAssumption, today: date) -> str:
    who = f"{each.tested_by} tests it" if each.tested_by else "nobody tests it"
    return f"{each.text} (importance {each.importance}, {EVIDENCE_WORDS[each.evidence]}; {who}{_due(each, today)})"


def _promise(each: Promise, today: date) -> str:
    slipped = f", moved {formats.count(each.slips, 'time')}" if each.slips else ""
    return f"{each.text} ({each.owner or 'nobody'}{_due(each, today)}{slipped})"


def _due(each: OpenAssumption | Promise, today: date) -> str:
    if each.due is None:
        return ", no date"
    return f", due {dates.words(each.due, today)}" + (", overdue" if each.overdue else "")

"""The brief for the receiver of a hand-over, as Markdown: the new holdings, and all facts about
their accounts.

It is for the team alone, because it contains support, pain and notes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from session_tui.export import brief as brief_lines
from session_tui.export.markdown import escaped
from session_tui.model import dates, formats, history, judgements
from session_tui.model.analysis import is_key_player
from session_tui.model.name_keys import name_key
from session_tui.model.reports import action_tracking
from session_tui.model.reports.account_brief import brief
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.reports.assumption_history import AssumptionHistory, beliefs
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder, find
from session_tui.model.team.handover import Step
from session_tui.model.vocabulary import BELIEF_WORDS, COVERAGE_WORDS, EVIDENCE_WORDS, ROLE_WORDS

_NOTHING = "- Nothing is on record."


def markdown(receiver: str, giver: str, steps: Sequence[Step], sessions: Mapping[str, Session], today: date) -> str:
    """Return the brief of one receiver; `sessions` are those of the accounts, newest first."""
    mine = [step for step in steps if step.receiver == receiver and step.session in sessions]
    accounts = dict.fromkeys(name_key(sessions[step.session].account) for step in mine)
    lines = [
        f"# Hand-over from {escaped(giver)} to {escaped(receiver)}",
        "",
        f"As of {today.isoformat()}. For colleagues alone: it says where people stand and what hurts them.",
        "",
        "## What is yours now",
        "",
        *dict.fromkeys(f"- {escaped(_taken(step, sessions[step.session], today))}" for step in mine),
    ]
    for account in accounts:
        chain = [one for one in sessions.values() if name_key(one.account) == account]
        lines += ["", f"## {escaped(chain[0].account)}", *_account(chain, receiver, today)]
    return "\n".join(lines) + "\n"


def _taken(step: Step, session: Session, today: date) -> str:
    where = " · ".join(each for each in (session.account, session.zone) if each)
    entry = find(session, step.entry) if step.entry else None
    match entry:
        case Stakeholder():
            return f"{where}: you cover {formats.person(entry.name, entry.title)}"
        case Assumption():
            return f"{where}: you test: {entry.text}{_due(entry.due, today)}"
        case ActionItem():
            return f"{where}: you owe: {entry.text}{_due(entry.due, today)}"
    if step.kind == "account":
        return f"{where}: the account is yours"
    percent = sum(float(share.partition(" ")[0]) for share in step.was if share.partition(" ")[2] == step.giver)
    deal = f", {session.opportunity}" if session.opportunity else ""
    return f"{where}{deal}: {percent:g} % of the credit is yours"


def _account(chain: list[Session], receiver: str, today: date) -> Iterator[str]:
    """The lines about one account over all its zones; `chain` has its sessions, newest first."""
    page = brief(chain[0].account, chain, (), today)
    sections = dict(brief_lines.sections(page, today)) if page else {}
    yield from _section("How it stands", (escaped(each) for each in sections.get("Last sessions", ())))
    yield from _section("People", _people(chain, today))
    believed = beliefs(chain)
    yield from _section("What we believe", (_belief(each, today) for each in believed if each.status == "untested"))
    actions = action_tracking.follow(chain)
    owed = [each for each in action_tracking.in_order(actions) if each.is_open]
    owed.sort(key=lambda each: (each.item.due is None, each.item.due or today))
    yield from _section("What is promised", (_promise(each, receiver, today) for each in owed))
    tried = (
        *(_tried(each, today) for each in actions if not each.is_open),
        *(_settled(each, today) for each in believed if each.status != "untested"),
        *(f"Decided: {escaped(each)}" for each in dict.fromkeys(d.text for one in chain for d in one.decisions)),
    )
    yield from _section("What was tried and settled", tried)
    known = dict.fromkeys(each.text for one in chain for each in one.notes)
    if known:
        yield from _section("Good to know", map(escaped, known))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    entries = [each if each.startswith("  ") else f"- {each}" for each in lines]
    yield from ("", f"### {title}", "", *(entries or [_NOTHING]))


def _people(chain: Iterable[Session], today: date) -> Iterator[str]:
    """The people in the newest session of each deal, by zone and power; each once in a zone."""
    newest: dict[tuple[str, str], Session] = {}
    for one in chain:
        if one.status != "cancelled":
            newest.setdefault((name_key(one.zone), name_key(one.opportunity)), one)
    met = {
        (name_key(one.zone), name_key(person.name), name_key(person.title)): (one, person)
        for one in reversed(newest.values())
        for person in one.stakeholders
    }
    for one, person in sorted(
        met.values(), key=lambda each: (name_key(each[0].zone), -judgements.power_order(each[1].power))
    ):
        facts = [
            ROLE_WORDS[person.buying_role],
            f"{judgements.power_words(person.power)}{', a key player' if is_key_player(person) else ''}",
            judgements.support_words(person.support),
            f"coverage {COVERAGE_WORDS[person.coverage]}",
            f"covered by {', '.join(person.covered_by) or 'nobody'}",
            f"as of {dates.words(day, today)}" if (day := history.day_of(one)) else "",
        ]
        zone = f" [{one.zone}]" if one.zone else ""
        yield escaped(f"{formats.person(person.name, person.title)}{zone}: {', '.join(filter(None, facts))}")
        if person.pain:
            yield f"  - Pain: {escaped(person.pain)}"
        if person.note:
            yield f"  - Note: {escaped(person.note)}"


def _belief(each: AssumptionHistory, today: date) -> str:
    trend = " → ".join(str(seen.evidence) for seen in each.seen)
    moved = f" (over its sessions {trend})" if len({seen.evidence for seen in each.seen}) > 1 else ""
    who = f"{each.tested_by} tests it" if each.tested_by else "nobody tests it"
    now = each.seen[-1]
    return escaped(
        f"{each.text}: evidence {now.evidence}, {EVIDENCE_WORDS[now.evidence]}{moved};"
        f" importance {now.importance}; {who}{_due(each.due, today)}"
    )


def _promise(each: TrackedAction, receiver: str, today: date) -> str:
    owner = each.item.owner or "nobody"
    mine = " (you)" if name_key(owner) == name_key(receiver) else ""
    late = ", overdue" if each.overdue(today) else ""
    slipped = f", moved {formats.count(each.slips, 'time')}" if each.slips else ""
    return escaped(f"{each.item.text}: {owner}{mine}{_due(each.item.due, today) or ', no date'}{late}{slipped}")


def _tried(each: TrackedAction, today: date) -> str:
    when = f" on {dates.words(each.item.done_on, today)}" if each.item.done_on else ""
    result = f": {each.item.result}" if each.item.result else ""
    return escaped(f"{each.item.text} ({each.item.owner or 'nobody'}) was {each.item.status}{when}{result}")


def _settled(each: AssumptionHistory, today: date) -> str:
    when = f" on {dates.words(each.settled, today)}" if each.settled else ""
    return escaped(f"{each.text} {BELIEF_WORDS[each.status]}{when}{f': {each.result}' if each.result else ''}")


def _due(day: date | None, today: date) -> str:
    return f", due {dates.words(day, today)}" if day else ""

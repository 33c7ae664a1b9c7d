"""Count the key presses for one session's facts: typed in the capture line, and typed as Markdown
notes.

12 stakeholders, 8 assumptions, 10 actions with owner and date, 4 decisions. Every line below is
read by the program's
own grammar, and the session at the end must hold exactly the facts beside the lines; the notes
are written from those
same facts. A character is one press, shifted or not; so are enter, ctrl+n, and a tab that takes
the first completion
(taken wherever that is shorter). Where one could argue, the notes are given the fewer keys:

- first names for our people, signs for support, `A1` for an assumption; no legend says what they
mean;
- nothing is written where the value is the program's default, or unknown;
- the editor goes on with a list by itself, and the last column leaves out the spaces that people
type beside a bar.

Who is there stands at the head of both, and is counted in neither.

Prints the table that docs/guide/capture-line.md shows; the exit status is 1 where the capture
line needs more keys than any notes.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from msgspec.structs import replace

from session_tui.model import capture, edits
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.fault import Fault
from session_tui.model.session import ActionItem, Assumption, Attendee, Decision, Entry, Session, Stakeholder, find
from session_tui.model.vocabulary import COVERAGE_WORDS, ROLE_WORDS, SUPPORT_SIGNS, SUPPORT_WORDS, PartKind

ID = "2026-11-23-acme-freight-7k3q"
NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
TODAY = date(2026, 11, 23)  # a Monday
BEN, MEI, TOM = "Ben Okafor", "Mei Tan", "Tom Adeyemi"
BEGUN = Session(
    id=ID,
    status="live",
    agenda="strategy-30",
    account="Acme Freight",
    attendees=tuple(Attendee(name=name) for name in (BEN, MEI, TOM, "Ana Ruiz")),
)

Row: TypeAlias = tuple[str, ...]


def due(day: int, month: int) -> date:
    """A date of this year."""
    return date(TODAY.year, month, day)


STAKEHOLDERS = {
    'Ruth Vale, CFO role:a !5 - cov:b @b pain:"freight cost per order up 11 %"': Stakeholder(
        id="s1", name="Ruth Vale", title="CFO", buying_role="approver", power=5, support=-1, coverage="brief",
        covered_by=(BEN,), pain="freight cost per order up 11 %",
    ),
    'Mia Tran, COO role:d !4 ++ cov:in @b @mei to:r pain:"two missed peak seasons"': Stakeholder(
        id="s2", name="Mia Tran", title="COO", buying_role="decision_maker", power=4, support=2, coverage="in_depth",
        covered_by=(BEN, MEI), reports_to="s1", pain="two missed peak seasons",
    ),
    "Jonas Pell, Head of transport role:e ++ cov:m @mei to:m": Stakeholder(
        id="s3", name="Jonas Pell", title="Head of transport", buying_role="evaluator", support=2, coverage="multiple",
        covered_by=(MEI,), reports_to="s2",
    ),
    "Sana Oduya, IT architect role:g !2 cov:b @mei": Stakeholder(
        id="s4", name="Sana Oduya", title="IT architect", buying_role="gatekeeper", power=2, coverage="brief",
        covered_by=(MEI,),
    ),
    "Lena Brok, Head of procurement role:g - cov:n to:ruth": Stakeholder(
        id="s5", name="Lena Brok", title="Head of procurement", buying_role="gatekeeper", support=-1, coverage="none",
        reports_to="s1",
    ),
    "Viktor Hale, CEO role:a !5 cov:n": Stakeholder(
        id="s6", name="Viktor Hale", title="CEO", buying_role="approver", power=5, coverage="none",
    ),
    "Petra Wynn, Dispatch lead role:us + cov:m @to to:j": Stakeholder(
        id="s7", name="Petra Wynn", title="Dispatch lead", buying_role="user", support=1, coverage="multiple",
        covered_by=(TOM,), reports_to="s3",
    ),
    "Omar Dene, Carrier manager role:us !2 cov:b @to to:j": Stakeholder(
        id="s8", name="Omar Dene", title="Carrier manager", buying_role="user", power=2, coverage="brief",
        covered_by=(TOM,), reports_to="s3",
    ),
    "Ilse Kray, Controller role:e cov:b @b to:ruth": Stakeholder(
        id="s9", name="Ilse Kray", title="Controller", buying_role="evaluator", coverage="brief", covered_by=(BEN,),
        reports_to="s1",
    ),
    "?, Head of security role:g !4": Stakeholder(
        id="s10", name="?", title="Head of security", buying_role="gatekeeper", power=4,
    ),
    "Noel Farr, Consultant role:i !4 -- cov:n": Stakeholder(
        id="s11", name="Noel Farr", title="Consultant", buying_role="influencer", power=4, support=-2, coverage="none",
    ),
    "Dana Lusk, Regional director role:i + cov:b @b": Stakeholder(
        id="s12", name="Dana Lusk", title="Regional director", buying_role="influencer", support=1, coverage="brief",
        covered_by=(BEN,),
    ),
}  # fmt: skip

ASSUMPTIONS = {
    "The budget is approved for this fiscal year !5 %2 @b due:fri": Assumption(
        id="a1", text="The budget is approved for this fiscal year", importance=5, evidence=2, tested_by=BEN,
        due=due(27, 11),
    ),
    "A payback under 18 months wins the CFO !5 @mei due:+1w": Assumption(
        id="a2", text="A payback under 18 months wins the CFO", importance=5, tested_by=MEI, due=due(30, 11),
    ),
    "The steering committee decides on 9 December !4 %3 @b due:fri": Assumption(
        id="a3", text="The steering committee decides on 9 December", importance=4, evidence=3, tested_by=BEN,
        due=due(27, 11),
    ),
    "The incumbent cannot ship carrier tracking before the summer %2 @mei due:4dec": Assumption(
        id="a4", text="The incumbent cannot ship carrier tracking before the summer", evidence=2, tested_by=MEI,
        due=due(4, 12),
    ),
    "Security will accept hosting in the EU !4 @mei due:4dec": Assumption(
        id="a5", text="Security will accept hosting in the EU", importance=4, tested_by=MEI, due=due(4, 12),
    ),
    "Procurement needs no public tender !5 %2 @b due:wed": Assumption(
        id="a6", text="Procurement needs no public tender", importance=5, evidence=2, tested_by=BEN, due=due(25, 11),
    ),
    "Dispatch will use it without a second screen %4 @to due:+2w": Assumption(
        id="a7", text="Dispatch will use it without a second screen", evidence=4, tested_by=TOM, due=due(7, 12),
    ),
    "The consultant advises, and does not decide !4 @b due:fri": Assumption(
        id="a8", text="The consultant advises, and does not decide", importance=4, tested_by=BEN, due=due(27, 11),
    ),
}  # fmt: skip

ACTIONS = {
    "Get 30 minutes with the CFO, bring the payback model @be due:fri for:ruth for:a1": ActionItem(
        id="t1", text="Get 30 minutes with the CFO, bring the payback model", owner=BEN, due=due(27, 11),
        about=("s1", "a1"),
    ),
    "Build the payback model with the controller @mei due:wed for:il for:a2": ActionItem(
        id="t2", text="Build the payback model with the controller", owner=MEI, due=due(25, 11), about=("s9", "a2"),
    ),
    "Ask procurement which tender rules apply @be due:tue for:len for:a6": ActionItem(
        id="t3", text="Ask procurement which tender rules apply", owner=BEN, due=due(24, 11), about=("s5", "a6"),
    ),
    "Find out who runs security @mei due:wed for:s10": ActionItem(
        id="t4", text="Find out who runs security", owner=MEI, due=due(25, 11), about=("s10",),
    ),
    "Send the hosting paper to the architect @mei due:thu for:sa for:a5": ActionItem(
        id="t5", text="Send the hosting paper to the architect", owner=MEI, due=due(26, 11), about=("s4", "a5"),
    ),
    "Sit with dispatch for a morning, count the phone calls @to due:+1w for:pet for:a7": ActionItem(
        id="t6", text="Sit with dispatch for a morning, count the phone calls", owner=TOM, due=due(30, 11),
        about=("s7", "a7"),
    ),
    "Ask Mia what the consultant was hired for @be due:tue for:noel for:a8": ActionItem(
        id="t7", text="Ask Mia what the consultant was hired for", owner=BEN, due=due(24, 11), about=("s11", "a8"),
    ),
    "Put the committee's date into writing @mia due:fri for:a3": ActionItem(
        id="t8", text="Put the committee's date into writing", owner="Mia Tran", due=due(27, 11), about=("a3",),
    ),
    "Find a finance reference of the same size @to due:4dec for:ruth for:a2": ActionItem(
        id="t9", text="Find a finance reference of the same size", owner=TOM, due=due(4, 12), about=("s1", "a2"),
    ),
    "Ask the regional director to open the door to the CEO @be due:+2w for:da for:vi": ActionItem(
        id="t10", text="Ask the regional director to open the door to the CEO", owner=BEN, due=due(7, 12),
        about=("s12", "s6"),
    ),
}  # fmt: skip

DECISIONS = {
    "=> No pilot before the CFO meeting": Decision(
        id="d1", text="No pilot before the CFO meeting", at=NOW, part="action_items",
    ),
    "=> No price before finance has agreed to the payback model": Decision(
        id="d2", text="No price before finance has agreed to the payback model", at=NOW, part="action_items",
    ),
    "=> We do not answer the consultant's questionnaire": Decision(
        id="d3", text="We do not answer the consultant's questionnaire", at=NOW, part="action_items",
    ),
    "=> Ben speaks to finance, Mei to everybody else": Decision(
        id="d4", text="Ben speaks to finance, Mei to everybody else", at=NOW, part="action_items",
    ),
}  # fmt: skip

# What is typed in which part; decisions may be typed in any.
SESSION: tuple[tuple[PartKind, Mapping[str, Entry]], ...] = (
    ("stakeholder_map", STAKEHOLDERS),
    ("assumptions", ASSUMPTIONS),
    ("action_items", ACTIONS),
    ("action_items", DECISIONS),
)
HEADINGS: dict[type[Entry], Row] = {
    Stakeholder: ("Name", "Title", "Role", "Power", "Support", "Contact", "Ours", "Reports to", "Pain"),
    Assumption: ("Assumption", "Importance", "Evidence", "Who", "Due"),
    ActionItem: ("Action", "Owner", "Due", "For"),
    Decision: ("Decision",),
}


WORDS = ("stakeholders", "assumptions", "actions with owner and date", "decisions")


def main() -> int:
    """Count, print, and say by the exit status whether the capture line is the shorter way."""
    facts = [tuple(entries.values()) for _, entries in SESSION]
    typed, between = held()
    columns = {
        "session-tui": (*typed, between),
        "Markdown list": (*(len(as_list(each)) for each in facts), 0),
        "Markdown table": (*(len(as_table(each, " | ")) for each in facts), 0),
        "table, spaces left out": (*(len(as_table(each, "|")) for each in facts), 0),
    }
    print("| key presses |", " | ".join(columns), "|")
    print("| --- |", " | ".join("---:" for _ in columns), "|")
    rows = [f"{len(each)} {words}" for each, words in zip(facts, WORDS, strict=True)]
    for at, name in enumerate([*rows, "from part to part"]):
        print(f"| {name} |", " | ".join(f"{column[at]:,}" for column in columns.values()), "|")
    totals = {name: sum(column) for name, column in columns.items()}
    print("| **all** |", " | ".join(f"**{total:,}**" for total in totals.values()), "|")
    return 0 if all(totals["session-tui"] < total for name, total in totals.items() if name != "session-tui") else 1


def held() -> tuple[tuple[int, ...], int]:
    """Hold the session: the presses for each kind of entry, and those between the parts. Stops
    where a fact differs.
    """
    session, part, counts, between = BEGUN, SESSION[0][0], [], 0
    for here, facts in SESSION:
        between += here != part  # ctrl+n
        part, count = here, 0
        for line, fact in facts.items():
            context = Context(session, part, NOW, TODAY)
            reading = capture.read(line, context)
            after = None if isinstance(reading, Command | Refusal) else edits.apply(session, reading)
            if after is None or isinstance(after, Fault):
                sys.exit(f"{line}: {after or reading}")
            wanted = fact if isinstance(fact, Decision) else replace(fact, first_raised_in=ID)
            if find(after, fact.id) != wanted:
                sys.exit(f"{line}\n  gives {find(after, fact.id)}\n  not   {wanted}")
            count += presses(line, context) + 1  # enter
            session = after
        counts.append(count)
    return tuple(counts), between


def presses(line: str, context: Context) -> int:
    """The fewest presses that type this line, with a tab wherever the first completion is a
    longer beginning of it.
    """
    fewest = [0, *[len(line)] * len(line)]
    for at in range(len(line)):
        ahead = [at + 1]
        first = capture.complete(line[:at], at, context)[:1] if at else ()
        if first and line.startswith(first[0].text):
            ahead.append(len(first[0].text))
        for reached in ahead:
            fewest[reached] = min(fewest[reached], fewest[at] + 1)
    return fewest[-1]


def as_list(facts: Sequence[Entry]) -> str:
    """A heading, and a line an entry; the editor sets the bullets but the first."""
    lines = [", ".join(filter(None, said(fact))) for fact in facts]
    return f"## {HEADINGS[type(facts[0])][0]}s\n- " + "\n".join(lines) + "\n"


def as_table(facts: Sequence[Entry], bar: str) -> str:
    """A heading, and a row an entry; empty cells at the end are left out. Decisions are a list."""
    if isinstance(facts[0], Decision):
        return as_list(facts)
    heads = HEADINGS[type(facts[0])]
    rows = [heads, ("-",) * len(heads), *map(cells, facts)]
    return f"## {heads[0]}s\n" + "".join(row(each, bar) + "\n" for each in rows)


def row(cells: Row, bar: str) -> str:
    """One row of a table, without a bar at its ends where that may be."""
    while not cells[-1]:
        cells = cells[:-1]
    return f"{bar.lstrip()}{bar.join(cells)}{bar.rstrip()}"


def cells(fact: Entry) -> Row:
    """A fact as cells of a table, empty where it is the program's default."""
    match fact:
        case Stakeholder():
            return (
                fact.name,
                fact.title,
                "" if fact.buying_role == "unknown" else ROLE_WORDS[fact.buying_role],
                "" if fact.power is None else str(fact.power),
                "" if fact.support is None else SUPPORT_SIGNS[fact.support],
                "" if fact.coverage == "unknown" else COVERAGE_WORDS[fact.coverage],
                ", ".join(map(first_name, fact.covered_by)),
                called(fact.reports_to),
                fact.pain,
            )
        case Assumption():
            importance = "" if fact.importance == 3 else str(fact.importance)
            evidence = "" if fact.evidence == 1 else str(fact.evidence)
            return fact.text, importance, evidence, first_name(fact.tested_by), day(fact.due)
        case ActionItem():
            return fact.text, first_name(fact.owner), day(fact.due), ", ".join(map(called, fact.about))
        case _:
            return (fact.text,)


def said(fact: Entry) -> Row:
    """A fact as the words of a line in a list: a bare number or name would say nothing there."""
    match fact:
        case Stakeholder():
            power = "" if fact.power is None else f"power {fact.power}"
            boss = f"reports to {called(fact.reports_to)}" if fact.reports_to else ""
            support = "" if fact.support is None else SUPPORT_WORDS[fact.support]
            name, title, role, _, _, contact, ours, _, pain = cells(fact)
            return name, title, role, power, support, f"contact {contact}" if contact else "", ours, boss, pain
        case Assumption():
            text, importance, evidence, who, when = cells(fact)
            told = (f"importance {importance}" if importance else "", f"evidence {evidence}" if evidence else "")
            return text, *told, who, when
        case ActionItem():
            text, owner, when, about = cells(fact)
            return text, owner, when, f"for {about}"
        case _:
            return cells(fact)


def first_name(name: str) -> str:
    """What a colleague is called."""
    return name.partition(" ")[0]


def called(entry_id: str) -> str:
    """How notes refer to an entry: a stakeholder by first name, or title where there is none; an
    assumption as `A1`.
    """
    person = next((each for each in STAKEHOLDERS.values() if each.id == entry_id), None)
    if person is None:
        return entry_id.upper()
    return person.title if person.name == "?" else first_name(person.name)


def day(when: date | None) -> str:
    """`27 Nov`: a weekday would say something else next week."""
    return f"{when.day} {when:%b}" if when else ""


if __name__ == "__main__":
    sys.exit(main())

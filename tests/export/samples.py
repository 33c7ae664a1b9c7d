"""Sample sessions for documents: one with every field set, and texts that imitate markup."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st
from msgspec.structs import replace

from session_tui.export.formats import Setting
from session_tui.model.configuration import Person
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Attendee,
    ChangeAfter,
    Clock,
    CreditShare,
    Decision,
    Note,
    Parked,
    Part,
    Plan,
    PlanComment,
    Reader,
    Session,
    Stakeholder,
    Value,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PEOPLE = (Person(name="Ben Okafor", email="ben@example.com"), Person(name="Ana Ruiz", email="ana@example.com"))
SETTING = Setting(NOW, PEOPLE)
AT = datetime(2026, 11, 16, 9, tzinfo=UTC)

COMMENTS = (PlanComment(line=3, quote="quetzal", author="Ana Ruiz", text="quokka"),)
# What is private is a word of its own in this session, so that it is found wherever it comes out.
WHOLE = Session(
    id="2026-11-16-acme-freight-0001",
    status="held",
    agenda="strategy-30",
    account="Acme Freight",
    zone="EMEA",
    opportunity="Transport management",
    phase="evaluation",
    amount=420_000.0,
    currency="EUR",
    close_on=date(2026, 12, 18),
    facilitator="Ana Ruiz",
    started_at=AT,
    ended_at=AT.replace(minute=31),
    outcome="pursue_if",
    headline="On condition of a meeting with the CFO.",
    plan=Plan(
        source="plans/acme-freight.md",
        readers=(Reader(name="Ben Okafor", read_at=AT),),
        comments=COMMENTS,
    ),
    attendees=(Attendee(name="Ben Okafor", role="account owner"),),
    credit_split=(CreditShare(name="Ben Okafor", percent=100),),
    value=Value(people=2, minutes=31, hours_saved=6),
    parts=(
        Part(kind="stakeholder_map", minutes=10, spent_seconds=665),
        Part(kind="owners", title="Who does what", minutes=20, spent_seconds=1000),
    ),
    clock=(Clock(at=AT, event="start"),),
    stakeholders=(
        Stakeholder(
            id="s1", name="Ruth Vale", title="CFO", buying_role="approver", power=5, support=-2, pain="quagga",
            note="quince",
        ),
        Stakeholder(
            id="s2", name="Mia Tran", power=4, support=2, covered_by=("Ben Okafor",), reports_to="s1", note="quiver"
        ),
    ),
    assumptions=(
        Assumption(id="a1", text="The budget is there", tested_by="Ben Okafor", due=date(2026, 11, 20), note="quill"),
        Assumption(id="a2", text="The board decides in May", status="validated", result="They said so", note="quail"),
    ),
    action_items=(
        ActionItem(
            id="t1", text="Meet the CFO", owner="Ben Okafor", due=date(2026, 11, 20), about=("s1",), note="quartz"
        ),
        ActionItem(id="t2", text="Build the payback model", owner="Mei Tan", due=date(2026, 12, 1), accepted_at=AT),
        ActionItem(id="t3", text="Ask procurement", status="done", owner="Ana Ruiz", result="They answered"),
        ActionItem(id="t4", text="Find a reference"),
    ),
    decisions=(Decision(id="d1", text="No price before the model"),),
    parking_lot=(Parked(id="p1", text="A pilot in one depot"),),
    notes=(Note(id="n1", text="quinoa"),),
    changes=(
        ChangeAfter(at=AT, by="Ben Okafor", entry="t1", field="due", from_="2026-11-18", to="2026-11-20"),
        ChangeAfter(at=AT, by="quorum", entry="s1", field="support", from_="0", to="-2"),
    ),
)  # fmt: skip
PRIVATE = (
    *("quetzal", "quokka", "quagga", "quince", "quiver", "quill", "quail", "quartz", "quinoa", "quorum"),
    *("power", "support", "mentor", "neutral", "enemy", "key player", "pain", "comment", "note", "◆"),
    *("map red", "map amber", "map green"),
)

PIECES = [
    *("<script>alert(1)</script>", "</style>", "</title>", "<img src=x onerror=alert(1)>", "<!--", "]]>", "<b>"),
    *('"', "'", "<", ">", "&", "&amp;", "&lt;", "{{ 7 * 7 }}", "{% raw %}", "javascript:alert(1)"),
    *("\r\nBcc: eve@example.com\r\n", "\x00", "\x1b[31m", "\u202e", "\u2066", "\u2028", "\ud800", "\ufffe"),
    *("=?utf-8?q?evil?=", "\r\n.\r\n", "--", "x" * 90, " ", "@", ",", ";", "\\", "(", ")"),
    *("Ruth", "Größe", "東", "א", "🙂"),
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
words = texts.map(lambda text: f"{text}é")  # with something to see in it


@st.composite
def hostile(draw: st.DrawFn) -> Session:
    """The whole session with other texts wherever there is one."""
    return replace(
        WHOLE,
        **{name: draw(words) for name in ("account", "zone", "opportunity", "headline", "facilitator", "previous")},
        plan=Plan(source=draw(words), readers=(Reader(name=draw(words)),), comments=COMMENTS),
        attendees=(Attendee(name=draw(words), role=draw(texts)),),
        parts=tuple(replace(part, title=draw(texts)) for part in WHOLE.parts),
        stakeholders=tuple(
            replace(each, name=draw(words), title=draw(texts), pain=draw(texts), note=draw(texts))
            for each in WHOLE.stakeholders
        ),
        assumptions=tuple(
            replace(each, text=draw(words), result=draw(texts), tested_by=draw(texts)) for each in WHOLE.assumptions
        ),
        action_items=tuple(
            replace(each, id=draw(words), text=draw(words), owner=draw(words), result=draw(texts), note=draw(texts))
            for each in WHOLE.action_items
        ),
        decisions=(Decision(id="d1", text=draw(words)),),
        notes=(Note(id="n1", text=draw(words)),),
    )  # fmt: skip


def told(session: Session) -> list[str]:
    """Texts that a document of the whole session shows."""
    found = [session.account, session.zone, session.opportunity, session.headline]
    found += [each.text for each in session.action_items] + [each.text for each in session.assumptions]
    found += [each.text for each in session.decisions] + [each.text for each in session.notes]
    found += [name for each in session.stakeholders for name in (each.name, each.title, each.pain, each.note)]
    return [*found, *(name for each in session.action_items for name in (each.owner, each.result, each.id))]


def other_secrets(session: Session) -> Session:
    """The same session with other private assessments of every person."""
    return replace(
        session,
        plan=replace(session.plan, comments=()) if session.plan else None,
        stakeholders=tuple(
            replace(each, power=6 - (each.power or 1), support=-(each.support or 1), pain="", note="else")
            for each in session.stakeholders
        ),
        assumptions=tuple(replace(each, note="else") for each in session.assumptions),
        action_items=tuple(replace(each, note="else") for each in session.action_items),
        notes=(),
        changes=session.changes[:1],
    )

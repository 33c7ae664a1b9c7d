"""The texts of the live screen's lines, as functions of the session and the clock: words and
tones, no widgets.
"""

from collections.abc import Mapping
from datetime import date, datetime

from session_tui.context import AppContext
from session_tui.model import capture, carry_forward, clock_commands, edits, fixed_end, formats, glyphs
from session_tui.model.analysis import called, ownerless
from session_tui.model.capture import Command, Completion, Refusal
from session_tui.model.fault import Fault
from session_tui.model.history import Past
from session_tui.model.sentence import sentence
from session_tui.model.session import LISTS, Entry, Session, Stakeholder, entries, find, headline_text
from session_tui.model.timebox import Timebox, clock_text, warning_words
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import Paths, command
from session_tui.tui.actions import BY_NAME, ActionState, key_words, keymap_of
from session_tui.tui.key_hints import KeyHint
from session_tui.tui.live.follow_status import CurtainUnknown, FollowStatus
from session_tui.tui.pieces import Pieces, broken

MOST_NAMED = 6  # entries without a name that `/where` names


def deal(session: Session, past: Past) -> tuple[str, ...]:
    """The deal's words by importance: account, opportunity, zone, phase, amount; the last two with
    a changed old value.
    """
    amount = formats.amount(session.amount, session.currency)
    last = past.last
    phase = session.phase
    if last and last.phase and phase and last.phase != phase:
        phase = f"{phase} (was {last.phase})"
    if last and last.amount is not None and amount and last.amount != session.amount:
        amount = f"{amount} (was {formats.amount(last.amount)})"
    words = (session.account, session.opportunity, session.zone, phase, amount)
    return tuple(word for word in words if word)


def hours(box: Timebox, now: datetime) -> tuple[str, ...]:
    """The time of day at which the session ends, and the time of day now."""
    if box.end is None:
        return (f"{now.astimezone():%H:%M}",)
    word = "ended" if box.state == "ended" else "until" if box.fixed else "ends"
    return (f"{word} {box.end.astimezone():%H:%M}", f"{now.astimezone():%H:%M}")


def digits(box: Timebox) -> tuple[str, str]:
    """The remaining time of the running part for the large digits, and their tone; after the end
    of the session, how long ago that was.
    """
    if box.state == "waiting":
        return clock_text(box.left), "muted"
    if box.state == "ended":
        return "0:00", "muted"
    over = box.late or max(0.0, -box.remaining)
    tone = "bad" if over else "warn" if box.near_end else "digits"
    return (f"+{clock_text(over)}" if over else clock_text(box.remaining)), "muted" if box.state == "paused" else tone


def pace(box: Timebox) -> Pieces:
    """The line under the digits: their meaning, and how far the whole session is ahead or
    behind.
    """
    if box.state == "waiting":
        return (("not started", "muted"),)
    if box.state == "ended":
        return (("ended", "muted"),)
    if box.state == "paused":
        return (
            (("paused", "warn"), (f", {still}", "muted")) if (still := fixed_end.words(box)) else (("paused", "warn"),)
        )
    if box.late:
        return (("over the end", "bad"), (f", {clock_text(box.behind)} behind", "muted"))
    what = ("over", "bad") if box.remaining < 0 else ("left", "muted")
    if box.fixed and box.below_floors >= 1:
        return (what, (f", {clock_text(box.below_floors)} below the floors", "warn"))
    if box.fixed and box.behind >= 1:
        return (what, (f", {clock_text(box.behind)} short", "muted"))
    if box.behind >= 1:
        return (what, (f", {clock_text(box.behind)} behind", "muted"))
    return (what, (f", {clock_text(box.spare)} ahead", "muted")) if box.spare >= 1 else (what,)


def part_words(session: Session, box: Timebox) -> str:
    """The running part, and its time left or over: `Part 2 of 4: Assumptions, 0:12 over`; empty
    without one.
    """
    if not 0 <= box.running < len(session.parts):
        return ""
    part = f"Part {box.running + 1} of {len(session.parts)}: {session.parts[box.running].title}"
    return f"{part}, {clock_text(box.remaining)} {'over' if box.remaining < 0 else 'left'}"


def part_time(session: Session, box: Timebox, index: int) -> str:
    """The planned or spent time of a part, and how to get there."""
    if index == box.running:
        return time_words(session, box)
    each, title = box.parts[index], session.parts[index].title
    if each.done:
        return f"{title} took {clock_text(each.spent)} of {clock_text(each.planned)}."
    return f"{title} has {clock_text(each.left)}; the session goes there one part at a time."


def time_words(session: Session, box: Timebox) -> str:
    """The answer to `/time`: the running part, its time left or over, and the end."""
    end = f"{box.end.astimezone():%H:%M}" if box.end is not None else ""
    if box.state == "waiting":
        ends = f"the session ends {end}, in" if box.fixed else "the session takes"
        return f"The clock has not started; {ends} {clock_text(box.left)}."
    if box.state == "ended":
        return f"The session ended {end}."
    paused = ", paused" if box.state == "paused" else ""
    ends = f"the session is {clock_text(box.late)} over its end at {end}" if box.late else f"the session ends {end}"
    fixed = ", and pauses do not move that" if box.fixed else ""
    if box.fixed and box.below_floors >= 1:
        fixed += f"; that is {clock_text(box.below_floors)} less than the floors of its parts"
    return f"{part_words(session, box)}{paused}; {ends}{fixed}."


def entry_words(entry: Entry) -> str:
    """An entry by its id and its text, to be heard: `s4 the unknown COO`."""
    return f"{entry.id} {called(entry) if isinstance(entry, Stakeholder) else headline_text(entry)}"


def where_lines(session: Session, box: Timebox, highlighted: str, *, covered_up: bool) -> tuple[str, ...]:
    """The answer to `/where`: the part and its time, the highlighted entry, and the entries
    without a name. Behind the curtain no stakeholder is one of these.
    """
    entry = find(session, highlighted) if highlighted else None
    here = f"Highlighted: {entry_words(entry)}." if entry is not None else ""
    bare = ownerless(session, covered_up=covered_up)
    names = "; ".join(entry_words(each) for each in bare[:MOST_NAMED])
    more = f" and {len(bare) - MOST_NAMED} more" if len(bare) > MOST_NAMED else ""
    last = f"Without a name: {names}{more}." if bare else "Everything has a name."
    return tuple(each for each in (time_words(session, box), here, last) if each)


def prompt(question: tuple[str, str], cut: str, changes: str = "") -> Pieces:
    """The coaching question with its number; below it the highlighted row: its text if the table
    had to cut it, and its changes since the last session.
    """
    words, count = question
    pieces = ((words, "accent"), (f"  {count}", "muted")) if count else ((words, "accent"),)
    below = "  ·  ".join(each for each in (changes, cut.lstrip(" └")) if each)
    return (*pieces, ("\n", ""), (f" {glyphs.HIGHLIGHT} {below}", "muted")) if below else pieces


def meaning(reading: capture.Reading | None, session: Session, line: str, *, curtain: bool) -> Pieces:
    """What the value means that was typed last, where the session has none like it; nothing under
    the curtain.
    """
    if curtain or reading is None or isinstance(reading, Refusal | Command):
        return ()
    from session_tui.model.glossary import first_used  # not before the first line is typed

    terms = first_used(reading, session, line)
    return ((f"{terms[-1].word}: {terms[-1].means}", "muted"),) if terms else ()


def finding(session: Session, box: Timebox, words: str, trouble: Fault | None, draft: Fault | None) -> Pieces:
    """The line under the table: a fault of disk or draft first, then a gap, the sign of the clock,
    the finding.
    """
    if fault := trouble or draft:
        # Without the path, which would push the rest off a narrow screen; the farewell names it.
        return ((f"{glyphs.WARNING} {sentence(fault.what)}. {fault.do}", "bad" if trouble else "warn"),)
    gap = clock_commands.open_gap(session)
    if gap is not None and gap.until is not None and box.state != "ended":
        away = clock_text((gap.until - gap.at).total_seconds())
        stays = f"; {still}" if (still := fixed_end.words(box)) else ""
        if gap.counts:
            return ((f"Away {away}, counted as session time{stays}. /skip takes it out.", "warn"),)
        return ((f"Away {away}, not counted{stays}. /count makes it session time.", "warn"),)
    return (*time_sign(box), *broken(words.split("\n"), "muted"))


def time_sign(box: Timebox) -> Pieces:
    """The sign that the time of the running part, or of the session, ends or is up."""
    if box.state != "running":
        return ()
    if box.late or box.remaining < 0:
        return ((f"{glyphs.TIME} {'The session' if box.late else 'This part'}'s time is up.  ", "bad"),)
    return ((f"{glyphs.TIME} {warning_words(box)}  ", "warn"),) if box.near_end else ()


def alone(follows: FollowStatus | None) -> Fault | None:
    """The fault that the window which holds the followed session may be gone."""
    if follows is None or follows.alone_since is None:
        return None
    since = f"{follows.alone_since.astimezone():%H:%M}"
    return Fault("", f"the session's window gives no sign of life since {since}", "The clock goes on.")


_UNKNOWN_CURTAIN: dict[CurtainUnknown, str] = {
    "elsewhere": "no window on this computer holds the session",
    "silent": "it may be drawn in the session's window",
    "untold": "the session's window does not tell",
    "ended": "the session has ended",
}


def unknown_curtain(follows: FollowStatus | None, *, opened_here: bool) -> str:
    """Why a presenting window has its curtain drawn without knowing the holder's, and the key that
    opens it; empty where that is known.
    """
    if follows is None or not follows.curtain_unknown:
        return ""
    if opened_here:
        return "The curtain is open in this window alone. f6 draws it."
    return f"Curtain drawn: {_UNKNOWN_CURTAIN[follows.curtain_unknown]}. f6 opens it here."


def promised(session: Session, today: date, keys: tuple[str, ...]) -> Pieces:
    """The number of open actions from the last session, and the key that shows them; no names, so
    safe to share.
    """
    still = [each for each in carry_forward.promises(session) if each.status == "open"]
    if not still or session.status not in ("live", "prepared"):
        return ()
    late = sum(each.due is not None and each.due < today for each in still)
    pieces = [(f"{len(still)} promised last time", ""), (f", {late} overdue" if late else "", "warn"), (": ", "")]
    return (*pieces, (key_words(keys[0]) if keys else "/promises", "key"))


def preview(
    reading: capture.Reading, session: Session, context: AppContext, curtain: bool, load: Mapping[str, int] | None
) -> Pieces:
    """The preview of the line, or the reason why it is refused."""
    if isinstance(reading, Refusal):
        return ((str(reading), "warn"),) if reading.what else ()
    shown = capture.preview(reading, session, context.today, context.people, load)
    cells = open_cells(reading, shown.cells) if curtain else shown.cells
    notes = () if curtain else shown.notes
    urgent, others = notes[: shown.urgent], notes[shown.urgent :]
    first, values = (cells[:1], cells[1:]) if urgent else (cells, ())
    texts = [("   ".join(first), ""), (" · ".join(urgent), "warn"), ("   ".join(values), "")]
    texts = [each for each in (*texts, (" · ".join(others), "warn")) if each[0]]
    pieces = [(f"{'   ' if at else ''}{text}", tone) for at, (text, tone) in enumerate(texts)]
    return ((f"{shown.verb} {shown.id}".strip() + "  ", "accent"), *pieces)


def open_cells(reading: capture.Reading, cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells of a preview that the curtain leaves visible: the first; nothing of a note."""
    if isinstance(reading, edits.EntryReplacement):
        return ("note",) if any(isinstance(e, edits.Put) and e.where == "notes" for e in reading.edits) else cells[:1]
    edit = reading.edits[-1] if isinstance(reading, edits.Several) and reading.edits else reading
    return ("note",) if isinstance(edit, edits.Put) and edit.where == "notes" else cells[:1]


def suggestions(completions: tuple[Completion, ...], meaning: Pieces = ()) -> Pieces:
    """The completion that tab takes, then the others; the meaning of a value where there is
    room.
    """
    if not completions:
        return meaning
    first, *others = completions
    pieces = [("tab ", "key"), (first.shows, "strong")]
    pieces += [(f"   {other.shows}", "muted") for other in others[:7]]
    return (*pieces, ("   ", ""), *meaning) if meaning and not others else tuple(pieces)


FOOT = ("next", "pause", "undo", "edit", "back", "map", "panel", "curtain")
ANYWHERE = (("help", "help"), ("palette", "actions"), ("leave", "leave"))  # with their words, at the right edge


def foot(state: ActionState, keys: Mapping[str, tuple[str, ...]]) -> tuple[KeyHint, ...]:
    """The keys of a session, always in the same places; an impossible action has its reason."""
    pause = {"paused": "go on", "waiting": "start"}.get(state.box.state, "pause")
    words = {name: BY_NAME[name].short for name in FOOT} | {"pause": pause} | dict(ANYWHERE)
    return tuple(
        KeyHint(
            ((key_words(next(iter(keys[name]), f"/{name}")), f"act('{name}')"),),
            each,
            BY_NAME[name].why_not(state),
            name == "next",
            at_edge=name not in FOOT,
        )
        for name, each in words.items()
        if keys.get(name) or name not in FOOT
    )


def key_of(name: str, context: AppContext) -> str:
    """The first key of an action as the screen shows it, or its `/name`."""
    return key_words(next(iter(keymap_of(context).keys[name]), f"/{name}"))


def unsaved(session: Session, saved: Session) -> frozenset[str]:
    """The ids of the entries that differ from those on disk."""
    if saved is session:
        return frozenset()
    found: set[str] = set()
    for letter in LISTS:
        ours, theirs = entries(session, letter), entries(saved, letter)
        if ours is not theirs:
            on_disk = {entry.id: entry for entry in theirs}
            found |= {entry.id for entry in ours if on_disk.get(entry.id) != entry}
    return frozenset(found)


def save_status(opened: OpenedSession, follows: FollowStatus | None) -> tuple[str, str]:
    """The save status, or whether a window that only reads is in step; and the text behind it."""
    if follows is None:
        return opened.save_status, remark(opened)
    return follows.state, follows.since or "read only"


def remark(opened: OpenedSession) -> str:
    """The text behind the save status of a window that does not follow."""
    if opened.read_only:
        return "read only"
    return "line not kept" if opened.draft_trouble else ""


def save_status_words(opened: OpenedSession, follows: FollowStatus | None, waiting: int) -> str:
    """The meaning of the save status, in a sentence; `waiting` summaries are not sent yet."""
    state, remark_ = save_status(opened, follows)
    meaning = {
        "saved": "Every entry is on disk",
        "saving": f"Not every entry is on disk yet; those with {glyphs.UNSAVED} are not",
        "not saved": f"Not on disk: {opened.trouble.what if opened.trouble else 'the disk does not answer'}",
        "following": "This window shows what the other one writes",
        "behind": "This window is behind the other one",
        "ended": "The session has ended",
    }[state]
    more = {"not saved": " The entries are kept here; /elsewhere FOLDER saves them there."}.get(state, "")
    if opened.read_only and follows is None:
        meaning, more = f"Nothing can be changed here: {opened.read_only}", ""
    elif remark_ == "line not kept":
        more += " The half-typed line is not on disk."
    if waiting:
        more += f" {formats.count(waiting, 'summary waits', 'summaries wait')} to be sent."
    return f"{meaning}.{more}"


def curtain_words(context: AppContext) -> str:
    """The meaning of the curtain's sign, and the key that opens it."""
    return f"Judgements, coverage, notes, comments and findings are covered; {key_of('curtain', context)} opens them."


def not_on_disk(opened: OpenedSession) -> str:
    """The unsaved entries of a session when the program has to end, and why they are unsaved."""
    missing = sorted(unsaved(opened.session, opened.saved))
    entries_ = [f"{each} {headline_text(entry)}" for each in missing if (entry := find(opened.session, each))]
    named = ", ".join(entries_) or "the last change"
    why = opened.trouble.what if opened.trouble else "the disk does not answer"
    return f"not on disk, {opened.path}: {named}. {why}."


def edit_words(edit: edits.Edit) -> str:
    """An edit in a few words without private text: the ids, and what was done to them."""
    match edit:
        case edits.Put(_, id_, None, _) if id_:
            return f"{id_} added"
        case edits.Put(_, id_, _, None) if id_:
            return f"{id_} removed"
        case edits.Put(where, id_):
            return f"{id_ or where} changed"
        case edits.Several(several):
            words = [edit_words(each) for each in several]
            return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")
        case edits.FixEnd():
            return "the time of the end"
        case _:
            return "the clock"


def farewell(opened: OpenedSession, ended: bool, places: Paths, again: str = "") -> str:
    """The text for the terminal after the screen is closed: where the session is, and how to
    continue: by the command `again`, else by `resume`.
    """
    program = command(places, opened.path.parent)
    if opened.conflict is not None:
        words = "Somebody else changed the file, and it is as they left it. Ours, whole, is in the second:"
        return f"{words}\n{opened.path}\n{opened.ours}"
    if ended or opened.session.status == "held":
        return f"Held. {opened.path}"
    if opened.session.status == "prepared":
        again = f'{program} run "{opened.session.account}" starts it'
        return f"Prepared: {again}.\n{opened.path}"
    if opened.read_only:
        return f"Nothing was changed. {opened.path}"
    return f"Left live. Go on with: {again or f'{program} resume {opened.session.id}'}\n{opened.path}"


# The marks of the capture line, each with its meaning: for help, the documents and plain mode.
GRAMMAR: tuple[tuple[str, str], ...] = (
    ("Ruth Vale, CFO", "in the stakeholder part: name, title. ? is somebody we cannot name yet"),
    ("@ben", 'who covers, tests or owns; a part of the name is enough; @"Ben Okafor" for more words'),
    ("due:fri", "today tomorrow mon…sun +3d +2w eow eom 30nov 2026-11-30"),
    ("role:approver", "approver decision_maker evaluator user influencer gatekeeper; role:app is enough"),
    ("!5", "power 1 to 5; of an assumption its importance"),
    ("++ + = - --", "support: mentor, supporter, neutral, non-supporter, enemy"),
    ("!? sup:?", "power, support are not judged after all; until typed they are not"),
    ("cov:brief", "coverage: none brief multiple in_depth"),
    ("to:ruth inf:mia", "reports to; influences"),
    ('pain:"…" note:"…"', "what hurts them; what is good to know"),
    ("%3", "evidence: 1 a guess, 2 told us, 3 customer said so, 4 showed us, 5 proven"),
    ("for:ruth for:a1", "what an action serves"),
    ("s> a> t> n>", "a stakeholder, assumption, action, note, whatever part is running"),
    ("=> ?>", "a decision; for another day (parking lot)"),
    ("+>", "somebody of ours is recognised: +> Mei for the finance reference"),
    ("*a1 ok · *a1 wrong why", "an assumption turned out true, or wrong"),
    ("*t3 done · drop · yes", "an action is done, dropped; its owner says yes"),
    ("*t3 @mia due:+3d", "change an entry by its id, from any part"),
    ("*s2 remove", "remove it (also a, t, d, p, n, r); undo brings it back"),
    ("*ruth ++ @mia", 'change a stakeholder by a part of the name; *"Ruth Vale" for more words'),
    ("*s2 @-kim", 'take kim away, in a change or an edit; @"-kim" is a name with a hyphen'),
    ("*s2 , CFO", "another title"),
    ("/same s3 s7", "make one person of two"),
    ("/as t a2", "make an action of a2; the highlighted row without an id"),
    ("\\@ \\: \\!", "the character itself"),
)

"""Line by line: the same session, grammar, actions and file without a full screen.

It prints a line and reads a line; nothing asks a question that a script would have to know of.
"""

import os
import sys
import threading
from contextlib import suppress
from datetime import datetime
from typing import TextIO

from session_tui.cli.lines import InputLines
from session_tui.cli.output import say
from session_tui.cli.prompt import Prompt
from session_tui.context import utc_now as now
from session_tui.library.shelves import shelves
from session_tui.model import capture, carrying, conduct, dates, edits, history, rebase, timebox
from session_tui.model.agenda import Agenda
from session_tui.model.capture import Context, Do, Refusal
from session_tui.model.fault import Fault
from session_tui.model.findings import ownerless
from session_tui.model.map import health, telling
from session_tui.model.map.changes import changes
from session_tui.model.session import Clock, Session, find, headline_text
from session_tui.model.timebox import clock_text
from session_tui.model.words import PartKind
from session_tui.store import beginning
from session_tui.store import enemies as enemies_of
from session_tui.store.beginning import Background
from session_tui.store.deadline import ANSWER
from session_tui.store.opened import OpenedSession
from session_tui.store.places import Places, command
from session_tui.store.presence import Presence
from session_tui.tui.actions import ACTIONS, BY_NAME, Standing
from session_tui.tui.grammar import GRAMMAR
from session_tui.tui.parts import since
from session_tui.tui.parts.table import View
from session_tui.tui.showing import not_on_disk


def hold_plain(
    session: OpenedSession,
    agenda: Agenda | None,
    places: Places,
    background: Background | None = None,
    *,
    wait: bool = False,
    lines: InputLines,
) -> int:
    """Hold the session from standard input; 1 where a line was refused or something is not on disk, else 0."""
    if background is None:
        chain, faults = shelves(places).before(session.session)
        background = Background(chain, tuple(map(str, faults)))
    lines.unsaved = lambda: not_on_disk(session) if session.lamp != "saved" else ""
    status = LineByLine(session, agenda, places, background, lines, sys.stdout, sys.stderr).hold(wait=wait)
    return lines.ending.status if lines.ending.asked_by else status


class LineByLine:
    """One session read from lines. `tick` may come from another thread, so everything happens under one lock."""

    def __init__(
        self,
        opened: OpenedSession,
        agenda: Agenda | None,
        places: Places,
        background: Background,
        lines: InputLines,
        out: TextIO,
        err: TextIO,
    ) -> None:
        self.opened = opened
        self.agenda = agenda
        self.places = places
        self.past = history.past(background.chain)
        self.remarks = background.remarks
        names = (places.configuration.name, *(person.name for person in places.configuration.people))
        self.people = tuple(name for name in names if name)
        # Those of teamwork in this account: a count until somebody asks.
        self.enemies = enemies_of.here(places.assessments.path, opened.session.account)
        self.comment = 0  # the plan's comment that is told next
        self.out, self.err = out, err
        self.prompt = Prompt(lines, numbered=True, say=self._say)
        self.editing = ""
        self.left = False
        self.presence = Presence(opened, now())
        self._trouble, self._draft_trouble, self._noticed = "", "", 0  # what was said of the disk already
        self._not_on_disk = 0  # changes that were said not to be there yet
        self._door = threading.Lock()
        self._over = threading.Event()

    @property
    def session(self) -> Session:
        """The newest value."""
        return self.opened.session

    @property
    def program(self) -> str:
        """The program's name, as it leads to this session again."""
        return command(self.places, self.opened.path.parent)

    def hold(self, *, wait: bool) -> int:
        """Begin or go on, read lines until they end or the session does, and wait for the disk."""
        with self._door:
            self._begin(wait)
        clock = threading.Thread(target=self._keep_alive, daemon=True)
        clock.start()
        try:
            self._read_all()
        finally:
            self._over.set()
            clock.join()
        return self._finish()

    def take(self, line: str, number: int) -> None:
        """One line: what it means happens, or why not is said with its number."""
        with self._door:
            self._look_at_the_clock()
            reading = capture.read(line, self._context())
            if isinstance(reading, Refusal):
                if reading.what:
                    self._refuse(number, str(reading))
            elif isinstance(reading, Do):
                self._act(reading.name, reading.arguments, number)
            else:
                self.editing = ""
                self._change(reading, number)
            self._say_trouble()

    # ---- lines -----------------------------------------------------------------------------------------------------

    def _read_all(self) -> None:
        while not self.left and self.session.status in ("live", "prepared"):
            try:
                line = self.prompt.line()
            except KeyboardInterrupt:
                return  # as at the end of the lines: what was entered is brought to disk, and where it is is said
            if line is None:
                return
            if line.strip() or self.editing:
                if not line.strip():
                    self.editing = ""
                    self._say("Left as it was.")
                else:
                    self.take(line, self.prompt.number)

    def _context(self) -> Context:
        bare = ownerless(self.session)
        return Context(
            session=self.session,
            part=self._kind(),
            now=now(),
            today=now().astimezone().date(),
            highlighted=bare[0].id if bare else "",
            editing=self.editing,
            people=self.people,
        )

    def _kind(self) -> PartKind:
        running = max(self._box().running, 0)
        return self.session.parts[running].kind if self.session.parts else "notes"

    def _box(self) -> timebox.Timebox:
        return timebox.read(self.session.parts, self.session.clock, now())

    def _change(self, edit: edits.Edit, number: int) -> None:
        before, moment = self.session, now()
        fault = self.opened.change(edit, moment)
        if fault:
            self._refuse(number, str(fault))
            return
        self._say_settled(conduct.told(before, edit, self.session, moment))
        if isinstance(edit, edits.Mark) and edit.event.event in ("start", "part"):
            self._say_part()
        elif self._kind() == "owners":
            self._say_next_ownerless()

    # ---- actions ---------------------------------------------------------------------------------------------------

    def _act(self, name: str, arguments: str, number: int) -> None:
        action = BY_NAME[name]
        standing = Standing(
            session=self.session,
            box=self._box(),
            read_only=self.opened.read_only,
            can_undo=self.opened.can_undo,
            can_redo=self.opened.can_redo,
            full_screen=False,
            highlighted=arguments,
            last=self.past.last,
            enemies=self.enemies is not None,
        )
        why = action.why_not(standing)
        if not action.plain and name != "edit":
            why = "it belongs to the full screen"
        if why:
            self._refuse(number, f"/{name}: not now: {why}")
            return
        match name:
            case "undo" | "redo":
                self._take_back(name, number)
            case "edit":
                self._edit(arguments, number)
            case "help":
                for write, means in GRAMMAR:
                    self._say(f"{write}: {means}")
            case "palette":
                for each in ACTIONS:
                    if each.plain:
                        self._say(f"{f'/{each.name} {each.arguments}'.strip()}: {each.words}")
            case "leave":
                self.left = True
            case "promises":
                self._say_promises()
            case "comments":
                self._say_comment()
            case "enemies":
                self._say_enemies()
            case "map" | "since":
                self._say_map(changed=name == "since")
            case "health":
                self._health(arguments, number)
            case "park":
                parked = carrying.park_again(self.session, self.past.last, arguments, now())
                if isinstance(parked, Fault):
                    self._refuse(number, str(parked))
                else:
                    self._change(parked, number)
            case "import":
                self._import(number)
            case "elsewhere":
                self._elsewhere(arguments, number)
            case _:
                edit = conduct.edit_for(name, arguments, self.session, now())
                if isinstance(edit, Refusal):
                    self._refuse(number, str(edit))
                else:
                    self._change(edit, number)

    def _say_map(self, *, changed: bool) -> None:
        """The map in words, or what changed on it since last time."""
        last, today = self.past.last, now().astimezone().date()
        told = telling.tell(self.session, self.past)
        if changed and last is not None:  # without one the action has said why not
            told = telling.tell_changes(changes(last, self.session), last, today)
        for line in told:
            self._say(line)

    def _health(self, arguments: str, number: int) -> None:
        """What of the map is not well; with a number its answer becomes an action item."""
        if not arguments:
            for at, check in enumerate(health.checks(self.session, self.past), start=1):
                self._say(f"{at}: {check.saw}. /health {at} adds: {check.offer}")
            return
        edit = health.answers(arguments, self.session, self.past)
        if isinstance(edit, Refusal):
            self._refuse(number, str(edit))
        else:
            self._change(edit, number)

    def _take_back(self, name: str, number: int) -> None:
        result = self.opened.undo(now()) if name == "undo" else self.opened.redo(now())
        if isinstance(result, Fault):
            self._refuse(number, str(result))
            return
        ids = ", ".join(edits.touched(result)) or "the last change"
        self._say_settled(f"{'Took back' if name == 'undo' else 'Did again'}: {ids}.")

    def _edit(self, arguments: str, number: int) -> None:
        entry = find(self.session, arguments)
        if entry is None:
            self._refuse(number, f"there is no {arguments or 'entry without an id'}; /edit t1 edits that one")
            return
        self.editing = entry.id
        self._say(f"{entry.id} is: {capture.write(entry)}")
        self._say("The next line becomes it; an empty one leaves it.")

    def _elsewhere(self, arguments: str, number: int) -> None:
        from pathlib import Path

        fault = self.opened.move_to(Path(arguments)) if arguments else Fault("", "which folder", "/elsewhere FOLDER")
        if fault:
            self._refuse(number, str(fault))
        else:
            self._say(f"Saved in {arguments} from now on.")

    def _import(self, number: int) -> None:
        found = beginning.assumptions_of_plan(self.session, self.places)
        if isinstance(found, Fault):
            self._refuse(number, str(found))
        elif (edit := carrying.imported(self.session, found.texts)) is None:
            self._say(found.why_none or carrying.ALL_IMPORTED)
        else:
            for each in edit.edits:
                self._say(f"From the plan: {capture.preview(each, self.session, now().date())}")
            self._change(edit, number)

    def _say_promises(self) -> None:
        """What was promised last time, what is settled since, and what was parked; the grammar changes each."""
        view = View(session=self.session, today=now().astimezone().date(), people=self.people, past=self.past)
        for action in carrying.promises(self.session):
            history_ = since.words(view, action.id)
            due = f" · due: {dates.words(action.due, view.today)}" if action.due else ""
            state = f"{action.status}{history_ and f'; {history_}'}"
            self._say(f"Promised: {action.id} {action.text} · owner: {action.owner or 'nobody'}{due} ({state})")
        for each in carrying.news(self.past.last) if self.past.last else ():
            result = f": {each.entry.result}" if each.entry.result else ""
            self._say(f"Settled since: {each.entry.id} {each.entry.text} ({each.entry.status}{result})")
        for parked in carrying.offered(self.session, self.past.last) if self.past.last else ():
            self._say(f"Parked last time: {parked.id} {parked.text}. /park {parked.id} parks it again.")
        if promised := carrying.promises(self.session):
            first = promised[0].id
            self._say(f"*{first} done RESULT, *{first} drop WHY or *{first} due:+3d; all others stand.")

    def _say_comment(self) -> None:
        """One comment a call, from the first to the last and again."""
        comments = self.session.plan.comments if self.session.plan else ()
        at, self.comment = self.comment % len(comments), self.comment + 1
        one = comments[at]
        quote = f' on "{one.quote}"' if one.quote else ""
        who = one.author or "somebody"
        self._say(f"Comment {at + 1} of {len(comments)}, line {one.line}{quote}, {who}: {one.text}")

    def _say_enemies(self) -> None:
        """What is often there or rules in this account."""
        from session_tui.tui.parts import enemies

        told = self.enemies
        if told is not None:
            self._say(f"{enemies.living(told)}, {told.round}, {enemies.people(told.many)} answered.")
            for each in told.living:
                self._say(f"  {each.words}: {enemies.answers(each)}")
            if question := enemies.worth_asking(told):
                self._say(question)

    # ---- the clock -------------------------------------------------------------------------------------------------

    def _begin(self, wait: bool) -> None:
        moment = now()
        self._say(
            " · ".join(each for each in (self.session.account, self.session.zone, self.session.opportunity) if each)
        )
        self._say_trouble()
        for remark in self.remarks:
            self._say(remark)
        if self.enemies is not None:
            living = len(self.enemies.living)
            self._say(f"Enemies of teamwork here: {living} often or ruling, private: /enemies opens them.")
        begun = not self.session.clock
        gap = self.presence.begin(self.agenda, moment, wait=wait)
        if begun and carrying.promises(self.session):
            self._say_promises()
        if not self.session.clock:
            self._say("The clock stands; /go_on starts it.")
            return
        self._say_gap(gap)
        if self.opened.draft.line:
            self._say(f"Half-typed when it was left: {self.opened.draft.line}")
        self._say_part()

    def _look_at_the_clock(self) -> None:
        self._say_gap(self.presence.look(now()))

    def _say_gap(self, gap: Clock | None) -> None:
        if gap and gap.until:
            away = clock_text((gap.until - gap.at).total_seconds())
            self._say(f"Away {away}, not counted. /count makes it session time.")

    def _keep_alive(self) -> None:
        """A sign of life while a line is waited for; a closed lid is found at the first look after it."""
        while not self._over.wait(1.0):
            with self._door:
                self._look_at_the_clock()
                self._say_trouble()  # nobody tells that a disk does not answer: it is asked for

    # ---- words -----------------------------------------------------------------------------------------------------

    def _say_settled(self, words: str) -> None:
        """That something is done is said once it is on disk; else that it is not, and later that it is.

        A disk that is known to be silent is not waited for again with each line.
        """
        # A little longer than it takes until the silence is known, so that it is said with its reason.
        if self.opened.settled(0 if self.opened.trouble else ANSWER + 0.2):
            self._say_on_disk()
            self._say(words)
            return
        self._say_trouble()
        self._not_on_disk += 1
        self._say(f"Not on disk yet: {words}")

    def _say_on_disk(self) -> None:
        if self._not_on_disk and self.opened.lamp == "saved":
            many = "change" if self._not_on_disk == 1 else f"{self._not_on_disk} changes"
            self._not_on_disk = 0
            self._say(f"On disk now: the {many} before this line.")

    def _say_trouble(self) -> None:
        """What stands in the way of writing, and what the store has to say, each once."""
        self._say_on_disk()
        if (draft := str(self.opened.draft_trouble or "")) and draft != self._draft_trouble:
            self._say(draft, err=True)
        self._draft_trouble = draft
        trouble = str(self.opened.trouble or "")
        if trouble and trouble != self._trouble:
            self._say(f"not saved: {trouble}", err=True)
        self._trouble = trouble
        for notice in self.opened.notices[self._noticed :]:
            self._say(notice)
        self._noticed = len(self.opened.notices)
        if arrived := self.opened.arrived():
            self._say(rebase.words(arrived, self.editing if self.editing in arrived else ""))

    def _say_part(self) -> None:
        box = self._box()
        if not 0 <= box.running < len(self.session.parts):
            return
        part = self.session.parts[box.running]
        left = clock_text(box.remaining)
        ends = f", the session ends {box.end.astimezone():%H:%M}" if box.end else ""
        self._say(f"Part {box.running + 1} of {len(self.session.parts)}: {part.title}, {left} left{ends}.")
        if self.agenda and box.running < len(self.agenda.parts):
            for prompt in self.agenda.parts[box.running].prompts:
                self._say(prompt)
        if part.kind == "owners":
            self._say_next_ownerless()

    def _say_next_ownerless(self) -> None:
        bare = ownerless(self.session)
        if bare:
            self._say(f"Next without a name: {bare[0].id} {headline_text(bare[0])}. @name due:fri gives it one.")
        elif self._kind() == "owners":
            self._say("Everything has a name.")

    def _say(self, words: str, *, err: bool = False) -> None:
        """Print a line. Where nobody reads any more (`| head`, a closed window) the session goes on to its end."""
        stream = self.err if err else self.out
        try:
            say(words, file=stream)
            stream.flush()
        except Exception:  # noqa: BLE001 - whatever became of the stream, the lines are still to be entered
            _let_go(stream)
            if not err:
                self._say("nobody reads what is printed any more; the session goes on to its end", err=True)

    def _refuse(self, number: int, words: str) -> None:
        self.prompt.refuse(words, number)

    def _finish(self) -> int:
        moment: datetime = now()
        self.opened.alive(moment)
        self.opened.keep_line("", moment)
        safe = self.opened.close()
        self._say_on_disk()
        if not safe:
            self.opened.give_up()
            self._say(not_on_disk(self.opened), err=True)
        elif self.opened.conflict is not None:
            safe = False
            words = (
                f"somebody else changed {self.opened.path}, and it is as they left it; ours is in {self.opened.ours}"
            )
            self._say(words, err=True)
        elif self.session.status == "held":
            if bare := conduct.without_name(self.session):
                self._say(bare)
            self._say(f"Held. {self.opened.path}")
            if self.places.configuration.endpoints:
                from session_tui.cli.push import at_end

                for said in at_end(self.places, self.session):
                    self._say(said)
        elif self.session.status == "prepared":
            self._say(f'Prepared. {self.program} run "{self.session.account}" starts it.')
            self._say(str(self.opened.path))
        else:
            self._say(f"Left live. Go on with: {self.program} resume {self.session.id}")
            self._say(str(self.opened.path))
        return 0 if safe and not self.prompt.refused else 1


def _let_go(stream: TextIO) -> None:
    """What is still to be written, now and when the program ends, goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

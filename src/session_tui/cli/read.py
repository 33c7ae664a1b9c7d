"""`read`: a plan before the session, on the full screen, line by line, or only put on record."""

from datetime import date
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, need_screen
from session_tui.cli.prompt import Prompt
from session_tui.cli.sessions import rows_in
from session_tui.context import AppContext
from session_tui.model.agenda import questions_for
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.plan_readers import latest, recorded
from session_tui.model.session import Reader, Session
from session_tui.store import agendas
from session_tui.store.errors import StoreError
from session_tui.store.new_session import named
from session_tui.store.plans import files
from session_tui.store.plans.reader import PlanReading, Reading
from session_tui.tui import raw_mode
from session_tui.tui.screens.plan import text as parts
from session_tui.tui.screens.plan.blocks import Remark
from session_tui.tui.screens.plan.text import Questions

LONGEST = 2000  # characters of a comment; a longer text belongs in the plan
_COMMENT = lazy_pattern(r"([0-9]{1,7})(?:\s+(.*))?")


@click.command()
@click.argument("plan", type=PATH)
@click.option("--as", "name", default="", metavar="NAME", help="Who reads it; else the configured name.")
@click.option("--role", default="", help="In which role, for its questions; else that of the attendee of this name.")
@click.option("--agenda", default="", help="Whose questions; else the prepared session's, else strategy-30.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.option("--confirm", is_flag=True, help="Put on record that it was read, and nothing else.")
@click.pass_obj
def read(context: CommandContext, plan: Path, name: str, role: str, agenda: str, plain: bool, confirm: bool) -> int:
    """Read PLAN before the session: a file, or its name in the plans folder."""
    home, folder = context.sessions.resolve().parent, context.places.plans.path
    path = files.locate(plan, home, folder)
    found = files.open_plan(path, home)
    reader = named("name", name) or context.places.configuration.name
    if not reader:
        do = "Say it with --as 'Ana Ruiz', or once and for all as name in the configuration."
        raise StoreError(Fault("", "who reads this plan is not known", do))
    session = _session(context, path, home)
    reader, role = _session_reader(session, reader, named("role", role))
    asked = _questions(context, agenda, session, role)
    reading = Reading(found, path, reader, context.state)
    if confirm:
        record = reading.record(context.now())
        for remark in record.remarks:
            echo(remark, err=True)
        for line in _farewell(reading, record, 0, context.today).split("\n"):
            echo(line)
        return 0
    if plain:
        context.lines.check()
        return PlainReader(reading, role, asked, Prompt(context.lines, numbered=True), context).read()
    need_screen("--plain reads it line by line; --confirm puts on record that it was read.")
    raw_mode.begin()
    from session_tui.cli.launch import plan_screen

    return plan_screen(context, reading, role, asked)


def _session(context: CommandContext, path: Path, home: Path) -> Session | None:
    """The newest planned or live session with this plan."""
    for row in rows_in(context, "prepared", "live"):
        session = row.session
        if session is None or session.plan is None:
            continue
        if files.of_source(session.plan.source, home, context.places.plans.path) == path:
            return session
    return None


def _session_reader(session: Session | None, name: str, role: str) -> tuple[str, str]:
    """The reader in the session's spelling, with their role there."""
    if session is None:
        return name, role
    for each in session.attendees:
        if name_key(each.name) == name_key(name):
            name, role = each.name, role or each.role
    for known, as_ in ((session.facilitator, "facilitator"), (session.account_owner, "account owner")):
        if name_key(known) == name_key(name):
            name, role = known, role or as_
    return name, role


def _questions(context: CommandContext, agenda: str, session: Session | None, role: str) -> Questions:
    folder = context.places.agendas.path
    if agenda:
        return questions_for(agendas.find(agenda, folder), role)
    try:
        return questions_for(agendas.find(session.agenda if session else agendas.STANDARD, folder), role)
    except StoreError:
        return ()  # a missing programme has no questions, and does not prevent the reading


def _farewell(reading: Reading, found: PlanReading, kept: int, today: date) -> str:
    mine = recorded(found.readers, reading.reader, reading.plan.sha256)
    return parts.farewell(reading.plan.source, mine, kept, today)


class PlainReader:
    """Prints the plan with line numbers; each typed line is a comment on one of them, or a
    command.
    """

    def __init__(self, reading: Reading, role: str, asked: Questions, prompt: Prompt, context: AppContext) -> None:
        self.context = context
        self.prompt = prompt
        self.reading, self.role, self.asked = reading, role, asked
        self.found = PlanReading()
        self.before: Reader | None = None  # this reader's entry before this call
        self.lines = files.lines_of(reading.plan.text.removesuffix("\n"))
        self.kept = 0

    def read(self) -> int:
        """Print the plan and read lines until they end; returns 1 where one was refused, else
        0.
        """
        self.found = self.reading.found()
        self.before = latest(self.found.readers, self.reading.reader)
        self._print()
        while (line := self.prompt.line()) is not None and name_key(line) != "quit":
            if line.strip():
                self._take(line.strip())
        echo(_farewell(self.reading, self.found, self.kept, self.context.today))
        return self.prompt.status

    def _take(self, line: str) -> None:
        try:
            if name_key(line) == "read":
                self.found = self.reading.record(self.context.now())
                echo("On record.")
            elif name_key(line) == "changes":
                self._changes()
            elif found := _COMMENT.fullmatch(line):
                self._comment(int(found[1]), found[2] or "")
            else:
                self.prompt.refuse("12 Who told us? comments on line 12; read, changes and quit are the other words")
        except StoreError as error:
            self.prompt.refuse(error.faults[0].words)

    def _comment(self, at: int, words: str) -> None:
        if not 1 <= at <= len(self.lines):
            self.prompt.refuse(f"the plan has lines 1 to {len(self.lines)}, and no line {at}")
        elif not words:
            self.prompt.refuse(f"what about line {at}? Write {at} Who told us?")
        elif len(words) > LONGEST:
            self.prompt.refuse(f"this comment has {len(words):,} characters; {LONGEST:,} are the most")
        else:
            self.found = self.reading.keep(self.reading.comment(at, words, self.context.now()))
            self.kept += 1
            echo(f"Kept, on line {at}.")

    def _changes(self) -> None:
        before = self.before
        lines = self.reading.changed_since(before.sha256) if before else ()
        if lines is None:
            echo("The version you read then is not kept on this machine, so it cannot be compared.")
        for line in lines or ():
            echo(line)
        if lines == ():
            echo("Nothing changed since you read it." if before else "You have not read it before.")

    def _print(self) -> None:
        today, sha256 = self.context.today, self.reading.plan.sha256
        echo(f"{self.reading.plan.source}, read by {', '.join(filter(None, (self.reading.reader, self.role)))}")
        for remark in self.found.remarks:
            echo(remark)
        last = self.before
        if last and last.sha256 and last.sha256 != sha256:
            echo(f"Changed since you read it {parts.at(last.read_at, today)}; the word changes shows what changed.")
        width = len(str(len(self.lines)))
        for number, line in enumerate(self.lines, 1):
            echo(f"{number:>{width}}  {line.expandtabs(4)}".rstrip())
            for at, comment in self.found.placed:
                if at == number:
                    echo(f"{' ' * width}  └ {_described(parts.remark(comment, today))}")
        for block in parts.after(self.found.placed, today):
            echo(block.text)
        for title, lines in (parts.questions(self.role, self.asked), parts.read_by(self.found.readers, sha256, today)):
            if lines:
                echo(title)
            for words, _ in lines:
                echo(f"  {words}")
        echo("12 Who told us? comments on line 12. read puts on record that you have read it. quit leaves.")


def _described(remark: Remark) -> str:
    return f"{remark.head}: {remark.text}"


COMMANDS: dict[str, click.Command] = {"read": read}

"""`enemies`: the habits that prevent teamwork, on the full screen or line by line; and their
report.

An answer is about us, about me or about an account. This decides where it is stored, who may read
it and what the report shows.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import click

from session_tui.cli.arguments import round_named
from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import choose_one, echo, need_screen, print_csv, print_json, wipe, write_document
from session_tui.cli.prompt import Prompt
from session_tui.cli.sessions import NO_SESSION, library
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.similar_names import match, nearly
from session_tui.model.team import enemies as model
from session_tui.model.team.enemies import (
    FREQUENCIES,
    FREQUENCY_WORDS,
    HABITS,
    Answer,
    Frequency,
    HabitResult,
    HabitsReport,
)
from session_tui.model.team.practices import round_of
from session_tui.model.team.scorecard import in_rounds
from session_tui.store.errors import StoreError, resolve
from session_tui.store.new_session import named
from session_tui.store.team import anonymous
from session_tui.store.team import enemies as store
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.team.enemies import EnemiesFile
from session_tui.tui import raw_mode

_ABOUT = "us, me, or the name of an account."
_US, _ME = "us", "me"
_CSV = ("about", "round", "people", "id", "habit", *FREQUENCIES, "share", "weight")
_ROUNDS = 6  # the latest rounds, side by side
_HABITS = (
    TableColumn("Strength", least=10),
    TableColumn("Habit", "fold", least=32, most=32),
    TableColumn("Saw it", right=True),
    TableColumn("How often", "fold"),
)


@click.group(cls=CommandGroup, name="enemies", invoke_without_command=True)
@click.option("--about", default="", metavar="WHOM", help=f"Whose habits: {_ABOUT}")
@click.option("--as", "name", default="", metavar="NAME", help="Who speaks of an account; else the configured name.")
@click.option("--round", "wanted", default="", metavar="R", help="The round; else this quarter, such as 2026-Q4.")
@click.option("--together", is_flag=True, help="About us: several people in turn at this keyboard, one file for all.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_context
def enemies(ctx: click.Context, about: str, name: str, wanted: str, together: bool, plain: bool) -> int:
    """Which of twenty bad habits live in our house, in the customer's, in me? Not seen, seen,
    often, rules.

    An answer about us has no name: it is a file with a random name, and there is a report from
    three answers on. Answers about me stay in your own data folder. An answer about an account has
    your name, and is in no summary.
    """
    if ctx.invoked_subcommand is not None:
        if about or name or wanted or together or plain:
            raise click.UsageError("Options of the report stand behind it: session-tui enemies report --about us.")
        return 0
    context: CommandContext = ctx.obj
    whom = _whom(about)
    if together and whom != _US:
        raise click.UsageError("--together is about us: what is said of me or of an account is one person's.")
    round_ = round_named(wanted) or round_of(context.today)
    collector, title = _collector(context, whom, name, round_)
    if plain:
        context.lines.check()
        return _Asked(collector, title, Prompt(context.lines), many=together).ask()
    need_screen("--plain asks line by line.")
    raw_mode.begin()
    from session_tui.cli.launch import enemies_screen

    return enemies_screen(context, collector, title, together=together)


@enemies.command()
@click.option("--about", default="", metavar="WHOM", help=f"Whose habits: {_ABOUT}")
@click.option("--round", "wanted", default="", metavar="R", help="The round; else the newest.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one a habit.")
@click.option("--html", "as_html", is_flag=True, help="One page with a picture, about us or an account.")
@click.pass_obj
def report(context: CommandContext, about: str, wanted: str, as_json: bool, as_csv: bool, as_html: bool) -> int:
    """The habits of a round, the strongest first: how many saw each, and how often.

    About us there is a report from three answers on; later answers are counted when there are
    three of them, so that the difference between two reports shows no single answer. A habit lives
    in an account where at least half of the answers are often or rules.
    """
    choose_one(as_json=as_json, as_csv=as_csv, as_html=as_html)
    whom = _whom(about)
    if as_html and whom == _ME:
        raise click.UsageError("What is about me is in no document.")
    round_ = round_named(wanted)
    if whom not in (_US, _ME) and not store.reports_about(context.places.assessments.path, whom)[0]:
        whom = _known_account(context, whom) or whom
    found, why_not = _reports(context, whom, round_)
    chosen = found[-1] if found else None
    if why_not:
        echo(why_not, err=True)
    if as_json:
        print_json(_as_data(whom, chosen, found, why_not))
    elif as_csv:
        print_csv(_CSV, (_row(whom, chosen, each) for each in (chosen.habits if chosen else ())))
    elif chosen is not None and as_html:
        write_document(_page(whom, chosen, context.today))
    elif chosen is not None:
        _print(whom, chosen, found)
    return 0


def _whom(about: str) -> str:
    subject = named("about", about)
    if not subject:
        raise click.UsageError(f"Say whom it is about, with --about: {_ABOUT}")
    # In any spelling: an answer about oneself must never become a file in a shared folder.
    return name_key(subject) if name_key(subject) in (_US, _ME) else subject


def _collector(context: CommandContext, whom: str, name: str, round_: str) -> tuple[EnemiesFile | AnonymousBatch, str]:
    """The object that stores the answers, and their subject in words."""
    folder = context.places.assessments.path
    if whom == _US:
        return AnonymousBatch(folder, round_, context.state, context.rng), f"us, {round_}"
    if whom == _ME:
        return store.about_me(context.places.me.path, round_, context.state), f"me, {round_}"
    who = named("name", name) or context.places.configuration.name
    if not who:
        do = "Say it with --as 'Ana Ruiz', or once and for all as name in the configuration."
        raise StoreError(Fault("", "who answers about an account is not known", do))
    account = _account(context, whom)
    collector = store.about_account(folder, account, who, round_, context.state, context.rng)
    return collector, f"{account}, {round_}, {who}"


def _account(context: CommandContext, whom: str) -> str:
    """The account in the spelling of the sessions; for an unknown account, which may be mistyped,
    a remark is printed.
    """
    account = _known_account(context, whom)
    if not account:
        remark = f"There is no session on {whom} yet; what is said of it is kept under this name."
        echo(remark, err=True)
    return account or whom


def _known_account(context: CommandContext, whom: str) -> str:
    """The name of a known account by its name or by a part that matches no other; empty where
    there is none.
    """
    with library(context) as index:
        known = index.accounts()
    found = match(whom, known)
    if found.several or nearly(whom, known):
        return resolve(whom, known, NO_SESSION)
    return found.name


def _reports(context: CommandContext, whom: str, wanted: str) -> tuple[tuple[HabitsReport, ...], str]:
    """The reports up to the wanted one, the oldest first; or the reason why there is none."""
    folder = context.places.assessments.path
    if whom == _US:
        us = anonymous.report(folder, wanted, context.state)
        _print_faults(us.faults, us.strange)
        return ((us.report,) if us.report else ()), us.why_not
    if whom == _ME:
        mine = store.my_rounds(context.places.me.path)
        rounds = {each.round: each.answers for each in mine.rounds if each.answers}
        _print_faults((), model.strange(rounds.values()))
        found = tuple(model.report(name, (rounds[name],)) for name in in_rounds(rounds))
    else:
        found, faults = store.reports_about(folder, whom)
        _print_faults(faults, store.strange_about(folder, whom))
    if wanted:
        found = found[: next((at for at, each in enumerate(found, 1) if each.round == wanted), 0)]
    if found:
        return found, ""
    words = "about you" if whom == _ME else f"about {whom}"
    return (), f"Nothing was answered {words}{f' in round {wanted}' if wanted else ''} yet."


def _print_faults(faults: Iterable[Fault], strange: Sequence[str]) -> None:
    for fault in faults:
        echo(str(fault), err=True)
    if strange:
        many = f"{'a habit' if len(strange) == 1 else f'{len(strange)} habits'} that this version does not know"
        echo(f"The files speak of {many}: {', '.join(strange)}. Kept, and not counted.", err=True)


# ---- printing -----------------------------------------------------------------------------------


def _row(whom: str, result: HabitsReport | None, each: HabitResult) -> tuple[object, ...]:
    assert result is not None
    return (whom, result.round, result.many, each.id, each.words, *each.counts, each.share, each.weight)


def _as_data(whom: str, result: HabitsReport | None, found: Sequence[HabitsReport], why_not: str) -> dict[str, Any]:
    habits = [
        {
            "id": each.id,
            "habit": each.words,
            **dict(zip(FREQUENCIES, each.counts, strict=True)),
            "share": each.share,
            "weight": each.weight,
        }
        for each in (result.habits if result else ())
    ]
    data: dict[str, Any] = {
        "about": whom,
        "round": result.round if result else None,
        "people": result.many if result else None,
        "habits": habits,
        "error": why_not or None,
    }
    if whom != _US:
        data["rounds"] = [
            {"round": each.round, "people": each.many, "often_or_ruling": len(each.living)} for each in found
        ]
    return data


def _page(whom: str, result: HabitsReport, today: date) -> bytes:
    from session_tui.export.team.pages import HabitBar, enemies_page
    from session_tui.tui.screens.team import enemies_text as parts

    bars = [HabitBar(each.words, each.weight / parts.STEPS, parts.answers(each)) for each in result.habits]
    heading = f"About {whom}: {parts.people(result.many)} answered."
    return enemies_page(result.round, heading, bars, today.isoformat())


def _print(whom: str, result: HabitsReport, found: Sequence[HabitsReport]) -> None:
    from session_tui.tui.screens.team import enemies_text as parts

    about = {_US: "us", _ME: "me"}.get(whom, whom)
    paragraph(f"Enemies of teamwork: {about}, round {result.round}, {parts.people(result.many)} answered.")
    echo()
    table(_HABITS, map(parts.row, result.habits))
    if whom == _US:
        echo("\nWhat is answered from now on is counted when it is three answers.")
        return
    if len(found) > 1:
        echo("\nOver the rounds")
        shown = found[-_ROUNDS:]
        rows = (
            ("often or ruling", *(str(len(each.living)) for each in shown), ""),
            ("mean of all, 0 to 3", *(f"{parts.mean(each):.1f}" for each in shown), parts.course(shown)),
        )
        table([TableColumn(), *(TableColumn(each.round, right=True) for each in shown), TableColumn()], rows)
    elif whom != _ME:
        echo(f"\n{parts.living(result)}.")


# ---- line by line -------------------------------------------------------------------------------


class _Asked:
    """Asks line by line: prints a habit and reads an answer, an empty line to go on, `back` or
    `leave`.
    """

    def __init__(self, collector: EnemiesFile | AnonymousBatch, title: str, prompt: Prompt, *, many: bool) -> None:
        self.collector, self.title, self.prompt, self.many = collector, title, prompt, many

    def ask(self) -> int:
        """Ask each person for all habits; returns 1 where a line was refused, else 0."""
        echo(f"Enemies of teamwork: {self.title}. {model.HOW_TO_ANSWER}")
        if isinstance(self.collector, AnonymousBatch):
            self._about_us(self.collector)
        else:
            self._growing(self.collector)
        return self.prompt.status

    def _growing(self, collector: EnemiesFile) -> None:
        for fault in collector.remarks:
            echo(str(fault), err=True)
        echo("An empty line goes on, back goes back, leave leaves; every answer is kept at once.")

        def take(habit: str, frequency: Frequency) -> None:
            collector.give(habit, frequency)
            try:
                collector.save()
            except StoreError as error:
                echo(f"Not saved: {error.faults[0].words}", err=True)

        try:
            self._ask_person(collector.answers, take)
        finally:
            collector.close()
        self._farewell()

    def _about_us(self, collector: AnonymousBatch) -> None:
        from session_tui.tui.screens.team import enemies_text as parts

        echo(parts.WITHOUT_NAMES)
        if collector.repository:
            echo(parts.in_git(str(collector.repository)))
            if not self.many:
                echo("--together asks several people in turn.")
        echo("Back goes back, leave leaves; half an answer is written nowhere.")
        try:
            self._ask_each(collector)
        finally:
            collector.close()  # finished answers are written, even if the next person leaves
        self._farewell()

    def _ask_each(self, collector: AnonymousBatch) -> None:
        """Ask one person after the other; an incomplete answer is discarded."""
        while True:
            answer: Answer = {}
            self._ask_person(answer, answer.__setitem__)
            if model.missing(answer):
                if answer:
                    echo("This answer was not finished, so nothing of it is kept.", err=True)
                return
            collector.add(answer)
            if not self.many or not self._another_person():
                return

    def _another_person(self) -> bool:
        """Ask whether another person answers."""
        if sys.stdout.isatty():
            wipe()
        echo("Finished. An empty line begins the next person's; done writes all.")
        line = self.prompt.line()
        return line is not None and name_key(line) not in ("done", "leave", "/leave")

    def _ask_person(self, answers: Answer, take: Callable[[str, Frequency], None]) -> None:
        """Ask one person, from the first habit without an answer on."""
        habits = tuple(HABITS)
        left = model.missing(answers)

        def show(at: int) -> None:
            current = answers.get(habits[at])
            shown = f" [{FREQUENCY_WORDS[current]}]" if current else ""
            echo(f"{at + 1}/{len(habits)} {HABITS[habits[at]]}{shown}")

        def answered(at: int, typed: str) -> bool:
            if not typed:
                return self._skipped(has_answer=habits[at] in answers)
            answer = model.read_answer(typed)
            if isinstance(answer, Fault):
                self.prompt.refuse(answer.words)
                return False
            take(habits[at], answer)
            return True

        self.prompt.questions(len(habits), habits.index(left[0]) if left else 0, show, answered)

    def _skipped(self, *, has_answer: bool) -> bool:
        if isinstance(self.collector, AnonymousBatch) and not has_answer:
            echo("About us all twenty are answered; not seen is an answer too.", err=True)
            return False
        return True

    def _farewell(self) -> None:
        from session_tui.tui.screens.team import enemies_text as parts

        if words := parts.farewell(self.collector):
            echo(words)


COMMANDS: dict[str, click.Command] = {"enemies": enemies}

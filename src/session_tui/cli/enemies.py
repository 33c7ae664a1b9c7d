"""The enemies of teamwork: about us, about me or about an account, on a full screen or line by line; the report.

The three have nothing in common but the habits: where an answer lies, who may read it and what of it is told is
decided by whom it is about.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import click

from session_tui.cli.arguments import round_named
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json, wipe, write_document
from session_tui.cli.prompt import Prompt
from session_tui.cli.sessions import NO_SESSION, library
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.cli.terminal import need_screen
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
_ROUNDS = 6  # the latest, beside each other
_HABITS = (
    TableColumn("Strength", least=10),
    TableColumn("Habit", "fold", least=32, most=32),
    TableColumn("Saw it", right=True),
    TableColumn("How often", "fold"),
)


@click.group(name="enemies", invoke_without_command=True)
@click.option("--about", default="", metavar="WHOM", help=f"Whose habits: {_ABOUT}")
@click.option("--as", "name", default="", metavar="NAME", help="Who speaks of an account; else the configured name.")
@click.option("--round", "wanted", default="", metavar="R", help="The round; else this quarter, such as 2026-Q4.")
@click.option("--together", is_flag=True, help="About us: several people in turn at this keyboard, one file for all.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_context
def enemies(ctx: click.Context, about: str, name: str, wanted: str, together: bool, plain: bool) -> int:
    """Which of twenty bad habits live in our house, in the customer's, in me? Not seen, seen, often, rules.

    About us nobody is named: a whole answer is a file with a random name, and there is a report from three answers on.
    About me all stays in your own data folder. About an account your name stands with it, and it is in no summary.
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
    given, title = _given(context, whom, name, round_)
    if plain:
        context.lines.check()
        return _Asked(given, title, Prompt(context.lines), many=together).ask()
    need_screen("--plain asks line by line.")
    raw_mode.begin()
    from session_tui.cli.launch import enemies_screen

    return enemies_screen(context, given, title, together=together)


@enemies.command()
@click.option("--about", default="", metavar="WHOM", help=f"Whose habits: {_ABOUT}")
@click.option("--round", "wanted", default="", metavar="R", help="The round; else the newest.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one a habit.")
@click.option("--html", "as_html", is_flag=True, help="One page with a picture, about us or an account.")
@click.pass_obj
def report(context: CommandContext, about: str, wanted: str, as_json: bool, as_csv: bool, as_html: bool) -> int:
    """The habits of a round, the strongest first: how many saw each, and how often.

    About us there is a report from three answers on; what came since the last one is counted when it is three answers,
    so that no two reports tell by their difference what somebody said. A habit lives in an account where at least half
    of those who answered say often or rules.
    """
    choose_one(as_json=as_json, as_csv=as_csv, as_html=as_html)
    whom = _whom(about)
    if as_html and whom == _ME:
        raise click.UsageError("What is about me is in no document.")
    round_ = round_named(wanted)
    if whom not in (_US, _ME) and not store.reports_about(context.places.assessments.path, whom)[0]:
        whom = _known(context, whom) or whom
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
    said = named("about", about)
    if not said:
        raise click.UsageError(f"Say whom it is about, with --about: {_ABOUT}")
    # However it is written: what is meant about oneself must never become a file in a shared folder.
    return name_key(said) if name_key(said) in (_US, _ME) else said


def _given(context: CommandContext, whom: str, name: str, round_: str) -> tuple[EnemiesFile | AnonymousBatch, str]:
    """What keeps the answers, and whom they are about in words."""
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
    given = store.about_account(folder, account, who, round_, context.state, context.rng)
    return given, f"{account}, {round_}, {who}"


def _account(context: CommandContext, whom: str) -> str:
    """The account as the sessions spell it; one that has no session may be meant, or mistyped: that is said."""
    account = _known(context, whom)
    if not account:
        said = f"There is no session on {whom} yet; what is said of it is kept under this name."
        echo(said, err=True)
    return account or whom


def _known(context: CommandContext, whom: str) -> str:
    """The account of a session that is meant: its name, or a part that fits no other; empty where there is none."""
    with library(context) as index:
        known = index.accounts()
    found = match(whom, known)
    if found.several or nearly(whom, known):
        return resolve(whom, known, NO_SESSION)
    return found.name


def _reports(context: CommandContext, whom: str, wanted: str) -> tuple[tuple[HabitsReport, ...], str]:
    """The reports up to the wanted one, the oldest first, or why there is none."""
    folder = context.places.assessments.path
    if whom == _US:
        us = anonymous.report(folder, wanted, context.state)
        _say_faults(us.faults, us.strange)
        return ((us.report,) if us.report else ()), us.why_not
    if whom == _ME:
        mine = store.my_rounds(context.places.me.path)
        rounds = {each.round: each.answers for each in mine.rounds if each.answers}
        _say_faults((), model.strange(rounds.values()))
        found = tuple(model.report(name, (rounds[name],)) for name in in_rounds(rounds))
    else:
        found, faults = store.reports_about(folder, whom)
        _say_faults(faults, store.strange_about(folder, whom))
    if wanted:
        found = found[: next((at for at, each in enumerate(found, 1) if each.round == wanted), 0)]
    if found:
        return found, ""
    words = "about you" if whom == _ME else f"about {whom}"
    return (), f"Nothing was answered {words}{f' in round {wanted}' if wanted else ''} yet."


def _say_faults(faults: Iterable[Fault], strange: Sequence[str]) -> None:
    for fault in faults:
        echo(str(fault), err=True)
    if strange:
        many = f"{'a habit' if len(strange) == 1 else f'{len(strange)} habits'} that this version does not know"
        echo(f"The files speak of {many}: {', '.join(strange)}. Kept, and not counted.", err=True)


# ---- printing --------------------------------------------------------------------------------------------------------


def _row(whom: str, told: HabitsReport | None, each: HabitResult) -> tuple[object, ...]:
    assert told is not None
    return (whom, told.round, told.many, each.id, each.words, *each.counts, each.share, each.weight)


def _as_data(whom: str, told: HabitsReport | None, found: Sequence[HabitsReport], why_not: str) -> dict[str, Any]:
    habits = [
        {
            "id": each.id,
            "habit": each.words,
            **dict(zip(FREQUENCIES, each.counts, strict=True)),
            "share": each.share,
            "weight": each.weight,
        }
        for each in (told.habits if told else ())
    ]
    data: dict[str, Any] = {
        "about": whom,
        "round": told.round if told else None,
        "people": told.many if told else None,
        "habits": habits,
        "error": why_not or None,
    }
    if whom != _US:
        data["rounds"] = [
            {"round": each.round, "people": each.many, "often_or_ruling": len(each.living)} for each in found
        ]
    return data


def _page(whom: str, told: HabitsReport, today: date) -> bytes:
    from session_tui.export.team.enemies_page import Bar, page
    from session_tui.tui.screens.team import enemies_text as parts

    bars = [Bar(each.words, each.weight / parts.STEPS, parts.answers(each)) for each in told.habits]
    heading = f"About {whom}: {parts.people(told.many)} answered."
    return page(told.round, heading, bars, today.isoformat())


def _print(whom: str, told: HabitsReport, found: Sequence[HabitsReport]) -> None:
    from session_tui.tui.screens.team import enemies_text as parts

    about = {_US: "us", _ME: "me"}.get(whom, whom)
    paragraph(f"Enemies of teamwork: {about}, round {told.round}, {parts.people(told.many)} answered.")
    echo()
    table(_HABITS, map(parts.row, told.habits))
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
        echo(f"\n{parts.living(told)}.")


# ---- line by line ----------------------------------------------------------------------------------------------------


class _Asked:
    """A habit is printed, a line is read: an answer, nothing to go on, `back`, `leave`."""

    def __init__(self, given: EnemiesFile | AnonymousBatch, title: str, prompt: Prompt, *, many: bool) -> None:
        self.given, self.title, self.prompt, self.many = given, title, prompt, many

    def ask(self) -> int:
        """All habits, of each person; 1 where a line was refused, else 0."""
        echo(f"Enemies of teamwork: {self.title}. {model.HOW_TO_ANSWER}")
        if isinstance(self.given, AnonymousBatch):
            self._about_us(self.given)
        else:
            self._growing(self.given)
        return self.prompt.status

    def _growing(self, given: EnemiesFile) -> None:
        for fault in given.remarks:
            echo(str(fault), err=True)
        echo("An empty line goes on, back goes back, leave leaves; every answer is kept at once.")

        def take(habit: str, said: Frequency) -> None:
            given.give(habit, said)
            try:
                given.save()
            except StoreError as error:
                echo(f"Not saved: {error.faults[0]}", err=True)

        try:
            self._one(given.answers, take)
        finally:
            given.close()
        self._farewell()

    def _about_us(self, given: AnonymousBatch) -> None:
        from session_tui.tui.screens.team import enemies_text as parts

        echo(parts.WITHOUT_NAMES)
        if given.repository:
            echo(parts.in_git(str(given.repository)))
            if not self.many:
                echo("--together asks several people in turn.")
        echo("back goes back, leave leaves; half an answer is written nowhere.")
        try:
            self._in_turn(given)
        finally:
            given.close()  # what is finished is written, however the next person leaves
        self._farewell()

    def _in_turn(self, given: AnonymousBatch) -> None:
        """One person after the other, each whole or not at all."""
        while True:
            answer: Answer = {}
            self._one(answer, answer.__setitem__)
            if model.missing(answer):
                if answer:
                    echo("This answer was not finished, so nothing of it is kept.", err=True)
                return
            given.add(answer)
            if not self.many or not self._next():
                return

    def _next(self) -> bool:
        """Whether somebody else answers."""
        if sys.stdout.isatty():
            wipe()
        echo("Finished. An empty line begins the next person's; done writes all.")
        line = self.prompt.line()
        return line is not None and name_key(line) not in ("done", "leave", "/leave")

    def _one(self, answers: Answer, take: Callable[[str, Frequency], None]) -> None:
        """One person, from the first habit without an answer on."""
        habits = tuple(HABITS)
        left = model.missing(answers)

        def show(at: int) -> None:
            said = answers.get(habits[at])
            shown = f" [{FREQUENCY_WORDS[said]}]" if said else ""
            echo(f"{at + 1}/{len(habits)} {HABITS[habits[at]]}{shown}")

        def answered(at: int, typed: str) -> bool:
            if not typed:
                return self._skipped(said=habits[at] in answers)
            answer = model.read_answer(typed)
            if isinstance(answer, Fault):
                self.prompt.refuse(str(answer))
                return False
            take(habits[at], answer)
            return True

        self.prompt.questions(len(habits), habits.index(left[0]) if left else 0, show, answered)

    def _skipped(self, *, said: bool) -> bool:
        if isinstance(self.given, AnonymousBatch) and not said:
            echo("About us all twenty are answered; not seen is an answer too.", err=True)
            return False
        return True

    def _farewell(self) -> None:
        from session_tui.tui.screens.team import enemies_text as parts

        if words := parts.farewell(self.given):
            echo(words)


COMMANDS: dict[str, click.Command] = {"enemies": enemies}

"""`scorecard`: rating the practices, and the report with the figures of the sessions beside the
opinions.
"""

from datetime import date
from typing import Any

import click

from session_tui.cli.arguments import round_named
from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import choose_one, echo, need_screen, print_csv, print_faults, print_json, write_document
from session_tui.cli.prompt import Prompt
from session_tui.cli.sessions import library, pipeline_in_force, print_left_out
from session_tui.cli.table import Cell, TableColumn, paragraph, table
from session_tui.model import formats
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.team import metrics, scorecard
from session_tui.model.team.metrics import DEFINITIONS, TITLES, Figure
from session_tui.model.team.practices import (
    EXECUTION_WORDS,
    EXECUTIONS,
    HOW_TO_ANSWER,
    Practice,
    Practices,
    Rating,
    rating_of,
    read_answer,
    round_of,
)
from session_tui.model.team.scorecard import WORST, PracticeResult, ScorecardReport
from session_tui.store.errors import StoreError
from session_tui.store.new_session import named
from session_tui.store.team import scorecards
from session_tui.store.team.scorecards import ScorecardFile
from session_tui.tui import raw_mode

_DIFFERING = 5  # practices with different opinions; --json has more
_ROUNDS = 6  # the latest rounds, side by side
_BAR = TableColumn(least=10)
_LEVEL = (
    TableColumn("Gap", least=10),
    TableColumn(right=True, least=4),
    TableColumn("Worth", right=True, least=5),
    TableColumn("How often", "fold", least=14, most=14),
    TableColumn("Practice", "fold"),
)
_EPILOG = "\n\n".join(
    (
        "What the record counts, as session-tui scorecard report shows it beside what people think:",
        *(f"{TITLES[name]}: {words}." for name, words in DEFINITIONS.items()),
    )
)


@click.group(cls=CommandGroup, name="scorecard", invoke_without_command=True, epilog=_EPILOG)
@click.option("--as", "name", default="", metavar="NAME", help="Who answers; else the configured name.")
@click.option("--round", "wanted", default="", metavar="R", help="The round; else this quarter, such as 2026-Q4.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_context
def scorecard_(ctx: click.Context, name: str, wanted: str, plain: bool) -> int:
    """How well do we work as a team? Each practice by importance and by how often we do it, in
    three minutes.

    Every answer is on disk at once; begun again in the same round, it goes on.
    """
    if ctx.invoked_subcommand is not None:
        if name or wanted or plain:
            raise click.UsageError("Options of the report stand behind it: session-tui scorecard report --round R.")
        return 0
    context: CommandContext = ctx.obj
    who = named("name", name) or context.places.configuration.name
    if not who:
        do = "Say it with --as 'Ana Ruiz', or once and for all as name in the configuration."
        raise StoreError(Fault("", "who answers is not known", do))
    folder = context.places.assessments.path
    asked = scorecards.practices(folder)
    round_ = round_named(wanted) or round_of(context.today)
    card_file = scorecards.answers(folder, who, round_, context.state, context.rng)
    for fault in card_file.remarks:
        echo(str(fault), err=True)
    if plain:
        context.lines.check()
        _LineByLine(card_file, asked, Prompt(context.lines)).ask()
        return 0
    need_screen("--plain asks line by line.")
    raw_mode.begin()
    from session_tui.cli.launch import scorecard_screen

    return scorecard_screen(context, card_file, asked)


@scorecard_.command(epilog=_EPILOG)
@click.option("--round", "wanted", default="", metavar="R", help="The round; else the latest.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one a practice.")
@click.option("--html", "as_html", is_flag=True, help="One page without outside parts, with a picture of the gaps.")
@click.pass_obj
def report(context: CommandContext, wanted: str, as_json: bool, as_csv: bool, as_html: bool) -> int:
    """Where we fall short, by level; where people differ; how it went; and first where the record
    says otherwise.

    A gap is importance times the distance from consistently: 0 to 30. An opinion differs
    from the record where it is more than one step better: never is 0 %, sometimes 33, often 67,
    consistently 100.
    """
    choose_one(as_json=as_json, as_csv=as_csv, as_html=as_html)
    folder = context.places.assessments.path
    found = scorecards.scorecards(folder)
    for fault in found.faults:
        echo(str(fault), err=True)
    rounds = scorecard.in_rounds(card.round for card in found.cards)
    if not rounds and not wanted:
        message = f"Nobody has rated anything yet in {folder}. session-tui scorecard begins."
        echo(message, err=True)
        if as_csv:
            print_csv(_CSV, ())
        if not as_json:
            return 0
    chosen = round_named(wanted) or (rounds[-1] if rounds else round_of(context.today))
    if wanted and chosen not in rounds:
        do = f"There are: {', '.join(rounds)}." if rounds else "session-tui scorecard begins one."
        raise StoreError(Fault("", f"there is no scorecard of round {chosen}", do))
    result = scorecard.report(chosen, found.cards, _practices(context), _record(context))
    if as_json:
        print_json(_as_data(result))
    elif as_csv:
        print_csv(_CSV, map(_row, [result] * len(result.judged), result.judged))
    elif as_html:
        write_document(_page(result, context.today))
    else:
        _print(result)
    return 0


def _page(result: ScorecardReport, today: date) -> bytes:
    from session_tui.export.team.pages import scorecard_page
    from session_tui.tui.screens.team import scorecard_text as words

    contradictions = tuple(map(words.contradiction, result.contradictions))
    return scorecard_page(result, contradictions, words.heading(result), today.isoformat())


def _practices(context: CommandContext) -> Practices:
    """The team's own practices; where their file is faulty, print that, and use the wording of the
    answers.
    """
    try:
        return scorecards.practices(context.places.assessments.path)
    except StoreError as error:
        print_faults(error.faults)
        return scorecards.shipped_practices()


def _record(context: CommandContext) -> tuple[Figure, ...]:
    rules = context.places.configuration
    rows = _pipeline(context)
    with library(context) as index:
        print_left_out(index)
        return metrics.record(index.sessions(), rows, rules.cadence, rules.gate, context.today)


def _pipeline(context: CommandContext) -> tuple[PipelineRow, ...] | None:
    found = pipeline_in_force(context)
    if found is None:
        return None
    if found.faults:
        many = (
            f"{len(found.faults)} lines of the pipeline are" if len(found.faults) > 1 else "1 line of the pipeline is"
        )
        echo(f"{many} faulty and does not count; session-tui due says where.", err=True)
    return found.rows


# ---- printing -----------------------------------------------------------------------------------

_CSV = ("round", "level", "id", "text", "asked", "people", "importance", "gap", "spread", *EXECUTIONS, "record")


def _row(result: ScorecardReport, each: PracticeResult) -> tuple[object, ...]:
    answers = each.answers
    figures = "; ".join(f"{one.name} {one.many}/{one.of}" for one in _figures(result, each.practice))
    return (
        result.round,
        each.practice.level,
        each.practice.id,
        each.practice.text,
        str(each.asked).lower(),
        len(each.voices),
        each.importance,
        each.gap,
        each.spread,
        *(answers.get(one, 0) for one in EXECUTIONS),
        figures,
    )


def _figures(result: ScorecardReport, practice: Practice) -> tuple[Figure, ...]:
    return tuple(one for one in result.record if one.name in practice.record)


def _as_data(result: ScorecardReport) -> dict[str, Any]:
    return {
        "round": result.round,
        "people": result.people,
        "contradictions": [
            {
                "id": each.practice.id,
                "level": each.practice.level,
                "text": each.practice.text,
                "execution": each.execution,
                "names": each.names,
                "figure": each.figure.name,
                "many": each.figure.many,
                "of": each.figure.of,
                "share": _rounded(each.figure),
            }
            for each in result.contradictions
        ],
        "practices": [
            {
                "id": each.practice.id,
                "level": each.practice.level,
                "text": each.practice.text,
                "asked": each.asked,
                "importance": each.importance,
                "gap": each.gap,
                "spread": each.spread,
                "ratings": [
                    {"name": v.name, "importance": v.importance, "execution": v.execution, "gap": v.gap}
                    for v in each.voices
                ],
                "record": each.practice.record,
            }
            for each in result.judged
        ],
        "levels": result.levels,
        "rounds": result.rounds,
        "trend": [{"level": each.level, "gaps": each.gaps} for each in result.trend],
        "record": [
            {
                "name": each.name,
                "title": each.title,
                "definition": each.definition,
                "many": each.many,
                "of": each.of,
                "share": _rounded(each),
                "unjudged": each.unjudged,
            }
            for each in result.record
        ],
        "unfinished": [{"name": name, "practices": many} for name, many in result.unfinished],
    }


def _rounded(figure: Figure) -> float | None:
    return None if figure.share is None else round(figure.share, 3)


def _print(result: ScorecardReport) -> None:
    from session_tui.tui.drawings import sparklines
    from session_tui.tui.screens.team import scorecard_text as words

    for each in result.contradictions:
        paragraph(words.contradiction(each))
    if result.contradictions:
        echo()
    paragraph(words.heading(result))
    for name, many in result.unfinished:
        paragraph(f"{name} has {formats.count(many, 'practice')} left to rate.")
    for number, (level, gap) in enumerate(result.levels.items()):
        echo(f"\n{sparklines.bar(gap / WORST)}  {gap:>4.1f}  {level.upper()}")
        rows: list[tuple[Cell, ...]] = [
            (
                sparklines.bar(each.gap / WORST),
                f"{each.gap:.1f}",
                f"{each.importance:g}",
                [*words.answers(each).split("\n")],
                [words.practice(each), *map(words.on_record, _figures(result, each.practice))],
            )
            for each in result.judged
            if each.practice.level == level
        ]
        table(_LEVEL, rows, titled=not number)
    if result.differing:
        echo("\nWhere people differ, by their gaps")
        ends = [(words.apart(each), each.practice.text) for each in result.differing[:_DIFFERING]]
        table([TableColumn(fit="fold", least=30, most=30), TableColumn(fit="fold")], ends, titled=False)
    if len(result.rounds) > 1:
        echo("\nOver the rounds")
        shown = result.rounds[-_ROUNDS:]
        trend = [
            (
                each.level or "all of it",
                *("" if gap is None else f"{gap:.1f}" for gap in each.gaps[-_ROUNDS:]),
                words.course(each.gaps[-_ROUNDS:]),
            )
            for each in result.trend
        ]
        table([TableColumn("Mean gap"), *(TableColumn(title, right=True) for title in shown), TableColumn()], trend)
    echo("\nOn record, by the sessions as they are today")
    figures = [words.figure(each) for each in result.record]
    table(
        [_BAR, TableColumn(right=True, least=5), TableColumn(right=True), TableColumn(fit="fold")],
        figures,
        titled=False,
    )
    echo("session-tui scorecard report --help says what each figure counts.", err=True)


# ---- line by line -------------------------------------------------------------------------------


class _LineByLine:
    """Asks line by line: prints a practice and reads an answer, an empty line to skip it, `back`
    or `leave`.
    """

    def __init__(self, card_file: ScorecardFile, asked: Practices, prompt: Prompt) -> None:
        self.prompt = prompt
        self.card_file, self.asked = card_file, asked.in_order()
        self.practices = asked

    def ask(self) -> None:
        """Ask from the first unrated practice to the last."""
        card = self.card_file.card
        paragraph(f"Scorecard {card.round}, {card.name}. {HOW_TO_ANSWER}")
        echo("An empty line skips, back goes back, leave leaves; every answer is kept at once.")
        unrated = (at for at, each in enumerate(self.asked) if not self._whole(each))
        self.prompt.questions(len(self.asked), next(unrated, len(self.asked)), self._show, self._take)
        self.card_file.close()
        self._end()

    def _whole(self, practice: Practice) -> bool:
        rating = self.card_file.card.rating(practice.id)
        return rating is not None and rating.whole

    def _show(self, at: int) -> None:
        practice = self.asked[at]
        rating = self.card_file.card.rating(practice.id)
        current = f" [{_rating_words(rating)}]" if rating else ""
        echo()
        paragraph(f"{at + 1}/{len(self.asked)} {practice.level}: {practice.text}{current}")

    def _take(self, at: int, typed: str) -> bool:
        """Take an answer; returns whether the practice is now rated, or skipped."""
        practice = self.asked[at]
        if not typed:
            return True
        answer = read_answer(typed)
        if isinstance(answer, Fault):
            self.prompt.refuse(answer.words)
            return False
        before = self.card_file.card.rating(practice.id)
        importance = answer[0] or (before.importance if before else None)
        execution = answer[1] or (before.execution if before else None)
        self.card_file.give(rating_of(practice, importance, execution))
        try:
            self.card_file.save()
        except StoreError as error:
            echo(f"Not saved: {error.faults[0].words}", err=True)
        if importance is None:
            echo("And how important is it, 1 to 10?")
        elif execution is None:
            echo("And how often do we do it: never, sometimes, often, consistently?")
        return self._whole(practice)

    def _end(self) -> None:
        from session_tui.tui.drawings import sparklines

        own = scorecard.own_gaps(self.card_file.card, self.practices)
        left = len(self.asked) - len(own)
        if own:
            echo("\nYour gaps: importance times distance from consistently, 0 to 30")
            rows = [(sparklines.bar(gap / WORST), str(gap), practice.text) for practice, gap in own]
            table([_BAR, TableColumn(right=True, least=4), TableColumn(fit="fold")], rows, titled=False)
        if left:
            echo(f"{left} of {len(self.asked)} are not rated; session-tui scorecard goes on.")
        if self.card_file.card.ratings:
            paragraph(f"Saved in {self.card_file.path}. session-tui scorecard report shows everybody's.")


def _rating_words(rating: Rating) -> str:
    words = (str(rating.importance or ""), EXECUTION_WORDS[rating.execution] if rating.execution else "")
    return " ".join(filter(None, words))


COMMANDS: dict[str, click.Command] = {"scorecard": scorecard_}

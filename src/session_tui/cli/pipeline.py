"""`pipeline check`: how a CRM's export is read, heading by heading and line by line."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import WHOLE, echo, print_json, width
from session_tui.cli.sessions import all_sessions
from session_tui.cli.table import Row, SpanningRow, TableColumn, paragraph, table
from session_tui.model import formats
from session_tui.model.crm.export_lines import ExportLine, LineKind
from session_tui.model.crm.headings import Headings
from session_tui.store import pipeline as store
from session_tui.store.pipeline import Pipeline

_LONGEST = 200  # characters of a cell: a note that stands in a wrong column fills no screen
_NARROW = 110  # columns; below, a line stands in two rows
_OTHER_KINDS: dict[LineKind, str] = {
    "replaced": "replaced by another line",
    "no account": "without an account",
    "unreadable": "without a deal",
}
_FIELDS = ("account", "opportunity", "phase", "amount", "currency", "close_on", "owner", "closed")


@click.group(cls=CommandGroup)
def pipeline() -> None:
    """The CRM's export, the file that says which deals there are."""


@pipeline.command()
@click.argument("file", type=PATH, required=False)
@click.option("--json", "as_json", is_flag=True, help="An array of objects, one a line of the file.")
@click.pass_obj
def check(context: CommandContext, file: Path | None, as_json: bool) -> int:
    """How FILE is read: which heading was taken for what, what was not used, and what each line
    became.

    Without FILE it is the pipeline in use. Exit status 1 where a line gave no deal.
    """
    place = (context.with_pipeline(file) if file is not None else context).places.pipeline
    if place is None:
        do = "or set pipeline in the configuration."
        raise click.UsageError(f"FILE is missing, and no pipeline is in use: name one, {do}")
    found = store.of(place, lambda: all_sessions(context))
    if as_json:
        print_json([_as_data(line) for line in found.lines])
    else:
        _print(found, place.path.name)
    return 1 if found.faults else 0


def _as_data(line: ExportLine) -> dict[str, object]:
    """One line. A line that is no deal has null for every value; `why` is empty where there is
    nothing to add.
    """
    row = line.row if line.kind == "deal" else None
    values = {name: getattr(row, name) if row else None for name in _FIELDS}
    if row is not None:
        values["close_on"] = row.close_on.isoformat() if row.close_on else None
        values["closed"] = row.is_closed
    return {
        "line": line.number,
        **values,
        "unknown": list(row.unknown) if row else [],
        "why": "; ".join(line.reasons),
    }


def _print(found: Pipeline, name: str) -> None:
    kinds = Counter(line.kind for line in found.lines)
    deals = kinds["deal"]
    closed = sum(row.is_closed for row in found.rows)
    parts = [formats.count(deals, "deal") + (f", {closed:,} of them closed" if closed else "")]
    if deals == closed == 1:
        parts = ["1 deal, closed"]
    parts += [f"{kinds[kind]:,} {words}" for kind, words in _OTHER_KINDS.items() if kinds[kind]]
    paragraph(
        f"{name}: {found.encoding}, {found.separator}; {formats.count(len(found.lines), 'line')}: {'; '.join(parts)}"
    )
    for remark in found.remarks:
        if not remark.line:
            paragraph(str(remark))
    echo()
    _print_headings(found.headings)
    if found.lines:
        echo()
        _print_lines(found)


def _print_headings(headings: Headings) -> None:
    rows = ((each.column, each.heading, each.why) for each in headings.taken)
    table([TableColumn("Column"), TableColumn("Heading", "fold"), TableColumn("", "fold")], rows)
    if headings.missing:
        paragraph(f"No heading for: {', '.join(headings.missing)}")
    if headings.unused:
        paragraph(f"Not used: {', '.join(headings.unused)}")


def _print_lines(found: Pipeline) -> None:
    if width() < _NARROW or width() == WHOLE:
        what = TableColumn("What it became", "fold")
        table([TableColumn("Line", right=True), what], ([str(line.number), _sentence(line)] for line in found.lines))
        return
    columns = [
        TableColumn("Line", right=True, least=len(str(found.lines[-1].number))),
        _column("Account", 24, (row.account for row in found.rows)),
        _column("Opportunity", 28, (row.opportunity for row in found.rows)),
        _column("Phase", 18, (row.phase for row in found.rows)),
        TableColumn("Amount", right=True),
        TableColumn("Close date"),
        _column("Owner", 14, (row.owner for row in found.rows)),
        TableColumn("What it became", "fold"),
    ]
    table(columns, map(_cells, found.lines))


def _column(title: str, most: int, texts: Iterable[str]) -> TableColumn:
    """A column as wide as the longest of all its texts, not of the first ones alone: a row that is
    wrapped takes ten times as long to print.
    """
    return TableColumn(title, "fold", least=min(most, max(map(len, texts), default=0)), most=most)


def _cells(line: ExportLine) -> Row:
    row = line.row if line.kind == "deal" else None
    if row is None:
        return SpanningRow((f"{line.number:>4}  {'; '.join(line.why)}",))
    day = row.close_on.isoformat() if row.close_on else _missing("close_on", row.unknown)
    amount = formats.amount(row.amount, row.currency) or _missing("amount", row.unknown)
    became = "; ".join(("closed" if row.is_closed else "deal", *line.reasons))
    texts = (row.account, row.opportunity, row.phase, amount, day, row.owner)
    shown = texts if max(map(len, texts)) <= _LONGEST else map(_short, texts)
    return [str(line.number), *shown, became]


def _sentence(line: ExportLine) -> str:
    row = line.row if line.kind == "deal" else None
    if row is None:
        return "; ".join(line.why)
    facts = (
        formats.deal(row.account, row.opportunity),
        row.phase,
        formats.amount(row.amount, row.currency) or _missing("amount", row.unknown),
        row.close_on.isoformat() if row.close_on else _missing("close_on", row.unknown),
        row.owner,
        "closed" if row.is_closed else "",
    )
    text = ", ".join(_short(each) for each in facts if each)
    return f"{text} ({'; '.join(line.reasons)})" if line.reasons else text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _missing(column: str, unknown: tuple[str, ...]) -> str:
    return "unknown" if column in unknown else ""


COMMANDS: dict[str, click.Command] = {"pipeline": pipeline}

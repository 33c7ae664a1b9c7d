"""Covers: every module that shows or prints text.

Text is shown or printed by the sinks alone; they call `safe_text`, and no other module does.

Sinks: `cli/output.py`, `cli/table.py` and `cli/prompt.py` print; `tui/text.py` makes the texts of
screens, `Paragraph` and `Deal` show them, `Cell` and the canvas measure them; each kind of
document in `deliver/` has one of its own.
"""

import ast
from pathlib import Path

import pytest

from syntax_trees import nodes

SRC = Path(__file__).resolve().parent.parent / "src" / "session_tui"

# Where `safe_text` is called: what goes out, what is measured or broken into lines before it does,
# names of files that are compared or stored.
CLEANING = {
    "model/reports/cadence.py", "model/sanitize.py", "model/crm/cell.py", "store/plans/markdown.py",
    "store/conflict_files.py", "store/session_folder.py",
    "index/scanner.py", "cli/output.py", "cli/prompt.py", "cli/table.py",
    "export/calendar.py", "outbox/kinds/chat_text.py", "export/svg.py", "outbox/http.py",
    "server/page.py",
    "export/markdown.py", "outbox/response.py", "export/csv.py", "export/templates.py",
    "outbox/store.py",
    "tui/text.py", "tui/app.py", "tui/shutdown.py", "tui/widgets/field.py", "tui/widgets/parts_rail.py",
    "tui/widgets/heading.py",
    "tui/tables/table.py", "tui/drawings/canvas.py", "tui/drawings/session_report.py", "tui/drawings/chart.py",
    "tui/screens/plan/blocks.py",
    "tui/screens/plan/text.py", "tui/screens/merge/rows.py", "tui/drawings/text_layout.py",
    "tui/tables/stakeholders.py", "tui/tables/coverage.py",
}  # fmt: skip

# Names that show or print, the modules that may use them, and what all others use.
WAYS = {
    "rich.text": ({"tui/text.py"}, "Text of tui/text.py"),
    "rich.markup": (set(), "Text of tui/text.py"),
    "rich.segment": (
        {"tui/terminal_filter.py", "tui/widgets/text_view.py",
         "tui/widgets/canvas_view.py", "tui/widgets/table_view.py"},
        "a widget that draws Cells, a canvas or a sheet",
    ),
    "textual.widgets": (
        {"tui/widgets/field.py", "tui/widgets/paragraph.py"},
        "Field and Paragraph of tui/widgets/",
    ),
    "textual.content": (set(), "Text of tui/text.py"),
    "print": ({"tui/shutdown.py"}, "say of cli/output.py"),  # where the screen may hang
    "input": (set(), "ask of cli/prompt.py"),
    "Console": ({"tui/drawings/text_layout.py"}, "table and paragraph of cli/table.py"),
    "click.echo click.secho click.prompt click.confirm click.echo_via_pager click.style click.progressbar": (
        {"cli/output.py", "cli/prompt.py", "cli/sessions.py"}, "cli/output.py and cli/prompt.py",
    ),
    "from_markup from_ansi": (set(), "Text of tui/text.py"),
    "self.notify self.app.notify app.notify screen.notify": ({"tui/app.py"}, "a Line for what is said"),
}  # fmt: skip


def ways_in(text: str, name: str) -> list[str]:
    """What it uses that it may not."""
    found: list[str] = []

    def ask(used: str, line: int) -> None:
        for names, (allowed, instead) in WAYS.items():
            if used in names.split() and name not in allowed:
                found.append(f"{name}:{line}: {used}; use {instead}")

    for node in nodes(text):
        match node:
            case ast.ImportFrom(module=str(module)):
                ask(module, node.lineno)
            case ast.Call(func=ast.Name(id=called)):
                ask(called, node.lineno)
            case ast.Call(func=ast.Attribute(value=value, attr=called)):
                ask(ast.unparse(node.func), node.lineno)
                if called not in ("print", "input"):
                    ask(called, node.lineno)
                if called in ("write", "writelines") and ast.unparse(value).startswith(("sys.std", "self.app._driver")):
                    found.append(f"{name}:{node.lineno}: {ast.unparse(value)}; use say of cli/output.py")
            case ast.keyword(arg="markup", value=ast.Constant(value=True)):
                found.append(f"{name}:{node.value.lineno}: markup; texts are never markup")
            case ast.Name(id="safe_text") if name not in CLEANING:
                found.append(f"{name}:{node.lineno}: safe_text; the sinks clean")
    return found


def test_nothing_is_shown_or_printed_but_by_a_sink() -> None:
    found = []
    for path in sorted(SRC.rglob("*.py")):
        name = path.relative_to(SRC).as_posix()
        if name not in ("cli/output.py", "cli/streams.py", "index/scanner.py"):  # looking answers another process
            found += ways_in(path.read_text(encoding="utf-8"), name)
    assert found == []


def test_every_module_that_is_said_to_clean_does() -> None:
    assert [each for each in sorted(CLEANING) if "safe_text" not in (SRC / each).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    "line",
    [
        "print('a')",
        "click.echo(a)",
        "click.confirm(a)",
        "from textual.widgets import Static",
        "from textual.widgets import Input, Label",
        "from rich.text import Text",
        "from rich.segment import Segment",
        "Text.from_markup(a)",
        "Console().print(a)",
        "Static(a, markup=True)",
        "self.notify(a)",
        "sys.stdout.write(a)",
        "x = safe_text(a)",
    ],
)
def test_a_way_around_the_sinks_would_be_found(line: str) -> None:
    assert ways_in(line, "tui/screens/some.py")

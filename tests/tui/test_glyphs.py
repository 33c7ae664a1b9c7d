"""Covers: session_tui.model.glyphs and session_tui.tui.screens.legend.

One sign means one thing: all are in one table, no other module writes one, and the legend that
shows them is one key away on every screen.
"""

import ast
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from conftest import Clock
from driver import browsing, facilitating
from session_tui.model import glyphs
from session_tui.model.agenda import Agenda
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.legend import LegendScreen
from syntax_trees import nodes

TOP = Path(__file__).parent.parent.parent
SOURCE = TOP / "src" / "session_tui"
MODULES = sorted(
    each
    for each in (*SOURCE.joinpath("tui").rglob("*.py"), *SOURCE.joinpath("model").rglob("*.py"))
    if each != SOURCE / "model" / "glyphs.py"
)
# What is writing and no sign: punctuation, quotes, bullets, lines and corners, names of keys,
# currencies, and the first of the letters of East Asia, which a pattern names. A right arrow in a
# text leads from one value to the next.
WRITING = set("·“”„‘’«»‹›…–—−×•‣◦▪\u2e80 \N{REPLACEMENT CHARACTER}") | set("↑↓←→⌫⏎") | set("─━│┊└├┤┬┴┼╌╭╮╯╰▀▄█")
# A page of help names the sign that it explains; bullets that a pasted list may have are no signs.
EXPLAIN = {
    "tui/screens/help.py",
    "model/capture/paste.py",
    "tui/drawings/large_digits.py",
    "model/stakeholder_map/changes.py",
}


def literals(path: Path) -> Iterator[str]:
    """The texts of a module without its docstrings."""
    found = nodes(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in found
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in found:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_sign_has_two_meanings_and_no_meaning_two_signs() -> None:
    signs = [sign for each in glyphs.GLYPHS for sign in each.signs]
    assert len(signs) == len(set(signs))
    meanings = [each.meaning for each in glyphs.GLYPHS]
    assert len(meanings) == len(set(meanings))
    assert all(cell_len(sign) == 1 for sign in signs)


def test_each_name_of_a_sign_is_in_the_legend() -> None:
    named = {
        sign
        for name, value in vars(glyphs).items()
        if name.isupper() and name != "GLYPHS"
        for sign in ("".join(value.values()) if isinstance(value, dict) else value)
    }
    assert named - {"·"} == {sign for each in glyphs.GLYPHS for sign in each.signs}


def is_currency(sign: str) -> bool:
    return unicodedata.category(sign) == "Sc"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_other_module_writes_a_sign(path: Path) -> None:
    if str(path.relative_to(SOURCE)) in EXPLAIN:
        return
    written = {sign for text in literals(path) for sign in text if ord(sign) > 126 and not is_currency(sign)}
    assert {sign for sign in written if unicodedata.category(sign)[0] in "SP"} - WRITING == set()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_legend_is_one_key_away(
    opened: OpenedSession, agenda: Agenda, clock: Clock, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with facilitating(opened, agenda, clock, size=size) as facilitator:
        await facilitator.types("half typed")
        await facilitator.presses("f9")
        await facilitator.comes(LegendScreen)
        assert f"{glyphs.UNSAVED}" in facilitator.picture()
        assert "a row that is not on disk yet" in facilitator.picture()
        await facilitator.presses("f9")
        assert facilitator.app.screen is facilitator.screen
        assert facilitator.line == "half typed"
        await facilitator.presses("ctrl+q", "f9")
        await facilitator.comes(LegendScreen)
    shutil.copytree(TOP / "sessions", tmp_path / "library" / "sessions")
    async with browsing(tmp_path / "library", size) as reader:
        await reader.presses("f9")
        await reader.comes(LegendScreen)

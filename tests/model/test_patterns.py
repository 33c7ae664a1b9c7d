"""Covers: session_tui.model.patterns.

Nothing compiles a regular expression at import.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import session_tui
from session_tui.model.patterns import _LazyPattern, lazy_pattern

SOURCE = Path(session_tui.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


def compiled_at_import(text: str) -> Iterator[int]:
    """The lines of a module that call a function of `re`, outside of a function's body."""
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        inner = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [*node.decorator_list, *ast.iter_child_nodes(node.args)]
        elif isinstance(node, ast.Lambda):
            inner = [*ast.iter_child_nodes(node.args)]
        waiting += inner
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if name != "escape":
                yield node.lineno
            case ast.ImportFrom(module="re"):
                yield node.lineno


def lazy_patterns(value: object, depth: int = 0) -> Iterator[_LazyPattern]:
    """The patterns in a module's value: alone, or in tuples and dictionaries."""
    if isinstance(value, _LazyPattern):
        yield value
    elif isinstance(value, tuple | list | dict) and depth < 3:
        for each in value.values() if isinstance(value, dict) else value:
            yield from lazy_patterns(each, depth + 1)


def test_a_pattern_is_compiled_at_its_first_use_alone() -> None:
    faulty, sound = lazy_pattern("("), lazy_pattern("[a-z]+", re.IGNORECASE)
    assert (faulty.pattern, sound.pattern) == ("(", "[a-z]+")
    with pytest.raises(re.error):
        faulty.match("(")
    assert [sound.findall(text) for text in ("a 1 B", "", "c")] == [["a", "B"], [], ["c"]]
    assert sound.findall is sound.findall


def test_a_pattern_of_bytes_finds_bytes() -> None:
    assert lazy_pattern(rb"\x1b(.)").sub(rb"\1", b"\x1bx") == b"x"


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    found = {str(path.relative_to(SOURCE)): list(compiled_at_import(path.read_text("utf-8"))) for path in FILES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "_A = re.compile('a')\n",
        "_A = {each: re.compile(each) for each in 'ab'}\n",
        "class A:\n    b = (re.findall('a', 'aa'),)\n",
        "def f(a=re.compile('a')): ...\n",
        "from re import compile\n",
    ],
)
def test_a_pattern_that_is_compiled_at_import_is_found(text: str) -> None:
    assert list(compiled_at_import(text)) != []


def test_a_pattern_of_a_function_may_be_compiled() -> None:
    text = "B = re.escape('b')\ndef f(a):\n    return re.compile(a)\n"
    text += "class C:\n    def g(self): return re.match('a', 'a')\n"
    assert list(compiled_at_import(text)) == []


def test_each_pattern_of_a_module_compiles() -> None:
    many = 0
    for path in FILES:
        if "lazy_pattern(" not in path.read_text("utf-8"):
            continue
        module = importlib.import_module(".".join(("session_tui", *path.relative_to(SOURCE).with_suffix("").parts)))
        for value in vars(module).values():
            for pattern in lazy_patterns(value):
                assert re.compile(pattern.pattern, pattern._flags) is not None
                many += 1
    assert many > 150

"""Covers: session_tui.model.patterns.

Nothing compiles a regular expression at import.
"""

import ast
import copy
import importlib
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from msgspec import Struct

import session_tui
from session_tui.model.patterns import _LazyPattern, lazy_pattern

SOURCE = Path(session_tui.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
DEEPEST = 4  # levels of values in values


def compiled_at_import(text: str) -> Iterator[int]:
    """The lines of a module that call a function of `re`, outside of a function's body."""
    tree = ast.parse(text)
    imports = [each for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    names = {each.asname or each.name for each in imports if each.name == "re"}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        inner = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [*node.decorator_list, *ast.iter_child_nodes(node.args)]
        elif isinstance(node, ast.Lambda):
            inner = [*ast.iter_child_nodes(node.args)]
        waiting += inner
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=id), attr=name)) if id in names and name != "escape":
                yield node.lineno
            case ast.ImportFrom(module="re"):
                yield node.lineno


def lazy_patterns(value: object, depth: int = 0) -> Iterator[_LazyPattern]:
    """The patterns in a module's value: alone, or in tuples, dictionaries, structs and classes."""
    inner: Iterable[object] = ()
    match value:
        case _LazyPattern():
            yield value
        case tuple() | list() | set() | frozenset():
            inner = value
        case dict():
            inner = (*value, *value.values())
        case Struct():
            inner = [getattr(value, name) for name in value.__struct_fields__]
        case type() if value.__module__.partition(".")[0] in ("session_tui", __name__):
            inner = vars(value).values()
    for each in inner if depth < DEEPEST else ():
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


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda pattern: pickle.loads(pickle.dumps(pattern))])
def test_a_copy_of_a_pattern_finds_the_same(again: Callable[[object], re.Pattern[str]]) -> None:
    fresh, used = lazy_pattern("[a-z]+", re.IGNORECASE), lazy_pattern("[a-z]+", re.IGNORECASE)
    assert used.findall("a B") == again(used).findall("a B") == again(fresh).findall("a B") == ["a", "B"]


def test_a_pattern_without_its_text_has_no_attribute() -> None:
    empty = _LazyPattern.__new__(_LazyPattern)
    for name in ("pattern", "_flags", "__setstate__", "__deepcopy__"):
        with pytest.raises(AttributeError):
            getattr(empty, name)


def test_the_patterns_of_classes_and_structs_are_found() -> None:
    class Kept(Struct):
        one: object

    class Holder:
        pattern = lazy_pattern("a")
        others = ({"b": Kept(lazy_pattern("b"))}, frozenset({lazy_pattern("c")}))

    assert {each.pattern for each in lazy_patterns(Holder)} == {"a", "b", "c"}


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    found = {str(path.relative_to(SOURCE)): list(compiled_at_import(path.read_text("utf-8"))) for path in FILES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import re\n_A = re.compile('a')\n",
        "import re\n_A = {each: re.compile(each) for each in 'ab'}\n",
        "import re\nclass A:\n    b = (re.findall('a', 'aa'),)\n",
        "import re\ndef f(a=re.compile('a')): ...\n",
        "import os, re as r\n_A = r.compile('a')\n",
        "from re import compile\n",
    ],
)
def test_a_pattern_that_is_compiled_at_import_is_found(text: str) -> None:
    assert list(compiled_at_import(text)) != []


def test_a_pattern_of_a_function_may_be_compiled() -> None:
    text = "import re\nB = re.escape('b')\ndef f(a):\n    return re.compile(a)\n"
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

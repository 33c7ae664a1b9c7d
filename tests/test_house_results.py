"""Covers: every module under src.

A result is a value: no code reads a sentence, which is made for people, to find out what happened.

A `Fault` has its `kind`, a `Place` its `source`, a push is a `PushResult`, an error has its type
and its number.
"""

import ast
from collections.abc import Iterable, Set
from pathlib import Path

import pytest

from syntax_trees import module, nodes

SRC = Path(__file__).resolve().parent.parent / "src" / "session_tui"

SENTENCES = {"what", "why", "do", "reason"}  # attributes that hold sentences

# Where a library's sentence is the only source of what happened: httpx has one error for a
# connection that was broken off and for what is not HTTP, rtoml one for everything.
THEIRS = ["outbox/http.py: 'disconnected' in str(error)", "store/toml.py: what.startswith('carriage return')"]

# As many words make a text a sentence where it is compared, and where it is the beginning of
# something.
COMPARED, BEGINNING = 4, 2


def is_sentence(node: ast.expr, fewest: int, constants: Set[str]) -> bool:
    """A text of so many words at least, or the name of one."""
    match node:
        case ast.Constant(value=str(text)):
            words = text.split()
            return len(words) >= fewest and all(word[0].isalpha() for word in words[:fewest])
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in constants
        case ast.Tuple(elts=several):
            return any(is_sentence(each, fewest, constants) for each in several)
    return False


def holds_sentence(node: ast.expr) -> bool:
    """An attribute whose value is a sentence, or what an error says of itself."""
    match node:
        case ast.Attribute(value=ast.Name(id="pair"), attr="what"):  # how two sessions differ: one of a few words
            return False
        case ast.Attribute(attr=name):
            return name in SENTENCES
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]):
            return name in ("error", "fault")
        case ast.Call(func=ast.Attribute(value=value, attr="lower" | "casefold" | "strip")):
            return holds_sentence(value)
    return False


def constants_of(tree: ast.Module) -> set[str]:
    """The names of a module's constants that are sentences."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and is_sentence(node.value, COMPARED, frozenset())
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def sentences_read(nodes: Iterable[ast.AST], constants: Set[str]) -> list[str]:
    """The places in a module that look at a sentence; `constants` names its constant sentences."""
    found = []
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="startswith" | "endswith"), args=[begins, *_]):
                reads = holds_sentence(value) or is_sentence(begins, BEGINNING, constants)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()], comparators=[right]):
                empty = isinstance(right, ast.Constant) and not right.value
                sides = (left, right)
                reads = any(holds_sentence(each) or is_sentence(each, COMPARED, constants) for each in sides)
                reads = reads and not empty
            case _:
                continue
        if reads:
            found.append(ast.unparse(node))
    return found


def test_nothing_reads_a_sentence_to_know_what_happened() -> None:
    texts = {path.relative_to(SRC): path.read_text(encoding="utf-8") for path in sorted(SRC.rglob("*.py"))}
    own = {path: constants_of(module(text)) for path, text in texts.items()}
    found = []
    for path, text in texts.items():
        known = set(own[path])
        for node in nodes(text):
            if isinstance(node, ast.ImportFrom) and node.module:
                source = Path(*node.module.split(".")[1:]).with_suffix(".py") if "." in node.module else Path("none")
                known |= {each.asname or each.name for each in node.names if each.name in own.get(source, ())}
        found += [f"{path.as_posix()}: {each}" for each in sentences_read(nodes(text), known)]
    assert found == THEIRS


@pytest.mark.parametrize(
    "line",
    [
        "said.startswith('Not pushed')",
        "said.startswith(NOT_PUSHED)",
        "place.why.startswith('the option')",
        "place.why.startswith(('the option', 'SESSION'))",
        "fault.what == GIT",
        "fault.what.lower().startswith('git')",
        "'locked' in str(error)",
        "error.faults[0].what != 'there is no such file'",
        "self._do == 'It is as it was.'",
    ],
)
def test_a_line_that_reads_a_sentence_would_be_found(line: str) -> None:
    assert sentences_read(nodes(line), {"NOT_PUSHED", "GIT"}) == [ast.unparse(ast.parse(line))]


@pytest.mark.parametrize(
    "line", ["fault.kind == 'not here'", "pair.what == 'changed'", "fault.do == ''", "word.startswith(typed)"]
)
def test_a_line_that_asks_a_value_may_stay(line: str) -> None:
    assert sentences_read(nodes(line), {"NOT_PUSHED", "GIT"}) == []

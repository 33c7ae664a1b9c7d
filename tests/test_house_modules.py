"""Covers: every module under src.

Files stay short, modules stay few, and a name of a module or class says one thing.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from syntax_trees import module

SOURCE = Path(__file__).resolve().parent.parent / "src" / "session_tui"
FILES = sorted(SOURCE.rglob("*.py"))

LONGEST = 500  # lines in one file
# Modules, with each `__init__` that defines a function or class: 267 after the move, the others
# are new subjects: the team server and its people, sync, removed sessions, the tutor, themes.
MOST = 440

# A module is named by a noun. These nouns end like a gerund.
NOUNS = {"closing", "decoding", "heading", "locking", "setting", "string", "tracking", "warning"}

# A public class that stands for two things until one of them has another name.
TWICE: set[str] = set()


def classes(text: str) -> Iterator[str]:
    """The names of the public classes at the top of a module."""
    for node in module(text).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def defines(text: str) -> bool:
    """Whether a module holds a function or a class of its own."""
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in module(text).body)


def is_gerund(module: str) -> bool:
    """Whether the last word of a module's name is a verb with -ing."""
    last = module.rsplit("_", 1)[-1]
    return last.endswith("ing") and len(last) > 4 and last not in NOUNS


def test_no_module_is_longer_than_the_limit() -> None:
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_there_are_not_more_modules_than_the_limit() -> None:
    assert (
        len([path for path in FILES if path.name != "__init__.py" or defines(path.read_text(encoding="utf-8"))]) <= MOST
    )


def test_no_two_public_classes_have_one_name() -> None:
    found = Counter(name for path in FILES for name in classes(path.read_text(encoding="utf-8")))
    assert {name for name, times in found.items() if times > 1} <= TWICE


def test_no_module_and_no_folder_is_named_by_a_gerund() -> None:
    names = {path.stem for path in FILES} | {path.name for path in SOURCE.rglob("*") if path.is_dir()}
    assert sorted(name for name in names if is_gerund(name)) == []


@pytest.mark.parametrize("name", ["merging", "line_looking"])
def test_a_gerund_is_found(name: str) -> None:
    assert is_gerund(name)


@pytest.mark.parametrize("name", ["heading", "action_tracking", "ping", "session"])
def test_a_noun_is_no_gerund(name: str) -> None:
    assert not is_gerund(name)


def test_private_and_inner_classes_are_not_counted() -> None:
    assert list(classes("class A:\n    class B: ...\nclass _C: ...\n")) == ["A"]


def test_a_module_that_passes_names_on_defines_nothing() -> None:
    assert not defines('"""A package."""\n\nfrom a import b\n\n__all__ = ["b"]\n')
    assert defines("def f(): ...\n")

"""Covers: the docstrings and comments under src.

They use the words of the list in `CONTRIBUTING.md`: no pronoun for an unnamed person, no speech of
modules.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from syntax_trees import nodes

SOURCE = Path(__file__).resolve().parent.parent / "src" / "session_tui"
WORDS = re.compile(r"\b(?:whoever|somebody|nobody|told|said)\b", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """The comments and docstrings of a module, each with the number of its first line.

    Code in backticks is left out. A string that is a statement is a docstring, also below an
    attribute.
    """
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], CODE.sub("", token.string)
    for node in nodes(text):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, CODE.sub("", node.value.value)


def found_in(text: str) -> list[str]:
    """The words in the prose of a module, each with its line: `3: said`."""
    return [
        f"{number + part.count(chr(10), 0, match.start())}: {match[0]}"
        for number, part in sorted(prose(text))
        for match in WORDS.finditer(part)
    ]


def test_no_docstring_and_no_comment_has_a_word_that_a_better_one_replaces() -> None:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if WORDS.search(text) and (words := found_in(text)):
            found[path.relative_to(SOURCE).as_posix()] = words
    assert found == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"""Read by whoever opens it."""\n', ["1: whoever"]),
        ('"""A folder.\n\nNobody writes here.\n"""\n', ["3: Nobody"]),
        ("x = 1  # it was told so\n", ["1: told"]),
        ('class A:\n    b = 1\n    """What was said."""\n', ["3: said"]),
        ('said = "nobody"  # `said` is a name\n', []),
    ],
)
def test_the_words_are_found_in_prose_alone(text: str, words: list[str]) -> None:
    assert found_in(text) == words

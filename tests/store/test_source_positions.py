"""Covers: session_tui.store.source_positions.

The line and column of a fault, found in time proportional to the file's size.
"""

import sys
import time

import pytest
import tree_sitter
import tree_sitter_toml
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.fault import Fault
from session_tui.store import toml
from session_tui.store.source_positions import LONGEST, comments, pinpointed


def place(where: str, text: str) -> tuple[int, int]:
    (fault,) = pinpointed((Fault(where, "is wrong"),), text.encode())
    return fault.line, fault.column


def test_a_value_is_found_by_its_path() -> None:
    text = "a = 1\n[b.c]\nd = [1, {é = 2, f = 3}]\n[[g]]\nh = 1\n[[g]]\nh = 2\n[[g.i]]\nj = 1\n"
    assert place("a", text) == (1, 5)
    assert place("b.c.d[1]", text) == (3, 6)
    assert place("b.c.d[2].f", text) == (3, 21)
    assert place("g[2].h", text) == (7, 5)
    assert place("g[2].i[1].j", text) == (9, 5)


def test_what_is_not_there_is_told_at_the_table_that_lacks_it() -> None:
    assert place("g[2].name", "[[g]]\nh = 1\n[[g]]\nh = 2\n") == (3, 1)
    assert place("account", "x = 1\n") == (1, 1)


def test_many_places_in_one_line_are_found_one_after_another() -> None:
    text = "x = [" + "'é', " * 5_000 + "]"
    faults = tuple(Fault(f"x[{number}]", "is wrong") for number in (1, 2, 5_000))
    assert [fault.column for fault in pinpointed(faults, text.encode())] == [6, 11, 6 + 5 * 4_999]


def test_the_time_grows_with_the_line_and_not_with_its_square() -> None:
    def took(many: int) -> float:
        content = ("x = [" + "1," * many + "]\ny = 2\n").encode()
        began = time.process_time()
        assert pinpointed((Fault("y", "is wrong"),), content)[0].line == 2
        return time.process_time() - began

    took(1_000)
    assert took(200_000) < 20 * max(took(20_000), 0.01)  # the square of it would take a hundred times as long


def test_a_key_of_a_megabyte_is_cut_in_the_sentence() -> None:
    (fault,) = pinpointed((Fault("x" * 1_000_000, '"' + "y" * 1_000_000 + '" is not a number', line=1),), b"")
    assert len(fault.where) < LONGEST + 9 and len(fault.what) < LONGEST + 9
    assert fault.what.endswith("is not a number")


def test_without_the_parser_a_fault_has_its_sentence_and_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_toml", None)
    fault = Fault("a", "is wrong")
    assert pinpointed((fault,), b"a = 1\n") == (fault,)
    assert fault.place("x.toml") == "x.toml"
    assert comments(b"a = 1 # one\n") == [(1, "# one")]  # what `forget` looks through


# Everything that could be taken for a comment, or for the end of a string.
VALUES = st.sampled_from(
    [
        '"#"',
        "'#'",
        '"""#"""',
        "'''#'''",
        '"""a\n# b"""',
        "'''\n#\n'''",
        '""""#"""""',
        "''''#'''''",
        r'"\"#"',
        r"'\'",
        '""',
    ]
)


@given(
    st.lists(st.tuples(VALUES, st.sampled_from(["", " # c", "#", ' # "d', " # '''"])), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_comments_are_those_that_the_grammar_finds(rows: list[tuple[str, str]], end: str) -> None:
    text = "".join(f"k{number} = {value}{comment}{end}" for number, (value, comment) in enumerate(rows))
    toml.parse(text.encode())
    tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language())).parse(text.encode())
    wanted, stack = [], [tree.root_node]
    while stack:
        node = stack.pop()
        stack += node.children
        if node.type == "comment":
            wanted.append((node.start_point[0] + 1, (node.text or b"").decode().rstrip("\r\n")))
    assert comments(text.encode()) == sorted(wanted)
    assert [line for _, line in comments(text.encode())] == [each.strip() for _, each in rows if each]

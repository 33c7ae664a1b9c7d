"""Line and column of a key path in a TOML file, and its comments.

tree-sitter takes 40 ms: it is loaded for faulty files only. Where it cannot be loaded (no build
for this system), faults have no line and no column.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.store.toml import DEEPEST

if TYPE_CHECKING:
    from tree_sitter import Node

Path: TypeAlias = tuple[str | int, ...]  # numbers count from 1
LONGEST = 300  # characters of a fault's text
_PIECE = lazy_pattern(r"([^.\[\]]+)|\[([0-9]+)\]")
# Strings of several lines end with up to five quotes, of which three are the end.
_STRING_OR_COMMENT = lazy_pattern(
    r"""
      \"{3} (?: [^"\\]++ | \\. | "(?!"") )*+ "{3,5}
    | '{3} (?: [^']++ | '(?!'') )*+ '{3,5}
    | " (?: [^"\\\n]++ | \\. )*+ "
    | ' [^'\n]*+ '
    | (?P<comment> \# [^\n]*+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def pinpointed(faults: tuple[Fault, ...], content: bytes) -> tuple[Fault, ...]:
    """Return the faults with line and column, from 1: of the value, or of the table that lacks a
    key. Without tree-sitter they stay 0, unknown.

    Long texts are cut, since a fault may quote a key or a value of a megabyte.
    """
    shortened = tuple(
        replace(fault, where=_cut(fault.where), what=_cut(fault.what))
        if len(fault.where) > LONGEST or len(fault.what) > LONGEST
        else fault
        for fault in faults
    )
    if all(fault.line for fault in faults):
        return shortened
    paths = tuple(_path(fault.where) for fault in faults)
    root = _parse(content)
    if root is None:
        return shortened
    places = _places(root, content, {path[:length] for path in paths for length in range(len(path) + 1)})
    return tuple(
        short if short.line else _placed(short, path, places) for short, path in zip(shortened, paths, strict=True)
    )


def _cut(text: str) -> str:
    """Return the beginning and the end: the reason comes after the quotation."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def has_comments(content: bytes) -> bool:
    """Whether the file has a comment; a # in a string is none."""
    return b"#" in content and next(_comments(content), None) is not None


def comments(content: bytes) -> list[tuple[int, str]]:
    """Return every comment with its line, in the order of the file."""
    return list(_comments(content)) if b"#" in content else []


def _comments(content: bytes) -> Iterator[tuple[int, str]]:
    text = content.decode("utf-8", "replace")
    line, counted = 1, 0
    for found in _STRING_OR_COMMENT.finditer(text):
        if found["comment"] is not None:
            line += text.count("\n", counted, found.start())
            counted = found.start()
            yield line, found["comment"].rstrip("\r")


def _parse(content: bytes) -> "Node | None":
    """Return the root of the syntax tree; None where tree-sitter cannot be loaded."""
    try:
        import tree_sitter
        import tree_sitter_toml
    except ImportError:
        return None
    language = tree_sitter.Language(tree_sitter_toml.language())
    return tree_sitter.Parser(language).parse(content).root_node


def _path(where: str) -> Path:
    return tuple(name or int(number) for name, number in _PIECE.findall(where))


def _placed(fault: Fault, path: Path, places: dict[Path, tuple[int, int]]) -> Fault:
    while path and path not in places:
        path = path[:-1]
    line, column = places.get(path, (1, 1))
    return replace(fault, line=line, column=column)


def _places(root: "Node", content: bytes, wanted: set[Path]) -> dict[Path, tuple[int, int]]:
    """Return line and column of the wanted paths. Skips all other values: a file may hold a
    million.
    """
    found: dict[Path, tuple[int, int]] = {}
    rows: dict[Path, int] = {}
    lines = content.split(b"\n")
    # Row, column in bytes, column in characters: a cache, since one line may have a megabyte and
    # many values.
    last = (0, 0, 0)

    def put(path: Path, node: "Node") -> None:
        nonlocal last
        if path in wanted and path not in found:
            row, column = node.start_point
            start, letters = last[1:] if last[0] == row and last[1] <= column else (0, 0)
            letters += len(lines[row][start:column].decode("utf-8", "replace"))
            last = (row, column, letters)
            found[path] = (row + 1, letters + 1)

    def keys(node: "Node") -> Path:
        pieces: list[str] = []
        stack = [node]
        while stack:
            piece = stack.pop()
            if piece.type == "dotted_key":
                stack.extend(reversed(piece.named_children))
            else:
                text = (piece.text or b"").decode("utf-8", "replace")
                pieces.append(text[1:-1] if piece.type == "quoted_key" else text)
        return tuple(pieces[:DEEPEST])

    def pairs(nodes: "list[Node]", path: Path) -> None:
        """Record the places of all values in these pairs, down to `DEEPEST` levels."""
        stack = [(pair, path) for pair in reversed(nodes)]
        while stack:
            node, above = stack.pop()
            if node.type == "pair":
                named = _named(node)
                if len(named) == 2:
                    stack.append((named[1], (*above, *keys(named[0]))))
                continue
            put(above, node)
            if len(above) > DEEPEST or above not in wanted:
                continue
            if node.type == "inline_table":
                stack += [(child, above) for child in reversed(_named(node)) if child.type == "pair"]
            elif node.type == "array":
                stack += [(child, (*above, number)) for number, child in enumerate(_named(node), 1)]

    def resolved(path: Path) -> Path:
        """Return a header's path with row numbers after each piece that is an array of tables."""
        full: Path = ()
        for piece in path:
            full = (*full, piece)
            if full in rows:
                full = (*full, rows[full])
        return full

    pairs(_pairs_in(root), ())
    for node in root.named_children:
        if node.type not in ("table", "table_array_element") or not node.named_children:
            continue
        name = keys(node.named_children[0])
        path = (*resolved(name[:-1]), name[-1])
        if node.type == "table_array_element":
            rows[path] = rows.get(path, 0) + 1
            path = (*path, rows[path])
        else:
            path = resolved(name)
        put(path, node)
        if path in wanted:
            pairs(_pairs_in(node), path)
    return found


def _named(node: "Node") -> "list[Node]":
    return [child for child in node.named_children if child.type != "comment"]


def _pairs_in(node: "Node") -> "list[Node]":
    return [child for child in node.named_children if child.type == "pair"]

"""Line and column of a path in a TOML file, found with tree-sitter: loaded for a faulty file only (40 ms)."""

import re
from collections.abc import Iterator
from typing import TypeAlias

import tree_sitter
import tree_sitter_toml
from msgspec.structs import replace
from tree_sitter import Node

from session_tui.model.fault import Fault
from session_tui.store.toml import DEEPEST

Path: TypeAlias = tuple[str | int, ...]  # numbers count from 1, as people do
_PIECE = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def pinpointed(faults: tuple[Fault, ...], content: bytes) -> tuple[Fault, ...]:
    """The faults with line and column, counted from 1: of the value, or of the table that lacks a key."""
    if all(fault.line for fault in faults):
        return faults
    places = _places(content)
    return tuple(fault if fault.line else _placed(fault, places) for fault in faults)


def has_comments(content: bytes) -> bool:
    """A comment stands somewhere in this file (a # in a text is none)."""
    return b"#" in content and next(_comments(content), None) is not None


def comments(content: bytes) -> list[tuple[int, str]]:
    """Every comment in the order of the file, with its line."""
    found = ((node.start_point[0] + 1, (node.text or b"").decode("utf-8", "replace")) for node in _comments(content))
    return sorted((line, text.rstrip("\r\n")) for line, text in found) if b"#" in content else []


def _comments(content: bytes) -> Iterator[Node]:
    stack = [_parse(content)]
    while stack:
        node = stack.pop()
        if node.type == "comment":
            yield node
        stack.extend(node.children)


def _parse(content: bytes) -> Node:
    language = tree_sitter.Language(tree_sitter_toml.language())
    return tree_sitter.Parser(language).parse(content).root_node


def _placed(fault: Fault, places: dict[Path, tuple[int, int]]) -> Fault:
    path: Path = tuple(name or int(number) for name, number in _PIECE.findall(fault.where))
    while path and path not in places:
        path = path[:-1]
    line, column = places.get(path, (1, 1))
    return replace(fault, line=line, column=column)


def _places(content: bytes) -> dict[Path, tuple[int, int]]:
    found: dict[Path, tuple[int, int]] = {}
    rows: dict[Path, int] = {}
    lines = content.split(b"\n")

    def at(node: Node) -> tuple[int, int]:
        row, column = node.start_point
        return row + 1, len(lines[row][:column].decode("utf-8", "replace")) + 1

    def keys(node: Node) -> Path:
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

    def pairs(nodes: list[Node], path: Path) -> None:
        """The places of all values in these pairs; what stands deeper than any file may is in the value above it."""
        stack = [(pair, path) for pair in reversed(nodes)]
        while stack:
            node, above = stack.pop()
            named = [child for child in node.named_children if child.type != "comment"]
            if node.type == "pair":
                if len(named) == 2:
                    stack.append((named[1], (*above, *keys(named[0]))))
                continue
            found.setdefault(above, at(node))
            if len(above) > DEEPEST:
                continue
            if node.type == "inline_table":
                stack += [(child, above) for child in reversed(named) if child.type == "pair"]
            elif node.type == "array":
                stack += [(child, (*above, number)) for number, child in enumerate(named, 1)]

    def resolved(path: Path) -> Path:
        """A header's path with the number of the row it stands in, where a piece of it is an array of tables."""
        full: Path = ()
        for piece in path:
            full = (*full, piece)
            if full in rows:
                full = (*full, rows[full])
        return full

    root = _parse(content)
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
        found.setdefault(path, at(node))
        pairs(_pairs_in(node), path)
    return found


def _pairs_in(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type == "pair"]

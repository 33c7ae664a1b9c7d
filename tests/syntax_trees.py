"""The syntax trees of sources: each source is parsed and walked once in a process, whichever of
the house tests look at it.
"""

import ast
import functools


@functools.cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """All nodes of a source, its module first, in the order of `ast.walk`."""
    return tuple(ast.walk(ast.parse(text)))


def module(text: str) -> ast.Module:
    """The tree of a source."""
    tree = nodes(text)[0]
    assert isinstance(tree, ast.Module)
    return tree

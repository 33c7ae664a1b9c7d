"""Covers: session_tui.store.decoding.

The keys of a type are those that are read.
"""

import pytest
from msgspec import Struct, inspect

from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.model.session import Session
from session_tui.store.decoding import _keys_of


def types_in(kind: inspect.Type) -> list[inspect.Type]:
    """What a value of this type is, or has in a list."""
    match kind:
        case inspect.Metadata():
            return types_in(kind.type)
        case inspect.VarTupleType():
            return types_in(kind.item_type)
        case inspect.UnionType():
            return [found for each in kind.types for found in types_in(each)]
    return [kind]


@pytest.mark.parametrize("kind", [Session, Agenda, Configuration])
def test_the_keys_of_a_type_are_those_that_msgspec_reads(kind: type[Struct]) -> None:
    waiting, seen = [kind], set()
    while waiting:
        one = waiting.pop()
        seen.add(one)
        shape = inspect.type_info(one)
        assert isinstance(shape, inspect.StructType)
        keys, dates, below = _keys_of(one)
        found = [(each.encode_name, inner) for each in shape.fields for inner in types_in(each.type)]
        assert keys == {each.encode_name for each in shape.fields}
        assert dates == tuple(key for key, inner in found if isinstance(inner, inspect.DateType))
        assert below == tuple((key, inner.cls) for key, inner in found if isinstance(inner, inspect.StructType))
        waiting += {inner for _, inner in below} - seen
    assert len(seen) > 1

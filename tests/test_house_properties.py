"""Covers: the property tests.

No property test fails because a machine is busy, and `ci` tries all examples.
"""

import re
from pathlib import Path

import pytest
from hypothesis import settings

from profiles import FEW, examples

TESTS = Path(__file__).parent


@pytest.mark.parametrize("name", ["dev", "ci"])
def test_examples_have_no_deadline(name: str) -> None:
    assert settings.get_profile(name).deadline is None
    assert settings().deadline is None and examples(100).deadline is None


@pytest.mark.parametrize(("name", "tried"), [("dev", FEW), ("ci", 300)])
def test_a_property_is_tried_as_often_as_the_profile_says(name: str, tried: int) -> None:
    before = settings.get_current_profile_name()
    settings.load_profile(name)
    try:
        assert examples(300).max_examples == tried
        assert examples(5).max_examples == 5
    finally:
        settings.load_profile(before)


def test_how_often_is_said_in_one_way_alone() -> None:
    found = [
        path.name for path in TESTS.rglob("*.py") if re.search(r"@settings\(.*max_examples", path.read_text("utf-8"))
    ]
    assert found == []

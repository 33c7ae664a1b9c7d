"""No property of a test fails because a machine is busy."""

from hypothesis import settings


def test_examples_have_no_deadline() -> None:
    assert settings().deadline is None

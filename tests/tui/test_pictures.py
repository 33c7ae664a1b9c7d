"""Covers: the pictures in docs/.

The pictures of the documents are current: made again, they are the same to the letter.
"""

import html
import os
import time
from collections.abc import Iterator

import pytest
import shots

if not hasattr(time, "tzset"):
    pytest.skip(
        "this system cannot be told a time zone for one process: looks are compared elsewhere", allow_module_level=True
    )


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pictures' clock on the wall."""
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("shot", shots.SHOTS, ids=lambda shot: shot.name)
async def test_a_screen_looks_as_its_picture(shot: shots.Shot) -> None:
    made = await shots.picture(shot)
    kept = (shots.PICTURES / f"{shot.name}.svg").read_text(encoding="utf-8")
    assert made == kept, f"{shot.name} looks otherwise now; `make shots`, look at it, and commit it if it is meant"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("end-dark", "Read out what was agreed (1 of 3)"),
        ("end-decide-80x24-light", "Decide (2 of 3)"),
        ("end-enemies-80x24-dark", "is this customer worth the team's time?"),
        ("end-worth-80x24-dark", "What it was worth (3 of 3)"),
    ],
)
def test_a_picture_of_the_end_shows_the_step_that_it_is_named_after(name: str, shown: str) -> None:
    """Keys that no longer lead there give a picture of another step, as current as any."""
    drawn = html.unescape((shots.PICTURES / f"{name}.svg").read_text(encoding="utf-8")).replace("\xa0", " ")
    assert shown in drawn

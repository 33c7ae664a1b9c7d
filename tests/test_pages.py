"""Covers: the documents.

The pages are true: every make target, file and module they name exists.
"""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PACKAGE = TOP / "src" / "session_tui"
PAGES = [path for path in (*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")) if path.is_file()]
FOLDERS = "model|store|library|deliver|tui|cli|tests|scripts|docs|agendas|sessions|requirements"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_can_do_what_a_page_says(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_ours_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(rf"`((?:{FOLDERS})/[a-z0-9_./-]*)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (PACKAGE / name).exists() and not (TOP / name).exists()] == []


def test_every_name_that_the_architecture_page_gives_a_new_thing_is_in_the_source() -> None:
    """`SessionCard` in `index/scanner.py`: the word stands in that file."""
    page = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    places = re.findall(r"`(\w+)`(?: and `(\w+)`)? (?:in|of) `([a-z_/]+\.py)`|`(\w+)` \(`([a-z_/]+\.py)`\)", page)
    named = [(word, one[2] or one[4]) for one in places for word in (one[0], one[1], one[3]) if word]
    assert len(named) > 15
    missing = [
        (word, file)
        for word, file in named
        if not re.search(
            rf"\b{word}\b", next(p for p in (PACKAGE / file, TOP / file) if p.exists()).read_text(encoding="utf-8")
        )
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_a_page_leads_to_is_there(page: Path) -> None:
    leads = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [each for each in leads if not (page.parent / each).exists()] == []


def test_the_architecture_page_names_the_layers_the_contracts_hold() -> None:
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[(.*)\]$", project, re.MULTILINE)
    assert layers
    page = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)(?:/|\.py)` \|", page, re.MULTILINE) == re.findall(r"\w+", layers[1])

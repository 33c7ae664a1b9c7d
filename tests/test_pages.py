"""Covers: the documents.

The pages are true: every make target, file and module they name exists.
"""

import re
from pathlib import Path

import pytest
import reference

TOP = Path(__file__).resolve().parent.parent
PACKAGE = TOP / "src" / "session_tui"
PAGES = [path for path in (*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")) if path.is_file()]
FOLDERS = "model|store|index|export|outbox|tui|cli|tests|scripts|docs|agendas|sessions|requirements"

LONGEST = 99  # characters of a line of prose
VAGUE = re.compile(r"\b(whoever|somebody|nobody|told|said)\b", re.IGNORECASE)
VAGUE_ALLOWED = 4  # times in one page


def prose(page: Path) -> list[tuple[int, str]]:
    """The lines of a page with their numbers, without code, tables and lines that are one link."""
    lines, code = [], False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = line.lstrip().startswith("```")
        code ^= fence
        if not (fence or code or line.startswith(("    ", "|")) or re.fullmatch(r"!?\[[^]]*\]\([^)]*\)", line)):
            lines.append((number, line))
    return lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_prose_ends_before_column_100(page: Path) -> None:
    assert [number for number, line in prose(page) if len(line) > LONGEST] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_uses_a_definite_word_where_there_is_one(page: Path) -> None:
    """`the user`, `a colleague`, `reports`, `shows` instead of the words of `VAGUE`.

    The generated parts have the words of the screens and of `--help`.
    """
    written = reference.MARKED.sub("", page.read_text(encoding="utf-8"))
    assert len(VAGUE.findall(written)) <= VAGUE_ALLOWED


def test_the_architecture_page_is_one_page() -> None:
    assert len((TOP / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_every_decision_has_its_number_in_order() -> None:
    page = (TOP / "docs" / "decisions.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^### (\d+)\. ", page, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert all(int(number) <= len(numbers) for number in re.findall(r"#(\d+)\b", page))


def test_every_decision_has_a_date_and_what_would_change_it() -> None:
    page = (TOP / "docs" / "decisions.md").read_text(encoding="utf-8")
    entries = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    assert len(entries) > 100
    headings = [each.partition("\n")[0] for each in entries]
    assert [each for each in headings if len(each) > LONGEST] == []
    assert [each.partition("\n")[0] for each in entries if not re.search(r"\n\d{4}-\d\d-\d\d\. ", each)] == []
    without = [
        each.partition("\n")[0] for each in entries if "*Would change:*" not in each and "*Superseded by" not in each
    ]
    assert without == []


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
    """`SessionCard` in `index/scanner.py`, `GRAMMAR` in `tui/`: the word is in that place."""
    page = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    place = r"`([a-z_/]+(?:\.py|/))`"
    pairs = re.findall(rf"`(\w+)`(?: and `(\w+)`)? (?:in|of) {place}|`(\w+)` \({place}\)", page)
    named = [(word, one[2] or one[4]) for one in pairs for word in (one[0], one[1], one[3]) if word]
    assert len(named) > 15
    assert [(word, name) for word, name in named if not re.search(rf"\b{word}\b", source(name))] == []


def source(name: str) -> str:
    """The text of a module, or of all modules of a folder."""
    path = next(each for each in (PACKAGE / name, TOP / name) if each.exists())
    modules = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return "\n".join(each.read_text(encoding="utf-8") for each in modules)


def links(page: Path) -> list[tuple[Path, str]]:
    """The files that a page leads to, and the heading in each (empty for none)."""
    text = re.sub(r"^```.*?^```|^ {4}[^\n]*|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    found = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", text)
    return [((page.parent / name).resolve() if name else page, heading) for name, heading in found]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings: small letters, spaces as hyphens, without other signs."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_is_dead(page: Path) -> None:
    assert [str(to.name) for to, _ in links(page) if not to.exists()] == []
    dead = [f"{to.name}#{heading}" for to, heading in links(page) if heading and heading not in anchors(to)]
    assert dead == []


def test_no_page_is_an_orphan() -> None:
    """Every page is reached from README, and the page of all pages leads to each."""
    reached, waiting = set(), [TOP / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [to for to, _ in links(page) if to.suffix == ".md" and to.exists()]
    assert set(PAGES) - reached == set()
    index = {to for to, _ in links(TOP / "docs" / "index.md")}
    assert set((TOP / "docs").rglob("*.md")) - index == {TOP / "docs" / "index.md"}


def test_every_picture_of_the_pages_is_there_and_says_what_it_shows() -> None:
    for page in PAGES:
        for words, name in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert words, f"{page.name}: {name}"


def test_the_readme_is_read_in_three_minutes() -> None:
    assert len((TOP / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_architecture_page_names_the_layers_the_contracts_hold() -> None:
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[(.*)\]$", project, re.MULTILINE)
    assert layers
    page = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)(?:/|\.py)` \|", page, re.MULTILINE) == re.findall(r"\w+", layers[1])


def test_each_change_stands_under_a_heading_that_is_a_line_of_its_own() -> None:
    """A heading within a line would put what follows under the one before."""
    changes = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^.*\S #{2,} .*$", changes, re.MULTILINE) == []


def test_a_decision_is_named_by_a_number_that_there_is() -> None:
    """`decision 25`, not `#25`, which is a number of something else elsewhere."""
    text = (TOP / "docs" / "decisions.md").read_text(encoding="utf-8")
    there = set(re.findall(r"^### (\d+)\. ", text, re.MULTILINE))
    assert re.findall(r"#\d+", text) == []
    assert set(re.findall(r"\b[Dd]ecision (\d+)", text)) <= there


def test_the_figures_of_the_benchmarks_are_of_one_run_which_writes_them() -> None:
    """What is between the two headings is replaced by each whole run of `make bench`."""
    script = (TOP / "scripts" / "bench.py").read_text(encoding="utf-8")
    begins, ends = (re.search(rf'^{name} = "(## .*?)\\n', script, re.MULTILINE) for name in ("BEGINS", "ENDS"))
    assert begins is not None
    assert ends is not None
    headings = re.findall(r"^## .*$", (TOP / "docs" / "benchmarks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [begins[1], ends[1]]

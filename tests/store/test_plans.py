"""Covers: session_tui.store.plans.

Plans: which files open, which are refused, readers and comments that are kept, lines found again
after edits.
"""

import os
import stat
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import START
from session_tui.model.session import PlanComment, Reader
from session_tui.store.errors import StoreError
from session_tui.store.plans import files
from session_tui.store.plans.files import PlanFile
from session_tui.store.plans.markdown import PlanAssumptions
from session_tui.tui.screens.plan.blocks import blocks

TOP = Path(__file__).parents[2]
TEXT = """# Acme Freight — transport management

## Where we stand
Third meeting held on 12 November with operations.

## Assumptions
- The **budget** is approved for this fiscal year
- The incumbent cannot ship [tracking](https://example.com/a_(b)) before the summer
    - nobody has asked `their` users
- [ ] \\*Finance\\* signs &amp; pays

### What we only hope
1. The steering committee meets

## Help wanted
- A finance reference
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("sessions", "plans"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def plan(home: Path) -> Path:
    path = home / "plans" / "acme-freight.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def located(home: Path, wanted: Path | str) -> Path:
    return files.locate(Path(wanted), home, home / "plans")


def refused(home: Path, wanted: Path | str) -> str:
    with pytest.raises(StoreError) as caught:
        files.open_plan(located(home, wanted), home)
    return str(caught.value)


def comment(line: int, quote: str, text: str = "Who told us?") -> PlanComment:
    return PlanComment(line=line, quote=quote, author="Ana Ruiz", text=text, at=START)


def table(plan: Path) -> dict[str, object]:
    return tomllib.loads(files.readers_path(plan).read_text(encoding="utf-8"))


# ---- finding and opening ------------------------------------------------------------------------


def test_a_plan_is_found_as_given_and_in_the_plans_folder_with_or_without_md(
    home: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    for wanted in (plan, "plans/acme-freight.md", "acme-freight.md", "acme-freight"):
        assert located(home, wanted) == plan
    (home / "plans" / "acme.emea.md").write_text("x")
    assert located(home, "acme.emea").name == "acme.emea.md"


def test_a_plan_is_its_text_its_place_and_the_sha_of_its_bytes(home: Path, plan: Path) -> None:
    plan.write_bytes(b"\xef\xbb\xbf# A\r\n\r\nb\r\n")
    found = files.open_plan(plan, home)
    assert (found.source, found.text) == ("plans/acme-freight.md", "# A\n\nb\n")
    assert found.sha256 == "f117312d083af5e536226ba7433f09db8abef68367e326f076e13e67b71cebd0"


def test_a_file_that_is_not_there_names_those_that_are(home: Path, plan: Path) -> None:
    assert "there is no such plan. In" in refused(home, "acne")
    assert "acme-freight.md" in refused(home, "acne")
    plan.unlink()
    assert "Put it into" in refused(home, "acne")
    assert "there is no such plan" in refused(home, "x" * 300 + "\0")


def test_a_folder_is_refused(home: Path) -> None:
    assert "it is a folder, not a plan" in refused(home, home / "plans")


def test_20_mb_are_refused_with_their_size_and_are_not_read(home: Path) -> None:
    with (home / "plans" / "big.md").open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    assert "20.0 MB is too large for a plan; 2 MB is the most" in refused(home, "big")


def test_what_is_not_utf_8_is_refused_with_the_place_of_the_byte(home: Path, plan: Path) -> None:
    plan.write_bytes(b"# A\ncaf\xe9\n")
    assert "byte 8, in line 2, belongs to no character. Save it as UTF-8." in refused(home, plan)


def test_a_file_outside_the_folder_of_the_sessions_is_refused(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "plan.md"
    other.write_text("# secret")
    assert "a plan lies below" in refused(home, other)
    with pytest.raises(StoreError, match="a plan lies below"):
        files.open_plan(other, home)


def test_a_link_out_of_the_plans_folder_is_refused(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "plan.md").write_text("# theirs")
    (home / "notes.md").write_text("# ours, but no plan")
    (home / "plans" / "out.md").symlink_to(other / "plan.md")
    (home / "plans" / "near.md").symlink_to(home / "notes.md")
    (home / "plans" / "folder").symlink_to(home)
    assert "a link that leaves the plans folder" in refused(home, "out")
    assert "leaves the plans folder" in refused(home, "near")
    assert "leaves the plans folder" in refused(home, "folder/notes.md")
    assert located(home, home / "notes.md") == home / "notes.md"


def test_a_link_within_the_plans_folder_is_the_plan_it_leads_to(home: Path, plan: Path) -> None:
    (home / "plans" / "acme.md").symlink_to(plan)
    assert located(home, "acme") == plan


def test_a_plan_among_the_sessions_is_refused_since_its_readers_would_be_one(home: Path) -> None:
    (home / "sessions" / "plan.md").write_text("# A")
    assert "does not lie among the sessions" in refused(home, home / "sessions" / "plan.md")


@pytest.mark.parametrize(
    "source",
    ["", ".", "plans", "../plan.md", "plans/../../plan.md", "/etc/hostname", "C:\\plan.md", "\\\\host\\share\\plan.md",
     "plans\\..\\..\\plan.md", "plans/out.md", "none.md", "plans/acme\0.md", "x" * 5000],
)  # fmt: skip
def test_a_source_in_a_file_never_leads_away(home: Path, plan: Path, source: str) -> None:
    (home.parent / "plan.md").write_text("# not yours")
    (home / "plans" / "out.md").symlink_to(home.parent / "plan.md")
    assert files.of_source(source, home, home / "plans") is None


def test_a_source_in_a_file_leads_to_its_plan(home: Path, plan: Path) -> None:
    assert files.of_source("plans/acme-freight.md", home, home / "plans") == plan


# ---- readers and comments -----------------------------------------------------------------------


def test_readers_are_beside_the_plan_with_its_mode_and_nobody_is_an_empty_file(home: Path, plan: Path) -> None:
    assert files.readers(plan).readers == ()
    assert not files.readers_path(plan).exists()
    plan.chmod(0o640)
    files.add_reader(plan, Reader(name="Ana Ruiz", read_at=START, sha256="aa"), home / "locks")
    assert files.readers_path(plan).name == "acme-freight.readers.toml"
    assert stat.S_IMODE(files.readers_path(plan).stat().st_mode) == 0o640
    assert table(plan)["schema"] == 1


def test_the_same_version_again_keeps_the_newest_time_and_another_version_is_another_row(
    home: Path, plan: Path
) -> None:
    for name, minutes, sha in (("Ana Ruiz", 5, "a"), ("Ana Ruiz", 9, "a"), ("ana ruiz", 2, "a"), ("Ana Ruiz", 1, "b")):
        read_at = START + timedelta(minutes=minutes, milliseconds=300)
        files.add_reader(plan, Reader(name=name, read_at=read_at, sha256=sha), home / "locks")
    found = [(each.name, each.read_at, each.sha256) for each in files.readers(plan).readers]
    assert found == [
        ("Ana Ruiz", START + timedelta(minutes=9), "a"),
        ("Ana Ruiz", START + timedelta(minutes=1), "b"),
    ]


def test_what_this_program_does_not_know_survives_every_change(home: Path, plan: Path) -> None:
    files.readers_path(plan).write_bytes(
        b'schema = 1\r\nteam = "north"\r\n\r\n[[readers]]\r\nname = "Ana Ruiz"\r\nsha256 = "a"\r\nmood = "calm"\r\n\r\n'
        b'[[comments]]\r\nline = 1\r\ntext = "one"\r\nlikes = 3\r\n\r\n[[comments]]\r\nline = 2\r\ntext = "two"\r\n'
        b'likes = 4\r\n\r\n[[approvals]]\r\nby = "Mei Tan"\r\n'
    )
    files.add_reader(plan, Reader(name="Ana Ruiz", read_at=START, sha256="a"), home / "locks")
    files.add_comment(plan, comment(3, ""), home / "locks")
    files.remove_comment(plan, PlanComment(line=1, text="one"), home / "locks")
    found = table(plan)
    assert (found["team"], found["approvals"]) == ("north", [{"by": "Mei Tan"}])
    assert found["readers"] == [{"name": "Ana Ruiz", "sha256": "a", "mood": "calm", "read_at": START}]
    rows = found["comments"]
    assert isinstance(rows, list)
    assert [(row["text"], row.get("likes")) for row in rows] == [("two", 4), ("Who told us?", None)]
    content = files.readers_path(plan).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_file_with_remarks_is_kept_aside_once_before_it_is_rewritten(home: Path, plan: Path) -> None:
    text = '# kept by the team\nschema = 1\n[[readers]]\nname = "Ana Ruiz" # the boss\n'
    files.readers_path(plan).write_text(text)
    for line in (1, 2):
        files.add_comment(plan, comment(line, ""), home / "locks")
    kept = [path for path in plan.parent.iterdir() if ".before" in path.name]
    assert [path.name for path in kept] == ["acme-freight.readers.toml.before"]
    assert kept[0].read_text() == text


def test_a_comment_is_kept_once_and_goes_once(home: Path, plan: Path) -> None:
    one = PlanComment(line=7, quote="q", author="Ana Ruiz", text="Why?", at=START + timedelta(milliseconds=700))
    for _ in range(2):
        files.add_comment(plan, one, home / "locks")
    assert len(files.readers(plan).comments) == 1
    for _ in range(2):
        files.remove_comment(plan, one, home / "locks")
    assert files.readers(plan).comments == ()


def test_a_broken_readers_file_is_said_with_its_place_and_stays_as_it_is(home: Path, plan: Path) -> None:
    text = 'schema = 1\n\n[[comments]]\nline = 0\ntext = "x"\n'
    files.readers_path(plan).write_text(text)
    with pytest.raises(StoreError, match=r"acme-freight.readers.toml:4:8: comments\[1\].line: 0 is less than 1"):
        files.readers(plan)
    with pytest.raises(StoreError):
        files.add_comment(plan, comment(1, ""), home / "locks")
    assert files.readers_path(plan).read_text() == text


def test_a_newer_file_is_read_and_never_written(home: Path, plan: Path) -> None:
    files.readers_path(plan).write_text('schema = 2\n[[readers]]\nname = "Ana Ruiz"\n')
    assert files.readers(plan).readers[0].name == "Ana Ruiz"
    with pytest.raises(StoreError, match="newer version"):
        files.add_comment(plan, comment(1, ""), home / "locks")


def test_a_link_in_the_place_of_the_readers_is_not_followed_away(home: Path, plan: Path) -> None:
    (home / "precious.toml").write_text("schema = 1\n")
    files.readers_path(plan).symlink_to(home / "precious.toml")
    with pytest.raises(StoreError, match="leaves its folder"):
        files.add_comment(plan, comment(1, ""), home / "locks")
    assert (home / "precious.toml").read_text() == "schema = 1\n"


WRITER = """
import sys
from pathlib import Path
from session_tui.model.session import PlanComment
from session_tui.store.plans import files
sys.stdin.readline()
for line in range(1, 26):
    files.add_comment(Path(sys.argv[1]), PlanComment(line=line, author=sys.argv[2], text="x"), Path(sys.argv[3]))
"""


def test_two_programs_writing_at_once_lose_nothing_of_each_other(home: Path, plan: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(TOP / "src")}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(plan), name, str(home / "locks")], stdin=subprocess.PIPE, env=environment
        )
        for name in ("Ana Ruiz", "Ben Okafor")
    ]
    for each in both:
        assert each.stdin
        each.stdin.write(b"go\n")
        each.stdin.flush()
    assert [each.wait(60) for each in both] == [0, 0]
    found = {(each.author, each.line) for each in files.readers(plan).comments}
    assert found == {(name, line) for name in ("Ana Ruiz", "Ben Okafor") for line in range(1, 26)}


# ---- what the text says -------------------------------------------------------------------------


def test_the_assumptions_are_the_items_of_their_section_as_plain_text() -> None:
    assert files.assumptions(TEXT).texts == (
        "The budget is approved for this fiscal year",
        "The incumbent cannot ship tracking before the summer",
        "nobody has asked their users",
        "*Finance* signs & pays",
        "The steering committee meets",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("- none\n# assumptions:\n- one\n# Other\n- two\n### ASSUMPTIONS\n* three\n", ("one", "three")),
        ("Assumptions\n===\n- one\n  wrapped\n\n  and more\n", ("one wrapped and more",)),
        ("# Assumptions\n\t- tabbed code\n- one\n\t- two\n", ("one", "two")),
        ("# Assumptions\n- <CFO> signs\n- a\x1b[31mb\n- &#x202e;c\n-\n", ("<CFO> signs", "a\ufffd[31mb", "\ufffdc")),
        ("# Plan {#plan}\n## **Assumptions** {#assumptions}\n* one  \n* two", ("one", "two")),
        ("## 2. Key assumptions: {.unnumbered key=val}\n- one\n## The assumptions we no longer hold\n- two", ("one",)),
        ("# Assumptions\n\n•\tone\n•\ttwo\n  wrapped\no   below\n\n• last\n", ("one", "two wrapped", "below", "last")),
        ("# Assumptions\nWe believe:\n\uf0b7 one\n– two\n\nAnd a text – with a dash.\n", ("one", "two")),
        ("# Assumptions\n|Who|Our assumption|\n|-|-|\n|Ola|**one**|\n|Mia|two|\n", ("one", "two")),
        ("# Assumptions\n|What|Who|\n|-|-|\n|one|Ola|\n||Mia|\n- two\n", ("one", "two")),
        ("---\ntitle: Plan\ntags:\n  - a\n---\n# Assumptions\n- one\n", ("one",)),
        ("> # Assumptions\n> - quoted\n\n```\n# Assumptions\n- code\n```\n", ()),
    ],
)
def test_assumptions_are_found_under_any_form_of_their_heading(text: str, found: tuple[str, ...]) -> None:
    assert files.assumptions(text).texts == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# Plan\n- one\n", "has no section called Assumptions"),
        ("---\nassumptions: none\n---\n", "has no section called Assumptions"),
        ("# Assumptions\nThey have a budget.\n", "has no list and no table"),
        ("# Assumptions {#a}\n", "has no list and no table"),
        ("# Assumptions\n- they have a budget\n", ""),
    ],
)
def test_why_a_plan_gives_no_assumptions_is_said_by_its_cause(text: str, why: str) -> None:
    found = files.assumptions(text)
    assert (why in found.why_none) if why else found == PlanAssumptions(("they have a budget",))


def test_front_matter_and_attributes_are_no_headings() -> None:
    assert files.outline("---\ntitle: Plan\n---\n\n# Plan {#plan}\n## `{#code}` {- }\n") == (
        (1, 5, "Plan"),
        (2, 6, "{#code} {- }"),
    )
    assert files.outline("---\n\nA rule\n---\n") == ((2, 3, "A rule"),)
    shown = blocks("---\ntitle: Plan\n---\n# Plan {#plan}\n")
    assert [(each.kind, each.line, each.text) for each in shown] == [
        ("code", 1, "---\ntitle: Plan\n---"),
        ("heading", 4, "Plan"),
    ]


def test_deep_nesting_and_odd_text_are_only_text() -> None:
    assert files.assumptions("# Assumptions\n" + "> " * 5000 + "x\n" + "- " * 5000 + "y") is not None
    assert files.outline("#" * 7 + " no\n" + "[" * 5000) == ()


def test_the_outline_is_the_headings_with_level_and_line() -> None:
    assert files.outline(TEXT)[:3] == (
        (1, 1, "Acme Freight — transport management"),
        (2, 3, "Where we stand"),
        (2, 6, "Assumptions"),
    )
    assert files.outline("a\u2028b\x0cc\n\nTitle\n---\n") == ((2, 3, "Title"),)


def test_a_quote_finds_its_line_again_after_lines_were_inserted() -> None:
    quote = files.plain(TEXT.splitlines()[6])
    assert quote == "The budget is approved for this fiscal year"
    moved = "New first line\n\n" + TEXT.replace("**budget**", "_budget_")
    assert files.placed((comment(7, quote),), moved) == ((9, comment(7, quote)),)


def test_the_nearest_of_several_is_meant_and_a_quote_that_is_gone_has_no_line() -> None:
    text = "same words here\n\nother\n\n* same words here, and more\n\n## Same words here\n"
    assert [line for line, _ in files.placed((comment(6, "same words here"), comment(1, "same words here")), text)] == [
        7,
        1,
    ]
    assert files.placed((comment(3, "something else entirely"),), text)[0][0] is None
    assert files.placed((comment(3, "words here, and"),), text)[0][0] == 5
    assert [line for line, _ in files.placed((comment(3, ""), comment(99, "")), text)] == [3, None]


@pytest.mark.parametrize("line", TEXT.splitlines())
def test_every_line_is_found_by_its_own_quote(line: str) -> None:
    number = TEXT.splitlines().index(line) + 1
    assert files.placed((comment(number, files.plain(line)),), TEXT)[0][0] == number


# ---- versions -----------------------------------------------------------------------------------


def version(text: str, number: int) -> PlanFile:
    return PlanFile(Path("a.md"), "a.md", text, f"{number:064x}")


def test_what_changed_since_a_version_that_was_read_is_shown_line_by_line(tmp_path: Path) -> None:
    files.keep_version(tmp_path, version("a\n-- b\nc\n", 1))
    assert files.changed_since(tmp_path, f"{1:064x}", version("a\n++ d\nc\n", 2)) == ("- -- b", "+ ++ d")
    assert files.changed_since(tmp_path, f"{2:064x}", version("x", 2)) == ()


def test_a_version_that_is_not_kept_here_has_no_comparison(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("x")
    files.keep_version(tmp_path, version("a", 1))
    for sha in (f"{9:064x}", "../secret", "", "é" * 64):
        assert files.changed_since(tmp_path, sha, version("b", 2)) is None


def test_the_newest_fifty_versions_are_kept(tmp_path: Path) -> None:
    for number in range(53):
        files.keep_version(tmp_path, version("a", number))
        os.utime(tmp_path / "plans" / f"{number:064x}.md", (number, number))
    files.keep_version(tmp_path, version("a", 53))
    assert len(list((tmp_path / "plans").iterdir())) == 50
    assert not (tmp_path / "plans" / f"{3:064x}.md").exists()
    assert (tmp_path / "plans" / f"{53:064x}.md").exists()

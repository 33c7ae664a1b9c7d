"""Covers: session_tui.cli.map_command.

`map` and `show --map` run as real processes: text, files of three formats, and wrong options.
"""

import subprocess
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from cli.test_commands import Shell
from cli.test_due_and_gate import hold
from session_tui.model.session import Stakeholder

RUTH = Stakeholder(id="s1", name="Ruth Vale \x1b[31m", title="CFO", power=5, buying_role="approver", support=-1)
MIA = Stakeholder(id="s2", name="Mia Tran", power=4, support=2, reports_to="s1", influences=("s1",))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


def test_the_map_is_told_in_words_and_the_same_by_show(shell: Shell) -> None:
    held = hold(shell, 7, stakeholders=(RUTH, MIA))
    told = shell.run("map", held)
    assert told.returncode == 0
    assert told.stdout.startswith("Map amber: 1 of 2 key players for us")
    assert "Mia Tran reports to Ruth Vale" in told.stdout
    assert "\x1b" not in told.stdout
    assert shell.run("show", held, "--map").stdout == told.stdout
    shared = shell.run("map", held, "--detail", "shared").stdout
    assert "Ruth Vale" in shared
    assert "Map amber" not in shared
    assert "mentor" not in shared


def test_the_map_is_written_as_a_picture_a_flowchart_and_dots_and_over_nothing(shell: Shell) -> None:
    held = hold(shell, 7, stakeholders=(RUTH, MIA))
    for kind in ("svg", "mmd"):
        done = shell.run("map", held, "-o", f"map.{kind}")
        assert (done.returncode, done.stdout.strip()) == (0, f"map.{kind}"), done.stderr
    assert Xml.parse(shell.home / "map.svg").getroot().tag.endswith("svg")
    assert (shell.home / "map.mmd").read_text().startswith("flowchart TD\n")
    again = shell.run("map", held, "-o", "map.svg")
    assert again.returncode == 1
    assert "--force" in again.stderr
    assert shell.run("map", held, "-o", "map.svg", "--force", "--theme", "dark").returncode == 0
    assert Xml.fromstring(shell.run("map", held, "-o", "-").stdout).tag.endswith("svg")


def test_a_png_is_drawn_where_its_renderer_is_installed(shell: Shell) -> None:
    pytest.importorskip("resvg_py", reason="the extra png is not installed: no PNG is drawn here")
    held = hold(shell, 7, stakeholders=(RUTH, MIA))
    assert shell.run("map", held, "-o", "map.png").returncode == 0
    assert (shell.home / "map.png").read_bytes().startswith(b"\x89PNG")


def test_what_changed_since_another_session_is_marked_and_told(shell: Shell) -> None:
    before = hold(shell, 20, stakeholders=(RUTH,))
    held = hold(shell, 7, stakeholders=(RUTH, MIA), previous=before)
    told = shell.run("map", held, "--since", before).stdout
    assert "1 come, 0 gone, 0 changed, 1 as then" in told
    assert "Mia Tran has come" in told
    assert "(new)" in shell.run("map", held, "--since", before, "-o", "-").stdout


def test_where_what_changed_is_neither_marked_nor_told_that_is_said(shell: Shell) -> None:
    first = hold(shell, 14, stakeholders=(RUTH,))
    second = hold(shell, 7, stakeholders=(RUTH, MIA))
    flowchart = shell.run("map", second, "--since", first, "-o", "map.mmd")
    assert flowchart.returncode == 0
    assert "not marked in a flowchart" in flowchart.stderr
    shared = shell.run("map", second, "--since", first, "--detail", "shared")
    assert "left out by --detail shared" in shared.stderr
    assert "mentor" not in shared.stdout


def test_a_circle_in_a_file_is_shown_and_named_on_standard_error(shell: Shell) -> None:
    ring = (Stakeholder(id="s1", name="Ruth", reports_to="s2"), Stakeholder(id="s2", name="Mia", reports_to="s1"))
    held = hold(shell, 7, stakeholders=ring)
    done = shell.run("map", held, "-o", "map.svg")
    assert done.returncode == 0
    assert "A circle: Ruth reports to Mia reports to Ruth. The line of Ruth is left out." in done.stderr
    assert "Mia" in (shell.home / "map.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "ended", "said"),
    [
        (("nothing-here",), 1, "there is no session nothing-here"),
        (("2", "-o", "map.gif"), 2, "it is not a kind of picture"),
        (("2", "-o", "nowhere/map.svg"), 1, "nowhere"),
        (("2", "-o", "sessions"), 2, "it is not a kind of picture"),
        (("2", "--since", "nothing"), 1, "there is no session nothing"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(shell: Shell, arguments: tuple[str, ...], ended: int, said: str) -> None:
    hold(shell, 7, stakeholders=(RUTH,))
    done = shell.run("map", *arguments)
    assert done.returncode == ended
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_sessions_of_two_accounts_are_not_compared(shell: Shell) -> None:
    other = hold(shell, 20, "Borealis Foods", stakeholders=(RUTH,))
    held = hold(shell, 7, stakeholders=(RUTH,))
    done = shell.run("map", held, "--since", other)
    assert done.returncode == 2
    assert "is about Borealis Foods, not Acme Freight" in done.stderr


def test_line_by_line_the_map_is_told_what_is_not_well_listed_and_answered(shell: Shell) -> None:
    lines = "Ruth Vale, CFO role:app !5 -\n/map\n/health\n/health 1\n/health 7\n/since\n/end hold later\n"
    done: subprocess.CompletedProcess[str] = shell.run("run", "Acme Freight", "--plain", lines=lines)
    assert "Map red: the one key player is not for us." in done.stdout
    assert "1: Ruth Vale is a key player, and nobody of ours has them. /health 1 adds:" in done.stdout
    assert "line 5: there is no 7 on the list" in done.stderr
    assert "line 6: /since: not now: there was no session before this one" in done.stderr
    assert done.returncode == 1

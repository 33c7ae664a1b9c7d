"""Covers: the folders that are made and written.

The program makes no folder and writes no file that the sentence on the screen does not name.
"""

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posix_only import ROOT
from program import Program, program
from session_tui.cli import COMMANDS
from session_tui.cli.command_context import READS, WITHOUT_SESSIONS
from session_tui.store import atomic
from session_tui.store import paths as store_paths
from session_tui.store.errors import StoreError
from session_tui.store.path_expansion import expanded, on_disk

__all__ = ["program"]

# What each command needs beside its name, so that it would do something.
NEEDS = {
    "import": ("contacts", "contacts.csv"),
    "run": ("North", "--plain"), "prepare": ("North", "--plain"), "resume": ("--plain",), "show": ("latest",),
    "search": ("x",), "done": ("x:t1",), "reopen": ("x:t1",), "assign": ("x:t1", "Ben"), "export": ("latest",),
    "map": ("latest",), "gate": ("North",), "brief": ("North",), "read": ("plan.md", "--as", "Ben", "--confirm"),
    "remove": ("latest", "--yes"),
    "cancel": ("latest",), "reopen-session": ("latest",), "amend": ("latest", "--zone", "x"),
    "person": ("Ann Lee",), "forget": ("Ann Lee", "--yes"),
    "handover": ("Ben",), "compare": ("latest", "x"), "history": ("North",), "beliefs": ("North",),
    "merge": ("latest",), "scorecard": ("--as", "Ben", "--plain"), "enemies": ("--about", "us", "--plain"),
}  # fmt: skip
ASKED = [name for name in COMMANDS if name not in (*WITHOUT_SESSIONS, "demo", "tutor", "push")]


def dangling(program: Program) -> Path:
    program.sessions.rmdir()
    program.sessions.symlink_to(program.home.parent / "drive" / "sessions")
    return program.sessions


def a_file(program: Program) -> Path:
    program.sessions.rmdir()
    program.sessions.write_text("")
    return program.sessions


def unmounted(program: Program) -> Path:
    drive = program.home.parent / "drive" / "team" / "sessions"
    program.own(f'sessions = "{drive.as_posix()}"\n')
    return drive


@pytest.mark.parametrize("wrong", [dangling, a_file, unmounted])
@pytest.mark.parametrize("command", ASKED)
def test_a_folder_that_cannot_be_used_is_named_by_every_command_and_no_other_is_taken(
    program: Program, command: str, wrong: Callable[[Program], Path]
) -> None:
    folder = wrong(program)
    done = program.run(command, *NEEDS.get(command, ()))
    assert (done.status, done.out) == (1, "") and str(folder) in done.err
    assert not program.files() and not (program.home.parent / "drive").exists()


def test_a_missing_leaf_is_made_by_the_first_session_where_its_parent_is_there(program: Program) -> None:
    program.own('sessions = "$HOME/deals"\n')
    assert program.run("list").status == 0 and not (program.home / "deals").exists()
    program.hold("North")
    assert len(list((program.home / "deals").glob("*.toml"))) == 1


def test_what_only_reads_calls_a_folder_that_is_not_there_a_fault(program: Program) -> None:
    for command in sorted(READS - {"person"}):
        done = program.run("--sessions", str(program.work / "none"), command, *NEEDS.get(command, ()))
        assert done.status == 1 and "none" in done.err, command
    assert not (program.work / "none").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be deleted there")
def test_in_a_deleted_folder_whole_paths_work_and_the_rest_is_a_sentence(program: Program) -> None:
    program.hold("North")
    gone = program.home.parent / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    for command in (("list",), ("show", "latest"), ("run", "North", "--plain"), ("--sessions", "x", "list")):
        done = program.run(*command)
        assert done.status == 1 and "was deleted" in done.err, command
    assert program.run("doctor").status == 1
    assert "North" in program.run("--sessions", str(program.sessions), "list").out
    written = program.run("--sessions", str(program.sessions), "export", "latest")
    assert written.status == 1 and "gone" in written.err
    os.chdir(program.work)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes are POSIX's")
def test_doctor_answers_where_the_state_folder_may_not_be_looked_into(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def closed(path: Any, **named: Any) -> os.stat_result:
        if isinstance(path, str | os.PathLike) and ".local" in str(os.fspath(path)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, **named)

    monkeypatch.setattr(os, "stat", closed)  # root, who runs tests in a container, may look everywhere
    done = program.run("doctor", "--json")
    found = json.loads(done.out)
    assert done.status == 0 and found["state"]["error"].endswith("it may not be looked into")
    assert found["sessions"]["exists"] and found["writable"] is True


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (("export", "latest", "-o", "~/out"), "out"),
        (("map", "latest", "-o", "~/m.svg"), "m.svg"),
        (("map", "latest", "-o", "$HOME/n.svg"), "n.svg"),
        (("map", "latest", "-o", "${HOME}/o.svg"), "o.svg"),
        (("person", "Ann Lee", "-o", "~/x"), "x"),
        (("handover", "Ben Okafor", "--to", "Mei Tan", "-o", "~/briefs"), "briefs"),
        (("--sessions", "~/deals", "run", "North", "--plain"), "deals"),
    ],
)
def test_a_home_is_a_home_in_every_path_that_is_given(program: Program, command: tuple[str, ...], where: str) -> None:
    program.hold("North")
    done = program.run(*command)
    assert done.status == 0, done.err
    assert (program.home / where).exists()
    assert not [each for each in program.work.iterdir() if each.name[0] in "~$"]


def test_every_option_that_takes_a_path_has_the_one_type_for_it() -> None:
    import click

    from session_tui.cli import group
    from session_tui.cli.arguments import PATH, TEXT

    def params(command: click.Command) -> list[click.Parameter]:
        below = command.commands.values() if isinstance(command, click.Group) else ()
        return [*command.params, *(each for one in below for each in params(one))]

    context = click.Context(group)
    every = [*group.params]
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        every += params(command)
    paths = {param.name for param in every if param.type is PATH}
    assert paths >= {"sessions", "config", "output", "plan", "folder", "files", "file", "export"}
    for param in every:
        assert not isinstance(param.type, click.Path | click.File), param.name
        assert param.type is TEXT or type(param.type) is not click.types.StringParamType, param.name


@pytest.mark.parametrize("path", ["$NOWHERE/deals", "~nobody-of-this-name/deals", "%NOWHERE%/x", "${TOKEN}/x"])
def test_a_beginning_that_is_not_known_is_refused_and_no_folder_is_called_so(path: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Write the whole path"):
        expanded(path, {"TOKEN": "s3cret"}, tmp_path)
    (tmp_path / path.split("/")[0]).mkdir()
    assert expanded(path, {}, tmp_path) == Path(path)


def test_a_folder_whose_name_only_begins_so_is_itself(tmp_path: Path) -> None:
    for path in ("~draft.md", "a$HOME/x", "x/~/y", "$", "100%", "-"):
        assert expanded(path, {"HOME": "/h"}, tmp_path) == Path(path)


def test_a_configured_variable_that_is_not_known_is_a_sentence(program: Program) -> None:
    program.own('sessions = "$DEALS/sessions"\n')
    done = program.run("run", "North", "--plain")
    assert done.status == 1 and "$DEALS is not known here" in done.err and not program.files()


def test_a_name_is_found_as_the_disk_composes_it(tmp_path: Path) -> None:
    (tmp_path / "Cafe\u0301").mkdir()
    (tmp_path / "Cafe\u0301" / "Plan.md").write_text("")
    assert on_disk(tmp_path / "Caf\u00e9" / "Plan.md") == tmp_path / "Cafe\u0301" / "Plan.md"
    assert on_disk(tmp_path / "Caf\u00e9" / "new.md") == tmp_path / "Cafe\u0301" / "new.md"
    assert on_disk(tmp_path / "Cafe") == tmp_path / "Cafe"
    found = store_paths.find(tmp_path, {"SESSION_TUI_SESSIONS": "Caf\u00e9"}).sessions
    assert found.path.is_dir() and found.fault is None


# ---- owner and mode -----------------------------------------------------------------------------

posix = pytest.mark.skipif(not hasattr(os, "chown"), reason="modes are POSIX's; this system has none")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        (0o2775, 0o660),
        (0o2770, 0o660),
        (0o775, 0o660),
        (0o755, 0o600),
        (0o777, 0o600),
        (0o1777, 0o600),
        (0o2700, 0o600),
    ],
)
def test_a_new_file_is_the_groups_in_a_groups_folder_and_its_owners_alone_elsewhere(
    tmp_path: Path, folder: int, wanted: int
) -> None:
    tmp_path.chmod(folder)
    old = os.umask(0o077)
    try:
        atomic.write(tmp_path / "new", b"x", exclusive=True)
        atomic.write(tmp_path / "draft", b"x", private=True)
    finally:
        os.umask(old)
    assert (mode(tmp_path / "new"), mode(tmp_path / "draft")) == (wanted, 0o600)
    tmp_path.chmod(0o755)


@posix
def test_sessions_and_documents_are_the_groups_and_drafts_and_state_are_not(program: Program) -> None:
    program.work.chmod(0o2775)
    program.sessions.chmod(0o2775)
    program.hold("North")
    program.run("export", "latest", "-o", "out/deep")
    program.run("map", "latest", "-o", "m.svg")
    shared = [*program.sessions.glob("*.toml"), *(program.work / "out/deep").iterdir(), program.work / "m.svg"]
    assert [mode(each) for each in shared] == [0o660] * 3
    assert mode(program.work / "out/deep") & 0o2070 == 0o2070
    state = [each for each in program.home.rglob("*") if each.is_file() and "state" in each.parts]
    assert state and all(mode(each) & 0o077 == 0 for each in state if each.suffix != ".lock")


root = pytest.mark.skipif(not ROOT, reason="only root gives files away")


@root
def test_a_change_made_as_root_leaves_the_owner_as_he_was(program: Program) -> None:
    program.hold("North")
    (path,) = program.sessions.glob("*.toml")
    path.write_text(path.read_text(encoding="utf-8") + "# a comment\n", encoding="utf-8")
    os.chown(path, 65534, 65533)
    path.chmod(0o640)
    assert program.run("done", f"{path.stem[-4:]}:t1").status == 0
    kept = path.with_name(f"{path.name}.before")
    for each in (path, kept):
        assert (each.stat().st_uid, each.stat().st_gid, mode(each)) == (65534, 65533, 0o640)


@root
def test_a_new_file_that_root_makes_in_a_setgid_folder_of_another_group_is_that_groups(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65533)
    tmp_path.chmod(0o2770)
    atomic.write(tmp_path / "new", b"x", exclusive=True)
    found = (tmp_path / "new").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (65534, 65533, 0o660)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes are POSIX's")
def test_a_read_only_parent_is_a_sentence(program: Program) -> None:
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] if ROOT else []
    if drop and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere")
    closed = program.home / "closed"
    closed.mkdir(mode=0o555)
    command = [*drop, sys.executable, "-m", "session_tui", "--sessions", str(closed / "new"), "run", "North", "--plain"]
    environment = {**os.environ, "HOME": str(program.home)}
    done = subprocess.run(command, cwd=program.work, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and str(closed / "new") in done.stderr and "may not be written" in done.stderr
    assert "should not have happened" not in done.stderr and not list(closed.iterdir())

"""Covers: session_tui.cli.

The command line as a user at a shell sees it: real processes, real files, exit statuses,
sentences.
"""

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import forking
import session_tui
from conftest import EXAMPLE

TOP = Path(__file__).parents[2]


class Shell:
    """A folder of its own, with its own state and configuration."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.sessions = home / "sessions"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SESSION_TUI")},
            "SESSION_TUI_STATE": str(home / "state"),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "PYTHONPATH": str(TOP / "src"),
            "PYTHONUTF8": "1",
        }

    def run(self, *arguments: str, lines: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
        command = ["-m", "session_tui", *arguments]
        done = forking.run(command, input=lines, cwd=self.home, env={**self.environment, **more})
        assert "Traceback" not in done.stderr
        return done

    def only_file(self) -> Path:
        (path,) = self.sessions.glob("*.toml")
        return path


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


@pytest.fixture
def held(shell: Shell) -> Shell:
    (shell.sessions / EXAMPLE.name).write_bytes(EXAMPLE.read_bytes())
    return shell


WHOLE = """Ruth Vale, CFO role:app !5 - @ben
/next
The budget is approved !5 %2
/next
Get 30 minutes with the CFO due:+3d for:ruth for:a1
/next
@ben
=> No pilot before the meeting
/end pursue "All in"
"""


def test_a_session_ended_by_mistake_is_opened_again_and_resumed(shell: Shell) -> None:
    shell.run("run", "Acme", "--plain", lines="t> Call the CFO\n/end hold later\n")
    done = shell.run("reopen-session", "latest")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Live again. Go on with: session-tui resume ")
    assert 'event = "away"' in shell.only_file().read_text()
    twice = shell.run("reopen-session", "latest")
    assert (twice.returncode, twice.stdout) == (1, "")
    assert "this session is live" in twice.stderr
    again = shell.run("resume", "latest", "--plain", lines="t> Call the COO\n/end pursue now\n")
    assert again.returncode == 0, again.stderr
    assert "Held: pursue. now" in again.stdout and "another computer" not in again.stdout


def test_a_session_of_last_week_is_not_opened_again(held: Shell) -> None:
    before = (held.sessions / EXAMPLE.name).read_bytes()
    done = held.run("reopen-session", "latest")
    assert done.returncode == 1
    assert "ended more than 10 minutes ago" in done.stderr
    assert (held.sessions / EXAMPLE.name).read_bytes() == before


def test_an_end_without_a_headline_is_refused_and_names_what_has_no_owner(shell: Shell) -> None:
    done = shell.run("run", "Acme", "--plain", lines="t> Call the CFO\n/end hold\n/end pursue on a condition Later\n")
    assert done.returncode == 1
    assert "line 2: a headline is missing." in done.stderr
    assert "Without a name: t1." in done.stderr
    assert "Held: pursue on a condition. Later" in done.stdout


def test_a_session_line_by_line_ends_held_with_status_0(shell: Shell) -> None:
    done = shell.run("run", "Acme Freight", "--attendee", "Ben Okafor:account owner", "--plain", lines=WHOLE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    path = shell.only_file()
    assert f"Held. {path}" in done.stdout
    shown = json.loads(shell.run("show", "latest", "--json").stdout)
    assert (shown["status"], shown["outcome"], shown["headline"]) == ("held", "pursue", "All in")
    assert shown["action_items"][0]["owner"] == "Ben Okafor"
    assert shown["account_owner"] == "Ben Okafor"
    assert shell.run("validate", str(path)).returncode == 0


def test_lines_that_just_end_leave_it_live_and_resume_goes_on(shell: Shell) -> None:
    done = shell.run("run", "Acme", "--plain", lines="Ruth Vale\n")
    assert done.returncode == 0
    assert "Left live" in done.stdout
    session_id = shell.only_file().stem
    again = shell.run("resume", session_id[:16], "--plain", lines="Mia Tran\n/end hold later\n")
    assert again.returncode == 0
    names = [each["name"] for each in json.loads(shell.run("show", session_id, "--json").stdout)["stakeholders"]]
    assert names == ["Ruth Vale", "Mia Tran"]


def test_a_refused_line_is_said_with_its_number_and_the_session_goes_on(shell: Shell) -> None:
    done = shell.run("run", "Acme", "--plain", lines="Ruth !9\nMia Tran\n/back\n/end hold later\n")
    assert done.returncode == 1
    assert "line 1: power 9 is not between 1 and 5" in done.stderr
    assert "line 3: /back: not now: this is the first part" in done.stderr
    shown = json.loads(shell.run("show", "latest", "--json").stdout)
    assert [each["name"] for each in shown["stakeholders"]] == ["Mia Tran"]
    assert shown["status"] == "held"


def test_line_by_line_edits_removes_and_undoes(shell: Shell) -> None:
    lines = "Ruth Vale\n/edit s1\ns> Ruth Vale, CFO\n/remove s1\n/undo\n/attendee Mei Tan:presales\n/help\n/\n"
    done = shell.run("run", "Acme", "--plain", lines=f"{lines}/end hold later\n")
    assert done.returncode == 0, done.stderr
    shown = json.loads(shell.run("show", "latest", "--json").stdout)
    assert shown["stakeholders"][0]["title"] == "CFO"
    assert shown["attendees"] == [{"name": "Mei Tan", "role": "presales"}]
    assert "/extend MINUTES" in done.stdout


def test_line_by_line_slips_are_mended_with_the_same_lines(shell: Shell) -> None:
    lines = (
        "Tom Reed !2", "Ruth Vale, CFO !5", "Ruth Vale, Chief", "/same s2 s3", "*ruth - @ben", "*s2 @-ben", "/undo",
        "/attendee Pat Lim", "/attendee pat:legal", "/attendee", "/attendee -pat", "/facilitator Ada Vane",
        "/find ruth", "/sort", "a> Ring Tom @ben", "/as t a1", "/note good to know", "/remove", "/same", "/end hold",
    )  # fmt: skip
    done = shell.run("run", "Acme", "--plain", lines="\n".join(lines) + "\n")
    said = done.stdout + done.stderr
    shown = json.loads(shell.run("show", "latest", "--json").stdout)
    assert [each["name"] for each in shown["stakeholders"]] == ["Tom Reed", "Ruth Vale"]
    for sentence in (
        "s2 is Ruth Vale already: /same s2 s3 makes one of the two",
        "s3 becomes s2; falls away: title Chief. unchanged s2: Ruth Vale, CFO",
        "Pat Lim is there.",
        "Pat Lim: legal.",
        "Here: Pat Lim, legal",
        "Pat Lim is off the list.",
        "Ada Vane runs the session.",
        "1 of 2 rows has “ruth”.",
        "By power.",
        "a1 becomes t1. added t1: Ring Tom",
        "added n1",
        "which entry. /remove",
        "/same ID ID: make one person of two",
    ):
        assert sentence in said, said


def test_run_where_a_live_session_is_names_resume_and_new(shell: Shell) -> None:
    shell.run("run", "Acme", "--plain", lines="")
    done = shell.run("run", "acme", "--plain", lines="")
    assert done.returncode == 1
    assert f"resume {shell.only_file().stem}" in done.stderr
    assert "--new" in done.stderr
    assert shell.run("run", "acme", "--new", "--plain", lines="").returncode == 0


def test_without_a_terminal_a_sentence_names_plain(shell: Shell) -> None:
    for command in (["run", "Acme"], ["resume"], ["demo"], ["tutor"], []):
        done = shell.run(*command)
        assert done.returncode == 1
        assert "--plain" in done.stderr
    assert list(shell.sessions.iterdir()) == []


def test_list_has_the_documented_keys_and_a_broken_file_is_a_row(held: Shell) -> None:
    (held.sessions / "2026-11-24-broken-0000.toml").write_bytes(EXAMPLE.read_bytes()[:900])
    done = held.run("list", "--json")
    assert done.returncode == 0
    assert done.stdout.isascii()
    keys = ["id", "account", "zone", "opportunity", "status", "started_at", "outcome", "open_actions", "path", "error"]
    broken, sound = json.loads(done.stdout)
    assert list(broken) == list(sound) == keys
    assert broken["error"]
    assert {broken[key] for key in keys[:8]} == {None}
    assert (sound["account"], sound["open_actions"], sound["error"]) == ("Acme Freight", 1, None)
    assert sound["started_at"] == "2026-11-23T09:00:00+00:00"
    table = held.run("list").stdout
    assert "Acme Freight" in table
    assert "broken" in table


def test_an_empty_folder_says_how_to_begin(shell: Shell) -> None:
    done = shell.run("list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "session-tui run ACCOUNT" in done.stderr
    assert json.loads(shell.run("list", "--json").stdout) == []


def test_show_reads_well_and_json_keeps_keys_it_does_not_know(held: Shell) -> None:
    path = held.sessions / EXAMPLE.name
    path.write_text(path.read_text().replace('zone = "EMEA"', 'zone = "EMEA"\ncrm_id = "C-7"'))
    assert json.loads(held.run("show", "latest", "--json").stdout)["crm_id"] == "C-7"
    shown = held.run("show", EXAMPLE.stem[:13]).stdout
    for piece in ("Acme Freight · EMEA", "Ruth Vale, CFO", "Pursue on a condition", "map amber"):
        assert piece in shown


def test_show_respects_the_width_it_is_given_and_a_pipe_gets_whole_lines(held: Shell) -> None:
    narrow = held.run("show", "latest", COLUMNS="50").stdout.splitlines()
    assert max(map(len, narrow)) <= 50
    whole = held.run("show", "latest", COLUMNS="").stdout.splitlines()
    assert any("Get 30 minutes" in line and "Ben Okafor" not in line and line.endswith("t1") for line in whole)
    assert len(whole) < len(narrow)


def test_show_gives_markdown_with_nothing_around_it(held: Shell) -> None:
    done = held.run("show", "latest", "--markdown", COLUMNS="40")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Acme Freight · EMEA\n\n")
    assert "**Pursue on a condition.** Winnable once the CFO has seen the payback" in done.stdout
    assert done.stdout.endswith("\n") and not done.stdout.endswith("\n\n")


@pytest.mark.parametrize("options", [("--json", "--markdown"), ("--markdown", "--map"), ("--json", "--map")])
def test_show_is_asked_for_one_form_at_a_time(held: Shell, options: tuple[str, ...]) -> None:
    done = held.run("show", "latest", *options)
    assert done.returncode == 2
    assert "Choose one" in done.stderr


def test_show_hands_nothing_to_the_terminal_that_it_would_obey(held: Shell) -> None:
    path = held.sessions / EXAMPLE.name
    text = path.read_text().replace("Winnable once", "\\u001b]52;c;eA==\\u0007\\u001b[31mWinnable \\u202e once")
    path.write_text(text)
    for options in ((), ("--markdown",)):
        shown = held.run("show", "latest", *options).stdout
        assert "Winnable" in shown
        assert all(line.isprintable() for line in shown.splitlines())


@pytest.mark.parametrize("wanted", ["2027", "zzz"])
def test_an_unknown_id_is_a_sentence_with_what_to_do(held: Shell, wanted: str) -> None:
    done = held.run("show", wanted)
    assert done.returncode == 1
    assert "there is no session" in done.stderr
    assert "session-tui list" in done.stderr


def test_a_prepared_session_is_started_by_run(shell: Shell) -> None:
    name = "2026-11-23-acme-7k3q"
    text = f'schema = 1\nid = "{name}"\nstatus = "prepared"\nagenda = "strategy-30"\naccount = "Acme"\n'
    (shell.sessions / f"{name}.toml").write_text(text)
    rehearsed = shell.run("resume", name, "--plain", lines="Ruth Vale\n/leave\n")
    assert "The clock stands" in rehearsed.stdout
    done = shell.run("run", "acme", "--plain", lines="/end hold later\n")
    assert done.returncode == 0, done.stderr
    shown = json.loads(shell.run("show", name, "--json").stdout)
    assert (shown["status"], shown["stakeholders"][0]["name"], len(shown["parts"])) == ("held", "Ruth Vale", 4)


def test_wait_leaves_the_clock_standing_until_a_line_starts_it(shell: Shell) -> None:
    done = shell.run("run", "Acme", "--wait", "--plain", lines="Ruth Vale\n/go_on\n/end hold later\n")
    assert done.returncode == 0, done.stderr
    assert "/go_on starts it" in done.stdout


def test_a_session_file_cut_in_half_is_named_with_its_place(held: Shell) -> None:
    path = held.sessions / EXAMPLE.name
    path.write_bytes(EXAMPLE.read_bytes()[:700])
    for command in (("show", "latest"), ("resume", "latest", "--plain"), ("cancel", "latest")):
        done = held.run(*command)
        assert done.returncode == 1
        assert f"{EXAMPLE.name}:" in done.stderr
    assert path.read_bytes() == EXAMPLE.read_bytes()[:700]


def test_shell_completion_can_be_installed(shell: Shell) -> None:
    done = shell.run(_SESSION_TUI_COMPLETE="bash_source")
    assert "_session_tui_completion" in done.stdout


def test_cancel_and_its_undo(shell: Shell) -> None:
    shell.run("run", "Acme", "--plain", lines="Ruth\n")
    assert shell.run("cancel", "latest").returncode == 0
    assert json.loads(shell.run("list", "--json").stdout)[0]["status"] == "cancelled"
    assert shell.run("cancel", "latest").returncode == 1
    assert shell.run("cancel", "latest", "--undo").returncode == 0
    assert json.loads(shell.run("list", "--json").stdout)[0]["status"] == "live"


def test_several_are_cancelled_at_once_and_a_wrong_id_cancels_none(shell: Shell) -> None:
    shell.sessions.mkdir(exist_ok=True)
    ids = ["2026-11-09-acme-aaaa", "2026-11-09-carta-bbbb"]
    for id in ids:
        text = f'schema = 1\nid = "{id}"\nstatus = "prepared"\nagenda = "strategy-30"\naccount = "Acme"\n'
        (shell.sessions / f"{id}.toml").write_text(text)
    assert shell.run("cancel", *ids, "zzzz").returncode == 1
    assert all(tomllib.loads(path.read_text())["status"] == "prepared" for path in shell.sessions.glob("*.toml"))
    done = shell.run("cancel", *ids)
    assert done.returncode == 0 and done.stdout.count(" is cancelled.") == 2
    done = shell.run("cancel", *ids)
    assert done.returncode == 1 and done.stderr.count("is cancelled already") == 2


def test_amend_puts_a_wrong_account_right_and_the_file_keeps_its_name(shell: Shell) -> None:
    shell.run("run", "Acne", "--plain", lines="Ruth\n")
    path = shell.only_file()
    assert shell.run("amend", "latest", "--account", "Acme", "--zone", "EMEA").returncode == 0
    assert shell.only_file() == path
    row = json.loads(shell.run("list", "--json").stdout)[0]
    assert (row["account"], row["zone"]) == ("Acme", "EMEA")
    assert shell.run("amend", "latest").returncode == 2
    assert shell.run("amend", "latest", "--account", "").returncode == 2


def test_validate_prints_file_line_column_and_exits_1(held: Shell) -> None:
    path = held.sessions / EXAMPLE.name
    path.write_text(path.read_text().replace("power = 5", "power = 7"))
    done = held.run("validate", str(path), str(TOP / "agendas" / "strategy-30.toml"))
    assert done.returncode == 1
    assert done.stdout == f"{path}:134:9: stakeholders[1].power: 7 is not between 1 and 5\n"
    assert held.run("validate", "none.toml").stdout == "none.toml:1:1: there is no such file\n"


def test_doctor_says_where_things_are_and_why(shell: Shell) -> None:
    found = json.loads(shell.run("doctor", "--json").stdout)
    assert found["sessions"] == {"path": str(shell.sessions), "why": "the folder here", "exists": True, "error": None}
    other = json.loads(shell.run("doctor", "--json", SESSION_TUI_SESSIONS=str(shell.home / "x")).stdout)
    assert other["sessions"]["why"] == "the environment's SESSION_TUI_SESSIONS"
    (shell.home / "session-tui.toml").write_text('sessions = "theirs"\n')
    mine = json.loads(shell.run("doctor", "--json").stdout)
    assert mine["sessions"]["path"] == str(shell.home / "theirs")
    option = json.loads(shell.run("--sessions", "opt", "doctor", "--json").stdout)
    assert option["sessions"]["path"] == str(shell.home / "opt")


def test_a_configuration_with_unknown_keys_and_wrong_types_is_told_and_the_rest_counts(shell: Shell) -> None:
    (shell.home / "session-tui.toml").write_text('name = "Ana Ruiz"\ntheme = "pink"\nsond = true\n')
    done = shell.run("run", "Acme", "--plain", lines="/end hold later\n")
    assert done.returncode == 0
    assert 'theme: "pink" is not one of' in done.stderr
    assert "Did you mean sound?" in done.stderr
    assert json.loads(shell.run("show", "latest", "--json").stdout)["facilitator"] == "Ana Ruiz"


def test_the_facilitator_is_the_attendee_of_that_role(shell: Shell) -> None:
    shell.run("run", "Acme", "--attendee", "Mei Tan:Facilitator", "--plain", lines="/end hold later\n")
    assert json.loads(shell.run("show", "latest", "--json").stdout)["facilitator"] == "Mei Tan"


@pytest.mark.parametrize(
    ("account", "slug"),
    [
        ("../../etc", "etc"),
        ("[red]x[/red]", "red-x-red"),
        ("🙂" * 40, "account"),
        ("Łódź Straße ", "lodz-strasse"),
        ("-rf", "rf"),
    ],
)
def test_an_odd_account_is_a_name_and_never_a_path(shell: Shell, account: str, slug: str) -> None:
    done = shell.run("run", "--plain", "--", account, lines="Ruth\n")
    assert done.returncode == 0, done.stderr
    assert f"-{slug}-" in shell.only_file().name
    assert json.loads(shell.run("list", "--json").stdout)[0]["account"] == account.strip()
    assert shell.run("list").returncode == 0


def test_five_thousand_characters_of_emoji_are_refused_with_a_sentence(shell: Shell) -> None:
    done = shell.run("run", "🙂" * 5000, "--plain", lines="")
    assert done.returncode == 1
    assert "5,000 characters" in done.stderr
    assert list(shell.sessions.iterdir()) == []


def test_a_faulty_agenda_is_named_with_its_place(shell: Shell) -> None:
    (shell.home / "agendas").mkdir()
    (shell.home / "agendas" / "odd.toml").write_text(
        'schema = 1\nname = "odd"\nminutes = 30\n[[parts]]\nkind = "notes"\nminutes = 5\n'
    )
    done = shell.run("run", "Acme", "--agenda", "odd", "--plain", lines="")
    assert done.returncode == 1
    assert "odd.toml:3:11: minutes: 30 is not the sum of the parts, which is 5" in done.stderr
    unknown = shell.run("run", "Acme", "--agenda", "none", "--plain", lines="")
    assert "strategy-30" in unknown.stderr


def test_a_folder_that_cannot_be_written_is_a_sentence_and_what_to_do(shell: Shell) -> None:
    (shell.home / "file").write_text("")
    done = shell.run("--sessions", "file/sessions", "run", "Acme", "--plain", lines="")
    assert done.returncode == 1
    assert "--sessions" in done.stderr


def test_a_pasted_novel_and_binary_rubbish_lose_nothing(shell: Shell) -> None:
    done = shell.run("run", "Acme", "--plain", lines="Ruth\n" + "x" * 50_000 + "\nMia\n\x00\x1b[31m\n")
    assert done.returncode == 1
    assert "50,000 characters" in done.stderr
    names = [each["name"] for each in json.loads(shell.run("show", "latest", "--json").stdout)["stakeholders"]]
    assert names == ["Ruth", "Mia"]


def test_usage_errors_are_2_and_the_version_is_the_packages(shell: Shell) -> None:
    assert shell.run("nonsense").returncode == 2
    assert shell.run("show").returncode == 2
    assert shell.run("--version").stdout == f"session-tui {session_tui.__version__}\n"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("show", "zzzz", "--json"), 1),
        (("list", "--json", "--nope"), 2),
        (("list", "--json", "--csv"), 2),
        (("gate", "Frieght", "--json"), 2),
        (("due", "--json", "--pipeline", "none.csv"), 1),
        (("push", "--json", "zzzz"), 1),
    ],
)
def test_a_program_reads_an_error_as_the_last_line_of_standard_error(
    held: Shell, command: tuple[str, ...], status: int
) -> None:
    held.run("run", "Freight", "--plain", "--new-account", lines='/end hold "x"\n')
    done = held.run(*command)
    assert (done.returncode, done.stdout) == (status, "")
    error = json.loads(done.stderr.splitlines()[-1])
    assert list(error) == ["error", "do", "status"]
    assert error["status"] == status
    assert error["error"] and done.stderr.isascii()
    shown = held.run(*(each for each in command if each != "--json"))
    assert not shown.stderr.startswith("{")


def test_a_list_that_may_lack_a_deal_says_so_to_a_program(shell: Shell) -> None:
    (shell.home / "pipeline.csv").write_text("account,amount,phase\n,1,proposal\nCarta,1,proposal\n")
    shell.sessions.mkdir(exist_ok=True)
    done = shell.run("due", "--json")
    assert [each["account"] for each in json.loads(done.stdout)] == ["Carta"]
    assert json.loads(done.stderr.splitlines()[-1])["error"] == "1 line of the pipeline gave no deal."


def test_the_schemas_of_the_files_can_be_had(shell: Shell) -> None:
    for name in ("session", "agenda", "configuration", "readers"):
        schema = json.loads(shell.run("export-schema", name).stdout)
        assert "$defs" in schema


def test_a_pipe_that_closes_is_no_error(held: Shell) -> None:
    code = f"{sys.executable} -m session_tui list --json | head -c 1"
    command = ["sh", "-c", code]
    done = subprocess.run(command, cwd=held.home, env=held.environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_held_session_is_not_resumed_line_by_line(held: Shell) -> None:
    done = held.run("resume", "latest", "--plain", lines="x\n")
    assert done.returncode == 1
    assert "held" in done.stderr
    assert (held.sessions / EXAMPLE.name).read_bytes() == EXAMPLE.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="a pipe that closes early is told otherwise there")
@pytest.mark.parametrize("command", [("list",), ("value",), ("list", "--json")])
def test_a_reader_who_has_seen_enough_is_no_failure(shell: Shell, command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for number in range(3):
        shell.run("run", f"Account {number}", "--plain", lines="/end hold later\n")
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "session_tui", *command],
            stdout=gone,
            stderr=subprocess.PIPE,
            cwd=shell.home,
            env=shell.environment,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_way_back_to_a_session_elsewhere_can_be_pasted(shell: Shell, tmp_path: Path) -> None:
    there = tmp_path / "a folder"
    done = shell.run("--sessions", str(there), "run", "Acme Freight", "--plain", lines="Ruth Vale\n")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Left live.")]
    words = shlex.split(line.split("Go on with: ")[1])
    assert words[0] == "session-tui"
    again = shell.run(*words[1:], "--plain", lines="/end hold later\n")
    assert again.returncode == 0, again.stderr
    assert "Held." in again.stdout

"""Covers: session_tui.cli.join and what it writes into the configuration.

A command joins a team: the token is in the keyring or shown once, the configuration has one
endpoint more and is the same to the letter otherwise, and what goes wrong is one sentence.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
import rtoml
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from profiles import examples
from program import Program, program
from receiver import Handler, Receiver
from session_tui.cli import join
from session_tui.store.configuration_entry import with_endpoint
from session_tui.store.errors import StoreError
from team_server import PATIENCE, TeamServer

__all__ = ["program"]
pytestmark = pytest.mark.slow

ENDPOINT = {"name": "team", "kind": "team_server", "url": "https://team.example.com/api/v1/sessions"}
OLD = '# mine\nschema   = 1\nname = "Ben Okafor"   # me\n\n[cadence]\ndays = 21'


class Memory(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def memory() -> Iterator[Memory]:
    before, used = keyring.get_keyring(), Memory()
    keyring.set_keyring(used)
    yield used
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamServer]:
    with TeamServer(tmp_path_factory.mktemp("server") / "data") as found:
        yield found


def invited(server: TeamServer, name: str, role: str) -> str:
    done = server.run("invite", name, "--role", role)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def configuration_of(program: Program) -> Path:
    return program.home / ".config" / "session-tui" / "session-tui.toml"


def test_an_invitation_is_enough_and_the_endpoint_works(program: Program, server: TeamServer, memory: Memory) -> None:
    own = configuration_of(program)
    own.parent.mkdir(parents=True)
    own.write_bytes(OLD.replace("\n", "\r\n").encode())
    place = server.url.partition("://")[2]
    done = program.run("join", server.url, "--invitation", invited(server, "Ben Okafor", "member"))
    assert (done.status, done.out) == (0, ""), done.err
    assert "Ben Okafor has joined, as member." in done.err
    written = own.read_bytes()
    assert written.startswith(OLD.replace("\n", "\r\n").encode() + b"\r\n\r\n[[endpoints]]\r\n")
    (endpoint,) = rtoml.loads(written.decode())["endpoints"]
    assert endpoint == {
        "name": "team",
        "kind": "team_server",
        "url": f"{server.url}/api/v1/sessions",
        "secret_keyring": f"session-tui/{place}",
        "sync": True,
        "detail": "shared",
    }
    assert memory.kept["session-tui", place].startswith("stt_")
    assert program.run("endpoint", "test", "team").status == 0
    synced = program.run("sync")
    assert synced.status == 0, synced.err
    # Joined again: another token in the same place, and the configuration stays as it is.
    token = memory.kept["session-tui", place]
    again = program.run(
        "join", f"{server.url}/", "--invitation", "-", lines=f"{invited(server, 'Ben Okafor', 'member')}\n"
    )
    assert again.status == 0 and "was there, and stays as it is" in again.err, again.err
    assert own.read_bytes() == written and memory.kept["session-tui", place] != token
    assert token not in done.err + again.err


def test_a_facilitator_s_endpoint_has_everything_and_one_of_a_folder_is_to_be_trusted(
    program: Program, server: TeamServer, memory: Memory
) -> None:
    found = program.configure('name = "Ana Ruiz"\n')
    done = program.run("join", server.url, "--as", "ours", "--invitation", invited(server, "Ana Ruiz", "facilitator"))
    assert done.status == 0, done.err
    (endpoint,) = rtoml.loads(found.read_text())["endpoints"]
    assert (endpoint["name"], endpoint["detail"]) == ("ours", "full")
    assert 'detail = "shared" there leaves out what is private' in done.err
    assert "session-tui endpoint trust ours" in done.err
    assert program.run("endpoint", "test", "ours").status == 1  # nobody has said yes to it
    assert program.run("endpoint", "trust", "ours", "--yes").status == 0
    assert program.run("endpoint", "test", "ours").status == 0


def test_without_a_keyring_the_token_is_shown_this_once(program: Program, server: TeamServer, memory: Memory) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    done = program.run("join", server.url, "--invitation", invited(server, "Mei Tan", "viewer"))
    assert done.status == 0 and re.fullmatch(r"stt_[0-9a-f]{64}\n", done.out), done.err
    assert "There is no keyring on this machine." in done.err and "SESSION_TUI_TEAM_TOKEN" in done.err
    assert done.out.strip() not in done.err
    with pytest.MonkeyPatch.context() as patch:  # as without the extra `keyring`
        patch.setitem(sys.modules, "keyring", None)
        again = program.run("join", server.url, "--as", "b", "--invitation", invited(server, "Ida", "viewer"))
    assert "its secret is in the keyring" not in again.err.lower()  # nothing is in it
    own = configuration_of(program)
    assert rtoml.loads(own.read_text())["endpoints"][0]["secret_env"] == "SESSION_TUI_TEAM_TOKEN"
    assert done.out.strip() not in own.read_text() and own.stat().st_mode & 0o077 == 0


def test_a_code_is_shown_and_waits_until_it_is_let_in_or_refused(tmp_path: Path, server: TeamServer) -> None:
    for answer, status in ((("Mei Tan", "--role", "coach", "--yes"), 0), (("--refuse",), 3)):
        home = tmp_path / str(status)
        home.mkdir()
        environment = server.environment | {
            "HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        command = [sys.executable, "-m", "session_tui", "join", server.url]
        with subprocess.Popen(
            command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as joining:
            assert joining.stderr is not None
            shown = joining.stderr.readline()
            code = re.fullmatch(rf"Open {re.escape(server.url)}/join and type (\S{{4}}-\S{{4}})\n", shown)
            assert code is not None, shown
            assert server.run("approve", code[1], *answer).returncode == 0
            out, err = joining.communicate(timeout=PATIENCE)
        assert joining.returncode == status, err
        if status:
            assert out == "" and "joining was refused" in err and not list(home.rglob("session-tui.toml"))
        else:
            assert out.startswith("stt_") and "Mei Tan has joined, as coach." in err


def says(status: int, body: object, content: str = "application/json") -> Callable[[Handler], None]:
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda handler: handler.says(status, {"Content-Type": content}, text.encode())


ABOUT = {"server": "session-tui", "api": [1], "time": "2026-11-28T09:00:00Z"}
BEGUN = {"device_code": "d" * 64, "user_code": "7Q2K-M9XD", "expires_in": 600, "interval": 1}


def scripted(**answers: tuple[int, object]) -> Callable[[Handler], None]:
    """A server that answers by the last part of the path."""

    def answer(handler: Handler) -> None:
        status, body = answers[handler.came.path.rpartition("/")[2]]
        if isinstance(body, dict) and body.get("user_code"):
            body = body | {"verification_uri": f"http://{handler.headers['Host']}/join"} | body
        says(status, body)(handler)

    return answer


GREETED = {"api": (200, ABOUT), "device": (200, BEGUN)}
DENIED = {"error": "access_denied"}


@pytest.mark.parametrize(
    ("answer", "words", "status"),
    [
        (says(200, "<html>hello</html>", "text/html"), "there is no team server at this address", 1),
        (says(404, {"title": "no"}), "there is no team server at this address", 1),
        (says(200, {"server": "another", "api": [1]}), "there is no team server at this address", 1),
        (says(200, {"server": "session-tui", "api": [2, 3]}), "is of a newer version than this program", 1),
        (says(200, "{" * 100_000), "there is no team server at this address", 1),
        (lambda handler: handler.resets(), "broke off the connection", 1),
        (scripted(api=(200, ABOUT), device=(200, {"user_code": 5})), "no team server of this version does", 1),
        (scripted(api=(200, ABOUT), device=(429, {})), "too many computers wait", 1),
        (scripted(**GREETED, token=(400, {"error": "expired_token"})), "the code has expired", 1),
        (scripted(**GREETED, token=(400, DENIED)), "joining was refused", 3),
        (scripted(**GREETED, token=(200, {"access_token": "x"})), "no team server of this version does", 1),
        (scripted(**GREETED, approval=(400, DENIED)), "the invitation is not valid", 1),
        (
            scripted(**GREETED, approval=(400, DENIED | {"error_description": "name-taken"})),
            "a person of this name",
            1,
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_changes_nothing(
    program: Program, memory: Memory, answer: Callable[[Handler], None], words: str, status: int
) -> None:
    with Receiver(answer) as receiver:
        more = ("--invitation", "AAAAA-AAAAA") if "invitation" in words or "person" in words else ()
        done = program.run("join", f"http://127.0.0.1:{receiver.port}", *more)
    assert done.status == status and words in done.err, done.err
    assert "Traceback" not in done.err and done.out == ""
    assert not configuration_of(program).exists() and memory.kept == {}


def test_a_page_of_another_server_is_not_shown(program: Program, memory: Memory) -> None:
    other = BEGUN | {"verification_uri": "https://evil.example/join"}
    with Receiver(scripted(api=(200, ABOUT), device=(200, other), token=(400, DENIED))) as receiver:
        done = program.run("join", f"http://127.0.0.1:{receiver.port}/team/")
    assert "evil" not in done.err and f"Open http://127.0.0.1:{receiver.port}/team/join and type" in done.err


def test_a_keyring_that_does_not_answer_keeps_no_one_waiting(
    program: Program, server: TeamServer, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    class Locked(Memory):
        """Waits for a password that is not typed."""

        def set_password(self, service: str, username: str, password: str) -> None:
            over.wait(PATIENCE)

    keyring.set_keyring(Locked())
    monkeypatch.setattr(join, "_KEYRING", 0.2)
    done = program.run("join", server.url, "--invitation", invited(server, "Mei Tan", "viewer"))
    over.set()
    assert done.status == 0 and done.out.startswith("stt_"), done.err
    assert "The keyring has not answered" in done.err


@pytest.mark.parametrize(
    "url", ["ftp://team.example.com", "https://", "https://a b", "http://team.example.com", "https://u:p@x"]
)
def test_a_wrong_address_is_wrong_usage(program: Program, url: str) -> None:
    done = program.run("join", url)
    assert done.status == 2 and "URL" in done.err and "p@x" not in done.err.replace(url, "")


def test_nothing_listens_there(program: Program) -> None:
    done = program.run("join", "http://127.0.0.1:9")
    assert done.status == 1 and "refuses the connection: nothing listens there" in done.err


def test_a_name_that_another_endpoint_has_is_refused_before_anything_is_asked(
    program: Program, server: TeamServer, memory: Memory
) -> None:
    program.configure('[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "https://hooks.example/x"\n')
    done = program.run("join", server.url, "--invitation", "x")
    assert done.status == 1 and 'it has an endpoint "team" already' in done.err


def test_a_configuration_that_takes_no_lines_is_left_and_the_lines_are_shown(
    program: Program, server: TeamServer, memory: Memory
) -> None:
    text = 'endpoints = [{name = "x", kind = "webhook", url = "https://hooks.example/x"}]\n'
    found = program.configure(text)
    before = found.read_bytes()
    done = program.run("join", server.url, "--invitation", invited(server, "Ben Okafor", "member"))
    assert done.status == 1 and "no endpoint can be added at its end" in done.err
    assert found.read_bytes() == before and 'name = "team"' in done.err and len(memory.kept) == 1


@examples(200)
@given(
    st.dictionaries(st.sampled_from(["name", "agendas", "plans"]), st.text(max_size=20)),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["", "# a remark", "[cadence]\ndays = 3", '[[people]]\nname = "Ben"', "[[endpoints]]\nname = 'x'"]),
)
def test_lines_are_added_and_nothing_before_them_changes(
    values: dict[str, str], newline: str, ended: bool, tail: str
) -> None:
    text = "schema = 1\n" + rtoml.dumps(values) + tail + ("\n" if ended else "")
    content = text.replace("\n", newline).encode()
    try:
        made = with_endpoint(content, ENDPOINT, Path("session-tui.toml"))
    except StoreError:
        return  # what is no TOML with other line ends stays as it is
    assert made.startswith(content)
    before, after = rtoml.loads(content.decode()), rtoml.loads(made.decode())
    assert after["endpoints"] == [*before.get("endpoints", []), ENDPOINT]
    assert {key: value for key, value in after.items() if key != "endpoints"} == {
        key: value for key, value in before.items() if key != "endpoints"
    }

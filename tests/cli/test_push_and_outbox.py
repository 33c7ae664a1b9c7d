"""Covers: session_tui.cli.push, session_tui.cli.outbox and session_tui.cli.endpoint.

`push`, `outbox`, `endpoint` as real processes against a real receiver: what leaves, waits, and
never leaves.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from cli.test_commands import Shell
from cli.test_due_and_gate import hold
from receiver import Receiver, free_port
from session_tui.model.session import ActionItem, Stakeholder

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RUTH = Stakeholder(id="s1", name="Ruth Vale", title="CFO", power=5, support=-1, pain="costs are up")
CALL = ActionItem(id="t1", text="Call Ruth", owner="Ben Okafor")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    made = Shell(tmp_path)
    made.environment |= {"SESSION_TUI_TEAM_SECRET": SECRET, "SESSION_TUI_BEHIND": "0"}
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def endpoints(*more: str, url: str, kind: str = "webhook") -> str:
    lines = ['name = "team"', f'kind = "{kind}"', f'url = "{url}"', *more]
    return "schema = 1\n[[endpoints]]\n" + "\n".join(lines) + "\n"


def of_the_user(shell: Shell, text: str) -> None:
    """The user's own configuration, which needs no yes."""
    folder = shell.home / "config" / "session-tui"
    folder.mkdir(parents=True)
    (folder / "session-tui.toml").write_text(text)


def of_the_folder(shell: Shell, text: str) -> None:
    (shell.home / "session-tui.toml").write_text(text)


SIGNED = 'secret_env = "SESSION_TUI_TEAM_SECRET"'


def test_a_session_is_pushed_signed_and_shared_and_once(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(SIGNED, url=receiver.url))
    held = hold(shell, 7, stakeholders=(RUTH,), action_items=(CALL,))
    done = shell.run("push", held)
    assert (done.returncode, done.stdout, done.stderr) == (0, "team: delivered\n", "")
    (came,) = receiver.requests
    told = Webhook(SECRET).verify(came.body.decode(), came.headers)
    assert (told["type"], told["data"]["id"], told["data"]["detail"]) == ("session.held", held, "shared")
    assert b"costs are up" not in came.body
    assert came.headers["idempotency-key"] == came.headers["webhook-id"]
    assert shell.run("push", held).stdout == "team: delivered\n"
    assert len(receiver.requests) == 1


def test_a_change_is_pushed_as_an_update_to_whoever_had_the_session(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(SIGNED, "push_on_end = true", url=receiver.url))
    held = hold(shell, 7, action_items=(CALL,))
    assert shell.run("push", held).returncode == 0
    done = shell.run("done", f"{held}:t1", "she agreed")
    assert "On its way to team" in done.stderr
    assert shell.run("outbox", "retry").stdout == "team: delivered\n"
    assert [json.loads(each.body)["type"] for each in receiver.requests] == ["session.held", "session.updated"]
    assert len(receiver.ids) == 2


def test_a_hand_over_of_many_sessions_is_told_of_in_one_line(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints("push_on_end = true", url=receiver.url))
    for days, account in ((7, "Acme Freight"), (8, "Borealis Foods")):
        assert shell.run("push", hold(shell, days, account, action_items=(CALL,))).returncode == 0
    done = shell.run("handover", "ben", "--to", "Mei Tan")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("On its way to team") == 1
    assert shell.run("outbox", "retry").returncode == 0
    told = [json.loads(each.body) for each in receiver.requests]
    assert [each["type"] for each in told[2:]] == ["session.updated"] * 2
    assert {each["data"]["action_items"][0]["owner"] for each in told[2:]} == {"Mei Tan"}


def test_two_versions_put_together_are_told_to_whoever_had_one(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints("push_on_end = true", url=receiver.url))
    held = hold(shell, 7, headline="Ours")
    assert shell.run("push", held).returncode == 0
    path = shell.sessions / f"{held}.toml"
    path.with_name(f"{held} (conflicted copy).toml").write_text(path.read_text().replace("Ours", "Theirs"))
    merged = shell.run("merge", held, "--keep", "theirs")
    assert (merged.returncode, "On its way to team" in merged.stderr) == (0, True)
    assert shell.run("outbox", "retry").returncode == 0
    assert json.loads(receiver.requests[-1].body)["data"]["headline"] == "Theirs"


def test_a_session_that_ends_is_pushed_where_that_is_configured(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(SIGNED, "push_on_end = true", url=receiver.url))
    lines = 't> Call Ruth @ben due:fri\n/end pursue "Winnable"\n'
    # The process behind the program is a real one here: it sends and ends.
    done = shell.run("run", "Acme Freight", "--plain", lines=lines, SESSION_TUI_BEHIND="20")
    assert done.returncode == 0
    assert "On its way to team; session-tui outbox tells how it went." in done.stdout
    receiver.comes(1)
    assert json.loads(receiver.requests[0].body)["data"]["headline"] == "Winnable"


def test_two_endpoints_of_one_name_get_nothing_into_the_outbox(shell: Shell, receiver: Receiver) -> None:
    one = endpoints(SIGNED, url=receiver.url)
    of_the_user(shell, one + one.removeprefix("schema = 1\n").replace(receiver.url, f"{receiver.url}/other"))
    done = shell.run("push", hold(shell, 7))
    assert done.returncode == 1
    assert "2 endpoints are called team" in done.stderr
    assert shell.run("outbox", "--json").stdout.strip() == "[]"
    assert receiver.requests == []


def test_without_a_secret_a_session_that_ends_waits_for_it(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(SIGNED, "push_on_end = true", url=receiver.url))
    shell.environment["SESSION_TUI_TEAM_SECRET"] = ""
    done = shell.run("run", "Acme Freight", "--plain", lines='/end hold "later"\n')
    assert "On its way to team" in done.stdout
    (waits,) = json.loads(shell.run("outbox", "--json").stdout)
    assert waits["state"] == "waiting"
    tried = shell.run("outbox", "retry")
    assert "the variable SESSION_TUI_TEAM_SECRET that holds its secret is not set" in tried.stdout
    assert receiver.requests == []
    shell.environment["SESSION_TUI_TEAM_SECRET"] = SECRET
    assert shell.run("outbox", "retry").stdout == "team: delivered\n"


def test_what_does_not_arrive_waits_and_is_tried_again(shell: Shell) -> None:
    port = free_port()
    of_the_user(shell, endpoints(url=f"http://127.0.0.1:{port}/hook"))
    held = hold(shell, 7)
    done = shell.run("push", held)
    assert done.returncode == 0
    assert done.stdout.startswith(f"team: waits: 127.0.0.1:{port} refuses the connection")
    assert "; tried again " in done.stdout
    listed = shell.run("outbox", COLUMNS="200")
    assert held in listed.stdout and "refuses the connection" in listed.stdout
    (one,) = json.loads(shell.run("outbox", "--json").stdout)
    assert (one["attempts"], one["state"], one["endpoint"]) == (1, "waiting", "team")
    assert shell.run("outbox", "drop", one["id"][:12]).returncode == 0
    assert json.loads(shell.run("outbox", "--json").stdout) == []
    assert "The outbox is empty." in shell.run("outbox").stderr


def test_a_no_is_told_with_the_receivers_reason_and_is_a_failure(shell: Shell) -> None:
    problem = json.dumps({"title": "Too old", "detail": "Sessions of \x1b[31mlast year are closed"}).encode()
    with Receiver(lambda h: h.says(422, {"Content-Type": "application/problem+json"}, problem)) as receiver:
        of_the_user(shell, endpoints(url=receiver.url))
        done = shell.run("push", hold(shell, 7))
    assert done.returncode == 1
    assert "team: rejected: " in done.stdout
    assert "last year are closed" in done.stdout
    assert "\x1b" not in done.stdout


def test_an_endpoint_that_came_with_the_folder_gets_nothing_before_the_yes(shell: Shell, receiver: Receiver) -> None:
    of_the_folder(shell, endpoints(SIGNED, "push_on_end = true", url=receiver.url))
    held = hold(shell, 7)
    for asked in (("push", held), ("push", held, "--to", "team"), ("endpoint", "test", "team")):
        done = shell.run(*asked)
        assert done.returncode == 1
        assert "session-tui endpoint trust team shows what it is, and asks." in done.stderr
    ended = shell.run("run", "Acme Freight", "--plain", lines='/end hold "later"\n')
    assert ended.returncode == 0
    assert 'Not pushed: endpoint "team"' in ended.stdout
    assert receiver.requests == []
    no = shell.run("endpoint", "trust", "team")
    assert no.returncode == 1
    assert receiver.url in no.stderr and "SESSION_TUI_TEAM_SECRET" in no.stderr
    assert shell.run("endpoint", "trust", "team", "--yes").returncode == 0
    assert shell.run("push", held).stdout == "team: delivered\n"
    # All of a session is more than the yes was for.
    more = shell.run("push", held, "--detail", "full")
    assert more.returncode == 1
    assert "you have not said yes" in more.stderr


def test_a_folder_cannot_name_any_variable_it_likes(shell: Shell, receiver: Receiver) -> None:
    of_the_folder(shell, endpoints('secret_env = "AWS_ACCESS_KEY_ID"', url=receiver.url))
    shell.environment["AWS_ACCESS_KEY_ID"] = "AKIA-very-private"
    held = hold(shell, 7)
    shell.run("endpoint", "trust", "team", "--yes")
    done = shell.run("push", held)
    assert done.returncode == 1
    assert "only a variable with SECRET or TOKEN in its name is read" in done.stderr
    assert "very-private" not in done.stderr + done.stdout
    assert receiver.requests == []


def test_a_preview_shows_exactly_what_leaves_and_sends_nothing(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(url=receiver.url))
    held = hold(shell, 7, stakeholders=(RUTH,))
    shown = shell.run("push", held, "--preview")
    assert receiver.requests == []
    shell.run("push", held)
    assert shown.stdout.rstrip("\n").encode() == receiver.requests[0].body


def test_several_sessions_are_pushed_at_once(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(url=receiver.url))
    ids = [hold(shell, 7), hold(shell, 8, "Carta")]
    assert shell.run("push", *ids, "zzzz").returncode == 1
    assert receiver.requests == []
    assert shell.run("push", *ids).returncode == 0
    assert len(receiver.requests) == 2


def test_a_test_message_is_harmless_and_explained(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(SIGNED, url=receiver.url))
    hold(shell, 7, stakeholders=(RUTH,))
    done = shell.run("endpoint", "test", "team")
    assert (done.returncode, done.stdout) == (0, "team: the test arrived (204). It was signed.\n")
    assert b"Ruth" not in receiver.requests[0].body
    receiver.answer = lambda handler: handler.says(401)
    refused = shell.run("endpoint", "test", "team")
    assert refused.returncode == 1
    assert "Is the secret the one that the receiver knows?" in refused.stderr


def test_an_address_that_is_gone_is_switched_off_until_a_test_arrives(shell: Shell, receiver: Receiver) -> None:
    of_the_user(shell, endpoints(url=receiver.url))
    held = hold(shell, 7)
    receiver.answer = lambda handler: handler.says(410)
    assert shell.run("push", held).returncode == 1
    again = shell.run("push", held)
    assert "is switched off" in again.stderr
    assert len(receiver.requests) == 1
    listed = shell.run("outbox")
    assert "Switched off, since it said that it is gone: team" in listed.stderr
    assert "/hook" not in listed.stderr + listed.stdout
    receiver.answer = lambda handler: handler.says(204)
    assert shell.run("endpoint", "test", "team").returncode == 0
    assert shell.run("push", held).stdout == "team: delivered\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not a url", "is not a web address"),
        ("http://hooks.example/x", "is http, which anybody on the way can read"),
        ("https://ana:pw@hooks.example/x", "it has a name or password in it"),
    ],
)
def test_an_endpoint_that_is_no_address_is_a_sentence(shell: Shell, url: str, said: str) -> None:
    of_the_user(shell, endpoints(url=url))
    done = shell.run("push", hold(shell, 7))
    assert done.returncode == 1
    assert said in done.stderr
    assert "pw" not in done.stderr


def test_what_is_not_there_is_said_with_what_is(shell: Shell) -> None:
    held = hold(shell, 7)
    assert "it has no endpoints" in shell.run("push", held).stderr
    of_the_user(shell, endpoints(url="https://hooks.example/x"))
    none = shell.run("push", held, "--to", "channel")
    assert (none.returncode, "there is no endpoint channel. Known are team." in none.stderr) == (2, True)
    assert "there is no x in the outbox" in shell.run("outbox", "drop", "x").stderr
    assert shell.run("endpoint").stdout == "team: webhook, shared; ready\n"


def test_a_secret_is_stored_in_the_keyring_or_its_variable_is_named(shell: Shell) -> None:
    of_the_user(shell, endpoints(SIGNED, url="https://hooks.example/x"))
    assert "set SESSION_TUI_TEAM_SECRET" in shell.run("endpoint", "secret", "team").stdout
    (shell.home / "config" / "session-tui" / "session-tui.toml").write_text(
        endpoints('secret_keyring = "session-tui/team"', url="https://hooks.example/x")
    )
    none = shell.run(
        "endpoint", "secret", "team", lines="s3cret\n", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
    )
    assert none.returncode == 1
    assert "there is no keyring on this machine" in none.stderr
    assert "s3cret" not in none.stderr + none.stdout


@pytest.mark.parametrize("state", ["x" * 300, "file/state"])
def test_a_state_folder_that_cannot_be_is_a_sentence_and_the_session_is_held(shell: Shell, state: str) -> None:
    of_the_user(shell, endpoints("push_on_end = true", url="https://hooks.example/x"))
    (shell.home / "file").write_text("mine")
    where = {"SESSION_TUI_STATE": str(shell.home / state)}
    ended = shell.run("run", "Acme Freight", "--plain", lines='/end hold "later"\n', **where)
    assert (ended.returncode, "Held. " in ended.stdout, "Not pushed: " in ended.stdout) == (0, True, True)
    for asked in (("push",), ("outbox",), ("endpoint",)):
        said = shell.run(*asked, **where)
        assert str(shell.home / state)[:40] in said.stdout + said.stderr
        assert "should not have happened" not in said.stderr

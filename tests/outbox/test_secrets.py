"""Covers: session_tui.outbox.secrets.

Secrets come from the named variable or keyring, and are never shown.
"""

import base64
import copy
import logging
import pickle
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import keyring
import msgspec
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from receivers import endpoint
from session_tui.outbox.secrets import Secret, keep_secret, secret_of
from session_tui.store.errors import StoreError

WEBHOOK = "whsec_" + base64.b64encode(b"hunter2" * 4).decode()
VARIABLE = "SESSION_TUI_TEAM_SECRET"


class Memory(KeyringBackend):
    """A keyring of the library's own kind, that lasts as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Locked(Memory):
    """A keyring whose owner did not unlock it, with an error that says more than it should."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("could not unlock hunter2")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"could not store {password}")


class Forgetful(Memory):
    """A keyring that is switched off: it takes everything and has nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return None


def no_keyring() -> KeyringBackend:
    """What the library has where a machine has none."""
    return NoKeyring()  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def memory() -> Iterator[Memory]:
    before, used = keyring.get_keyring(), Memory()
    keyring.set_keyring(used)
    yield used
    keyring.set_keyring(before)


def refused(environment: dict[str, str] | None = None, **values: Any) -> str:
    with pytest.raises(StoreError) as caught:
        secret_of(endpoint(**values), environment or {})
    return str(caught.value)


def test_a_secret_comes_from_the_variable_that_is_named() -> None:
    found = secret_of(endpoint(secret_env=VARIABLE), {VARIABLE: f" {WEBHOOK}\n", "OTHER_SECRET": "x"})
    assert found.reveal() == WEBHOOK


def test_a_web_hook_without_a_secret_is_no_fault_and_a_chat_has_its_own_in_the_address() -> None:
    assert not secret_of(endpoint(), {})
    for kind in ("slack", "teams"):
        assert not secret_of(endpoint(kind, secret_env="AWS_SECRET_ACCESS_KEY"), {"AWS_SECRET_ACCESS_KEY": "x"})


@pytest.mark.parametrize(
    "name", ["HOME", "PATH", "AWS_ACCESS_KEY_ID", "DATABASE_URL", "MY SECRET", "A=SECRET", "sécret"]
)
def test_only_a_variable_that_says_it_is_a_secret_is_read(name: str) -> None:
    said = refused({name: "hunter2"}, secret_env=name)
    assert said.startswith(f'endpoint "team": "{name}" is not a name of a secret') and "hunter2" not in said


@pytest.mark.parametrize("name", ["TEAM_SECRET", "TEAM_TOKEN", "team_token", "SECRETS_OF_TEAM"])
def test_a_variable_with_secret_or_token_in_its_name_is_read(name: str) -> None:
    assert secret_of(endpoint(secret_env=name), {name: "words"}).reveal() == "words"


def test_a_missing_secret_is_reported_with_what_to_do() -> None:
    assert refused(secret_env=VARIABLE) == (
        f'endpoint "team": the variable {VARIABLE} that holds its secret is not set. Set {VARIABLE}.'
    )
    assert refused({VARIABLE: " "}, secret_env=VARIABLE).endswith(f"Set {VARIABLE}.")
    assert refused(kind="team_server") == (
        'endpoint "team": a team server wants a token, and none is named. Name it with secret_env.'
    )
    with pytest.MonkeyPatch.context() as patch:  # as without the extra `keyring`
        patch.setitem(sys.modules, "keyring", None)
        without = refused(secret_keyring="session-tui/team")
        assert without.startswith('endpoint "team": this installation cannot open the keyring. ')
    assert refused(secret_keyring="session-tui/team") == (
        'endpoint "team": the keyring has no "session-tui/team". session-tui endpoint secret team stores it.'
    )


@pytest.mark.parametrize("entry", ["team", "/team", "session-tui/", "/"])
def test_an_entry_of_the_keyring_is_a_service_and_a_name(entry: str) -> None:
    assert refused(secret_keyring=entry).endswith('Write secret_keyring as "service/name".')


def test_a_secret_that_is_kept_is_found_again_and_its_name_may_have_slashes(memory: Memory) -> None:
    named = endpoint(secret_keyring="session-tui/acme/team")
    keep_secret(named, f"{WEBHOOK}\n")
    assert memory.kept == {("session-tui", "acme/team"): WEBHOOK}
    assert secret_of(named, {}).reveal() == WEBHOOK
    both = endpoint(secret_keyring="session-tui/acme/team", secret_env=VARIABLE)
    assert secret_of(both, {VARIABLE: "from the variable"}).reveal() == "from the variable"
    assert secret_of(both, {}).reveal() == WEBHOOK


def test_a_secret_that_cannot_be_stored_is_reported_without_its_text() -> None:
    named = endpoint(secret_keyring="session-tui/team")
    for used, what in (
        (Locked(), "the keyring refuses (KeyringLocked)"),
        (Forgetful(), "the keyring took the secret and does not have it"),
        (no_keyring(), "there is no keyring on this machine"),
    ):
        keyring.set_keyring(used)
        with pytest.raises(StoreError) as caught:
            keep_secret(named, "hunter2")
        assert what in str(caught.value) and 'secret_env = "SESSION_TUI_TEAM_SECRET"' in str(caught.value)
        assert "hunter2" not in "".join(traceback.format_exception(caught.value)).replace('"hunter2")', "")
    keyring.set_keyring(Locked())
    assert "hunter2" not in refused(secret_keyring="session-tui/team")
    keyring.set_keyring(no_keyring())
    assert "Set TEAM_TOKEN instead." in refused(secret_keyring="session-tui/team", secret_env="TEAM_TOKEN")


def test_an_endpoint_without_an_entry_is_reported_with_what_to_write() -> None:
    with pytest.raises(
        StoreError, match='Write secret_keyring = "session-tui/team" into the configuration, or set X_SE'
    ):
        keep_secret(endpoint(secret_env="X_SECRET"), "hunter2")
    with pytest.raises(StoreError, match="the secret is empty"):
        keep_secret(endpoint(secret_keyring="session-tui/team"), " \n")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert " keyring adds that" in refused(secret_keyring="session-tui/team")


@pytest.mark.parametrize("value", ["hunter2 x", "hunter2\r\nX-Evil: 1", "hunter2é"])
def test_a_token_that_no_header_can_hold_is_refused_without_it(value: str) -> None:
    said = refused({VARIABLE: value}, kind="team_server", secret_env=VARIABLE)
    assert "its token has a space or another character" in said and "hunter2" not in said


@pytest.mark.parametrize("value", ["whsec_", "whsec_hunter2!", "whsec_a", "whsec_!!!!aHVudGVy"])
def test_a_signing_secret_that_is_no_base64_is_refused_without_it(value: str) -> None:
    said = refused({VARIABLE: value}, secret_env=VARIABLE)
    assert "begins with whsec_, and the rest is not base64" in said and "hunter2" not in said
    with pytest.raises(StoreError, match="not base64"):
        keep_secret(endpoint(secret_keyring="session-tui/team"), value)


def test_a_secret_is_hidden_wherever_it_is_printed(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret("hunter2")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").debug("%s %r %s", secret, secret, [secret])
    shown = f"{secret} {secret!r} {secret:>20} {[secret]} {secret!s} {caplog.text}" + "%s" % secret  # noqa: UP031
    assert "hunter2" not in shown and "Secret(…)" in shown
    assert repr(Secret()) == "Secret()" and not Secret() and secret
    for write in (pickle.dumps, copy.deepcopy, msgspec.json.encode):
        with pytest.raises(TypeError):
            write(secret)

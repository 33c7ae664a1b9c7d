"""Covers: session_tui.outbox.trust.

Promise 5: an endpoint from a folder is used after one confirmation, for exactly the confirmed use.
"""

import stat
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from receivers import NOW, endpoint
from session_tui.model.vocabulary import EndpointKind
from session_tui.outbox.trust import needs_trust, question, revoke, trust, trusted
from session_tui.store import paths, toml
from session_tui.store.errors import StoreError

ASKED: dict[str, Any] = {"url": "https://team.example/hook?a=1", "secret_env": "TEAM_SECRET"}
OTHERS: list[dict[str, Any]] = [
    {"url": "http://localhost/hook?a=1"},
    {"url": "https://team.example.evil.example/hook?a=1"},
    {"url": "https://team.example:8443/hook?a=1"},
    {"url": "https://team.example/other?a=1"},
    {"url": "https://team.example/hook?a=2"},
    {"url": "https://team.example/Hook?a=1"},
    {"kind": "team_server"},
    {"secret_env": "GITHUB_TOKEN"},
    {"secret_env": ""},
    {"secret_keyring": "session-tui/other"},
    {"secret_env": "", "secret_keyring": "TEAM_SECRET"},
    {"detail": "full"},
]
SAME: list[dict[str, Any]] = [
    {},
    {"name": "another name"},
    {"push_on_end": True},
    {"url": "HTTPS://TEAM.example:443/hook?a=1#x"},
]


@pytest.mark.parametrize("changes", OTHERS, ids=str)
def test_a_yes_is_for_exactly_this_address_kind_secret_and_detail(state: Path, changes: dict[str, Any]) -> None:
    trust(state, endpoint(**ASKED), NOW)
    assert trusted(state, endpoint(**ASKED)) and not trusted(state, endpoint(**(ASKED | changes)))


@pytest.mark.parametrize("changes", SAME, ids=str)
def test_a_yes_is_asked_for_once(state: Path, changes: dict[str, Any]) -> None:
    assert not trusted(state, endpoint(**ASKED))
    trust(state, endpoint(**ASKED), NOW)
    assert trusted(state, endpoint(**(ASKED | changes)))


def test_a_yes_to_all_of_a_session_is_one_to_what_is_shared_of_it(state: Path) -> None:
    trust(state, endpoint(**ASKED, detail="full"), NOW)
    assert trusted(state, endpoint(**ASKED))


def test_a_yes_can_be_taken_back_and_leaves_the_others(state: Path) -> None:
    other = endpoint("slack")
    assert not revoke(state, endpoint(**ASKED))
    for each in (endpoint(**ASKED), endpoint(**(ASKED | {"secret_env": "OTHER_TOKEN"})), other):
        trust(state, each, NOW)
    assert revoke(state, endpoint(**ASKED)) and not trusted(state, endpoint(**ASKED))
    assert not trusted(state, endpoint(**(ASKED | {"secret_env": "OTHER_TOKEN"}))) and trusted(state, other)
    assert revoke(state, other) and not trusted(state, other)


def test_it_is_remembered_for_the_user_alone_and_without_what_may_be_a_signature(state: Path) -> None:
    signed = endpoint("teams", url="https://flow.example/run?sig=hunter2")
    trust(state, signed, NOW)
    trust(state, signed, NOW)
    path = state / "trusted.toml"
    text = path.read_text(encoding="utf-8")
    assert "hunter2" not in text and len(toml.parse(text.encode())["endpoints"]) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(state.stat().st_mode) == 0o700
    assert 'address = "https://flow.example/…"' in text and "/run" not in text


def test_a_broken_or_newer_file_is_reported_and_trusts_no_endpoint(state: Path) -> None:
    trust(state, endpoint(**ASKED), NOW)
    path = state / "trusted.toml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("schema = 1", "schema = 2"), encoding="utf-8")
    with pytest.raises(StoreError, match="a newer version of this program wrote it"):
        trust(state, endpoint("slack"), NOW)
    path.write_text(sound.replace('kind = "webhook"', 'kind = "fax"'), encoding="utf-8")
    for ask in (lambda: trusted(state, endpoint(**ASKED)), lambda: trust(state, endpoint("slack"), NOW)):
        with pytest.raises(StoreError, match=r"trusted\.toml:\d+:\d+: endpoints\[1\]\.kind: "):
            ask()
    assert "fax" in path.read_text(encoding="utf-8"), "it is as it was"


def test_what_a_newer_version_wrote_beside_is_kept(state: Path) -> None:
    trust(state, endpoint(**ASKED), NOW)
    path = state / "trusted.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'remark = "mine"\n', encoding="utf-8")
    trust(state, endpoint("slack"), NOW)
    assert 'remark = "mine"' in path.read_text(encoding="utf-8") and trusted(state, endpoint(**ASKED))


@pytest.mark.parametrize(
    ("where", "needed"), [("here", True), ("above", True), ("option", False), ("variable", False), ("own", False)]
)
def test_only_what_came_with_a_folder_needs_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, needed: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    clone = tmp_path / "clone" / "deeper"
    clone.mkdir(parents=True)
    file = {
        "here": clone / paths.CONFIG_NAME,
        "above": clone.parent / paths.CONFIG_NAME,
        "own": platformdirs.PlatformDirs("session-tui", appauthor=False).user_config_path / paths.CONFIG_NAME,
    }.get(where, clone / paths.CONFIG_NAME)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("schema = 1\n", encoding="utf-8")
    environment = {"SESSION_TUI_CONFIG": str(file)} if where == "variable" else {}
    found = paths.find(clone, environment, config=file if where == "option" else None)
    assert found.config and found.config.path == file
    assert needs_trust(found) is needed


def test_without_a_configuration_nothing_needs_a_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert not needs_trust(paths.find(tmp_path, {}))


def test_what_is_asked_names_where_to_and_what_with() -> None:
    assert question(endpoint(url="https://аcme.example/x?sig=hunter2", secret_env="TEAM_SECRET")) == (
        "Send what is shared of a session to https://xn--cme-5cd.example/x?… (webhook), "
        "with the secret of the variable TEAM_SECRET?"
    )
    everything = question(endpoint("slack", secret_keyring="a/b", detail="full"))
    assert everything == (
        "Send all of a session to https://slack.example/… (slack), with the secret of the keyring's a/b?"
    )
    assert question(endpoint()).endswith("(webhook), without a secret?")


def test_an_address_that_is_none_is_never_trusted(state: Path) -> None:
    with pytest.raises(StoreError, match="its url is not a web address"):
        trusted(state, endpoint(url="nowhere"))


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_yes_of_an_older_file_holds_and_its_address_goes_with_the_next_one(state: Path, kind: EndpointKind) -> None:
    chat = endpoint(kind, url="https://chat.example/services/T0/hunter2?x=1")
    trust(state, chat, NOW)
    path = state / "trusted.toml"
    whole = path.read_text(encoding="utf-8").replace("chat.example/…", "chat.example/services/T0/hunter2?…")
    path.write_text(whole, encoding="utf-8")
    assert trusted(state, chat) and "hunter2" in path.read_text(encoding="utf-8")
    trust(state, endpoint(**ASKED), NOW)
    text = path.read_text(encoding="utf-8")
    assert trusted(state, chat) and "hunter2" not in text and "https://team.example/hook?…" in text
    assert revoke(state, chat) and not trusted(state, chat)

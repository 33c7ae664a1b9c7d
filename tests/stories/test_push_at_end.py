"""Covers: session_tui.outbox.service at the end of a session.

A session that ends on the full screen is sent once, although the program ends at the same time.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver import Handler, Receiver
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.store import Outbox

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from stories.test_real_terminal import program

pytestmark = pytest.mark.slow

ENDPOINT = 'schema = 1\n[[endpoints]]\nname = "channel"\nkind = "slack"\nurl = "{url}"\npush_on_end = true\n'


def slowly(handler: Handler) -> None:
    """As a chat does: it has the message, and answers when the program is gone."""
    handler.server.receiver.over.wait(1.0)
    handler.says(200)


@pytest.fixture
def channel() -> Iterator[Receiver]:
    with Receiver(slowly) as found:
        yield found


def settled(home: Path) -> OutboxMessage:
    """The one message, once it is sent."""
    outbox, turn = Outbox(home / "state" / "outbox"), threading.Event()
    for _ in range(400):
        (one,) = outbox.sound()
        if one.state != "waiting":
            return one
        turn.wait(0.05)
    raise AssertionError("it still waits")


def configured(home: Path, url: str) -> str:
    (home / "own.toml").write_text(ENDPOINT.format(url=url))
    return str(home / "own.toml")


def test_a_chat_is_told_once_of_a_session_whose_screen_closes_at_once(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "30")
    with program(tmp_path, "--config", configured(tmp_path, channel.url), "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.leaves()
        terminal.waits_for(lambda text: "On its way to channel; session-tui outbox tells how it went." in text)
        assert terminal.ends() == 0
    delivered = settled(tmp_path)
    assert (delivered.state, delivered.attempts) == ("delivered", 1)
    assert len(channel.requests) == 1


def test_a_session_held_from_the_library_is_sent_while_the_library_is_open(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "0")
    config = configured(tmp_path, channel.url)
    with program(tmp_path, "--config", config, "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("/leave\r")
        terminal.waits_for(lambda text: "Leave this session?" in text)
        terminal.types("l")
        terminal.ends()
    with program(tmp_path, "--config", config) as terminal:
        terminal.waits_for(lambda text: "Acme Freight" in text)
        terminal.types("r")
        terminal.waits_for(lambda text: "❯" in text and "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        terminal.rests()
        terminal.types("/library\r")
        terminal.waits_for(lambda text: "Held. " in text)
        assert settled(tmp_path).state == "delivered"
    assert len(channel.requests) == 1


def test_a_window_closed_over_the_last_screen_still_sends(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "30")
    with program(tmp_path, "--config", configured(tmp_path, channel.url), "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        assert not (tmp_path / "state" / "outbox").exists(), "nothing is sent while it can be opened again"
        terminal.hangs_up()
        terminal.ends()
    assert settled(tmp_path).state == "delivered"
    assert len(channel.requests) == 1

"""Covers: session_tui.tui.sync_service.

With `sync = true` a screen syncs by itself; nothing at the facilitator's side waits for a server.
"""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from conftest import context_of
from driver import Driver, LibraryDriver
from receiver import Handler, Receiver, hangs, plain_socket
from session_tui.context import AppContext
from session_tui.outbox.sync import sync_worker
from session_tui.outbox.sync.team_sync import TeamSync
from session_tui.store import paths, session_file, session_removal
from session_tui.store.errors import StoreError
from session_tui.tui import sync_service
from session_tui.tui.app import SessionTui, live
from session_tui.tui.open_session import open_existing
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.live.closing_screen import ClosingScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.widgets.heading import Heading
from team_server import TeamServer

TOP = Path(__file__).parent.parent.parent
HELD, PREPARED = "2026-11-09-acme-freight-2m9x", "2026-11-23-borealis-foods-x3fd"
TOKEN = "SESSION_TUI_TEAM_TOKEN"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamServer]:
    with TeamServer(tmp_path_factory.mktemp("team") / "data") as made:
        yield made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_service, "FIRST", 0.05)


def member(
    folder: Path, url: str, token: str = "x" * 20, *, sessions: bool = True, secret: str = f'secret_env = "{TOKEN}"'
) -> AppContext:
    """A member with a folder of their own."""
    folder.mkdir(parents=True)
    if sessions:
        shutil.copytree(TOP / "sessions", folder / "sessions")
    else:
        (folder / "sessions").mkdir()
    endpoint = f'[[endpoints]]\nname = "team"\nkind = "team_server"\nurl = "{url}"\n{secret}\n'
    config = folder / paths.CONFIG_NAME
    config.write_text(f'schema = 1\n{endpoint}detail = "full"\nsync = true\n', encoding="utf-8")
    environment = {"SESSION_TUI_STATE": str(folder / "state"), "SESSION_TUI_CONFIG": str(config), TOKEN: token}
    return context_of(paths.find(folder, environment), environ={**environment, "SESSION_TUI_BEHIND": "0"})


class Home(LibraryDriver):
    """The library of a member."""

    @property
    def title(self) -> str:
        return "".join(words for words, _ in self.home.query_one("#title").pieces)  # type: ignore[attr-defined]

    async def reads_in_title(self, words: str) -> None:
        await self.waits_for(lambda: words in self.title, words)


def app_of(context: AppContext) -> tuple[SessionTui, HomeScreen]:
    home = HomeScreen(context)
    return SessionTui(context, partial(lambda: home), "screens/library/library.tcss"), home


async def until(true: "object", seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_two_members_are_in_step_by_open_screens_alone(server: TeamServer, tmp_path: Path) -> None:
    url = f"{server.url}/api/v1/sessions"
    ana = member(tmp_path / "ana", url, server.token("ana", "facilitator"))
    ben = member(tmp_path / "ben", url, server.token("ben", "facilitator"), sessions=False)
    app, home = app_of(ana)
    async with app.run_test(size=(120, 36)) as pilot:
        reader = Home(pilot, home, tmp_path / "ana")
        await reader.reads_in_title("team: in step")
        await reader.rests()
    app.sync_service.close()
    app, home = app_of(ben)
    async with app.run_test(size=(120, 36)) as pilot:
        reader = Home(pilot, home, tmp_path / "ben")
        await reader.reads_in_title("team: in step")
        await reader.waits_for(lambda: len(reader.rows()) == 7, "the sessions of the team")
        # What is removed in the library goes there soon, without a word.
        await reader.rests()
        reader.home.highlight(HELD)
        await reader.presses("x", "enter")
        await reader.waits_for(lambda: not (tmp_path / "ben" / "sessions" / f"{HELD}.toml").exists())
        owing = app.sync_service._worker
        assert owing is not None
        await reader.waits_for(lambda: not owing.is_owing, "the removal at the server")
    app.sync_service.close()
    app, home = app_of(ana)
    async with app.run_test(size=(120, 36)) as pilot:
        reader = Home(pilot, home, tmp_path / "ana")
        await reader.waits_for(lambda: (tmp_path / "ana" / "sessions" / "removed" / f"{HELD}.toml").exists())
        await reader.waits_for(lambda: len(reader.rows()) == 6, "one session fewer")
    app.sync_service.close()
    # The removal may be taken back by any of them, and goes to all.
    session_removal.restore(tmp_path / "ana" / "sessions", HELD, tmp_path / "ana" / "state")
    for context, name in ((ana, "ana"), (ben, "ben")):
        app, home = app_of(context)
        async with app.run_test() as pilot:
            await Home(pilot, home, tmp_path / name).reads_in_title("team: in step")
        app.sync_service.close()
    assert (tmp_path / "ben" / "sessions" / f"{HELD}.toml").exists()


async def test_an_open_session_says_that_a_colleague_changed_it(server: TeamServer, tmp_path: Path) -> None:
    url = f"{server.url}/api/v1/sessions"
    ana = member(tmp_path / "ana", url, server.token("ana2", "facilitator"))
    ben = member(tmp_path / "ben", url, server.token("ben2", "facilitator"))
    (endpoint,) = ana.configuration.endpoints
    for context in (ana, ben):
        assert TeamSync(context, endpoint).run().stopped is None
    path = tmp_path / "ben" / "sessions" / f"{PREPARED}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('zone = "Nordics"', 'zone = "Baltics"'), encoding="utf-8")
    assert "Baltics" in path.read_text(encoding="utf-8")
    opened, agenda, background = open_existing(ana, tmp_path / "ana" / "sessions" / f"{PREPARED}.toml")
    app = live(opened, agenda, ana, wait=True, background=background)
    async with app.run_test(size=(120, 36)) as pilot:
        facilitator = Driver(pilot, LiveScreen)
        heading = facilitator.screen.query_one(Heading)
        await facilitator.waits_for(lambda: heading.team[0] == "team: in step", "team: in step")
        assert TeamSync(ben, endpoint).run().sent == 1
        app.sync_service.wake()
        await facilitator.waits_for(lambda: heading.team[0] == "team: newer", "team: newer")
        assert "team: newer" in facilitator.picture()
    opened.close(5)
    app.sync_service.close()
    assert "Nordics" in opened.path.read_text(encoding="utf-8")
    # Once it is closed it is taken in.
    assert TeamSync(ana, endpoint).run().received == 1
    assert session_file.read(opened.path.read_bytes()).session.zone == "Baltics"


def lies(handler: Handler) -> None:
    handler.says(200, {"Content-Type": "application/json"}, b'{"count": 1e9, "root": null, "buckets": []}')


def drips(handler: Handler) -> None:
    handler.drips(b'{"count": 0, "sequence": 0, "root": "0"}')


def refuses(handler: Handler) -> None:
    handler.says(401, {"Content-Type": "application/problem+json"}, b'{"title": "revoked"}')


@pytest.mark.parametrize("answer", [hangs, drips, lies, refuses])
async def test_the_library_works_whatever_the_server_does(answer: object, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (TOP / "sessions").glob("*.toml")}
    with Receiver(answer) as receiver:  # type: ignore[arg-type]
        context = member(tmp_path / "ana", f"http://127.0.0.1:{receiver.port}/api/v1/sessions")
        app, home = app_of(context)
        async with app.run_test(size=(120, 36)) as pilot:
            reader = Home(pilot, home, tmp_path / "ana")
            await reader.waits_for(lambda: len(reader.rows()) == 7, "the list")
            if answer in (lies, refuses):
                await reader.reads_in_title("team: not reached")
            await reader.presses("down", "x", "escape")
            await reader.presses("down")
            begun = time.monotonic()
            app.exit()
            await reader.waits_for(lambda: app.return_value is not None or not app.is_running)
        assert not app.sync_service.close()
        assert time.monotonic() - begun < 10.0
    assert {path.name: path.read_bytes() for path in (tmp_path / "ana" / "sessions").glob("*.toml")} == before


@pytest.mark.parametrize("answer", [hangs, drips, lies])
async def test_a_session_is_held_and_left_whatever_the_server_does(answer: object, tmp_path: Path) -> None:
    with Receiver(answer) as receiver:  # type: ignore[arg-type]
        ana = member(tmp_path / "ana", f"http://127.0.0.1:{receiver.port}/api/v1/sessions")
        opened, agenda, background = open_existing(ana, tmp_path / "ana" / "sessions" / f"{PREPARED}.toml")
        app = live(opened, agenda, ana, background=background)
        async with app.run_test(size=(80, 24)) as pilot:
            facilitator = Driver(pilot, LiveScreen)
            await facilitator.waits_for(lambda: len(receiver.requests) > 0, "the first request")
            await facilitator.enters("=> No pilot before the CFO meeting")
            await facilitator.sees("No pilot before the CFO meeting")
            await facilitator.enters("/end hold later")
            await facilitator.comes(ClosingScreen)
            begun = time.monotonic()
            await facilitator.presses("escape", "enter")
            await facilitator.waits_for(lambda: app.return_value is not None, "the end")
            assert "team gets it by the next sync" in str(app.return_value)
        app.close_services()
        assert time.monotonic() - begun < 5.0  # a request may take a minute
        assert app.sync_service.close()  # what is left goes to the process in the background
    opened.close(5)
    assert session_file.read(opened.path.read_bytes()).session.status == "held"


async def test_a_server_that_gives_no_sign_is_named_and_the_program_ends_at_once(tmp_path: Path) -> None:
    def silent(connection: socket.socket, over: threading.Event) -> None:
        over.wait(30)

    with plain_socket(silent) as port:
        context = member(tmp_path / "ana", f"http://127.0.0.1:{port}/api/v1/sessions")
        said: list[str] = []
        worker = sync_worker.SyncWorker(
            context, sync_worker.synced_endpoints(context), lambda one: said.append(one.words()), silent=0.2
        )
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        await until(lambda: said == ["team: not reached"])
        worker.wake()
        begun = time.monotonic()
        worker.stop()
        assert time.monotonic() - begun < 0.1
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()
        assert worker.is_owing


class HangingKeyring(KeyringBackend):
    """A keyring that asks its user, who is not there."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.asked = 0
        self.opened = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.opened.wait(30)
        return "a-token-of-a-team"

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


async def test_a_keyring_that_hangs_is_asked_once_and_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_worker, "KEYRING", 0.2)
    before, hanging = keyring.get_keyring(), HangingKeyring()
    keyring.set_keyring(hanging)
    try:
        context = member(tmp_path / "ana", "http://127.0.0.1:9/api/v1/sessions", secret='secret_keyring = "team/ana"')
        app, home = app_of(context)
        async with app.run_test(size=(120, 36)) as pilot:
            reader = Home(pilot, home, tmp_path / "ana")
            await reader.reads_in_title("team: not reached")
            assert "the keyring has not given its secret" in str(app.sync_service.standing)
            app.sync_service.wake()
            await reader.presses("down", "x", "escape")
            assert len(reader.rows()) == 7
        question = sync_worker._SecretQuestion(context, context.configuration.endpoints[0])
        for _ in range(3):
            with pytest.raises(StoreError, match="the keyring has not given its secret"):
                question()
        assert hanging.asked == 2  # once by the screen, and once for all three
        begun = time.monotonic()
        app.close_services()
        assert time.monotonic() - begun < 1.0
    finally:
        hanging.opened.set()
        keyring.set_keyring(before)

"""Covers: session_tui.tui.screens.outbox.

Export by keyboard: the exact text is shown first, and another key than the asking one says yes.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from conftest import EXAMPLE, context_of
from driver import WorkerDriver, browsing
from receiver import Receiver, free_port
from session_tui.model.session import Session
from session_tui.store import paths, session_file
from session_tui.tui.app import SessionTui
from session_tui.tui.outbox_worker import OutboxService
from session_tui.tui.screens.outbox.export import ExportScreen
from session_tui.tui.screens.outbox.outbox import OutboxScreen
from session_tui.tui.widgets.table_view import TableView

HELD = session_file.read(EXAMPLE.read_bytes()).session


def ways(out: WorkerDriver[ExportScreen]) -> list[str]:
    """The first column of the table."""
    table = out.shown.query_one(TableView).table
    assert table is not None
    return [table.cells(each)[0].text for each in table.ids]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


@asynccontextmanager
async def going_out(
    folder: Path,
    url: str = "",
    session: Session = HELD,
    *,
    trusted: bool = True,
    twice: bool = False,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[WorkerDriver[ExportScreen]]:
    config = folder / ("own.toml" if trusted else paths.CONFIG_NAME)
    endpoint = f'[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "{url}"\n' if url else ""
    config.write_text(f"schema = 1\n{endpoint}{endpoint.replace('/hook', '/other') if twice else ''}")
    (folder / "sessions").mkdir(exist_ok=True)
    environment = {"SESSION_TUI_STATE": str(folder / "state")}
    if trusted:
        environment["SESSION_TUI_CONFIG"] = str(config)
    found = paths.find(folder, environment)
    context = context_of(found)
    made: list[SessionTui] = []

    def first() -> ExportScreen:
        return ExportScreen(session, context, made[0].outbox_service)

    app = SessionTui(context, partial(first))
    made.append(app)
    async with app.run_test(size=size) as pilot:
        yield await WorkerDriver(pilot, ExportScreen).rests()


async def test_what_leaves_is_shown_to_the_letter_before_it_does(tmp_path: Path, receiver: Receiver) -> None:
    async with going_out(tmp_path, receiver.url) as out:
        assert ways(out) == ["team", "Markdown", "HTML page", "Calendar", "Table", "CRM import", "JSON", "E-mail"]
        assert "shared: no support, power, pain, notes, comments" in out.says("leaves")
        shown = json.loads(out.says("letter"))
        await out.presses("enter")
        assert "Send what stands here to team?" in out.says("said")
        assert receiver.requests == []
        await out.presses("y")
        assert "On its way to team" in out.says("said")
        receiver.comes(1)
        assert json.loads(receiver.requests[0].body) == shown
        await out.waits_for(lambda: out.app.outbox_service.waiting == 0, "nothing waiting any more")
        await out.presses("enter", "y")
        assert "team has exactly this already." in out.says("said")
        assert len(receiver.requests) == 1


async def test_what_goes_back_into_the_crm_has_the_record_that_the_pipeline_knows(tmp_path: Path) -> None:
    line = f"Deal ID,Account,Deal,Stage\n0061y,{HELD.account},{HELD.opportunity},Signature\n"
    (tmp_path / "pipeline.csv").write_text(line, encoding="utf-8")
    async with going_out(tmp_path) as out:
        await out.presses(*["down"] * ways(out).index("CRM import"))
        await out.waits_for(lambda: "0061y" in out.says("letter"), "the record in the preview")
        await out.presses("enter")
        out.app.screen.query_one("#folder", Input).value = str(tmp_path)
        await out.presses("enter")
        await out.waits_for(lambda: "where the pipeline has Signature" in out.says("said"), "what the CRM has newer")


async def test_the_key_that_asked_does_not_answer_and_escape_sends_nothing(tmp_path: Path, receiver: Receiver) -> None:
    async with going_out(tmp_path, receiver.url) as out:
        await out.presses("y", "enter", "enter", "enter")
        await out.presses("escape")
        assert "Nothing left." in out.says("said")
        await out.presses("y")
        assert isinstance(out.app.screen, ExportScreen)
    assert receiver.requests == []
    assert not (tmp_path / "state" / "outbox").exists()


async def test_another_way_or_another_detail_forgets_what_was_asked(tmp_path: Path, receiver: Receiver) -> None:
    async with going_out(tmp_path, receiver.url) as out:
        await out.presses("enter", "down", "up", "y")
        await out.presses("enter", "d", "y")
        assert "full: all of it" in out.says("leaves")
        assert "Freight cost per order up 11 %" in out.says("letter")
    assert receiver.requests == []


async def test_a_question_that_comes_when_something_else_is_shown_is_not_asked(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with going_out(tmp_path, receiver.url, trusted=False) as out:
        screen = out.app.screen
        assert isinstance(screen, ExportScreen)
        screen.action_choose()
        screen.action_detail()  # before the question about what was shared is there
        await out.rests()
        await out.presses("y", "y")
        assert "full: all of it" in out.says("leaves")
        assert out.says("said") == ""
    assert receiver.requests == []
    assert not (tmp_path / "state" / "trusted.toml").exists()


async def test_an_endpoint_that_came_with_the_folder_asks_for_trust_first(tmp_path: Path, receiver: Receiver) -> None:
    async with going_out(tmp_path, receiver.url, trusted=False) as out:
        await out.presses("enter")
        assert "(the file here)" in out.says("said")
        assert receiver.url in out.says("said").replace("\n", "")
        assert receiver.requests == []
        await out.presses("y")
        assert "team may be used from now on. ⏎ asks before anything leaves." in out.says("said")
        await out.presses("y", "y")
        assert receiver.requests == []
        await out.presses("enter")
        assert "Send what stands here to team?" in out.says("said")
        await out.presses("y")
        receiver.comes(1)


@pytest.mark.parametrize("away", ["down", "d"])
async def test_a_yes_is_to_the_way_and_the_detail_that_were_asked_about(
    tmp_path: Path, receiver: Receiver, away: str
) -> None:
    """The threads are busy, and keys do not wait for them; two endpoints may bear one name."""
    async with going_out(tmp_path, receiver.url, trusted=False, twice=True) as out:
        loop, free = asyncio.get_running_loop(), threading.Event()
        loop.set_default_executor(ThreadPoolExecutor(1))
        busy = loop.run_in_executor(None, free.wait, 10)
        await out.pilot.press("enter", away)
        free.set()
        await busy
        await out.rests()
        await out.presses("y")
        assert not (tmp_path / "state" / "trusted.toml").exists()


async def test_a_folder_that_no_disk_can_have_is_a_sentence(tmp_path: Path) -> None:
    async with going_out(tmp_path) as out:
        for name in ("a\0b", "x" * 300, "/proc/none"):
            await out.presses("enter")
            out.app.screen.query_one("#folder", Input).value = name
            await out.presses("enter")
            assert "another" in out.says("said")


async def test_whatever_lies_where_the_outbox_should_be_is_a_sentence(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "outbox").write_text("mine")
    async with going_out(tmp_path, receiver.url) as out:
        assert "Nothing can leave this way." in out.says("leaves")
        await out.presses("enter", "y")
        assert "a part of the path is not a folder" in out.says("said")
        await out.presses("o")
        await out.waits_for(lambda: "a part of the path is not a folder" in out.says("said"), "why nothing is listed")
    assert (tmp_path / "state" / "outbox").read_text() == "mine"


async def test_why_nothing_is_sent_at_all_stands_above_the_outbox(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "locks").write_text("mine")
    async with going_out(tmp_path, receiver.url) as out:
        await out.presses("enter", "y", "o")
        await out.waits_for(lambda: "Without its lock nothing is sent." in out.says("title"), "why it waits")
        assert "1 waiting" in out.says("title")
    assert receiver.requests == []


async def test_what_cannot_be_read_is_not_dropped_by_a_key_that_could_not_bring_it_back(tmp_path: Path) -> None:
    broken = tmp_path / "state" / "outbox" / "msg_[bold]x.toml"
    broken.parent.mkdir(parents=True)
    broken.write_text("= half")
    async with going_out(tmp_path) as out:
        await out.presses("o")
        await out.waits_for(lambda: "1 broken" in out.says("title"), "the broken one")
        await out.presses("x")
        assert "session-tui outbox drop msg_[bold]x does it." in out.says("said")
    assert broken.read_text() == "= half"


async def test_a_document_is_written_into_the_folder_that_is_named_and_over_nothing(tmp_path: Path) -> None:
    async with going_out(tmp_path) as out:
        assert ways(out)[0] == "Markdown"
        await out.presses("enter")
        field = out.app.screen.query_one("#folder", Input)
        field.value = str(tmp_path / "out")
        await out.presses("enter")
        path = tmp_path / "out" / f"{HELD.id}.md"
        assert "Written: " in out.says("said")
        assert path.read_text().rstrip() == out.says("letter").rstrip()
        path.write_text("mine")
        await out.presses("enter", "enter")
        assert "is there already, and stays" in out.says("said")
        assert path.read_text() == "mine"
        await out.presses("enter")
        out.app.screen.query_one("#folder", Input).value = str(path)
        await out.presses("enter")
        assert "not a folder" in out.says("said")


async def test_a_session_that_was_not_held_says_why_it_cannot_be_sent(tmp_path: Path, receiver: Receiver) -> None:
    async with going_out(tmp_path, receiver.url, replace(HELD, status="prepared")) as out:
        assert "is prepared" in out.says("letter")
        assert "Nothing can leave this way." in out.says("leaves")
        await out.presses("enter", "y")
        assert "is prepared" in out.says("said")
    assert receiver.requests == []


async def test_what_does_not_arrive_waits_in_the_outbox_and_is_dropped_and_brought_back(tmp_path: Path) -> None:
    async with going_out(tmp_path, f"http://127.0.0.1:{free_port()}/hook") as out:
        await out.presses("enter", "y")
        await out.presses("o")
        assert isinstance(out.app.screen, OutboxScreen)
        screen = out.app.screen
        await out.waits_for(lambda: "refuses" in out.says("detail"), "the reason")
        assert "1 waiting" in out.says("title")
        await out.presses("x")
        await out.waits_for(lambda: not screen.entries, "an empty outbox")
        assert list((tmp_path / "state" / "outbox").glob("msg_*")) == []
        await out.presses("u")
        await out.waits_for(lambda: bool(screen.entries), "what was dropped")
        await out.presses("escape")
        assert isinstance(out.app.screen, ExportScreen)


async def test_the_library_sends_the_highlighted_session_and_shows_the_outbox(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / EXAMPLE.name).write_bytes(EXAMPLE.read_bytes())
    async with browsing(tmp_path) as reader:
        await reader.presses("s")
        assert isinstance(reader.app.screen, ExportScreen)
        await reader.pilot.press("escape")
        await reader.presses("o")
        assert isinstance(reader.app.screen, OutboxScreen)
        await reader.pilot.press("escape")
        await reader.presses("enter")
        await reader.pilot.press("s")
        await reader.pilot.pause()
        assert isinstance(reader.app.screen, ExportScreen)


def test_a_state_folder_that_cannot_be_looked_into_keeps_nobody_from_leaving(tmp_path: Path) -> None:
    found = paths.find(tmp_path, {"SESSION_TUI_STATE": str(tmp_path / ("state" * 100))})
    outbox_service = OutboxService(context_of(found), lambda _: None, lambda: None)
    assert outbox_service.at_end(HELD) == ()

"""Members of a team in their own folders, with the program's own sync, and a server in this
process.

`LocalServer` is the application behind a function, with snapshots of its tables; `TeamMember` is a
folder with a configuration, by the command line or in this process.
"""

import asyncio
import contextlib
import os
import random
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

import forking
from session_tui.context import AppContext
from session_tui.model.configuration import Endpoint
from session_tui.model.name_keys import name_key
from session_tui.model.vocabulary import Detail
from session_tui.outbox.request import Request
from session_tui.outbox.response import MOST_READ, Response
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.outbox.sync.team_sync import TeamSync
from session_tui.server.access import Role
from session_tui.server.members import TEAM
from session_tui.server.rates import Rates
from session_tui.server.tables import heads, people, receipts, revisions, scopes, teams
from session_tui.store import paths
from team_server import SOURCE, InProcess, in_process

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
VARIABLE = "TEAM_TOKEN"
LOCAL = "http://127.0.0.1:9"  # no request goes there: the application is asked in this process
Snapshot = dict[str, list[dict[str, Any]]]
_TABLES = {"heads": heads, "revisions": revisions, "receipts": receipts}


class LocalServer:
    """The team server on a thread of this process. `requests` counts what it was asked."""

    url = LOCAL

    def __init__(self, folder: Path) -> None:
        self.requests: list[tuple[str, str]] = []
        self.no_condition = False  # mutant: If-Match is ignored
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._context = in_process(folder)
        self._server: InProcess = self._call(self._context.__aenter__())

    def close(self) -> None:
        self._call(self._context.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def token(self, name: str, role: Role) -> str:
        return str(self._call(self._server.service.members.give_token(name, role, "")))

    def limit(self, rates: Rates) -> None:
        """Answer within these limits from now on."""
        self._server = InProcess(replace(self._server.service, rates=rates))

    def send(self, request: Request, most: int) -> Response:
        """Answer a request, as `http.Channel` would."""
        self.requests.append((request.method, urlsplit(request.url).path))
        if self.no_condition and request.method == "PUT":
            request = self._unconditional(request)
        response: Response = self._call(self._asked(request, most))
        return response

    def _unconditional(self, request: Request) -> Request:
        """The same, in place of whatever is there."""
        there: Response = self._call(self._asked(replace(request, method="GET", body=b""), MOST_READ))
        condition = ("If-Match", there.header("etag")) if there.header("etag") else ("If-None-Match", "*")
        others = [each for each in request.headers if each[0] not in ("If-Match", "If-None-Match")]
        return replace(request, headers=(*others, condition))

    async def _asked(self, request: Request, most: int) -> Response:
        parts = urlsplit(request.url)
        named = [(name.lower().encode(), value.encode()) for name, value in request.headers]
        if request.body:
            named.append((b"content-length", str(len(request.body)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": named,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 9),
        }
        status, body = 0, b""
        found: tuple[tuple[str, str], ...] = ()
        parts_of_body = [request.body]

        async def receive() -> dict[str, Any]:
            if not parts_of_body:
                await asyncio.Event().wait()  # the client stays
            return {"type": "http.request", "body": parts_of_body.pop(), "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status, found, body
            if message["type"] == "http.response.start":
                status, found = message["status"], tuple((k.decode(), v.decode()) for k, v in message["headers"])
            else:
                body += message.get("body", b"")

        await self._server.application(scope, receive, send)
        return Response(status, "", found, body[:most])

    # ---- its tables -----------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All rows of the tables that a backup brings back."""

        def read(connection: Connection) -> Snapshot:
            found = {
                name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for name, table in _TABLES.items()
            }
            return found | {"teams": [dict(row) for row in connection.execute(select(teams)).mappings()]}

        return self._call(self._server.service.database.read(read))  # type: ignore[no-any-return]

    def restore(self, snapshot: Snapshot) -> None:
        """Put a backup back by hand: the epoch stays."""

        def write(connection: Connection) -> None:
            for name, table in _TABLES.items():
                connection.execute(delete(table))
                if snapshot[name]:
                    connection.execute(insert(table), snapshot[name])
            connection.execute(update(teams).values(sequence=snapshot["teams"][0]["sequence"]))

        self._call(self._server.service.database.write(write))

    def new_epoch(self, epoch: str) -> None:
        """As `restore` of the program makes one."""
        write = lambda connection: connection.execute(update(teams).values(epoch=epoch))  # noqa: E731 - one statement
        self._call(self._server.service.database.write(write))

    def narrow(self, name: str, account: str | None) -> None:
        """A person may see sessions on this account alone; None: on all again."""

        def write(connection: Connection) -> None:
            person = connection.execute(select(people.c.person).where(people.c.name == name)).scalar_one()
            connection.execute(delete(scopes).where(scopes.c.person == person))
            if account is not None:
                row = {"team": TEAM, "person": person, "account": name_key(account)}
                connection.execute(insert(scopes), row)

        self._call(self._server.service.database.write(write))
        self._server.service.members.forget()

    def rows(self, query: Any) -> list[Any]:
        """What a query gives."""
        return list(self._call(self._server.service.database.read(lambda connection: connection.execute(query).all())))


@contextmanager
def local_server(folder: Path) -> Iterator[LocalServer]:
    folder.mkdir(parents=True, exist_ok=True)
    server = LocalServer(folder)
    try:
        yield server
    finally:
        server.close()


class TeamMember:
    """A member's machine: a folder with sessions, state and configuration."""

    def __init__(self, root: Path, name: str, url: str, token: str, detail: Detail = "full", send: Any = None) -> None:
        self.name, self.root, self.detail = name, root / name, detail
        self.sessions, self.state = self.root / "sessions", self.root / "state"
        self.send = send
        self.sessions.mkdir(parents=True)
        self.config = self.root / "session-tui.toml"
        self.config.write_text(
            f'schema = 1\nname = "{name}"\nsessions = "sessions"\n\n[[endpoints]]\nname = "team"\n'
            f'kind = "team_server"\nurl = "{url}/api/v1/sessions"\nsecret_env = "{VARIABLE}"\n'
            f'detail = "{detail}"\nsync = true\n',
            encoding="utf-8",
        )
        self.now = NOW
        self.environment = os.environ | {
            "PYTHONPATH": str(SOURCE),
            "PYTHONUTF8": "1",
            "HOME": str(self.root),
            "SESSION_TUI_STATE": str(self.state),
            "SESSION_TUI_CONFIG": str(self.config),
            "SESSION_TUI_BEHIND": "0",
            "COLUMNS": "200",
            VARIABLE: token,
        }
        self.context = self.fresh_context()

    def fresh_context(self) -> AppContext:
        """As a new start of the program has it."""
        return AppContext(self._places, lambda: self.now, random.Random(1), self.environment)

    def _places(self) -> paths.Paths:
        return paths.find(self.root, self.environment)

    @property
    def endpoint(self) -> Endpoint:
        return self.context.configuration.endpoints[0]

    def path(self, session: str) -> Path:
        return self.sessions / f"{session}.toml"

    def edit(self, session: str, old: str, new: str) -> None:
        """Replace a text in a session's file, as an editor does."""
        text = self.path(session).read_text(encoding="utf-8")
        assert old in text, text
        self.path(session).write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The program, as a process of its own."""
        words = ["-m", "session_tui", *arguments]
        return forking.run(words, cwd=self.root, env=self.environment, timeout=120)

    def sync(self, **options: Any) -> SyncReport:
        """A sync in this process."""
        make: dict[str, Any] = {key: options.pop(key) for key in ("send", "settling") if key in options}
        return TeamSync(self.context, self.endpoint, **({"send": self.send} | make)).run(**options)

    def texts(self) -> dict[str, str]:
        """The sessions' files, by id."""
        return {each.stem: each.read_text(encoding="utf-8") for each in sorted(self.sessions.glob("*.toml"))}

    def digests(self, detail: Detail | None = None) -> dict[str, str]:
        """The content digest of each session, by id."""
        files = SessionFiles(self.sessions, self.state, lambda: self.now)
        return files.digests(detail or self.detail, {})[0]

    def forget_state(self) -> None:
        """The state folder is lost."""
        for each in (self.state / "sync").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                each.unlink()


def member(root: Path, server: LocalServer, name: str, role: Role = "facilitator") -> TeamMember:
    """A member of the team of a server in this process, with a new token."""
    detail: Detail = "shared" if role == "member" else "full"
    return TeamMember(root, name, LOCAL, server.token(name, role), detail, server.send)


def write(member: TeamMember, *sessions: str) -> None:
    """Write small sessions of these ids."""
    for each in sessions:
        member.path(each).write_text(session_text(each), encoding="utf-8")


def in_step(*members: TeamMember) -> None:
    """Sync until all have what each had."""
    for each in (*members, *members):
        report = each.sync()
        assert report.stopped is None, report.stopped
    for each in members:
        assert each.sync().in_step


SESSION = """schema = 1
id = "{id}"
status = "prepared"
agenda = "strategy-30"
account = "{account}"

[[stakeholders]]
id = "s1"
name = "Mia Tran"
title = "COO"
power = 4
note = "plays golf"

[[action_items]]
id = "t1"
text = "Build the payback model"
owner = "Mei Tan"

[last_ids]
s = 1
t = 1
"""


def session_text(session: str, account: str = "Acme Freight") -> str:
    """The file of a small session."""
    return SESSION.format(id=session, account=account)


def session_id(number: int) -> str:
    """One of many ids."""
    return f"2026-11-{number % 28 + 1:02}-acme-freight-{number:04}"


Sender = Callable[[Request, int], Response]

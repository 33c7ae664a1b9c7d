"""Covers: session_tui.server.writer, session_tui.server.body and session_tui.server.feed.

What stands in the way of one change refuses that one alone; the server goes on, and the same
request comes through when the way is free. Large bodies are refused quickly. Who waits for changes
hears of them.
"""

import asyncio
import time
from pathlib import Path
from random import Random
from typing import Any, cast

import msgspec
from sqlalchemy import text

from session_tui.server.access import TokenHolder
from session_tui.server.decision import LARGEST, SessionChange
from session_tui.server.members import TEAM
from team_contents import ID, full_content
from team_server import SESSION, InProcess, address, body, headers, in_process

QUICKLY = 2.0  # seconds, on a busy machine


def named(number: int) -> str:
    return f"2026-11-16-acme-freight-{number:04d}"


async def pragma(team: InProcess, words: str) -> None:
    """Set up the connection that writes."""
    await team.service.database.write(lambda connection: connection.execute(text(f"pragma {words}")).close())


async def test_a_change_that_fails_refuses_itself_alone(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        good = TokenHolder(TEAM, "t_1", "p_1", "Ana Ruiz", "facilitator", "full")
        bad = TokenHolder(TEAM, cast(Any, object()), "p_1", "Ana Ruiz", "facilitator", "full")
        changes = [
            SessionChange(good, named(number), content(number), "full", str(number), f"k{number}")
            for number in range(8)
        ]
        changes[3] = msgspec.structs.replace(changes[3], reader=bad)
        answers = await asyncio.gather(*(team.service.writer.take(each, 1) for each in changes))
        assert [answer.status for answer in answers] == [201] * 3 + [503] + [201] * 4
        ana = await team.client("Ana Ruiz", "facilitator")
        assert (await ana.get("/api/v1/digest")).json()["count"] == 7
        assert (await ana.get("/readyz")).status_code == 200


def content(number: int) -> Any:
    """A content under the id of this number."""
    made = full_content(Random(number))
    return msgspec.structs.replace(made, session=made.session | {"id": named(number)})


async def test_on_a_full_disk_nothing_changes_and_the_same_request_comes_through_later(
    tmp_path: Path,
) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        first = await ana.put(address(), content=body(), headers=headers(key="k0"))
        assert first.status_code == 201
        rnd = Random(1)
        large = body(headline="".join(rnd.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=300_000)))
        asked: dict[str, Any] = {"content": large, "headers": headers(first.headers["etag"], "k1")}
        await pragma(team, "max_page_count = 1")
        full = await ana.put(address(), **asked)
        assert full.status_code == 503 and full.headers["retry-after"] and "cannot write" in full.json()["title"]
        assert (await ana.get(address())).headers["etag"] == first.headers["etag"]
        await pragma(team, "max_page_count = 1000000")
        taken = await ana.put(address(), **asked)
        assert taken.status_code == 200
        assert (await ana.get(address())).headers["etag"] == taken.headers["etag"]


async def test_a_body_with_too_much_in_it_is_refused_quickly(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        rows = [{"id": f"a{number}", "text": ""} for number in range(1, 40_000)]
        many = body(assumptions=rows)
        deep = b'{"schema":1,"detail":"full","session":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
        changes = body(changes=[{"at": "2026-11-20T09:00:00Z"}] * 2001)
        assert len(many) > LARGEST * 0.9 and len(deep) < LARGEST
        for raw, status in ((many, 422), (deep, 400), (changes, 422), (b"x" * (LARGEST + 1), 413)):
            begun = time.monotonic()
            answer = await ana.put(address(), content=raw, headers=headers())
            assert (answer.status_code, time.monotonic() - begun < QUICKLY) == (status, True), answer.text
        assert (await ana.get("/api/v1")).json()["sequence"] == 0


async def test_what_stays_and_what_comes_are_counted_together(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")
        judged = [{"id": f"a{number}", "text": "x", "note": "private"} for number in range(1, 400)]
        assert (await ana.put(address(), content=body(assumptions=judged), headers=headers())).status_code == 201
        etag = (await ben.get(address())).headers["etag"]
        new = [{"id": f"a{number}", "text": "y"} for number in range(1001, 1400)]
        answer = await ben.put(address(), content=body(detail="shared", assumptions=new), headers=headers(etag))
        assert answer.status_code == 422 and "500" in answer.json()["detail"]
        assert "798" not in answer.text, "the number would tell how many entries have a private side"
        assert (await ben.get(address())).headers["etag"] == etag


async def test_who_waits_for_changes_hears_of_them_and_a_strange_cursor_is_said(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        cursor = (await ana.get("/api/v1/changes")).json()["cursor"]
        waits = asyncio.create_task(ana.get(f"/api/v1/changes?after={cursor}&wait=20"))
        await ana.put(address(), content=body(), headers=headers())
        answer = (await waits).json()
        assert [row["id"] for row in answer["changes"]] == [SESSION] and answer["cursor"] != cursor
        nothing = (await ana.get(f"/api/v1/changes?after={answer['cursor']}")).json()
        assert nothing == {"cursor": answer["cursor"], "more": False, "changes": []}
        epoch = cursor.partition(".")[0]
        for strange in (f"{epoch}.999", f"{'0' * 16}.0", "x", f"{epoch}.-1"):
            assert (await ana.get(f"/api/v1/changes?after={strange}")).status_code == 410


async def test_pages_of_changes_and_of_the_inventory_hold_everything_once(tmp_path: Path) -> None:
    async with in_process(tmp_path) as team:
        ana = await team.client("Ana Ruiz", "facilitator")
        ids = [named(number) for number in range(12)]
        await asyncio.gather(*(ana.put(address(each), content=body(each), headers=headers()) for each in ids))
        found: list[str] = []
        cursor, more = "", True
        while more:
            page = (await ana.get(f"/api/v1/changes?after={cursor}&limit=5")).json()
            found += [row["id"] for row in page["changes"]]
            cursor, more = page["cursor"], page["more"]
        assert sorted(found) == ids
        listed = (await ana.get("/api/v1/sessions")).json()
        assert [row["id"] for row in listed["sessions"]] == ids and listed["next"] is None
        held, after = [], ""
        while after is not None:
            page = (await ana.get(f"/api/v1/inventory?limit=5&after={after}")).json()
            assert len(page["sessions"]) <= 5
            held += [row["id"] for row in page["sessions"]]
            after = page["next"]
        assert held == ids
        lines = (await ana.post("/api/v1/fetch", json={"ids": ids})).content.splitlines()
        bodies = [msgspec.json.Decoder().decode(line) for line in lines]
        assert [each["body"]["session"]["id"] for each in bodies] == ids
        for name in (await ana.get("/api/v1/digest")).json()["buckets"]:
            rows = (await ana.get(f"/api/v1/inventory?bucket={name}")).json()["sessions"]
            assert rows and {row["id"] for row in rows} <= set(ids)
    assert ID == SESSION

"""What `serve audit` asks: `control` carries it, a page at a time."""

from typing import Any

import msgspec

from session_tui.server import audit
from session_tui.server.audit import AuditTrail
from session_tui.server.control import Command
from session_tui.server.database import Database
from session_tui.server.members import TEAM
from session_tui.server.people import account_key

_MOST = 500  # entries in one answer


def commands(database: Database, trail: AuditTrail) -> dict[str, Command]:
    """The command by its name."""

    async def asked(about: dict[str, Any]) -> dict[str, Any]:
        since, account, before = (str(about.get(key, "")) for key in ("since", "account", "before"))
        await trail.flush()
        found = await database.read(
            lambda connection: audit.page(
                connection, TEAM, since=since, account=account_key(account), before=before, limit=_MOST
            )
        )
        last = f"{found[-1].at} {found[-1].entry}" if len(found) == _MOST else ""
        names = await database.read(lambda connection: audit.names(connection, TEAM))
        return {"entries": msgspec.to_builtins(found), "names": names, "next": last}

    return {"audit": asked}

"""Devices that join: `session-tui join` by the device flow of RFC 8628.

A device asks for a code (`begin`), and for its token (`token`) until it is let in or refused. The
holder of an invitation, an administrator or the machine itself looks at the code (`look`), which
gives a token for the answer, and answers (`answer`). All of it is in the database, so that several
servers may share it.
"""

import asyncio
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.engine import Row

from session_tui.model.name_keys import name_key
from session_tui.server import revocations
from session_tui.server.access import RIGHTS, ROLES, Role, moment, token_hash
from session_tui.server.audit import MACHINE, AuditEntry, write_audit
from session_tui.server.codes import code_hash, new_code, new_device, new_id, plain, token_of
from session_tui.server.database import Database
from session_tui.server.invitations import Invitation, invitation_of, use_invitation, valid_invitation
from session_tui.server.members import TEAM, Members, NewToken, insert_token, person_named, team_number
from session_tui.server.people import set_scopes
from session_tui.server.rates import network_of
from session_tui.server.tables import devices, people, tokens

VALID = timedelta(minutes=10)
INTERVAL = 2  # seconds between two questions for a token
MOST_TRIES = 10
_KEPT = timedelta(hours=1)  # so long a device hears that its code has expired
_MOST_OPEN = 1_000  # codes at a time
_MOST_BEGUN = 60  # codes for one address in ten minutes: an office has one address
_MOST_ADDRESSES = 10_000
_SLOWER = 5.0  # seconds that `slow_down` adds, by the RFC

Trouble: TypeAlias = Literal["code", "credential", "tries", "name-taken", "no-name", "full"]
State: TypeAlias = Literal["waiting", "approved", "refused"]


class JoinError(Exception):
    """It cannot be done; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class Begun(Struct, frozen=True):
    """What a device is given: what it alone knows, and the code that its user shows."""

    device: str
    code: str


class Approver(Struct, frozen=True):
    """Who may let a device in. `id` is that of an invitation or a person, or `machine`.

    A fixed name and role are those of an invitation; an administrator names both.
    """

    id: str
    name: str = ""
    role: Role | None = None
    accounts: tuple[str, ...] = ()

    @property
    def is_invitation(self) -> bool:
        """Whether an invitation lets the device in."""
        return self.id.startswith("i_")


class WaitingDevice(Struct, frozen=True):
    """A device that waits: its machine's name and its user's as it says them, the address that it
    asked from, and how many seconds ago. `form` is the token of the answer.
    """

    code: str
    machine: str
    name: str
    address: str
    seconds: int
    approver: Approver
    form: str


class Granted(Struct, frozen=True):
    """A token for a device, with whose it is."""

    token: str
    name: str
    role: Role


TokenTrouble: TypeAlias = Literal[
    "authorization_pending", "slow_down", "expired_token", "access_denied", "invalid_grant"
]


class Devices:
    """The devices that join; `data` is the folder with the file of revocations."""

    def __init__(
        self, database: Database, members: Members, data: Path, now: Callable[[], datetime], rng: Random
    ) -> None:
        self._database, self._members, self._data, self._now, self._rng = database, members, data, now, rng
        self._tries, self._begun = _Tries(now, MOST_TRIES), _Tries(now, _MOST_BEGUN)
        self._asked: dict[str, tuple[float, float]] = {}

    async def begin(self, machine: str, name: str, address: str) -> Begun:
        """A code for a device. `JoinError` where too many wait."""
        if self._begun.are_over(network_of(address)):
            raise JoinError("full")
        self._begun.count(network_of(address))
        begun = Begun(new_device(self._rng), new_code(self._rng))
        now = self._now()
        row = {
            "device_hash": token_hash(begun.device),
            "code_hash": code_hash(begun.code),
            "device": new_id("d", self._rng),
            "team": TEAM,
            "machine": machine,
            "name": name,
            "address": address,
            "state": "waiting",
            "tries": 0,
            "form_hash": "",
            "approver": "",
            "person": "",
            "role": "",
            "created_at": moment(now),
            "expires_at": moment(now + VALID),
        }

        def written(connection: Connection) -> None:
            old = (devices.c.team == TEAM, devices.c.expires_at < moment(now - _KEPT))
            connection.execute(delete(devices).where(*old))
            if connection.execute(select(devices.c.device).where(devices.c.device == row["device"])).first():
                return
            waiting = (devices.c.team == TEAM, devices.c.expires_at > moment(now), devices.c.state == "waiting")
            if connection.execute(select(func.count()).select_from(devices).where(*waiting)).scalar_one() >= _MOST_OPEN:
                raise JoinError("full")
            epoch, _ = team_number(connection, TEAM)
            connection.execute(insert(devices), row | {"epoch": epoch})

        await self._database.write(written)
        return begun

    async def look(self, code: str, credential: str, address: str) -> WaitingDevice:
        """The device with this code, for the holder of an invitation or of an administrator's
        token. `JoinError`.
        """
        row = await self._waiting(code, address)
        approver = await self._approver(credential)
        if approver is None:
            self._tries.count(network_of(address))
            await self._count_try(row.device)
            raise JoinError("credential")
        return await self._looked(row, code, approver)

    async def look_here(self, code: str) -> WaitingDevice:
        """The device with this code, for the machine itself. `JoinError`."""
        return await self._looked(await self._waiting(code, ""), code, Approver(MACHINE))

    async def answer(
        self, device: WaitingDevice, *, lets_in: bool, name: str = "", role: Role | None = None
    ) -> tuple[str, Role]:
        """Let the device in, or refuse it; the name and the role of whose it is. `JoinError`.

        Name and role of an invitation go before those given here.
        """
        approver = device.approver
        name, role = approver.name or name, approver.role or role
        if lets_in and (not name or role is None):
            raise JoinError("no-name")
        at, new = moment(self._now()), new_id("p", self._rng)

        def written(connection: Connection) -> None:
            row = _valid_row(connection, device.code, at)
            if row is None or not hmac.compare_digest(row.form_hash, token_hash(device.form)):
                raise JoinError("code")
            if row.state == "approved" and row.approver == approver.id and lets_in:
                return  # the same answer again
            if row.state != "waiting":
                raise JoinError("code")
            if not lets_in:
                _settle(connection, row.device, state="refused", approver=approver.id)
                write_audit(connection, TEAM, [AuditEntry(at, approver.id, "refuse", row.device)])
                return
            assert role is not None
            if approver.is_invitation:
                if not approver.name and _is_there(connection, name):
                    raise JoinError("name-taken")
                if not use_invitation(connection, approver.id, at):
                    raise JoinError("credential")
            is_new = not _is_there(connection, name)
            person = person_named(connection, name, role, new, at)
            if approver.accounts and is_new:
                set_scopes(connection, person, approver.accounts)
            _settle(connection, row.device, state="approved", approver=approver.id, person=person, role=role)
            write_audit(connection, TEAM, [AuditEntry(at, approver.id, "approve", row.device, f"{person} {role}")])

        await self._database.write(written)
        if lets_in and approver.is_invitation:
            await asyncio.to_thread(revocations.append_invitations, self._data, [approver.id], at)
        self._members.forget()
        return name, cast(Role, role)

    async def of_form(self, code: str, form: str, address: str) -> WaitingDevice:
        """The device that the token of an answer was given for. `JoinError`."""
        row = await self._waiting(code, address, states=("waiting", "approved"))
        approver = await self._approver_named(row.approver) if row.form_hash else None
        if approver is None or not hmac.compare_digest(row.form_hash, token_hash(form)):
            self._tries.count(network_of(address))
            raise JoinError("code")
        return _shown(row, code, approver, form, self._now())

    async def token(self, device: str) -> Granted | TokenTrouble:
        """The token of a device, or why there is none (yet)."""
        hashed = token_hash(device)
        at = moment(self._now())
        row = await self._database.read(
            lambda connection: connection.execute(
                select(devices, people.c.name.label("named"), people.c.state.label("there"))
                .join(people, (people.c.team == devices.c.team) & (people.c.person == devices.c.person), isouter=True)
                .where(devices.c.device_hash == hashed)
            ).first()
        )
        if row is None:
            return "invalid_grant"
        if row.state == "refused" or (row.state == "approved" and row.there != "active"):
            return "access_denied"
        if row.expires_at <= at:
            return "expired_token"
        if row.state == "waiting":
            return "slow_down" if self._is_too_early(hashed) else "authorization_pending"
        role = cast(Role, row.role)

        def written(connection: Connection) -> bool:
            by = invitation_of(connection, row.approver)
            narrowed = by.accounts if by is not None else ()
            given = NewToken(token_of(device), f"t_{row.device[2:]}", role, row.machine, at, None, narrowed)
            mine = (devices.c.device_hash == hashed, devices.c.state == "approved")
            if connection.execute(select(devices.c.device).where(*mine)).first() is None:
                return False
            if insert_token(connection, row.person, given):
                write_audit(connection, TEAM, [AuditEntry(at, row.person, "join", given.id, role)])
            return True

        if not await self._database.write(written):
            return "access_denied"
        return Granted(token_of(device), row.named, role)

    def _is_too_early(self, hashed: str) -> bool:
        """Whether a device asks sooner than it was asked to; each time makes its pause longer."""
        now = time.monotonic()
        before, pause = self._asked.get(hashed, (0.0, INTERVAL * 0.9))
        early = hashed in self._asked and now - before < pause
        if len(self._asked) > _MOST_ADDRESSES:
            self._asked.clear()
        self._asked[hashed] = (now, pause + _SLOWER if early else pause)
        return early

    async def _waiting(self, code: str, address: str, *, states: tuple[State, ...] = ("waiting",)) -> Row[Any]:
        """The row of the device with this code. `JoinError` where there is none that is open, or
        where too many were tried from this address.
        """
        if address and self._tries.are_over(network_of(address)):
            raise JoinError("tries")
        at = moment(self._now())
        row = await self._database.read(lambda connection: _valid_row(connection, code, at)) if plain(code) else None
        if row is None or row.state not in states:
            if address:
                self._tries.count(network_of(address))
            raise JoinError("code")
        return row

    async def _looked(self, row: Row[Any], code: str, approver: Approver) -> WaitingDevice:
        form = new_device(self._rng)
        device = row.device

        def written(connection: Connection) -> None:
            mine = (devices.c.team == TEAM, devices.c.device == device, devices.c.state == "waiting")
            connection.execute(update(devices).where(*mine).values(form_hash=token_hash(form), approver=approver.id))

        await self._database.write(written)
        return _shown(row, code, approver, form, self._now())

    async def _approver(self, credential: str) -> Approver | None:
        if credential.strip().startswith("stt_"):
            holder = await self._members.holder(credential.strip())
            # Who sees some accounts alone would let in one who sees all of them.
            lets_in = holder is not None and holder.manages and holder.accounts is None
            return Approver(holder.person) if holder is not None and lets_in else None
        at = moment(self._now())
        if not plain(credential):
            return None
        found = await self._database.read(lambda connection: valid_invitation(connection, credential, at))
        return _by(found) if found is not None else None

    async def _approver_named(self, id: str) -> Approver | None:
        """The approver whose look made the token of an answer."""
        if not id.startswith("i_"):
            manages = await self._database.read(lambda connection: _still_manages(connection, id))
            return Approver(id) if manages else None
        found = await self._database.read(lambda connection: invitation_of(connection, id))
        return _by(found) if found is not None else None

    async def _count_try(self, device: str) -> None:
        def written(connection: Connection) -> None:
            mine = (devices.c.team == TEAM, devices.c.device == device, devices.c.state == "waiting")
            connection.execute(update(devices).where(*mine).values(tries=devices.c.tries + 1))
            over = (*mine, devices.c.tries >= MOST_TRIES)
            connection.execute(update(devices).where(*over).values(state="refused"))

        await self._database.write(written)


class _Tries:
    """Counts what came from an address within ten minutes."""

    def __init__(self, now: Callable[[], datetime], most: int) -> None:
        self._now, self._most = now, most
        self._counts: dict[str, tuple[datetime, int]] = {}

    def are_over(self, key: str) -> bool:
        """Whether as many came as may come."""
        since, count = self._counts.get(key, (self._now(), 0))
        return count >= self._most and self._now() - since < VALID

    def count(self, key: str) -> None:
        """Count one more."""
        now = self._now()
        since, count = self._counts.get(key, (now, 0))
        if now - since >= VALID:
            since, count = now, 0
        if len(self._counts) >= _MOST_ADDRESSES:
            self._counts = {each: found for each, found in self._counts.items() if now - found[0] < VALID}
            if len(self._counts) >= _MOST_ADDRESSES:
                self._counts.clear()
        self._counts[key] = (since, count + 1)


def _by(invitation: Invitation) -> Approver:
    return Approver(invitation.id, invitation.name, invitation.role, invitation.accounts)


def _shown(row: Row[Any], code: str, approver: Approver, form: str, now: datetime) -> WaitingDevice:
    begun = datetime.strptime(str(row.created_at), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    seconds = max(0, int((now - begun).total_seconds()))
    return WaitingDevice(code, row.machine, row.name, row.address, seconds, approver, form)


def _valid_row(connection: Connection, code: str, at: str) -> Row[Any] | None:
    epoch, _ = team_number(connection, TEAM)
    mine = (devices.c.team == TEAM, devices.c.code_hash == code_hash(code), devices.c.epoch == epoch)
    return connection.execute(select(devices).where(*mine, devices.c.expires_at > at)).first()


def _settle(
    connection: Connection, device: str, *, state: State, approver: str, person: str = "", role: str = ""
) -> None:
    settled = {"state": state, "approver": approver, "person": person, "role": role}
    connection.execute(update(devices).where(devices.c.team == TEAM, devices.c.device == device).values(settled))


def _still_manages(connection: Connection, person: str) -> bool:
    """Whether a person has a valid token of an administrator."""
    roles = [each for each in ROLES if "manage" in RIGHTS[each]]
    mine = (tokens.c.team == TEAM, tokens.c.person == person, tokens.c.revoked_at.is_(None), tokens.c.role.in_(roles))
    return connection.execute(select(tokens.c.token).where(*mine)).first() is not None


def _is_there(connection: Connection, name: str) -> bool:
    """Whether a person of this name is in the team."""
    same = (people.c.team == TEAM, people.c.name_key == name_key(name), people.c.state == "active")
    return connection.execute(select(people.c.person).where(*same)).first() is not None

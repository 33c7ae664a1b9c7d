"""Deals of the pipeline: the rows of a CRM's export, and the key by which deals are compared."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.deal_phase import is_closed
from session_tui.model.name_keys import name_key

COLUMNS = ("account", "opportunity", "phase", "amount", "currency", "close_on", "owner")

Deal: TypeAlias = tuple[str, str]  # the keys of an account and an opportunity


class PipelineRow(Struct, frozen=True):
    """One deal of the CRM's export.

    `unknown` are the names of the columns whose cell cannot be read: the value is then empty, and
    nothing is known about it. `closed` is True where a status says so, or the configuration.
    `crm_url` is empty or begins with http.
    """

    account: str
    opportunity: str = ""
    phase: str = ""
    amount: float | None = None
    currency: str = ""
    close_on: date | None = None
    owner: str = ""
    crm_id: str = ""
    crm_url: str = ""
    closed: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def deal(self) -> Deal:
        """The key by which deals are compared."""
        return deal(self.account, self.opportunity)

    @property
    def is_closed(self) -> bool:
        """Whether the deal was won, lost or given up, by its status or its phase."""
        return self.closed or is_closed(self.phase)


def deal(account: str, opportunity: str) -> Deal:
    """The key by which deals are compared."""
    return name_key(account), name_key(opportunity)


def record_key(id: str) -> str:
    """The key by which ids of a CRM's records are compared.

    Of an id with 18 characters the last three only check the 15 before them.
    """
    bare = id.strip()
    return bare[:15] if len(bare) == 18 and bare.isascii() and bare.isalnum() else bare

"""The values of the configuration file; each key is optional, and so is the file."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from session_tui.model.session import SCHEMA, Name
from session_tui.model.vocabulary import DateOrder, Detail, EndpointKind, Weekday

Days = Annotated[int, Meta(ge=1, le=3650)]


class Cadence(Struct, frozen=True, kw_only=True):
    """The rules for when an account is due for a session."""

    weekday: Weekday | None = None
    every_days: Days | None = None
    on_phase_change: bool = False


class Gate(Struct, frozen=True, kw_only=True):
    """The conditions of the gate (no review, no resources)."""

    within_days: Days = 30
    require_plan_read: bool = False
    require_owned_actions: bool = False


class PipelineColumns(Struct, frozen=True, kw_only=True):
    """The headings of a CRM's export that the program does not know, by column."""

    account: str = ""
    opportunity: str = ""
    phase: str = ""
    amount: str = ""
    currency: str = ""
    close_on: str = ""
    owner: str = ""
    status: str = ""
    crm_id: str = ""
    crm_url: str = ""


class PipelineSettings(Struct, frozen=True, kw_only=True):
    """The CRM's export: its file, and how it is read.

    `closed` are phases that mean a closed deal, beside the known ones. `date_order` counts for
    the whole column of dates. Empty: with points the day is first, otherwise the column shows the
    order, or such a date is unknown.
    """

    file: str = ""
    columns: PipelineColumns = PipelineColumns()
    closed: tuple[str, ...] = ()
    date_order: DateOrder | None = None

    @property
    def named(self) -> dict[str, str]:
        """The heading of each column that is named."""
        return {column: heading for column, heading in asdict(self.columns).items() if heading.strip()}


class Endpoint(Struct, frozen=True, kw_only=True):
    """A destination of summaries.

    The file has no secret, only its name: an environment variable or an entry of the keyring.
    """

    name: Name
    kind: EndpointKind
    url: Name
    secret_env: str = ""
    secret_keyring: str = ""
    push_on_end: bool = False
    sync: bool = False
    detail: Detail = "shared"


class Person(Struct, frozen=True, kw_only=True):
    """One of our own people."""

    name: Name
    email: str = ""


class Configuration(Struct, frozen=True, kw_only=True):
    """The settings of a user or team. Paths are relative to the file; `name` is the user's. An
    empty `theme` is the one that was chosen on the screen.
    """

    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    name: str = ""
    sessions: str = ""
    agendas: str = ""
    plans: str = ""
    assessments: str = ""
    pipeline: str | PipelineSettings = ""
    theme: str = ""
    sound: bool = False
    cadence: Cadence = Cadence()
    gate: Gate = Gate()
    endpoints: tuple[Endpoint, ...] = ()
    people: tuple[Person, ...] = ()
    keys: dict[str, str | tuple[str, ...]] = {}

    @property
    def pipeline_settings(self) -> PipelineSettings:
        """`pipeline` as a table; a text is its `file`."""
        return self.pipeline if isinstance(self.pipeline, PipelineSettings) else PipelineSettings(file=self.pipeline)

"""The shapes of the commands' `--json`, for `export-schema COMMAND`; nothing else loads them.

They are what a script may rely on: keys are added, never taken away, so no shape refuses an
unknown key. `tests/cli/test_json_schemas.py` checks real output against each.
"""

from datetime import date, datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from session_tui.cli.serve_schemas import AuditedAction, PeopleOfTeam
from session_tui.model.merge.points import Choice
from session_tui.model.reports.account_brief import AccountBrief
from session_tui.model.reports.account_history import HistoryReport
from session_tui.model.reports.assumption_history import AssumptionHistory
from session_tui.model.reports.comparison import Compared
from session_tui.model.reports.stats import Stats
from session_tui.model.session import Session
from session_tui.model.session_value import ValueReport
from session_tui.model.team.practices import Execution
from session_tui.model.vocabulary import ActionStatus


class ListedSession(Struct):
    """A file of the folder; of a broken one all keys but `path` and `error` are null."""

    id: str | None
    account: str | None
    zone: str | None
    opportunity: str | None
    status: str | None
    started_at: str | None
    outcome: str | None
    open_actions: int | None
    path: str
    error: str | None


class FoundText(Struct):
    """A text that matches the search; a higher score is a better match."""

    session_id: str
    account: str
    field: str
    snippet: str
    score: float


class ListedAction(Struct):
    """An action as its newest session has it."""

    session_id: str
    id: str
    text: str
    owner: str | None
    due: date | None
    status: ActionStatus
    account: str
    overdue: bool
    first_raised_in: str
    zone: str
    opportunity: str
    result: str
    slips: int
    done_on: date | None


class TrustRow(Struct):
    """How often assumptions of one evidence turned out true; null if none was tested."""

    evidence: int
    untested: int
    true: int
    wrong: int
    share: float | None


class Beliefs(Struct):
    """The assumptions of an account, and how far evidence can be trusted over all accounts."""

    account: str | None
    assumptions: list[AssumptionHistory]
    trust: list[TrustRow]


class CoveredPerson(Struct):
    """A stakeholder whom one of our people covers; keys without a value are absent."""

    account: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    stakeholder: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    buying_role: str | UnsetType = UNSET
    power: int | UnsetType = UNSET
    only_contact: bool | UnsetType = UNSET


class TeamMember(Struct):
    """One of our people, and what they carry."""

    name: str
    covers: list[CoveredPerson]
    open_actions: int
    tests: int
    accounts: list[str]
    credit_splits: int
    load: float
    only_contact_of: list[str]


class DueSession(Struct):
    """A deal that is owed a session, and why."""

    account: str
    opportunity: str | None
    phase: str | None
    last_session: str | None
    due_on: date | None
    reasons: list[str]
    owner: str | None


class GateVerdict(Struct):
    """Whether a deal was reviewed; `session` is the one that counts."""

    account: str
    opportunity: str
    passed: bool
    reasons: list[str]
    session: str | None


class RemovedSessionRow(Struct):
    """A removed session that can be restored; of a broken one the session's values are null."""

    id: str
    account: str | None
    status: str | None
    started_at: str | None
    removed_at: str
    kept_until: str
    path: str
    error: str | None


class ListedMessage(Struct):
    """A message of the outbox; of a broken file all keys but `id`, `path` and `error` are null."""

    id: str
    endpoint: str | None
    session: str | None
    type: str | None
    state: str | None
    attempts: int | None
    next_at: str | None
    reason: str | None
    path: str
    error: str | None


class PipelineLine(Struct):
    """A line of a CRM's export; of a line without a deal every value is null."""

    line: int
    account: str | None
    opportunity: str | None
    phase: str | None
    amount: float | None
    currency: str | None
    close_on: date | None
    owner: str | None
    closed: bool | None
    unknown: list[str]
    why: str


class FolderPlace(Struct):
    """A path, and why it is this one."""

    path: str
    why: str
    exists: bool
    error: str | None


class FolderCounts(Struct):
    """How many files the folder of sessions has, and how many of them cannot be read."""

    sessions: int
    broken: int
    newer: int
    not_here: int


class DoctorFindings(Struct):
    """What the program found; null where there is none."""

    version: str
    python: str
    system: str
    sessions: FolderPlace | None
    holds: FolderCounts | None
    merge: list[str]
    agendas: FolderPlace | None
    known: list[str]
    plans: FolderPlace | None
    assessments: FolderPlace | None
    removed: int
    sync: list[str]
    me: FolderPlace | None
    pipeline: FolderPlace | None
    config: FolderPlace | None
    faults: list[str]
    state: FolderPlace | None
    writable: bool
    terminal: str | None
    colours: str | None


class PersonPlace(Struct, rename={"as_": "as"}):
    """A place that mentions the person; `entry` is the table around it."""

    file: str
    kind: str
    account: str
    where: str
    as_: str
    says: str
    entry: dict[str, Any]


class PersonPlaces(Struct):
    """Everything that the files have about a person."""

    name: str
    stakeholder_of: list[str]
    one_of_ours: bool
    places: list[PersonPlace]
    other_names: list[str]
    not_looked_into: list[str]


class ForgottenFile(Struct):
    """A file with the name: whether it was changed, and the reason where it was not."""

    file: str
    kind: str
    account: str
    places: int
    state: str
    why: str


class Forgotten(Struct):
    """What `forget` changed, or would change; `mark` replaces the name."""

    name: str
    mark: str | None
    files: list[ForgottenFile]
    counts: dict[str, int]
    out_of_reach: list[str]


class MergeText(Struct):
    """An entry as one version has it."""

    says: str
    facts: dict[str, str]


class MergeDifference(Struct):
    """A difference of two versions; `choice` is null while it has to be decided."""

    key: str
    place: str | None
    ours: MergeText | None
    theirs: MergeText | None
    choices: list[Choice]
    choice: Choice | None


class MergeReport(Struct):
    """How two versions of a session differ."""

    id: str
    ours: str
    theirs: str
    equal: list[str]
    differs: list[MergeDifference]


class ReadersMergeReport(Struct):
    """What the other versions of a plan's readers' file add."""

    readers: str
    versions: list[str]
    adds: dict[str, Any]


class HeldRow(Struct):
    """Something that one of our people holds; `number` selects it for a hand-over."""

    number: int
    handle: str
    kind: str
    text: str
    account: str
    zone: str
    opportunity: str
    due: date | None
    key_player: bool
    sessions: list[str]


class ContradictionRow(Struct):
    """A practice that people rate otherwise than the record shows."""

    id: str
    level: str
    text: str
    execution: Execution
    names: list[str]
    figure: str
    many: int
    of: int
    share: float | None


class PracticeRating(Struct):
    """What one person answered about a practice."""

    name: str
    importance: int
    execution: Execution
    gap: float | None


class JudgedPractice(Struct):
    """A practice with its ratings and the gap between importance and execution."""

    id: str
    level: str
    text: str
    asked: bool
    importance: float | None
    gap: float | None
    spread: float | None
    ratings: list[PracticeRating]
    record: list[str]


class LevelTrend(Struct):
    """The gaps of a level, round by round."""

    level: str | None
    gaps: list[float | None]


class RecordFigure(Struct):
    """A figure of the sessions' own record."""

    name: str
    title: str
    definition: str
    many: int
    of: int
    share: float | None
    unjudged: int


class UnfinishedScorecard(Struct):
    """A person who rated only some practices."""

    name: str
    practices: int


class ScorecardOutput(Struct):
    """What a team answered in a round, beside what its sessions show."""

    round: str
    people: list[str]
    contradictions: list[ContradictionRow]
    practices: list[JudgedPractice]
    levels: dict[str, float]
    rounds: list[str]
    trend: list[LevelTrend]
    record: list[RecordFigure]
    unfinished: list[UnfinishedScorecard]


class HabitAnswers(Struct):
    """A habit, with the number of answers of each frequency."""

    id: str
    habit: str
    not_seen: int
    seen: int
    often: int
    rules: int
    share: float | None
    weight: float | None


class HabitRound(Struct):
    """An earlier round of answers."""

    round: str
    people: int
    often_or_ruling: int


class EnemiesOutput(Struct):
    """What people answered about habits; `error` is why there is no result."""

    about: str
    round: str | None
    people: int | None
    habits: list[HabitAnswers]
    error: str | None
    rounds: list[HabitRound] | UnsetType = UNSET


class SyncCounts(Struct, frozen=True):
    """What was sent, received, merged and removed, and how many sessions wait for a user."""

    sent: int
    received: int
    merged: int
    waiting: int
    removed: int


class SyncedEndpoint(SyncCounts, frozen=True):
    """The counts of one endpoint; `here` and `there` are the sessions in the folder and on the
    server, `in_step` says that they were compared and are the same. `put_back` is when a sync of
    the last day found that the server had been put back to an earlier state, or is another one.
    """

    name: str
    here: int
    there: int
    in_step: bool
    put_back: datetime | None
    waits: dict[str, str]
    error: str | None


class SyncResult(SyncCounts, frozen=True):
    """The counts over all endpoints that were synced."""

    endpoints: list[SyncedEndpoint]


# More than one form: which one depends on the arguments.
OUTPUTS: dict[str, tuple[Any, ...]] = {
    "list": (list[ListedSession],),
    "search": (list[FoundText],),
    "show": (Session,),
    "actions": (list[ListedAction],),
    "beliefs": (Beliefs,),
    "history": (HistoryReport,),
    "compare": (list[Compared],),
    "stats": (Stats,),
    "people": (list[TeamMember],),
    "handover": (list[HeldRow],),
    "restore": (list[RemovedSessionRow],),
    "push": (list[ListedMessage],),
    "sync": (SyncResult,),
    "outbox": (list[ListedMessage],),
    "due": (list[DueSession],),
    "gate": (GateVerdict,),
    "brief": (AccountBrief,),
    "value": (ValueReport,),
    "scorecard report": (ScorecardOutput,),
    "enemies report": (EnemiesOutput,),
    "merge": (list[str], MergeReport, ReadersMergeReport),
    "person": (PersonPlaces,),
    "forget": (Forgotten,),
    "doctor": (DoctorFindings,),
    "pipeline check": (list[PipelineLine],),
    "serve people": (PeopleOfTeam,),
    "serve audit": (list[AuditedAction],),
}


def output_schema(command: str) -> dict[str, Any]:
    """The JSON schema of a command's `--json`."""
    import msgspec

    forms, parts = msgspec.json.schema_components(OUTPUTS[command], ref_template="#/$defs/{name}")
    whole = forms[0] if len(forms) == 1 else {"anyOf": list(forms)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "$defs": parts}

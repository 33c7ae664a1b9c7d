"""The enumerations and ranges of the files, and the words that the user reads for each value."""

from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta

from session_tui.model import glyphs

Status: TypeAlias = Literal["prepared", "live", "held", "cancelled"]
Outcome: TypeAlias = Literal["pursue", "pursue_if", "hold", "withdraw"]
PartKind: TypeAlias = Literal["stakeholder_map", "assumptions", "action_items", "owners", "notes"]
BuyingRole: TypeAlias = Literal[
    "approver", "decision_maker", "evaluator", "user", "influencer", "gatekeeper", "unknown"
]
Coverage: TypeAlias = Literal["unknown", "none", "brief", "multiple", "in_depth"]
AssumptionStatus: TypeAlias = Literal["untested", "validated", "invalidated"]
ActionStatus: TypeAlias = Literal["open", "done", "dropped"]
ClockEvent: TypeAlias = Literal["start", "part", "pause", "go_on", "minutes", "extend", "away", "end"]
EndpointKind: TypeAlias = Literal["webhook", "slack", "teams", "team_server"]
Detail: TypeAlias = Literal["shared", "full"]
Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DateOrder: TypeAlias = Literal["dmy", "mdy", "ymd"]
FigureName: TypeAlias = Literal[
    "reviewed_in_time",
    "accounts_with_owner",
    "credit_settled",
    "key_players_covered",
    "actions_with_owner",
    "plans_read",
]
Theme: TypeAlias = Literal["session-dark", "session-light", "session-contrast", "session-paper", "ansi"]

Power: TypeAlias = Annotated[int, Meta(ge=1, le=5)]
Support: TypeAlias = Annotated[int, Meta(ge=-2, le=2)]
Importance: TypeAlias = Annotated[int, Meta(ge=1, le=5)]
Evidence: TypeAlias = Annotated[int, Meta(ge=1, le=5)]

KEY_PLAYER_POWER = 4

# Of an entry, what `shared` leaves out: what we think of a person, and what is written beside
# anything.
PRIVATE = frozenset({"power", "support", "pain", "note"})
# Of a session: its commission, what it was worth, and the condition of its outcome.
PRIVATE_OF_SESSION = frozenset({"credit_split", "hours_saved", "value", "condition"})

ROLE_WORDS: dict[str, str] = {
    "approver": "approver",
    "decision_maker": "decision maker",
    "evaluator": "evaluator",
    "user": "user",
    "influencer": "influencer",
    "gatekeeper": "gatekeeper",
    "unknown": "unknown",
}
SUPPORT_WORDS: dict[int, str] = {-2: "enemy", -1: "non-supporter", 0: "neutral", 1: "supporter", 2: "mentor"}
SUPPORT_SIGNS: dict[int, str] = {-2: "--", -1: "-", 0: "=", 1: "+", 2: "++"}
COVERAGE_WORDS: dict[str, str] = {
    "unknown": "unknown",
    "none": "none",
    "brief": "brief",
    "multiple": "multiple",
    "in_depth": "in depth",
}
EVIDENCE_WORDS: dict[int, str] = {
    1: "a guess",
    2: "somebody told us",
    3: "the customer said so",
    4: "the customer showed us",
    5: "proven",
}
BELIEF_WORDS: dict[str, str] = {
    "untested": "untested",
    "validated": "turned out true",
    "invalidated": "turned out wrong",
}
BELIEF_SIGNS: dict[str, str] = {"untested": "?", "validated": glyphs.DONE, "invalidated": glyphs.NOT}
OUTCOME_WORDS: dict[str, str] = {
    "pursue": "pursue",
    "pursue_if": "pursue on a condition",
    "hold": "hold",
    "withdraw": "withdraw",
}
PART_WORDS: dict[str, str] = {
    "stakeholder_map": "Stakeholder map",
    "assumptions": "Assumptions",
    "action_items": "Action items",
    "owners": "Owners",
    "notes": "Notes",
}

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
BUYING_ROLES: tuple[str, ...] = get_args(BuyingRole)
COVERAGES: tuple[str, ...] = get_args(Coverage)


def is_private_change(entry: str, field: str) -> bool:
    """Whether a row of `changes` tells what `shared` leaves out: a private field, or anything of a
    note.
    """
    return field in PRIVATE | PRIVATE_OF_SESSION or entry.startswith("n")

"""The end of a session: what `/end` says, and the edit that it leads to."""

from datetime import datetime, timedelta

from msgspec import Struct

from session_tui.model.analysis import ownerless
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Close, Reopen
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line
from session_tui.model.session import Session
from session_tui.model.vocabulary import OUTCOME_WORDS, OUTCOMES, Outcome

USAGE = f'/end {"|".join(OUTCOME_WORDS.values())} "headline"'
REOPENS_FOR = timedelta(minutes=10)
_CONDITION = "on a condition"
# Every text that names an outcome: the word of the file, and the words that the screens show.
_SPELLINGS: dict[str, Outcome] = {
    **{outcome: outcome for outcome in OUTCOMES},
    **{OUTCOME_WORDS[outcome]: outcome for outcome in OUTCOMES},
    "pursue if": "pursue_if",
    _CONDITION: "pursue_if",
}
_LONGEST_FIRST = sorted(_SPELLINGS, key=len, reverse=True)
_QUOTED = lazy_pattern(r'"((?:[^"\\]|\\.)*)"(?:\s+"((?:[^"\\]|\\.)*)")?')


class EndLine(Struct, frozen=True):
    """What was typed after `/end`: `outcome` is None and a text empty where it is missing."""

    outcome: Outcome | None = None
    headline: str = ""
    condition: str = ""

    @property
    def complete(self) -> bool:
        """Whether outcome and headline are typed out, and the condition where there is one."""
        return self.outcome is not None and bool(self.headline) and bool(self.condition or self.outcome != "pursue_if")


def read(arguments: str) -> EndLine | Refusal:
    """The outcome and the headline from `OUTCOME "headline"`; the quotes are optional.

    A second quoted text is the condition of the outcome `pursue_if`.
    """
    text = " ".join(one_line(arguments).split())
    if not text:
        return EndLine()
    outcome, rest = _outcome(text)
    if isinstance(outcome, Refusal):
        return outcome
    if outcome == "pursue" and rest and _CONDITION.startswith(rest.lower()):
        return Refusal(f"“{rest}” is not whole", f"Write “{OUTCOME_WORDS['pursue_if']}”, or a headline in quotes.")
    headline, condition = _texts(rest)
    if condition and outcome != "pursue_if":
        words = OUTCOME_WORDS["pursue_if"]
        return Refusal(f"a condition belongs to {words}", f"This outcome is {OUTCOME_WORDS[outcome]}.")
    return EndLine(outcome, headline, condition)


def why_not(session: Session) -> Refusal | None:
    """Why the session cannot be ended now; None where it can."""
    if session.status in ("held", "cancelled"):
        return Refusal(f"this session is {session.status} already")
    if not session.clock:
        return Refusal("the clock has not started, so there is nothing to end", "/go_on starts it; /leave goes.")
    return None


def close(arguments: str, session: Session, now: datetime) -> Close | Refusal:
    """The edit that ends the session, from the whole of `OUTCOME "headline"`."""
    line = read(arguments)
    if isinstance(line, Refusal):
        return line
    if refusal := why_not(session):
        return refusal
    if line.outcome is None or not line.headline:
        missing = "an outcome" if line.outcome is None else "a headline"
        do = f"{USAGE} ends the session. {without_name(session)}"
        return Refusal(f"{missing} is missing", do.strip())
    return Close(now.replace(microsecond=0), line.outcome, line.headline, condition=line.condition)


def reopen(session: Session, now: datetime) -> Reopen | Refusal:
    """The edit that continues a session which was ended by mistake, at most ten minutes ago."""
    ended = session.clock[-1] if session.clock else None
    if session.status != "held" or ended is None or ended.event != "end":
        return Refusal(f"this session is {session.status}; only one that was just held is opened again")
    if now - ended.at > REOPENS_FOR:
        minutes = int(REOPENS_FOR.total_seconds() // 60)
        do = "Begin the next session on the account; it carries this one forward."
        return Refusal(f"the session ended more than {minutes} minutes ago", do)
    return Reopen(now.replace(microsecond=0))


def without_name(session: Session) -> str:
    """One sentence with the ids of the `ownerless` entries; empty where there are none."""
    found = ownerless(session)
    if not found:
        return ""
    shown = ", ".join(entry.id for entry in found[:8]) + (f" and {len(found) - 8} more" if len(found) > 8 else "")
    return f"Without a name: {shown}."


def _outcome(text: str) -> tuple[Outcome | Refusal, str]:
    """The outcome that the text begins with, and the rest of the text."""
    low = text.lower()
    for spelling in _LONGEST_FIRST:
        if low.startswith(spelling) and low[len(spelling) : len(spelling) + 1] in ("", " ", '"'):
            return _SPELLINGS[spelling], text[len(spelling) :].strip()
    word, _, rest = text.partition(" ")
    fitting = [outcome for outcome in OUTCOMES if outcome.startswith(word.lower())]
    if len(fitting) == 1:
        return fitting[0], rest.strip()
    if fitting:
        words = " and ".join(OUTCOME_WORDS[outcome] for outcome in fitting)
        return Refusal(f"{word} fits {words}", "Write more of it."), ""
    return Refusal(f"{word} is not an outcome", f"{USAGE} ends the session."), ""


def _texts(text: str) -> tuple[str, str]:
    """The headline and the condition."""
    if quoted := _QUOTED.fullmatch(text):
        return _plain(quoted[1]), _plain(quoted[2] or "")
    return _plain(text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text), ""


def _plain(text: str) -> str:
    return text.replace('\\"', '"').strip()

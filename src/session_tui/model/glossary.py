"""The words of the method: for the screens, the line-by-line mode and the documents."""

from msgspec import Struct

from session_tui.model.edits import Edit, EntryReplacement, Put, Several
from session_tui.model.name_keys import folded
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import KEY_PLAYER_POWER, ROLE_WORDS, SUPPORT_SIGNS, SUPPORT_WORDS


class MethodTerm(Struct, frozen=True):
    """A word and its meaning. `page` is a link of the documents, relative to the guide."""

    word: str
    means: str
    page: str = ""


TERMS: tuple[MethodTerm, ...] = (
    MethodTerm("account", "the customer"),
    MethodTerm("account owner", "the person of ours who answers for the account"),
    MethodTerm("account plan", "what we know of an account and want there, in writing; it is read before", "plan.md"),
    MethodTerm("acceptance", "the owner's own yes to an action, given in the room"),
    MethodTerm("action item", "what one person does by a date. It has one owner, or none yet"),
    MethodTerm("agenda", "the programme of a session: its parts with their minutes"),
    MethodTerm("approver", "can say no when all others say yes"),
    MethodTerm("assumption", "what must be true for us to win"),
    MethodTerm("attendee", "a person of ours who is in the session"),
    MethodTerm("buying role", "a person's part in the decision, such as approver or user", "#the-scales"),
    MethodTerm("cadence", "the rule for how often a deal gets a session"),
    MethodTerm(
        "carry forward", "to begin a session with the people, untested assumptions and open actions of the last"
    ),
    MethodTerm("coverage", "how well we are in touch with a person: none, brief, multiple, in depth"),
    MethodTerm("covered by", "who of ours keeps in touch with a person"),
    MethodTerm("credit split", "who shares the commission: settled before the work, 100 % in all"),
    MethodTerm("curtain", "covers what only we may see, while a partner looks at the screen", "present.md#the-curtain"),
    MethodTerm("decision", "what was settled"),
    MethodTerm("decision maker", "decides whom they buy from"),
    MethodTerm("due", "a session is owed on this deal", "due-and-gate.md"),
    MethodTerm("enemies of teamwork", "twenty habits that keep people from working as a team", "enemies.md"),
    MethodTerm("enemy", "works against us"),
    MethodTerm("evaluator", "compares the offers and says which one fits"),
    MethodTerm("evidence", "how well we know an assumption, 1 (a guess) to 5 (proven)"),
    MethodTerm("facilitator", "the person who holds the session and types"),
    MethodTerm("floor", "the minutes of a part that overruns of other parts do not take"),
    MethodTerm("gate", "the yes or no to “was this deal reviewed?”: no review, no resources", "due-and-gate.md"),
    MethodTerm("gatekeeper", "decides who may talk to the others"),
    MethodTerm("importance", "how much depends on an assumption, 1 to 5"),
    MethodTerm("influencer", "decides nothing, but is listened to"),
    MethodTerm("key player", "a stakeholder with power 4 or 5"),
    MethodTerm(
        "map status",
        "red: no key player supports us; amber: one does; green: one who decides does",
        "map.md",
    ),
    MethodTerm("mentor", "sells for us when we are not in the room"),
    MethodTerm("neutral", "neither for us nor against us"),
    MethodTerm("non-supporter", "would rather have another"),
    MethodTerm("not judged", "power or support that nobody has typed. It is never a value by default"),
    MethodTerm("note", "what is good to know"),
    MethodTerm("opportunity", "the deal"),
    MethodTerm("outcome", "what the session decided about the deal: pursue, pursue on a condition, hold, withdraw"),
    MethodTerm("owner", "the one person who does an action"),
    MethodTerm("parking lot", "topics for another day"),
    MethodTerm("part", "a section of a session with its minutes"),
    MethodTerm("phase", "the deal's place in the forecast"),
    MethodTerm("pipeline", "the list of open deals, exported from a CRM"),
    MethodTerm("power", "a person's influence on the decision, 1 (outside) to 5 (inner circle)"),
    MethodTerm("practice", "a habit of good teams that the scorecard rates", "scorecard.md"),
    MethodTerm("recognition", "thanks to a colleague for something they did"),
    MethodTerm("riskiest assumption", "untested, with the most importance and the least evidence"),
    MethodTerm("scorecard", "a person's ratings of the team's practices, in a quarter", "scorecard.md"),
    MethodTerm("session", "one meeting on a deal, and its file"),
    MethodTerm("stakeholder", "a person of the customer who takes part in the decision"),
    MethodTerm("support", "where a person stands: mentor, supporter, neutral, non-supporter, enemy"),
    MethodTerm("supporter", "wants us to win"),
    MethodTerm("user", "works with what we sell, every day"),
    MethodTerm("zone", "a division, region or site of the account that we sell to separately"),
)
BY_WORD = {term.word: term for term in TERMS}
_NONE_OF_THEM = ("unknown", "none")  # values that need no words


def matching(words: str) -> tuple[MethodTerm, ...]:
    """The terms with these words, those that begin with them first; all without words."""
    wanted = folded(words).strip()
    begins = tuple(term for term in TERMS if folded(term.word).startswith(wanted))
    return (*begins, *(term for term in TERMS if term not in begins and wanted in folded(f"{term.word} {term.means}")))


def first_used(edit: Edit, session: Session, line: str = "") -> tuple[MethodTerm, ...]:
    """The terms for those values of a stakeholder that this edit is the first to use in the
    session, which may have the edit already; in the order of the typed `line`.
    """
    found: dict[str, int] = {}
    for old, new in _stakeholders(edit):
        fresh = dict(_values(new))
        for person in (*old, *session.stakeholders):
            if not fresh:
                break
            if person.id != new.id or person in old:
                for word, _ in _values(person):
                    fresh.pop(word, None)
        for word, mark in fresh.items():
            found.setdefault(word, line.rfind(mark))
    return tuple(BY_WORD[word] for word in sorted(found, key=lambda word: found[word]) if word in BY_WORD)


def _stakeholders(edit: Edit) -> tuple[tuple[tuple[Stakeholder, ...], Stakeholder], ...]:
    """The stakeholders that an edit adds or changes, each with the one that stood there."""
    if isinstance(edit, EntryReplacement | Several):
        return tuple(pair for each in edit.edits for pair in _stakeholders(each))
    if isinstance(edit, Put) and isinstance(edit.new, Stakeholder):
        return (((edit.old,) if isinstance(edit.old, Stakeholder) else (), edit.new),)
    return ()


def _values(person: Stakeholder) -> tuple[tuple[str, str], ...]:
    """The words for a person's role, power, support and coverage, each with its mark."""
    found = []
    if person.buying_role not in _NONE_OF_THEM:
        found.append((ROLE_WORDS[person.buying_role], "role:"))
    if (person.power or 0) >= KEY_PLAYER_POWER:
        found.append(("key player", "!"))
    if person.support is not None:
        found.append((SUPPORT_WORDS[person.support], SUPPORT_SIGNS[person.support]))
    if person.coverage not in _NONE_OF_THEM:
        found.append(("coverage", "cov:"))
    return tuple(found)

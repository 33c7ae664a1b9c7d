"""The windows of the full screen in words, for a session line by line."""

from collections.abc import Callable, Iterator, Mapping

from session_tui.model import attendance, carry_forward, dates
from session_tui.model.analysis import called, covered, is_key_player, load
from session_tui.model.capture.preview import cells
from session_tui.model.carried_judgements import carried_judgements
from session_tui.model.glossary import matching
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, find, headline_text
from session_tui.model.stakeholder_map import description, health
from session_tui.model.stakeholder_map.changes import changes
from session_tui.model.vocabulary import PART_WORDS
from session_tui.tui import tables
from session_tui.tui.actions import ACTIONS
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.help_text import PLAIN, marks_of, session_lines
from session_tui.tui.live.screen_text import GRAMMAR
from session_tui.tui.tables import closing, coverage, markers, selection
from session_tui.tui.tables.table import Table


class PlainViews:
    """Each view returns its lines."""

    def __init__(self, live: LiveController) -> None:
        self._live = live
        self._comment = 0  # the number of the plan's next comment
        self._views: Mapping[str, Callable[[], Iterator[str]]] = {
            "help": self._help,
            "palette": self._palette,
            "promises": self._promises,
            "comments": self._comments,
            "enemies": self._enemies,
            "map": self._map,
            "since": self._since,
            "health": self._health,
            "attendee": self._attendees,
            "coverage": self._coverage,
            "closing": self._closing,
            "sort": self._sorted,
            "unjudged": self._unjudged,
        }

    def lines(self, name: str, arguments: str = "") -> Iterator[str]:
        """The lines of the view with this action's name."""
        if name == "words":
            return self._words(arguments)
        return self._find(arguments.strip()) if name == "find" else self._views[name]()

    def _words(self, wanted: str) -> Iterator[str]:
        terms = matching(wanted)
        yield from (f"{term.word}: {term.means}" for term in terms)
        if not terms:
            yield f"There is no word like “{wanted}”. /words prints all."

    def _help(self) -> Iterator[str]:
        part = self._live.kind()
        yield "A session in six lines."
        yield from (f"{first}: {words}" for first, words in session_lines({}))
        yield f"In this part, {PART_WORDS[part]}. {PLAIN[part]}"
        yield from (f"{write}: {means}" for write, means in marks_of(part))
        yield "Everything that can be typed; /palette prints every action, /words the words of the method."
        yield from (f"{write}: {means}" for write, means in GRAMMAR)

    def _palette(self) -> Iterator[str]:
        for each in ACTIONS:
            if each.plain:
                yield f"{f'/{each.name} {each.arguments}'.strip()}: {each.words}"

    def _map(self) -> Iterator[str]:
        curtain = self._live.curtain
        yield from description.describe_map(*self._live.shown(), covered_up=curtain, coverage=not curtain)

    def _since(self) -> Iterator[str]:
        last = self._live.past.last
        if last is not None:  # without a past session, the action has printed the reason
            yield from description.describe_changes(changes(last, self._live.session), last, self._live.context.today)

    def _health(self) -> Iterator[str]:
        for at, check in enumerate(health.checks(self._live.session, self._live.past), start=1):
            yield f"{at}: {check.saw}. /health {at} adds: {check.offer}"

    def _find(self, words: str) -> Iterator[str]:
        view, kind = self._live.view(), self._live.kind()
        if not words:
            yield "/find WORDS prints the rows of this part that have them."
            return
        table = selection.matching(tables.table(kind, view), view, words)
        yield from self._rows(table)
        yield table.finding.removesuffix(" esc shows all.")

    def _sorted(self) -> Iterator[str]:
        view, kind = self._live.view(), self._live.kind()
        table = selection.in_order(tables.table(kind, view), kind, view)
        yield from self._rows(table)
        yield table.finding

    def _rows(self, table: Table) -> Iterator[str]:
        """Each entry of the table with its values in words; behind the curtain its text alone."""
        session, today = self._live.view().session, self._live.context.today
        for entry_id in table.ids:
            if (entry := find(session, entry_id)) is not None:
                values = (headline_text(entry),) if self._live.curtain else cells(entry, today, spoken=True)
                yield f"{entry_id}: {'; '.join(values)}"

    def _coverage(self) -> Iterator[str]:
        """Our people, the one with the most first, each with theirs; then who has none of ours."""
        if self._live.curtain:
            yield "Who of ours has whom is covered; /curtain uncovers it."
            return
        session = self._live.session
        if not session.stakeholders:
            yield description.EMPTY
            return
        carried = load(session)
        for name, many in sorted(carried.items(), key=lambda each: -each[1]):
            theirs = [called(each) for each in session.stakeholders if name_key(name) in map(name_key, each.covered_by)]
            too_many = f", more than {coverage.TOO_MANY}" if many > coverage.TOO_MANY else ""
            yield f"{name} has {many}{too_many}: {', '.join(theirs)}."
        alone = sorted(
            (each for each in session.stakeholders if not covered(each)), key=lambda each: not is_key_player(each)
        )
        names = [f"{called(each)}{', a key player' if is_key_player(each) else ''}" for each in alone]
        yield f"Nobody has {'; '.join(names)}." if names else "Everybody on the map has one of ours."
        if zones := self._live.bare_zones:
            yield f"Nobody has zone {', '.join(zones)}."

    def _closing(self) -> Iterator[str]:
        """Who does what by when, by owner: what the last screen of the full screen shows."""
        session, today = self._live.session, self._live.context.today
        for entry_id in closing.table(self._live.view()).ids:
            action = find(session, entry_id)
            if isinstance(action, ActionItem):
                due = f"due {dates.words(action.due, today)}" if action.due else "no date"
                yes = ", said yes" if action.accepted_at else ""
                yield f"{action.owner or 'Nobody yet'}: {action.id} {action.text}, {due}{yes}."

    def _attendees(self) -> Iterator[str]:
        session = self._live.session
        if session.facilitator:
            yield f"Facilitator: {session.facilitator}"
        for each in session.attendees:
            yield f"Here: {each.name}{f', {each.role}' if each.role else ''}"
        for each in (awaited := attendance.expected(session, self._live.past.last)):
            yield f"Expected: {each.name}{f', {each.role}' if each.role else ''}"
        if awaited:
            yield "/attendee NAME confirms one of them, /attendee + all."
        elif not session.attendees:
            yield "Nobody is on the list. /attendee NAME:ROLE adds a person."

    def _unjudged(self) -> Iterator[str]:
        for at, each in enumerate(carried_judgements(self._live.session), start=1):
            yield f"{at}: {each.words}. /unjudged {at} takes it back."

    def _promises(self) -> Iterator[str]:
        """The promises of the last session, the settled ones, and the parked topics; the grammar
        changes each.
        """
        view, last = self._live.view(), self._live.past.last
        promised = carry_forward.promises(view.session)
        for action in promised:
            history = markers.words(view, action.id)
            due = f"; due: {dates.words(action.due, view.today)}" if action.due else ""
            state = f"{action.status}{history and f'; {history}'}"
            yield f"Promised: {action.id} {action.text}; owner: {action.owner or 'nobody'}{due} ({state})"
        for each in carry_forward.news(last) if last else ():
            result = f": {each.entry.result}" if each.entry.result else ""
            yield f"Settled since: {each.entry.id} {each.entry.text} ({each.entry.status}{result})"
        for parked in carry_forward.offered(view.session, last) if last else ():
            yield f"Parked last time: {parked.id} {parked.text}. /park {parked.id} parks it again."
        if promised:
            first = promised[0].id
            yield f"*{first} done RESULT, *{first} drop WHY or *{first} due:+3d; all others stand."

    def _comments(self) -> Iterator[str]:
        """One comment for each call, from the first to the last, then again."""
        plan = self._live.session.plan
        comments = plan.comments if plan else ()
        at, self._comment = self._comment % len(comments), self._comment + 1
        one = comments[at]
        quote = f' on "{one.quote}"' if one.quote else ""
        who = one.author or "somebody"
        yield f"Comment {at + 1} of {len(comments)}, line {one.line}{quote}, {who}: {one.text}"

    def _enemies(self) -> Iterator[str]:
        """The habits that are often seen or rule in this account."""
        from session_tui.tui.screens.team import enemies_text

        report = self._live.enemies
        if report is not None:
            yield f"{enemies_text.living(report)}, {report.round}, {enemies_text.people(report.many)} answered."
            for each in report.living:
                yield f"  {each.words}: {enemies_text.answers(each)}"
            if question := enemies_text.worth_asking(report):
                yield question

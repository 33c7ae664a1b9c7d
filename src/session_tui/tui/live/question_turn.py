"""The coaching question of the running part: all of the agenda come in turn."""

from session_tui.model.agenda import Agenda, question_turn
from session_tui.model.timebox import Timebox


class QuestionTurn:
    """Which coaching question is shown: by the time spent in the part, and by how often the next
    one was asked for.
    """

    def __init__(self, agenda: Agenda | None) -> None:
        self._agenda = agenda
        self._moved: dict[int, int] = {}  # by the index of the part

    def shown(self, box: Timebox) -> tuple[str, str]:
        """The question, and its number as `2 of 4`, empty where there is one alone."""
        part = max(box.running, 0)
        prompts = self._agenda.parts[part].prompts if self._agenda and part < len(self._agenda.parts) else ()
        if not prompts:
            return "", ""
        time = box.parts[part] if part < len(box.parts) else None
        seconds = (time.spent, time.allotted) if time is not None else (0.0, 0.0)
        at = question_turn(len(prompts), *seconds, self._moved.get(part, 0))
        return prompts[at], f"{at + 1} of {len(prompts)}" if len(prompts) > 1 else ""

    def move(self, box: Timebox) -> None:
        """Go on to the next question of the running part."""
        part = max(box.running, 0)
        self._moved[part] = self._moved.get(part, 0) + 1

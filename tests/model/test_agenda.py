"""Covers: session_tui.model.agenda.

An agenda gives each role its own questions.
"""

from session_tui.model.agenda import Agenda, AgendaPart, RoleQuestion, questions_for

AGENDA = Agenda(
    name="x",
    minutes=10,
    parts=(
        AgendaPart(kind="stakeholder_map", minutes=5, questions=(RoleQuestion(role="Presales", text="Who judges?"),)),
        AgendaPart(
            kind="notes",
            title="What happened",
            minutes=5,
            questions=(
                RoleQuestion(role="manager", text="Why now?"),
                RoleQuestion(role="presales ", text="What was shown?"),
            ),
        ),
    ),
)


def test_a_role_has_its_own_questions_each_with_its_part_and_case_does_not_count() -> None:
    asked = (("Stakeholder map", "Who judges?"), ("What happened", "What was shown?"))
    assert questions_for(AGENDA, "presales") == questions_for(AGENDA, " PRESALES") == asked
    assert questions_for(AGENDA, "manager") == (("What happened", "Why now?"),)


def test_a_role_nobody_thought_of_is_asked_nothing() -> None:
    assert questions_for(AGENDA, "intern") == questions_for(AGENDA, "") == ()

"""Documents about the team: scorecards, habits, hand-overs.

`handover` runs a hand-over from the journal to the briefs.
"""

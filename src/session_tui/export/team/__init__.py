"""Documents about the team: scorecards, habits, hand-overs."""

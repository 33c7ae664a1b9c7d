"""Documents about the team: scorecards, the enemies of teamwork, hand-overs."""

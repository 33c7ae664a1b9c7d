"""Files about the team: scorecards, answers on habits, and the journal of a hand-over."""

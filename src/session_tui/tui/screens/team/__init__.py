"""Our people: coverage and load, hand-over, scorecard, enemies of teamwork."""

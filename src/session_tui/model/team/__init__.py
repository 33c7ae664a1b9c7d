"""Our own people: coverage, holdings, hand-over, scorecard, enemies, and metrics."""

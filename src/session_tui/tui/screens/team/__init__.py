"""Our people, hand-over, scorecard and habits."""

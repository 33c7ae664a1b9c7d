"""Our own people: coverage, holdings, hand-over, scorecard, habits, and the figures behind
them.
"""

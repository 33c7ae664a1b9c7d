"""Our own people: coverage, holdings, hand-over, scorecard, enemies of teamwork.

`holdings` finds what a person holds, and `handover` makes edits from it in both directions.
`practices` are the rated practices, `metrics` the figures from the sessions; `scorecard` compares
the two. `enemies` has the habits that people answer about.
"""

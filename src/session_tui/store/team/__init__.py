"""Files about the team.

`scorecards` and `enemies` hold answers with a name, `anonymous` answers without one.
`handover_journal` is written before the first session of a hand-over changes.
"""

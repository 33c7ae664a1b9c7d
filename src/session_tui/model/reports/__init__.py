"""Reports: pure functions from sessions to values that people or programs read.

`session_report` is one past session; the pane, `show`, Markdown and HTML are drawn from it.
`account_brief` is one page about an account; `cadence` says which deals are due for a session.
"""

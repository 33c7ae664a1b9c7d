"""Account plans.

`files` finds a plan by its name, `reader` reads one plan for one person and keeps the comments in
the readers' file, `markdown` reads headings and assumptions. A plan itself is never written.
"""

"""What the files hold about a person: the search, the report, and the erasure."""

"""Account plans: their files, their readers, and the Markdown they are written in."""

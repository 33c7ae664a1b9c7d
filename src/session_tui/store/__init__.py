"""Files and folders: the one reader and writer of TOML, locks, drafts, the open session."""

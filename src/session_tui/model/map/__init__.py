"""The stakeholder map: where people stand on it, what it says, what changed, what is missing."""

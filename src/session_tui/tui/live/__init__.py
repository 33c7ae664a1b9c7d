"""The session that is held, without anything that shows it: its controller, what actions do, and what a face can do."""

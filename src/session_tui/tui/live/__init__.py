"""A running session without a framework: its controller, the handlers of actions, and its face.

The face (`face.Face`) is what shows the session: the live screen, or the line-by-line mode.
"""

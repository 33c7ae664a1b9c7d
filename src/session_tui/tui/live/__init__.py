"""The live session without widgets: its controller, the handlers of the actions, and the interface
of a face.
"""

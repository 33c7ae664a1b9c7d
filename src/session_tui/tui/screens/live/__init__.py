"""The live screen (`screen`), and the windows over it (`windows` lists them by action).

A window takes the controller of the session; none of them uses the screen.
"""

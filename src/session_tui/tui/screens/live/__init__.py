"""The live screen and the windows over it."""

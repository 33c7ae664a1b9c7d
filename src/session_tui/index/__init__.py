"""The index over the folder of sessions: derived from the files, and rebuilt where that is
simpler.
"""

"""Drawings in terminal cells as values: chart, grid, sparklines, and the layout of a session at a
width.
"""

"""Drawings in terminal cells as values: chart, grid, sparklines, and a session laid out at a width."""

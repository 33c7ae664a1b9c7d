"""Drawings in terminal cells as values: chart, grid, sparklines, texts.

`text_layout` has a text laid out at a width; `tui/widgets/text_view.py` draws the lines in sight.
"""

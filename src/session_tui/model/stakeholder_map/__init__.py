"""The stakeholder map: layout, grid, status, health checks, changes, and a description in words.

`layout` works in any unit: `tui/drawings/chart.py` draws in cells, `export/map_svg.py` in pixels.
"""

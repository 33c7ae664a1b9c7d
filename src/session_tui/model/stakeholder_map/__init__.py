"""The stakeholder map: layout, grid, status, health checks, changes, and a description in words."""

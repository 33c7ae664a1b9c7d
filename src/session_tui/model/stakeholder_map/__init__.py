"""The stakeholder map: layout, grid, status, health checks, changes, description in words."""

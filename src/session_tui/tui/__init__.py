"""The full-screen program. Importing this package alone loads no framework."""

"""Hold a 30-minute strategy session on a deal, every entry on disk at once."""

__version__ = "0.1.0"

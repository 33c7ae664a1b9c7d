"""What leaves the program: summaries and endpoints. Nothing leaves yet."""

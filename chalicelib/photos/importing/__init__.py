"""Photos taken in by a CSV file of addresses."""

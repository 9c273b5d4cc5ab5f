"""Creating, changing and removing surveys."""

"""Creating, changing and removing galleries."""

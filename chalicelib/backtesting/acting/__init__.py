"""Doing once more, through the use cases, what an event says that somebody did."""

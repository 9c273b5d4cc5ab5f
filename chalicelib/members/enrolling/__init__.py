"""Enrolling many members at once."""

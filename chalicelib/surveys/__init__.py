"""Surveys: what members answered, what it earned them, and what it adds up to."""

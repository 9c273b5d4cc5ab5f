"""Rewards that campaigns owe, given by a worker."""

"""Claiming a reward: points, code and units in one transaction."""

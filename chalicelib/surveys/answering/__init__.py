"""Saving what a member answers, and paying for it."""

"""Campaigns at work: which apply to an event, what they add, and what they have spent."""

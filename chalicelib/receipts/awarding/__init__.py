"""Paying a receipt: the order, the points and the state of the submission in one transaction."""

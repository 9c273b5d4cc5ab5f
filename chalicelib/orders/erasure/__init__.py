"""Paying off a purchase with points: transaction erasure."""

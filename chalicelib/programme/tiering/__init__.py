"""Tier programmes: assigning tiers by hand, and putting another programme in force."""

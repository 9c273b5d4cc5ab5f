"""Replays a purchase history through the API, day by day, and proves that what comes out adds up."""

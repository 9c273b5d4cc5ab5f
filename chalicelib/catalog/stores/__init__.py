"""Stores and their attributes."""

"""Founding groups."""

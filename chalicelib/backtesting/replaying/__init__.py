"""Replaying one member in worlds beside the table, through the real use cases."""

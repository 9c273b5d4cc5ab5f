"""Programmes to start from, one for each kind of shop."""

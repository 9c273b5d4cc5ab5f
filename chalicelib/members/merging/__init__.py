"""Merging two members into one."""

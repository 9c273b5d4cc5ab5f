"""Changing groups: founding, inviting, joining, leaving, roles, dissolving."""

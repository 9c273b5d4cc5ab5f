"""Members in the order of their points (A128)."""

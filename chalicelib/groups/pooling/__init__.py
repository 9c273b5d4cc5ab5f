"""Points between members and their group."""
